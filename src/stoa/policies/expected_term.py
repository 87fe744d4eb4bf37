"""Expected term of options: the simplified method for plain vanilla options (SAB Topic 14.D.2, ASC 718-10-55-30).

The expected term is the average of vesting time and contractual life, taken tranche by tranche; a purchase
right's term runs from the first day of its offering to its purchase date (ACC-69).
"""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from stoa.policies.facts import Facts, Quantity, fact, refuse
from stoa.policies.frame import Explanation, Policy
from stoa.policies.grid import number_text

_PLACES = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class VestingSchedule:
    """Vesting in even steps."""

    total_months: int = fact("Months from grant to the last vesting date.")
    every_months: int = fact("Months between vesting dates: 1 monthly, 3 quarterly, 12 yearly.", default=1)
    cliff_months: int = fact("Nothing vests before this month; what would have vested vests then.", default=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlainVanilla:
    """The conditions for the simplified method."""

    granted_at_the_money: bool = fact("The exercise price is the share price at grant.", default=True)
    service_condition_only: bool = fact("Exercisable after service alone.", default=True)
    forfeited_when_leaving_unvested: bool = fact("Unvested options are forfeited on leaving.", default=True)
    limited_time_to_exercise_after_leaving: bool = fact("Usually 30 to 90 days.", default=True)
    not_transferable_nor_hedgeable: bool = fact("Holders cannot transfer or hedge.", default=True)
    no_sufficient_exercise_history: bool = fact(
        "Own history of exercises is no reasonable basis for an estimate.", default=True
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpectedTermFacts(Facts):
    """Facts of one grant's timing."""

    contractual_years: Quantity | None = fact("Contractual life in years.", default=None)
    vest_years: tuple[Quantity, ...] = fact(
        'Years from grant at which each tranche vests; "13/12" is thirteen months.', default=()
    )
    weights: tuple[Quantity, ...] = fact(
        "Weight of each tranche (units or shares); equal when left out.", default=()
    )
    schedule: VestingSchedule | None = fact("Vesting in even steps instead of vest_years.", default=None)
    plain_vanilla: PlainVanilla = fact("Conditions for the simplified method.", default=PlainVanilla())
    own_estimate_years: Quantity | None = fact(
        "Expected term from own exercise history; takes the place of the simplified method.", default=None
    )
    offering_starts_on: date | None = fact("Purchase plan: first day of the offering.", default=None)
    purchase_on: date | None = fact("Purchase plan: the purchase date.", default=None)


def decide(facts: ExpectedTermFacts, explain: Explanation) -> dict[str, Any]:
    """Estimate the expected term in years."""
    if facts.offering_starts_on and facts.purchase_on:
        return _result(
            _offering(facts.offering_starts_on, facts.purchase_on, explain), "offering_to_purchase"
        )
    if facts.own_estimate_years is not None:
        explain.step("718-10-55-31", "Own history of exercises supports the estimate given.")
        return _result(facts.own_estimate_years, "own_estimate")
    _require_plain_vanilla(facts.plain_vanilla)
    if facts.contractual_years is None:
        raise refuse(
            "contractual_years", "is missing: the simplified method averages it with the vesting time."
        )
    vests = facts.vest_years or _even_steps(facts.schedule)
    weights = facts.weights or (Fraction(1),) * len(vests)
    if len(weights) != len(vests) or sum(weights) == 0:
        raise refuse("weights", f"needs one weight for each of the {len(vests)} tranches, not all 0.")
    late = next((index for index, vest in enumerate(vests) if vest > facts.contractual_years), None)
    if late is not None:
        raise refuse(f"vest_years[{late}]", "lies after the option expires.")
    total = sum(weights)
    mean_vest = sum((vest * weight for vest, weight in zip(vests, weights, strict=True)), Fraction(0)) / total
    term = (mean_vest + facts.contractual_years) / 2
    explain.step(
        "SAB Topic 14.D.2",
        f"Simplified method over {len(vests)} tranches: average vesting {number_text(mean_vest, 4)} years and "
        f"contractual life {number_text(facts.contractual_years, 4)} years give {number_text(term, 4)} years.",
    )
    return {**_result(term, "simplified"), "average_vesting_years": number_text(mean_vest, _PLACES)}


def _result(term: Fraction, method: str) -> dict[str, Any]:
    return {"expected_term_years": number_text(term, _PLACES), "method": method}


def _offering(starts_on: date, purchase_on: date, explain: Explanation) -> Fraction:
    days = (purchase_on - starts_on).days
    if days <= 0:
        raise refuse("purchase_on", "must lie after offering_starts_on.")
    explain.step(
        "718-50-55-10", f"From the first day of the offering to the purchase date: {days} days of 365."
    )
    return Fraction(days, 365)


def _require_plain_vanilla(conditions: PlainVanilla) -> None:
    for name in PlainVanilla.__dataclass_fields__:
        if not getattr(conditions, name):
            raise refuse(
                f"plain_vanilla.{name}",
                "is false, so the simplified method may not be used; give own_estimate_years instead.",
            )


def _even_steps(schedule: VestingSchedule | None) -> tuple[Fraction, ...]:
    if schedule is None:
        raise refuse("vest_years", "is missing: give the vesting times, or a schedule.")
    if schedule.every_months <= 0 or not 0 < schedule.total_months <= 1200:
        raise refuse("schedule", "total_months must be 1 to 1200 and every_months at least 1.")
    if schedule.total_months % schedule.every_months:
        raise refuse("schedule.every_months", "must divide total_months.")
    months = range(schedule.every_months, schedule.total_months + 1, schedule.every_months)
    return tuple(Fraction(max(month, schedule.cliff_months), 12) for month in months)


POLICY = Policy(
    name="expected_term",
    title="Stock compensation: expected term",
    standard="ASC 718",
    paragraphs=(
        "718-10-55-31",
        "718-50-55-10",
        "SAB Topic 14.D.2",
    ),
    requirements=("ACC-69",),
    note=(
        "Options are plain vanilla and their own history of exercises is not sufficient, so their expected term is "
        "the average of vesting time and contractual life. The term of purchase plan rights runs from the first "
        "day of the offering period to the purchase date."
    ),
    facts=ExpectedTermFacts,
    outputs={
        "expected_term_years": "Expected term in years, four decimals.",
        "method": "simplified, own_estimate or offering_to_purchase.",
        "average_vesting_years": "Average time to vesting under the simplified method.",
    },
    decide=decide,
    example={"vest_years": ["1", "2", "3", "4"], "contractual_years": "10"},
)
