"""Service layers: amounts that are earned evenly by day over their own spans, changed prospectively.

The shared arithmetic of seat contracts and subscriptions. A change stops the layers that run on its day and
begins a new one with what was not yet earned: no day before the change is ever restated, not by a cent, and
every cut of time still sums to the price.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from fractions import Fraction

from stoa.kernel.spans import DaySpan, Month
from stoa.policies.grid import Grid


@dataclass(frozen=True, slots=True)
class Layer:
    """``amount`` earned by day over ``[start_on, end_on)``, until ``stops_on``; at once when the span is empty."""

    id: str
    amount: Fraction
    start_on: date
    end_on: date
    stops_on: date | None = None

    def earned_before(self, day: date, grid: Grid) -> Fraction:
        """Earned on the days before ``day``: a running total, rounded once."""
        if self.stops_on is not None:
            day = min(day, self.stops_on)
        span = DaySpan(self.start_on, max(self.end_on, self.start_on))
        if span.days == 0:
            return grid.round(self.amount) if day > self.start_on else Fraction(0)
        return grid.round(self.amount * span.elapsed_before(day) / span.days)

    def earned_in_all(self, grid: Grid) -> Fraction:
        """All that the layer will ever earn."""
        return self.earned_before(self.last_on + timedelta(days=1), grid)

    @property
    def last_on(self) -> date:
        """The last day on which anything is earned."""
        end_on = self.end_on if self.stops_on is None else min(self.end_on, self.stops_on)
        return max(end_on - timedelta(days=1), self.start_on)

    def stopped(self, on: date) -> "Layer":
        """The layer without the days from ``on`` on."""
        return self if on >= self.end_on or self.stops_on is not None else replace(self, stops_on=on)


def earned_before(layers: Iterable[Layer], day: date, grid: Grid) -> Fraction:
    """Earned by all layers on the days before ``day``."""
    return sum((layer.earned_before(day, grid) for layer in layers), Fraction(0))


def changed_prospectively(
    layers: Sequence[Layer], new_id: str, on: date, change: Fraction, end_on: date, grid: Grid
) -> list[Layer]:
    """Stop every running layer on ``on``; begin one with what they had left, and ``change``, until ``end_on``."""
    stopped = [layer.stopped(on) for layer in layers]
    left = sum(
        (
            before.earned_in_all(grid) - after.earned_before(on, grid)
            for before, after in zip(layers, stopped, strict=True)
            if before is not after
        ),
        Fraction(0),
    )
    return [*stopped, Layer(new_id, left + change, on, end_on)]


def by_month(first_on: date, last_on: date, earned_to: Callable[[date], Fraction]) -> dict[str, Fraction]:
    """Earned per calendar month: differences of ``earned_to(first day of the next month)``."""
    month, earned = Month.of(first_on), Fraction(0)
    amounts = {}
    while month.start_on <= last_on:
        to_date = earned_to(month.end_on)
        amounts[str(month)] = to_date - earned
        earned, month = to_date, month.plus(1)
    return amounts
