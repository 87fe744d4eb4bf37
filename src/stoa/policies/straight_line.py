"""Straight-line amortization by months (house rule: full-month convention), shared by all long-lived assets.

The month of first use counts whole. The running total is rounded, and a period is the difference of two
running totals, so every asset ends at exactly its residual value.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
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

    def months_elapsed(self, through: date) -> Fraction:
        """Months counted from the start through a day, at most the whole life."""
        if through < self.starts_on:
            return Fraction(0)
        return min(self._elapsed(through), self.months)

    def _elapsed(self, through: date) -> Fraction:
        if self.convention == "daily":
            days = (through - self.starts_on).days + 1
            return Fraction(days * 12, 365)
        whole = Month.of(through).months_since(Month.of(self.starts_on))
        last = Fraction(1) if _is_last_day(through) else Fraction(0)
        # Within an unfinished month nothing of that month counts yet: months are posted when they end.
        counted = whole - 1 + _STARTS[self.convention] + last if whole or last else Fraction(0)
        return max(counted, Fraction(0))


@dataclass(frozen=True, slots=True)
class NewBasis:
    """At the end of the day ``on`` the carrying amount falls by ``loss``; ``months_left`` is a new remaining life."""

    on: date
    loss: Fraction = Fraction(0)
    months_left: Fraction | None = None


def amortized(line: StraightLine, changes: Sequence[NewBasis], through: date) -> Fraction:
    """Exact amortization through a day when each change makes a new basis (360-10-35-20, 250-10-45-17).

    What is carried after a change is spread evenly over what is left of the life: days before it are as they were.
    ``changes`` are in order of their days; losses are no amortization and not in the answer.
    """
    done, base = Fraction(0), line.cost - line.residual
    counted, left = Fraction(0), line.months
    shift = Fraction(0)  # months of life that changes added to the line's own
    for change in changes:
        if change.on > through:
            break
        elapsed = _months_since(line, change.on, line.months + shift)
        if left > 0:
            done_now = base * (elapsed - counted) / left
            done, base, left, counted = done + done_now, base - done_now, left - (elapsed - counted), elapsed
        base = max(base - change.loss, Fraction(0))
        if change.months_left is not None:
            shift += change.months_left - left
            left = change.months_left
    if through < line.starts_on:
        return Fraction(0)
    if left <= 0:
        return done + base
    elapsed = _months_since(line, through, line.months + shift)
    return done + base * (elapsed - counted) / left


def _months_since(line: StraightLine, through: date, most: Fraction) -> Fraction:
    return replace(line, months=most).months_elapsed(through)


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
