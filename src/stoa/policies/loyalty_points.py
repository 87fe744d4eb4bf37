"""Points, credits and prepaid balances that customers redeem, with breakage (ASC 606-10-55-41 to 55-49)."""

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from stoa.policies.facts import Facts, Price, Quantity, Share, fact, refuse
from stoa.policies.frame import Explanation, Policy
from stoa.policies.grid import number_text


@dataclass(frozen=True, slots=True, kw_only=True)
class Redemption:
    """What is known at the end of one period."""

    id: str = fact("Name of the period.")
    redeemed: Quantity = fact(
        "Points (or money of a prepaid balance) redeemed in the period.", default=Fraction(0)
    )
    redeemed_to_date: Quantity | None = fact("The same, cumulative, instead.", default=None)
    expected_total: Quantity = fact("Total now expected to be redeemed over the whole life.")
    has_expired: bool = fact(
        "All rights have lapsed: the rest is recognized, unless owed to a government.", default=False
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class PointsFacts(Facts):
    """A sale that grants points, or a prepaid balance sold by itself."""

    price: Price = fact("Transaction price: the sales, or what was paid for the balance.")
    points: Quantity = fact("Points granted, or the face amount of the prepaid balance.")
    goods_selling_price: Price = fact(
        "Standalone selling price of the goods sold with them; 0 for a prepaid balance sold alone.",
        default=Fraction(0),
    )
    point_selling_price: Price | None = fact(
        "Standalone selling price of one point, its likelihood of redemption included.", default=None
    )
    points_share: Share | None = fact(
        "Share of the price allocated to points, where a source rounds it; instead of selling prices.",
        default=None,
    )
    periods: tuple[Redemption, ...] = fact("Periods in order.")
    expects_breakage: bool = fact(
        "Whether the entity expects to be entitled to breakage (55-48, 55-49): if not, it is recognized only when "
        "redemption becomes remote.",
        default=True,
    )
    owed_to_government: Share = fact(
        "Share of unredeemed rights that the law gives to a government: stays a liability (55-49).",
        default=Fraction(0),
    )


def decide(facts: PointsFacts, explain: Explanation) -> dict[str, Any]:
    """Recognize the points' price in proportion to redemption of what is expected to be redeemed."""
    grid = facts.grid
    goods, points = _allocated(facts, explain)
    rows: list[dict[str, Any]] = []
    redeemed = recognized = Fraction(0)
    for index, period in enumerate(facts.periods):
        before = redeemed
        redeemed = redeemed + period.redeemed if period.redeemed_to_date is None else period.redeemed_to_date
        if redeemed < before or redeemed > facts.points:
            raise refuse(
                f"periods[{index}]", "redeemed to date must rise and cannot be more than all points."
            )
        if redeemed > period.expected_total or period.expected_total > facts.points:
            raise refuse(
                f"periods[{index}].expected_total", "must lie between what was redeemed and all points."
            )
        to_date = grid.round(points * _share(facts, period, redeemed))
        rows.append(
            {
                "period": period.id,
                "redeemed_to_date": number_text(redeemed),
                "revenue": grid.text(to_date - recognized),
                "revenue_to_date": grid.text(to_date),
                "contract_liability": grid.text(points - to_date),
            }
        )
        explain.step(
            "606-10-55-48",
            f"{period.id}: {number_text(redeemed)} of {number_text(period.expected_total)} expected: "
            f"{grid.text(to_date)} of {grid.text(points)} to date.",
        )
        recognized = to_date
    return {
        "goods": grid.text(goods),
        "points": grid.text(points),
        "periods": rows,
        "revenue_to_date": grid.text(recognized),
        "contract_liability": grid.text(points - recognized),
    }


def _allocated(facts: PointsFacts, explain: Explanation) -> tuple[Fraction, Fraction]:
    """The price of the goods and of the points, on the grid."""
    grid = facts.grid
    if facts.points == 0:
        raise refuse("points", "must be more than 0.")
    if facts.points_share is not None:
        points = grid.round(facts.price * facts.points_share)
        return grid.round(facts.price) - points, points
    if not facts.goods_selling_price:
        return Fraction(0), grid.round(facts.price)
    if facts.point_selling_price is None:
        raise refuse("point_selling_price", "is missing: give it, or points_share.")
    goods, points = grid.split(
        facts.price, [facts.goods_selling_price, facts.points * facts.point_selling_price]
    )
    explain.step(
        "606-10-32-31",
        f"Relative standalone selling prices give {grid.text(goods)} to goods and {grid.text(points)} to points.",
    )
    return goods, points


def _share(facts: PointsFacts, period: Redemption, redeemed: Fraction) -> Fraction:
    """The share of the points' price that is earned."""
    kept = (facts.points - redeemed) / facts.points * facts.owed_to_government
    if period.has_expired:
        return 1 - kept
    if not facts.expects_breakage:
        return redeemed / facts.points
    # Breakage is earned in the pattern of redemption; what a government will get is never breakage.
    broken = facts.points - period.expected_total
    expected = period.expected_total + broken * facts.owed_to_government
    return redeemed / expected if expected else Fraction(1)


POLICY = Policy(
    name="loyalty_points",
    title="Loyalty points, prepaid balances and breakage",
    standard="ASC 606-10-55",
    paragraphs=(
        "606-10-32-31",
        "606-10-55-42",
        "606-10-55-44",
        "606-10-55-46",
        "606-10-55-48",
        "606-10-55-49",
    ),
    requirements=("ACC-37", "ACC-38"),
    note=(
        "Points and prepaid balances are deferred at their share of the price and recognized in proportion to "
        "redemption; what is expected never to be redeemed is recognized in the same pattern, unless law gives it "
        "to a government."
    ),
    facts=PointsFacts,
    outputs={
        "goods": "price allocated to the goods",
        "points": "price allocated to the points",
        "periods": "per period: revenue, revenue_to_date, contract_liability",
        "revenue_to_date": "for the points, after the last period",
        "contract_liability": "after the last period",
    },
    decide=decide,
    example={
        "price": "100000",
        "points": "10000",
        "goods_selling_price": "100000",
        "point_selling_price": "0.95",
        "round_to": "1",
        "periods": [
            {"id": "year 1", "redeemed": "4500", "expected_total": "9500"},
            {"id": "year 2", "redeemed": "4000", "expected_total": "9700"},
        ],
    },
)
