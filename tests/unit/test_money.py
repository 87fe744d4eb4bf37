"""Laws and edges of money."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stoa.kernel.money import (
    Money,
    exponent_of,
    round_half_up,
    split_by_largest_remainder,
    usd,
)

amounts = st.integers(-(10**12), 10**12)


@given(doubled=amounts)
def test_a_half_rounds_up_and_a_whole_stays(doubled: int) -> None:
    assert round_half_up(Fraction(doubled, 2)) == (doubled + 1) // 2


@given(amount=amounts, weights=st.lists(st.integers(0, 10**6), min_size=1, max_size=12).filter(any))
def test_a_split_loses_nothing_and_is_fair_to_a_unit(amount: int, weights: list[int]) -> None:
    parts = split_by_largest_remainder(amount, weights)
    assert sum(parts) == amount
    for part, weight in zip(parts, weights, strict=True):
        assert abs(part - Fraction(amount * weight, sum(weights))) < 1


def test_ties_of_a_split_go_to_the_earlier() -> None:
    assert split_by_largest_remainder(100, [1, 1, 1]) == [34, 33, 33]
    with pytest.raises(ValueError, match="weights"):
        split_by_largest_remainder(100, [0, 0])


def test_money_keeps_its_currency_and_its_places() -> None:
    assert usd("49.00") + usd(1) == Money(5000, "USD")
    assert Money.of("1200", "JPY").amount_minor == 1200
    assert Money.of("1.234", "KWD").decimal == Decimal("1.234")
    assert str(-usd("0.05")) == "-0.05 USD"
    with pytest.raises(ValueError, match="decimal places"):
        usd("49.001")
    with pytest.raises(ValueError, match="combine"):
        usd(1) + Money(1, "EUR")
    with pytest.raises(ValueError, match="not a currency"):
        exponent_of("dollars")
