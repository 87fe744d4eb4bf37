"""Notes from the registers: what each holds, what later years bear, fair value levels, lease cost."""

from collections import defaultdict
from collections.abc import Mapping
from fractions import Fraction

from stoa.kernel.spans import Period
from stoa.policies.kinds.registers import Figure, Register
from stoa.policies.registry import ACCOUNT_CODES
from stoa.reporting.cube import Cube
from stoa.reporting.layout import Layout, day_words, flow_columns, point_columns, words_of
from stoa.reporting.operations import moved
from stoa.reporting.tables import COUNT, MEMO, PERCENT, TOTAL, YEARS, Column, Table

#: Names of registers as notes call them; others are named after their family.
_TITLES = {
    "stock_compensation": "Stock awards",
    "fixed_assets": "Property and equipment",
    "internal_use_software": "Internal-use software",
    "intangibles": "Intangible assets",
    "leases": "Leases",
    "securities": "Marketable securities",
    "credit_losses": "Receivables",
    "payables": "Payables",
    "income_taxes": "Income taxes",
    "uncertain_tax_positions": "Uncertain tax positions",
}
LEASE_COST = ("5500", "6040", "6150", "6240")


def register_notes(found: Mapping[str, Register], period: Period, currency: str) -> tuple[Table, ...]:
    """Return a note for every register: by kind, by year, and its figures; empty ones say so."""
    return tuple(_note(name, register, period, currency) for name, register in sorted(found.items()))


def _note(name: str, register: Register, period: Period, currency: str) -> Table:
    title = _TITLES.get(name, words_of(name))
    columns = [
        Column("How many", group="register"),
        *(Column(label, group="register") for label in ("Cost or amount", "Taken from it", "Carried at")),
    ]
    sheet = Layout(f"register-{name.replace('_', '-')}", f"{title}: register", columns)
    rows = [row for row in register.rows if row.currency == currency]
    by_kind: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0, 0])
    for row in rows:
        sums = by_kind[row.kind]
        for index, amount in enumerate((1, row.cost_minor, row.accumulated_minor, row.carrying_minor)):
            sums[index] += amount
    codes = sorted({ACCOUNT_CODES.get(row.account, row.account) for row in rows if row.account})
    note = f"The register of {title[:1].lower()}{title[1:]} on {day_words(period.last.last_on)}, from its documents."
    lines = []
    for kind, (count, *amounts) in sorted(by_kind.items()):
        label = words_of(kind)
        lines.append(sheet.line(label, (None, *amounts), accounts=codes, note=note))
        sheet.line(f"{label}, how many", (count, None, None, None), kind=MEMO, level=2, unit=COUNT, note=note)
    if lines:
        sheet.sum("In all", lines, kind=TOTAL, note=note)
    else:
        sheet.say(f"Nothing is in the register of {title.lower()}.")
    _years(sheet, register, currency, note)
    _figures(sheet, register, currency, note)
    return sheet.table()


def _years(sheet: Layout, register: Register, currency: str, note: str) -> None:
    by_words: dict[str, list[int]] = {}
    for words in dict.fromkeys(each.words for each in register.years if each.currency == currency):
        sheet.heading(f"{words[0].upper()}{words[1:]}")
        mine = [each for each in register.years if each.words == words and each.currency == currency]
        mine.sort(key=lambda each: (each.number == 0, each.number))
        by_words[words] = [
            sheet.line(
                f"Year {each.number}, until {each.ends_on}" if each.number else "Thereafter",
                (None, None, None, each.amount_minor),
                note=note,
            )
            for each in mine
        ]
        sheet.sum("In all", by_words[words], kind=TOTAL, note=note)


def _figures(sheet: Layout, register: Register, currency: str, note: str) -> None:
    figures = [each for each in register.figures if each.currency in ("", currency)]
    if figures:
        sheet.heading("Figures")
    for each in figures:
        if each.amount_minor is not None:
            sheet.line(each.words, (None, None, None, each.amount_minor), kind=MEMO, note=note)
        else:
            unit, times = _unit_of(each)
            sheet.line(
                each.words,
                (None, None, None, round(Fraction(each.number) * times)),
                kind=MEMO,
                unit=unit,
                note=f"{note} Exactly {each.number}.",
            )


