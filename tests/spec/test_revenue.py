"""The book of cases on revenue: tables in (``cases/<policy>.json``), values out.

A case that follows a published example also says at which path of the publication each value stands. Where the
published examples lie beside the project (``../shared/oracles``), every value of theirs is compared.
"""

import json
from collections.abc import Iterator, Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from stoa.kernel.refusals import Invalid
from stoa.policies.revenue import POLICIES
from tests.spec.compare import assert_says

_FOLDER = Path(__file__).parent / "cases"
_PUBLISHED = Path(__file__).resolve().parents[3] / "shared" / "oracles"
_TOPICS = (
    *("asc606_allocation", "asc606_contract_balances", "asc606_disclosure", "asc606_financing"),
    *("asc606_material_rights", "asc606_modifications", "asc606_over_time", "asc606_principal_agent"),
    *("asc606_returns_refunds", "asc606_variable_consideration", "asc340_40", "proration_rounding"),
    "stoa_policies",
)
#: What a publication says in words, beside the value that is compared.
_WORDS = {("606-EX35A", "Y")}
_BY_NAME = {policy.name: policy for policy in POLICIES}


def _cases() -> list[tuple[str, dict[str, Any]]]:
    found = []
    for name in _BY_NAME:
        chapter = json.loads((_FOLDER / f"{name}.json").read_text())
        assert chapter["policy"] == name
        found += [(name, case) for case in chapter["cases"]]
    return found


_CASES = [pytest.param(name, case, id=f"{name}:{case['id']}") for name, case in _cases()]


def _examples() -> list[Any]:
    return [
        pytest.param(example, id=example["id"])
        for topic in _TOPICS
        if (_PUBLISHED / f"{topic}.json").exists()
        for example in json.loads((_PUBLISHED / f"{topic}.json").read_text())["cases"]
    ]


@pytest.mark.parametrize(("name", "case"), _CASES)
def test_the_policy_says_what_the_book_says(name: str, case: dict[str, Any]) -> None:
    policy = _BY_NAME[name]
    result = policy.run(case["facts"])
    assert_says(result.values, case["expected"])
    assert result.steps, "every conclusion rests on a paragraph"
    assert set(result.values) <= set(policy.outputs), "every output is described"
    assert {step.paragraph for step in result.steps} <= set(policy.paragraphs)
    assert json.loads(json.dumps(result.values)) == result.values, "values are plain JSON"


@pytest.mark.skipif(not _PUBLISHED.is_dir(), reason="the published examples are not beside the project")
@pytest.mark.parametrize("example", _examples())
def test_the_book_agrees_with_every_value_that_was_published(example: dict[str, Any]) -> None:
    compared = {path for each, path in _WORDS if each == example["id"]}
    for name, case in _cases():
        published = case.get("published", {})
        if published.get("example") != example["id"]:
            continue
        values = _BY_NAME[name].run(case["facts"]).values
        for there, here in published["values"].items():
            _assert_same(_at(values, here), _at(example["expected"], there), f"{case['id']}: {there}")
            compared.add(there)
    missing = [path for path in _leaves(example["expected"]) if not _is_within(path, compared)]
    assert not missing, f"the book does not have {missing} of {example['id']}"


@pytest.mark.parametrize("name", _BY_NAME)
def test_a_policy_describes_itself(name: str) -> None:
    policy = _BY_NAME[name]
    assert policy.note.endswith(".")
    assert policy.requirements
    assert policy.schema["additionalProperties"] is False
    assert policy.inputs.keys() == policy.schema["properties"].keys()
    assert set(policy.run(policy.example).values) <= set(policy.outputs)


@pytest.mark.parametrize("name", _BY_NAME)
def test_a_policy_refuses_facts_it_does_not_know_and_says_where(name: str) -> None:
    policy = _BY_NAME[name]
    with pytest.raises(Invalid, match="is not a field"):
        policy.run({**policy.example, "surprise": "1"})
    with pytest.raises(Invalid, match="object"):
        policy.run([policy.example])
    with pytest.raises(Invalid, match="currency"):
        policy.run({**policy.example, "currency": "dollars"})


def _assert_same(ours: Any, theirs: Any, where: str) -> None:
    if isinstance(theirs, str) and theirs == "no entry":
        theirs = []
    if isinstance(theirs, list) and theirs and str(theirs[0]).startswith(("Dr ", "Cr ")):
        ours = [_in_words(line) for line in ours]
    if isinstance(theirs, list):
        assert len(ours) == len(theirs), where
        for index, (one, other) in enumerate(zip(ours, theirs, strict=True)):
            _assert_same(one, other, f"{where}.{index}")
        return
    assert _number(ours) == _number(theirs), where


def _in_words(line: Mapping[str, str]) -> str:
    side = "debit" if "debit" in line else "credit"
    account = line["account"].replace("_", " ").capitalize()
    return f"{side.capitalize()[0]}r {account} {Fraction(line[side])}"


def _number(value: Any) -> Any:
    try:
        return Fraction(str(value))
    except ValueError:
        return value


def _at(values: Any, path: str) -> Any:
    if path.startswith("cents "):
        found = _at(values, path.removeprefix("cents "))
        return [Fraction(each) * 100 for each in found] if isinstance(found, list) else Fraction(found) * 100
    for part in path.split("."):
        values = values[int(part)] if isinstance(values, list) else values[part]
    return values


def _leaves(expected: Mapping[str, Any], prefix: str = "") -> Iterator[str]:
    for name, value in expected.items():
        if isinstance(value, Mapping):
            yield from _leaves(value, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}"


def _is_within(path: str, compared: set[str]) -> bool:
    return path in compared or any(each.startswith(f"{path}.") for each in compared)
