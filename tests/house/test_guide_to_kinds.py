"""The guide to kinds of documents is true: its kind holds what its case says, and keeps a register."""

import json
import re
import sys
from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from types import ModuleType

import pytest

from stoa.kernel.money import Money
from stoa.kernel.spans import Month
from stoa.policies.facts import read_facts
from stoa.policies.kinds.frame import Filed

GUIDE = Path(__file__).resolve().parents[2] / "docs" / "guide" / "new-kind-of-document.md"


def block(language: str) -> str:
    """The only block of code of a language."""
    [found] = re.findall(rf"```{language}\n(.*?)```", GUIDE.read_text(), re.DOTALL)
    return str(found)


@pytest.fixture
def insurance() -> Iterator[ModuleType]:
    module = ModuleType("stoa_guide_insurance")
    sys.modules[module.__name__] = module
    exec(compile(block("python"), str(GUIDE), "exec"), module.__dict__)
    yield module
    del sys.modules[module.__name__]


def test_the_kind_of_the_guide_holds_what_its_case_says(insurance: ModuleType) -> None:
    case = json.loads(block("json"))
    given = {name: each for name, each in case["documents"][0].items() if name != "kind"}
    facts = read_facts(insurance.InsurancePaid, {"entity": "stoa-us", **given})
    month = Month.of(facts.place().effective_on)
    known = [Filed(1, facts.place().effective_on, month.start_on, facts)]
    for day, expected in case["balances"].items():
        held: dict[str, int] = defaultdict(int)
        for balance in insurance.FAMILY.balances(known, date.fromisoformat(day) + timedelta(days=1)):
            held[balance.account] += balance.amount_minor
        assert {name: str(Money(minor, "USD").decimal) for name, minor in held.items() if minor} == expected
    assert list(insurance.FAMILY.active(known, month)) == [1]
    assert list(insurance.FAMILY.problems(known, month.end_on)) == []
    [row] = insurance.FAMILY.register(known, month.end_on).rows
    assert (row.carrying_minor, row.next_movement_minor) == (91_667, 8_334)