def _unit_of(figure: Figure) -> tuple[str, int]:
    """What a figure without an amount is counted in: a rate, years, or things."""
    if "rate" in figure.words.lower():
        return PERCENT, 10_000
    return (YEARS, 100) if "years" in figure.words.lower() else (COUNT, 1)


def fair_value(cube: Cube, found: Mapping[str, Register], period: Period) -> Table:
    """Return what is measured at fair value by the level of its lowest significant input."""
    columns = [Column(f"Level {level}", group="level") for level in (1, 2, 3)]
    sheet = Layout("fair-value", "Fair value by level", [*columns, Column("Total", group="level")])
    funds = cube.closing(["1005"], period.last)
    lines = [
        sheet.line(
            "Money-market funds", (funds, 0, 0, funds), accounts=("1005",), note="Quoted prices: level 1."
        )
    ]
    by_kind: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
    for register in found.values():
        for row in register.rows:
            if row.level in (1, 2, 3) and row.currency == cube.currency:
                by_kind[row.kind][row.level - 1] += row.carrying_minor
    lines += [
        sheet.line(
            words_of(kind),
            (*levels, sum(levels)),
            accounts=("1060", "1065", "1069"),
            note="Fair value in the register of securities; the level of the lowest significant input.",
        )
        for kind, levels in sorted(by_kind.items())
    ]
    sheet.sum("Assets measured at fair value", lines, kind=TOTAL)
    if not by_kind:
        sheet.say("No security is held.")
    return sheet.table()


def lease_cost(cube: Cube, period: Period, *, compare: bool) -> Table:
    """Return lease cost by function and by what it is, cash paid for leases, and assets obtained."""
    sheet = Layout("lease-cost", "Lease cost", flow_columns(period, compare=compare))
    lines = [
        sheet.line(
            f"In {cube.chart[code].statement_line[0].lower()}{cube.chart[code].statement_line[1:]}",
            lambda column, code=code: moved(cube, [code], column),  # type: ignore[misc]
            accounts=[code],
        )
        for code in LEASE_COST
        if code in cube.chart
    ]
    sheet.sum("Lease cost", lines, kind=TOTAL)
    activities = cube.activities(LEASE_COST)
    for activity in activities:
        sheet.line(
            f"of which {activity.replace('_', ' ')}",
            lambda column, activity=activity: cube.moved(  # type: ignore[misc]
                LEASE_COST, column.first, column.through, activities=[activity]
            ),
            accounts=LEASE_COST,
            activities=[activity],
            kind=MEMO,
        )
    sheet.line(
        "Cash paid for lease liabilities",
        lambda column: (
            cube.moved(["2040", "2140"], column.first, column.through, activities=_PAID)
            if column.first and column.through
            else 0
        ),
        accounts=("2040", "2140"),
        activities=_PAID,
        kind=MEMO,
    )
    return sheet.table()


_PAID = ("lease_payment", "payment")


def contract_balances(cube: Cube, period: Period, *, compare: bool) -> Table:
    """Return receivables, contract assets and contract liabilities, current and not (606-10-50-8)."""
    sheet = Layout("contract-balances", "Contract balances", point_columns(period, compare=compare))
    for label, accounts, sign in (
        ("Accounts receivable, billed", ("1100",), 1),
        ("Allowance for credit losses", ("1120",), 1),
        ("Contract assets (unbilled)", ("1150",), 1),
        ("Deferred revenue, current", ("2100",), -1),
        ("Deferred revenue, non-current", ("2110",), -1),
        ("Refund liability", ("2025",), -1),
        ("Deferred commissions", ("1300", "1310"), 1),
    ):
        sheet.line(
            label,
            lambda column, codes=accounts, sign=sign: sign * cube.closing(codes, column.through),  # type: ignore[misc]
            accounts=accounts,
        )
    return sheet.table()
