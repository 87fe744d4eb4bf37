"""Consumer subscriptions and Specializations: ratable over the month or year billed, after access (ACC-46, ACC-47)."""

from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import Any, Literal

from stoa.kernel.spans import add_months
from stoa.policies.facts import Facts, Price, Share, fact, refuse
from stoa.policies.frame import Explanation, Policy
from stoa.policies.grid import Grid
from stoa.policies.layers import Layer, by_month, earned_before

_MONTHS = {"month": 1, "year": 12}


@dataclass(frozen=True, slots=True, kw_only=True)
class Refund:
    """Money given back for a cycle."""

    on: date = fact("Day of the refund.")
    amount: Price = fact("Amount, taxes excluded.")
    ends_access: bool = fact("Whether access ends with it; what is kept is then earned.", default=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cycle:
    """One billing cycle."""

    id: str = fact("Name or reference.")
    price: Price = fact("Price of the cycle, taxes excluded; 0 for a trial.")
    billed_on: date = fact("Day of billing and payment.")
    billed_by: Literal["month", "year"] = fact("Length of the cycle.", default="month")
    access_on: date | None = fact("First day of access; the day of billing when left out.", default=None)
    end_on: date | None = fact("Day after the last, when it is not a whole month or year.", default=None)
    refunds: tuple[Refund, ...] = fact("Refunds in order.", default=())
    upgraded_on: date | None = fact(
        "Day on which another plan took over, with a credit for the rest: see credit.", default=None
    )
    credit: Price = fact(
        "Credit for unused days, given as a part of the next cycle's price.", default=Fraction(0)
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class SubscriptionFacts(Facts):
    """A subscription's cycles."""

    product: str = fact("Specialization, catalog subscription, …", default="catalog subscription")
    cycles: tuple[Cycle, ...] = fact("Cycles in order.")
    partner_share: Share = fact("Partners' share of revenue.", default=Fraction(0))
    through: date = fact("Last day to count.")


def decide(facts: SubscriptionFacts, explain: Explanation) -> dict[str, Any]:
    """Earn each cycle's price by day over its own span; a refund lowers the price and is caught up at once."""
    grid = facts.grid
    rows = []
    known: list[Layer] = []
    first_on: date | None = None
    day = facts.through + timedelta(days=1)
    earned = deferred = refunded = Fraction(0)
    for index, each in enumerate(facts.cycles):
        layer, given_back = _layer(each, facts.through, f"cycles[{index}]")
        if each.billed_on > facts.through:
            continue
        now = layer.earned_before(day, grid)
        first_on = layer.start_on if first_on is None else min(first_on, layer.start_on)
        rows.append(
            {
                "id": each.id,
                "start_on": str(layer.start_on),
                "end_on": str(layer.end_on),
                "price": grid.text(layer.amount),
                "refunded": grid.text(given_back),
                "revenue_to_date": grid.text(now),
                "deferred": grid.text(grid.round(layer.amount) - now),
            }
        )
        if given_back:
            explain.step(
                "606-10-32-43", f"{each.id}: {grid.text(given_back)} was refunded; revenue follows at once."
            )
        known.append(layer)
        earned, refunded = earned + now, refunded + given_back
        deferred += grid.round(layer.amount) - now
    explain.step("606-10-25-14(b)", f"{facts.product}: each cycle is a series of distinct daily services.")
    explain.step(
        "606-10-25-31",
        f"{grid.text(earned)} is earned through {facts.through}; {grid.text(deferred)} is not.",
    )
    last_on = max((layer.last_on for layer in known), default=facts.through)
    in_a_year = earned_before(known, add_months(facts.through, 12) + timedelta(days=1), grid)
    return {
        "revenue_to_date": grid.text(earned),
        "deferred_revenue": grid.text(deferred),
        "deferred_current": grid.text(in_a_year - earned),
        "deferred_non_current": grid.text(earned + deferred - in_a_year),
        "refunded": grid.text(refunded),
        "partner_fee": grid.text(earned * facts.partner_share),
        "by_month": {
            month: grid.text(amount)
            for month, amount in by_month(
                first_on or facts.through, last_on, lambda until: _earned_as_known(facts, until, grid)
            ).items()
        },
        "cycles": rows,
    }


def _earned_as_known(facts: SubscriptionFacts, until: date, grid: Grid) -> Fraction:
    """Earned before ``until`` by what was known then, so that a refund moves its own month and no earlier one."""
    knowing = min(until - timedelta(days=1), facts.through)
    return earned_before(
        (
            _layer(each, knowing, f"cycles[{index}]")[0]
            for index, each in enumerate(facts.cycles)
            if each.billed_on <= knowing
        ),
        until,
        grid,
    )


def _layer(cycle: Cycle, through: date, path: str) -> tuple[Layer, Fraction]:
    """The cycle as it stands at the end of ``through``, and what was refunded of it."""
    start = cycle.access_on or cycle.billed_on
    end = cycle.end_on or add_months(start, _MONTHS[cycle.billed_by])
    if end <= start:
        raise refuse(f"{path}.end_on", "must come after the first day of access.")
    layer = Layer(cycle.id, cycle.price, start, end)
    given_back = Fraction(0)
    for refund in cycle.refunds:
        if refund.on > through:
            continue
        given_back += refund.amount
        if given_back > cycle.price:
            raise refuse(f"{path}.refunds", "are more than the price.")
        last = min(max(refund.on, start), end) if refund.ends_access else layer.end_on
        layer = Layer(cycle.id, cycle.price - given_back, start, last)
    if cycle.upgraded_on is not None and cycle.upgraded_on <= through:
        if given_back + cycle.credit > cycle.price:
            raise refuse(f"{path}.credit", "and refunds are more than the price.")
        last = min(max(cycle.upgraded_on, start), end)
        layer = Layer(cycle.id, cycle.price - given_back - cycle.credit, start, last)
    return layer, given_back


POLICY = Policy(
    name="consumer_subscriptions",
    title="Consumer revenue: Specializations and catalog subscriptions",
    standard="ASC 606-10-25",
    paragraphs=("606-10-25-14(b)", "606-10-25-31", "606-10-32-43"),
    requirements=("ACC-40", "ACC-46", "ACC-47", "ACC-53"),
    note=(
        "Specializations and catalog subscriptions are billed by the month or the year in advance. Revenue is "
        "recognized ratably over the month or year billed, after access is granted."
    ),
    facts=SubscriptionFacts,
    outputs={
        "revenue_to_date": "earned",
        "deferred_revenue": "paid and not earned",
        "deferred_current": "of this, within twelve months",
        "deferred_non_current": "later",
        "refunded": "given back",
        "partner_fee": "partners' share of the revenue",
        "by_month": "revenue per month; a refund moves the month in which it is made",
        "cycles": "per cycle: span, price after refunds, revenue_to_date, deferred",
    },
    decide=decide,
    example={
        "cycles": [
            {"id": "C-1", "price": "399.00", "billed_on": "2025-07-10", "billed_by": "year"},
            {
                "id": "C-2",
                "price": "59.00",
                "billed_on": "2025-08-31",
                "refunds": [{"on": "2025-09-05", "amount": "59.00"}],
            },
        ],
        "through": "2025-09-30",
    },
)
