"""Reads a course's policies: settings of blocks, and the rule for the grade."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

from stoa.courseware.data import Category, GradingPolicy
from stoa.courseware.olx.archive import CourseFiles
from stoa.courseware.olx.notes import Notes
from stoa.courseware.olx.text import storable_json

ONE = Decimal(1)
_DEFAULT_PASS_MARK = Decimal("0.5")
_NO_POLICY = GradingPolicy((), _DEFAULT_PASS_MARK)


@dataclass(frozen=True, slots=True)
class Policies:
    """``of_block`` maps "tag/url_name" to settings that go over the block's own attributes."""

    of_block: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    grading: GradingPolicy = _NO_POLICY


def read_policies(files: CourseFiles, run: str, notes: Notes) -> Policies:
    """Read ``policies/<run>/policy.json`` and ``grading_policy.json`` where older and newer courses keep them."""
    of_block: dict[str, Mapping[str, str]] = {}
    runs = {
        path.split("/")[1] for path in files if re.match(r"policies/[^/]+/(?:grading_)?policy\.json$", path)
    }
    if len(runs) == 1 and run not in runs and f"policies/{run}.json" not in files:
        (run,) = runs  # a course renamed by hand: its only run is meant
    for path in (f"policies/{run}/policy.json", f"policies/{run}.json", "policy.json"):
        if path in files:
            for name, settings in read_json(files, path, notes).items():
                if isinstance(settings, dict):
                    of_block[str(name)] = {key: _as_attribute(value) for key, value in settings.items()}
            break
    for path in (
        f"policies/{run}/grading_policy.json",
        "policies/grading_policy.json",
        "grading_policy.json",
    ):
        if path in files:
            return Policies(of_block, _grading(read_json(files, path, notes), path, notes))
    return Policies(of_block)


def read_json(files: CourseFiles, path: str, notes: Notes) -> dict[str, Any]:
    """Return the object in a JSON file; a note and nothing when it is not one."""
    try:
        value = json.loads(files.read(path).decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        notes.warn("bad_json", f"This is not JSON: {error}", path=path, line=getattr(error, "lineno", 0) or 0)
        return {}
    if not isinstance(value, dict):
        notes.warn("bad_json", "This should be a JSON object.", path=path, line=1)
        return {}
    readable: dict[str, Any] = storable_json(value)
    return readable


def share(value: object, default: Decimal = Decimal(0)) -> Decimal:
    """Return a number between 0 and 1 written in JSON any way."""
    try:
        number = Decimal(str(value).strip().rstrip("%"))
    except InvalidOperation:
        return default
    if not number.is_finite() or number < 0:
        return default
    return number / 100 if str(value).strip().endswith("%") else number


def _grading(policy: Mapping[str, Any], path: str, notes: Notes) -> GradingPolicy:
    categories: list[Category] = []
    graders = policy.get("GRADER")
    for entry in graders if isinstance(graders, list) else []:
        if not isinstance(entry, dict):
            continue
        name = str(entry.get("type") or entry.get("name") or entry.get("short_label") or "").strip()
        weight = share(entry.get("weight"))
        if not name or any(each.type == name for each in categories):
            notes.warn(
                "bad_grader", f"A category without a name of its own was left out: {name!r}.", path=path
            )
            continue
        categories.append(
            Category(name, _whole(entry.get("min_count"), 1), _whole(entry.get("drop_count"), 0), weight)
        )
    total = sum((each.weight for each in categories), Decimal(0))
    if categories and Decimal(50) < total:
        categories = [Category(c.type, c.min_count, c.drop_count, c.weight / 100) for c in categories]
        total /= 100
    if categories and abs(total - ONE) > Decimal("0.001"):
        notes.warn("weights", f"The weights of the grading categories add up to {total}, not 1.", path=path)
    return GradingPolicy(tuple(categories), _pass_mark(policy.get("GRADE_CUTOFFS"), path, notes))


def _pass_mark(cutoffs: object, path: str, notes: Notes) -> Decimal:
    marks = [share(value) for value in cutoffs.values()] if isinstance(cutoffs, dict) else []
    marks = [mark / 100 if mark > 1 else mark for mark in marks if mark > 0]
    marks = [mark for mark in marks if mark <= 1]
    if not marks:
        notes.warn("no_pass_mark", "The course has no usable pass mark; 50 % is taken.", path=path)
        return _DEFAULT_PASS_MARK
    return min(marks)


def _whole(value: object, default: int) -> int:
    try:
        return min(max(int(str(value)), 0), 1000)
    except ValueError:
        return default


def _as_attribute(value: object) -> str:
    if isinstance(value, str):
        return value
    return "" if value is None else json.dumps(value)
