"""Fair value of options on the grant date by the Black-Scholes-Merton model (ASC 718-10-55-13 to 55-35).

The model is QuantLib's ``blackFormula``; binary floats stay inside it and its result is rounded once.
Volatility is given, or averaged over comparable public peers, each by its own volatility or by its closing
prices; the risk-free rate is given, or read from a Treasury curve at the expected term (ACC-68, ACC-70).
"""

import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from typing import Any, Literal

from stoa.policies.facts import Facts, Number, Quantity, fact, refuse
from stoa.policies.frame import Explanation, Policy
from stoa.policies.grid import number_text, round_places

_PLACES = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Peer:
    """A comparable public entity."""

    name: str = fact("Name or ticker.")
    volatility: Quantity | None = fact('Annualized volatility; "0.55" is 55 %.', default=None)
    closing_prices: tuple[Quantity, ...] = fact(
        "Closing prices over a period like the expected term, oldest first.", default=()
    )
    prices_a_year: int = fact("Observations a year: 252 daily, 52 weekly, 12 monthly.", default=252)


@dataclass(frozen=True, slots=True, kw_only=True)
class CurvePoint:
    """The zero-coupon yield of one Treasury term."""

    term_years: Quantity = fact("Term in years.")
    rate: Number = fact("Yield of that term.")


@dataclass(frozen=True, slots=True, kw_only=True)
class OptionFacts(Facts):
    """Facts of one grant of options."""

    option_type: Literal["call", "put"] = fact("An employee option is a call.", default="call")
    share_price: Quantity = fact("Fair value of one share on the grant date.")
    exercise_price: Quantity = fact("Exercise price of one option.")
    expected_term_years: Quantity = fact('Expected term in years; "6.25" or "73/12".')
    risk_free_rate: Number | None = fact(
        "Risk-free rate of that term; leave out to read it from treasury_curve.", default=None
    )
    rate_compounding: Literal["continuous", "annual"] = fact(
        "How the rate and the dividend yield compound.", default="continuous"
    )
    treasury_curve: tuple[CurvePoint, ...] = fact("Zero-coupon yields by term.", default=())
    dividend_yield: Number = fact("Expected dividend yield.", default=Fraction(0))
    volatility: Quantity | None = fact(
        "Expected volatility; leave out to take the average of peers.", default=None
    )
    peers: tuple[Peer, ...] = fact("Comparable public entities.", default=())
    units: Quantity | None = fact("Options granted, for the total fair value.", default=None)


def decide(facts: OptionFacts, explain: Explanation) -> dict[str, Any]:
    """Value one option, its opposite, and the grant."""
    term = facts.expected_term_years
    rate = risk_free_rate(facts.risk_free_rate, facts.treasury_curve, term, explain)
    volatility = expected_volatility(facts.volatility, facts.peers, explain)
    annual = facts.rate_compounding == "annual"
    continuous_rate = _continuous(rate, "risk_free_rate") if annual else float(rate)
    continuous_yield = (
        _continuous(facts.dividend_yield, "dividend_yield") if annual else float(facts.dividend_yield)
    )
    terms = {
        "share_price": float(facts.share_price),
        "exercise_price": float(facts.exercise_price),
        "rate": continuous_rate,
        "dividend_yield": continuous_yield,
        "term_years": float(term),
        "volatility": volatility,
    }
    other = "put" if facts.option_type == "call" else "call"
    value = black_scholes(option_type=facts.option_type, **terms)
    opposite = black_scholes(option_type=other, **terms)
    parity = _parity_error(facts.option_type, value, opposite, terms)
    explain.step(
        "718-10-55-16",
        f"Black-Scholes-Merton: {facts.option_type} on {number_text(facts.share_price)} at "
        f"{number_text(facts.exercise_price)}, {number_text(term, 4)} years, rate {number_text(rate, 6)}, "
        f"volatility {volatility:.4%}, dividend yield {number_text(facts.dividend_yield, 6)}: {value:.8f} an option.",
    )
    fair_value = facts.grid.round(on_entry(value))
    values: dict[str, Any] = {
        "value": number_text(on_entry(value), _PLACES),
        "fair_value": facts.grid.text(fair_value),
        "other_leg": number_text(on_entry(opposite), _PLACES),
        "put_call_parity_error": number_text(on_entry(parity), _PLACES),
        "volatility": number_text(on_entry(volatility), _PLACES),
        "risk_free_rate": number_text(rate, _PLACES),
        "expected_term_years": number_text(term, 4),
    }
    if facts.units is not None:
        values["total_fair_value"] = facts.grid.text(fair_value * facts.units)
        explain.step(
            "718-10-30-3", "The grant is the rounded fair value of one option times the options granted."
        )
    return values


