"""Roll-forwards: what an account held, what moved it by activity, what it holds. Each ties to its control account.

A row is a set of activities; what no row names stands in a row of its own, so that opening and rows always add up
to what the account holds.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from stoa.kernel.spans import Period
from stoa.reporting.cube import Cube
from stoa.reporting.layout import Layout, flow_columns
from stoa.reporting.tables import TOTAL, Column, Table, Tie


@dataclass(frozen=True, slots=True)
class Roll:
    """A register to roll forward: its control accounts, the sign a reader expects, and its rows by activity."""

    name: str
    title: str
    accounts: tuple[str, ...]
    sign: int
    rows: Mapping[str, tuple[str, ...]]
    by_account: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


_OPENING = ("opening", "opening_balance")
_MOVED = ("reclassification",)
_RECLASSIFIED = "Moved between current and non-current"

ROLLS: tuple[Roll, ...] = (
    Roll(
        *("deferred-revenue", "Deferred revenue", ("2100", "2110"), -1),
        {
            "Billed": ("sale", "billing", "addition"),
            "Recognized as revenue": ("service",),
            "Refunded": ("refund", "chargeback", "dispute", "credit"),
            "Estimates refined and trued up": ("term_estimate", "true_up", "estimate"),
            _RECLASSIFIED: _MOVED,
        },
        {"Current": ("2100",), "Non-current": ("2110",)},
    ),
    Roll(
        *("receivables", "Accounts receivable, gross", ("1100",), 1),
        {
            "Invoiced": ("sale", "billing"),
            "Collected": ("payment", "settlement"),
            "Written off": ("write_off",),
            "Recovered": ("recovery",),
        },
    ),
    Roll(
        *("allowance", "Allowance for credit losses on receivables", ("1120",), -1),
        {
            "Provision": ("provision", "true_up"),
            "Written off": ("write_off",),
            "Recovered": ("recovery",),
        },
    ),
    Roll(
        *("contract-assets", "Contract assets", ("1150",), 1),
        {
            "Earned before it was billed, net of what was billed since": ("service",),
            "Estimates refined and trued up": ("term_estimate", "true_up", "estimate"),
            "Billed": ("sale", "billing"),
            _RECLASSIFIED: _MOVED,
        },
    ),
    Roll(
        *("refund-reserve", "Refund reserve", ("2025",), -1),
        {
            "Provided": ("provision", "sale", "refund_reserve", "reserve"),
            "Used by refunds": ("usage", "refund"),
            "Released": ("release", "true_up"),
        },
    ),
    Roll(
        *("commissions", "Deferred commissions", ("1300", "1310"), 1),
        {
            "Capitalized": ("capitalization",),
            "Amortized": ("amortization",),
            "Impaired": ("impairment", "write_off"),
            _RECLASSIFIED: _MOVED,
        },
        {"Current": ("1300",), "Non-current": ("1310",)},
    ),
    Roll(
        *("partner-fees", "Partner fees payable", ("2005",), -1),
        {
            "Fees accrued with revenue": ("accrual", "service", "sale"),
            "Taken back with refunds": ("refund",),
            "Recouped from advances": ("recoupment",),
            "Paid": ("payment", "settlement"),
            "Paid beyond what is owed, now an advance": ("overpayment",),
            "Trued up": ("true_up",),
        },
    ),
    Roll(
        *("partner-advances", "Partner advances", ("1230", "1330"), 1),
        {
            "Paid in advance": ("advance", "payment", "addition"),
            "Paid beyond what is owed": ("overpayment",),
            "Recouped from fees": ("recoupment",),
            "Written off": ("write_off", "impairment"),
            _RECLASSIFIED: _MOVED,
        },
        {"Current": ("1230",), "Non-current": ("1330",)},
    ),
    Roll(
        *("development-funds", "Development funds", ("2015",), -1),
        {
            "Set aside with revenue": ("accrual", "service"),
            "Spent": ("spending", "usage", "payment"),
            "Released": ("release", "true_up"),
        },
    ),
    Roll(
        *("deferred-partner-fees", "Deferred partner fees", ("1220", "1320"), 1),
        {
            "Paid or owed in advance": ("addition", "capitalization", "payment", "deferral"),
            "Amortized": ("amortization",),
            "Impaired": ("impairment",),
            _RECLASSIFIED: _MOVED,
        },
        {"Current": ("1220",), "Non-current": ("1320",)},
    ),
    Roll(
        *("securities", "Marketable securities", ("1060", "1065", "1069"), 1),
        {
            "Bought": ("purchase", "purchase_of_securities"),
            "Matured": ("maturity", "maturity_of_securities"),
            "Sold": ("sale_of_securities", "sale"),
            "Accretion and amortization": ("accretion", "amortization", "interest"),
            "Unrealized gains and losses": ("unrealized",),
            "Realized, out of other comprehensive income": ("realized",),
            "Credit losses and impairment": (
                "provision",
                "credit_loss",
                "recovery",
                "write_off",
                "impairment",
            ),
        },
        {"Amortized cost": ("1060",), "Unrealized": ("1065",), "Allowance": ("1069",)},
    ),
    Roll(
        *("other-comprehensive-income", "Accumulated other comprehensive income", ("3040", "3050"), -1),
        {
            "Unrealized gains and losses": ("unrealized",),
            "Reclassified to the result": ("realized", "sale_of_securities", "sale"),
            "Credit losses": ("provision", "credit_loss"),
            "Translation": ("translation", "exchange", "foreign_exchange", "remeasurement"),
        },
        {"Securities": ("3040",), "Translation adjustment": ("3050",)},
    ),
    Roll(
        *("fixed-assets", "Property and equipment", ("1500", "1510"), 1),
        {
            "Additions": ("addition", "purchase_of_assets", "purchase"),
            "Depreciation": ("depreciation",),
            "Disposals": ("disposal", "sale_of_assets"),
            "Impairment": ("impairment",),
        },
        {"Cost": ("1500",), "Accumulated depreciation": ("1510",)},
    ),
    Roll(
        *("software", "Internal-use software", ("1520", "1530", "1560"), 1),
        {
            "Costs capitalized": ("software_cost", "capitalization", "addition"),
            "Placed in service": ("placing", "placed", "reclassification", "transfer_to_service"),
            "Amortization": ("amortization", "depreciation"),
            "Disposals and abandonments": ("disposal", "abandonment"),
            "Impairment": ("impairment",),
        },
        {"In service": ("1520",), "Accumulated amortization": ("1530",), "In development": ("1560",)},
    ),
    Roll(
        *("intangibles", "Intangible assets", ("1540", "1550"), 1),
        {
            "Additions": ("addition", "purchase_of_intangibles", "purchase"),
            "Amortization": ("amortization", "depreciation"),
            "Disposals": ("disposal",),
            "Impairment": ("impairment",),
        },
        {"Cost": ("1540",), "Accumulated amortization": ("1550",)},
    ),
    Roll(
        *("right-of-use", "Operating lease right-of-use assets", ("1360",), 1),
        {
            "Leases begun": ("addition", "commencement"),
            "Reduction by use": ("amortization", "service", "lease_cost"),
            "Remeasured": ("remeasurement", "modification"),
            "Ended": ("disposal", "termination"),
            "Impairment": ("impairment",),
        },
    ),
    Roll(
        *("lease-liabilities", "Operating lease liabilities", ("2040", "2140"), -1),
        {
            "Leases begun": ("addition", "commencement"),
            "Interest": ("accretion", "interest"),
            "Paid": ("lease_payment", "payment"),
            "Remeasured": ("remeasurement", "modification"),
            "Ended": ("disposal", "termination"),
            _RECLASSIFIED: _MOVED,
        },
        {"Current": ("2040",), "Non-current": ("2140",)},
    ),
    Roll(
        *("valuation-allowance", "Valuation allowance on deferred tax assets", ("1355",), -1),
        {
            "Added": ("provision", "accrual", "valuation_allowance"),
            "Released": ("release", "usage"),
            "Trued up": ("true_up",),
        },
    ),
    Roll(
        *("uncertain-tax-positions", "Uncertain tax positions", ("2150",), -1),
        {
            "Positions of the period": ("provision", "accrual", "addition"),
            "Settled": ("settlement", "payment"),
            "Lapsed": ("release", "lapse"),
        },
    ),
    Roll(
        *("stock-compensation", "Paid-in capital", ("3000", "3010"), -1),
        {
            "Stock-based compensation": ("service", "compensation", "grant", "modification"),
            "Forfeitures and conditions not met": ("forfeiture", "reversal"),
            "Shares issued": ("issue", "share_issue"),
            "Options exercised": ("exercise", "option_exercise"),
            "Net settlement": ("settlement", "tax_on_share_settlement", "vesting"),
            "Offering costs": ("offering_cost",),
        },
        {"Common stock": ("3000",), "Additional paid-in capital": ("3010",)},
    ),
)


def roll_forwards(cube: Cube, period: Period, *, compare: bool) -> tuple[tuple[Table, ...], tuple[Tie, ...]]:
    """Return every roll-forward, and that each arrives at its control account."""
    tables, ties = [], []
    for roll in ROLLS:
        table, tie = _rolled(roll, cube, period, compare=compare)
        tables.append(table)
        ties.append(tie)
    return tuple(tables), tuple(ties)


def _rolled(roll: Roll, cube: Cube, period: Period, *, compare: bool) -> tuple[Table, Tie]:
    columns = flow_columns(period, compare=compare)
    sheet = Layout(roll.name, f"{roll.title}, rolled forward", columns)
    held = cube.closing(roll.accounts, period.last)
    if not any(cube.rows.get(code) for code in roll.accounts):
        sheet.say(f"Nothing was ever posted to {roll.title.lower()} ({', '.join(roll.accounts)}).")
        return sheet.table(), Tie(roll.name, f"{roll.title} rolls forward", 0, held)
    lines = [
        sheet.line(
            "At the beginning",
            lambda column: roll.sign * _opening(cube, roll, column),
            accounts=roll.accounts,
        )
    ]
    rows = {"Brought forward": _OPENING, **roll.rows}
    named = {activity for activities in rows.values() for activity in activities}
    others = tuple(each for each in cube.activities(roll.accounts) if each not in named)
    for label, activities in (*rows.items(), ("Other movements", others)):
        cells = _moved(cube, roll, activities, columns)
        if any(cells):
            lines.append(
                sheet.line(label, cells, accounts=roll.accounts, activities=_found(cube, roll, activities))
            )
    closing = sheet.sum("At the end", lines, kind=TOTAL, level=0)
    for label, accounts in roll.by_account.items():
        sheet.line(
            f"of which {label[0].lower()}{label[1:]}",
            lambda column, codes=accounts: roll.sign * cube.closing(codes, column.through or period.last),  # type: ignore[misc]
            accounts=accounts,
            kind="memo",
        )
    tie = Tie(
        roll.name,
        f"{roll.title} rolls forward to its control account",
        sheet.amounts(closing)[0],
        roll.sign * held,
    )
    return sheet.table(), tie


def _opening(cube: Cube, roll: Roll, column: Column) -> int:
    assert column.first is not None
    return cube.closing(roll.accounts, column.first.plus(-1))


def _found(cube: Cube, roll: Roll, activities: Sequence[str]) -> tuple[str, ...]:
    there = set(cube.activities(roll.accounts))
    return tuple(activity for activity in activities if activity in there)


def _moved(cube: Cube, roll: Roll, activities: Sequence[str], columns: Sequence[Column]) -> tuple[int, ...]:
    cells: list[int] = []
    for column in columns:
        if column.change_of is not None:
            cells.append(cells[column.change_of[0]] - cells[column.change_of[1]])
            continue
        assert column.first is not None
        assert column.through is not None
        cells.append(
            roll.sign * cube.moved(roll.accounts, column.first, column.through, activities=activities)
        )
    return tuple(cells)
