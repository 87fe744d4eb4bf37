"""Value of a common share for stock compensation (ASC 718-10-55-10, ACC-68, ACC-80).

A listed share is worth its closing price. Before that the board decides, and its memo must record seven factors;
the value weighs independent indications and takes off a discount for lack of marketability.
"""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any, Literal

from stoa.policies.facts import Facts, Price, Quantity, Share, fact, refuse
from stoa.policies.frame import Explanation, Policy
from stoa.policies.grid import number_text

_ZERO = Fraction(0)
_STALE_DAYS = 365


@dataclass(frozen=True, slots=True, kw_only=True)
class Factors:
    """What the board weighed; each is a sentence in the memo."""

    third_party_valuations: str = fact("Valuations by independent specialists.")
    preferred_rights: str = fact("Rights and preferences of preferred shares against common ones.")
    lack_of_marketability: str = fact("That the shares cannot be sold freely.")
    operating_results: str = fact("Results and forecasts.")
    business_conditions: str = fact("Stage of the business, market and economy.")
    liquidity_event: str = fact("Likelihood of an offering or a sale.")
    precedent_transactions: str = fact("Sales of shares and transactions of others.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Indication:
    """A value that one approach gives."""

    approach: Literal["income", "market", "precedent_transaction", "option_pricing", "expected_return"] = (
        fact("Approach.")
    )
    value: Price = fact("Value of one common share, before the discount.")
    weight: Quantity = fact("Weight.", default=Fraction(1))


@dataclass(frozen=True, slots=True, kw_only=True)
class ShareFacts(Facts):
    """Facts on one grant date."""

    granted_on: date = fact("Grant date.")
    closing_price: Price | None = fact("Closing price of the day; the share is listed.", default=None)
    factors: Factors | None = fact("The board's memo, before listing.", default=None)
    indications: tuple[Indication, ...] = fact("Indications of value.", default=())
    marketability_discount: Share = fact("Discount for lack of marketability.", default=_ZERO)
    valued_on: date | None = fact("Date of the valuation the board relied on.", default=None)


def decide(facts: ShareFacts, explain: Explanation) -> dict[str, Any]:
    """The value of one share on the grant date."""
    if facts.closing_price is not None:
        explain.step("718-10-55-10", f"Listed: the closing price of {facts.granted_on}.")
        return {"share_value": facts.grid.text(facts.closing_price), "basis": "closing_price", "memo": []}
    if facts.factors is None:
        raise refuse("factors", "are missing: before listing the board records seven factors for each grant.")
    weights = sum((each.weight for each in facts.indications), _ZERO)
    if weights == 0:
        raise refuse("indications", "is missing: give at least one indication of value with a weight.")
    if facts.valued_on is not None and facts.valued_on > facts.granted_on:
        raise refuse("valued_on", "lies after the grant; a grant cannot rest on a later valuation.")
    mean = sum((each.value * each.weight for each in facts.indications), _ZERO) / weights
    value = mean * (1 - facts.marketability_discount)
    explain.step(
        "718-10-55-10",
        f"Weighted indications {number_text(mean, 4)} less {number_text(facts.marketability_discount * 100, 2)} % for "
        f"lack of marketability: {facts.grid.text(value)}.",
    )
    names = Factors.__dataclass_fields__
    stale = facts.valued_on is not None and (facts.granted_on - facts.valued_on).days > _STALE_DAYS
    if stale:
        explain.step("718-10-55-10", "The valuation is more than a year old: obtain a new one.")
    return {
        "share_value": facts.grid.text(value),
        "basis": "board",
        "is_stale": stale,
        "memo": [{"factor": name.replace("_", " "), "text": getattr(facts.factors, name)} for name in names],
    }


POLICY = Policy(
    name="share_valuation",
    title="Stock compensation: value of a share",
    standard="ASC 718",
    paragraphs=("718-10-55-10",),
    requirements=("ACC-68", "ACC-80"),
    note=(
        "Before the shares were listed the board set their value with the help of independent valuations, the rights "
        "of preferred shares, the lack of marketability, results, business conditions, the likelihood of a liquidity "
        "event and precedent transactions. Since then it is the closing price on the grant date."
    ),
    facts=ShareFacts,
    outputs={
        "share_value": "Value of one share.",
        "basis": "closing_price or board.",
        "is_stale": "Whether the valuation is more than a year old.",
        "memo": "The seven factors, for the memo of the grant.",
    },
    decide=decide,
    example={"granted_on": "2025-09-15", "closing_price": "11.42"},
)
