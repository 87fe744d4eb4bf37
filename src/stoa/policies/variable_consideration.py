"""Estimating variable consideration and constraining it (ASC 606-10-32-5 to 32-14)."""

from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Literal

from stoa.policies.facts import Amount, Facts, Quantity, Share, fact, refuse
from stoa.policies.frame import Explanation, Policy
from stoa.policies.grid import Grid

#: Kinds that take away from the stated price; their amounts are given as positive numbers.
_REDUCTIONS = ("penalty", "price_concession", "discount", "rebate", "refund", "credit")


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """One possible amount and its probability."""

    probability: Share = fact("Probability of this outcome; those of one element sum to 1.")
    amount: Amount = fact("The element's amount in this outcome.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Element:
    """One source of variability."""

    id: str = fact("Name of the element.", default="variable")
    kind: Literal[
        "bonus", "fee", "royalty", "penalty", "price_concession", "discount", "rebate", "refund", "credit"
    ] = fact("Bonus, fee and royalty add to the price; the others take from it.", default="fee")
    method: Literal["expected_value", "most_likely", "stated"] = fact(
        "Which method predicts better (32-8); 'stated' takes the estimate given.", default="expected_value"
    )
    outcomes: tuple[Outcome, ...] = fact("Possible amounts with probabilities.", default=())
    estimate: Amount | None = fact("For 'stated': the estimate.", default=None)
    rate_of_fixed: Share | None = fact(
        'The estimate as a share of the fixed consideration; "0.20" is a concession of 20 %.', default=None
    )
    at_most: Amount | None = fact("The largest amount possible, for showing what is at risk.", default=None)
    constraint_cap: Amount | None = fact(
        "The most that can be included such that a significant reversal is not probable (32-11).",
        default=None,
    )
    is_constrained: bool = fact(
        "A significant reversal of the whole element is probable: nothing of it is included (32-11, 32-12).",
        default=False,
    )
    is_sales_based_royalty: bool = fact(
        "A sales- or usage-based royalty on a license of intellectual property: recognized as sales occur, "
        "never estimated (55-65).",
        default=False,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class VariableFacts(Facts):
    """A price with variable parts, for one contract or a portfolio of similar ones."""

    stated_price: Amount | None = fact(
        "The price the contract states, bonuses apart; or give units and unit_price.", default=None
    )
    units: Quantity | None = fact("Quantity, when the price is per unit.", default=None)
    unit_price: Amount | None = fact("Price per unit.", default=None)
    expected_consideration: Amount | None = fact(
        "For an implicit price concession: what the entity expects to be entitled to in all (32-7).",
        default=None,
    )
    elements: tuple[Element, ...] = fact("The variable elements.", default=())
    constraint_cap: Amount | None = fact(
        "The most that the whole transaction price can be without a probable significant reversal.",
        default=None,
    )
    recognized_before: Amount | None = fact(
        "Revenue recognized so far, for the effect of a changed estimate (32-14, 32-43).", default=None
    )
    satisfied: Share = fact("Share of the obligation satisfied so far.", default=Fraction(1))


def decide(facts: VariableFacts, explain: Explanation) -> dict[str, Any]:
    """Estimate each element by its method, cut it to what is not probably reversed, add up the price."""
    grid = facts.grid
    stated = _stated(facts)
    elements: dict[str, dict[str, Any]] = {}
    price, at_risk, on_top, reduction = stated, Fraction(0), Fraction(0), Fraction(0)
    for index, each in enumerate(facts.elements):
        if each.id in elements:
            raise refuse(f"elements[{index}].id", "appears twice; give each element its own.")
        amount, described = _element(each, stated, f"elements[{index}]", grid, explain)
        elements[each.id] = described
        if each.kind in _REDUCTIONS:
            at_risk += _largest(each, amount)
            reduction += amount
            price -= amount
        else:
            on_top += _largest(each, amount)
            price += amount
    if facts.expected_consideration is not None:
        reduction += price - facts.expected_consideration
        at_risk += price - facts.expected_consideration
        price = facts.expected_consideration
        explain.step(
            "606-10-32-7",
            f"The entity expects to accept {grid.text(price)}: the difference is an implicit price concession, "
            "a reduction of revenue and no credit loss.",
        )
    unconstrained = price
    if facts.constraint_cap is not None and price > facts.constraint_cap:
        price = facts.constraint_cap
        explain.step("606-10-32-11", f"The price is constrained to {grid.text(price)}.")
    price = grid.round(price)
    explain.step("606-10-32-5", f"The transaction price is {grid.text(price)}, variable parts included.")
    earned = grid.round(price * facts.satisfied)
    values: dict[str, Any] = {
        "transaction_price": grid.text(price),
        "stated_price": grid.text(stated),
        "fixed": grid.text(stated - at_risk),
        "variable": grid.text(at_risk + on_top),
        "variable_included": grid.text(price - (stated - at_risk)),
        "revenue_reduction": grid.text(reduction + unconstrained - price),
        "elements": elements,
        "revenue_to_date": grid.text(earned),
    }
    if len(elements) == 1:
        values |= next(iter(elements.values()))
    if facts.recognized_before is not None:
        values["adjustment"] = grid.text(earned - facts.recognized_before)
        explain.step("606-10-32-14", "The estimate is updated; satisfied parts are adjusted at once (32-43).")
    return values


def _stated(facts: VariableFacts) -> Fraction:
    if facts.stated_price is not None and facts.units is not None:
        raise refuse("stated_price", "give either stated_price or units with unit_price, not both.")
    if facts.units is not None:
        if facts.unit_price is None:
            raise refuse("unit_price", "is missing: units need a price per unit.")
        return facts.units * facts.unit_price
    return facts.stated_price or Fraction(0)


def _element(
    element: Element, stated: Fraction, path: str, grid: Grid, explain: Explanation
) -> tuple[Fraction, dict[str, Any]]:
    """The constrained estimate of one element, and how it came about."""
    described: dict[str, Any] = {"method": element.method}
    if element.outcomes:
        if (total := sum(each.probability for each in element.outcomes)) != 1:
            raise refuse(f"{path}.outcomes", f"probabilities sum to {float(total):g}, not to 1.")
        expected = sum((each.probability * each.amount for each in element.outcomes), Fraction(0))
        likely = max(element.outcomes, key=lambda each: each.probability).amount
        described |= {
            "expected_value": grid.text(expected),
            "most_likely": grid.text(likely),
            "constrained_expected_value": grid.text(_constrained(element, expected)),
            "constrained_most_likely": grid.text(_constrained(element, likely)),
        }
        estimate = expected if element.method == "expected_value" else likely
        explain.step(
            "606-10-32-8(a)" if element.method == "expected_value" else "606-10-32-8(b)",
            f"{element.id}: {element.method.replace('_', ' ')} is {grid.text(estimate)}.",
        )
    elif element.rate_of_fixed is not None:
        estimate = stated * element.rate_of_fixed
    elif element.estimate is not None:
        estimate = element.estimate
    elif element.is_constrained or element.is_sales_based_royalty:
        estimate = Fraction(0)
    elif element.at_most is not None:
        # Nothing is known about its likelihood yet: a reduction is assumed in full, an addition not at all.
        estimate = element.at_most if element.kind in _REDUCTIONS else Fraction(0)
    else:
        raise refuse(path, "needs outcomes, an estimate, a rate_of_fixed, or is_constrained.")
    included = _constrained(element, estimate)
    if element.is_sales_based_royalty:
        explain.step("606-10-55-65", f"{element.id}: a sales-based royalty is never estimated.")
    elif included != estimate:
        explain.step(
            "606-10-32-11",
            f"{element.id}: {grid.text(estimate)} is constrained to {grid.text(included)}, which will probably "
            "not be reversed.",
        )
    described |= {"estimate": grid.text(estimate), "included": grid.text(included)}
    return included, described


def _constrained(element: Element, estimate: Fraction) -> Fraction:
    """What of an estimate may enter the price. A reduction's cap bounds from below: prudence is a larger one."""
    if element.kind in _REDUCTIONS:
        return estimate if element.constraint_cap is None else max(estimate, element.constraint_cap)
    if element.is_constrained or element.is_sales_based_royalty:
        return Fraction(0)
    return estimate if element.constraint_cap is None else min(estimate, element.constraint_cap)


def _largest(element: Element, amount: Fraction) -> Fraction:
    amounts = [amount, *(each.amount for each in element.outcomes)]
    return max(amounts) if element.at_most is None else element.at_most


POLICY = Policy(
    name="variable_consideration",
    title="Variable consideration and the constraint",
    standard="ASC 606-10-32",
    paragraphs=(
        "606-10-32-5",
        "606-10-32-7",
        "606-10-32-8",
        "606-10-32-8(a)",
        "606-10-32-8(b)",
        "606-10-32-11",
        "606-10-32-12",
        "606-10-32-14",
        "606-10-55-65",
    ),
    requirements=("ACC-41", "ACC-51"),
    note=(
        "Amounts that depend on future events are estimated by the expected value or the most likely amount, "
        "whichever predicts better, and are included only as far as a significant reversal is not probable. "
        "Estimates are updated each period."
    ),
    facts=VariableFacts,
    outputs={
        "transaction_price": "fixed and included variable consideration",
        "stated_price": "what the contract states",
        "fixed": "the part of the stated price that no element can take away",
        "variable": "the most that can vary: what elements can take away or add",
        "variable_included": "included consideration beyond the fixed part",
        "revenue_reduction": "what lowers revenue (concessions, penalties, the constraint); no credit loss",
        "elements": "per element: method, expected_value, most_likely, estimate, included",
        "expected_value": "with one element: probability-weighted amount before the constraint",
        "most_likely": "with one element: single most likely amount before the constraint",
        "constrained_expected_value": "with one element: expected value after the constraint",
        "constrained_most_likely": "with one element: most likely amount after the constraint",
        "method": "with one element: its method",
        "estimate": "with one element: its estimate before the constraint",
        "included": "with one element: what enters the price",
        "revenue_to_date": "transaction price times the satisfied share",
        "adjustment": "change of revenue by the changed estimate, when recognized_before is given",
    },
    decide=decide,
    example={
        "stated_price": "2500000",
        "elements": [
            {
                "id": "delay",
                "kind": "penalty",
                "outcomes": [
                    {"probability": "0.7", "amount": "0"},
                    {"probability": "0.3", "amount": "10000"},
                ],
            },
            {
                "id": "rating",
                "kind": "bonus",
                "method": "most_likely",
                "outcomes": [
                    {"probability": "0.8", "amount": "150000"},
                    {"probability": "0.2", "amount": "0"},
                ],
            },
        ],
    },
)
