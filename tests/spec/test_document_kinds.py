"""The book of documents: what was filed, and what every account holds at the end of given days."""

import json
from collections import defaultdict
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from stoa.kernel.money import Money
from stoa.kernel.spans import Month
from stoa.policies.engine import balance_cuts
from stoa.policies.kinds import listed
from stoa.policies.kinds.frame import Filed, MonthRevenue
from stoa.policies.kinds.opening_balances import since_opening
from stoa.policies.registry import ACCOUNT_CODES

_CASES = [
    case
    for path in sorted(Path(__file__).parent.glob("documents*.json"))
    for case in json.loads(path.read_text())["cases"]
]
_NAMES = {code: name for name, code in ACCOUNT_CODES.items()}


def revenue_of(case: dict[str, Any]) -> list[MonthRevenue]:
    """The revenue that a case gives, by month, for families that follow revenue."""
    return [
        MonthRevenue(
            Month.parse(row["month"]),
            "USD",
            row.get("segment", "Consumer"),
            row["product"],
            row.get("partner", ""),
            False,
            Money.of(row["amount"], "USD").amount_minor,
        )
        for row in case.get("revenue", ())
    ]


def held(rows: list[dict[str, Any]], day: date, revenue: list[MonthRevenue]) -> dict[str, str]:
    """What each account holds at the end of a day, in major units, zeros left out."""
    documents = []
    for number, row in enumerate(rows, start=1):
        given = {"entity": "stoa-us"} | {name: value for name, value in row.items() if name != "kind"}
        facts = listed.read(row["kind"], given)
        effective_on = facts.place().effective_on
        documents.append(Filed(number, effective_on, Month.of(effective_on).start_on, facts))
    sums: dict[str, int] = defaultdict(int)
    cuts = since_opening(balance_cuts(day + timedelta(days=1), counts_until=day), documents)
    for line in (*listed.lines(documents, cuts), *listed.lines_on_revenue(documents, revenue, cuts)):
        sums[_NAMES.get(line[1], line[1])] += line[-1]
    return {name: str(Money(amount, "USD").decimal) for name, amount in sums.items() if amount}


@pytest.mark.parametrize("case", [pytest.param(case, id=case["id"]) for case in _CASES])
def test_the_books_hold_what_the_book_says(case: dict[str, Any]) -> None:
    for day, expected in case["balances"].items():
        assert held(case["documents"], date.fromisoformat(day), revenue_of(case)) == expected, day


def test_every_kind_has_a_case() -> None:
    assert {row["kind"] for case in _CASES for row in case["documents"]} == set(listed.KINDS)
