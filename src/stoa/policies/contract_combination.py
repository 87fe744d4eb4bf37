"""Combining contracts made at or near the same time (ASC 606-10-25-9)."""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from stoa.policies.facts import Amount, Facts, fact, refuse
from stoa.policies.frame import Explanation, Policy


@dataclass(frozen=True, slots=True, kw_only=True)
class Contract:
    """A contract."""

    id: str = fact("Name or reference.")
    customer: str = fact("Customer; parties under common control share one name or group.")
    group: str | None = fact("Group of related parties that the customer belongs to.", default=None)
    signed_on: date = fact("Day of inception.")
    price: Amount = fact("Its price.", default=Fraction(0))


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """What ties contracts together."""

    contracts: tuple[str, ...] = fact("Ids of the contracts.")
    negotiated_together: bool = fact("As a package with one commercial objective (25-9(a)).", default=False)
    prices_depend: bool = fact("The price of one depends on the other (25-9(b)).", default=False)
    single_obligation: bool = fact(
        "What they promise is one performance obligation (25-9(c)).", default=False
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class CombinationFacts(Facts):
    """Contracts and what ties them."""

    contracts: tuple[Contract, ...] = fact("Contracts.")
    links: tuple[Link, ...] = fact("Ties between them.", default=())
    near_days: int = fact("Days between inceptions that count as near.", default=90)


def decide(facts: CombinationFacts, explain: Explanation) -> dict[str, Any]:
    """Combine when made near in time, with one customer or its related parties, and one of three ties holds."""
    known = {each.id: each for each in facts.contracts}
    if len(known) < len(facts.contracts):
        raise refuse("contracts", "two contracts have the same id.")
    group_of = {name: name for name in known}
    for index, link in enumerate(facts.links):
        if not link.contracts:
            raise refuse(f"links[{index}].contracts", "name the contracts that are tied together.")
        for name in link.contracts:
            if name not in known:
                raise refuse(f"links[{index}].contracts", f"{name!r} is not one of the contracts.")
        if _holds(link, [known[name] for name in link.contracts], facts.near_days, explain):
            targets = {group_of[name] for name in link.contracts}
            first = min(targets, key=list(known).index)
            group_of = {name: first if group in targets else group for name, group in group_of.items()}
    groups = [
        [name for name in known if group_of[name] == first] for first in dict.fromkeys(group_of.values())
    ]
    if not facts.links:
        explain.step(
            "606-10-25-9", "No ties between the contracts are given: each is accounted for by itself."
        )
    return {
        "combined": any(len(group) > 1 for group in groups),
        "groups": [
            {
                "contracts": group,
                "price": facts.grid.text(sum((known[name].price for name in group), Fraction(0))),
            }
            for group in groups
        ],
    }


def _holds(link: Link, contracts: list[Contract], near_days: int, explain: Explanation) -> bool:
    names = " and ".join(link.contracts)
    days = [each.signed_on for each in contracts]
    if days and (max(days) - min(days)).days > near_days:
        explain.step("606-10-25-9", f"{names}: not made at or near the same time; kept apart.")
        return False
    if len({each.group or each.customer for each in contracts}) > 1:
        explain.step("606-10-25-9", f"{names}: different customers that are not related; kept apart.")
        return False
    ties = [
        letter
        for letter, is_met in (
            ("(a) negotiated as a package", link.negotiated_together),
            ("(b) prices depend on each other", link.prices_depend),
            ("(c) one performance obligation", link.single_obligation),
        )
        if is_met
    ]
    explain.step("606-10-25-9", f"{names}: {', '.join(ties) or 'no tie holds'}.")
    return bool(ties)


POLICY = Policy(
    name="contract_combination",
    title="Combination of contracts",
    standard="ASC 606-10-25",
    paragraphs=("606-10-25-9",),
    requirements=("ACC-42",),
    note=(
        "Contracts made near the same time with one customer are accounted for as one when they were negotiated "
        "together, when their prices depend on each other, or when they promise one service."
    ),
    facts=CombinationFacts,
    outputs={
        "combined": "whether any contracts are combined",
        "groups": "contracts accounted for together, with their common price",
    },
    decide=decide,
    example={
        "contracts": [
            {"id": "seats", "customer": "Alder", "signed_on": "2025-07-01", "price": "40000"},
            {"id": "onboarding", "customer": "Alder", "signed_on": "2025-07-15", "price": "1000"},
        ],
        "links": [{"contracts": ["seats", "onboarding"], "prices_depend": True}],
    },
)
