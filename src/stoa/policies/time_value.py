"""The time value of money: exact periodic discounting for schedules, QuantLib where a yield must be solved.

Schedules (leases, bonds) discount with a rate per period, which is exact arithmetic. A rate per period that
is a root (an annual effective rate paid monthly) is taken to sixty digits; balances are kept to forty, so that
a schedule of any length is exact to far below a cent and is rounded where it is shown or posted.
"""

from collections.abc import Sequence
from decimal import Decimal, localcontext
from fractions import Fraction
from itertools import accumulate, repeat
from typing import Literal

from stoa.policies.facts import refuse

#: How an annual rate becomes a rate per period.
Compounding = Literal["periodic", "annual"]
#: Whether payments fall at the beginning or at the end of their period.
Timing = Literal["advance", "arrears"]

_DIGITS = 60
_KEPT = 10**40
#: The longest schedule: a hundred years of months.
PERIODS_AT_MOST = 1200


def rate_per_period(annual_rate: Fraction, periods_a_year: int, compounding: Compounding) -> Fraction:
    """The rate of one period: ``rate / n`` when compounded periodically, ``(1 + rate) ** (1 / n) - 1`` when annual."""
    if compounding == "periodic" or periods_a_year == 1:
        return annual_rate / periods_a_year
    if annual_rate <= -1:
        raise refuse("annual_rate", "must be more than -1 (a loss of everything).")
    with localcontext() as context:
        context.prec = _DIGITS
        base = 1 + Decimal(annual_rate.numerator) / Decimal(annual_rate.denominator)
        return Fraction(base ** (Decimal(1) / Decimal(periods_a_year))) - 1


def kept(value: Fraction) -> Fraction:
    """``value`` to forty decimals: exact for every purpose of a schedule, without endless denominators."""
    scaled = value * _KEPT
    return Fraction((2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator), _KEPT)


def discount_factors(rate: Fraction, periods: int) -> list[Fraction]:
    """Factors of 0, 1, … ``periods`` periods at ``rate`` per period."""
    factor = 1 / (1 + rate)
    return list(
        accumulate(repeat(factor, periods), lambda one, other: kept(one * other), initial=Fraction(1))
    )


def present_value(payments: Sequence[Fraction], rate: Fraction, timing: Timing) -> Fraction:
    """Present value at the beginning of the first period."""
    factors = discount_factors(rate, len(payments))
    shift = 1 if timing == "arrears" else 0
    return sum(
        (payment * factors[index + shift] for index, payment in enumerate(payments)), start=Fraction(0)
    )


def implied_rate(present: Fraction, payments: Sequence[Fraction], timing: Timing) -> Fraction:
    """The rate per period at which ``payments`` are worth ``present`` (a lease's implicit rate, a bond's yield).

    Solved by QuantLib's Brent solver between -99 % and 1,000 % a period; raises ``Invalid`` when no rate exists.
    """
    import QuantLib

    flows = [float(payment) for payment in payments]
    target, shift = float(present), 1 if timing == "arrears" else 0

    def gap(rate: float) -> float:
        return sum(flow / (1 + rate) ** (index + shift) for index, flow in enumerate(flows)) - target

    try:
        solved = QuantLib.Brent().solve(gap, 1e-14, 0.05, -0.99, 10.0)
    except RuntimeError:
        raise refuse(
            "payments", "no rate makes these payments worth that amount; check signs and amounts."
        ) from None
    return Fraction(repr(solved)).limit_denominator(10**15)
