"""The statement of stockholders' equity: a column for each part, a row for each thing that happened (ASC 505-10-50-2)."""

from collections.abc import Sequence

from stoa.kernel.spans import Period
from stoa.ledger import api as ledger
from stoa.reporting.balance_sheet import deficit_accounts
from stoa.reporting.cube import Cube
from stoa.reporting.layout import Layout, day_words, period_words, spans_of
from stoa.reporting.operations import oci_accounts
from stoa.reporting.tables import TOTAL, Column, Table, Tie

#: What happened to paid-in capital and treasury stock, by activity; others are named after their activity.
ROWS = {
    "opening": "Balances brought forward",
    "opening_balance": "Balances brought forward",
    "share_issue": "Issue of shares",
    "issue": "Issue of shares",
    "offering_cost": "Offering costs",
    "option_exercise": "Exercise of stock options",
    "exercise": "Exercise of stock options",
    "vesting": "Vesting of restricted shares",
    "purchase_plan": "Issue under the employee purchase plan",
    "tax_on_share_settlement": "Shares withheld for taxes",
    "share_repurchase": "Repurchase of shares",
    "repurchase": "Repurchase of shares",
    "retirement": "Retirement of treasury shares",
    "service": "Stock-based compensation",
    "compensation": "Stock-based compensation",
    "grant": "Stock-based compensation",
    "modification": "Stock-based compensation",
    "forfeiture": "Stock-based compensation",
    "reversal": "Stock-based compensation",
}


def equity(cube: Cube, period: Period, *, compare: bool) -> tuple[Table, tuple[Tie, ...]]:
    """Return the parts of equity rolled forward, and that each arrives at the balance sheet."""
    parts = equity_parts(cube)
    columns = [Column(label, group="equity") for label, _ in parts]
    sheet = Layout(
        "stockholders-equity",
        "Statements of stockholders' equity",
        [*columns, Column("Total", group="equity")],
    )
    ties: list[Tie] = []
    spans = [span for each in spans_of(period) for span in ((each, each.year_before) if compare else (each,))]
    for span in spans:
        ties.append(_roll(sheet, cube, parts, span))
    return sheet.table(), (ties[0],)


def equity_parts(cube: Cube) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """The columns of equity with their accounts."""
    oci = oci_accounts(cube)
    deficit = deficit_accounts(cube)
    paid_in = tuple(
        code for code in cube.codes(ledger.EQUITY) if code not in ("3000", "3020", *oci, *deficit)
    )
    return (
        ("Common stock", ("3000",)),
        ("Additional paid-in capital", paid_in),
        ("Treasury stock", ("3020",)),
        ("Accumulated other comprehensive income", oci),
        ("Accumulated deficit", deficit),
    )


def _roll(sheet: Layout, cube: Cube, parts: Sequence[tuple[str, Sequence[str]]], span: Period) -> Tie:
    sheet.heading(period_words(span))
    opening_on = span.first.plus(-1)
    opening = sheet.line(
        f"Balance at {day_words(opening_on.last_on)}",
        _with_total([-cube.closing(codes, opening_on) for _, codes in parts]),
        accounts=[code for _, codes in parts for code in codes if code not in cube.results],
    )
    rows = [opening]
    named = ("Net income (loss)", "Other comprehensive income (loss)")
    by_label: dict[str, list[str]] = {}
    own = [code for _, codes in parts for code in codes if code not in cube.results]
    oci = set(oci_accounts(cube))
    for activity in cube.activities([code for code in own if code not in oci]):
        by_label.setdefault(ROWS.get(activity, activity.replace("_", " ").capitalize()), []).append(activity)
    for label in dict.fromkeys([*(row for row in ROWS.values() if row in by_label), *sorted(by_label)]):
        activities = by_label[label]
        cells = [
            -cube.moved(
                [code for code in codes if code not in cube.results and code not in oci],
                *(span.first, span.last),
                activities=activities,
            )
            for _, codes in parts
        ]
        if any(cells):
            rows.append(sheet.line(label, _with_total(cells), accounts=own, activities=activities, level=2))
    for label, mine in zip(named, (set(cube.results), oci), strict=True):
        cells = [
            -cube.moved([code for code in codes if code in mine], span.first, span.last) for _, codes in parts
        ]
        if label == named[0] or any(cells):
            rows.append(sheet.line(label, _with_total(cells), accounts=sorted(mine), level=2))
    closing = sheet.sum(f"Balance at {day_words(span.last.last_on)}", rows, kind=TOTAL)
    held = -sum(cube.closing(codes, span.last) for _, codes in parts)
    return Tie(
        "stockholders-equity",
        "Equity rolls forward to the balance sheet",
        sheet.amounts(closing)[-1],
        held,
    )


def _with_total(cells: Sequence[int]) -> tuple[int, ...]:
    return (*cells, sum(cells))
