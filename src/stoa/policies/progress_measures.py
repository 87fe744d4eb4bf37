"""Measuring progress of an obligation satisfied over time (ASC 606-10-25-31 to 25-37, 55-16 to 55-21)."""

from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Literal

from stoa.policies.facts import Amount, Facts, Price, Quantity, Share, fact, refuse
from stoa.policies.frame import Explanation, Policy
from stoa.policies.grid import number_text, round_places


@dataclass(frozen=True, slots=True, kw_only=True)
class UninstalledMaterials:
    """Goods of which the customer takes control long before the service on them (55-21(b))."""

    cost: Price = fact("Their whole cost.")
    transferred: Share = fact("Share of them that the customer controls.", default=Fraction(1))


@dataclass(frozen=True, slots=True, kw_only=True)
class Measurement:
    """What is known at the end of one period. All amounts are cumulative."""

    id: str = fact("Name of the period.", default="to date")
    price: Amount | None = fact("Transaction price now; that of the contract when left out.", default=None)
    done: Quantity = fact("Cost incurred, units, hours, or days so far; uninstalled materials apart.")
    expected: Quantity | None = fact(
        "Total expected of the same unit, uninstalled materials apart; not for right_to_invoice.",
        default=None,
    )
    wasted_cost: Price = fact(
        "Part of done that came of inefficiency and does not depict progress (55-21(a)).", default=Fraction(0)
    )
    invoiceable: Price | None = fact(
        "For right_to_invoice: amount that may be invoiced so far.", default=None
    )
    costs: Price | None = fact("Cost incurred so far, when progress is not measured by cost.", default=None)
    uninstalled: UninstalledMaterials | None = fact("Uninstalled materials.", default=None)
    is_measurable: bool = fact(
        "Whether progress can be reasonably measured; if not, revenue is the recoverable cost (25-37).",
        default=True,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgressFacts(Facts):
    """An obligation satisfied over time and its measurements."""

    price: Amount = fact("Transaction price allocated to the obligation.")
    measure: Literal[
        "cost_to_cost",
        "labor_hours",
        "units_delivered",
        "time_elapsed",
        "milestones",
        "surveys",
        "right_to_invoice",
    ] = fact("The one method that depicts the transfer (25-31, 25-33).", default="cost_to_cost")
    measurements: tuple[Measurement, ...] = fact("Measurements in order of time.")
    progress_places: int | None = fact(
        "Round the share of progress to so many decimals first; 3 makes 51.2 %. Left out: exact.",
        default=None,
    )


def decide(facts: ProgressFacts, explain: Explanation) -> dict[str, Any]:
    """Revenue to date is progress times price; each period is the difference of two to-dates."""
    grid = facts.grid
    if not facts.measurements:
        raise refuse("measurements", "give at least one measurement.")
    rows: list[dict[str, Any]] = []
    before = cost_before = Fraction(0)
    for index, each in enumerate(facts.measurements):
        price = facts.price if each.price is None else each.price
        progress, revenue, cost = _to_date(facts, each, price, f"measurements[{index}]", explain)
        revenue, cost = grid.round(revenue), grid.round(cost)
        rows.append(
            {
                "period": each.id,
                "progress": None if progress is None else number_text(progress),
                "revenue_to_date": grid.text(revenue),
                "revenue": grid.text(revenue - before),
                "cost_to_date": grid.text(cost),
                "cost": grid.text(cost - cost_before),
                "profit_to_date": grid.text(revenue - cost),
                "profit": grid.text(revenue - before - (cost - cost_before)),
            }
        )
        before, cost_before = revenue, cost
    last = rows[-1]
    return {
        "periods": rows,
        "progress": last["progress"],
        "revenue": last["revenue_to_date"],
        "cost": last["cost_to_date"],
        "profit": last["profit_to_date"],
    }


def _to_date(
    facts: ProgressFacts, now: Measurement, price: Fraction, path: str, explain: Explanation
) -> tuple[Fraction | None, Fraction, Fraction]:
    """Progress, revenue to date and cost to date (exact)."""
    is_cost = facts.measure == "cost_to_cost"
    cost = (now.done if is_cost else Fraction(0)) if now.costs is None else now.costs
    if not now.is_measurable:
        explain.step(
            "606-10-25-37", f"{now.id}: progress cannot be measured; revenue equals recoverable cost."
        )
        return None, min(cost, price), cost
    if facts.measure == "right_to_invoice":
        if now.invoiceable is None:
            raise refuse(
                f"{path}.invoiceable", "is missing; right_to_invoice recognizes what may be invoiced."
            )
        explain.step("606-10-55-18", f"{now.id}: the right to invoice corresponds to the value transferred.")
        return None, now.invoiceable, cost
    if now.expected is None or now.expected == 0:
        raise refuse(f"{path}.expected", "is missing or 0; progress is measured against a total.")
    done = now.done - now.wasted_cost
    if done < 0:
        raise refuse(f"{path}.wasted_cost", "is more than was done.")
    if now.wasted_cost:
        explain.step("606-10-55-21(a)", f"{now.id}: wasted cost does not depict progress and is left out.")
    progress = min(done / now.expected, Fraction(1))
    if facts.progress_places is not None:
        progress = round_places(progress, facts.progress_places)
    explain.step("606-10-25-31", f"{now.id}: progress is {number_text(progress, 6)} by {facts.measure}.")
    if now.uninstalled is None:
        return progress, price * progress, cost
    goods = now.uninstalled.cost * now.uninstalled.transferred
    explain.step(
        "606-10-55-21(b)",
        f"{now.id}: uninstalled materials give revenue equal to their cost of {number_text(goods)}, and no margin.",
    )
    return progress, (price - now.uninstalled.cost) * progress + goods, cost + goods


POLICY = Policy(
    name="progress_measures",
    title="Measures of progress",
    standard="ASC 606-10-25",
    paragraphs=(
        "606-10-25-31",
        "606-10-25-33",
        "606-10-25-37",
        "606-10-55-18",
        "606-10-55-20",
        "606-10-55-21",
        "606-10-55-21(a)",
        "606-10-55-21(b)",
    ),
    requirements=("ACC-40",),
    note=(
        "Progress of obligations satisfied over time is measured by one method that depicts the transfer. For "
        "stand-ready services that is the time elapsed."
    ),
    facts=ProgressFacts,
    outputs={
        "periods": "per period: progress, revenue, cost and profit, of the period and to date",
        "progress": "after the last measurement",
        "revenue": "to date, after the last measurement",
        "cost": "to date",
        "profit": "to date",
    },
    decide=decide,
    example={
        "price": "5000000",
        "measurements": [{"done": "500000", "expected": "2500000", "uninstalled": {"cost": "1500000"}}],
    },
)
