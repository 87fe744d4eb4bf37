"""Enterprise seat contracts: ratable from the day access is granted (ASC 606-10-25-14(b), 25-31, 25-12, 25-13)."""

from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from stoa.kernel.spans import add_months
from stoa.policies.facts import Amount, Facts, Price, Quantity, Share, fact, refuse
from stoa.policies.frame import Explanation, Policy
from stoa.policies.grid import Grid
from stoa.policies.layers import Layer, by_month, changed_prospectively, earned_before


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A change of the contract: seats, price or term."""

    id: str = fact("Name or reference.")
    on: date = fact("Day on which it takes effect.")
    seats_added: Quantity = fact("Seats added.", default=Fraction(0))
    price_change: Amount = fact(
        "Change of the contract's price: the price of added seats, or a credit (negative).",
        default=Fraction(0),
    )
    standalone_selling_price: Price | None = fact(
        "Standalone selling price of all the added seats until the end; equal to the price: a separate contract.",
        default=None,
    )
    end_on: date | None = fact("New end of the contract (day after the last), when it changes.", default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Billing:
    """An invoice; the right to its amount is unconditional from its day."""

    id: str = fact("Invoice number.", default="invoice")
    on: date = fact("Invoice date.")
    amount: Amount = fact("Amount, taxes excluded; a credit memo is negative.")
    paid_on: date | None = fact("Day of payment.", default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatFacts(Facts):
    """A seat contract."""

    customer: str = fact("Customer.", default="customer")
    start_on: date = fact("First day of the contract's term.")
    end_on: date | None = fact("Day after the last; or term_months.", default=None)
    term_months: int | None = fact("Months of the term, usually 12 to 36.", default=None)
    access_on: date | None = fact(
        "Day on which access was granted to the customer; nothing is recognized while it is missing.",
        default=None,
    )
    seats: Quantity = fact("Seats.", default=Fraction(1))
    price: Amount | None = fact("Price of the whole term, taxes excluded; or price_per_seat.", default=None)
    price_per_seat: Price | None = fact("Price of a seat for the whole term.", default=None)
    changes: tuple[Change, ...] = fact("Changes in order.", default=())
    billings: tuple[Billing, ...] = fact("Invoices.", default=())
    ended_on: date | None = fact("Day on which the contract was ended early.", default=None)
    refund_at_end: Price = fact("Refunded or credited when it was ended early.", default=Fraction(0))
    partner_share: Share = fact("Partners' share of revenue.", default=Fraction(0))
    through: date = fact("Last day to count.")


def decide(facts: SeatFacts, explain: Explanation) -> dict[str, Any]:
    """Earn the price by day from access to the end; carry out changes; show what is billed, owed and left."""
    grid, day = facts.grid, facts.through + timedelta(days=1)
    layers, total, earned, in_a_year = measure(facts, explain)
    billed = sum((grid.round(each.amount) for each in facts.billings if each.on < day), Fraction(0))
    unpaid = sum(
        (
            grid.round(each.amount)
            for each in facts.billings
            if each.on < day and (each.paid_on is None or each.paid_on >= day)
        ),
        Fraction(0),
    )
    liability = max(billed - earned, Fraction(0))
    owed_back = Fraction(0)
    if facts.ended_on is not None and facts.ended_on <= facts.through:
        liability, owed_back = Fraction(0), liability
        if owed_back:
            explain.step(
                "606-10-32-10",
                f"Ended: {grid.text(owed_back)} is billed, will not be earned and is owed back.",
            )
    current = liability if facts.access_on is None else min(liability, in_a_year - earned)
    explain.step(
        "606-10-25-14(b)", f"{facts.customer}: access to seats is a series of distinct daily services."
    )
    explain.step(
        "606-10-25-31", f"{grid.text(earned)} of {grid.text(total)} is earned through {facts.through}."
    )
    explain.step(
        "606-10-45-1", f"{grid.text(billed)} is billed: the difference is a contract asset or liability."
    )
    last_on = max(layer.last_on for layer in layers)
    schedule = by_month(layers[0].start_on, last_on, lambda until: earned_before(layers, until, grid))
    if facts.access_on is None:
        schedule = {}
    return {
        "contract_price": grid.text(total),
        "revenue_to_date": grid.text(earned),
        "by_month": {month: grid.text(amount) for month, amount in schedule.items()},
        "billed": grid.text(billed),
        "receivable": grid.text(unpaid),
        "contract_asset": grid.text(max(earned - billed, Fraction(0))),
        "deferred_revenue": grid.text(liability),
        "refund_liability": grid.text(owed_back),
        "deferred_current": grid.text(current),
        "deferred_non_current": grid.text(liability - current),
        "remaining_obligations": grid.text(total - earned),
        "remaining_next_twelve_months": grid.text(in_a_year - earned),
        "partner_fee": grid.text(earned * facts.partner_share),
        "segments": [
            {
                "id": layer.id,
                "start_on": str(layer.start_on),
                "end_on": str(layer.last_on + timedelta(days=1)),
                "amount": grid.text(layer.earned_in_all(grid)),
            }
            for layer in layers
        ],
    }


def measure(facts: SeatFacts, explain: Explanation) -> tuple[list[Layer], Fraction, Fraction, Fraction]:
    """The layers of the contract, its price, what is earned through the day, and what will be a year later."""
    grid = facts.grid
    end_on = _end(facts)
    price = _price(facts)
    if facts.access_on is None or facts.access_on > facts.through:
        explain.step("606-10-25-30", "Access has not been granted: nothing is recognized yet.")
    layers = _layers(facts, price, end_on, explain)
    total = sum((layer.earned_in_all(grid) for layer in layers), Fraction(0))
    day = facts.through + timedelta(days=1)
    if facts.access_on is None:
        return layers, total, Fraction(0), Fraction(0)
    in_a_year = earned_before(layers, add_months(facts.through, 12) + timedelta(days=1), grid)
    return layers, total, earned_before(layers, day, grid), in_a_year


def _end(facts: SeatFacts) -> date:
    if facts.end_on is not None:
        end = facts.end_on
    elif facts.term_months is not None and 1 <= facts.term_months <= 120:
        end = add_months(facts.start_on, facts.term_months)
    else:
        raise refuse("end_on", "is missing: give it, or term_months from 1 to 120.")
    if end <= facts.start_on:
        raise refuse("end_on", "must come after start_on.")
    return end


def _price(facts: SeatFacts) -> Fraction:
    if facts.price is not None:
        return facts.price
    if facts.price_per_seat is None:
        raise refuse("price", "is missing; give it, or price_per_seat.")
    return facts.seats * facts.price_per_seat


def _layers(facts: SeatFacts, price: Fraction, end_on: date, explain: Explanation) -> list[Layer]:
    grid = facts.grid
    start = max(facts.start_on, facts.access_on or facts.start_on)
    if start >= end_on:
        raise refuse("access_on", "lies after the contract's end.")
    layers = [Layer(facts.customer, price, start, end_on)]
    last = facts.start_on
    for index, change in enumerate(facts.changes):
        path = f"changes[{index}]"
        if change.on < last:
            raise refuse(f"{path}.on", "changes must be in order of time, and not before the contract.")
        last = change.on
        if change.on > facts.through:
            continue
        until = change.end_on or end_on
        on = max(change.on, start)
        if until <= on:
            raise refuse(f"{path}.end_on", "must come after the change.")
        layers = _changed(layers, change, on, until, end_on, grid, explain)
        end_on = until
    if facts.ended_on is not None and facts.ended_on <= facts.through:
        layers = _ended(layers, facts, explain)
    return layers


def _changed(
    layers: list[Layer],
    change: Change,
    on: date,
    until: date,
    end_on: date,
    grid: Grid,
    explain: Explanation,
) -> list[Layer]:
    """A separate contract for seats at their own price and term (25-12), prospective otherwise (25-13(a))."""
    is_separate = (
        change.seats_added > 0 and change.standalone_selling_price == change.price_change and until == end_on
    )
    if is_separate:
        explain.step(
            "606-10-25-12",
            f"{change.id}: distinct seats at their standalone selling price: a separate contract.",
        )
        return [*layers, Layer(change.id, change.price_change, on, until)]
    after = changed_prospectively(layers, change.id, on, change.price_change, until, grid)
    explain.step(
        "606-10-25-13(a)",
        f"{change.id}: the remaining days are distinct: {grid.text(after[-1].amount)} is recognized from {on} "
        f"to {until}.",
    )
    return after


def _ended(layers: list[Layer], facts: SeatFacts, explain: Explanation) -> list[Layer]:
    """What was not earned and is not refunded is earned on the day the contract ends."""
    on, grid = facts.ended_on, facts.grid
    assert on is not None
    after = changed_prospectively(layers, f"ended on {on}", on, -facts.refund_at_end, on, grid)
    explain.step(
        "606-10-25-13",
        f"Ended on {on}: nothing remains to be provided; after a refund of {grid.text(facts.refund_at_end)}, "
        f"{grid.text(after[-1].amount)} is recognized.",
    )
    return after


POLICY = Policy(
    name="seat_contracts",
    title="Enterprise revenue: seat contracts",
    version="2",
    standard="ASC 606-10-25",
    paragraphs=(
        "606-10-25-12",
        "606-10-25-13",
        "606-10-25-13(a)",
        "606-10-25-14(b)",
        "606-10-25-30",
        "606-10-25-31",
        "606-10-32-10",
        "606-10-45-1",
    ),
    requirements=("ACC-40", "ACC-43", "ACC-48", "ACC-53"),
    note=(
        "Enterprise customers buy seats for one to three years. Revenue is recognized ratably by day over the term "
        "from the day access is granted to the customer. Contracts are billed in advance, in installments or in "
        "arrears; the difference between billing and revenue is deferred revenue or unbilled receivables."
    ),
    facts=SeatFacts,
    outputs={
        "contract_price": "price after all changes so far",
        "revenue_to_date": "earned",
        "by_month": "revenue per calendar month over the whole term",
        "billed": "invoiced",
        "receivable": "invoiced and unpaid",
        "contract_asset": "earned and not billed (unbilled receivable)",
        "deferred_revenue": "billed and not earned",
        "refund_liability": "billed beyond the price that is kept, once the contract has ended early",
        "deferred_current": "of this, earned within twelve months",
        "deferred_non_current": "later",
        "remaining_obligations": "price not yet recognized",
        "remaining_next_twelve_months": "of this, within twelve months",
        "partner_fee": "partners' share of the revenue to date",
        "segments": "amounts and spans after all changes",
    },
    decide=decide,
    example={
        "customer": "Alder University Hospital",
        "start_on": "2025-07-01",
        "term_months": 36,
        "access_on": "2025-07-15",
        "seats": "100",
        "price_per_seat": "360",
        "billings": [{"id": "I-1", "on": "2025-07-01", "amount": "12000", "paid_on": "2025-08-01"}],
        "changes": [{"id": "more seats", "on": "2026-01-15", "seats_added": "20", "price_change": "5000"}],
        "through": "2026-03-31",
    },
)
