"""Notes from the journal: income taxes, the estimates that carry amounts, and what came late."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date

from stoa.kernel.spans import Month, Period
from stoa.ledger import api as ledger
from stoa.reporting.cube import Cube
from stoa.reporting.layout import Layout, day_words, flow_columns, month_words, point_columns
from stoa.reporting.operations import INCOME_TAX, moved
from stoa.reporting.segments import percent
from stoa.reporting.tables import MEMO, TOTAL, Column, Table

_SHOWN = 40


def income_taxes(cube: Cube, period: Period, *, compare: bool) -> Table:
    """Return the loss before tax, current and deferred tax, and the effective rate (740-10-50)."""
    sheet = Layout("income-taxes", "Income taxes", flow_columns(period, compare=compare))
    tax_accounts = cube.of_line(INCOME_TAX)
    others = tuple(code for code in cube.results if code not in tax_accounts)
    before = sheet.line(
        "Income (loss) before income taxes", lambda column: -moved(cube, others, column), accounts=others
    )
    parts = [
        sheet.line(
            cube.chart[code].name,
            lambda column, code=code: moved(cube, [code], column),  # type: ignore[misc]
            accounts=[code],
        )
        for code in tax_accounts
    ]
    tax = sheet.sum("Income tax expense", parts, kind=TOTAL)
    percent(sheet, "Effective rate", tax, before)
    sheet.say("The effective rate is not shown for a loss before tax.")
    return sheet.table()


def deferred_taxes(cube: Cube, period: Period, *, compare: bool) -> Table:
    """Return deferred tax assets, what of them is not expected to be used, and uncertain positions."""
    sheet = Layout("deferred-taxes", "Deferred taxes", point_columns(period, compare=compare))
    parts = [
        sheet.line(
            cube.chart[code].name,
            lambda column, code=code: cube.closing([code], column.through),  # type: ignore[misc]
            accounts=[code],
        )
        for code in ("1350", "1355", "2160")
        if code in cube.chart
    ]
    sheet.sum("Deferred taxes, net", parts, kind=TOTAL)
    sheet.line(
        "Uncertain tax positions",
        lambda column: -cube.closing(["2150"], column.through or period.last),
        accounts=["2150"],
        kind=MEMO,
    )
    return sheet.table()


#: Estimates that amounts of the balance sheet or the result rest on: what, where it stands, the policy that makes it.
_ESTIMATES = (
    ("Allowance for credit losses", ("1120",), "credit_losses: loss rates by age and forecasts"),
    ("Refund reserve", ("2025",), "consumer_refund_reserve: historical refund rates"),
    ("Variable consideration of degree terms", ("1150",), "degree_fees: expected value, constrained"),
    (
        "Benefit period of commissions, 36 months initial",
        ("1300", "1310"),
        "deferred_commissions: contract terms and life of the technology",
    ),
    ("Useful lives of property and equipment", ("1500", "1510"), "fixed_assets: two to five years"),
    (
        "Useful lives of internal-use software",
        ("1520", "1530", "1560"),
        "internal_use_software: two to five years",
    ),
    ("Useful lives of intangible assets", ("1540", "1550"), "intangibles: three to six years"),
    ("Right-of-use assets: term, rate, recoverability", ("1360",), "leases and impairment"),
    ("Deferred partner fees, recoverability", ("1220", "1320"), "impairment"),
    ("Realizable deferred taxes", ("1350", "1355", "2160"), "income_taxes: positive and negative evidence"),
    ("Uncertain tax positions", ("2150",), "uncertain_tax_positions: more likely than not"),
    (
        "Fair value of stock awards at grant",
        ("5400", "6020", "6130", "6220"),
        "stock_compensation: option model, expense to date",
    ),
)


def estimates(cube: Cube, period: Period, *, compare: bool) -> Table:
    """Return what the estimates carry, each with the policy that makes it (ACC-02, 275-10-50-4)."""
    sheet = Layout("estimates", "Estimates and what they carry", point_columns(period, compare=compare))
    for label, accounts, basis in _ESTIMATES:
        sheet.line(
            label,
            lambda column, codes=accounts: cube.closing(codes, column.through),  # type: ignore[misc]
            accounts=accounts,
            note=f"Policy {basis}.",
        )
    sheet.say(
        "A change of an estimate is prospective: stoa policy estimates compares estimates with outcomes."
    )
    return sheet.table()


def late_documents(cube: Cube, period: Period, rows: Sequence[ledger.LateRow]) -> Table:
    """Return the effect of documents that came after their month was locked, by the days they belong to."""
    columns = [
        Column("Effect on the result", group="late"),
        Column("Effect on assets and liabilities", group="late"),
    ]
    sheet = Layout("late-documents", "Catch-ups of late documents", columns)
    results = set(cube.results)
    sums: dict[tuple[Month, date, date, str], list[int]] = defaultdict(lambda: [0, 0])
    accounts: dict[tuple[Month, date, date, str], set[str]] = defaultdict(set)
    for row in rows:
        key = (row.month, row.belongs_from, row.belongs_until, row.activity)
        accounts[key].add(row.account)
        if row.account in results:
            sums[key][0] -= row.amount_minor
        else:
            sums[key][1] += row.amount_minor
    lines = []
    for key in sorted(sums)[:_SHOWN]:
        in_month, belongs_from, belongs_until, activity = key
        lines.append(
            sheet.line(
                f"In {in_month}: {activity}, of {belongs_from} until {belongs_until}",
                tuple(sums[key]),
                accounts=sorted(accounts[key]),
                activities=[activity],
                note="Posted in the open month, tagged with the days it belongs to.",
            )
        )
    rest = sorted(sums)[_SHOWN:]
    if rest:
        cells = tuple(sum(sums[key][index] for key in rest) for index in (0, 1))
        lines.append(sheet.line(f"{len(rest)} others", cells, note="Added up."))
    if lines:
        sheet.sum("Catch-ups in all", lines, kind=TOTAL)
    else:
        last = day_words(period.last.last_on) if period.count > 1 else month_words(period.last)
        sheet.say(f"No document of an earlier, locked month came late in the period to {last}.")
    return sheet.table()
