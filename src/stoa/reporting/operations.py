"""The statements of operations and of comprehensive income (ASC 220-10-45, 225-10-S99-2)."""

from collections.abc import Sequence
from dataclasses import replace

from stoa.kernel.spans import Period
from stoa.ledger import api as ledger
from stoa.reporting.cube import Cube
from stoa.reporting.layout import Layout, flow_columns
from stoa.reporting.tables import LINE, MONEY, TOTAL, Column, Table, Tie

COST_OF_REVENUE = "Cost of revenue"
#: Statement lines of operating expenses in their order; lines of the chart that are not named follow.
OPERATING_EXPENSES = (
    "Research and development",
    "Sales and marketing",
    "General and administrative",
    "Impairment of long-lived assets",
    "Restructuring",
)
INTEREST_AND_OTHER = "Interest and other"
INCOME_TAX = "Income tax"


def moved(cube: Cube, accounts: Sequence[str], column: Column) -> int:
    """What moved the accounts in the months of a column; debit positive."""
    assert column.first is not None
    assert column.through is not None
    return cube.moved(accounts, column.first, column.through)


def operations(cube: Cube, period: Period, *, compare: bool) -> Table:
    """Return revenue, costs by function with what is inside each, and the net income or loss."""
    sheet = Layout("operations", "Statements of operations", flow_columns(period, compare=compare))
    revenue_accounts = cube.codes(ledger.REVENUE)
    lines = [
        sheet.line(
            cube.chart[code].name,
            lambda column, code=code: -moved(cube, [code], column),  # type: ignore[misc]
            accounts=[code],
        )
        for code in revenue_accounts
        if code == revenue_accounts[0] or _moves(cube, sheet, [code])
    ]
    revenue = lines[0] if len(lines) == 1 else sheet.sum("Total revenue", lines)
    cost = _function(sheet, cube, COST_OF_REVENUE, level=1)
    gross = sheet.sum("Gross profit", {revenue: 1, cost: -1}, kind=TOTAL)

    named = {COST_OF_REVENUE, INTEREST_AND_OTHER, INCOME_TAX, *OPERATING_EXPENSES}
    others = dict.fromkeys(
        cube.chart[code].statement_line
        for code in cube.codes(ledger.EXPENSE)
        if cube.chart[code].statement_line not in named
    )
    sheet.heading("Operating expenses", level=1)
    functions = [
        _function(sheet, cube, line, level=2)
        for line in (*OPERATING_EXPENSES, *others)
        if line in OPERATING_EXPENSES[:3] or _moves(cube, sheet, cube.of_line(line))
    ]
    expenses = sheet.sum("Total operating expenses", functions)
    operating = sheet.sum("Operating income (loss)", {gross: 1, expenses: -1}, kind=TOTAL)
    other = [
        sheet.line(
            cube.chart[code].name.replace("Loss (gain)", "Gain (loss)").replace("loss (gain)", "gain (loss)"),
            lambda column, code=code: -moved(cube, [code], column),  # type: ignore[misc]
            accounts=[code],
            level=2,
            note="Income is positive, expense negative.",
        )
        for code in cube.of_line(INTEREST_AND_OTHER)
        if _moves(cube, sheet, [code])
    ]
    outside = sheet.sum("Interest and other income, net", other)
    before_tax = sheet.sum("Income (loss) before income taxes", {operating: 1, outside: 1})
    tax = sheet.line(
        "Income tax expense",
        lambda column: moved(cube, cube.of_line(INCOME_TAX), column),
        accounts=cube.of_line(INCOME_TAX),
    )
    sheet.sum("Net income (loss)", {before_tax: 1, tax: -1}, kind=TOTAL, level=0)
    return sheet.table()


def with_per_share(operations_table: Table, per_share: Table) -> Table:
    """The statement of operations with what a share lost below it, or the words that say why there is none."""
    if not per_share.lines:
        return replace(operations_table, words=(*operations_table.words, *per_share.words))
    below = [line for line in per_share.lines if line.kind == LINE and line.unit != MONEY]
    return replace(operations_table, lines=(*operations_table.lines, *below))


def comprehensive_income(cube: Cube, period: Period, *, compare: bool) -> Table:
    """Return the net income or loss and what moved accumulated other comprehensive income."""
    sheet = Layout(
        "comprehensive-income",
        "Statements of comprehensive income (loss)",
        flow_columns(period, compare=compare),
    )
    net = sheet.line(
        "Net income (loss)",
        lambda column: -moved(cube, cube.results, column),
        accounts=cube.results,
        note="As in the statement of operations.",
    )
    sheet.heading("Other comprehensive income (loss)", level=1)
    lines = [
        sheet.line(
            _CHANGE_OF.get(code, f"Change in {cube.chart[code].name.lower()}"),
            lambda column, code=code: -moved(cube, [code], column),  # type: ignore[misc]
            accounts=[code],
            level=2,
        )
        for code in oci_accounts(cube)
    ]
    sheet.sum("Comprehensive income (loss)", [net, *lines], kind=TOTAL, level=0)
    return sheet.table()


_CHANGE_OF = {
    "3040": "Change in unrealized gains and losses on marketable securities",
    "3050": "Change in cumulative translation adjustment",
}


def oci_accounts(cube: Cube) -> tuple[str, ...]:
    """The accounts of accumulated other comprehensive income."""
    return cube.of_line("Accumulated other comprehensive income")


def net_income_ties(cube: Cube, operations_table: Table) -> tuple[Tie, ...]:
    """That every revenue and expense of the chart is in the statement of operations."""
    column = operations_table.columns[0]
    shown = operations_table.line("Net income (loss)").amounts_minor[0] or 0
    return (
        Tie(
            "operations",
            "Net income (loss) is the sum of every revenue and expense",
            shown,
            -moved(cube, cube.results, column),
        ),
    )


def _function(sheet: Layout, cube: Cube, line: str, *, level: int) -> int:
    codes = cube.of_line(line)
    shown = [code for code in codes if _moves(cube, sheet, [code])]
    if len(shown) <= 1:
        return sheet.line(line, lambda column: moved(cube, codes, column), accounts=codes, level=level)
    sheet.heading(line, level=level)
    parts = [
        sheet.line(
            cube.chart[code].name,
            lambda column, code=code: moved(cube, [code], column),  # type: ignore[misc]
            accounts=[code],
            level=level + 1,
        )
        for code in shown
    ]
    return sheet.sum(f"Total {line[0].lower()}{line[1:]}", parts, level=level)


def _moves(cube: Cube, sheet: Layout, accounts: Sequence[str]) -> bool:
    return any(moved(cube, [code], column) for code in accounts for column in sheet.columns if column.first)
