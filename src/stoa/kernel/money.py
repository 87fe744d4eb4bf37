"""Money in whole minor units, and the two ways of cutting it that never lose a cent.

Amounts are integers of the currency's minor unit (cents, yen, fils); rates are exact fractions.
Rounding happens once, on a running total, half up.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

#: ISO 4217 currencies whose minor unit is not a hundredth.
_EXPONENTS: Mapping[str, int] = {
    **dict.fromkeys(
        "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF".split(),
        0,
    ),
    **dict.fromkeys("BHD IQD JOD KWD LYD OMR TND".split(), 3),
    **dict.fromkeys("CLF UYW".split(), 4),
}


def exponent_of(currency: str) -> int:
    """Return the number of decimal places of an ISO 4217 currency code, for example 2 for USD."""
    if len(currency) != 3 or not (currency.isascii() and currency.isalpha() and currency.isupper()):
        raise ValueError(f"{currency!r} is not a currency code such as USD")
    return _EXPONENTS.get(currency, 2)


@dataclass(frozen=True, slots=True, order=True)
class Money:
    """An amount of one currency in whole minor units. Adding two currencies is a bug and raises."""

    amount_minor: int
    currency: str

    @classmethod
    def of(cls, amount: Decimal | str | int, currency: str) -> "Money":
        """Read a decimal amount such as ``"49.00"``; more places than the currency has is an error."""
        scaled = Decimal(amount).scaleb(exponent_of(currency))
        if scaled != scaled.to_integral_value():
            raise ValueError(f"{amount} has more decimal places than {currency} has")
        return cls(int(scaled), currency)

    @property
    def decimal(self) -> Decimal:
        """The amount as a decimal in major units, with the currency's own number of places."""
        return Decimal(self.amount_minor).scaleb(-exponent_of(self.currency))

    def __add__(self, other: "Money") -> "Money":
        return Money(self.amount_minor + self._same(other).amount_minor, self.currency)

    def __sub__(self, other: "Money") -> "Money":
        return Money(self.amount_minor - self._same(other).amount_minor, self.currency)

    def __neg__(self) -> "Money":
        return Money(-self.amount_minor, self.currency)

    def __bool__(self) -> bool:
        return self.amount_minor != 0

    def __str__(self) -> str:
        return f"{self.decimal:f} {self.currency}"

    def _same(self, other: "Money") -> "Money":
        if other.currency != self.currency:
            raise ValueError(f"cannot combine {self.currency} with {other.currency}")
        return other


def usd(amount: Decimal | str | int) -> Money:
    """Shorthand for ``Money.of(amount, "USD")``."""
    return Money.of(amount, "USD")


def round_half_up(value: Fraction) -> int:
    """Round an exact fraction to the nearest integer, halves towards positive infinity."""
    return (2 * value.numerator + value.denominator) // (2 * value.denominator)


def split_by_largest_remainder(amount_minor: int, weights: Sequence[int]) -> list[int]:
    """Split ``amount_minor`` in proportion to ``weights``; parts sum exactly, ties go to the earlier one."""
    total = sum(weights)
    if total <= 0 or any(weight < 0 for weight in weights):
        raise ValueError("weights must be non-negative and not all zero")
    sign = -1 if amount_minor < 0 else 1
    parts = [divmod(abs(amount_minor) * weight, total) for weight in weights]
    missing = abs(amount_minor) - sum(whole for whole, _ in parts)
    by_remainder = sorted(range(len(parts)), key=lambda index: (-parts[index][1], index))
    favored = set(by_remainder[:missing])
    return [sign * (whole + (index in favored)) for index, (whole, _) in enumerate(parts)]
