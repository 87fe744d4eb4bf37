"""Spreading an amount over time: the stand-ready daily series and its cousins (ASC 606-10-25-14(b), 25-31, 55-17).

Every method rounds the running total and takes differences, so that any cut of time sums to the amount.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from typing import Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from stoa.kernel.spans import Month, add_months
from stoa.policies.facts import Amount, Facts, fact, refuse
from stoa.policies.frame import Explanation, Policy

_PERIODS_AT_MOST = 1200
_MILLISECOND = timedelta(milliseconds=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class ScheduleFacts(Facts):
    """An amount and its span: as days, as instants, as a number of months, or as a bare number of days."""

    amount: Amount = fact("Amount to spread; negative for a credit.")
    method: Literal["day", "millisecond", "month_even", "month_even_prorated", "half_month"] = fact(
        "day: equal days; millisecond: equal instants; month_even: equal calendar months, the start's counts "
        "full and a partial last one not; month_even_prorated: first and last month by instant, the others "
        "equal; half_month: the first and the month after the last count half.",
        default="day",
    )
    start_on: date | None = fact("First day.", default=None)
    end_on: date | None = fact("Day after the last day.", default=None)
    starts_at: datetime | None = fact("First instant, with its offset.", default=None)
    ends_at: datetime | None = fact("Instant after the last.", default=None)
    months: int | None = fact("Number of months, instead of an end.", default=None)
    days: int | None = fact("Number of days, when no dates matter; with period_end_days.", default=None)
    period_end_days: tuple[int, ...] = fact("Where periods end, in days from the start.", default=())
    through: date | None = fact("Last day to count to date; the end of the span when left out.", default=None)
    time_zone: str = fact("Zone in which days are counted, for instants.", default="UTC")
    period_rounding: Literal["cumulative", "cut_each"] = fact(
        "cumulative: half up on the running total; cut_each: each period is cut to the cent and the last of its "
        "kind takes the rest, as some systems do.",
        default="cumulative",
    )


def decide(facts: ScheduleFacts, explain: Explanation) -> dict[str, Any]:
    """Earn the amount evenly over its span and show each calendar month, or each given cut."""
    if facts.days is not None:
        return _by_days(facts, facts.days, explain)
    start, end = _span(facts)
    months = list(_months(start, end, facts))
    parts = _shares(facts, start, end, months)
    amounts = _rounded(facts, parts)
    explain.step(
        "606-10-25-14(b)",
        "The promise is a series of distinct services; time elapsed measures progress (25-31, 55-17): "
        f"{facts.method.replace('_', ' ')}, {len(months)} calendar months.",
    )
    grid = facts.grid
    deferred = grid.round(facts.amount)
    rows = []
    for month, amount in zip(months, amounts, strict=True):
        deferred -= amount
        rows.append({"month": str(month), "amount": grid.text(amount), "deferred": grid.text(deferred)})
    values: dict[str, Any] = {
        "by_month": {row["month"]: row["amount"] for row in rows},
        "schedule": rows,
        "total": grid.text(sum(amounts, Fraction(0))),
        "days": (end.date() - start.date()).days,
    }
    if facts.through is not None:
        values |= _to_date(facts, start, end, months, amounts)
    return values


def _by_days(facts: ScheduleFacts, days: int, explain: Explanation) -> dict[str, Any]:
    if days <= 0 or any(end < 0 for end in facts.period_end_days):
        raise refuse("days", "must be more than 0, and period ends must not be negative.")
    if list(facts.period_end_days) != sorted(facts.period_end_days):
        raise refuse("period_end_days", "must rise.")
    grid = facts.grid
    ends = [min(end, days) for end in facts.period_end_days] or [days]
    to_dates = [facts.amount * end / days for end in ends]
    lengths = [after - before for before, after in zip([0, *ends], ends, strict=False)]
    naive = [grid.round(facts.amount * length / days) for length in lengths]
    amounts = grid.differences(to_dates)
    explain.step("606-10-25-31", f"{days} equal days; each running total is rounded once, half up.")
    return {
        "by_period": grid.texts(amounts),
        "to_date": grid.texts([grid.round(each) for each in to_dates]),
        "total": grid.text(sum(amounts, Fraction(0))),
        "rounded_per_period": grid.texts(naive),
        "error_of_rounding_per_period": grid.text(
            sum(naive, Fraction(0)) - grid.round(facts.amount * ends[-1] / days)
        ),
        "days": days,
    }


def _span(facts: ScheduleFacts) -> tuple[datetime, datetime]:
    try:
        zone = ZoneInfo(facts.time_zone)
    except (ZoneInfoNotFoundError, ValueError):
        raise refuse("time_zone", f"{facts.time_zone!r} is not an IANA zone such as UTC.") from None
    if facts.starts_at is not None:
        start = facts.starts_at.astimezone(zone)
    elif facts.start_on is not None:
        start = datetime(facts.start_on.year, facts.start_on.month, facts.start_on.day, tzinfo=zone)
    else:
        raise refuse("start_on", "is missing: give start_on, starts_at, or days.")
    if facts.ends_at is not None:
        end = facts.ends_at.astimezone(zone)
    elif facts.end_on is not None:
        end = datetime(facts.end_on.year, facts.end_on.month, facts.end_on.day, tzinfo=zone)
    elif facts.months is not None and 1 <= facts.months <= _PERIODS_AT_MOST:
        moved = add_months(start.date(), facts.months)
        end = start.replace(year=moved.year, month=moved.month, day=moved.day)
    else:
        raise refuse("end_on", f"is missing: give end_on, ends_at, or months from 1 to {_PERIODS_AT_MOST}.")
    if end <= start:
        raise refuse("end_on", "must come after the start.")
    if (end - start).days > 31 * _PERIODS_AT_MOST:
        raise refuse("end_on", f"lies more than {_PERIODS_AT_MOST} months after the start.")
    return start, end


def _months(start: datetime, end: datetime, facts: ScheduleFacts) -> Sequence[Month]:
    """The calendar months that take part."""
    first = Month.of(start.date())
    if facts.method == "month_even" and facts.months is not None:
        if not 1 <= facts.months <= _PERIODS_AT_MOST:
            raise refuse("months", f"must be 1 to {_PERIODS_AT_MOST}.")
        count = facts.months
    else:
        last = Month.of((end - timedelta(microseconds=1)).date())
        count = last.months_since(first) + 1
        is_partial = end.date() < last.end_on
        if facts.method == "month_even" and is_partial and count > 1:
            count -= 1
        elif facts.method == "half_month" and not (is_partial and count > 1):
            count += 1
    return [first.plus(index) for index in range(count)]


def _shares(facts: ScheduleFacts, start: datetime, end: datetime, months: Sequence[Month]) -> list[Fraction]:
    """Each month's exact part of the whole."""
    if facts.method == "month_even":
        return [Fraction(1, len(months))] * len(months)
    if facts.method == "half_month":
        half = Fraction(1, 2 * (len(months) - 1))
        return [half, *[2 * half] * (len(months) - 2), half]
    if facts.method == "day":
        whole = (end.date() - start.date()).days
        if whole == 0:
            raise refuse("end_on", "must lie a day after the start to count days.")
        return [Fraction(_days_within(start, end, month), whole) for month in months]
    exact = [_instants_within(start, end, month) for month in months]
    if facts.method == "millisecond" or len(months) < 3:
        return exact
    rest = 1 - exact[0] - exact[-1]
    return [exact[0], *[rest / (len(months) - 2)] * (len(months) - 2), exact[-1]]


