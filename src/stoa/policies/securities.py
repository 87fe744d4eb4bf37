"""Debt securities (ASC 320, 326-30): effective interest, fair value, credit loss, sale.

Premiums and discounts are amortized by the effective interest method. Each period's interest is rounded when it is
posted and the books carry the rounded balance; the last period takes what is left, so the carrying amount ends at
par. An available-for-sale security stands at fair value; of a shortfall the credit part (never more than the
shortfall) goes through the allowance, the rest through other comprehensive income.
"""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import cache
from typing import Any, Literal

from stoa.kernel.spans import add_months
from stoa.policies.facts import Amount, Facts, Number, Price, Quantity, Share, fact, refuse
from stoa.policies.frame import Explanation, Policy
from stoa.policies.grid import number_text
from stoa.policies.time_value import implied_rate, present_value

_ZERO = Fraction(0)
_PERIODS_AT_MOST = 1200
#: QuantLib's name of each day-count convention.
DayCount = Literal["actual/actual", "actual/365", "actual/360", "30/360"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Bond:
    """A security's terms and its price or yield."""

    par: Price = fact("Face amount.")
    coupon: Number = fact('Annual coupon rate; "0" for a bill.', default=_ZERO)
    frequency: int = fact("Coupons a year.", default=2)
    years: Quantity | None = fact("Years to maturity from purchase.", default=None)
    market_yield: Number | None = fact("Annual yield, compounded with each coupon.", default=None)
    price: Price | None = fact("Price paid; the yield is solved from it.", default=None)
    purchased_on: date | None = fact("By days: purchase date.", default=None)
    matures_on: date | None = fact("By days: maturity date.", default=None)
    as_of: date | None = fact("By days: day at whose end the carrying amount is wanted.", default=None)
    day_count: DayCount = fact(
        "Bill: day-count convention (counted by QuantLib); coupons count the days of their period.",
        default="actual/actual",
    )
    method: Literal["effective", "straight_line"] = fact(
        "How discount or premium is amortized.", default="effective"
    )
    rounding: Literal["each_period", "display"] = fact(
        "each_period: posted amounts are carried; display: exact amounts are carried and rounded when shown.",
        default="each_period",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Sale:
    """A sale."""

    proceeds: Price = fact("Proceeds without accrued interest.")
    share: Share = fact("Part of the holding sold.", default=Fraction(1))


@dataclass(frozen=True, slots=True, kw_only=True)
class SecurityFacts(Facts):
    """Facts of one holding."""

    category: Literal["available_for_sale", "held_to_maturity", "trading"] = fact(
        "Category.", default="available_for_sale"
    )
    bond: Bond | None = fact("Terms, for the amortization schedule.", default=None)
    after_periods: int | None = fact(
        "Coupons received so far: takes amortized cost from the schedule.", default=None
    )
    amortized_cost: Price | None = fact(
        "Amortized cost before allowance; from the schedule when left out.", default=None
    )
    fair_value: Price | None = fact("Fair value on the reporting date.", default=None)
    expected_cash_flows_present_value: Price | None = fact(
        "Present value of cash flows expected to be collected, at the effective rate.", default=None
    )
    expected_cash_flows: tuple[Price, ...] = fact("Or the cash flows, one a coupon period.", default=())
    intent_to_sell: bool = fact("Whether a sale is intended.", default=False)
    required_to_sell: bool = fact(
        "Whether a sale before recovery is more likely than not required.", default=False
    )
    allowance_before: Price = fact("Allowance in the books.", default=_ZERO)
    aoci_before: Amount = fact(
        "Accumulated other comprehensive income of the holding; a loss is negative.", default=_ZERO
    )
    tax_rate: Share = fact("Tax rate on other comprehensive income.", default=_ZERO)
    sale: Sale | None = fact("A sale of the holding.", default=None)


def decide(facts: SecurityFacts, explain: Explanation) -> dict[str, Any]:
    """Run the schedule, measure the holding, and account for a sale."""
    values: dict[str, Any] = {}
    cost = facts.amortized_cost
    if facts.bond is not None:
        schedule = (
            _bill(facts, facts.bond, explain)
            if facts.bond.matures_on
            else _coupons(facts, facts.bond, explain)
        )
        values.update(schedule)
        if cost is None:
            cost = _cost_from(facts, schedule)
    if cost is not None:
        values["amortized_cost"] = facts.grid.text(cost)
    if facts.sale is not None:
        if cost is None:
            raise refuse("amortized_cost", "is missing: what is sold is measured against it.")
        values.update(_sold(facts, facts.sale, cost, explain))
    elif facts.fair_value is not None:
        if cost is None:
            raise refuse("amortized_cost", "is missing: fair value is compared with it.")
        values.update(_measured(facts, cost, facts.fair_value, explain))
    elif facts.expected_cash_flows_present_value is not None or facts.expected_cash_flows:
        if cost is None:
            raise refuse("amortized_cost", "is missing: expected cash flows are compared with it.")
        if facts.category != "held_to_maturity":
            raise refuse("fair_value", "is missing: a credit loss is limited to the shortfall against it.")
        values.update(_held(facts, cost, explain))
    if not values:
        raise refuse(
            "bond", "is missing: give a bond for its schedule, or amortized_cost with fair_value or sale."
        )
    return values


def _cost_from(facts: SecurityFacts, schedule: dict[str, Any]) -> Fraction:
    if "carrying" in schedule:
        return Fraction(schedule["carrying"])
    if facts.after_periods is None or facts.after_periods == 0:
        return Fraction(schedule["price"])
    if not 0 < facts.after_periods <= len(schedule["rows"]):
        raise refuse("after_periods", f"must be 0 to {len(schedule['rows'])}.")
    return Fraction(schedule["rows"][facts.after_periods - 1]["carrying"])


def _coupons(facts: SecurityFacts, bond: Bond, explain: Explanation) -> dict[str, Any]:
    """Price or yield of a coupon bond bought on a coupon date, and its amortization."""
    grid = facts.grid
    if bond.years is None or bond.frequency not in (1, 2, 4, 12):
        raise refuse("bond.years", "is missing, or bond.frequency is not 1, 2, 4 or 12.")
    periods = bond.years * bond.frequency
    if periods.denominator != 1 or not 0 < periods <= _PERIODS_AT_MOST:
        raise refuse("bond.years", "must be a whole number of coupon periods; a bill has matures_on instead.")
    count = int(periods)
    coupon = bond.par * bond.coupon / bond.frequency
    flows = [coupon] * (count - 1) + [coupon + bond.par]
    rate, exact_price = _rate_and_price(bond, flows, explain)
    each_period = bond.rounding == "each_period"
    carrying = grid.round(exact_price) if each_period else exact_price
    step = (bond.par - carrying) / count
    rows = []
    for period in range(1, count + 1):
        interest = carrying * rate if bond.method == "effective" else coupon + step
        if each_period:
            interest = grid.round(interest)
        if period == count:
            interest = bond.par - carrying + coupon
        change = interest - coupon
        carrying += change
        rows.append(
            {
                "period": period,
                "coupon": grid.text(coupon),
                "interest": grid.text(interest),
                "amortization": grid.text(abs(change)),
                "carrying": grid.text(carrying),
            }
        )
    explain.step(
        "310-20-35-18",
        f"{bond.method.replace('_', '-')} interest over {count} coupon periods, to par at maturity.",
    )
    premium = exact_price - bond.par
    return {
        "price": grid.text(exact_price),
        "premium": grid.text(max(premium, _ZERO)),
        "discount": grid.text(max(-premium, _ZERO)),
        "yield": number_text(rate * bond.frequency, 10),
        "rows": rows,
    }


def _rate_and_price(bond: Bond, flows: list[Fraction], explain: Explanation) -> tuple[Fraction, Fraction]:
    if bond.market_yield is not None:
        rate = bond.market_yield / bond.frequency
        if rate <= -1:
            raise refuse("bond.market_yield", "must be more than -1 a period.")
        price = bond.price if bond.price is not None else present_value(flows, rate, "arrears")
        explain.step("835-30-25-10", "The price is the present value of coupons and par at the market yield.")
        return rate, price
    if bond.price is None:
        raise refuse("bond.market_yield", "is missing: give the yield, or the price to solve it from.")
    explain.step(
        "835-30-35-2", "The effective rate makes coupons and par worth the price (solved by QuantLib)."
    )
    return implied_rate(bond.price, flows, "arrears"), bond.price


def _bill(facts: SecurityFacts, bond: Bond, explain: Explanation) -> dict[str, Any]:
    """A security by its days: carried at its price accreted at a constant rate to par at maturity."""
    grid = facts.grid
    purchased_on, matures_on, price = _days_of(bond)
    as_of = min(max(bond.as_of or purchased_on, purchased_on), matures_on)
    carrying = carried_on(bond, as_of)
    rate = _constant_yield(bond)
    explain.step(
        "310-20-35-18", f"Accreted at {rate:.6%} a year ({bond.day_count}) to par on {bond.matures_on}."
    )
    return {
        "price": grid.text(price),
        "premium": grid.text(max(price - bond.par, _ZERO)),
        "discount": grid.text(bond.par - price if not bond.coupon else max(bond.par - price, _ZERO)),
        "yield": number_text(Fraction(repr(rate)).limit_denominator(10**12), 10),
        "interest_to_date": grid.text(grid.round(carrying) - price),
        "carrying": grid.text(carrying),
    }


def _days_of(bond: Bond) -> tuple[date, date, Fraction]:
    if bond.purchased_on is None or bond.matures_on is None or bond.price is None:
        raise refuse(
            "bond.purchased_on",
            "is missing: a security by its days needs purchased_on, matures_on and price.",
        )
    if bond.matures_on <= bond.purchased_on or bond.price <= 0:
        raise refuse("bond.matures_on", "must lie after the purchase, at a price above 0.")
    if bond.coupon and bond.frequency not in (1, 2, 4, 12):
        raise refuse("bond.frequency", "must be 1, 2, 4 or 12.")
    return bond.purchased_on, bond.matures_on, bond.price


def carried_on(bond: Bond, as_of: date) -> Fraction:
    """Amortized cost at the end of a day, without accrued interest: the price before its purchase, par from maturity on."""
    purchased_on, matures_on, price = _days_of(bond)
    if as_of >= matures_on:
        return bond.par
    if as_of <= purchased_on:
        return price
    if bond.method == "straight_line":
        whole = year_fraction(purchased_on, matures_on, bond.day_count)
        elapsed = year_fraction(purchased_on, as_of, bond.day_count)
        return price + (bond.par - price) * Fraction(elapsed / whole).limit_denominator(10**9)
    if not bond.coupon:
        whole = year_fraction(purchased_on, matures_on, bond.day_count)
        elapsed = year_fraction(purchased_on, as_of, bond.day_count)
        return Fraction(repr(float(price) * float(bond.par / price) ** (elapsed / whole)))
    rate = _rate_of_coupons(bond)
    worth = sum(float(amount) / (1 + rate) ** periods for periods, amount in _flows_after(bond, as_of))
    return Fraction(repr(worth)) - accrued_on(bond, as_of)


def accrued_on(bond: Bond, as_of: date) -> Fraction:
    """Interest that accrued since the last coupon at the end of a day (actual/actual within the coupon period)."""
    if not bond.coupon or bond.matures_on is None or as_of >= bond.matures_on:
        return _ZERO
    before, after = _coupon_period(bond, as_of)
    part = Fraction((as_of - before).days, (after - before).days)
    return bond.par * bond.coupon / bond.frequency * part


def coupons_between(bond: Bond, after: date, through: date) -> list[date]:
    """The days after ``after`` through ``through`` on which a coupon falls due."""
    if not bond.coupon or bond.matures_on is None:
        return []
    days, step, count = [], 12 // bond.frequency, 0
    while (day := add_months(bond.matures_on, -step * count)) > after:
        if day <= through:
            days.append(day)
        count += 1
    return days[::-1]


def _coupon_period(bond: Bond, as_of: date) -> tuple[date, date]:
    """The coupon days around a day: the last one until it, and the first one after it."""
    assert bond.matures_on is not None
    step, count = 12 // bond.frequency, 0
    while add_months(bond.matures_on, -step * (count + 1)) > as_of:
        count += 1
    return add_months(bond.matures_on, -step * (count + 1)), add_months(bond.matures_on, -step * count)


def _flows_after(bond: Bond, as_of: date) -> list[tuple[float, Fraction]]:
    """Coupons and par after a day, each with its distance in coupon periods."""
    before, after = _coupon_period(bond, as_of)
    first = (after - as_of).days / (after - before).days
    assert bond.matures_on is not None
    coupon = bond.par * bond.coupon / bond.frequency
    count = len(coupons_between(bond, as_of, bond.matures_on))
    return [(first + number, coupon + (bond.par if number == count - 1 else 0)) for number in range(count)]


@cache
def _rate_of_coupons(bond: Bond) -> float:
    """The rate per coupon period that makes what is paid worth price and accrued interest (solved by QuantLib)."""
    import QuantLib

    purchased_on, _, price = _days_of(bond)
    flows = [(periods, float(amount)) for periods, amount in _flows_after(bond, purchased_on)]
    paid = float(price + accrued_on(bond, purchased_on))

    def gap(rate: float) -> float:
        return float(sum(amount / (1 + rate) ** periods for periods, amount in flows)) - paid

    try:
        return float(QuantLib.Brent().solve(gap, 1e-14, 0.02, -0.9, 10.0))
    except RuntimeError:
        raise refuse("bond.price", "no rate makes the coupons and par worth this price.") from None


def _constant_yield(bond: Bond) -> float:
    purchased_on, matures_on, price = _days_of(bond)
    if bond.coupon:
        return _rate_of_coupons(bond) * bond.frequency
    try:
        return float(
            float(bond.par / price) ** (1 / year_fraction(purchased_on, matures_on, bond.day_count)) - 1
        )
    except OverflowError:
        raise refuse("bond.price", "no yearly rate grows this price to par in so few days.") from None


def year_fraction(start_on: date, end_on: date, day_count: DayCount) -> float:
    """Years from ``start_on`` to ``end_on`` by a market convention, counted by QuantLib."""
    import QuantLib

    conventions = {
        "actual/actual": lambda: QuantLib.ActualActual(QuantLib.ActualActual.ISDA),
        "actual/365": QuantLib.Actual365Fixed,
        "actual/360": QuantLib.Actual360,
        "30/360": lambda: QuantLib.Thirty360(QuantLib.Thirty360.BondBasis),
    }
    first, last = (QuantLib.Date(day.day, day.month, day.year) for day in (start_on, end_on))
    return float(conventions[day_count]().yearFraction(first, last))


def _measured(
    facts: SecurityFacts, cost: Fraction, fair_value: Fraction, explain: Explanation
) -> dict[str, Any]:
    if facts.category == "held_to_maturity":
        return _held(facts, cost, explain)
    grid = facts.grid
    if facts.category == "trading":
        explain.step("320-10-35-1(a)", "Trading: at fair value, changes in earnings.")
        return {"fair_value": grid.text(fair_value), "gain_in_earnings": grid.text(fair_value - cost)}
    shortfall = max(cost - fair_value, _ZERO)
    allowance, write_down = _ZERO, _ZERO
    if shortfall and (facts.intent_to_sell or facts.required_to_sell):
        write_down = shortfall
        explain.step(
            "326-30-35-10",
            "A sale is intended or required: the whole shortfall is written down through earnings.",
        )
    elif shortfall:
        expected = _expected(facts, cost)
        allowance = min(max(cost - expected, _ZERO), shortfall)
        explain.step(
            "326-30-35-2",
            f"Credit loss {grid.text(max(cost - expected, _ZERO))}, limited to the shortfall of {grid.text(shortfall)}: "
            f"allowance {grid.text(allowance)}.",
        )
    gross = fair_value - (cost - write_down - allowance)
    tax = grid.round(gross * facts.tax_rate)
    explain.step("320-10-35-1(b)", f"The rest, {grid.text(gross)}, is other comprehensive income.")
    released = facts.allowance_before if write_down else _ZERO
    change = allowance - facts.allowance_before if not write_down else -released
    earnings = -(write_down - released) if write_down else -change
    return {
        "fair_value": grid.text(fair_value),
        "shortfall": grid.text(shortfall),
        "allowance": grid.text(allowance),
        "allowance_change": grid.text(change),
        "write_down": grid.text(write_down),
        "amortized_cost_after": grid.text(cost - write_down),
        "in_earnings": grid.text(earnings),
        "oci": grid.text(gross),
        "oci_tax": grid.text(tax),
        "oci_net_of_tax": grid.text(gross - tax),
        "oci_change": grid.text(gross - facts.aoci_before),
    }


def _expected(facts: SecurityFacts, cost: Fraction) -> Fraction:
    if facts.expected_cash_flows_present_value is not None:
        return facts.expected_cash_flows_present_value
    if facts.expected_cash_flows and facts.bond is not None and facts.bond.market_yield is not None:
        return present_value(
            facts.expected_cash_flows, facts.bond.market_yield / facts.bond.frequency, "arrears"
        )
    return cost


def _held(facts: SecurityFacts, cost: Fraction, explain: Explanation) -> dict[str, Any]:
    expected = _expected(facts, cost)
    allowance = facts.grid.round(max(cost - expected, _ZERO))
    explain.step(
        "326-20-30-4",
        "Held to maturity: at amortized cost less expected credit losses; no fair value change.",
    )
    return {
        "allowance": facts.grid.text(allowance),
        "allowance_change": facts.grid.text(allowance - facts.allowance_before),
        "in_earnings": facts.grid.text(facts.allowance_before - allowance),
        "carrying_amount": facts.grid.text(cost - allowance),
        "oci": facts.grid.text(_ZERO),
    }


def _sold(facts: SecurityFacts, sale: Sale, cost: Fraction, explain: Explanation) -> dict[str, Any]:
    grid = facts.grid
    basis = (cost - facts.allowance_before) * sale.share
    realized = grid.round(sale.proceeds - basis)
    reclassified = grid.round(-facts.aoci_before * sale.share)
    tax = grid.round(reclassified * facts.tax_rate)
    explain.step(
        "320-10-40-2", f"Realized: proceeds {grid.text(sale.proceeds)} less basis {grid.text(basis)}."
    )
    explain.step("220-10-45-17", f"{grid.text(reclassified)} leaves accumulated other comprehensive income.")
    return {
        "realized": grid.text(realized),
        "realized_gain": grid.text(max(realized, _ZERO)),
        "realized_loss": grid.text(min(realized, _ZERO)),
        "oci_reclassified": grid.text(reclassified),
        "oci_reclassified_tax": grid.text(tax),
        "allowance_released": grid.text(facts.allowance_before * sale.share),
        "amortized_cost_after": grid.text(cost * (1 - sale.share)),
    }


POLICY = Policy(
    name="securities",
    title="Marketable securities",
    version="2",
    standard="ASC 320",
    paragraphs=(
        "220-10-45-17",
        "310-20-35-18",
        "320-10-35-1(a)",
        "320-10-35-1(b)",
        "320-10-40-2",
        "326-20-30-4",
        "326-30-35-2",
        "326-30-35-10",
        "835-30-25-10",
        "835-30-35-2",
    ),
    requirements=("ACC-05", "ACC-06", "ACC-07", "ACC-08"),
    note=(
        "Marketable securities are US Treasury securities, available for sale, with original maturities between three "
        "months and one year, and are current assets. They are stated at fair value, unrealized gains and losses in "
        "other comprehensive income. When fair value is below amortized cost the part due to expected credit losses, "
        "limited to the shortfall, is recognized in other (expense) income, net, through an allowance. Realized "
        "gains and losses are in the same line."
    ),
    facts=SecurityFacts,
    outputs={
        "price": "Price, at the market yield when not given.",
        "premium": "Premium paid.",
        "discount": "Discount received.",
        "yield": "Effective annual yield.",
        "rows": "Amortization schedule: coupon, interest, amortization, carrying amount.",
        "interest_to_date": "By days: discount accreted (premium amortized when negative).",
        "carrying": "By days: amortized cost on the day asked for.",
        "amortized_cost": "Amortized cost measured.",
        "fair_value": "Fair value.",
        "shortfall": "Amortized cost above fair value.",
        "allowance": "Allowance for credit losses.",
        "allowance_change": "Change of the allowance.",
        "write_down": "Write-down when a sale is intended or required.",
        "amortized_cost_after": "Amortized cost after a write-down or sale.",
        "in_earnings": "Effect on earnings (negative is a loss).",
        "gain_in_earnings": "Trading: change of fair value.",
        "oci": "Unrealized gain or loss in accumulated other comprehensive income.",
        "oci_tax": "Tax on it.",
        "oci_net_of_tax": "After tax.",
        "oci_change": "Change in the period.",
        "carrying_amount": "Held to maturity: carrying amount.",
        "realized": "Realized gain or loss.",
        "realized_gain": "Realized gain.",
        "realized_loss": "Realized loss (negative).",
        "oci_reclassified": "Reclassified out of accumulated other comprehensive income.",
        "oci_reclassified_tax": "Tax on it.",
        "allowance_released": "Allowance that went with what was sold.",
    },
    decide=decide,
    example={
        "bond": {"par": "100000", "coupon": "0.10", "market_yield": "0.08", "frequency": 2, "years": 5},
        "after_periods": 2,
        "fair_value": "105000",
        "round_to": "1",
    },
)
