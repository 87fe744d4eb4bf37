"""Uncertain tax positions, interest and penalties (ASC 740-10-25-6, 30-7, 25-56, 25-57, 50-15A).

A position counts only when it is more likely than not to be sustained; then the largest benefit that is more than
half likely on settlement is recognized and the rest is a liability.
"""

from dataclasses import dataclass
from decimal import Decimal, localcontext
from fractions import Fraction
from typing import Any

from stoa.policies.facts import Facts, Number, Price, Share, fact, refuse
from stoa.policies.frame import Explanation, Policy
from stoa.policies.grid import number_text

_ZERO, _HALF = Fraction(0), Fraction(1, 2)
#: Digits that compounded interest is worked out with: money shows far fewer.
_DIGITS = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """A possible settlement."""

    benefit: Price = fact("Benefit kept.")
    probability: Share = fact("Its probability.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Position:
    """One tax position."""

    name: str = fact("Name.", default="position")
    benefit_claimed: Price = fact("Benefit taken in the return.")
    probability_sustained: Share | None = fact(
        "Probability of being sustained on its technical merits; else that of any benefit among outcomes.",
        default=None,
    )
    sustained_on_merits: bool | None = fact("Whether that is more likely than not.", default=None)
    outcomes: tuple[Outcome, ...] = fact("Possible settlements; probabilities sum to 1.", default=())
    interest_rate: Number = fact("Annual statutory interest on underpaid tax.", default=_ZERO)
    days_outstanding: int = fact("Days for which interest runs.", default=0)
    compounds_daily: bool = fact(
        "Whether interest compounds daily (as the US federal one does).", default=False
    )
    penalty_rate: Share = fact("Penalty on the unrecognized benefit.", default=_ZERO)
    liability_before: Price = fact("Liability in the books.", default=_ZERO)
    is_settled: bool = fact("Settled, or its statute expired: the liability ends.", default=False)
    settlement_paid: Price = fact("Tax paid on settlement.", default=_ZERO)


@dataclass(frozen=True, slots=True, kw_only=True)
class PositionFacts(Facts):
    """Positions and movements of the year."""

    positions: tuple[Position, ...] = fact("Tax positions.")


def decide(facts: PositionFacts, explain: Explanation) -> dict[str, Any]:
    """Recognize, measure, and add interest and penalties."""
    rows = [_row(facts, each, f"positions[{index}]", explain) for index, each in enumerate(facts.positions)]
    text = facts.grid.text
    names = ("recognized", "unrecognized", "interest", "penalties", "liability_change", "tax_expense")
    totals = {name: text(sum((row[name] for row in rows), _ZERO)) for name in names}
    return {
        "positions": [
            {"name": each.name} | {name: text(row[name]) for name in names}
            for each, row in zip(facts.positions, rows, strict=True)
        ],
        **totals,
    }


def _row(facts: PositionFacts, each: Position, path: str, explain: Explanation) -> dict[str, Fraction]:
    grid = facts.grid
    if each.is_settled:
        change = -each.liability_before
        explain.step("740-10-25-8", f"{each.name}: settled or lapsed; the liability ends in this period.")
        return {
            "recognized": each.benefit_claimed - each.settlement_paid,
            "unrecognized": _ZERO,
            "interest": _ZERO,
            "penalties": _ZERO,
            "liability_change": change,
            "tax_expense": change + each.settlement_paid,
        }
    recognized = grid.round(_recognized(each, path, explain))
    unrecognized = each.benefit_claimed - recognized
    interest = grid.round(unrecognized * _interest(each, path))
    penalties = grid.round(unrecognized * each.penalty_rate)
    explain.step(
        "740-10-25-56",
        f"{each.name}: liability {grid.text(unrecognized)}, interest {grid.text(interest)} and penalties "
        f"{grid.text(penalties)} in income tax expense.",
    )
    change = unrecognized - each.liability_before
    return {
        "recognized": recognized,
        "unrecognized": unrecognized,
        "interest": interest,
        "penalties": penalties,
        "liability_change": change,
        "tax_expense": change + interest + penalties,
    }


def _recognized(each: Position, path: str, explain: Explanation) -> Fraction:
    if each.outcomes and sum(outcome.probability for outcome in each.outcomes) != 1:
        raise refuse(f"{path}.outcomes", "probabilities must sum to 1.")
    likely = each.sustained_on_merits
    if likely is None:
        if each.probability_sustained is None and not each.outcomes:
            raise refuse(
                f"{path}.probability_sustained", "is missing: is it more likely than not to be sustained?"
            )
        chance = each.probability_sustained
        if chance is None:
            chance = sum((own.probability for own in each.outcomes if own.benefit > 0), _ZERO)
        likely = chance > _HALF
    if not likely:
        explain.step("740-10-25-6", f"{each.name}: not more likely than not sustained: no benefit.")
        return _ZERO
    if not each.outcomes:
        explain.step("740-10-30-7", f"{each.name}: sustained in full.")
        return each.benefit_claimed
    cumulative = _ZERO
    for outcome in sorted(each.outcomes, key=lambda own: -own.benefit):
        cumulative += outcome.probability
        if cumulative > _HALF:
            explain.step(
                "740-10-30-7",
                f"{each.name}: {number_text(outcome.benefit, 2)} is the largest benefit with a cumulative probability "
                f"over one half ({number_text(cumulative * 100, 2)} %).",
            )
            return min(outcome.benefit, each.benefit_claimed)
    return _ZERO


def _interest(each: Position, path: str) -> Fraction:
    if each.days_outstanding < 0 or each.days_outstanding > 36_600:
        raise refuse(f"{path}.days_outstanding", "must be 0 to 36600.")
    if not 0 <= each.interest_rate <= 1:
        raise refuse(f"{path}.interest_rate", 'must be 0 to 1 a year; "0.08" is 8 %.')
    if each.compounds_daily:
        with localcontext(prec=_DIGITS):
            a_day = 1 + Decimal(each.interest_rate.numerator) / (each.interest_rate.denominator * 365)
            return Fraction(a_day**each.days_outstanding - 1)
    return each.interest_rate * each.days_outstanding / 365


POLICY = Policy(
    name="uncertain_tax_positions",
    title="Uncertain tax positions",
    standard="ASC 740",
    paragraphs=(
        "740-10-25-6",
        "740-10-25-8",
        "740-10-25-56",
        "740-10-30-7",
    ),
    requirements=("ACC-65", "ACC-66"),
    note=(
        "A tax position is recognized when it is more likely than not to be sustained, at the largest amount that is "
        "more than fifty percent likely on settlement; the rest is a liability, and settlement or the end of a "
        "statute of limitations may differ from it. Interest and penalties are income tax expense."
    ),
    facts=PositionFacts,
    outputs={
        "positions": "Each position.",
        "recognized": "Benefit recognized.",
        "unrecognized": "Unrecognized benefit: the liability.",
        "interest": "Interest.",
        "penalties": "Penalties.",
        "liability_change": "Change of the liability.",
        "tax_expense": "Effect on income tax expense.",
    },
    decide=decide,
    example={
        "positions": [
            {
                "benefit_claimed": "100",
                "probability_sustained": "0.6",
                "outcomes": [
                    {"benefit": "100", "probability": "0.3"},
                    {"benefit": "60", "probability": "0.5"},
                    {"benefit": "0", "probability": "0.2"},
                ],
            }
        ]
    },
)
