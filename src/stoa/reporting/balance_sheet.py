"""The balance sheet: every account in its line, current apart from non-current (ASC 210-10-45)."""

from collections.abc import Iterable

from stoa.kernel.spans import Month, Period
from stoa.ledger import api as ledger
from stoa.reporting.cube import Cube
from stoa.reporting.layout import Layout, point_columns
from stoa.reporting.tables import TOTAL, Column, Table, Tie

#: Accounts shown as one line: what is deducted stands with what it is deducted from.
_NET = {
    "Property and equipment, at cost": "Property and equipment, net",
    "Accumulated depreciation": "Property and equipment, net",
    "Internal-use software, at cost": "Internal-use software, net",
    "Accumulated software amortization": "Internal-use software, net",
    "Intangible assets, at cost": "Intangible assets, net",
    "Accumulated intangible amortization": "Intangible assets, net",
    "Accounts receivable": "Accounts receivable, net",
    "Contributed capital": "Common stock",
}
#: Asset lines that are not current although their code is below that of the long-lived ones.
_NOT_CURRENT = {"Restricted cash", "Investment in subsidiaries"}
_FIRST_LONG_LIVED = "1300"
_CURRENT_THERE = {"Suspense", "Due from group companies"}
RETAINED = "3100"
#: Lines a reader expects to see also at zero.
_ALWAYS = {"Cash and cash equivalents", "Accounts receivable, net", "Deferred revenue, current"}


def label_of_line(account: ledger.AccountRow) -> str:
    """The line of the balance sheet that an account is shown in."""
    return _NET.get(account.statement_line, account.statement_line)


def is_current(account: ledger.AccountRow) -> bool:
    """Whether an asset or liability is used up or owed within a year."""
    line = account.statement_line
    if account.type == ledger.LIABILITY:
        return "non-current" not in line
    if line in _NOT_CURRENT or "non-current" in line:
        return False
    return account.code < _FIRST_LONG_LIVED or line.endswith(", current") or line in _CURRENT_THERE


def balance_sheet(cube: Cube, period: Period, *, compare: bool) -> tuple[Table, tuple[Tie, ...]]:
    """Return the balance sheet at the end of a period beside the prior year's, and that it balances."""
    sheet = Layout("balance-sheet", "Balance sheets", point_columns(period, compare=compare))
    accounts = cube.chart.values()
    assets = [each for each in accounts if each.type == ledger.ASSET]
    liabilities = [each for each in accounts if each.type == ledger.LIABILITY]

    sheet.heading("Assets")
    current = _lines(sheet, cube, (each for each in assets if is_current(each)), 1)
    total_current = sheet.sum("Total current assets", current)
    others = _lines(sheet, cube, (each for each in assets if not is_current(each)), 1)
    total_assets = sheet.sum("Total assets", [total_current, *others], kind=TOTAL, level=0)

    sheet.heading("Liabilities and stockholders' equity")
    current = _lines(sheet, cube, (each for each in liabilities if is_current(each)), -1)
    owed_now = sheet.sum("Total current liabilities", current)
    others = _lines(sheet, cube, (each for each in liabilities if not is_current(each)), -1)
    owed = sheet.sum("Total liabilities", [owed_now, *others])
    sheet.heading("Stockholders' equity")
    capital = [each for each in accounts if each.type == ledger.EQUITY and each.code != RETAINED]
    equity = _lines(sheet, cube, capital, -1)
    equity.append(
        sheet.line(
            "Accumulated deficit",
            lambda column: -cube.closing(deficit_accounts(cube), _end(column)),
            accounts=deficit_accounts(cube),
            note="Retained earnings, with every revenue and expense posted to date: results are not closed by entries.",
        )
    )
    total_equity = sheet.sum("Total stockholders' equity", equity)
    total = sheet.sum("Total liabilities and stockholders' equity", [owed, total_equity], kind=TOTAL, level=0)
    left, right = sheet.amounts(total_assets), sheet.amounts(total)
    ties = (Tie("balance-sheet", "Assets are liabilities and equity", left[0], right[0]),)
    return sheet.table(), ties


def deficit_accounts(cube: Cube) -> tuple[str, ...]:
    """The accounts that make up the accumulated deficit."""
    return (RETAINED, *cube.results)


def _lines(sheet: Layout, cube: Cube, accounts: Iterable[ledger.AccountRow], sign: int) -> list[int]:
    by_label: dict[str, list[ledger.AccountRow]] = {}
    for account in accounts:
        by_label.setdefault(label_of_line(account), []).append(account)
    added = []
    for label, mine in by_label.items():
        codes = [account.code for account in mine]
        ends = [_end(column) for column in sheet.columns if column.change_of is None]
        if label in _ALWAYS or any(cube.closing(codes, end) for end in ends):
            added.append(
                sheet.line(
                    label,
                    lambda column, codes=codes: sign * cube.closing(codes, _end(column)),  # type: ignore[misc]
                    accounts=codes,
                )
            )
    return added


def _end(column: Column) -> Month:
    assert column.through is not None
    return column.through
