"""Straight-line amortization by months (house rule: full-month convention), shared by all long-lived assets.

The month of first use counts whole. The running total is rounded, and a period is the difference of two
running totals, so every asset ends at exactly its residual value.
"""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Literal

from stoa.kernel.spans import Month
from stoa.policies.facts import refuse

#: Which part of the first month counts.
Convention = Literal["full_month", "next_month", "half_month", "daily"]

_STARTS: dict[str, Fraction] = {
    "full_month": Fraction(1),
    "next_month": Fraction(0),
    "half_month": Fraction(1, 2),
}


@dataclass(frozen=True, slots=True)
class StraightLine:
    """``cost`` less ``residual``, spread evenly over ``months`` from the month of ``starts_on``."""

    cost: Fraction
    residual: Fraction
    starts_on: date
    months: Fraction
    convention: Convention = "full_month"

    def to_date(self, through: date) -> Fraction:
        """Exact amortization from the start through the day ``through`` (that day included)."""
        if through < self.starts_on or self.months <= 0:
            return Fraction(0) if through < self.starts_on else self.cost - self.residual
        return (self.cost - self.residual) * min(self._elapsed(through) / self.months, Fraction(1))

    def between(self, from_on: date, through: date) -> Fraction:
        """Exact amortization after the day before ``from_on`` through ``through``."""
        return self.to_date(through) - self.to_date(date.fromordinal(from_on.toordinal() - 1))

    def _elapsed(self, through: date) -> Fraction:
        if self.convention == "daily":
            days = (through - self.starts_on).days + 1
            return Fraction(days * 12, 365)
        whole = Month.of(through).months_since(Month.of(self.starts_on))
        last = Fraction(1) if _is_last_day(through) else Fraction(0)
        # Within an unfinished month nothing of that month counts yet: months are posted when they end.
        counted = whole - 1 + _STARTS[self.convention] + last if whole or last else Fraction(0)
        return max(counted, Fraction(0))


def period_start(starts_on: date | None, through: date) -> date:
    """First day of the period that ends with ``through``: as given, else the first day of that calendar year."""
    if starts_on is not None and through < starts_on:
        raise refuse("through", "lies before period_starts_on.")
    return starts_on or date(through.year, 1, 1)


def months_between(starts_on: date, ends_on: date) -> Fraction:
    """Whole months, and the rest of a month as days of thirty, from ``starts_on`` to ``ends_on`` (exclusive)."""
    months = Month.of(ends_on).months_since(Month.of(starts_on))
    return months + Fraction(ends_on.day - starts_on.day, 30)


def _is_last_day(day: date) -> bool:
    return Month.of(date.fromordinal(day.toordinal() + 1)) != Month.of(day)
