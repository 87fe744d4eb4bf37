"""Money in whole minor units, and the two ways of cutting it that never lose a cent.

Amounts are integers of the currency's minor unit (cents, yen, fils); rates are exact fractions.
Rounding happens once, on a running total, half up.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

#: ISO 4217 currencies with the decimal places of their minor unit. A code that is none of them is a slip of the pen:
#: its documents would lie in books that nobody reads.
_EXPONENTS: Mapping[str, int] = {
    **dict.fromkeys(
        "AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD CDF CHE CHF "
        "CHW CNY COP COU CRC CUC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HRK "
        "HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR "
        "MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP "
        "SLE SLL SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD USN UYU UZS VED VES WST XAD XCD XCG "
        "YER ZAR ZMW ZWG ZWL".split(),
        2,
    ),
    **dict.fromkeys(
        "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF".split(),
        0,
    ),
    **dict.fromkeys("BHD IQD JOD KWD LYD OMR TND".split(), 3),
    **dict.fromkeys("CLF UYW".split(), 4),
}


def exponent_of(currency: str) -> int:
    """Return the number of decimal places of an ISO 4217 currency code, for example 2 for USD."""
    exponent = _EXPONENTS.get(currency)
    if exponent is None:
        raise ValueError(f"{str(currency)[:20]!r} is not a currency code such as USD")
    return exponent


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
