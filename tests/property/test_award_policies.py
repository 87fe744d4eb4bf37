"""Laws of awards, options and earnings per share: exact in sum, within their bounds."""

import math
from decimal import Decimal
from fractions import Fraction
from itertools import combinations
from statistics import NormalDist
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from stoa.policies import (
    earnings_per_share,
    option_valuation,
    stock_compensation,
)
from tests.property.saying import cents, few, say, total


@few
@given(
    fair_value=cents,
    shares=st.lists(st.integers(1, 50), min_size=1, max_size=8),
    method=st.sampled_from(["straight_line", "accelerated"]),
    period=st.sampled_from(["year", "quarter", "month"]),
)
def test_an_award_is_recognized_exactly_and_never_behind_its_vesting(
    fair_value: str, shares: list[int], method: str, period: str
) -> None:
    parts = [f"{share}/{sum(shares)}" for share in shares]
    tranches = [{"share": part, "vests_after": year + 1} for year, part in enumerate(parts)]
    values = say(
        stock_compensation.POLICY,
        total_fair_value=fair_value,
        tranches=tranches,
        method=method,
        period=period,
    )
    assert total(values["expense_by_period"]) == Decimal(fair_value)
    assert all(Decimal(each) >= 0 for each in values["expense_by_period"])
    per_year = {"year": 1, "quarter": 4, "month": 12}[period]
    for year in range(1, len(shares) + 1):
        vested = Fraction(sum(shares[:year]), sum(shares)) * Fraction(fair_value)
        assert Fraction(values["cumulative_by_period"][year * per_year - 1]) >= vested - Fraction(1, 200)


@few
@given(
    leavers=st.lists(st.tuples(st.integers(1, 47), st.integers(0, 100)), max_size=4),
    probable_from=st.integers(0, 48),
)
def test_forfeitures_and_conditions_only_ever_leave_what_vested(
    leavers: list[tuple[int, int]], probable_from: int
) -> None:
    facts: dict[str, Any] = {
        "total_fair_value": "48000",
        "equal_tranches": 4,
        "time_unit": "months",
        "method": "accelerated",
        "assessments": [{"after": probable_from, "probable": True}],
        "forfeitures": [
            {"after": month, "share_of_unvested": f"{percent}/100"} for month, percent in sorted(leavers)
        ],
    }
    values = say(stock_compensation.POLICY, **facts)
    kept = Fraction(values["cumulative_by_period"][-1])
    assert 0 <= kept <= 48000
    if not leavers:
        assert kept == 48000
    if all(percent == 0 for _, percent in leavers):
        assert kept == 48000


@few
@given(
    share_price=st.integers(1, 500),
    exercise_price=st.integers(0, 500),
    term=st.integers(0, 120),
    volatility=st.integers(0, 300),
    rate=st.integers(-2, 15),
    dividend=st.integers(0, 8),
)
def test_an_option_keeps_parity_and_its_bounds(
    share_price: int, exercise_price: int, term: int, volatility: int, rate: int, dividend: int
) -> None:
    facts = {
        "share_price": share_price,
        "exercise_price": exercise_price,
        "expected_term_years": f"{term}/12",
        "volatility": f"{volatility}/100",
        "risk_free_rate": f"{rate}/100",
        "dividend_yield": f"{dividend}/100",
    }
    values = say(option_valuation.POLICY, **facts)
    assert values["put_call_parity_error"] == "0"
    assert 0 <= Decimal(values["value"]) <= share_price + Decimal("0.000001")
    dearer = say(option_valuation.POLICY, **facts | {"volatility": f"{volatility + 10}/100"})
    assert Decimal(dearer["value"]) >= Decimal(values["value"]) - Decimal("0.00000001")


@few
@given(
    share_price=st.integers(1, 500),
    exercise_price=st.integers(1, 500),
    months=st.integers(1, 120),
    volatility=st.integers(5, 150),
)
def test_the_model_agrees_with_the_formula_written_out(
    share_price: int, exercise_price: int, months: int, volatility: int
) -> None:
    values = say(
        option_valuation.POLICY,
        share_price=share_price,
        exercise_price=exercise_price,
        expected_term_years=f"{months}/12",
        volatility=f"{volatility}/100",
        risk_free_rate="0.04",
        dividend_yield="0.01",
    )
    years, spread = months / 12, volatility / 100 * math.sqrt(months / 12)
    high = (math.log(share_price / exercise_price) + (0.04 - 0.01) * years) / spread + spread / 2
    bell = NormalDist().cdf
    written = share_price * math.exp(-0.01 * years) * bell(high) - exercise_price * math.exp(
        -0.04 * years
    ) * bell(high - spread)
    assert abs(float(values["value"]) - written) < 1e-6


@few
@given(
    income=st.integers(1, 10**6),
    potential=st.lists(st.tuples(st.integers(0, 10**5), st.integers(1, 10**4)), max_size=6),
)
def test_diluted_earnings_are_the_lowest_of_all_combinations(
    income: int, potential: list[tuple[int, int]]
) -> None:
    values = say(
        earnings_per_share.POLICY,
        net_income=income,
        weighted_shares=10_000,
        potential=[
            {"name": str(index), "kind": "convertible_debt", "units": shares, "interest": interest}
            for index, (interest, shares) in enumerate(potential)
        ],
    )
    everything = [
        Fraction(
            income + sum(interest for interest, _ in chosen), 10_000 + sum(shares for _, shares in chosen)
        )
        for size in range(len(potential) + 1)
        for chosen in combinations(potential, size)
    ]
    assert abs(Fraction(values["diluted"]) - min(everything)) <= Fraction(1, 200)
    assert Decimal(values["diluted"]) <= Decimal(values["basic"])
