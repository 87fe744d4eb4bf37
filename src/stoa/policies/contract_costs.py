"""Costs to obtain and to fulfill a contract: asset or expense (ASC 340-40-25-1 to 25-8, 35-1 to 35-6)."""

from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Literal

from stoa.policies.facts import Facts, Price, Quantity, fact, refuse
from stoa.policies.frame import Explanation, Policy


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """A cost, and the answers that decide where it goes."""

    id: str = fact("Name.")
    amount: Price = fact("Amount.")
    kind: Literal["obtain", "fulfill"] = fact("To obtain the contract, or to fulfill it.", default="obtain")
    other_topic: str | None = fact(
        "Another standard whose scope it is in, such as 360 (equipment) or 350-40 (software); that one decides.",
        default=None,
    )
    is_incremental: bool = fact(
        "Obtain: would not have been incurred without the contract; not so for legal work, travel, or bonuses that "
        "also depend on other things (25-2).",
        default=False,
    )
    chargeable_regardless: bool = fact(
        "Obtain: explicitly chargeable to the customer whether or not the contract is won (25-3).",
        default=False,
    )
    relates_directly: bool = fact("Fulfill: relates directly to the contract (25-5(a)).", default=False)
    generates_resources: bool = fact(
        "Fulfill: generates or enhances resources for future performance (25-5(b)).", default=False
    )
    is_recoverable: bool = fact("Expected to be recovered (25-1, 25-5(c)).", default=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class CostFacts(Facts):
    """Costs of one contract."""

    costs: tuple[Cost, ...] = fact("The costs.")
    benefit_months: Quantity | None = fact(
        "Months of benefit: the contract and the renewals that the asset relates to (35-1).", default=None
    )
    elapsed_months: Quantity = fact("Months of these that have passed.", default=Fraction(0))
    use_expedient: bool = fact(
        "Expense costs to obtain when the benefit is a year or less (25-4).", default=True
    )
    remaining_consideration: Price | None = fact(
        "Consideration still to come for the related services, for the impairment test (35-3).", default=None
    )
    remaining_costs: Price = fact("Costs still to come for these services.", default=Fraction(0))


def decide(facts: CostFacts, explain: Explanation) -> dict[str, Any]:
    """Capitalize incremental costs to obtain and qualifying costs to fulfill; amortize with the services."""
    grid = facts.grid
    rows = []
    asset = expense = elsewhere = Fraction(0)
    for each in facts.costs:
        where, paragraph, reason = _classified(each, facts)
        rows.append(
            {"id": each.id, "amount": grid.text(each.amount), "treatment": where, "paragraph": paragraph}
        )
        explain.step(paragraph, f"{each.id}: {reason}.")
        asset += each.amount if where == "asset" else 0
        expense += each.amount if where == "expense" else 0
        elsewhere += each.amount if where == "other_topic" else 0
    amortized = Fraction(0)
    if facts.benefit_months is not None and asset:
        if not facts.benefit_months:
            raise refuse("benefit_months", "must be more than 0.")
        amortized = grid.round(asset * min(facts.elapsed_months / facts.benefit_months, Fraction(1)))
        explain.step("340-40-35-1", f"Amortized with the services: {grid.text(amortized)} so far.")
    carrying = asset - amortized
    values: dict[str, Any] = {
        "asset": grid.text(asset),
        "expensed_immediately": grid.text(expense),
        "other_topics": grid.text(elsewhere),
        "costs": rows,
        "amortized": grid.text(amortized),
        "carrying_amount": grid.text(carrying),
    }
    if facts.remaining_consideration is not None:
        loss = max(carrying - (facts.remaining_consideration - facts.remaining_costs), Fraction(0))
        loss = min(loss, carrying)
        explain.step("340-40-35-3", f"Beyond what remains to be earned: impairment of {grid.text(loss)}.")
        values |= {"impairment": grid.text(loss), "carrying_amount": grid.text(carrying - loss)}
    return values


def _classified(cost: Cost, facts: CostFacts) -> tuple[str, str, str]:
    """Treatment, paragraph and reason."""
    if cost.other_topic is not None:
        return "other_topic", "340-40-15-3", f"in the scope of {cost.other_topic}"
    if cost.kind == "fulfill":
        if cost.relates_directly and cost.generates_resources and cost.is_recoverable:
            return "asset", "340-40-25-5", "relates directly, serves future performance, is recoverable"
        return "expense", "340-40-25-8", "does not meet all conditions of a fulfillment cost"
    if not cost.is_recoverable:
        return "expense", "340-40-25-1", "not expected to be recovered"
    if cost.chargeable_regardless:
        return "asset", "340-40-25-3", "chargeable to the customer whether or not the contract is won"
    if not cost.is_incremental:
        return "expense", "340-40-25-3", "would have been incurred without the contract"
    if facts.use_expedient and facts.benefit_months is not None and facts.benefit_months <= 12:
        return "expense", "340-40-25-4", "the benefit is a year or less: the expedient"
    return "asset", "340-40-25-1", "incremental and recoverable"


POLICY = Policy(
    name="contract_costs",
    title="Costs to obtain and to fulfill a contract",
    standard="ASC 340-40",
    paragraphs=(
        "340-40-15-3",
        "340-40-25-1",
        "340-40-25-3",
        "340-40-25-4",
        "340-40-25-5",
        "340-40-25-8",
        "340-40-35-1",
        "340-40-35-3",
    ),
    requirements=("ACC-54", "ACC-55", "ACC-82"),
    note="Incremental costs of obtaining a contract are capitalized when recoverable; other selling costs are expensed.",
    facts=CostFacts,
    outputs={
        "asset": "capitalized",
        "expensed_immediately": "expensed",
        "other_topics": "accounted for under other standards",
        "costs": "per cost: treatment and paragraph",
        "amortized": "amortization to date",
        "carrying_amount": "asset less amortization and impairment",
        "impairment": "beyond what remains to be earned",
    },
    decide=decide,
    example={
        "costs": [
            {"id": "legal", "amount": "15000"},
            {"id": "travel", "amount": "25000"},
            {"id": "commission", "amount": "10000", "is_incremental": True},
        ]
    },
)
