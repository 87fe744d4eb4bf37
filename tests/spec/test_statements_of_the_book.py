"""Every case of the book of documents, as statements: whatever was filed, they tie, and every movement has its line."""

from collections import defaultdict
from datetime import date
from typing import Any

import pytest

from stoa.kernel.spans import Month, Period
from stoa.ledger import api as ledger
from stoa.policies.engine import movement_cuts
from stoa.policies.kinds import listed
from stoa.policies.kinds.frame import Filed
from stoa.policies.kinds.opening_balances import since_opening
from stoa.reporting.cube import Cube, begun
from stoa.reporting.package import statements_of
from stoa.reporting.papers import Papers
from tests.spec.test_document_kinds import _CASES, revenue_of


@pytest.fixture
def chart(db: object) -> dict[str, ledger.AccountRow]:
    return {account.code: account for account in ledger.chart_of_accounts()}


def filed(case: dict[str, Any]) -> tuple[Filed, ...]:
    found = []
    for number, row in enumerate(case["documents"], start=1):
        given = {"entity": "stoa-us"} | {name: value for name, value in row.items() if name != "kind"}
        facts = listed.read(row["kind"], given)
        on = facts.place().effective_on
        found.append(Filed(number, on, Month.of(on).start_on, facts))
    return tuple(found)


def a_journal(
    case: dict[str, Any], documents: tuple[Filed, ...], last: Month, chart: dict[str, ledger.AccountRow]
) -> Cube:
    """The lines of every month, added up as the journal adds them up."""
    sums: dict[tuple[Any, ...], int] = defaultdict(int)
    month = min(Month.of(each.effective_on) for each in documents)
    # Books that take over another system's begin with that day: nothing is posted before it.
    month = max(
        [month, *(Month.of(each.facts.on) for each in documents if each.facts.kind == "opening_balance")]
    )
    revenue = revenue_of(case)
    while month <= last:
        cuts = since_opening(movement_cuts(month), documents)
        for line in (
            *listed.lines(documents, cuts),
            *listed.lines_on_revenue(documents, [each for each in revenue if each.month <= month], cuts),
        ):
            _, account, activity, currency, segment, product, _, is_late, _, _, amount = line
            if currency == "USD":
                sums[month, account, activity, segment, product, is_late] += amount
        month = month.plus(1)
    rows: dict[str, list[ledger.MovementRow]] = defaultdict(list)
    for key, amount in sums.items():
        if amount:
            rows[key[1]].append(begun(ledger.MovementRow(*key, amount)))
    return Cube("stoa-us", "USD", chart, {code: tuple(mine) for code, mine in rows.items()})


@pytest.mark.parametrize("case", [pytest.param(case, id=case["id"]) for case in _CASES])
def test_statements_tie_for_every_case_of_the_book(
    case: dict[str, Any], chart: dict[str, ledger.AccountRow]
) -> None:
    documents = filed(case)
    last = Month.of(max(date.fromisoformat(day) for day in case["balances"]))
    cube = a_journal(case, documents, last, chart)
    period = Period(last, 1).year_to_date
    report = statements_of(cube, Papers(documents, "USD", period.end_on), period, compare=True)
    assert [tie for tie in report.ties if not tie.holds] == []
    for table in report.tables:
        unnamed = [
            line.activities
            for line in table.lines
            if line.label in ("Other movements", "Other non-cash items, net")
        ]
        assert unnamed == [], table.name
