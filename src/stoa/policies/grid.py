"""The grid that money is rounded to: the minor unit of a currency, or the coarser step of a published source."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from stoa.kernel.money import exponent_of, round_half_up, split_by_largest_remainder


@dataclass(frozen=True, slots=True)
class Grid:
    """The steps in which money exists. Rounding is half away from zero, so that a refund mirrors its sale."""

    currency: str
    unit: Fraction

    @classmethod
    def of(cls, currency: str, round_to: Fraction | None = None) -> "Grid":
        """The grid of ``currency``'s minor unit, or of ``round_to`` (``1`` is whole dollars) when given."""
        return cls(currency, round_to or Fraction(1, 10 ** exponent_of(currency)))

    def round(self, amount: Fraction) -> Fraction:
        """``amount`` on the grid."""
        return _half_up(amount / self.unit) * self.unit

    def down(self, amount: Fraction) -> Fraction:
        """``amount`` cut towards zero: only for sources that cut."""
        return math.trunc(amount / self.unit) * self.unit

    def split(self, amount: Fraction, weights: Sequence[Fraction]) -> list[Fraction]:
        """Split by largest remainder: parts sum to ``amount`` on the grid, ties go to the earlier part."""
        scale = math.lcm(*(weight.denominator for weight in weights))
        whole = [int(weight * scale) for weight in weights]
        return [
            steps * self.unit for steps in split_by_largest_remainder(_half_up(amount / self.unit), whole)
        ]

    def differences(self, to_dates: Sequence[Fraction]) -> list[Fraction]:
        """Amounts of periods from exact running totals: round each total once, take the differences."""
        rounded = [self.round(to_date) for to_date in to_dates]
        return [after - before for before, after in zip([Fraction(0), *rounded], rounded, strict=False)]

    def text(self, amount: Fraction) -> str:
        """``amount`` on the grid, written with the currency's own number of places."""
        places = exponent_of(self.currency)
        return f"{Decimal(_half_up(self.round(amount) * 10**places)).scaleb(-places):f}"

    def texts(self, amounts: Sequence[Fraction]) -> list[str]:
        """:meth:`text` of each amount."""
        return [self.text(amount) for amount in amounts]


def number_text(value: Fraction, places: int = 10) -> str:
    """A rate or quantity as a decimal without idle zeros, rounded half up to ``places``."""
    text = f"{Decimal(_half_up(value * 10**places)).scaleb(-places):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def round_places(value: Fraction, places: int) -> Fraction:
    """``value`` rounded half up to ``places`` decimals: for sources that round a percentage first."""
    places = min(max(places, 0), 18)
    return Fraction(_half_up(value * 10**places), 10**places)


def _half_up(value: Fraction) -> int:
    magnitude = round_half_up(abs(value))
    return -magnitude if value < 0 else magnitude
