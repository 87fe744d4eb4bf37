"""Deferred commissions: monthly straight-line over the benefit period (ASC 340-40-25-1, 35-1)."""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any, Literal

from stoa.kernel.spans import Month, add_months
from stoa.policies.facts import Facts, Price, fact, refuse
from stoa.policies.frame import Explanation, Policy
from stoa.policies.grid import Grid

_MONTHS = {"initial": 36, "renewal": 24}


@dataclass(frozen=True, slots=True, kw_only=True)
class Commission:
    """A commission earned on one contract."""

    id: str = fact("Name or reference.")
    kind: Literal["initial", "renewal"] = fact("On an initial contract, or on a renewal.", default="initial")
    amount: Price = fact("Commission.")
    payroll_tax: Price = fact("Employer's payroll tax on it.", default=Fraction(0))
    earned_on: date = fact("Day it is earned; its month counts in full.")
    benefit_months: int | None = fact(
        "Months of benefit: 36 for an initial commission, the renewal term (generally 24) for a renewal.",
        default=None,
    )
    ended_on: date | None = fact(
        "Day on which the customer relationship ended; the rest is expensed then.", default=None
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class CommissionFacts(Facts):
    """Commissions and the days at which balances are wanted."""

    commissions: tuple[Commission, ...] = fact("Commissions.")
    period_ends: tuple[date, ...] = fact("Last days of the periods, in order.")


def decide(facts: CommissionFacts, explain: Explanation) -> dict[str, Any]:
    """Defer commission and payroll tax, amortize by full months, split the rest by the coming year."""
    grid = facts.grid
    for index, each in enumerate(facts.commissions):
        if not 1 <= months_of(each) <= 600:
            raise refuse(f"commissions[{index}].benefit_months", "must be between 1 and 600.")
        if each.kind == "initial":
            explain.step(
                "340-40-35-1",
                f"{each.id}: renewals are not commensurate, so the benefit is {months_of(each)} months.",
            )
        else:
            explain.step("340-40-35-1", f"{each.id}: over the renewal term of {months_of(each)} months.")
    if list(facts.period_ends) != sorted(set(facts.period_ends)) or not facts.period_ends:
        raise refuse("period_ends", "give at least one day, in order.")
    rows = []
    before = Fraction(0)
    for end in facts.period_ends:
        known = [each for each in facts.commissions if each.earned_on <= end]
        to_date = sum((amortized(each, end, grid) for each in known), Fraction(0))
        cost = sum((grid.round(each.amount + each.payroll_tax) for each in known), Fraction(0))
        in_a_year = sum((amortized(each, add_months(end, 12), grid) for each in known), Fraction(0))
        rows.append(
            {
                "through": str(end),
                "capitalized_to_date": grid.text(cost),
                "amortization": grid.text(to_date - before),
                "amortized_to_date": grid.text(to_date),
                "deferred": grid.text(cost - to_date),
                "current": grid.text(in_a_year - to_date),
                "non_current": grid.text(cost - in_a_year),
            }
        )
        before = to_date
    return {"periods": rows, **{name: rows[-1][name] for name in ("amortization", "current", "non_current")}}


def months_of(commission: Commission) -> int:
    """Months over which a commission is amortized."""
    return _MONTHS[commission.kind] if commission.benefit_months is None else commission.benefit_months


def amortized(commission: Commission, end: date, grid: Grid) -> Fraction:
    """Amortization to date by full months: the month it is earned counts, and each month's end completes it."""
    cost = commission.amount + commission.payroll_tax
    if commission.ended_on is not None and commission.ended_on <= end:
        return grid.round(cost)
    elapsed = Month.of(end).months_since(Month.of(commission.earned_on)) + 1
    months = months_of(commission)
    return grid.round(cost * min(max(elapsed, 0), months) / months)


POLICY = Policy(
    name="deferred_commissions",
    title="Deferred commissions",
    standard="ASC 340-40",
    paragraphs=("340-40-25-1", "340-40-35-1"),
    requirements=("ACC-54", "ACC-55", "ACC-82"),
    note=(
        "Commissions on initial enterprise contracts, with their payroll tax, are deferred and amortized straight "
        "over three years, because renewal commissions are not commensurate; renewal commissions are amortized over "
        "the renewal term, generally two years. The expense is in sales and marketing."
    ),
    facts=CommissionFacts,
    outputs={
        "periods": "per period: capitalized_to_date, amortization, amortized_to_date, deferred, current, non_current",
        "amortization": "of the last period",
        "current": "deferred at the last end, to be amortized within twelve months",
        "non_current": "later",
    },
    decide=decide,
    example={
        "commissions": [
            {"id": "new", "amount": "18000", "payroll_tax": "1377", "earned_on": "2025-01-01"},
            {"id": "renewal", "kind": "renewal", "amount": "6000", "earned_on": "2026-01-01"},
        ],
        "period_ends": ["2025-12-31", "2026-12-31"],
    },
)
