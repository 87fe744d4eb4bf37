"""The reserve for consumer refunds within the refund window, from history (ASC 606-10-32-10, 55-22 to 55-29)."""

from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from stoa.policies.facts import Facts, Price, Share, fact, refuse
from stoa.policies.frame import Explanation, Policy
from stoa.policies.grid import Grid, number_text

_TERM_AT_MOST = 36_600


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """A past cohort of sales, whose refund window has ended."""

    sales: Price = fact("Sales of the cohort, taxes excluded.")
    refunded: Price = fact("Refunded of these.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Cohort:
    """Sales of one day and term."""

    sold_on: date = fact("Day of payment.")
    sales: Price = fact("Sales, taxes excluded.")
    term_days: int = fact("Days of access sold.")
    access_on: date | None = fact("First day of access; the day of payment when left out.", default=None)
    refunded: Price = fact("Refunded of these so far.", default=Fraction(0))


@dataclass(frozen=True, slots=True, kw_only=True)
class ReserveFacts(Facts):
    """Cohorts of consumer sales, the history of refunds, and a date."""

    cohorts: tuple[Cohort, ...] = fact("Sales by day and term.")
    through: date = fact("Last day to count.")
    refund_rate: Share | None = fact("Historical share of sales refunded; or give history.", default=None)
    history: tuple[History, ...] = fact("Past cohorts to take the rate from.", default=())
    window_days: int = fact("Days after payment in which a full refund is given.", default=14)
    partner_share: Share = fact("Partners' share of revenue.", default=Fraction(0))


def decide(facts: ReserveFacts, explain: Explanation) -> dict[str, Any]:
    """Take expected refunds out of the price while the window is open, actual ones when it has closed."""
    grid = facts.grid
    rate = _rate(facts)
    explain.step("606-10-32-9", f"History shows that {number_text(rate * 100, 4)} % of sales are refunded.")
    sold = reserve = expected = revenue = refunded = Fraction(0)
    rows = []
    for index, each in enumerate(facts.cohorts):
        if not 0 < each.term_days <= _TERM_AT_MOST:
            raise refuse(f"cohorts[{index}].term_days", f"must be between 1 and {_TERM_AT_MOST}.")
        if each.refunded > each.sales:
            raise refuse(f"cohorts[{index}].refunded", "is more than the sales.")
        if each.sold_on > facts.through:
            continue
        row = _cohort(each, facts, rate, grid)
        rows.append({"sold_on": str(each.sold_on)} | {name: grid.text(value) for name, value in row.items()})
        sold += each.sales
        refunded += each.refunded
        reserve += row["refund_liability"]
        expected += row["consideration_expected"]
        revenue += row["revenue"]
    explain.step("606-10-32-10", f"{grid.text(reserve)} of what was received is a refund liability.")
    explain.step(
        "606-10-55-17", f"The rest is recognized by day: {grid.text(revenue)} through {facts.through}."
    )
    return {
        "refund_rate": number_text(rate),
        "sales": grid.text(sold),
        "refunded": grid.text(refunded),
        "refund_liability": grid.text(reserve),
        "consideration_expected": grid.text(expected),
        "revenue": grid.text(revenue),
        "deferred_revenue": grid.text(expected - revenue),
        "partner_fee": grid.text(revenue * facts.partner_share),
        "cohorts": rows,
    }


def _rate(facts: ReserveFacts) -> Fraction:
    if not 0 <= facts.window_days <= _TERM_AT_MOST:
        raise refuse("window_days", f"must be 0 to {_TERM_AT_MOST}.")
    if facts.refund_rate is not None:
        return facts.refund_rate
    sales = sum((each.sales for each in facts.history), Fraction(0))
    if not sales:
        raise refuse("refund_rate", "is missing: give it, or history with sales.")
    return sum((each.refunded for each in facts.history), Fraction(0)) / sales


def _cohort(cohort: Cohort, facts: ReserveFacts, rate: Fraction, grid: Grid) -> dict[str, Fraction]:
    is_open = facts.through < cohort.sold_on + timedelta(days=facts.window_days)
    refunds = max(grid.round(cohort.sales * rate), cohort.refunded) if is_open else cohort.refunded
    expected = cohort.sales - refunds
    elapsed = (facts.through - (cohort.access_on or cohort.sold_on)).days + 1
    share = Fraction(min(max(elapsed, 0), cohort.term_days), cohort.term_days)
    return {
        "refund_liability": refunds - cohort.refunded,
        "consideration_expected": expected,
        "revenue": grid.round(expected * share),
    }


POLICY = Policy(
    name="consumer_refund_reserve",
    title="Consumer refund reserve",
    standard="ASC 606-10-32",
    paragraphs=("606-10-32-9", "606-10-32-10", "606-10-55-17", "606-10-55-22"),
    requirements=("ACC-47",),
    note=(
        "Learners may have a full refund within two weeks of payment. A reserve is estimated from historical "
        "refund rates and recorded as a liability; when the window closes, what was not refunded becomes revenue."
    ),
    facts=ReserveFacts,
    outputs={
        "refund_rate": "rate used",
        "sales": "sales of the cohorts",
        "refunded": "refunded so far",
        "refund_liability": "reserve for refunds still expected",
        "consideration_expected": "sales less expected and actual refunds",
        "revenue": "recognized to date",
        "deferred_revenue": "expected and not yet recognized",
        "partner_fee": "partners' share of the revenue",
        "cohorts": "per cohort",
    },
    decide=decide,
    example={
        "cohorts": [{"sold_on": "2025-12-25", "sales": "1000000", "term_days": 365}],
        "refund_rate": "0.031",
        "through": "2025-12-31",
        "partner_share": "0.40",
    },
)
