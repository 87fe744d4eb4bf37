"""Educator partner fees: in the period of the revenue, by agreement (ASC 705-10-25; ACC-17, ACC-18)."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any, Literal

from stoa.policies.facts import Amount, Facts, Price, Quantity, Share, fact, refuse
from stoa.policies.frame import Explanation, Policy
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
    amount: Amount = fact("Revenue recognized, taxes excluded; negative when refunds outweigh it.")
    units: Quantity = fact("Units behind it, for deductions per unit.", default=Fraction(0))


@dataclass(frozen=True, slots=True, kw_only=True)
class PartnerFacts(Facts):
    """An agreement's terms and the revenue they apply to."""

    terms: tuple[Term, ...] = fact("Terms by effective date.")
    revenue: tuple[Revenue, ...] = fact("Revenue in order of time.")
    base_before: Price = fact("Base that counted for tiers before these rows.", default=Fraction(0))


@dataclass(frozen=True, slots=True, kw_only=True)
class Fee:
    """What one row of revenue earns the partner, exact and not rounded: every step from revenue to fee."""

    revenue: Revenue
    term: Term
    deducted: tuple[tuple[str, Fraction], ...]
    base: Fraction
    counted_before: Fraction
    fee: Fraction
    fund: Fraction


def fees(
    rows: Iterable[tuple[Term, Revenue]],
    base_before: Fraction = Fraction(0),
    year_before: int | None = None,
) -> Iterator[Fee]:
    """The fee of each row of an agreement's revenue, rows in order of time; refunds take back what sales earned.

    ``base_before`` counts for tiers already, for those of a calendar year within ``year_before``.
    """
    counted, year = base_before, year_before
    for term, revenue in rows:
        base, deducted = _base(revenue, term)
        if term.tier_basis == "period" or (term.tier_basis == "year" and year not in (None, revenue.on.year)):
            counted = Fraction(0)
        year = revenue.on.year
        if len(term.tiers) == 1:
            fee = base * term.tiers[0].rate
        else:
            fee = _fee_of(counted + base, term) - _fee_of(counted, term)
        yield Fee(
            revenue=revenue,
            term=term,
            deducted=tuple(deducted.items()),
            base=base,
            counted_before=counted,
            fee=fee,
            fund=fee * term.fund_share,
        )
        counted += base


def decide(facts: PartnerFacts, explain: Explanation) -> dict[str, Any]:
    """Expense the fee with the revenue; the fund's part is a liability and an expense at the same moment."""
    grid = facts.grid
    rows: list[dict[str, Any]] = []
    exact_fee = exact_fund = fee_to_date = fund_to_date = Fraction(0)
    for index, each in enumerate(facts.revenue):
        if index and each.on < facts.revenue[index - 1].on:
            raise refuse(f"revenue[{index}].on", "rows must be in order of time.")
    with_terms = [(_term_on(facts, each.on, index), each) for index, each in enumerate(facts.revenue)]
    for row in fees(with_terms, facts.base_before):
        exact_fee += row.fee
        exact_fund += row.fund
        fee_now = grid.round(exact_fee) - fee_to_date
        fund_now = grid.round(exact_fund) - fund_to_date
        fee_to_date += fee_now
        fund_to_date += fund_now
        gross, base = grid.text(row.revenue.amount), grid.text(row.base)
        rows.append(
            {
                "id": row.revenue.id,
                "revenue": gross,
                "deductions": {name: grid.text(taken) for name, taken in row.deducted},
                "base": base,
                "fee": grid.text(fee_now),
                "development_fund": grid.text(fund_now),
                "payable_to_partner": grid.text(fee_now - fund_now),
            }
        )
        explain.step(
            "705-10-25-1",
            f"{row.revenue.id}: {gross} less deductions is a base of {base}; the fee of "
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
    check(term)
    return term


def check(term: Term, path: str = "terms") -> None:
    """Refuse terms whose rates do not begin at 0."""
    if not term.tiers or min(tier.above for tier in term.tiers):
        raise refuse(path, f"the first tier of the terms of {term.starts_on} must hold from 0.")


def _base(revenue: Revenue, term: Term) -> tuple[Fraction, dict[str, Fraction]]:
    """Revenue after the ordered deductions: never more is taken than is there, and no fixed money from a refund."""
    rest = revenue.amount
    is_refund = rest < 0
    taken = {}
    for each in term.deductions:
        amounts = {
            "share_of_gross": revenue.amount * each.value,
            "share_of_rest": rest * each.value,
            "per_unit": Fraction(0) if is_refund else revenue.units * each.value,
            "amount": Fraction(0) if is_refund else each.value,
        }
        part = max(amounts[each.kind], rest) if is_refund else min(amounts[each.kind], rest)
        taken[each.id] = part
        rest -= part
    return rest, taken


def _fee_of(base: Fraction, term: Term) -> Fraction:
    """The fee on a running base; below zero (a year that begins with refunds) the first rate holds."""
    tiers = sorted((tier.above, tier.rate) for tier in term.tiers)
    return base * tiers[0][1] if base < 0 else tiered(base, tiers)


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