def _days_within(start: datetime, end: datetime, month: Month) -> int:
    return max((min(end.date(), month.end_on) - max(start.date(), month.start_on)).days, 0)


def _instants_within(start: datetime, end: datetime, month: Month) -> Fraction:
    zone = start.tzinfo
    opens = datetime(month.start_on.year, month.start_on.month, 1, tzinfo=zone)
    closes = datetime(month.end_on.year, month.end_on.month, 1, tzinfo=zone)
    within = min(end, closes).astimezone(UTC) - max(start, opens).astimezone(UTC)
    return Fraction(within // _MILLISECOND, (end.astimezone(UTC) - start.astimezone(UTC)) // _MILLISECOND)


def _rounded(facts: ScheduleFacts, parts: Sequence[Fraction]) -> list[Fraction]:
    grid, amount = facts.grid, facts.amount
    if facts.period_rounding == "cumulative":
        to_dates, total = [], Fraction(0)
        for part in parts:
            total += part
            to_dates.append(amount * total)
        return grid.differences(to_dates)
    is_prorated = facts.method == "month_even_prorated" and len(parts) > 2
    inner = parts[1:-1] if is_prorated else parts
    edges = [grid.round(amount * parts[0]), grid.round(amount * parts[-1])] if is_prorated else []
    cut = [grid.down(amount * part) for part in inner[:-1]]
    rest = grid.round(amount) - sum(edges, Fraction(0)) - sum(cut, Fraction(0))
    return [edges[0], *cut, rest, edges[1]] if is_prorated else [*cut, rest]


def _to_date(
    facts: ScheduleFacts,
    start: datetime,
    end: datetime,
    months: Sequence[Month],
    amounts: Sequence[Fraction],
) -> dict[str, Any]:
    """Earned and deferred at the end of the day ``through``; by whole months for the monthly methods."""
    grid, through = facts.grid, facts.through
    assert through is not None
    if facts.method == "day":
        elapsed = min(max((through - start.date()).days + 1, 0), (end.date() - start.date()).days)
        earned = grid.round(facts.amount * elapsed / (end.date() - start.date()).days)
    elif facts.method == "millisecond":
        tomorrow = through + timedelta(days=1)
        now = datetime(tomorrow.year, tomorrow.month, tomorrow.day, tzinfo=start.tzinfo)
        passed = min(max(now, start), end).astimezone(UTC) - start.astimezone(UTC)
        earned = grid.round(
            facts.amount
            * Fraction(passed // _MILLISECOND, (end.astimezone(UTC) - start.astimezone(UTC)) // _MILLISECOND)
        )
    else:
        done = [each for month, each in zip(months, amounts, strict=True) if month.start_on <= through]
        earned = sum(done, Fraction(0))
    return {"earned_to_date": grid.text(earned), "deferred": grid.text(grid.round(facts.amount) - earned)}


POLICY = Policy(
    name="ratable_schedule",
    title="Ratable recognition of stand-ready services",
    standard="ASC 606-10-25",
    paragraphs=("606-10-25-14(b)", "606-10-25-15", "606-10-25-31", "606-10-55-17"),
    requirements=("ACC-39", "ACC-40"),
    note=(
        "Hosted services are one obligation: a series of distinct daily services, available throughout the term. "
        "Fixed fees are recognized ratably by day over the term, from the day access is granted."
    ),
    facts=ScheduleFacts,
    outputs={
        "by_month": "amount per calendar month",
        "schedule": "month, amount and what is deferred after it",
        "by_period": "amount per given period, for a bare number of days",
        "to_date": "running totals, for a bare number of days",
        "total": "sum of all periods",
        "days": "days of the span",
        "earned_to_date": "earned through the day 'through'",
        "deferred": "not yet earned after that day",
        "rounded_per_period": "for comparison: each period rounded by itself",
        "error_of_rounding_per_period": "the cents that rounding by period would lose or invent",
    },
    decide=decide,
    example={"amount": "399.00", "start_on": "2025-01-15", "end_on": "2026-01-15", "through": "2025-09-30"},
)
