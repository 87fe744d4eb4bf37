"""The book of cases beyond revenue: tables in (``cases/<policy>.json``), values out."""

import json
from pathlib import Path
from typing import Any

import pytest

from stoa.policies.beyond_revenue import POLICIES
from tests.spec.compare import assert_says

_FOLDER = Path(__file__).parent / "cases"
_BY_NAME = {policy.name: policy for policy in POLICIES}


def _cases() -> list[Any]:
    found = []
    for name in _BY_NAME:
        chapter = json.loads((_FOLDER / f"{name}.json").read_text())
        assert chapter["policy"] == name
        found += [pytest.param(name, case, id=f"{name}:{case['id']}") for case in chapter["cases"]]
    return found


@pytest.mark.parametrize(("name", "case"), _cases())
def test_the_policy_says_what_the_book_says(name: str, case: dict[str, Any]) -> None:
    result = _BY_NAME[name].run(case["facts"])
    assert_says(result.values, case["expected"])
    assert result.steps, "every conclusion rests on a paragraph"


@pytest.mark.parametrize("name", _BY_NAME)
def test_a_policy_describes_itself(name: str) -> None:
    policy = _BY_NAME[name]
    assert policy.note.endswith(".")
    assert policy.requirements
    assert policy.schema["additionalProperties"] is False
    result = policy.run(policy.example)
    assert set(result.values) <= set(policy.outputs), "every output is described"
    assert json.loads(json.dumps(result.values)) == result.values, "values are plain JSON"


@pytest.mark.parametrize(("name", "case"), _cases())
def test_steps_rest_on_listed_paragraphs_and_outputs_are_described(name: str, case: dict[str, Any]) -> None:
    policy = _BY_NAME[name]
    result = policy.run(case["facts"])
    assert {step.paragraph for step in result.steps} <= set(policy.paragraphs)
    assert set(result.values) <= set(policy.outputs)
