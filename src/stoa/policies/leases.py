"""Leases of a lessee (ASC 842-10, 842-20): measurement, cost, changes, impairment, subleases, maturities.

A lease is a list of payments by period. Everything is carried exactly and rounded where it is shown; entries
are differences of rounded balances, so liability and asset end at zero to the cent.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from fractions import Fraction
from itertools import accumulate
from typing import Any, Literal

from stoa.kernel.spans import add_months
from stoa.policies.facts import refuse
from stoa.policies.frame import Explanation, Policy
from stoa.policies.grid import number_text
from stoa.policies.lease_facts import Classification, LeaseFacts, Option, Rent, Sublease
from stoa.policies.lease_schedule import Row, rate_of, schedule
from stoa.policies.time_value import (
    PERIODS_AT_MOST,
    present_value,
)

_ZERO = Fraction(0)
_MAJOR_PART, _SUBSTANTIALLY_ALL = Fraction(75, 100), Fraction(90, 100)


def decide(facts: LeaseFacts, explain: Explanation) -> dict[str, Any]:
    """Measure the lease at commencement and run its schedule to the end."""
    if facts.periods_a_year not in (1, 2, 4, 12, 26, 52):
        raise refuse("periods_a_year", "must be 1, 2, 4, 12, 26 or 52.")
    payments = payments_of(facts, explain)
    values = _short_term(facts, payments, explain)
    if values is None:
        values = _on_balance_sheet(facts, payments, explain)
    if facts.variable_payments:
        explain.step(
            "842-20-25-6", "Variable payments are expensed as incurred and stay out of the liability."
        )
        values["variable_cost"] = facts.grid.texts(facts.variable_payments)
    if facts.sublease is not None:
        values["sublease"] = _subleased(facts, facts.sublease, explain)
    return values


def _on_balance_sheet(facts: LeaseFacts, payments: list[Fraction], explain: Explanation) -> dict[str, Any]:
    grid = facts.grid
    rate = rate_of(facts, facts.annual_rate, payments, explain)
    liability = present_value(payments, rate, facts.timing)
    at_commencement = payments[0] if facts.timing == "advance" else _ZERO
    asset = liability + facts.initial_direct_costs + facts.prepaid - facts.incentive_received
    explain.step(
        "842-20-30-1",
        f"Present value of {len(payments)} payments at {number_text(rate * 100, 6)} % a period: "
        f"{grid.text(liability)}.",
    )
    explain.step(
        "842-20-30-5",
        f"Right-of-use asset: liability {grid.text(liability)} + initial direct costs "
        f"{grid.text(facts.initial_direct_costs)} + prepaid rent {grid.text(facts.prepaid)} − incentives received "
        f"{grid.text(facts.incentive_received)} = {grid.text(asset)}.",
    )
    kind = facts.kind or classified(facts, payments, liability, explain)
    total = sum(payments, _ZERO) + facts.initial_direct_costs + facts.prepaid - facts.incentive_received
    rows = schedule(facts, payments, rate, asset, kind, explain)
    values: dict[str, Any] = {
        "classification": kind,
        "initial_liability": grid.text(liability),
        "liability_after_payment_at_commencement": grid.text(liability - at_commencement),
        "initial_asset": grid.text(asset),
        "total_cost": grid.text(total),
        "cost_per_period": grid.text(rows[0].cost),
        "cost_by_period": grid.texts(grid.differences(list(accumulate(row.cost for row in rows)))),
        "rows": _shown(facts, rows),
        "gain_or_loss": grid.text(sum((row.gain for row in rows), _ZERO)),
    }
    if kind == "operating":
        values["straight_line_cost"] = grid.text(total / len(payments))
    values.update(_balance_sheet(facts, payments, rate, asset, kind))
    return values


def _shown(facts: LeaseFacts, rows: Sequence[Row]) -> list[dict[str, Any]]:
    text = facts.grid.text
    shown = []
    for row in rows:
        each: dict[str, Any] = {
            "period": row.period,
            "payment": text(row.payment),
            "interest": text(row.interest),
            "amortization": text(row.amortization),
            "cost": text(row.cost),
            "liability_reduction": text(row.payment - row.interest),
            "liability": text(row.liability),
            "asset": text(row.asset),
        }
        if row.impairment:
            each["impairment"] = text(row.impairment)
        if row.gain:
            each["gain"] = text(row.gain)
        shown.append(each)
    return shown


def payments_of(facts: LeaseFacts, explain: Explanation) -> list[Fraction]:
    """The payments of the lease term: fixed rents and services, less incentives receivable, options considered."""
    if bool(facts.payments) == (facts.rent is not None):
        raise refuse("payments", "give either payments, one a period, or rent by its terms.")
    payments = list(facts.payments) if facts.rent is None else _by_terms(facts.rent)
    for option in facts.options:
        payments = _with_option(payments, option, explain)
    if not 0 < len(payments) <= PERIODS_AT_MOST:
        raise refuse("payments", f"a lease has 1 to {PERIODS_AT_MOST} periods.")
    for name, more, sign in (
        ("non_lease_payments", facts.non_lease_payments, 1),
        ("incentives_receivable", facts.incentives_receivable, -1),
    ):
        if len(more) > len(payments):
            raise refuse(name, f"has {len(more)} periods, the lease only {len(payments)}.")
        for index, amount in enumerate(more):
            payments[index] += sign * amount
    if facts.non_lease_payments:
        explain.step(
            "842-10-15-37",
            "Services are not separated from the lease: their fixed payments are lease payments.",
        )
    return payments


def _by_terms(rent: Rent) -> list[Fraction]:
    if not 0 < rent.periods <= PERIODS_AT_MOST or not 0 <= rent.free_periods <= rent.periods:
        raise refuse("rent.periods", f"must be 1 to {PERIODS_AT_MOST}, with no more free periods than that.")
    if rent.escalates_every <= 0:
        raise refuse("rent.escalates_every", "must be at least 1.")
    paid = range(rent.periods - rent.free_periods)
    escalated = [rent.amount * (1 + rent.escalator) ** (index // rent.escalates_every) for index in paid]
    return [_ZERO] * rent.free_periods + escalated


def _with_option(payments: list[Fraction], option: Option, explain: Explanation) -> list[Fraction]:
    if option.kind == "terminate":
        return _with_termination(payments, option, explain)
    counted = "counts" if option.reasonably_certain else "does not count"
    explain.step(
        "842-10-30-1", f"The option to {option.kind} {counted}: only what is reasonably certain does."
    )
    if not option.reasonably_certain:
        return payments
    if option.kind == "purchase":
        return [*payments[:-1], payments[-1] + sum(option.payments, _ZERO)]
    return [*payments, *option.payments]


def _with_termination(payments: list[Fraction], option: Option, explain: Explanation) -> list[Fraction]:
    if option.reasonably_certain:
        explain.step(
            "842-10-30-1", "Not using the option to terminate is reasonably certain: the whole term counts."
        )
        return payments
    if option.from_period is None or not 0 < option.from_period <= len(payments):
        raise refuse("options", "terminate needs from_period within the term.")
    explain.step(
        "842-10-30-1",
        f"Staying beyond period {option.from_period} is not reasonably certain: the term ends there, and the penalty "
        "for ending it is a lease payment (842-10-30-5(d)).",
    )
    shortened = payments[: option.from_period]
    shortened[-1] += option.penalty
    return shortened


def is_short_term(facts: LeaseFacts, payments: Sequence[Fraction]) -> bool:
    """Whether the lease stays off the balance sheet: elected, at most twelve months, no purchase expected."""
    months = Fraction(len(payments) * 12, facts.periods_a_year)
    buys = any(option.kind == "purchase" and option.reasonably_certain for option in facts.options)
    return facts.short_term_election and months <= 12 and not buys


def _short_term(facts: LeaseFacts, payments: list[Fraction], explain: Explanation) -> dict[str, Any] | None:
    """A lease of at most twelve months without a likely purchase, when the election is made."""
    if not is_short_term(facts, payments):
        return None
    grid, total = facts.grid, sum(payments, _ZERO) + facts.initial_direct_costs - facts.incentive_received
    total += facts.prepaid
    costs = grid.differences(
        [total * Fraction(number, len(payments)) for number in range(1, len(payments) + 1)]
    )
    explain.step(
        "842-20-25-2",
        "Term of twelve months or less and no purchase expected: straight-line, off balance sheet.",
    )
    return {
        "classification": "short_term",
        "initial_liability": grid.text(_ZERO),
        "initial_asset": grid.text(_ZERO),
        "total_cost": grid.text(total),
        "cost_per_period": grid.text(total / len(payments)),
        "straight_line_cost": grid.text(total / len(payments)),
        "cost_by_period": grid.texts(costs),
        "rows": [],
    }


def classified(
    facts: LeaseFacts, payments: Sequence[Fraction], liability: Fraction, explain: Explanation
) -> Literal["operating", "finance"]:
    """The class of a lease, by the five tests of a finance lease."""
    tests = facts.classification or Classification()
    reasons = []
    if tests.transfers_ownership:
        reasons.append("ownership passes")
    if any(option.kind == "purchase" and option.reasonably_certain for option in facts.options):
        reasons.append("a purchase is reasonably certain")
    if tests.economic_life_periods and len(payments) >= _MAJOR_PART * tests.economic_life_periods:
        reasons.append("the term is 75 % or more of the economic life")
    if (
        tests.asset_fair_value
        and liability + tests.residual_guarantee >= _SUBSTANTIALLY_ALL * tests.asset_fair_value
    ):
        reasons.append("the present value is 90 % or more of the asset's fair value")
    if tests.specialized_asset:
        reasons.append("the asset has no other use to the lessor")
    explain.step(
        "842-10-25-2", "; ".join(reasons) or "None of the five tests of a finance lease is met: operating."
    )
    return "finance" if reasons else "operating"


def _balance_sheet(
    facts: LeaseFacts, payments: list[Fraction], rate: Fraction, asset: Fraction, kind: str
) -> dict[str, Any]:
    """Current and non-current parts and undiscounted maturities at the end of ``as_of_period``.

    Changes after that period are not yet known then and leave these figures alone.
    """
    done, year, grid = _periods_done(facts), facts.periods_a_year, facts.grid
    known = replace(facts, changes=tuple(each for each in facts.changes if each.after_period <= done))
    known = replace(known, impairments=tuple(each for each in facts.impairments if each.after_period <= done))
    rows = schedule(known, payments, rate, asset, kind, Explanation())
    if not 0 <= done <= len(rows):
        raise refuse("as_of_period", f"must be 0 to {len(rows)}.")
    now = present_value(payments, rate, facts.timing) if done == 0 else rows[done - 1].liability
    later = rows[done + year - 1].liability if done + year <= len(rows) else _ZERO
    due = [row.payment for row in rows[done:]]
    years = [sum(due[start : start + year], _ZERO) for start in range(0, len(due), year)]
    total, non_current = grid.round(now), grid.round(later)
    undiscounted = sum(years, _ZERO)
    cost = sum((row.cost for row in rows[:done]), _ZERO)
    return {
        "as_of": {
            "period": done,
            "liability": grid.text(now),
            "asset": grid.text(asset if done == 0 else rows[done - 1].asset),
            "cost_to_date": grid.text(cost),
        },
        "liability_current": grid.text(total - non_current),
        "liability_non_current": grid.text(non_current),
        "maturities_by_year": grid.texts(years),
        "undiscounted": grid.text(undiscounted),
        "imputed_interest": grid.text(grid.round(undiscounted) - total),
        "remaining_periods": len(due),
    }


def _periods_done(facts: LeaseFacts) -> int:
    """How many periods have ended: as given, or whole periods from ``commences_on`` through ``through``."""
    if facts.as_of_period is not None:
        return facts.as_of_period
    if facts.through is None:
        return 0
    if facts.commences_on is None:
        raise refuse("commences_on", "is missing: through counts periods from it.")
    if 12 % facts.periods_a_year:
        raise refuse("as_of_period", "is needed for periods that are not whole months.")
    months, after = 12 // facts.periods_a_year, date.fromordinal(facts.through.toordinal() + 1)
    most = sum(len(change.payments) for change in facts.changes) + PERIODS_AT_MOST
    done = 0
    while done < most and add_months(facts.commences_on, months * (done + 1)) <= after:
        done += 1
    return min(
        done, max([_own_periods(facts), *(each.after_period + len(each.payments) for each in facts.changes)])
    )


def _own_periods(facts: LeaseFacts) -> int:
    return len(payments_of(facts, Explanation()))


def _subleased(facts: LeaseFacts, sublease: Sublease, explain: Explanation) -> dict[str, Any]:
    if not sublease.payments:
        raise refuse("sublease.payments", "must list the rents received.")
    grid, count = facts.grid, len(sublease.payments)
    total = sum(sublease.payments, _ZERO) - sublease.initial_direct_costs
    income = grid.differences([total * Fraction(number, count) for number in range(1, count + 1)])
    explain.step(
        "842-30-25-11", "Sublease income is straight-line over the sublease and reduces operating lease cost."
    )
    return {
        "income_per_period": grid.text(total / count),
        "income_by_period": grid.texts(income),
        "total_income": grid.text(total),
        "from_period": sublease.from_period,
    }


POLICY = Policy(
    name="leases",
    title="Leases",
    version="2",
    standard="ASC 842",
    paragraphs=(
        "842-10-15-37",
        "842-10-25-2",
        "842-10-25-13",
        "842-10-30-1",
        "842-20-25-2",
        "842-20-25-6",
        "842-20-30-1",
        "842-20-30-2",
        "842-20-30-3",
        "842-20-30-5",
        "842-20-35-4",
        "842-20-35-10",
        "842-30-25-11",
    ),
    requirements=("ACC-19", "ACC-20", "ACC-21", "ACC-22", "ACC-23", "ACC-24", "ACC-25", "ACC-26", "ACC-27"),
    note=(
        "Whether an arrangement is a lease is decided at its inception. At commencement a liability is recognized at "
        "the present value of the remaining payments, at the implicit rate if it is readily determinable and else "
        "at the incremental borrowing rate, and an asset at the liability plus initial direct costs and prepaid rent "
        "less incentives received. Options count when their use is reasonably certain. Operating lease cost is "
        "straight-line over the term; variable costs are expensed as incurred. Lease and service components are not "
        "separated, and leases of twelve months or less stay off the balance sheet. Sublease income is straight-line "
        "and reduces operating lease cost."
    ),
    facts=LeaseFacts,
    outputs={
        "classification": "operating, finance or short_term.",
        "initial_liability": "Present value of all payments, one at commencement included.",
        "liability_after_payment_at_commencement": "The same after the payment made on that day.",
        "initial_asset": "Right-of-use asset.",
        "straight_line_cost": "Operating lease cost of one period.",
        "cost_per_period": "Cost of the first period.",
        "total_cost": "Cost over the term.",
        "cost_by_period": "Cost to post in each period: differences of rounded running totals.",
        "rows": "Schedule: payment, interest, amortization, cost, liability and asset at each period's end.",
        "gain_or_loss": "Gain on partial terminations.",
        "as_of": "Liability, asset and cost to date at the end of as_of_period (or through).",
        "liability_current": "Falls due within a year of as_of_period.",
        "liability_non_current": "Falls due later.",
        "maturities_by_year": "Undiscounted payments by year from as_of_period.",
        "undiscounted": "Their sum.",
        "imputed_interest": "Undiscounted less the liability.",
        "remaining_periods": "Periods remaining.",
        "variable_cost": "Variable payments, expensed as incurred.",
        "sublease": "Straight-line income of the sublease.",
    },
    decide=decide,
    example={
        "payments": ["10000", "12000", "14000"],
        "timing": "arrears",
        "periods_a_year": 1,
        "annual_rate": "0.04235",
    },
)
