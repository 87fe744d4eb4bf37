"""Renewal options that are material rights, by the practical alternative; fees paid at the beginning
(ASC 606-10-55-42, 55-45, 55-50 to 55-53)."""

from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Literal

from stoa.policies.facts import Facts, Price, Quantity, Share, fact, refuse
from stoa.policies.frame import Explanation, Policy


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """The first term, or one renewal."""

    id: str = fact("Name of the term, such as year 1.")
    price: Price = fact("What a customer pays for the term when it takes it.")
    expected_customers: Quantity | None = fact(
        "Customers expected to take it, when the contract was made; or likelihood.", default=None
    )
    likelihood: Share | None = fact("Likelihood that a customer takes it, instead.", default=None)
    cost: Price | None = fact("Expected cost of serving one customer for the term.", default=None)
    standalone_selling_price: Price | None = fact("Its standalone selling price.", default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class RenewalFacts(Facts):
    """A portfolio of similar contracts with options to renew."""

    customers: Quantity = fact("Customers at the beginning.", default=Fraction(1))
    terms: tuple[Term, ...] = fact("The first term and the renewals expected to be provided.")
    weights: Literal["expected_cost", "standalone_selling_price"] = fact(
        "What the expected consideration is allocated by.", default="expected_cost"
    )
    upfront_fee: Price = fact(
        "Nonrefundable fee per customer at the beginning that buys nothing distinct (55-51).",
        default=Fraction(0),
    )
    renewal_is_material_right: bool = fact(
        "Whether the option to renew (perhaps without paying the fee again) is a material right (55-42, 55-51).",
        default=True,
    )


def decide(facts: RenewalFacts, explain: Explanation) -> dict[str, Any]:
    """Include the optional services expected to be provided and what will be paid for them (55-45)."""
    grid = facts.grid
    if not facts.terms:
        raise refuse("terms", "give the first term.")
    if not facts.customers:
        raise refuse("customers", "must be more than 0.")
    terms = facts.terms
    if not facts.renewal_is_material_right:
        terms = facts.terms[:1]
        explain.step(
            "606-10-55-51", "Renewal is no material right: everything paid belongs to the first term."
        )
    taken = [_likelihood(each, facts, index) for index, each in enumerate(terms)]
    expected = facts.upfront_fee + sum(
        (each.price * share for each, share in zip(terms, taken, strict=True)), Fraction(0)
    )
    weights = [
        _weight(each, facts, index) * share
        for index, (each, share) in enumerate(zip(terms, taken, strict=True))
    ]
    if not any(weights):
        raise refuse("terms", "all weights are zero; give cost or standalone_selling_price.")
    allocated = grid.split(expected, weights)
    if facts.renewal_is_material_right:
        explain.step(
            "606-10-55-45",
            f"Expected consideration of a contract is {grid.text(expected)}, allocated by {facts.weights} times "
            "likelihood instead of estimating the option's own price.",
        )
    paid = earned = Fraction(0)
    rows = []
    for index, (each, share, part) in enumerate(zip(terms, taken, allocated, strict=True)):
        received = grid.round(
            facts.customers * (each.price * share + (facts.upfront_fee if index == 0 else 0))
        )
        revenue = grid.round(facts.customers * part)
        paid, earned = paid + received, earned + revenue
        rows.append(
            {
                "term": each.id,
                "allocated_per_contract": grid.text(part),
                "received": grid.text(received),
                "revenue": grid.text(revenue),
                "contract_liability": grid.text(paid - earned),
            }
        )
    return {
        "expected_consideration_per_contract": grid.text(expected),
        "allocated": [row["allocated_per_contract"] for row in rows],
        "terms": rows,
    }


def _likelihood(term: Term, facts: RenewalFacts, index: int) -> Fraction:
    if term.expected_customers is not None:
        if term.expected_customers > facts.customers:
            raise refuse(f"terms[{index}].expected_customers", "is more than all customers.")
        return term.expected_customers / facts.customers
    if term.likelihood is not None:
        return term.likelihood
    if index == 0:
        return Fraction(1)
    raise refuse(f"terms[{index}].likelihood", "is missing; give it or expected_customers.")


def _weight(term: Term, facts: RenewalFacts, index: int) -> Fraction:
    weight = term.cost if facts.weights == "expected_cost" else term.standalone_selling_price
    if not facts.renewal_is_material_right:
        return Fraction(1)
    if weight is None:
        name = "cost" if facts.weights == "expected_cost" else "standalone_selling_price"
        raise refuse(f"terms[{index}].{name}", f"is missing; the weights are {facts.weights}.")
    return weight


POLICY = Policy(
    name="renewal_options",
    title="Renewal options and upfront fees",
    standard="ASC 606-10-55",
    paragraphs=("606-10-55-42", "606-10-55-45", "606-10-55-50", "606-10-55-51", "606-10-55-53"),
    requirements=("ACC-37", "ACC-41"),
    note=(
        "Where a customer may renew on terms that are a material right, the renewals expected are included and the "
        "whole expected consideration is allocated to the terms. Nonrefundable fees at the beginning that buy "
        "nothing distinct are recognized with the services they belong to."
    ),
    facts=RenewalFacts,
    outputs={
        "expected_consideration_per_contract": "fee and prices times likelihood",
        "allocated": "amount per term and contract",
        "terms": "per term: allocated_per_contract, received, revenue and contract_liability of the portfolio",
    },
    decide=decide,
    example={
        "customers": "100",
        "round_to": "1",
        "terms": [
            {"id": "year 1", "price": "1000", "cost": "600"},
            {"id": "year 2", "price": "1000", "cost": "750", "expected_customers": "90"},
            {"id": "year 3", "price": "1000", "cost": "1000", "expected_customers": "81"},
        ],
    },
)
