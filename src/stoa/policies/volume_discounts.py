"""Prices that fall with volume, retrospectively or from the threshold on (ASC 606-10-32-6, 32-14, 32-43)."""

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from stoa.policies.facts import Facts, Price, Quantity, fact, refuse
from stoa.policies.frame import Explanation, Policy
from stoa.policies.grid import number_text
from stoa.policies.tiers import tiered


@dataclass(frozen=True, slots=True, kw_only=True)
class Tier:
    """A unit price from a quantity on."""

    above_units: Quantity = fact(
        "The price holds for purchases of more than this quantity.", default=Fraction(0)
    )
    unit_price: Price = fact("Price per unit in this tier.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """What was sold in a period, and what was then expected of the whole term."""

    id: str = fact("Name of the period, such as 2025-Q1.")
    units: Quantity = fact("Units transferred in the period.")
    expected_total_units: Quantity | None = fact(
        "Total now expected for the whole term; or give expected_unit_price.", default=None
    )
    expected_unit_price: Price | None = fact(
        "The price per unit now expected to hold in the end.", default=None
    )
    invoiced_unit_price: Price | None = fact(
        "Price per unit invoiced meanwhile; when left out the first tier's, or each tier's own where tiers are not "
        "retrospective.",
        default=None,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class VolumeFacts(Facts):
    """A price list by volume and what happened so far."""

    tiers: tuple[Tier, ...] = fact("Tiers in rising order; the first holds from 0.")
    is_retrospective: bool = fact(
        "Reaching a tier changes the price of all units of the term (variable consideration); otherwise only "
        "of later units (then it is an option: see material_rights).",
        default=True,
    )
    periods: tuple[Period, ...] = fact("Periods in order.")


def decide(facts: VolumeFacts, explain: Explanation) -> dict[str, Any]:
    """Recognize every unit at the price now expected; a changed expectation is caught up at once."""
    grid = facts.grid
    tiers = _tiers(facts)
    units = recognized = invoiced = Fraction(0)
    rows = []
    for index, period in enumerate(facts.periods):
        price = _expected_price(facts, tiers, period, index)
        before = units
        units += period.units
        if facts.is_retrospective:
            to_date = grid.round(units * price)
            gross = grid.round(period.units * price)
        else:
            to_date = grid.round(tiered(units, [(tier.above_units, tier.unit_price) for tier in tiers]))
            gross = to_date - recognized
        revenue = to_date - recognized
        if period.invoiced_unit_price is not None:
            invoiced += period.units * period.invoiced_unit_price
        else:
            invoiced += period.units * tiers[0].unit_price if facts.is_retrospective else revenue
        rows.append(
            {
                "period": period.id,
                "expected_unit_price": number_text(price),
                "revenue": grid.text(revenue),
                "gross": grid.text(gross),
                "catch_up": grid.text(revenue - gross),
                "revenue_to_date": grid.text(to_date),
                "invoiced_to_date": grid.text(invoiced),
                "refund_liability": grid.text(max(invoiced - to_date, Fraction(0))),
            }
        )
        explain.step(
            "606-10-32-14" if index else "606-10-32-8",
            f"{period.id}: {number_text(units)} units at {number_text(price)} are {grid.text(to_date)} to date; "
            f"{number_text(before)} of them were transferred before (32-43)."
            if facts.is_retrospective
            else f"{period.id}: {number_text(period.units)} units, each at its own tier's price, are "
            f"{grid.text(revenue)}.",
        )
        recognized = to_date
    return {
        "periods": rows,
        "revenue_to_date": grid.text(recognized),
        "refund_liability": grid.text(max(invoiced - recognized, Fraction(0))),
    }


def _tiers(facts: VolumeFacts) -> list[Tier]:
    tiers = sorted(facts.tiers, key=lambda each: each.above_units)
    if not tiers or tiers[0].above_units:
        raise refuse("tiers", "the first tier must hold from 0 units.")
    return tiers


def _expected_price(facts: VolumeFacts, tiers: list[Tier], period: Period, index: int) -> Fraction:
    if period.expected_unit_price is not None:
        return period.expected_unit_price
    if period.expected_total_units is None:
        if facts.is_retrospective:
            raise refuse(f"periods[{index}]", "needs expected_total_units or expected_unit_price.")
        return tiers[0].unit_price
    return [t for t in tiers if not t.above_units or period.expected_total_units > t.above_units][
        -1
    ].unit_price


POLICY = Policy(
    name="volume_discounts",
    title="Volume discounts and rebates",
    version="2",
    standard="ASC 606-10-32",
    paragraphs=("606-10-32-6", "606-10-32-8", "606-10-32-10", "606-10-32-14", "606-10-32-43"),
    requirements=("ACC-41",),
    note=(
        "Where reaching a volume lowers the price of all units, revenue is recognized at the price expected to "
        "hold in the end; amounts invoiced above it are a refund liability."
    ),
    facts=VolumeFacts,
    outputs={
        "periods": "per period: revenue, gross (its own units at the expected price), catch_up for earlier units, "
        "revenue_to_date, invoiced_to_date, refund_liability",
        "revenue_to_date": "after the last period",
        "refund_liability": "invoiced and not recognized, after the last period",
    },
    decide=decide,
    example={
        "tiers": [{"unit_price": "100"}, {"above_units": "1000", "unit_price": "90"}],
        "periods": [
            {"id": "Q1", "units": "75", "expected_total_units": "900"},
            {"id": "Q2", "units": "500", "expected_total_units": "1100"},
        ],
    },
)
