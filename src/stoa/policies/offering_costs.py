"""Deferred offering costs (SAB Topic 5.A, ASC 340-10-S99-1)."""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any, Literal

from stoa.policies.facts import Facts, Price, fact, refuse
from stoa.policies.frame import Explanation, Policy

_ZERO = Fraction(0)
_POSTPONED_DAYS = 90


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferingCost:
    """One cost around the offering."""

    kind: Literal[
        "underwriting", "legal", "accounting", "printing", "filing", "management_salary", "overhead", "other"
    ] = fact("What was paid for.")
    amount: Price = fact("Amount.")
    is_direct: bool = fact("Specific and incremental to this offering.", default=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferingFacts(Facts):
    """Facts of one offering of shares."""

    costs: tuple[OfferingCost, ...] = fact("Costs.")
    status: Literal["pending", "completed", "aborted"] = fact("Where the offering stands.")
    gross_proceeds: Price = fact("Proceeds before costs.", default=_ZERO)
    postponed_on: date | None = fact("Day it was postponed.", default=None)
    through: date | None = fact("Reporting date, for the length of a postponement.", default=None)


def decide(facts: OfferingFacts, explain: Explanation) -> dict[str, Any]:
    """Defer, move to equity, or expense."""
    grid = facts.grid
    direct = sum((each.amount for each in facts.costs if is_deferred(each)), _ZERO)
    expensed = sum((each.amount for each in facts.costs), _ZERO) - direct
    if expensed:
        explain.step(
            "SAB Topic 5.A",
            "Management salaries, overhead and what is not specific and incremental are expensed.",
        )
    deferred, equity = direct, _ZERO
    if facts.status == "completed":
        if direct > facts.gross_proceeds:
            raise refuse("gross_proceeds", "are less than the costs; costs reduce the proceeds they brought.")
        deferred, equity = _ZERO, direct
        explain.step(
            "340-10-S99-1", f"Completed: {grid.text(direct)} moves to equity as a reduction of proceeds."
        )
    elif _is_aborted(facts):
        deferred, expensed = _ZERO, expensed + direct
        explain.step(
            "SAB Topic 5.A", "Aborted (or postponed for more than ninety days): deferred cost is expensed."
        )
    else:
        explain.step(
            "SAB Topic 5.A", f"Pending: {grid.text(direct)} is deferred in prepaid and other current assets."
        )
    values = {
        "deferred": grid.text(deferred),
        "charged_to_equity": grid.text(equity),
        "expensed": grid.text(expensed),
    }
    if facts.status == "completed":
        values["net_proceeds"] = grid.text(facts.gross_proceeds - equity)
    return values


def is_deferred(cost: OfferingCost) -> bool:
    """Whether a cost is deferred: specific and incremental, and neither salaries of management nor overhead."""
    return cost.is_direct and cost.kind not in ("management_salary", "overhead")


def _is_aborted(facts: OfferingFacts) -> bool:
    if facts.status == "aborted":
        return True
    if facts.postponed_on is None or facts.through is None:
        return False
    return (facts.through - facts.postponed_on).days > _POSTPONED_DAYS


POLICY = Policy(
    name="offering_costs",
    title="Deferred offering costs",
    standard="ASC 340-10-S99",
    paragraphs=(
        "340-10-S99-1",
        "SAB Topic 5.A",
    ),
    requirements=("ACC-16",),
    note=(
        "Legal, accounting and other costs that are specific and incremental to an offering of shares are deferred in "
        "prepaid and other current assets and move to equity, as a reduction of proceeds, when it closes; an aborted "
        "offering's are expensed."
    ),
    facts=OfferingFacts,
    outputs={
        "deferred": "Carried as an asset.",
        "charged_to_equity": "Reduction of proceeds.",
        "expensed": "Expensed.",
        "net_proceeds": "Proceeds after costs.",
    },
    decide=decide,
    example={
        "costs": [{"kind": "legal", "amount": "6449000"}],
        "status": "completed",
        "gross_proceeds": "519000000",
    },
)
