"""Reads of several problems at once: a page or a submission costs one query, whatever its size.

Versions never change, so what was loaded stays in this process until newer problems push it out.
"""

from collections.abc import Collection, Mapping, Sequence
from decimal import Decimal
from functools import lru_cache
from typing import Final

from stoa.courseware import problems as model
from stoa.courseware.data import GradedProblem, ProblemView, SolutionView
from stoa.courseware.models import Block
from stoa.courseware.problems.grade import rounded
from stoa.courseware.queries import _at_home

_KEPT: Final = 2048
_loaded: dict[tuple[int, str], model.Problem] = {}


def problems(version_id: int, problem_keys: Collection[str], *, seed: int = 0) -> Mapping[str, ProblemView]:
    """Return those of ``problem_keys`` that can be played, without their answers, in the order asked."""
    return {
        key: model.view_of(found, key=key, seed=seed)
        for key, found in _problems(version_id, problem_keys).items()
    }


def grade_problems(
    version_id: int, *, answers: Mapping[str, Mapping[str, str | Sequence[str]]]
) -> Mapping[str, GradedProblem]:
    """``grade_problem`` for many: answers by problem, then by input. Unknown problems are left out."""
    return {key: model.grade(found, answers[key]) for key, found in _problems(version_id, answers).items()}


def problem_solutions(version_id: int, problem_keys: Collection[str]) -> Mapping[str, SolutionView]:
    """``problem_solution`` for many; ask only for those that ``showanswer`` allows."""
    return {key: model.solution_of(found) for key, found in _problems(version_id, problem_keys).items()}


def problem_hints(version_id: int, problem_keys: Collection[str]) -> Mapping[str, tuple[str, ...]]:
    """All hints of problems as HTML, in the author's order; show only as many as were asked for."""
    return {key: found.hints for key, found in _problems(version_id, problem_keys).items()}


@lru_cache(maxsize=64)
def problem_points(version_id: int) -> Mapping[str, Decimal]:
    """The possible points of every problem of a version that can be played; one query, then none."""
    rows = Block.objects.filter(version_id=version_id, kind="problem").values_list("key", "payload")
    return {key: rounded(model.problem_from_json(payload["problem"]).possible) for key, payload in rows}


def _problems(version_id: int, keys: Collection[str]) -> Mapping[str, model.Problem]:
    wanted = [key for key in keys if (version_id, key) not in _loaded]
    fresh: dict[str, model.Problem] = {}
    if wanted:
        rows = Block.objects.filter(version_id=version_id, kind="problem", key__in=wanted).values_list(
            "key", "payload", "version__course__slug"
        )
        fresh = {
            key: model.problem_from_json(_at_home(payload["problem"], slug)) for key, payload, slug in rows
        }
    found = {
        key: fresh[key] if key in fresh else _loaded[version_id, key]
        for key in keys
        if key in fresh or (version_id, key) in _loaded
    }
    if len(_loaded) + len(fresh) > _KEPT:
        _loaded.clear()
    _loaded.update({(version_id, key): problem for key, problem in fresh.items()})
    return found
