"""Register of estimates (ASC 275-10-50, 250-10-45-17): dated versions, prospective changes, look-back."""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from stoa.policies.facts import Amount, Facts, Price, Quantity, Share, fact, refuse
from stoa.policies.frame import Explanation, Policy
from stoa.policies.grid import number_text

_ZERO = Fraction(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """One dated version of an estimate."""

    effective_on: date = fact("First day on which it counts.")
    value: Amount = fact("Estimate.")
    basis: str = fact("What it rests on.", default="history and conditions")


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What an estimate turned out to be."""

    on: date = fact("Day the estimate was used: the version of that day is compared.")
    actual: Amount = fact("Actual outcome.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """One estimate of the register."""

    name: str = fact("Such as refund rate, benefit period of commissions, useful life of software.")
    versions: tuple[Version, ...] = fact("Versions.")
    outcomes: tuple[Outcome, ...] = fact("Outcomes known so far.", default=())
    tolerance: Share = fact(
        "Deviation, as a share of the actual, above which it is flagged.", default=Fraction(1, 10)
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class LifeChange:
    """A change of a useful life or benefit period."""

    carrying: Price = fact("Carrying amount on the day of the change.")
    residual: Price = fact("Residual value.", default=_ZERO)
    remaining_months_before: Quantity = fact("Months that remained.")
    remaining_months_after: Quantity = fact("Months that remain now.")


@dataclass(frozen=True, slots=True, kw_only=True)
class EstimateFacts(Facts):
    """The register."""

    estimates: tuple[Estimate, ...] = fact("Estimates.", default=())
    through: date | None = fact("Day whose versions are in force.", default=None)
    life_change: LifeChange | None = fact("A change of a useful life.", default=None)


def decide(facts: EstimateFacts, explain: Explanation) -> dict[str, Any]:
    """Name the versions in force, compare estimates with outcomes, and spread a changed life forward."""
    values: dict[str, Any] = {
        "estimates": [
            _looked_back(facts, each, f"estimates[{index}]", explain)
            for index, each in enumerate(facts.estimates)
        ]
    }
    change = facts.life_change
    if change is not None:
        if change.remaining_months_before <= 0 or change.remaining_months_after <= 0:
            raise refuse("life_change", "months before and after must be more than 0.")
        base = change.carrying - change.residual
        explain.step(
            "250-10-45-17", "A change of estimate counts from its day on; earlier periods stay as they are."
        )
        values["life_change"] = {
            "per_month_before": facts.grid.text(base / change.remaining_months_before),
            "per_month_after": facts.grid.text(base / change.remaining_months_after),
        }
    return values


def _looked_back(facts: EstimateFacts, each: Estimate, path: str, explain: Explanation) -> dict[str, Any]:
    if not each.versions:
        raise refuse(f"{path}.versions", "needs at least one version.")
    versions = sorted(each.versions, key=lambda own: own.effective_on)
    rows = []
    deviations: list[Fraction] = []
    flagged = False
    for index, outcome in enumerate(each.outcomes):
        known = [version for version in versions if version.effective_on <= outcome.on]
        if not known:
            raise refuse(f"{path}.outcomes[{index}].on", "lies before the first version of the estimate.")
        deviation = outcome.actual - known[-1].value
        share = deviation / abs(outcome.actual) if outcome.actual else (Fraction(1) if deviation else _ZERO)
        over = abs(share) > each.tolerance
        flagged = flagged or over
        deviations.append(share)
        rows.append(
            {
                "on": outcome.on.isoformat(),
                "estimated": number_text(known[-1].value),
                "actual": number_text(outcome.actual),
                "deviation": number_text(deviation),
                "deviation_share": number_text(share, 6),
                "over_tolerance": over,
            }
        )
    current = [
        version for version in versions if facts.through is None or version.effective_on <= facts.through
    ]
    one_sided = len(deviations) >= 3 and (all(d > 0 for d in deviations) or all(d < 0 for d in deviations))
    explain.step(
        "275-10-50-8",
        f"{each.name}: {len(rows)} outcomes compared"
        + (", always off to the same side." if one_sided else "."),
    )
    return {
        "name": each.name,
        "in_force": number_text(current[-1].value) if current else None,
        "basis": current[-1].basis if current else None,
        "look_back": rows,
        "over_tolerance": flagged,
        "biased": one_sided,
    }


POLICY = Policy(
    name="estimates",
    title="Use of estimates",
    standard="ASC 275",
    paragraphs=(
        "250-10-45-17",
        "275-10-50-8",
    ),
    requirements=("ACC-02", "ACC-81", "ACC-82"),
    note=(
        "The statements rest on estimates: principal or agent, variable consideration, stock compensation, the benefit "
        "period of commissions, internal-use software, useful lives, carrying amounts of right-of-use assets and "
        "intangible assets, and deferred tax. They are based on history and conditions, reviewed against outcomes, "
        "and changed prospectively; actual results may differ materially."
    ),
    facts=EstimateFacts,
    outputs={
        "estimates": "Value in force and look-back of each estimate.",
        "life_change": "Amortization of a month before and after a changed life.",
    },
    decide=decide,
    example={
        "estimates": [
            {
                "name": "refund rate",
                "versions": [{"effective_on": "2025-01-01", "value": "0.031"}],
                "outcomes": [{"on": "2025-03-31", "actual": "0.034"}],
            }
        ]
    },
)
