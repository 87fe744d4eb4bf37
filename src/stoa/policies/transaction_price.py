"""Putting the transaction price together (ASC 606-10-32-2 to 32-4, 32-21 to 32-27)."""

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from stoa.policies.facts import Amount, Facts, Price, Quantity, fact
from stoa.policies.frame import Explanation, Policy
from stoa.policies.grid import number_text


@dataclass(frozen=True, slots=True, kw_only=True)
class NoncashConsideration:
    """Something other than money promised by the customer."""

    id: str = fact("Name.", default="noncash")
    quantity: Quantity = fact("How many, in all.", default=Fraction(1))
    fair_value_at_inception: Price = fact("Fair value of one at contract inception (32-21).")
    fair_value_now: Price | None = fact(
        "Fair value of one now; its change is not revenue (32-23).", default=None
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Payable:
    """Consideration payable to the customer (or to those who buy from the customer)."""

    amount: Price = fact("What the entity pays, or credits.")
    fair_value_received: Price = fact(
        "Fair value of a distinct good or service received for it; 0 when there is none (32-25, 32-26).",
        default=Fraction(0),
    )
    fair_value_is_estimable: bool = fact(
        "Whether that fair value can be reasonably estimated; if not, all of it reduces the price.",
        default=True,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Transfer:
    """Goods transferred in a period at their invoiced amount."""

    id: str = fact("Name of the period or transfer.")
    amount: Price = fact("Invoiced amount, taxes excluded.")


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceFacts(Facts):
    """Everything a customer promises, and what it gets back."""

    fixed: Amount = fact(
        "Fixed consideration in money (or expected purchases), taxes excluded.", default=Fraction(0)
    )
    variable: Amount = fact(
        "Variable consideration to include (see variable_consideration).", default=Fraction(0)
    )
    financing_adjustment: Amount = fact(
        "Effect of a significant financing component (see significant_financing).", default=Fraction(0)
    )
    noncash: tuple[NoncashConsideration, ...] = fact("Noncash consideration.", default=())
    payable_to_customer: tuple[Payable, ...] = fact("Consideration payable to the customer.", default=())
    taxes_collected: Price = fact(
        "Sales taxes collected for authorities on top; excluded by election (32-2A).", default=Fraction(0)
    )
    transfers: tuple[Transfer, ...] = fact(
        "Transfers so far; each takes its share of the reduction.", default=()
    )


def decide(facts: PriceFacts, explain: Explanation) -> dict[str, Any]:
    """Add what is promised, subtract what goes back for nothing distinct, leave taxes out."""
    grid = facts.grid
    noncash = sum((each.quantity * each.fair_value_at_inception for each in facts.noncash), Fraction(0))
    changed = sum(
        (
            each.quantity * (each.fair_value_now - each.fair_value_at_inception)
            for each in facts.noncash
            if each.fair_value_now is not None
        ),
        Fraction(0),
    )
    reduction = sum((_reduction(each) for each in facts.payable_to_customer), Fraction(0))
    gross = facts.fixed + facts.variable + facts.financing_adjustment + noncash
    price = gross - reduction
    if facts.taxes_collected:
        explain.step(
            "606-10-32-2A", f"Taxes of {grid.text(facts.taxes_collected)} are excluded from the price."
        )
    if noncash:
        explain.step(
            "606-10-32-21", f"Noncash consideration counts {grid.text(noncash)}: fair value at inception."
        )
    if changed:
        explain.step("606-10-32-23", f"Its change in value, {grid.text(changed)}, is not revenue.")
    if facts.payable_to_customer:
        explain.step(
            "606-10-32-25",
            f"Consideration payable to the customer reduces the price by {grid.text(reduction)}; what buys a "
            "distinct good or service at fair value is a purchase (32-26).",
        )
    explain.step("606-10-32-2", f"The transaction price is {grid.text(price)}.")
    invoiced = Fraction(0)
    to_dates = []
    for each in facts.transfers:
        invoiced += each.amount
        to_dates.append(invoiced - (reduction * invoiced / gross if gross else Fraction(0)))
    amounts = grid.differences(to_dates)
    if facts.transfers and reduction:
        explain.step(
            "606-10-32-27", "Each transfer carries its share of the reduction as revenue is recognized."
        )
    return {
        "transaction_price": grid.text(price),
        "reduction": grid.text(reduction),
        "reduction_rate": number_text(reduction / gross) if gross else None,
        "purchase_from_customer": grid.text(
            sum((each.amount for each in facts.payable_to_customer), Fraction(0)) - reduction
        ),
        "noncash": grid.text(noncash),
        "noncash_change_not_revenue": grid.text(changed),
        "taxes_excluded": grid.text(facts.taxes_collected),
        "revenue": {each.id: grid.text(part) for each, part in zip(facts.transfers, amounts, strict=True)},
    }


def _reduction(payable: Payable) -> Fraction:
    if not payable.fair_value_is_estimable:
        return payable.amount
    return max(payable.amount - payable.fair_value_received, Fraction(0))


POLICY = Policy(
    name="transaction_price",
    title="Transaction price",
    standard="ASC 606-10-32",
    paragraphs=(
        "606-10-32-2",
        "606-10-32-2A",
        "606-10-32-21",
        "606-10-32-23",
        "606-10-32-25",
        "606-10-32-27",
    ),
    requirements=("ACC-35", "ACC-41"),
    note=(
        "The transaction price is what the company expects to be entitled to: fixed consideration in full, "
        "variable consideration as estimated, noncash consideration at its fair value at inception, less what it "
        "pays to customers for nothing distinct. Taxes collected for authorities are excluded."
    ),
    facts=PriceFacts,
    outputs={
        "transaction_price": "the transaction price",
        "reduction": "consideration payable to the customer that lowers the price",
        "reduction_rate": "that reduction as a share of the promised consideration",
        "purchase_from_customer": "what is accounted for as an ordinary purchase instead",
        "noncash": "noncash consideration at inception's fair value",
        "noncash_change_not_revenue": "later change in its value",
        "taxes_excluded": "taxes left out",
        "revenue": "revenue per transfer, net of its share of the reduction",
    },
    decide=decide,
    example={
        "fixed": "15000000",
        "payable_to_customer": [{"amount": "1500000"}],
        "transfers": [{"id": "January", "amount": "2000000"}],
    },
)
