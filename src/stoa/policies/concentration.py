"""Concentration of customers (ASC 275-10-50-16, 280-10-50-42): entities under common control count as one."""

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from stoa.policies.facts import Amount, Facts, Share, fact, refuse
from stoa.policies.frame import Explanation, Policy
from stoa.policies.grid import number_text

_ZERO = Fraction(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Customer:
    """One customer's amount."""

    name: str = fact("Name.")
    amount: Amount = fact("Revenue or receivable.")
    is_aggregate: bool = fact(
        "Many small customers in one row: counts in the total, is never flagged.", default=False
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class ConcentrationFacts(Facts):
    """Amounts by customer."""

    customers: tuple[Customer, ...] = fact("Customers.")
    common_control: dict[str, tuple[str, ...]] = fact("Group to the customers that it controls.", default={})
    threshold: Share = fact("Share that must be exceeded.", default=Fraction(1, 10))
    total: Amount | None = fact("Total, when customers do not list it all.", default=None)
    measure: str = fact("What the amounts are: revenue, receivables, partner fees …", default="revenue")


def decide(facts: ConcentrationFacts, explain: Explanation) -> dict[str, Any]:
    """Group, take shares of the total, and flag."""
    group_of = _groups(facts)
    amounts: dict[str, Fraction] = {}
    for each in facts.customers:
        if not each.is_aggregate:
            name = group_of.get(each.name, each.name)
            amounts[name] = amounts.get(name, _ZERO) + each.amount
    listed = sum((each.amount for each in facts.customers), _ZERO)
    total = facts.total if facts.total is not None else listed
    if total <= 0:
        raise refuse("total", "must be more than 0; there is nothing to take shares of.")
    if facts.common_control:
        explain.step(
            "280-10-50-42",
            f"Entities under common control are one customer: {', '.join(facts.common_control)}.",
        )
    shares = {name: amount / total for name, amount in amounts.items()}
    ranked = sorted(shares, key=lambda name: -shares[name])
    over = [name for name in ranked if shares[name] > facts.threshold]
    percent = number_text(facts.threshold * 100, 4)
    explain.step("275-10-50-16", f"Over {percent} % of {facts.measure}: {', '.join(over) or 'none'}.")
    major = [name for name in ranked if shares[name] >= facts.threshold]
    explain.step("280-10-50-42", f"{percent} % or more of {facts.measure}: {', '.join(major) or 'none'}.")
    return {
        "total": facts.grid.text(total),
        "amounts": {name: facts.grid.text(amount) for name, amount in amounts.items()},
        "shares": {name: number_text(share, 4) for name, share in shares.items()},
        "over_threshold": over,
        "at_or_over_threshold": major,
        "groups": {name: list(members) for name, members in facts.common_control.items()},
    }


def _groups(facts: ConcentrationFacts) -> dict[str, str]:
    known = {each.name for each in facts.customers}
    group_of: dict[str, str] = {}
    for group, members in facts.common_control.items():
        for member in members:
            if member not in known:
                raise refuse(f"common_control.{group}", f"{member} is not among the customers.")
            if member in group_of:
                raise refuse(f"common_control.{group}", f"{member} already belongs to {group_of[member]}.")
            group_of[member] = group
    return group_of


POLICY = Policy(
    name="concentration",
    title="Concentration of risk",
    standard="ASC 275",
    paragraphs=(
        "275-10-50-16",
        "280-10-50-42",
    ),
    requirements=("ACC-59", "ACC-60"),
    note=(
        "Customers under common control count as one. Those that exceed ten percent of revenue or of net receivables "
        "are disclosed. Cash and securities are held with institutions of high credit quality and in fixed-income "
        "instruments of such issuers; deposits exceed insured limits at times."
    ),
    facts=ConcentrationFacts,
    outputs={
        "total": "Total.",
        "amounts": "Amount by customer or group.",
        "shares": "Share of the total, four decimals.",
        "over_threshold": "Those above the threshold, largest first (our policy).",
        "at_or_over_threshold": "Those at or above it (the wording of 280-10-50-42).",
        "groups": "Customers counted as one.",
    },
    decide=decide,
    example={
        "customers": [
            {"name": "U1", "amount": "700"},
            {"name": "others", "amount": "4300", "is_aggregate": True},
        ]
    },
)
