"""Fair value hierarchy (ASC 820-10-35-37 to 35-54): the level of the lowest significant input."""

from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Literal

from stoa.policies.facts import Amount, Facts, Price, Quantity, fact, refuse
from stoa.policies.frame import Explanation, Policy

_ZERO = Fraction(0)
_LEVEL_OF = {
    "quoted": 1,
    "quoted_identical": 1,
    "quoted_inactive": 2,
    "quoted_similar": 2,
    "observable": 2,
    "corroborated": 2,
    "unobservable": 3,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Input:
    """One input of a measurement."""

    kind: Literal[
        "quoted",
        "quoted_identical",
        "quoted_inactive",
        "quoted_similar",
        "observable",
        "corroborated",
        "unobservable",
    ] = fact(
        "quoted: price of the identical item in an active market; quoted_inactive: in one that is not; "
        "quoted_similar: of a similar item; observable or corroborated by market data; unobservable: own assumption."
    )
    significant: bool = fact("Whether it matters to the whole measurement.", default=True)
    name: str = fact("What it is.", default="input")


@dataclass(frozen=True, slots=True, kw_only=True)
class Instrument:
    """One asset or liability measured at fair value."""

    name: str = fact("Name.")
    inputs: tuple[Input, ...] = fact("Inputs of the measurement.", default=())
    fair_value: Amount = fact("Fair value.", default=_ZERO)
    net_asset_value_expedient: bool = fact(
        "Measured at net asset value: stands outside the hierarchy.", default=False
    )
    quoted_price_adjusted: bool = fact("Whether a quoted price was adjusted.", default=False)
    level_before: int | None = fact("Level at the end of the period before.", default=None)
    recurring: bool = fact("Measured at each date (not only when impaired).", default=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Market:
    """A market in which the item could be sold."""

    name: str = fact("Name.")
    price: Price = fact("Price in the market.")
    transaction_costs: Price = fact(
        "Costs to sell: they choose the market, but do not lower fair value.", default=_ZERO
    )
    transport_costs: Price = fact("Costs to bring the item there: they lower fair value.", default=_ZERO)
    is_principal: bool = fact("Greatest volume and activity for the item.", default=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class RollForward:
    """Movements of Level 3."""

    opening: Amount = fact("Opening balance.")
    in_earnings: Amount = fact("Gains and losses in earnings.", default=_ZERO)
    in_oci: Amount = fact("Gains and losses in other comprehensive income.", default=_ZERO)
    purchases: Price = fact("Purchases and issues.", default=_ZERO)
    sales: Price = fact("Sales and settlements.", default=_ZERO)
    transfers_in: Price = fact("Transfers into Level 3.", default=_ZERO)
    transfers_out: Price = fact("Transfers out of Level 3.", default=_ZERO)


@dataclass(frozen=True, slots=True, kw_only=True)
class FairValueFacts(Facts):
    """Instruments on a day."""

    instruments: tuple[Instrument, ...] = fact("Assets and liabilities measured at fair value.", default=())
    markets: tuple[Market, ...] = fact("Markets for one item, to find its price.", default=())
    units: Quantity = fact(
        "Units of that item held; a large holding brings no discount.", default=Fraction(1)
    )
    level_3: RollForward | None = fact("Movements of Level 3 in the period.", default=None)


def decide(facts: FairValueFacts, explain: Explanation) -> dict[str, Any]:
    """Give each instrument its level and total the table."""
    grid = facts.grid
    levels = [_level(each, f"instruments[{index}]", explain) for index, each in enumerate(facts.instruments)]
    pairs = list(zip(facts.instruments, levels, strict=True))
    values: dict[str, Any] = {
        "levels": levels,
        "by_level": {
            str(level): grid.text(sum((each.fair_value for each, own in pairs if own == level), _ZERO))
            for level in (1, 2, 3)
        },
        "at_net_asset_value": grid.text(sum((each.fair_value for each, own in pairs if own is None), _ZERO)),
        "total": grid.text(sum((each.fair_value for each in facts.instruments), _ZERO)),
        "transfers": [
            {"name": each.name, "from": each.level_before, "to": level, "amount": grid.text(each.fair_value)}
            for each, level in pairs
            if each.level_before is not None and level is not None and each.level_before != level
        ],
    }
    if facts.markets:
        values.update(_exit_price(facts, explain))
    moves = facts.level_3
    if moves is not None:
        closing = (
            moves.opening
            + moves.in_earnings
            + moves.in_oci
            + moves.purchases
            - moves.sales
            + moves.transfers_in
            - moves.transfers_out
        )
        values["level_3_closing"] = grid.text(closing)
        explain.step("820-10-50-2(c)", f"Level 3 closes at {grid.text(closing)}.")
    return values


def _exit_price(facts: FairValueFacts, explain: Explanation) -> dict[str, str]:
    """The price in the principal market, else in the one that leaves most after all costs."""
    principal = [each for each in facts.markets if each.is_principal]
    if len(principal) > 1:
        raise refuse("markets", "only one market can be the principal one.")
    best = max(facts.markets, key=lambda each: each.price - each.transaction_costs - each.transport_costs)
    market = principal[0] if principal else best
    price = market.price - market.transport_costs
    explain.step(
        "820-10-35-5",
        f"{market.name} is the {'principal' if principal else 'most advantageous'} market: price less transport, "
        f"transaction costs not deducted: {facts.grid.text(price)}.",
    )
    return {
        "market": market.name,
        "exit_price": facts.grid.text(price),
        "holding_fair_value": facts.grid.text(price * facts.units),
        "net_in_market": facts.grid.text(price - market.transaction_costs),
    }


def _level(instrument: Instrument, path: str, explain: Explanation) -> int | None:
    if instrument.net_asset_value_expedient:
        explain.step("820-10-35-54B", f"{instrument.name}: net asset value, outside the hierarchy.")
        return None
    if not instrument.inputs:
        raise refuse(f"{path}.inputs", "is missing: list the inputs of the measurement.")
    significant = [each for each in instrument.inputs if each.significant]
    if not significant:
        raise refuse(f"{path}.inputs", "at least one input must be significant.")
    lowest = max(significant, key=lambda each: _LEVEL_OF[each.kind])
    level = _LEVEL_OF[lowest.kind]
    if level == 1 and instrument.quoted_price_adjusted:
        level = 2
        explain.step("820-10-35-41", f"{instrument.name}: an adjusted quoted price is not Level 1.")
    explain.step(
        "820-10-35-37A",
        f"{instrument.name}: lowest significant input is {lowest.kind}, Level {level}.",
    )
    return level


POLICY = Policy(
    name="fair_value",
    title="Fair value of financial instruments",
    standard="ASC 820",
    paragraphs=(
        "820-10-35-5",
        "820-10-35-37A",
        "820-10-35-41",
        "820-10-35-54B",
        "820-10-50-2(c)",
    ),
    requirements=("ACC-58",),
    note=(
        "Fair value is the price that would be received for an asset or paid to transfer a liability. Measurements are "
        "ranked by their lowest significant input: quoted prices of identical items in active markets (Level 1), other "
        "observable inputs (Level 2), unobservable inputs (Level 3)."
    ),
    facts=FairValueFacts,
    outputs={
        "levels": "Level of each instrument; null at net asset value.",
        "by_level": "Fair value by level.",
        "at_net_asset_value": "Fair value outside the hierarchy.",
        "total": "All together.",
        "transfers": "Instruments whose level changed.",
        "level_3_closing": "Closing balance of Level 3.",
        "market": "Market that sets the price.",
        "exit_price": "Fair value of one unit.",
        "holding_fair_value": "Fair value of all units.",
        "net_in_market": "What a sale of one unit would leave.",
    },
    decide=decide,
    example={
        "instruments": [{"name": "money market fund", "inputs": [{"kind": "quoted"}], "fair_value": "1000"}]
    },
)
