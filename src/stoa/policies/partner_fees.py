"""Educator partner fees: in the period of the revenue, by agreement (ASC 705-10-25; ACC-17, ACC-18)."""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any, Literal

from stoa.policies.facts import Facts, Price, Quantity, Share, fact, refuse
from stoa.policies.frame import Explanation, Policy
from stoa.policies.grid import Grid
from stoa.policies.tiers import tiered


@dataclass(frozen=True, slots=True, kw_only=True)
class Deduction:
    """One step from gross revenue to the base of the fee; steps apply in the order given."""

    id: str = fact("Name, such as payment processing or app store fee.")
    kind: Literal["share_of_gross", "share_of_rest", "per_unit", "amount"] = fact(
        "What the value is: a share of gross revenue, of what is left, money per unit, or money."
    )
    value: Quantity = fact("The share or the money.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Tier:
    """A rate from a cumulative base on; each rate holds for the part inside its tier."""

    above: Price = fact("The rate holds for the base above this amount.", default=Fraction(0))
    rate: Share = fact('The partner\'s share; "0.40" is 40 %.')


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """Terms of the agreement from a day on."""

    starts_on: date = fact("First day on which these terms hold.")
    deductions: tuple[Deduction, ...] = fact("Deductions in their order.", default=())
    tiers: tuple[Tier, ...] = fact("Rates; the first holds from 0.")
    tier_basis: Literal["agreement", "year", "period"] = fact(
        "What a tier counts: all revenue of the agreement, of the calendar year, or of each row.",
        default="agreement",
    )
    fund_share: Share = fact(
        "Share of the fee that goes to the development fund, held and spent by the company.",
        default=Fraction(0),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Revenue:
    """Revenue recognized in a period from the partner's content."""

    id: str = fact("Name of the period or row.")
    on: date = fact("A day of the period (its last): decides which terms hold.")
    amount: Price = fact("Revenue recognized, taxes excluded.")
    units: Quantity = fact("Units behind it, for deductions per unit.", default=Fraction(0))


@dataclass(frozen=True, slots=True, kw_only=True)
class PartnerFacts(Facts):
    """An agreement's terms and the revenue they apply to."""

    terms: tuple[Term, ...] = fact("Terms by effective date.")
    revenue: tuple[Revenue, ...] = fact("Revenue in order of time.")
    base_before: Price = fact("Base that counted for tiers before these rows.", default=Fraction(0))


def decide(facts: PartnerFacts, explain: Explanation) -> dict[str, Any]:
    """Expense the fee with the revenue; the fund's part is a liability and an expense at the same moment."""
    grid = facts.grid
    rows: list[dict[str, Any]] = []
    exact_fee = exact_fund = fee_to_date = fund_to_date = Fraction(0)
    counted = facts.base_before
    year = None
    for index, each in enumerate(facts.revenue):
        if index and each.on < facts.revenue[index - 1].on:
            raise refuse(f"revenue[{index}].on", "rows must be in order of time.")
        term = _term_on(facts, each.on, index)
        base, deducted = _base(each, term, grid)
        if term.tier_basis == "period" or (term.tier_basis == "year" and year not in (None, each.on.year)):
            counted = Fraction(0)
        year = each.on.year
        fee = _fee_of(counted + base, term) - _fee_of(counted, term)
        counted += base
        exact_fee += fee
        exact_fund += fee * term.fund_share
        fee_now = grid.round(exact_fee) - fee_to_date
        fund_now = grid.round(exact_fund) - fund_to_date
        fee_to_date += fee_now
        fund_to_date += fund_now
        rows.append(
            {
                "id": each.id,
                "revenue": grid.text(each.amount),
                "deductions": deducted,
                "base": grid.text(base),
                "fee": grid.text(fee_now),
                "development_fund": grid.text(fund_now),
                "payable_to_partner": grid.text(fee_now - fund_now),
            }
        )
        explain.step(
            "705-10-25-1",
            f"{each.id}: {grid.text(each.amount)} less deductions is a base of {grid.text(base)}; the fee of "
            f"{grid.text(fee_now)} is expensed in the period of the revenue.",
        )
    return {
        "rows": rows,
        "expense": grid.text(fee_to_date),
        "development_fund": grid.text(fund_to_date),
        "payable_to_partner": grid.text(fee_to_date - fund_to_date),
    }


def _term_on(facts: PartnerFacts, on: date, index: int) -> Term:
    valid = [term for term in facts.terms if term.starts_on <= on]
    if not valid:
        raise refuse(f"revenue[{index}].on", f"no terms hold on {on}; add terms that start earlier.")
    term = max(valid, key=lambda each: each.starts_on)
    if not term.tiers or min(tier.above for tier in term.tiers):
        raise refuse("terms", f"the first tier of the terms of {term.starts_on} must hold from 0.")
    return term


def _base(revenue: Revenue, term: Term, grid: Grid) -> tuple[Fraction, dict[str, str]]:
    """Revenue after the ordered deductions, never below zero."""
    rest = revenue.amount
    shown = {}
    for each in term.deductions:
        amounts = {
            "share_of_gross": revenue.amount * each.value,
            "share_of_rest": rest * each.value,
            "per_unit": revenue.units * each.value,
            "amount": each.value,
        }
        taken = min(amounts[each.kind], rest)
        shown[each.id] = grid.text(taken)
        rest -= taken
    return rest, shown


def _fee_of(base: Fraction, term: Term) -> Fraction:
    return tiered(base, sorted((tier.above, tier.rate) for tier in term.tiers))


POLICY = Policy(
    name="partner_fees",
    title="Educator partner fees and development funds",
    standard="ASC 705-10",
    paragraphs=("705-10-25-1",),
    requirements=("ACC-17", "ACC-18"),
    note=(
        "Fees to educator partners are a share of revenue by agreement and are expensed in the period of that "
        "revenue. A part allocated to a development fund, held and spent by the company under an agreed plan, is "
        "recorded as a liability and an expense at the same time, whenever it is spent."
    ),
    facts=PartnerFacts,
    outputs={
        "rows": "per row: deductions, base, fee, development_fund, payable_to_partner",
        "expense": "fees in all, the fund's part included",
        "development_fund": "of this, liability to the fund",
        "payable_to_partner": "of this, payable to the partner",
    },
    decide=decide,
    example={
        "terms": [
            {
                "starts_on": "2025-01-01",
                "deductions": [{"id": "processing", "kind": "share_of_gross", "value": "0.03"}],
                "tiers": [{"rate": "0.40"}, {"above": "100000", "rate": "0.45"}],
                "fund_share": "0.05",
            }
        ],
        "revenue": [
            {"id": "Q1", "on": "2025-03-31", "amount": "80000"},
            {"id": "Q2", "on": "2025-06-30", "amount": "60000"},
        ],
    },
)


@dataclass(frozen=True, slots=True, kw_only=True)
class AdvancePeriod:
    """Fees of a period, and advances paid in it."""

    id: str = fact("Name of the period.")
    fee: Price = fact("Partner fee expensed in the period.")
    advance_paid: Price = fact("Further advance paid in the period.", default=Fraction(0))
    expected_future_fees: Price | None = fact(
        "Fees expected after the period, against which the advance can still be recouped; a shortfall is written off.",
        default=None,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class AdvanceFacts(Facts):
    """A recoupable advance and the fees that recoup it."""

    advance: Price = fact("Advance paid at the beginning.", default=Fraction(0))
    periods: tuple[AdvancePeriod, ...] = fact("Periods in order.")


def recoup(facts: AdvanceFacts, explain: Explanation) -> dict[str, Any]:
    """The expense is the fee; cash is paid only when the advance is used up; a shortfall is impaired."""
    grid = facts.grid
    balance = grid.round(facts.advance)
    rows = []
    for each in facts.periods:
        balance += grid.round(each.advance_paid)
        fee = grid.round(each.fee)
        recouped = min(balance, fee)
        balance -= recouped
        loss = Fraction(0)
        if each.expected_future_fees is not None and each.expected_future_fees < balance:
            loss = balance - grid.round(each.expected_future_fees)
            balance -= loss
            explain.step(
                "360-10-35-17", f"{each.id}: {grid.text(loss)} cannot be recouped and is written off."
            )
        explain.step(
            "705-10-25-1",
            f"{each.id}: of the fee of {grid.text(fee)}, {grid.text(recouped)} recoups the advance and "
            f"{grid.text(fee - recouped)} is paid.",
        )
        rows.append(
            {
                "period": each.id,
                "expense": grid.text(fee),
                "recouped": grid.text(recouped),
                "cash_paid": grid.text(fee - recouped),
                "impairment": grid.text(loss),
                "advance_balance": grid.text(balance),
            }
        )
    return {
        "periods": rows,
        "expense": [row["expense"] for row in rows],
        "cash_paid": [row["cash_paid"] for row in rows],
        "advance_balance": [row["advance_balance"] for row in rows],
    }


ADVANCES = Policy(
    name="recoupable_advances",
    title="Recoupable advances to partners",
    standard="ASC 340-10",
    paragraphs=("705-10-25-1", "360-10-35-17"),
    requirements=("ACC-17", "ACC-34", "ACC-49"),
    note=(
        "Advances that partners repay out of later fees are an asset until recouped; what later fees will not cover "
        "is written off."
    ),
    facts=AdvanceFacts,
    outputs={
        "periods": "per period: expense, recouped, cash_paid, impairment, advance_balance",
        "expense": "fees expensed, by period",
        "cash_paid": "fees paid in cash, by period",
        "advance_balance": "advance left, by period",
    },
    decide=recoup,
    example={
        "advance": "100000",
        "periods": [
            {"id": "Q1", "fee": "30000"},
            {"id": "Q2", "fee": "45000"},
            {"id": "Q3", "fee": "40000"},
        ],
    },
)
