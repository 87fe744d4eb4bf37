"""Deferred revenue roll-forward and disaggregated revenue, each one pass over the journal's lines."""

from collections import defaultdict
from collections.abc import Iterable

from stoa.kernel.spans import Month
from stoa.ledger import api as ledger
from stoa.reporting.data import RevenueReport, RevenueRow, RollForward, RollForwardRow, SegmentMargin
from stoa.reporting.segments import CONTENT_COST

DEFERRED = ("2100", "2110")
REVENUE = "4000"


def deferred_revenue(*, entity: str, month: Month, currency: str = "USD") -> RollForward:
    """Return what was deferred before the month, what was billed, earned and refunded in it, and what remains."""
    sums: dict[tuple[str, str], dict[str, int]] = defaultdict(lambda: defaultdict(int))
    parts = dict.fromkeys(DEFERRED, 0)
    for account in DEFERRED:
        for line in ledger.sums(entity=entity, through=month, account=account):
            if line.currency != currency:
                continue
            parts[account] -= line.amount_minor
            row = sums[line.product, line.partner]
            row[line.activity if line.month == month else "opening"] -= line.amount_minor
    rows = tuple(_roll(product, partner, row) for (product, partner), row in sorted(sums.items()))
    total = RollForwardRow(
        "",
        "",
        *(
            sum(getattr(row, name) for row in rows)
            for name in (
                "opening_minor",
                "billed_minor",
                "recognized_minor",
                "refunded_minor",
                "other_minor",
                "closing_minor",
            )
        ),
    )
    return RollForward(entity, month, currency, rows, total, parts["2100"], parts["2110"])


def revenue(*, entity: str, month: Month, currency: str = "USD") -> RevenueReport:
    """Return revenue by segment, product and partner: the month, the month before, the year to date."""
    sums: dict[tuple[str, str, str], list[int]] = defaultdict(lambda: [0, 0, 0, 0])
    for line in ledger.sums(entity=entity, through=month, account=REVENUE):
        if line.currency != currency or line.month.year < month.plus(-1).year:
            continue
        row = sums[line.segment, line.product, line.partner]
        if line.month == month:
            row[0] -= line.amount_minor
            row[1] -= line.amount_minor if line.is_late else 0
        if line.month == month.plus(-1):
            row[2] -= line.amount_minor
        if line.month.year == month.year:
            row[3] -= line.amount_minor
    rows = tuple(RevenueRow(*key, *row) for key, row in sorted(sums.items()))
    segments = tuple(
        _add_up(segment, [row for row in rows if row.segment == segment])
        for segment in dict.fromkeys(row.segment for row in rows)
    )
    return RevenueReport(entity, month, currency, rows, segments, _add_up("", rows))


def deferred_by_month(*, entity: str, through: Month, currency: str = "USD") -> tuple[RollForwardRow, ...]:
    """Return the total roll-forward of each month up to ``through``, oldest first, the month in ``product``."""
    months: dict[Month, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for account in DEFERRED:
        for line in ledger.sums(entity=entity, through=through, account=account):
            if line.currency == currency:
                months[line.month][line.activity] -= line.amount_minor
    opening = 0
    rows = []
    for month in sorted(months):
        row = _roll(str(month), "", months[month] | {"opening": opening})
        opening = row.closing_minor
        rows.append(row)
    return tuple(rows)


def revenue_by_month(*, entity: str, through: Month, currency: str = "USD") -> tuple[tuple[Month, int], ...]:
    """Return the revenue of each month up to ``through``, oldest first."""
    months: dict[Month, int] = defaultdict(int)
    for line in ledger.sums(entity=entity, through=through, account=REVENUE):
        if line.currency == currency:
            months[line.month] -= line.amount_minor
    return tuple(sorted(months.items()))


def margin_by_month(*, entity: str, through: Month, currency: str = "USD") -> tuple[SegmentMargin, ...]:
    """Return revenue and what educator partners leave of it, by segment and month, oldest first, in three queries."""
    sums: dict[tuple[str, Month], list[int]] = defaultdict(lambda: [0, 0])
    for account in (REVENUE, *CONTENT_COST):
        for line in ledger.sums(entity=entity, through=through, account=account):
            if line.currency == currency:
                row = sums[line.segment, line.month]
                row[0] -= line.amount_minor if account == REVENUE else 0
                row[1] -= line.amount_minor
    return tuple(SegmentMargin(*key, *row) for key, row in sorted(sums.items()))


def _roll(product: str, partner: str, row: dict[str, int]) -> RollForwardRow:
    opening, billed, service = row.get("opening", 0), row.get("sale", 0), row.get("service", 0)
    refunded = row.get("refund", 0)
    closing = sum(row.values())
    other = closing - opening - billed - service - refunded
    return RollForwardRow(product, partner, opening, billed, -service, -refunded, other, closing)


def _add_up(segment: str, rows: Iterable[RevenueRow]) -> RevenueRow:
    rows = list(rows)
    return RevenueRow(
        segment,
        "",
        "",
        *(
            sum(getattr(row, name) for row in rows)
            for name in ("month_minor", "late_minor", "previous_minor", "year_to_date_minor")
        ),
    )
