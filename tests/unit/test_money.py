"""Laws and edges of money."""

from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stoa.kernel.money import (
    Money,
    exponent_of,
    round_half_up,
    share_to_date,
    split_by_largest_remainder,
    usd,
)

amounts = st.integers(-(10**12), 10**12)


@given(amount=amounts, total=st.integers(1, 4000), data=st.data())
def test_every_cut_of_time_earns_the_price(amount: int, total: int, data: st.DataObject) -> None:
    cuts = sorted(data.draw(st.lists(st.integers(0, total), max_size=8)))
    edges = [0, *cuts, total]
    to_date = [share_to_date(amount, elapsed=edge, total=total) for edge in edges]
    parts = [after - before for before, after in pairwise(to_date)]
    assert sum(parts) == amount
    assert all(part * amount >= 0 for part in parts), "no part has the other sign"


@given(amount=amounts, total=st.integers(1, 4000), elapsed=st.integers(0, 4000))
def test_a_share_is_the_exact_one_rounded_half_up_and_symmetric(
    amount: int, total: int, elapsed: int
) -> None:
    elapsed = min(elapsed, total)
    share = share_to_date(abs(amount), elapsed=elapsed, total=total)
    assert share == round_half_up(Fraction(abs(amount) * elapsed, total))
    assert share_to_date(-abs(amount), elapsed=elapsed, total=total) == -share


def test_a_share_is_clamped_to_its_span() -> None:
    assert share_to_date(4900, elapsed=-3, total=184) == 0
    assert share_to_date(4900, elapsed=400, total=184) == 4900
    with pytest.raises(ValueError, match="positive"):
        share_to_date(4900, elapsed=0, total=0)


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
