"""Laws of the policies on revenue: parts sum, changes conserve the price, no day is restated, refunds undo."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from stoa.policies import (
    consumer_subscriptions,
    contract_balances,
    contract_modifications,
    degree_fees,
    loyalty_points,
    partner_fees,
    ratable_schedule,
    recoupable_advances,
    refund_liability,
    revenue_allocation,
    seat_contracts,
    significant_financing,
    volume_discounts,
)

_FIRST = date(2025, 1, 1)
_cents = st.integers(0, 10_000_000).map(lambda cents: f"{cents // 100}.{cents % 100:02d}")
_some_cents = st.integers(1, 10_000_000).map(lambda cents: f"{cents // 100}.{cents % 100:02d}")
_days = st.integers(0, 900).map(lambda days: _FIRST + timedelta(days=days))
_few = settings(max_examples=60, deadline=None)


def _sum(amounts: Sequence[str] | Mapping[str, str]) -> Fraction:
    return sum(
        (Fraction(a) for a in (amounts.values() if isinstance(amounts, Mapping) else amounts)), Fraction(0)
    )


@_few
@given(price=_cents, prices=st.lists(_some_cents, min_size=1, max_size=6), royalty=_cents, data=st.data())
def test_an_allocation_sums_to_the_price(price: str, prices: list[str], royalty: str, data: Any) -> None:
    names = [str(index) for index in range(len(prices))]
    one = data.draw(st.sampled_from(names))
    facts = {
        "price": price,
        "obligations": [
            {"id": name, "standalone_selling_price": each} for name, each in zip(names, prices, strict=True)
        ],
        "variable": [{"estimate": royalty, "obligations": [one]}],
    }
    values = revenue_allocation.POLICY.run(facts).values
    assert _sum(values["allocation"]) == Fraction(price) + Fraction(royalty)
    assert all(Fraction(each) >= 0 for each in values["allocation"].values())


@st.composite
def _modifications(draw: st.DrawFn) -> dict[str, Any]:
    obligations = []
    for index in range(draw(st.integers(1, 3))):
        quantity = draw(st.integers(1, 20))
        transferred = draw(st.integers(0, quantity))
        obligations.append(
            {
                "id": f"o{index}",
                "quantity": quantity,
                "transferred": transferred,
                "removed": draw(st.integers(0, quantity - transferred)),
                "price": draw(_cents),
                "remaining_is_distinct": draw(st.booleans()),
                "price_change": draw(st.integers(-50, 50)),
                "standalone_selling_price": draw(st.none() | _some_cents),
            }
        )
    added = [
        {
            "id": f"a{index}",
            "quantity": draw(st.integers(1, 5)),
            "price": draw(_cents),
            "standalone_selling_price": "9",
        }
        for index in range(draw(st.integers(0, 2)))
    ]
    left = added or any(each["quantity"] > each["transferred"] + each["removed"] for each in obligations)
    return {
        "obligations": obligations,
        "added": added,
        "price_change": draw(st.integers(-100, 100)) if left else "0",
        "credit_for_transferred": draw(st.integers(0, 50)),
        "later_price_change": draw(st.integers(-100, 100)),
        "later_change_was_promised_before": draw(st.booleans()),
    }


@settings(max_examples=200, deadline=None)
@given(facts=_modifications())
def test_a_modification_conserves_the_price(facts: dict[str, Any]) -> None:
    values = contract_modifications.POLICY.run(facts).values
    old = sum((Fraction(each["price"]) for each in facts["obligations"]), Fraction(0))
    assume(old > 0)
    changes = sum((Fraction(each["price"]) for each in facts["added"]), Fraction(0))
    changes += sum(Fraction(each["price_change"]) for each in facts["obligations"])
    changes += Fraction(facts["price_change"]) - facts["credit_for_transferred"]
    assert Fraction(values["total_revenue"]) == old + changes + facts["later_price_change"]


@_few
@given(
    amount=_cents,
    start=_days,
    days=st.integers(1, 1200),
    method=st.sampled_from(["day", "millisecond", "month_even", "month_even_prorated", "half_month"]),
    rounding=st.sampled_from(["cumulative", "cut_each"]),
)
def test_a_schedule_earns_the_amount_and_its_refund_undoes_it(
    amount: str, start: date, days: int, method: str, rounding: str
) -> None:
    facts = {
        "amount": amount,
        "start_on": start,
        "end_on": start + timedelta(days=days),
        "method": method,
        "period_rounding": rounding,
    }
    sale = ratable_schedule.POLICY.run(facts).values
    refund = ratable_schedule.POLICY.run(facts | {"amount": f"-{amount}"}).values
    assert _sum(sale["by_month"]) == Fraction(amount)
    assert all(
        Fraction(refund["by_month"][month]) == -Fraction(each) for month, each in sale["by_month"].items()
    )


@_few
@given(amount=_cents, days=st.integers(1, 800), ends=st.lists(st.integers(0, 800), max_size=8))
def test_any_cut_of_time_earns_the_same(amount: str, days: int, ends: list[int]) -> None:
    cuts = sorted({min(end, days) for end in ends} | {days})
    values = ratable_schedule.POLICY.run({"amount": amount, "days": days, "period_end_days": cuts}).values
    assert _sum(values["by_period"]) == Fraction(amount)
    alone = ratable_schedule.POLICY.run({"amount": amount, "days": days, "period_end_days": [cuts[0]]}).values
    assert alone["by_period"][0] == values["by_period"][0]


@_few
@given(
    estimates=st.lists(st.integers(0, 3000), min_size=1, max_size=6),
    final=st.integers(0, 3000),
    data=st.data(),
)
def test_estimates_of_a_term_catch_up_to_the_final_report(
    estimates: list[int], final: int, data: Any
) -> None:
    length = data.draw(st.integers(1, 400))
    rows = [
        {"through": _FIRST + timedelta(days=30 * index), "students": students}
        for index, students in enumerate(estimates)
    ]
    rows.append({"through": _FIRST + timedelta(days=1000), "students": final, "is_final": True})
    values = degree_fees.POLICY.run(
        {
            "fee_rate": "0.45",
            "tuition_per_student": "8999.99",
            "term_start_on": _FIRST,
            "next_term_start_on": _FIRST + timedelta(days=length),
            "estimates": rows,
        }
    ).values
    assert _sum([row["revenue"] for row in values["periods"]]) == Fraction(values["fee"])
    assert values["revenue_to_date"] == values["fee"]


@_few
@given(price=_cents, bought=_days, later=st.integers(0, 300), by=st.sampled_from(["month", "year"]))
def test_a_full_refund_undoes_its_sale_and_restates_no_earlier_month(
    price: str, bought: date, later: int, by: str
) -> None:
    refunded_on = bought + timedelta(days=later)
    cycle = {"id": "C", "price": price, "billed_on": bought, "billed_by": by}
    refund = {"on": refunded_on, "amount": price}
    through = bought + timedelta(days=500)
    before = consumer_subscriptions.POLICY.run({"cycles": [cycle], "through": through}).values
    after = consumer_subscriptions.POLICY.run(
        {"cycles": [cycle | {"refunds": [refund]}], "through": through}
    ).values
    assert Fraction(after["revenue_to_date"]) == 0
    assert Fraction(after["deferred_revenue"]) == 0
    for month, amount in after["by_month"].items():
        if month < refunded_on.isoformat()[:7]:
            assert amount == before["by_month"][month]


@_few
@given(
    price=_cents,
    months=st.integers(1, 36),
    change_after=st.integers(1, 1100),
    change=st.integers(0, 100_000),
    own_price=st.booleans(),
    extension=st.integers(0, 400),
)
def test_a_seat_contract_earns_its_price_and_a_change_restates_no_earlier_month(
    price: str, months: int, change_after: int, change: int, own_price: bool, extension: int
) -> None:
    contract = {
        "start_on": _FIRST,
        "term_months": months,
        "access_on": _FIRST,
        "price": price,
        "through": _FIRST + timedelta(days=3000),
    }
    changed_on = _FIRST + timedelta(days=change_after)
    alteration = {
        "id": "change",
        "on": changed_on,
        "seats_added": "1",
        "price_change": str(change),
        "standalone_selling_price": str(change if own_price else change + 1),
        "end_on": changed_on + timedelta(days=extension + 1),
    }
    plain = seat_contracts.POLICY.run(contract).values
    values = seat_contracts.POLICY.run(contract | {"changes": [alteration]}).values
    assert Fraction(values["contract_price"]) == Fraction(price) + change
    assert _sum(values["by_month"]) == Fraction(values["contract_price"])
    assert values["remaining_obligations"] == "0.00"
    for month, amount in values["by_month"].items():
        if month < changed_on.isoformat()[:7] and month in plain["by_month"]:
            assert amount == plain["by_month"][month]


@_few
@given(price=_cents, redeemed=st.lists(st.integers(0, 100), min_size=1, max_size=6))
def test_points_earned_and_owed_are_the_points_price(price: str, redeemed: list[int]) -> None:
    total = sum(redeemed)
    periods = [{"id": str(i), "redeemed": each, "expected_total": total} for i, each in enumerate(redeemed)]
    values = loyalty_points.POLICY.run({"price": price, "points": 1000, "periods": periods}).values
    assert Fraction(values["revenue_to_date"]) + Fraction(values["contract_liability"]) == Fraction(price)
    assert _sum([row["revenue"] for row in values["periods"]]) == Fraction(values["revenue_to_date"])
    assert Fraction(values["contract_liability"]) == 0


@_few
@given(first=_cents, second=_cents, rate=st.integers(0, 100), threshold=_cents)
def test_tiers_do_not_care_how_revenue_is_cut(first: str, second: str, rate: int, threshold: str) -> None:
    terms = [
        {
            "starts_on": _FIRST,
            "tiers": [{"rate": "0.4"}, {"above": threshold, "rate": f"{rate}/100"}],
            "fund_share": "0.05",
        }
    ]
    both = f"{Fraction(first) + Fraction(second)}"
    cut = [{"id": "1", "on": _FIRST, "amount": first}, {"id": "2", "on": _FIRST, "amount": second}]
    apart = partner_fees.POLICY.run({"terms": terms, "revenue": cut}).values
    together = partner_fees.POLICY.run(
        {"terms": terms, "revenue": [{"id": "1", "on": _FIRST, "amount": both}]}
    ).values
    assert {key: apart[key] for key in ("expense", "development_fund", "payable_to_partner")} == {
        key: together[key] for key in ("expense", "development_fund", "payable_to_partner")
    }


@_few
@given(advance=_cents, fees=st.lists(_cents, max_size=6))
def test_an_advance_and_cash_pay_the_fees(advance: str, fees: list[str]) -> None:
    periods = [{"id": str(index), "fee": fee} for index, fee in enumerate(fees)]
    values = recoupable_advances.POLICY.run({"advance": advance, "periods": periods}).values
    left = Fraction(values["advance_balance"][-1]) if fees else Fraction(advance)
    assert Fraction(advance) - left + _sum(values["cash_paid"]) == _sum(fees)


_events = st.lists(
    st.fixed_dictionaries(
        {
            "kind": st.sampled_from(["payment_due", "invoice", "cash", "transfer"]),
            "amount": _cents,
            "payment_is_conditional": st.booleans(),
            "makes_all_unconditional": st.booleans(),
        }
    ),
    max_size=12,
)


@_few
@given(events=_events, is_cancellable=st.booleans())
def test_entries_balance_and_no_balance_turns_negative(
    events: list[dict[str, Any]], is_cancellable: bool
) -> None:
    dated = [each | {"on": _FIRST + timedelta(days=index // 2)} for index, each in enumerate(events)]
    values = contract_balances.POLICY.run({"events": dated, "is_cancellable": is_cancellable}).values
    for entry in values["entries"]:
        debits = _sum([line["debit"] for line in entry["lines"] if "debit" in line])
        assert debits == _sum([line["credit"] for line in entry["lines"] if "credit" in line])
    assert all(
        Fraction(values[name]) >= 0
        for name in ("receivable", "contract_asset", "contract_liability", "revenue")
    )


@_few
@given(
    amount=_some_cents,
    rate=st.integers(0, 40),
    paid=st.integers(0, 120),
    transferred=st.integers(0, 120),
    compounding=st.sampled_from(["annual", "monthly"]),
)
def test_interest_is_the_whole_difference_between_price_and_payments(
    amount: str, rate: int, paid: int, transferred: int, compounding: str
) -> None:
    values = significant_financing.POLICY.run(
        {
            "payments": [{"amount": amount, "after_months": paid}],
            "transfer_after_months": transferred,
            "discount_rate": f"{rate}/100",
            "compounding": compounding,
        }
    ).values
    sign = 1 if values.get("interest_is") == "expense" else -1
    assert Fraction(values["revenue"]) == Fraction(amount) + sign * Fraction(values["interest"])
    if values["schedule"]:
        assert values["schedule"][-1]["closing"] in ("0.00", "-0.00")


@_few
@given(
    units=st.lists(st.integers(0, 500), min_size=1, max_size=5),
    expected=st.lists(st.integers(0, 4000), min_size=5, max_size=5),
)
def test_units_are_recognized_at_the_price_last_expected(units: list[int], expected: list[int]) -> None:
    values = volume_discounts.POLICY.run(
        {
            "tiers": [{"unit_price": "99.99"}, {"above_units": "1000", "unit_price": "89.99"}],
            "periods": [
                {"id": str(index), "units": each, "expected_total_units": expected[index]}
                for index, each in enumerate(units)
            ],
        }
    ).values
    last = values["periods"][-1]
    assert Fraction(values["revenue_to_date"]) == sum(units) * Fraction(last["expected_unit_price"])
    assert Fraction(last["invoiced_to_date"]) - Fraction(last["revenue_to_date"]) == Fraction(
        last["refund_liability"]
    )


@_few
@given(units=st.integers(1, 1000), back=st.integers(0, 1000), price=_cents, cost=_cents)
def test_a_return_portfolio_splits_what_was_received(units: int, back: int, price: str, cost: str) -> None:
    values = refund_liability.POLICY.run(
        {"units": units, "price": price, "cost": cost, "expected_returns": min(back, units)}
    ).values
    assert Fraction(values["revenue"]) + Fraction(values["refund_liability"]) == units * Fraction(price)
    assert Fraction(values["cost_of_sales"]) + Fraction(values["return_asset"]) == units * Fraction(cost)
