"""Thirteen weeks of cash ahead of a period's end: what is due by documents, and what goes on as before.

No date of a forecast comes from a clock: weeks count from the day after the period.
"""

from collections.abc import Mapping
from datetime import date, timedelta

from stoa.kernel.spans import Month, Period
from stoa.policies.cash_activities import CASH_ACCOUNTS
from stoa.policies.kinds.receivables import open_items
from stoa.policies.kinds.registers import Register
from stoa.reporting.cube import Cube
from stoa.reporting.layout import Layout
from stoa.reporting.papers import Papers
from stoa.reporting.tables import TOTAL, Column, Table

_WEEKS = 13
#: Weeks in which what is past due, due without a day, or owed to partners is expected to move.
_PAST_DUE_WEEK, _PARTNERS_WEEK = 4, 6
_CLEARING = "1050"


def cash_forecast(cube: Cube, papers: Papers, registers: Mapping[str, Register], period: Period) -> Table:
    """Return opening cash, receipts and payments of each of the next thirteen weeks, and cash at its end."""
    start = min(period.end_on, papers.until)
    columns = [Column(f"To {start + timedelta(days=7 * week - 1)}", group="weeks") for week in range(1, 14)]
    sheet = Layout("cash-forecast", "Cash forecast, thirteen weeks", columns)
    cash = cube.closing(CASH_ACCOUNTS, period.last)
    lines = [
        sheet.line(
            "Customers, by due day of open invoices",
            _receivables(papers, start),
            accounts=("1100",),
            note=f"What is past due is expected in week {_PAST_DUE_WEEK}; after week 13 is left out.",
        ),
        sheet.line(
            "Payment processors",
            _settlements(cube, period),
            accounts=(_CLEARING,),
            note="Week 1: what is in transit. Later weeks: the settlements of the last three months by week.",
        ),
        sheet.line(
            "Suppliers, by due day of open bills",
            _payables(registers, start, papers.currency),
            accounts=("2000",),
            note="Bills and assets that are filed and not paid, by the day they are due.",
        ),
        sheet.line(
            "New bills of suppliers",
            _by_week(_supplier_payments(cube, period), from_week=5),
            accounts=CASH_ACCOUNTS,
            activities=("accrual",),
            note="From week 5: what was paid for bills in the last three months, by week.",
        ),
        sheet.line(
            "Staff",
            _by_week(_staff_payments(cube, period), from_week=1),
            accounts=CASH_ACCOUNTS,
            activities=("payment",),
            note="What was paid to staff in the last three months, by week: payments less those to partners.",
        ),
        sheet.line(
            "Educator partners",
            _once(cube.closing(["2005", "2015"], period.last), _PARTNERS_WEEK),
            accounts=("2005", "2015"),
            note=f"What is owed at the end of the period, in week {_PARTNERS_WEEK}.",
        ),
        sheet.line(
            "Leases",
            _leases(registers, start, papers.currency),
            accounts=("2040", "2140"),
            note="A twelfth of next year's lease payments in the week of each first of a month.",
        ),
        sheet.line(
            "Sales tax",
            _once(cube.closing(["2200"], period.last), 3),
            accounts=("2200",),
            note="What is owed at the end of the period, in week 3.",
        ),
    ]
    moved = [sum(sheet.amounts(line)[week] for line in lines) for week in range(_WEEKS)]
    openings = [cash + sum(moved[:week]) for week in range(_WEEKS)]
    opening = sheet.line(
        "Cash at the beginning of the week",
        openings,
        accounts=CASH_ACCOUNTS,
        note="Cash, money-market funds and restricted cash.",
    )
    change = sheet.sum("Change in the week", lines)
    sheet.sum("Cash at the end of the week", [opening, change], kind=TOTAL, level=0)
    sheet.say(
        "Method: documents give what is due; where there is none, the last three months go on. "
        "Purchases and maturities of securities, taxes and share transactions are not forecast."
    )
    return sheet.table()


def _receivables(papers: Papers, start: date) -> list[int]:
    cells = [0] * _WEEKS
    for item in open_items(papers.known(start)):
        if item.currency == papers.currency and item.open_minor:
            week = _week(item.due_on, start)
            if week is not None:
                cells[week] += item.open_minor
    return cells


def _payables(registers: Mapping[str, Register], start: date, currency: str) -> list[int]:
    cells = [0] * _WEEKS
    register = registers.get("payables")
    for row in register.rows if register else ():
        week = _week(row.end_on or start, start)
        if week is not None and row.currency == currency and row.account == "2000":
            cells[week] -= abs(row.carrying_minor)
    return cells


def _leases(registers: Mapping[str, Register], start: date, currency: str) -> list[int]:
    register = registers.get("leases")
    year = sum(
        each.amount_minor
        for each in (register.years if register else ())
        if each.number == 1 and each.currency == currency and "payment" in each.words
    )
    cells = [0] * _WEEKS
    for week in range(_WEEKS):
        days = (start + timedelta(days=7 * week + offset) for offset in range(7))
        cells[week] = -sum(year // 12 for day in days if day.day == 1)
    return cells


def _settlements(cube: Cube, period: Period) -> list[int]:
    """What is in transit now in the first week, then what processors paid out in the last three months, by week."""
    paid_out = cube.moved(
        CASH_ACCOUNTS, *_last_three(period), activities=("settlement",), segments=("Consumer",)
    )
    return [cube.closing([_CLEARING], period.last), *[paid_out // _WEEKS] * (_WEEKS - 1)]


def _supplier_payments(cube: Cube, period: Period) -> int:
    return -cube.moved(CASH_ACCOUNTS, *_last_three(period), activities=("accrual",))


def _staff_payments(cube: Cube, period: Period) -> int:
    """Payments of the company's own, less those to partners."""
    span = _last_three(period)
    paid = -cube.moved(CASH_ACCOUNTS, *span, activities=("payment",), segments=("Corporate", ""))
    return paid - cube.moved(["2005"], *span, activities=("payment",))


def _last_three(period: Period) -> tuple[Month, Month]:
    return period.last.plus(-2), period.last


def _by_week(paid: int, *, from_week: int) -> list[int]:
    return [-(max(paid, 0) // _WEEKS) if week + 1 >= from_week else 0 for week in range(_WEEKS)]


def _once(balance: int, week: int) -> list[int]:
    cells = [0] * _WEEKS
    cells[week - 1] = balance
    return cells


def _week(due_on: date, start: date) -> int | None:
    """The week in which something due is expected, from 0; ``None`` after the last."""
    if due_on < start:
        return _PAST_DUE_WEEK - 1
    week = (due_on - start).days // 7
    return week if week < _WEEKS else None
