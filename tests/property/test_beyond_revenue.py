"""Laws of the policies beyond revenue: nothing is lost, nothing crosses its limit, nothing crashes."""

import contextlib
import copy
import json
import math
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import combinations
from pathlib import Path
from statistics import NormalDist
from typing import Any

import pytest
import QuantLib
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from stoa.kernel.refusals import Invalid
from stoa.policies import (
    consolidation,
    credit_losses,
    earnings_per_share,
    impairment,
    income_taxes,
    leases,
    option_valuation,
    securities,
    stock_compensation,
)
from stoa.policies.beyond_revenue import POLICIES
from stoa.policies.frame import Policy
from stoa.policies.straight_line import StraightLine

cents = st.integers(0, 10**9).map(lambda minor: str(Decimal(minor).scaleb(-2)))
rates = st.integers(0, 2000).map(lambda basis: str(Decimal(basis).scaleb(-4)))
few = settings(max_examples=60, deadline=None)


def say(policy: Policy, **facts: Any) -> dict[str, Any]:
    return dict(policy.run(facts).values)


def total(texts: list[str]) -> Decimal:
    return sum((Decimal(text) for text in texts), Decimal(0))


@few
@given(
    payments=st.lists(cents, min_size=13, max_size=60),
    annual_rate=rates,
    timing=st.sampled_from(["advance", "arrears"]),
    costs=cents,
    compounding=st.sampled_from(["periodic", "annual"]),
)
def test_a_lease_ends_at_nothing_and_costs_what_was_paid(
    payments: list[str], annual_rate: str, timing: str, costs: str, compounding: str
) -> None:
    values = say(
        leases.POLICY,
        payments=payments,
        annual_rate=annual_rate,
        timing=timing,
        compounding=compounding,
        initial_direct_costs=costs,
    )
    last = values["rows"][-1]
    assert Decimal(last["liability"]) == 0
    assert Decimal(last["asset"]) == 0
    assert (
        total(values["cost_by_period"]) == Decimal(values["total_cost"]) == total(payments) + Decimal(costs)
    )
    current = Decimal(values["liability_current"]) + Decimal(values["liability_non_current"])
    assert current == Decimal(values["initial_liability"])
    assert total(values["maturities_by_year"]) == total(payments)


@few
@given(
    payments=st.lists(cents, min_size=24, max_size=36),
    annual_rate=rates,
    loss=cents,
    at=st.integers(1, 11),
    then=st.lists(cents, min_size=1, max_size=24),
)
def test_a_changed_and_impaired_lease_still_ends_at_nothing(
    payments: list[str], annual_rate: str, loss: str, at: int, then: list[str]
) -> None:
    values = say(
        leases.POLICY,
        payments=payments,
        annual_rate=annual_rate,
        changes=[{"after_period": at, "payments": then, "annual_rate": "0.07"}],
        impairments=[{"after_period": at, "loss": loss}],
    )
    assert len(values["rows"]) == at + len(then)
    assert Decimal(values["rows"][-1]["liability"]) == 0
    assert abs(Decimal(values["rows"][-1]["asset"])) == 0


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
    cost=st.integers(0, 10**9),
    months=st.integers(1, 120),
    start=st.dates(date(2015, 1, 1), date(2025, 12, 31)),
    cuts=st.lists(st.integers(0, 5000), max_size=8),
    convention=st.sampled_from(["full_month", "next_month", "half_month", "daily"]),
)
def test_any_cut_of_time_amortizes_the_cost(
    cost: int, months: int, start: date, cuts: list[int], convention: Any
) -> None:
    line = StraightLine(Fraction(cost), Fraction(0), start, Fraction(months), convention)
    days = [start, *(start + timedelta(days=cut) for cut in sorted(cuts)), start + timedelta(days=31 * 130)]
    totals = [line.to_date(day) for day in days]
    assert totals == sorted(totals)
    assert totals[-1] == cost
    assert line.to_date(start - timedelta(days=1)) == 0


