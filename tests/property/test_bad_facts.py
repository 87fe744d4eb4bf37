"""Whatever facts are given to a worked policy, it answers or refuses them by their field."""

import contextlib
import copy
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from stoa.kernel.refusals import Invalid
from stoa.policies.beyond_revenue import POLICIES
from stoa.policies.frame import Policy

_BOOK = Path(__file__).parents[1] / "spec" / "cases"
_GARBAGE = st.sampled_from(
    [
        None,
        "",
        "x",
        "-1",
        "0",
        "1e400",
        "1/0",
        "999999999999999999",
        True,
        [],
        {},
        [None],
        "2025-02-30",
        -7,
        0.1,
    ]
)


def _leaves(facts: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    if isinstance(facts, dict):
        return [path, *(leaf for key, each in facts.items() for leaf in _leaves(each, (*path, key)))]
    if isinstance(facts, list | tuple):
        return [path, *(leaf for index, each in enumerate(facts) for leaf in _leaves(each, (*path, index)))]
    return [path]


def _known_facts(policy: Policy) -> list[Any]:
    chapter = json.loads((_BOOK / f"{policy.name}.json").read_text())
    return [dict(policy.example), *(case["facts"] for case in chapter["cases"])]


@pytest.mark.parametrize("policy", POLICIES, ids=lambda policy: policy.name)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_bad_facts_are_refused_with_their_field_and_never_crash(policy: Policy, data: st.DataObject) -> None:
    facts = copy.deepcopy(data.draw(st.sampled_from(_known_facts(policy))))
    path = data.draw(st.sampled_from([leaf for leaf in _leaves(facts) if leaf]))
    at: Any = facts
    for key in path[:-1]:
        at = at[key]
    at[path[-1]] = data.draw(_GARBAGE)
    with contextlib.suppress(Invalid):
        policy.run(facts)
