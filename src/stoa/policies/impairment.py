"""Impairment of long-lived assets held and used (ASC 360-10-35-17 to 35-49), asset group by asset group.

A trigger, then recoverability against undiscounted cash flows, then the loss down to fair value. The loss is
spread over the group's long-lived assets by carrying amount, and no asset falls below its own fair value when
that is known. Deferred partner fees, right-of-use assets, software and improvements belong to their group.
"""

from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Literal

from stoa.policies.facts import Facts, Number, Price, Quantity, fact, refuse
from stoa.policies.frame import Explanation, Policy
from stoa.policies.grid import number_text
from stoa.policies.time_value import Timing, present_value, rate_per_period

_ZERO = Fraction(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupAsset:
    """One long-lived asset of the group."""

    name: str = fact("Name in the register.")
    carrying: Price = fact("Carrying amount before the test.")
    fair_value: Price | None = fact(
        "Fair value, when it can be determined without undue cost: the asset is not written below it.",
        default=None,
    )
    kind: Literal[
        "property", "improvement", "software", "intangible", "right_of_use", "deferred_partner_fee", "other"
    ] = fact("What it is.", default="other")


@dataclass(frozen=True, slots=True, kw_only=True)
class CashFlows:
    """Cash flows to discount for fair value (a sublease, for example)."""

    amounts: tuple[Quantity, ...] = fact("Cash flows, one a period.")
    annual_rate: Number = fact("Market rate.")
    periods_a_year: int = fact("Periods a year.", default=12)
    timing: Timing = fact("advance or arrears.", default="arrears")


@dataclass(frozen=True, slots=True, kw_only=True)
class ImpairmentFacts(Facts):
    """Facts of one asset group."""

    assets: tuple[GroupAsset, ...] = fact("Long-lived assets of the group.", default=())
    carrying: Price | None = fact("Carrying amount of the group, when assets are not listed.", default=None)
    other_assets: Price = fact(
        "Other assets of the group: tested with it, but no part of the loss is theirs.", default=_ZERO
    )
    liabilities: Price = fact("Liabilities of the group.", default=_ZERO)
    triggers: tuple[str, ...] = fact(
        "Events that indicate impairment; an empty list: there was none. Left out: one is taken for granted.",
        default=("stated",),
    )
    undiscounted_cash_flows: Quantity | None = fact(
        "Sum of the cash flows expected from use and disposal.", default=None
    )
    scenarios: tuple[tuple[Quantity, ...], ...] = fact("Or [probability, sum] rows, weighted.", default=())
    fair_value: Price | None = fact("Fair value of the group.", default=None)
    fair_value_from: CashFlows | None = fact(
        "Or the cash flows that a market participant would discount.", default=None
    )
    impairment: Price | None = fact("Loss already measured, to be allocated only.", default=None)
    held_for_sale: bool = fact(
        "Held for sale: lower of carrying amount and fair value less cost to sell.", default=False
    )
    cost_to_sell: Price = fact("Cost to sell.", default=_ZERO)


def decide(facts: ImpairmentFacts, explain: Explanation) -> dict[str, Any]:
    """Test the group and allocate the loss."""
    grid = facts.grid
    carrying = _carrying(facts)
    values: dict[str, Any] = {"carrying": grid.text(carrying)}
    if facts.impairment is not None:
        loss = facts.impairment
        explain.step("360-10-35-17", f"A loss of {grid.text(loss)} was measured already.")
    else:
        loss, tested = _tested(facts, carrying, explain)
        values.update(tested)
    loss = grid.round(loss)
    if facts.assets:
        most = sum((asset.carrying for asset in facts.assets), _ZERO)
        if loss > most:
            explain.step(
                "360-10-35-28", "The loss cannot exceed the carrying amount of the long-lived assets."
            )
            loss = most
        values.update(_allocated(facts, loss, explain))
    elif facts.impairment is None:
        values["carrying_after"] = grid.text(carrying - loss)
    values.setdefault("impairment", grid.text(loss))
    return values


def _carrying(facts: ImpairmentFacts) -> Fraction:
    if not facts.assets and facts.carrying is None:
        raise refuse("assets", "is missing: list the group's long-lived assets, or give its carrying amount.")
    own = sum((asset.carrying for asset in facts.assets), _ZERO) if facts.assets else facts.carrying or _ZERO
    return own + facts.other_assets - facts.liabilities


def _tested(
    facts: ImpairmentFacts, carrying: Fraction, explain: Explanation
) -> tuple[Fraction, dict[str, Any]]:
    grid = facts.grid
    if facts.held_for_sale:
        worth = _fair_value(facts, explain) - facts.cost_to_sell
        explain.step(
            "360-10-35-43", "Held for sale: lower of carrying amount and fair value less cost to sell."
        )
        return max(carrying - worth, _ZERO), {"fair_value": grid.text(worth)}
    if not facts.triggers:
        explain.step(
            "360-10-35-21", "No event or change indicates that the group may not be recoverable: no test."
        )
        return _ZERO, {"recoverable": None}
    flows = facts.undiscounted_cash_flows
    if flows is None:
        if not facts.scenarios:
            raise refuse(
                "undiscounted_cash_flows", "is missing: give the sum, or probability-weighted scenarios."
            )
        if any(len(row) != 2 for row in facts.scenarios) or sum(row[0] for row in facts.scenarios) != 1:
            raise refuse("scenarios", "must be rows of [probability, sum] whose probabilities sum to 1.")
        flows = sum((row[0] * row[1] for row in facts.scenarios), _ZERO)
    recoverable = flows >= carrying
    explain.step(
        "360-10-35-17",
        f"Undiscounted cash flows of {grid.text(flows)} against a carrying amount of {grid.text(carrying)}: "
        + ("recoverable, no loss." if recoverable else "not recoverable."),
    )
    tested: dict[str, Any] = {"undiscounted_cash_flows": grid.text(flows), "recoverable": recoverable}
    if recoverable:
        return _ZERO, tested
    worth = _fair_value(facts, explain)
    loss = max(carrying - worth, _ZERO)
    explain.step(
        "360-10-35-17", f"Loss: carrying amount less fair value of {grid.text(worth)} = {grid.text(loss)}."
    )
    return loss, {**tested, "fair_value": grid.text(worth)}


def _fair_value(facts: ImpairmentFacts, explain: Explanation) -> Fraction:
    if facts.fair_value is not None:
        return facts.fair_value
    flows = facts.fair_value_from
    if flows is None:
        raise refuse(
            "fair_value", "is missing: the group is not recoverable, so its fair value sets the loss."
        )
    if flows.periods_a_year < 1:
        raise refuse("fair_value_from.periods_a_year", "must be 1 or more.")
    rate = rate_per_period(flows.annual_rate, flows.periods_a_year, "periodic")
    if rate <= -1:
        raise refuse(
            "fair_value_from.annual_rate", "must be more than -1 in a period (a loss of everything)."
        )
    worth = present_value(flows.amounts, rate, flows.timing)
    explain.step(
        "820-10-35-24A",
        f"Fair value from discounted cash flows at {number_text(flows.annual_rate, 6)} a year: "
        f"{facts.grid.text(worth)} (Level 3).",
    )
    return worth


def _allocated(facts: ImpairmentFacts, loss: Fraction, explain: Explanation) -> dict[str, Any]:
    """By carrying amount; what a floor keeps from one asset goes to the others, until no floor is crossed."""
    grid, assets = facts.grid, facts.assets
    total = sum((asset.carrying for asset in assets), _ZERO)
    first = [loss * asset.carrying / total if total else _ZERO for asset in assets]
    most = [asset.carrying - min(asset.fair_value or _ZERO, asset.carrying) for asset in assets]
    absorbed = min(loss, sum(most, _ZERO))
    explain.step("360-10-35-28", "The loss is allocated to the long-lived assets by carrying amount.")
    capped: dict[int, Fraction] = {}
    while True:
        open_ = [index for index in range(len(assets)) if index not in capped]
        rest = absorbed - sum(capped.values(), _ZERO)
        weight = sum((assets[index].carrying for index in open_), _ZERO)
        crossed = [
            index for index in open_ if weight and rest * assets[index].carrying / weight > most[index]
        ]
        if not crossed:
            break
        for index in crossed:
            capped[index] = most[index]
            explain.step("360-10-35-28", f"{assets[index].name} is not written below its fair value.")
    shares = dict(capped)
    if open_ and weight:
        parts = grid.split(grid.round(rest), [assets[index].carrying for index in open_])
        shares |= dict(zip(open_, parts, strict=True))
    final = [shares.get(index, _ZERO) for index in range(len(assets))]
    named = [asset.name for asset in assets]
    return {
        "pro_rata": dict(zip(named, grid.texts(first), strict=True)),
        "allocated": dict(zip(named, grid.texts(final), strict=True)),
        "carrying_after": {
            asset.name: grid.text(asset.carrying - part) for asset, part in zip(assets, final, strict=True)
        },
        "impairment": grid.text(sum(final, _ZERO)),
        "not_absorbed": grid.text(loss - absorbed),
    }


POLICY = Policy(
    name="impairment",
    title="Impairment of long-lived assets",
    standard="ASC 360",
    paragraphs=(
        "360-10-35-17",
        "360-10-35-21",
        "360-10-35-28",
        "360-10-35-43",
        "820-10-35-24A",
    ),
    requirements=("ACC-26", "ACC-34"),
    note=(
        "Long-lived assets, with property and equipment, internal-use software, intangible assets, right-of-use "
        "assets and deferred partner fees, are tested when events indicate that their carrying amount may not be "
        "recoverable. If undiscounted cash flows of the asset group are below its carrying amount, the loss is the "
        "excess of carrying amount over fair value. Space that is sublet is tested in the period of the sublease."
    ),
    facts=ImpairmentFacts,
    outputs={
        "carrying": "Carrying amount of the group.",
        "undiscounted_cash_flows": "Sum compared with it.",
        "recoverable": "Whether it is recoverable; null without a trigger.",
        "fair_value": "Fair value used.",
        "impairment": "Loss.",
        "pro_rata": "First allocation, before floors.",
        "allocated": "Loss by asset; sums to the loss.",
        "carrying_after": "Carrying amounts after the loss.",
        "not_absorbed": "Loss that floors leave without an asset to bear it: not recognized.",
    },
    decide=decide,
    example={
        "assets": [{"name": "A", "carrying": "590"}, {"name": "C", "carrying": "950", "fair_value": "822"}],
        "undiscounted_cash_flows": "1400",
        "fair_value": "1300",
    },
)
