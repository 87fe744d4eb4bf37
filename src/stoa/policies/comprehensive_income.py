"""Comprehensive income (ASC 220-10-45): net income and what is recorded in equity without passing through it."""

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from stoa.policies.facts import Amount, Facts, Number, fact
from stoa.policies.frame import Explanation, Policy

_ZERO = Fraction(0)
_PARTS = ("opening", "before_reclassification", "reclassified", "tax", "net", "closing")


@dataclass(frozen=True, slots=True, kw_only=True)
class Component:
    """One component of accumulated other comprehensive income; gains are positive."""

    name: str = fact("Such as unrealized gain on securities, or translation.")
    opening: Amount = fact("Accumulated, after tax, at the beginning.", default=_ZERO)
    before_reclassification: Amount = fact("Arising in the period, before tax.", default=_ZERO)
    reclassified: Amount = fact(
        "Moved to net income, before tax: a realized gain is negative.", default=_ZERO
    )
    tax_rate: Number = fact("Tax rate on both.", default=_ZERO)
    tax: Amount | None = fact("Tax on both instead of a rate; positive reduces the component.", default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class ComprehensiveFacts(Facts):
    """The period."""

    net_income: Amount = fact("Net income; a loss is negative.")
    components: tuple[Component, ...] = fact("Components.", default=())


def decide(facts: ComprehensiveFacts, explain: Explanation) -> dict[str, Any]:
    """Other comprehensive income after tax by component, and the roll-forward of what has accumulated."""
    grid = facts.grid
    rows = []
    for each in facts.components:
        gross = each.before_reclassification + each.reclassified
        tax = each.tax if each.tax is not None else grid.round(gross * each.tax_rate)
        rows.append(
            {
                "opening": each.opening,
                "before_reclassification": each.before_reclassification,
                "reclassified": each.reclassified,
                "tax": -tax,
                "net": gross - tax,
                "closing": each.opening + gross - tax,
            }
        )
        if each.reclassified:
            explain.step(
                "220-10-45-17", f"{each.name}: {grid.text(each.reclassified)} is reclassified to net income."
            )
    other = sum((row["net"] for row in rows), _ZERO)
    explain.step(
        "220-10-45-1C",
        f"Net income {grid.text(facts.net_income)} and other comprehensive income {grid.text(other)}.",
    )
    return {
        "components": [
            {"name": each.name} | {part: grid.text(row[part]) for part in _PARTS}
            for each, row in zip(facts.components, rows, strict=True)
        ],
        "other_comprehensive_income": grid.text(other),
        "comprehensive_income": grid.text(facts.net_income + other),
        "accumulated_opening": grid.text(sum((row["opening"] for row in rows), _ZERO)),
        "accumulated_closing": grid.text(sum((row["closing"] for row in rows), _ZERO)),
    }


POLICY = Policy(
    name="comprehensive_income",
    title="Comprehensive income (loss)",
    standard="ASC 220",
    paragraphs=(
        "220-10-45-1C",
        "220-10-45-17",
    ),
    requirements=("ACC-73",),
    note=(
        "Comprehensive income (loss) is net income (loss) and other comprehensive income, net of tax: unrealized gains "
        "and losses on marketable securities and translation adjustments, which are recorded in equity and not in net "
        "income (loss)."
    ),
    facts=ComprehensiveFacts,
    outputs={
        "components": "Roll-forward of each component, after tax.",
        "other_comprehensive_income": "Other comprehensive income after tax.",
        "comprehensive_income": "Comprehensive income (loss).",
        "accumulated_opening": "Accumulated, opening.",
        "accumulated_closing": "Accumulated, closing.",
    },
    decide=decide,
    example={
        "net_income": "-1000",
        "components": [
            {"name": "securities", "opening": "-20", "before_reclassification": "50", "reclassified": "-10"}
        ],
    },
)
