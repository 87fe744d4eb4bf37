"""Laws of securities and receivables: bonds end at par, allowances roll forward."""

from decimal import Decimal
from fractions import Fraction

import QuantLib
from hypothesis import given
from hypothesis import strategies as st

from stoa.policies import (
    credit_losses,
    securities,
)
from tests.property.saying import cents, few, rates, say, total


@few
@given(coupon=rates, market_yield=rates, years=st.integers(1, 30))
def test_a_bond_price_agrees_with_quantlib(coupon: str, market_yield: str, years: int) -> None:
    bond = {"par": 100_000, "coupon": coupon, "market_yield": market_yield, "years": years}
    values = say(securities.POLICY, bond=bond)
    start = QuantLib.Date(1, 1, 2025)
    schedule = QuantLib.Schedule(
        start,
        QuantLib.Date(1, 1, 2025 + years),
        QuantLib.Period(6, QuantLib.Months),
        QuantLib.NullCalendar(),
        QuantLib.Unadjusted,
        QuantLib.Unadjusted,
        QuantLib.DateGeneration.Backward,
        False,
    )
    count = QuantLib.Thirty360(QuantLib.Thirty360.BondBasis)
    QuantLib.Settings.instance().evaluationDate = start
    theirs = QuantLib.FixedRateBond(0, 100.0, schedule, [float(coupon)], count)
    price = theirs.cleanPrice(float(market_yield), count, QuantLib.Compounded, QuantLib.Semiannual) * 1000
    assert abs(float(values["price"]) - price) < 0.006


@few
@given(
    balances=st.lists(st.tuples(cents, st.integers(0, 100)), min_size=1, max_size=6),
    opening=cents,
    write_offs=cents,
    recoveries=cents,
)
def test_the_allowance_rolls_forward(
    balances: list[tuple[str, int]], opening: str, write_offs: str, recoveries: str
) -> None:
    values = say(
        credit_losses.POLICY,
        buckets=[
            {"name": str(index), "balance": balance, "loss_rate": f"{rate}/100"}
            for index, (balance, rate) in enumerate(balances)
        ],
        opening_allowance=opening,
        write_offs=write_offs,
        recoveries=recoveries,
    )
    moves = values["roll_forward"]
    parts = [moves[name] for name in ("opening", "expense", "write_offs", "recoveries", "translation")]
    assert total(parts) == Decimal(moves["closing"]) == Decimal(values["allowance"])
    assert Decimal(values["net"]) + Decimal(values["allowance"]) == Decimal(values["gross"])


@few
@given(
    par=st.integers(1, 10**7),
    coupon=rates,
    market_yield=rates,
    years=st.integers(1, 30),
    frequency=st.sampled_from([1, 2, 4]),
)
def test_a_bond_ends_at_par_and_its_interest_is_what_it_earned(
    par: int, coupon: str, market_yield: str, years: int, frequency: int
) -> None:
    bond = {
        "par": par,
        "coupon": coupon,
        "market_yield": market_yield,
        "years": years,
        "frequency": frequency,
    }
    values = say(securities.POLICY, bond=bond | {"rounding": "display"})
    assert Decimal(values["rows"][-1]["carrying"]) == par
    posted = say(securities.POLICY, bond=bond)
    interest = total([row["interest"] for row in posted["rows"]])
    exact_coupons = Fraction(par) * Fraction(coupon) * years
    gained = Fraction(par) - Fraction(posted["price"])
    assert abs(Fraction(interest) - exact_coupons - gained) <= Fraction(len(posted["rows"]), 100)


@few
@given(cost=st.integers(1, 10**6), fair=st.integers(0, 10**6), expected=st.integers(0, 10**6))
def test_a_shortfall_is_split_between_allowance_and_equity(cost: int, fair: int, expected: int) -> None:
    values = say(
        securities.POLICY, amortized_cost=cost, fair_value=fair, expected_cash_flows_present_value=expected
    )
    allowance, oci = Decimal(values["allowance"]), Decimal(values["oci"])
    assert 0 <= allowance <= max(cost - fair, 0)
    assert oci - allowance == fair - cost
