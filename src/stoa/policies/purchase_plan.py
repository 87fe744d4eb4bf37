"""Fair value of employee stock purchase rights (ASC 718-50-30, 718-50-55).

With a look-back the right is worth its discount on one share plus (1 - discount) of a call at the money; a
plan that lets a fixed amount buy more shares when the price falls adds the discount times a put.
"""

from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Literal

from stoa.policies.facts import Facts, Number, Quantity, Share, fact, refuse
from stoa.policies.frame import Explanation, Policy
from stoa.policies.grid import number_text
from stoa.policies.option_valuation import black_scholes, on_entry

_COMPENSATORY_ABOVE = Fraction(5, 100)


@dataclass(frozen=True, slots=True, kw_only=True)
class PurchasePlanFacts(Facts):
    """Facts of one offering."""

    share_price: Quantity = fact("Share price on the first day of the offering.")
    discount: Share = fact('Discount on the price; "0.15" is 15 %.')
    term_years: Quantity | None = fact(
        "Years from the first day of the offering to the purchase.", default=None
    )
    purchase_terms_years: tuple[Quantity, ...] = fact(
        "Terms of several purchase dates in one offering; each is valued by itself.", default=()
    )
    volatility: Quantity = fact("Expected volatility over the term.")
    risk_free_rate: Number = fact("Risk-free rate of the term, continuously compounded.")
    dividend_yield: Number = fact("Expected dividend yield.", default=Fraction(0))
    look_back: bool = fact("Whether the price is the lower of the first and the last day's.", default=True)
    shares: Literal["fixed", "variable"] = fact(
        "fixed: the most shares one may buy are set on the first day (type A). variable: a fixed amount buys "
        "more shares when the price falls (type B).",
        default="fixed",
    )
    units: Quantity | None = fact("Rights expected to be bought, for the total.", default=None)


def decide(facts: PurchasePlanFacts, explain: Explanation) -> dict[str, Any]:
    """Value the right to buy one share."""
    terms = facts.purchase_terms_years or ((facts.term_years,) if facts.term_years is not None else ())
    if not terms:
        raise refuse("term_years", "is missing: give the term, or purchase_terms_years.")
    if facts.share_price <= 0:
        raise refuse("share_price", "must be more than 0.")
    each = [_parts(facts, term) for term in terms]
    values = [sum(parts.values()) for parts in each]
    mean = sum(values) / len(values)
    compensatory = facts.look_back or facts.discount > _COMPENSATORY_ABOVE
    if not compensatory:
        explain.step("718-50-25-1", "A discount of 5 % or less without a look-back is not compensation.")
    explain.step(
        "718-50-55-16" if facts.look_back else "718-50-55-11",
        f"{number_text(facts.discount)} of a share"
        + (f" plus {number_text(1 - facts.discount)} of a call at the money" if facts.look_back else "")
        + (f" plus {number_text(facts.discount)} of a put" if _has_put(facts) else "")
        + f": {mean:.6f} a share.",
    )
    fair_value = facts.grid.round(on_entry(mean))
    result: dict[str, Any] = {
        "value": number_text(on_entry(mean), 6),
        "fair_value": facts.grid.text(fair_value),
        "components": {name: number_text(on_entry(each[0][name]), 6) for name in each[0]},
        "values_by_purchase": [number_text(on_entry(value), 6) for value in values],
        "is_compensatory": compensatory,
    }
    if facts.units is not None:
        result["total_fair_value"] = facts.grid.text(fair_value * facts.units)
    return result


def _has_put(facts: PurchasePlanFacts) -> bool:
    return facts.look_back and facts.shares == "variable"


def _parts(facts: PurchasePlanFacts, term: Fraction) -> dict[str, float]:
    price, discount, years = float(facts.share_price), float(facts.discount), float(term)
    given = {
        "share_price": price,
        "exercise_price": price,
        "rate": float(facts.risk_free_rate),
        "dividend_yield": float(facts.dividend_yield),
        "term_years": years,
        "volatility": float(facts.volatility),
    }
    # A share without its dividends until the purchase is a call that costs nothing.
    share = black_scholes(option_type="call", **{**given, "exercise_price": 0.0})
    parts = {"share": discount * share}
    if facts.look_back:
        parts["call"] = (1 - discount) * black_scholes(option_type="call", **given)
    if _has_put(facts):
        parts["put"] = discount * black_scholes(option_type="put", **given)
    return parts


POLICY = Policy(
    name="purchase_plan_valuation",
    title="Stock compensation: fair value of purchase rights",
    standard="ASC 718",
    paragraphs=(
        "718-50-25-1",
        "718-50-55-11",
        "718-50-55-16",
    ),
    requirements=("ACC-67", "ACC-68", "ACC-69", "ACC-70"),
    note=(
        "Rights under the employee stock purchase plan are valued on the first day of each offering period as the "
        "discount on a share plus the look-back, a fraction of an option valued with the Black-Scholes-Merton model."
    ),
    facts=PurchasePlanFacts,
    outputs={
        "value": "Value of the right to one share, six decimals.",
        "fair_value": "The same on the currency's grid.",
        "components": "Share, call and put parts (of the first purchase).",
        "values_by_purchase": "Value for each purchase date.",
        "is_compensatory": "Whether the plan is compensation at all.",
        "total_fair_value": "Fair value of all rights.",
    },
    decide=decide,
    example={
        "share_price": "25",
        "discount": "0.15",
        "term_years": "0.5",
        "volatility": "0.5",
        "risk_free_rate": "0.05",
    },
)
