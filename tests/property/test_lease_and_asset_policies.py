"""Laws of leases and long-lived assets: what was paid is cost in the end, and nothing crosses its limit."""

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from stoa.policies import (
    impairment,
    leases,
)
from stoa.policies.straight_line import StraightLine
from tests.property.saying import cents, few, rates, say, total


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
