"""Deferred revenue by service period, current and non-current, and its roll-forward (ASC 606-10-45-2, 50-8, 210-10-45)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from stoa.kernel.spans import DaySpan, add_months
from stoa.policies.facts import Amount, Facts, Price, fact, refuse
from stoa.policies.frame import Explanation, Policy
from stoa.policies.grid import Grid


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """A service billed or paid in advance."""

    id: str = fact("Name or reference.")
    price: Price = fact("Transaction price of the service period, taxes excluded.")
    billed: Price | None = fact("Billed or paid so far; the whole price when left out.", default=None)
    start_on: date = fact("First day of service (access).")
    end_on: date = fact("Day after the last day.")


@dataclass(frozen=True, slots=True, kw_only=True)
class DeferredFacts(Facts):
    """Services and a day."""

    services: tuple[Service, ...] = fact("Services.")
    through: date = fact("Last day to count.")


def decide(facts: DeferredFacts, explain: Explanation) -> dict[str, Any]:
    """Per contract, billed less earned: a liability when positive, a contract asset when negative (45-1)."""
    grid = facts.grid
    rows = []
    current = non_current = asset = earned_in_all = Fraction(0)
    for index, each in enumerate(facts.services):
        earned, by_then = earned_and_within_a_year(
            each.price, each.start_on, each.end_on, facts.through, grid, f"services[{index}]"
        )
        billed = each.price if each.billed is None else each.billed
        liability = max(billed - earned, Fraction(0))
        within = min(liability, by_then - earned)
        current, non_current = current + within, non_current + liability - within
        asset += max(earned - billed, Fraction(0))
        earned_in_all += earned
        rows.append(
            {
                "id": each.id,
                "earned": grid.text(earned),
                "deferred": grid.text(liability),
                "current": grid.text(within),
                "non_current": grid.text(liability - within),
                "contract_asset": grid.text(max(earned - billed, Fraction(0))),
            }
        )
    explain.step("606-10-45-2", f"Billed and not earned at the end of {facts.through}: a contract liability.")
    explain.step("210-10-45-9", "What will be earned within twelve months is current, the rest non-current.")
    return {
        "revenue_to_date": grid.text(earned_in_all),
        "deferred": grid.text(current + non_current),
        "current": grid.text(current),
        "non_current": grid.text(non_current),
        "contract_asset": grid.text(asset),
        "services": rows,
    }


def earned_and_within_a_year(
    amount: Fraction, start_on: date, end_on: date, through: date, grid: Grid, path: str
) -> tuple[Fraction, Fraction]:
    """What of ``amount`` belongs to the days up to ``through``, and what to those up to a year later (both to date)."""
    if end_on <= start_on:
        raise refuse(f"{path}.end_on", "must come after start_on.")
    span = DaySpan(start_on, end_on)
    day, year_later = through + timedelta(days=1), add_months(through, 12) + timedelta(days=1)
    return (
        grid.round(amount * span.elapsed_before(day) / span.days),
        grid.round(amount * span.elapsed_before(year_later) / span.days),
    )


POLICY = Policy(
    name="deferred_revenue",
    title="Deferred revenue, current and non-current",
    standard="ASC 606-10-45",
    paragraphs=("606-10-45-1", "606-10-45-2", "210-10-45-9"),
    requirements=("ACC-53",),
    note=(
        "Consideration recorded before service is delivered is deferred revenue, split into current and "
        "non-current by the expected service period."
    ),
    facts=DeferredFacts,
    outputs={
        "revenue_to_date": "earned",
        "deferred": "contract liability",
        "current": "to be earned within twelve months",
        "non_current": "later",
        "contract_asset": "earned beyond what was billed",
        "services": "the same per service",
    },
    decide=decide,
    example={
        "services": [{"id": "seats", "price": "36000", "start_on": "2025-07-01", "end_on": "2028-07-01"}],
        "through": "2025-09-30",
    },
)


@dataclass(frozen=True, slots=True, kw_only=True)
class RollForwardFacts(Facts):
    """A period's movements of the contract liability."""

    opening: Amount = fact("Balance at the beginning.")
    billings: Amount = fact("Billed or received in advance.", default=Fraction(0))
    revenue: Amount = fact("Recognized out of the balance, as a positive amount.", default=Fraction(0))
    refunds_of_unearned: Amount = fact(
        "Refunded before it was earned, as a positive amount.", default=Fraction(0)
    )
    fx: Amount = fact("Effect of exchange rates, signed.", default=Fraction(0))
    acquired: Amount = fact("From business combinations.", default=Fraction(0))
    other: Amount = fact("Other movements, signed.", default=Fraction(0))
    movements: Mapping[str, Amount] = fact(
        "Further movements by name, signed: for a roll-forward with lines of its own.", default={}
    )
    opening_recognized: Amount | None = fact(
        "Of the revenue, what was in the opening balance (50-8(b)).", default=None
    )
    closing: Amount | None = fact("Balance of the ledger, to tie to.", default=None)


def roll_forward(facts: RollForwardFacts, explain: Explanation) -> dict[str, Any]:
    """Opening and movements give the closing balance, which must be the ledger's (50-8 to 50-10)."""
    grid = facts.grid
    closing = (
        facts.opening
        + facts.billings
        - facts.revenue
        - facts.refunds_of_unearned
        + facts.fx
        + facts.acquired
        + facts.other
        + sum(facts.movements.values(), Fraction(0))
    )
    explain.step("606-10-50-10", f"Opening balance and movements give {grid.text(closing)}.")
    values: dict[str, Any] = {
        "opening": grid.text(facts.opening),
        "closing": grid.text(closing),
        "change": grid.text(closing - facts.opening),
    }
    if facts.opening_recognized is not None:
        if facts.opening_recognized > facts.revenue:
            raise refuse("opening_recognized", "is more than the revenue.")
        values["revenue_from_opening_balance"] = grid.text(facts.opening_recognized)
    if facts.closing is not None:
        values |= {"difference": grid.text(facts.closing - closing), "ties": facts.closing == closing}
    return values


ROLL_FORWARD = Policy(
    name="deferred_revenue_rollforward",
    title="Deferred revenue roll-forward",
    standard="ASC 606-10-50",
    paragraphs=("606-10-50-8", "606-10-50-10"),
    requirements=("ACC-53",),
    note="Changes of deferred revenue are shown from the opening to the closing balance.",
    facts=RollForwardFacts,
    outputs={
        "opening": "opening balance",
        "closing": "balance that follows from the movements",
        "change": "closing less opening",
        "revenue_from_opening_balance": "revenue that was deferred at the beginning",
        "difference": "the ledger's balance less that",
        "ties": "whether there is none",
    },
    decide=roll_forward,
    example={
        "opening": "137.0",
        "billings": "560.0",
        "revenue": "523.8",
        "refunds_of_unearned": "2.1",
        "fx": "-0.1",
    },
)