def black_scholes(
    *,
    option_type: str,
    share_price: float,
    exercise_price: float,
    rate: float,
    dividend_yield: float,
    term_years: float,
    volatility: float,
) -> float:
    """Value of a European option with continuously compounded rates; no term or volatility gives the forward's worth."""
    import QuantLib

    kind = QuantLib.Option.Call if option_type == "call" else QuantLib.Option.Put
    try:
        discount = math.exp(-rate * term_years)
        forward = share_price * math.exp((rate - dividend_yield) * term_years)
        math.exp(-dividend_yield * term_years)  # as put-call parity will need it
        if not share_price:  # nothing to gain by a call; a put pays its exercise price
            return 0.0 if option_type == "call" else exercise_price * discount
        deviation = volatility * math.sqrt(term_years)
        return float(QuantLib.blackFormula(kind, exercise_price, forward, deviation, discount))
    except (OverflowError, RuntimeError):
        raise refuse(
            "expected_term_years", "with these rates the value cannot be computed; check the units."
        ) from None


def expected_volatility(given: Fraction | None, peers: Sequence[Peer], explain: Explanation) -> float:
    """The volatility given, or the plain average of the peers' (ASC 718-10-55-36 to 55-41)."""
    if given is not None:
        return float(given)
    if not peers:
        raise refuse("volatility", "is missing: give it, or peers with a volatility or closing prices.")
    each = [_peer_volatility(peer, f"peers[{index}]") for index, peer in enumerate(peers)]
    mean = statistics.fmean(each)
    explain.step(
        "718-10-55-37", f"Volatility is the average of {len(each)} comparable public entities: {mean:.4%}."
    )
    return mean


def risk_free_rate(
    given: Fraction | None, curve: Sequence[CurvePoint], term: Fraction, explain: Explanation
) -> Fraction:
    """The rate given, or the Treasury curve's at ``term``, straight between its points and flat beyond them."""
    if given is not None:
        return given
    if not curve:
        raise refuse("risk_free_rate", "is missing: give it, or a treasury_curve to read it from.")
    points = sorted((point.term_years, point.rate) for point in curve)
    rate = points[0][1] if term <= points[0][0] else points[-1][1]
    for (start, low), (end, high) in pairwise(points):
        if start <= term <= end and end > start:
            rate = low + (high - low) * (term - start) / (end - start)
    explain.step("718-10-55-28", f"Treasury yield at {number_text(term, 4)} years: {number_text(rate, 6)}.")
    return rate


def on_entry(value: float) -> Fraction:
    """A model's float as an exact number of twelve decimals: the one rounding on entry."""
    if not math.isfinite(value):
        raise refuse("volatility", "gives no finite value with these prices and rates; check the units.")
    return round_places(Fraction(Decimal(repr(value))), 12)


def _peer_volatility(peer: Peer, path: str) -> float:
    if peer.volatility is not None:
        return float(peer.volatility)
    if len(peer.closing_prices) < 3 or any(price <= 0 for price in peer.closing_prices):
        raise refuse(path, "needs a volatility, or three or more closing prices above 0.")
    if peer.prices_a_year <= 0:
        raise refuse(f"{path}.prices_a_year", "must be more than 0.")
    moves = [math.log(float(after / before)) for before, after in pairwise(peer.closing_prices)]
    return statistics.stdev(moves) * math.sqrt(peer.prices_a_year)


def _continuous(rate: Fraction, path: str) -> float:
    if rate <= -1:
        raise refuse(path, "must be more than -1 when it compounds annually.")
    return math.log1p(float(rate))


def _parity_error(option_type: str, value: float, opposite: float, terms: dict[str, float]) -> float:
    call, put = (value, opposite) if option_type == "call" else (opposite, value)
    years = terms["term_years"]
    forward = terms["share_price"] * math.exp(-terms["dividend_yield"] * years) - terms[
        "exercise_price"
    ] * math.exp(-terms["rate"] * years)
    error = call - put - forward
    return 0.0 if abs(error) < 1e-9 * max(1.0, abs(forward)) else error


POLICY = Policy(
    name="option_valuation",
    title="Stock compensation: fair value of options",
    standard="ASC 718",
    paragraphs=(
        "718-10-30-3",
        "718-10-55-16",
        "718-10-55-28",
        "718-10-55-37",
    ),
    requirements=("ACC-67", "ACC-68", "ACC-70"),
    note=(
        "The fair value of stock options is estimated on the grant date with the Black-Scholes-Merton model. "
        "Before shares were listed their value was set by the board with the help of independent valuations, "
        "since then it is the closing price. Volatility is the average of comparable public companies over a "
        "period like the expected term, the risk-free rate is that of zero-coupon Treasury securities of a like "
        "term, and no dividends are expected."
    ),
    facts=OptionFacts,
    outputs={
        "value": "Value of one option, eight decimals.",
        "fair_value": "Value of one option on the currency's grid.",
        "other_leg": "Value of the opposite option (put for a call).",
        "put_call_parity_error": "What is missing to put-call parity; 0 but for an error in the model.",
        "volatility": "Volatility used.",
        "risk_free_rate": "Rate used.",
        "expected_term_years": "Term used.",
        "total_fair_value": "Fair value of the grant.",
    },
    decide=decide,
    example={
        "share_price": "30",
        "exercise_price": "30",
        "expected_term_years": "6.25",
        "risk_free_rate": "0.042",
        "volatility": "0.55",
        "units": "10000",
    },
)
