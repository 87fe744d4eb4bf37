"""Revenue by category and segment, with earlier periods recast when segments change (ASC 606-10-50-5, 280-10-50-34)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any, Literal

from stoa.policies.facts import Amount, Facts, fact, refuse
from stoa.policies.frame import Explanation, Policy
from stoa.policies.grid import Grid, number_text


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """Revenue of one period in its finest categories."""

    period: str = fact("Name of the period, such as 2025-Q3.")
    starts_on: date = fact("First day of the period: decides which segments held.")
    product: str = fact("Product line.")
    amount: Amount = fact("Revenue.")
    content_cost: Amount = fact("Content cost (partner fees), for segment margin.", default=Fraction(0))
    region: str = fact("Customer's region.", default="")
    timing: Literal["over_time", "point_in_time"] = fact("When it was transferred.", default="over_time")


@dataclass(frozen=True, slots=True, kw_only=True)
class SegmentSet:
    """Which segment each product belongs to, from a day on."""

    starts_on: date = fact("First day of the first period reported by these segments.")
    segment_of_product: Mapping[str, str] = fact("Segment of each product.")


@dataclass(frozen=True, slots=True, kw_only=True)
class DisaggregationFacts(Facts):
    """Revenue rows and sets of segments."""

    rows: tuple[Row, ...] = fact("Revenue.")
    segments: tuple[SegmentSet, ...] = fact("Sets of segments by effective date.")


def decide(facts: DisaggregationFacts, explain: Explanation) -> dict[str, Any]:
    """Sum by the segments of the time and by those of today, side by side, and by the other categories."""
    grid = facts.grid
    if not facts.segments:
        raise refuse("segments", "give at least one set of segments.")
    newest = max(facts.segments, key=lambda each: each.starts_on)
    reported: dict[str, dict[str, list[Fraction]]] = {}
    recast: dict[str, dict[str, list[Fraction]]] = {}
    others: dict[str, dict[str, dict[str, list[Fraction]]]] = {"product": {}, "region": {}, "timing": {}}
    for index, row in enumerate(facts.rows):
        held = [each for each in facts.segments if each.starts_on <= row.starts_on]
        if not held:
            raise refuse(f"rows[{index}].starts_on", "no set of segments holds then; add an earlier one.")
        then = max(held, key=lambda each: each.starts_on)
        for table, chosen in ((reported, then), (recast, newest)):
            if row.product not in chosen.segment_of_product:
                raise refuse(
                    "segments",
                    f"the set of {chosen.starts_on} does not say which segment {row.product!r} is in.",
                )
            _add(table, row.period, chosen.segment_of_product[row.product], row)
        _add(others["product"], row.period, row.product, row)
        _add(others["timing"], row.period, row.timing, row)
        if row.region:
            _add(others["region"], row.period, row.region, row)
    explain.step(
        "606-10-50-5", "Revenue is shown by categories that differ in nature, timing and uncertainty."
    )
    if len(facts.segments) > 1:
        explain.step(
            "280-10-50-34",
            f"Earlier periods are recast to the segments of {newest.starts_on}, beside the old.",
        )
    return {
        "as_reported": _shown(reported, grid),
        "recast": _shown(recast, grid),
        "by_product": _shown(others["product"], grid),
        "by_region": _shown(others["region"], grid),
        "by_timing": _shown(others["timing"], grid),
        "total": {
            period: grid.text(sum((cell[0] for cell in cells.values()), Fraction(0)))
            for period, cells in recast.items()
        },
    }


def _add(table: dict[str, dict[str, list[Fraction]]], period: str, category: str, row: Row) -> None:
    cell = table.setdefault(period, {}).setdefault(category, [Fraction(0), Fraction(0)])
    cell[0] += row.amount
    cell[1] += row.content_cost


def _shown(table: Mapping[str, Mapping[str, list[Fraction]]], grid: Grid) -> dict[str, dict[str, Any]]:
    return {
        period: {
            category: {
                "revenue": grid.text(revenue),
                "content_cost": grid.text(cost),
                "margin": grid.text(revenue - cost),
                "margin_rate": number_text((revenue - cost) / revenue, 4) if revenue else None,
            }
            for category, (revenue, cost) in cells.items()
        }
        for period, cells in table.items()
    }


POLICY = Policy(
    name="disaggregated_revenue",
    title="Disaggregation of revenue and segments",
    standard="ASC 606-10-50",
    paragraphs=("606-10-50-5", "606-10-50-6", "280-10-50-34"),
    requirements=("ACC-44", "ACC-77"),
    note=(
        "Revenue is disaggregated by segment and product. When segments change, earlier periods are recast and "
        "shown beside what was reported."
    ),
    facts=DisaggregationFacts,
    outputs={
        "as_reported": "per period and segment of that time: revenue, content_cost, margin, margin_rate",
        "recast": "the same by today's segments",
        "by_product": "the same by product",
        "by_region": "the same by region",
        "by_timing": "the same by timing of transfer",
        "total": "revenue per period",
    },
    decide=decide,
    example={
        "rows": [
            {"period": "2024-Q3", "starts_on": "2024-07-01", "product": "subscription", "amount": "90"},
            {"period": "2024-Q3", "starts_on": "2024-07-01", "product": "degree", "amount": "10"},
            {"period": "2025-Q3", "starts_on": "2025-07-01", "product": "subscription", "amount": "95"},
        ],
        "segments": [
            {
                "starts_on": "2022-01-01",
                "segment_of_product": {"subscription": "Consumer", "degree": "Degrees"},
            },
            {
                "starts_on": "2025-01-01",
                "segment_of_product": {"subscription": "Consumer", "degree": "Consumer"},
            },
        ],
    },
)