@few
@given(
    carrying=st.lists(st.integers(1, 10**6), min_size=1, max_size=6),
    floors=st.lists(st.integers(0, 100), min_size=6, max_size=6),
    loss=st.integers(0, 10**6),
)
def test_a_loss_is_allocated_in_full_and_no_asset_falls_below_its_floor(
    carrying: list[int], floors: list[int], loss: int
) -> None:
    assets = [
        {"name": str(index), "carrying": amount, "fair_value": amount * floors[index] // 100}
        for index, amount in enumerate(carrying)
    ]
    values = say(impairment.POLICY, assets=assets, impairment=loss)
    room = sum(int(asset["carrying"]) - int(asset["fair_value"]) for asset in assets)
    assert total(list(values["allocated"].values())) == min(loss, room)
    for asset in assets:
        assert Decimal(values["carrying_after"][asset["name"]]) >= int(asset["fair_value"]) - Decimal("0.01")


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


@few
@given(
    income=st.integers(-1000, 1000),
    losses=st.lists(st.tuples(st.integers(2010, 2024), st.integers(0, 500)), max_size=6),
)
def test_losses_are_used_carried_or_expired_and_nothing_else(
    income: int, losses: list[tuple[int, int]]
) -> None:
    values = say(
        income_taxes.POLICY,
        loss_use={
            "tax_year": 2025,
            "taxable_income": income,
            "rate": "0.21",
            "losses": [
                {"year": year, "amount": amount, "expires_after": year + 12} for year, amount in losses
            ],
        },
    )["loss_use"]
    left = Decimal(values["used"]) + Decimal(values["expired"]) + Decimal(values["carried_forward"])
    assert left == sum(amount for _, amount in losses) + max(-income, 0)
    assert Decimal(values["taxable_after"]) == max(income, 0) - Decimal(values["used"])


@few
@given(
    amounts=st.lists(st.integers(-(10**6), 10**6), min_size=1, max_size=8),
    rate=st.integers(1, 500),
    loan=st.integers(0, 10**5),
)
def test_a_consolidation_balances(amounts: list[int], rate: int, loan: int) -> None:
    lines = [
        {"account": f"a{index}", "kind": "asset", "amount": amount} for index, amount in enumerate(amounts)
    ]
    sub = {
        "name": "sub",
        "functional_currency": "EUR",
        "closing_rate": f"{rate}/100",
        "average_rate": "1",
        "balances": [
            *lines,
            {"account": "due", "kind": "liability", "amount": -loan, "counterparty": "parent"},
            {"account": "stock", "kind": "equity", "amount": loan - sum(amounts), "rate": "1.1"},
        ],
    }
    translated_loan = Decimal(loan * rate) / 100
    parent = {
        "name": "parent",
        "balances": [
            {"account": "due", "kind": "asset", "amount": str(translated_loan), "counterparty": "sub"},
            {"account": "cash", "kind": "asset", "amount": str(-translated_loan)},
        ],
    }
    values = say(consolidation.POLICY, entities=[parent, sub])
    assert Decimal(values["difference"]) == 0
    assert values["unmatched"] == {}


_BOOK = Path(__file__).parents[1] / "spec" / "cases"
_GARBAGE = st.sampled_from(
    [
        None,
        "",
        "x",
        "-1",
        "0",
        "1e400",
        "1/0",
        "999999999999999999",
        True,
        [],
        {},
        [None],
        "2025-02-30",
        -7,
        0.1,
    ]
)


def _leaves(facts: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    if isinstance(facts, dict):
        return [path, *(leaf for key, each in facts.items() for leaf in _leaves(each, (*path, key)))]
    if isinstance(facts, list | tuple):
        return [path, *(leaf for index, each in enumerate(facts) for leaf in _leaves(each, (*path, index)))]
    return [path]


def _known_facts(policy: Policy) -> list[Any]:
    chapter = json.loads((_BOOK / f"{policy.name}.json").read_text())
    return [dict(policy.example), *(case["facts"] for case in chapter["cases"])]


@pytest.mark.parametrize("policy", POLICIES, ids=lambda policy: policy.name)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_bad_facts_are_refused_with_their_field_and_never_crash(policy: Policy, data: st.DataObject) -> None:
    facts = copy.deepcopy(data.draw(st.sampled_from(_known_facts(policy))))
    path = data.draw(st.sampled_from([leaf for leaf in _leaves(facts) if leaf]))
    at: Any = facts
    for key in path[:-1]:
        at = at[key]
    at[path[-1]] = data.draw(_GARBAGE)
    with contextlib.suppress(Invalid):
        policy.run(facts)
