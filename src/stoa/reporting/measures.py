"""Measures beside the accounting standards, each reconciled to a line of the statements (Regulation G)."""

from collections.abc import Sequence

from stoa.kernel.spans import Period
from stoa.ledger import api as ledger
from stoa.reporting.cube import Cube
from stoa.reporting.layout import Layout, flow_columns
from stoa.reporting.operations import INCOME_TAX, INTEREST_AND_OTHER, moved
from stoa.reporting.segments import percent
from stoa.reporting.tables import TOTAL, Column, Table

DEPRECIATION = ("5300", "5320", "6010", "6030", "6120", "6210")
STOCK_COMPENSATION = ("5400", "6020", "6130", "6220")
IMPAIRMENT = ("6250",)
RESTRUCTURING = ("6300",)
#: The employer's payroll tax on shares that vest is told apart by the activity of its line.
PAYROLL_TAX_ON_SHARES = ("payroll_tax_on_shares", "stock_payroll_tax", "payroll_tax_on_stock_compensation")
#: What free cash flow leaves of operating cash: money put into long-lived assets.
_INVESTED = (
    "Purchases of property and equipment",
    "Capitalized internal-use software",
    "Purchases of intangible and content assets",
)


def adjusted_ebitda(cube: Cube, period: Period, *, compare: bool) -> Table:
    """Return adjusted EBITDA, starting from the net income or loss."""
    sheet = Layout("adjusted-ebitda", "Adjusted EBITDA", flow_columns(period, compare=compare))
    net = sheet.line(
        "Net income (loss)", lambda column: -moved(cube, cube.results, column), accounts=cube.results
    )
    parts = [net]
    for label, accounts in (
        ("Income tax expense", cube.of_line(INCOME_TAX)),
        ("Interest and other (income) expense, net", cube.of_line(INTEREST_AND_OTHER)),
        ("Depreciation and amortization", DEPRECIATION),
        ("Stock-based compensation", STOCK_COMPENSATION),
    ):
        parts.append(_line(sheet, cube, label, accounts))
    bearing = tuple(
        code for code in cube.codes(ledger.EXPENSE) if code not in (*STOCK_COMPENSATION, *DEPRECIATION)
    )
    parts.append(
        sheet.line(
            "Payroll tax on stock-based compensation",
            lambda column: _of_activities(cube, bearing, column, PAYROLL_TAX_ON_SHARES),
            accounts=bearing,
            activities=PAYROLL_TAX_ON_SHARES,
        )
    )
    parts.append(_line(sheet, cube, "Impairment of long-lived assets", IMPAIRMENT))
    parts.append(_line(sheet, cube, "Restructuring", RESTRUCTURING))
    result = sheet.sum("Adjusted EBITDA", parts, kind=TOTAL, level=0)
    revenue = sheet.line(
        "Revenue",
        lambda column: -moved(cube, cube.codes(ledger.REVENUE), column),
        accounts=cube.codes(ledger.REVENUE),
        kind="memo",
    )
    percent(sheet, "Adjusted EBITDA, share of revenue", result, revenue)
    sheet.say(
        "Net income (loss) before income tax, interest and other, depreciation and amortization, stock-based "
        "compensation and the payroll tax on it, impairment and restructuring. It is no measure of US GAAP."
    )
    return sheet.table()


def free_cash_flow(flows: Table) -> Table:
    """Return operating cash less what was put into long-lived assets, both from the statement of cash flows."""
    sheet = Layout("free-cash-flow", "Free cash flow", flows.columns)
    operating = flows.line("Net cash from operating activities")
    parts = [
        sheet.line(
            operating.label,
            operating.amounts_minor,
            accounts=operating.accounts,
            note="As in the cash flows.",
        )
    ]
    for label in _INVESTED:
        line = next((line for line in flows.lines if line.label == label), None)
        if line is not None:
            parts.append(
                sheet.line(label, line.amounts_minor, accounts=line.accounts, activities=line.activities)
            )
    sheet.sum("Free cash flow", parts, kind=TOTAL, level=0)
    sheet.say(
        "Cash from operating activities less purchases of long-lived assets. It is no measure of US GAAP."
    )
    return sheet.table()


def stock_compensation(cube: Cube, period: Period, *, compare: bool) -> Table:
    """Return stock-based compensation by function."""
    sheet = Layout(
        "stock-compensation-by-function",
        "Stock-based compensation by function",
        flow_columns(period, compare=compare),
    )
    parts = [
        _line(sheet, cube, cube.chart[code].statement_line, (code,))
        for code in STOCK_COMPENSATION
        if code in cube.chart
    ]
    sheet.sum("Total stock-based compensation", parts, kind=TOTAL)
    return sheet.table()


def _line(sheet: Layout, cube: Cube, label: str, accounts: Sequence[str]) -> int:
    return sheet.line(label, lambda column: moved(cube, accounts, column), accounts=accounts)


def _of_activities(cube: Cube, accounts: Sequence[str], column: Column, activities: Sequence[str]) -> int:
    assert column.first is not None
    assert column.through is not None
    return cube.moved(accounts, column.first, column.through, activities=activities)
