"""Finite-lived intangible assets: amortization, where it is presented, and the next five years (ASC 350-30)."""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any, Literal

from stoa.kernel.spans import add_months
from stoa.policies.facts import Facts, Price, Quantity, fact, refuse
from stoa.policies.frame import Explanation, Policy
from stoa.policies.straight_line import Convention, NewBasis, StraightLine, amortized, period_start

_ZERO = Fraction(0)
_LINE_OF = {
    "content": "cost_of_revenue",
    "developed_technology": "cost_of_revenue",
    "assembled_workforce": "research_and_development",
    "customer_relationships": "sales_and_marketing",
    "trade_name": "sales_and_marketing",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Intangible:
    """One acquired intangible asset."""

    name: str = fact("Name in the register.", default="intangible")
    kind: Literal[
        "content",
        "developed_technology",
        "assembled_workforce",
        "customer_relationships",
        "trade_name",
        "other",
    ] = fact("What it is; decides the line of the statement of operations.")
    cost: Price = fact("Cost or fair value when acquired.")
    acquired_on: date = fact("First day of use.")
    life_months: Quantity | None = fact(
        "Useful life in months, 36 to 72; indefinite when left out.", default=None
    )
    residual: Price = fact("Residual value; 0 but for a committed buyer.", default=_ZERO)
    accumulated_impairment: Price = fact("Impairment losses so far, or on impaired_on.", default=_ZERO)
    impaired_on: date | None = fact(
        "Day of the impairment: from then what is carried is spread over what is left of the life.",
        default=None,
    )
    line: str | None = fact("Line of the statement of operations, for kind other.", default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class IntangibleFacts(Facts):
    """The register and the period."""

    intangibles: tuple[Intangible, ...] = fact("Assets of the register.")
    period_starts_on: date | None = fact(
        "First day of the period; the calendar year's when left out.", default=None
    )
    through: date = fact("Last day of the period.")
    convention: Convention = fact("Which part of the first month counts.", default="full_month")


def decide(facts: IntangibleFacts, explain: Explanation) -> dict[str, Any]:
    """Amortize each asset for the period and list what the next years will bear."""
    grid, end = facts.grid, facts.through
    before = date.fromordinal(period_start(facts.period_starts_on, facts.through).toordinal() - 1)
    years = [end, *(_year_end(end, number) for number in range(1, 6))]
    rows, by_line = [], dict[str, Fraction]()
    future = [_ZERO] * 6
    for index, asset in enumerate(facts.intangibles):
        line = line_of(asset, f"intangibles[{index}].", facts.convention, explain)
        losses = _losses(asset)
        totals = [grid.round(amortized(line, losses, day)) if line else _ZERO for day in (before, *years)]
        lost = sum((each.loss for each in losses if each.on <= end), _ZERO)
        base = asset.cost - lost if losses else asset.cost - asset.accumulated_impairment
        expense, closing = totals[1] - totals[0], totals[1]
        presented = presented_in(asset)
        by_line[presented] = by_line.get(presented, _ZERO) + expense
        for number in range(5):
            future[number] += totals[number + 2] - totals[number + 1]
        if line:
            future[5] += base - asset.residual - totals[-1]
        rows.append((asset.name, expense, closing, base - closing, presented))
    explain.step("350-30-50-2", "Amortization of each of the next five years is disclosed.")
    return {
        "intangibles": [
            {
                "name": name,
                "expense": grid.text(expense),
                "accumulated": grid.text(total),
                "carrying": grid.text(carrying),
                "line": line,
            }
            for name, expense, total, carrying, line in rows
        ],
        "expense": grid.text(sum((row[1] for row in rows), _ZERO)),
        "accumulated": grid.text(sum((row[2] for row in rows), _ZERO)),
        "carrying": grid.text(sum((row[3] for row in rows), _ZERO)),
        "expense_by_line": {name: grid.text(amount) for name, amount in by_line.items()},
        "next_five_years": grid.texts(future[:5]),
        "thereafter": grid.text(future[5]),
    }


def _losses(asset: Intangible) -> tuple[NewBasis, ...]:
    return () if asset.impaired_on is None else (NewBasis(asset.impaired_on, asset.accumulated_impairment),)


def _year_end(end: date, years: int) -> date:
    """The last day of the period ``years`` later, month ends staying month ends."""
    return date.fromordinal(add_months(date.fromordinal(end.toordinal() + 1), 12 * years).toordinal() - 1)


def presented_in(asset: Intangible) -> str:
    """The line of the statement of operations that bears its amortization."""
    return asset.line or _LINE_OF.get(asset.kind, "general_and_administrative")


def line_of(
    asset: Intangible, path: str, convention: Convention, explain: Explanation
) -> StraightLine | None:
    """The straight line that an asset is amortized along; ``None`` for an indefinite life."""
    if asset.life_months is None:
        explain.step(
            "350-30-35-15", f"{asset.name}: indefinite life, not amortized, tested for impairment each year."
        )
        return None
    if asset.life_months <= 0:
        raise refuse(f"{path}life_months", "must be more than 0; leave it out for an indefinite life.")
    base = asset.cost - (asset.accumulated_impairment if asset.impaired_on is None else _ZERO)
    if asset.residual > base:
        raise refuse(f"{path}residual", "is more than the carrying amount.")
    explain.step("350-30-35-6", f"{asset.name}: straight-line over its useful life.")
    return StraightLine(base, asset.residual, asset.acquired_on, asset.life_months, convention)


POLICY = Policy(
    name="intangibles",
    title="Intangible assets",
    standard="ASC 350-30",
    paragraphs=(
        "350-30-35-6",
        "350-30-35-15",
        "350-30-50-2",
    ),
    requirements=("ACC-32", "ACC-33"),
    note=(
        "Finite-lived intangible assets are stated at cost less accumulated amortization, straight-line over three to "
        "six years: to cost of revenue for content and developed technology, to research and development for an "
        "assembled workforce."
    ),
    facts=IntangibleFacts,
    outputs={
        "intangibles": "Each asset's expense, accumulated amortization, carrying amount and line.",
        "expense": "Amortization of the period.",
        "accumulated": "Accumulated amortization.",
        "carrying": "Carrying amount.",
        "expense_by_line": "Amortization by line of the statement of operations.",
        "next_five_years": "Amortization of the next five years.",
        "thereafter": "What remains after them.",
    },
    decide=decide,
    example={
        "intangibles": [
            {
                "name": "platform",
                "kind": "developed_technology",
                "cost": "600000",
                "acquired_on": "2024-01-01",
                "life_months": 60,
            }
        ],
        "period_starts_on": "2025-01-01",
        "through": "2025-12-31",
    },
)
