"""Which promises are performance obligations, and when they are satisfied (ASC 606-10-25-14 to 25-30)."""

from dataclasses import dataclass
from typing import Any

from stoa.policies.facts import Facts, fact, refuse
from stoa.policies.frame import Explanation, Policy


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """One promised good or service, explicit or implied."""

    id: str = fact("Name.")
    capable_of_being_distinct: bool = fact(
        "The customer can benefit from it alone or with readily available resources (25-19(a)).", default=True
    )
    significant_integration_with: tuple[str, ...] = fact(
        "Promises it is integrated with into one output (25-21(a)).", default=()
    )
    significantly_modifies: tuple[str, ...] = fact(
        "Promises it significantly modifies or customizes (25-21(b)).", default=()
    )
    highly_interdependent_with: tuple[str, ...] = fact(
        "Promises it depends on and that depend on it (25-21(c)).", default=()
    )
    transfers_to_customer: bool = fact(
        "Transfers something; false for setup or administrative tasks (25-17).", default=True
    )
    is_immaterial: bool = fact("Immaterial in the context of the contract (25-16A).", default=False)
    repeated_over_time: bool = fact(
        "Consists of distinct increments (days, months) that are substantially the same (25-14(b)).",
        default=False,
    )
    customer_receives_and_consumes: bool = fact(
        "The customer receives and consumes the benefits as the entity performs (25-27(a)).", default=False
    )
    customer_controls_asset: bool = fact(
        "Performance creates or enhances an asset the customer controls meanwhile (25-27(b)).", default=False
    )
    no_alternative_use: bool = fact(
        "Creates no asset with an alternative use (25-27(c), 25-28).", default=False
    )
    right_to_payment: bool = fact(
        "Enforceable right to payment, with margin, for work done so far (25-27(c), 25-29).", default=False
    )
    customer_takes_possession_of_software: bool | None = fact(
        "For hosted software: whether the customer may and can take it and run it itself (985-20-15-5); "
        "if not, it is a service.",
        default=None,
    )
    has_present_right_to_payment: bool = fact(
        "Point in time: right to payment now (25-30(a)).", default=False
    )
    has_title: bool = fact("Point in time: legal title passed (25-30(b)).", default=False)
    has_possession: bool = fact("Point in time: possession passed (25-30(c)).", default=False)
    has_risks_and_rewards: bool = fact("Point in time: risks and rewards passed (25-30(d)).", default=False)
    is_accepted: bool = fact("Point in time: accepted by the customer (25-30(e)).", default=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class ObligationFacts(Facts):
    """The promises of a contract."""

    promises: tuple[Promise, ...] = fact("The promises.")


def decide(facts: ObligationFacts, explain: Explanation) -> dict[str, Any]:
    """Combine promises until each bundle is distinct; mark series and the timing of satisfaction."""
    known = {each.id: each for each in facts.promises}
    if len(known) < len(facts.promises) or not known:
        raise refuse("promises", "need at least one, each with its own id.")
    counted = {}
    for each in facts.promises:
        if not each.transfers_to_customer:
            explain.step("606-10-25-17", f"{each.id}: transfers nothing to the customer; no promise.")
        elif each.is_immaterial:
            explain.step(
                "606-10-25-16A", f"{each.id}: immaterial in the context of the contract; not assessed."
            )
        else:
            counted[each.id] = each
    group_of = {name: name for name in counted}
    for each in counted.values():
        ties = {
            *each.significant_integration_with,
            *each.significantly_modifies,
            *each.highly_interdependent_with,
        }
        for name in sorted(ties):
            if name not in known:
                raise refuse(
                    "promises", f"{each.id!r} is tied to {name!r}, which is not one of the promises."
                )
            if name in group_of:
                explain.step("606-10-25-21", f"{each.id} is not separately identifiable from {name}.")
                _merge(group_of, each.id, name)
    for each in counted.values():
        partners = [name for name in counted if group_of[name] == group_of[each.id] and name != each.id]
        if not each.capable_of_being_distinct and not partners and len(counted) > 1:
            other = next(name for name in counted if name != each.id)
            explain.step(
                "606-10-25-22", f"{each.id}: not capable of being distinct; combined until the bundle is."
            )
            _merge(group_of, each.id, other)
    groups = [[n for n in counted if group_of[n] == first] for first in dict.fromkeys(group_of.values())]
    obligations = [_described([counted[name] for name in group], explain) for group in groups]
    return {
        "count": len(obligations),
        "obligations": obligations,
        "not_obligations": [name for name in known if name not in counted],
    }


def _merge(group_of: dict[str, str], one: str, other: str) -> None:
    first, second = group_of[one], group_of[other]
    for name, group in group_of.items():
        if group == second:
            group_of[name] = first


def _described(promises: list[Promise], explain: Explanation) -> dict[str, Any]:
    name = " + ".join(each.id for each in promises)
    timing, paragraph, reason = _timing(promises)
    is_series = len(promises) == 1 and promises[0].repeated_over_time and timing == "over_time"
    if is_series:
        explain.step("606-10-25-15", f"{name}: a series of distinct services is one obligation.")
    if any(each.customer_takes_possession_of_software is False for each in promises):
        explain.step("985-20-15-5", f"{name}: hosted, without possession of the software: a service.")
    explain.step(paragraph, f"{name}: {reason}.")
    return {
        "id": name,
        "promises": [each.id for each in promises],
        "is_combined": len(promises) > 1,
        "is_series": is_series,
        "satisfied": timing,
        "because": paragraph,
        "control_has_passed": None if timing == "over_time" else _indicators(promises) >= 3,
    }


def _timing(promises: list[Promise]) -> tuple[str, str, str]:
    if any(each.customer_receives_and_consumes for each in promises):
        return "over_time", "606-10-25-27(a)", "received and consumed as the entity performs"
    if any(each.customer_controls_asset for each in promises):
        return "over_time", "606-10-25-27(b)", "the customer controls the asset as it is created"
    if all(each.no_alternative_use and each.right_to_payment for each in promises):
        return "over_time", "606-10-25-27(c)", "no alternative use, and a right to payment for work done"
    return "point_in_time", "606-10-25-30", "no criterion of 25-27 is met: satisfied at a point in time"


def _indicators(promises: list[Promise]) -> int:
    """How many of the five indicators say that control has passed, at least, over all promises."""
    return min(
        sum(
            (
                each.has_present_right_to_payment,
                each.has_title,
                each.has_possession,
                each.has_risks_and_rewards,
                each.is_accepted,
            )
        )
        for each in promises
    )


POLICY = Policy(
    name="performance_obligations",
    title="Performance obligations and their satisfaction",
    standard="ASC 606-10-25",
    paragraphs=(
        "606-10-25-14",
        "606-10-25-15",
        "606-10-25-16A",
        "606-10-25-17",
        "606-10-25-19",
        "606-10-25-21",
        "606-10-25-22",
        "606-10-25-27",
        "606-10-25-27(a)",
        "606-10-25-27(b)",
        "606-10-25-27(c)",
        "606-10-25-30",
        "985-20-15-5",
    ),
    requirements=("ACC-37", "ACC-39", "ACC-40", "ACC-78"),
    note=(
        "Promises are identified at inception and combined where a customer could not benefit from them alone or "
        "where they are not separately identifiable. Customers of hosted services do not take possession of "
        "software: access is one service, a series of distinct days, satisfied over time."
    ),
    facts=ObligationFacts,
    outputs={
        "count": "number of performance obligations",
        "obligations": "per obligation: promises, is_combined, is_series, satisfied (over_time or point_in_time), because",
        "not_obligations": "promises that are none: setup tasks, immaterial promises",
    },
    decide=decide,
    example={
        "promises": [
            {
                "id": "access",
                "repeated_over_time": True,
                "customer_receives_and_consumes": True,
                "customer_takes_possession_of_software": False,
            },
            {"id": "account set-up", "transfers_to_customer": False},
        ]
    },
)
