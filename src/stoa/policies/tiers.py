"""Tiered prices and rates: each holds for the part of a quantity that lies inside its own tier."""

from collections.abc import Sequence
from fractions import Fraction


def tiered(quantity: Fraction, tiers: Sequence[tuple[Fraction, Fraction]]) -> Fraction:
    """The sum over ``tiers``, pairs of ``above`` and ``rate`` in rising order, of each part times its rate."""
    tops = [*(above for above, _ in tiers[1:]), quantity]
    parts = (
        max(min(quantity, top) - above, Fraction(0)) * rate
        for (above, rate), top in zip(tiers, tops, strict=False)
    )
    return sum(parts, Fraction(0))
