"""Statements tie whatever is posted: the sheet balances, cash flows arrive at the cash, equity rolls forward."""

from collections import defaultdict
from collections.abc import Mapping

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from stoa.kernel.spans import Month, Period
from stoa.ledger import api as ledger
from stoa.policies.cash_activities import CASH_ACTIVITIES
from stoa.reporting.balance_sheet import balance_sheet
from stoa.reporting.cash_flows import cash_flows
from stoa.reporting.cube import Cube
from stoa.reporting.equity import equity
from stoa.reporting.operations import comprehensive_income, net_income_ties, operations
from stoa.reporting.tables import SUM, TOTAL, Table

Chart = Mapping[str, ledger.AccountRow]

ACTIVITIES = (
    *("sale", "service", "refund", "reclassification", "capitalization", "amortization", "payment", "entry"),
    *(
        "addition",
        "depreciation",
        "disposal",
        "impairment",
        "provision",
        "write_off",
        "accretion",
        "unrealized",
    ),
    *("compensation", "something_new", *CASH_ACTIVITIES),
)


@pytest.fixture
def chart(db: object) -> Chart:
    return {account.code: account for account in ledger.chart_of_accounts()}


def a_journal(chart: Chart, entries: list[tuple[int, int, int, str, int]]) -> Cube:
    """Balanced entries of two lines each: month, debited and credited account, activity, amount."""
    codes = sorted(chart)
    rows: dict[str, list[ledger.MovementRow]] = defaultdict(list)
    for month, debit, credit, activity, amount in entries:
        for index, signed in ((debit, amount), (credit, -amount)):
            code = codes[index % len(codes)]
            rows[code].append(
                ledger.MovementRow(Month(2024, 10).plus(month), code, activity, "", "", False, signed)
            )
    return Cube("stoa-us", "USD", chart, {code: tuple(mine) for code, mine in rows.items()})


entries = st.lists(
    st.tuples(
        st.integers(0, 12),
        st.integers(0, 200),
        st.integers(0, 200),
        st.sampled_from(ACTIVITIES),
        st.integers(1, 10**12),
    ),
    max_size=40,
)
periods = st.sampled_from(
    [Period.parse(text) for text in ("2025-01", "2025-09", "2025-Q1", "2025-Q3", "2025")]
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(entries=entries, period=periods, compare=st.booleans())
def test_statements_tie_for_any_journal(
    chart: Chart, entries: list[tuple[int, int, int, str, int]], period: Period, compare: bool
) -> None:
    cube = a_journal(chart, entries)
    sheet, sheet_ties = balance_sheet(cube, period, compare=compare)
    results = operations(cube, period, compare=compare)
    equity_table, equity_ties = equity(cube, period, compare=compare)
    flows, flow_ties = cash_flows(cube, period, compare=compare)
    for tie in (*sheet_ties, *net_income_ties(cube, results), *equity_ties, *flow_ties):
        assert tie.holds, tie
    assert (
        sheet.line("Total assets").amounts_minor
        == sheet.line("Total liabilities and stockholders' equity").amounts_minor
    )
    assert (
        flows.line("Net cash from operating activities").amounts_minor
        == flows.line("Net cash from operating activities, direct").amounts_minor
    )
    for table in (sheet, results, comprehensive_income(cube, period, compare=compare), equity_table, flows):
        add_up(table)


def add_up(table: Table) -> None:
    """Every sum is the sum of the lines it names, and every change the difference of its columns."""
    for line in table.lines:
        if line.kind in (SUM, TOTAL):
            for index in range(len(table.columns)):
                parts = [(table.lines[part].amounts_minor[index] or 0) * sign for part, sign in line.parts]
                assert sum(parts) == (line.amounts_minor[index] or 0)
        for index, column in enumerate(table.columns):
            if column.change_of is not None and line.amounts_minor:
                later, earlier = (line.amounts_minor[place] or 0 for place in column.change_of)
                assert line.amounts_minor[index] == later - earlier
