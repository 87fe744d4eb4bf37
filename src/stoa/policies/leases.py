"""Leases of a lessee (ASC 842-10, 842-20): measurement, cost, changes, impairment, subleases, maturities.

A lease is a list of payments by period. Everything is carried exactly and rounded where it is shown; entries
are differences of rounded balances, so liability and asset end at zero to the cent.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from itertools import accumulate
from typing import Any, Literal

from stoa.kernel.spans import add_months
from stoa.policies.facts import Facts, Number, Price, Quantity, Share, fact, refuse
from stoa.policies.frame import Explanation, Policy
from stoa.policies.grid import number_text
from stoa.policies.time_value import (
    PERIODS_AT_MOST,
    Compounding,
    Timing,
    implied_rate,
    kept,
    present_value,
    rate_per_period,
)

_ZERO = Fraction(0)
_MAJOR_PART, _SUBSTANTIALLY_ALL = Fraction(75, 100), Fraction(90, 100)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rent:
    """Rent described by its terms instead of payment by payment."""

    amount: Price = fact("Rent of one period before escalation.")
    periods: int = fact("Periods of the lease term, free ones included.")
    free_periods: int = fact("Periods without rent at the beginning.", default=0)
    escalator: Number = fact('Increase at each escalation; "0.03" is 3 %.', default=_ZERO)
    escalates_every: int = fact(
        "Periods between escalations, counted from the first period of rent.", default=12
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """An option to extend, end or buy."""

    kind: Literal["extend", "terminate", "purchase"] = fact("What the option allows.")
    reasonably_certain: bool = fact("Whether using it (not using it, for terminate) is reasonably certain.")
    payments: tuple[Price, ...] = fact("Payments of the extension, or the one of a purchase.", default=())
    from_period: int | None = fact("terminate: the term ends after this period.", default=None)
    penalty: Price = fact("terminate: payment at the end of the shortened term.", default=_ZERO)


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A remeasurement or modification that is not a separate contract."""

    after_period: int = fact("At the end of this period (before the next one's payment).")
    payments: tuple[Price, ...] = fact("All payments from then on, one a period.")
    annual_rate: Number | None = fact("Discount rate of that day; the old one when left out.", default=None)
    initial_direct_costs: Price = fact("Costs of the change.", default=_ZERO)
    incentive: Price = fact("Incentive received at the change.", default=_ZERO)
    remaining_right: Share = fact(
        "Part of the right of use that remains (partial termination).", default=Fraction(1)
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Impairment:
    """An impairment of the right-of-use asset (see the policy ``impairment`` for its amount)."""

    after_period: int = fact("At the end of this period.")
    loss: Price | None = fact("Loss on the asset.", default=None)
    fair_value: Price | None = fact("Or the asset's fair value, when it is not recoverable.", default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sublease:
    """An operating sublease of the space."""

    payments: tuple[Price, ...] = fact("Rents received, one a period.")
    from_period: int = fact("First period of the sublease.", default=1)
    initial_direct_costs: Price = fact("Costs of obtaining it, spread over its term.", default=_ZERO)


@dataclass(frozen=True, slots=True, kw_only=True)
class Classification:
    """Facts for the five tests of a finance lease."""

    transfers_ownership: bool = fact("Ownership passes by the end.", default=False)
    specialized_asset: bool = fact("No other use to the lessor at the end.", default=False)
    economic_life_periods: Quantity | None = fact("Remaining economic life, in periods.", default=None)
    asset_fair_value: Price | None = fact("Fair value of the asset.", default=None)
    residual_guarantee: Price = fact("Residual value guaranteed by the lessee.", default=_ZERO)


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaseFacts(Facts):
    """Facts of one lease."""

    payments: tuple[Price, ...] = fact("Fixed payments, one a period (0 for free periods).", default=())
    rent: Rent | None = fact("Rent by its terms, instead of payments.", default=None)
    periods_a_year: int = fact("12 for months, 4 for quarters, 1 for years.", default=12)
    timing: Timing = fact(
        "Payments at the beginning (advance) or end (arrears) of their period.", default="advance"
    )
    annual_rate: Number | None = fact("Implicit rate when readily determinable.", default=None)
    incremental_borrowing_rate: Number | None = fact(
        "Used when the implicit rate is not known.", default=None
    )
    compounding: Compounding = fact(
        "periodic: rate / periods; annual: effective annual rate.", default="periodic"
    )
    initial_direct_costs: Price = fact("Incremental costs of obtaining the lease.", default=_ZERO)
    incentive_received: Price = fact("Incentives received at or before commencement.", default=_ZERO)
    incentives_receivable: tuple[Price, ...] = fact(
        "Incentives to be received, one a period: they reduce the payments.", default=()
    )
    prepaid: Price = fact("Rent paid before commencement, beside the payments.", default=_ZERO)
    variable_payments: tuple[Price, ...] = fact("Variable costs by period: expensed as incurred.", default=())
    non_lease_payments: tuple[Price, ...] = fact(
        "Fixed payments for services by period; not separated, so part of the payments.", default=()
    )
    options: tuple[Option, ...] = fact("Options to extend, end or buy.", default=())
    short_term_election: bool = fact(
        "Whether leases of twelve months or less stay off the balance sheet.", default=True
    )
    kind: Literal["operating", "finance"] | None = fact(
        "Classification; decided from classification when left out.", default=None
    )
    classification: Classification | None = fact("Facts for the classification test.", default=None)
    asset_life_periods: int | None = fact("finance: amortize over this when ownership passes.", default=None)
    changes: tuple[Change, ...] = fact("Remeasurements and modifications, in order.", default=())
    impairments: tuple[Impairment, ...] = fact("Impairments of the asset, in order.", default=())
    sublease: Sublease | None = fact("An operating sublease.", default=None)
    as_of_period: int | None = fact(
        "Period whose end balances are wanted; 0 is commencement. From through when left out.", default=None
    )
    commences_on: date | None = fact("First day of the first period, to count periods by days.", default=None)
    through: date | None = fact("Last day to count, when commences_on is given.", default=None)


@dataclass(frozen=True, slots=True)
class _Row:
    """One period of the schedule, exact."""

    period: int
    payment: Fraction
    interest: Fraction
    amortization: Fraction
    cost: Fraction
    liability: Fraction
    asset: Fraction
    gain: Fraction = _ZERO
    impairment: Fraction = _ZERO


def decide(facts: LeaseFacts, explain: Explanation) -> dict[str, Any]:
    """Measure the lease at commencement and run its schedule to the end."""
    if facts.periods_a_year not in (1, 2, 4, 12, 26, 52):
        raise refuse("periods_a_year", "must be 1, 2, 4, 12, 26 or 52.")
    payments = _payments(facts, explain)
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
    rate = _rate(facts, facts.annual_rate, payments, explain)
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
    kind = facts.kind or _classified(facts, payments, liability, explain)
    total = sum(payments, _ZERO) + facts.initial_direct_costs + facts.prepaid - facts.incentive_received
    rows = _schedule(facts, payments, rate, asset, kind, explain)
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


def _shown(facts: LeaseFacts, rows: Sequence[_Row]) -> list[dict[str, Any]]:
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


def _payments(facts: LeaseFacts, explain: Explanation) -> list[Fraction]:
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
    counted = "counts" if option.reasonably_certain else "does not count"
    explain.step(
        "842-10-30-1", f"The option to {option.kind} {counted}: only what is reasonably certain does."
    )
    if option.kind == "terminate":
        if option.reasonably_certain:
            if option.from_period is None or not 0 < option.from_period <= len(payments):
                raise refuse("options", "terminate needs from_period within the term.")
            shortened = payments[: option.from_period]
            shortened[-1] += option.penalty
            return shortened
        return payments
    if not option.reasonably_certain:
        return payments
    if option.kind == "purchase":
        return [*payments[:-1], payments[-1] + sum(option.payments, _ZERO)]
    return [*payments, *option.payments]


def _short_term(facts: LeaseFacts, payments: list[Fraction], explain: Explanation) -> dict[str, Any] | None:
    """A lease of at most twelve months without a likely purchase, when the election is made."""
    months = Fraction(len(payments) * 12, facts.periods_a_year)
    buys = any(option.kind == "purchase" and option.reasonably_certain for option in facts.options)
    if not facts.short_term_election or months > 12 or buys:
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


def _rate(
    facts: LeaseFacts, annual: Fraction | None, payments: Sequence[Fraction], explain: Explanation
) -> Fraction:
    known = annual if annual is not None else facts.incremental_borrowing_rate
    if known is None:
        worth = facts.classification.asset_fair_value if facts.classification else None
        if worth is None:
            raise refuse("annual_rate", "is missing: give the implicit rate, or incremental_borrowing_rate.")
        flows = [
            *payments[:-1],
            payments[-1] + (facts.classification.residual_guarantee if facts.classification else 0),
        ]
        explain.step("842-20-30-2", "The implicit rate makes the payments worth the asset's fair value.")
        return implied_rate(worth, flows, facts.timing)
    if annual is None:
        explain.step(
            "842-20-30-3", "The implicit rate is not readily determinable: incremental borrowing rate."
        )
    rate = rate_per_period(known, facts.periods_a_year, facts.compounding)
    if rate <= -1:
        raise refuse("annual_rate", "must be more than -1.")
    return rate


def _classified(
    facts: LeaseFacts, payments: Sequence[Fraction], liability: Fraction, explain: Explanation
) -> Literal["operating", "finance"]:
    tests = facts.classification
    if tests is None:
        return "operating"
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


def _schedule(
    facts: LeaseFacts,
    payments: list[Fraction],
    rate: Fraction,
    asset: Fraction,
    kind: str,
    explain: Explanation,
) -> list[_Row]:
    """Period by period: interest on the liability, and the asset amortized by what the cost leaves."""
    liability = present_value(payments, rate, facts.timing)
    remaining_cost = sum(payments, _ZERO) + asset - liability
    end, impaired = len(payments), False
    life = max(facts.asset_life_periods or end, 1) if kind == "finance" else end
    changes = {change.after_period: change for change in facts.changes}
    impairments = {each.after_period: each for each in facts.impairments}
    _require_within(changes, impairments, end)
    rows: list[_Row] = []
    plan = list(payments)
    period = 0
    while period < end:
        period += 1
        payment = plan[period - 1]
        before = liability - payment if facts.timing == "advance" else liability
        interest = before * rate
        liability = kept(before + interest - (_ZERO if facts.timing == "advance" else payment))
        if kind == "finance" or impaired:
            amortization = asset / (max(life, end) - period + 1 if kind == "finance" else end - period + 1)
            cost = amortization + interest
        else:
            cost = remaining_cost / (end - period + 1)
            amortization = cost - interest
        asset = kept(asset - amortization)
        remaining_cost -= cost
        row = _Row(period, payment, interest, amortization, cost, liability, asset)
        if period in impairments:
            loss = _impaired(impairments[period], asset, explain)
            asset -= loss
            impaired = impaired or loss > 0
            row = replace(row, asset=asset, impairment=loss)
        if period in changes:
            change = changes[period]
            rate = (
                _rate(facts, change.annual_rate, change.payments, explain)
                if change.annual_rate is not None
                else rate
            )
            asset, liability, gain = _changed(change, asset, liability, rate, facts, explain)
            plan = [*plan[:period], *change.payments]
            end = len(plan)
            remaining_cost = sum(change.payments, _ZERO) + asset - liability
            row = replace(row, asset=asset, liability=liability, gain=gain)
        rows.append(row)
    return rows


def _require_within(changes: dict[int, Change], impairments: dict[int, Impairment], end: int) -> None:
    for after in sorted(changes):
        if not 0 < after <= end:
            raise refuse(
                "changes", f"after_period {after} lies outside the lease, which then has {end} periods."
            )
        if not changes[after].payments:
            raise refuse("changes", "needs the payments from then on; 0 for a period without one.")
        end = after + len(changes[after].payments)
    outside = next((after for after in impairments if not 0 < after <= end), None)
    if outside is not None:
        raise refuse("impairments", f"after_period {outside} lies outside the lease of {end} periods.")
    if end > PERIODS_AT_MOST:
        raise refuse("changes", f"a lease has at most {PERIODS_AT_MOST} periods.")


def _changed(
    change: Change,
    asset: Fraction,
    liability: Fraction,
    rate: Fraction,
    facts: LeaseFacts,
    explain: Explanation,
) -> tuple[Fraction, Fraction, Fraction]:
    """The asset, liability and gain after a remeasurement or a (partial) termination."""
    grid, gain = facts.grid, _ZERO
    if change.remaining_right < 1:
        ended = 1 - change.remaining_right
        gain = liability * ended - asset * ended
        asset, liability = asset * change.remaining_right, liability * change.remaining_right
        explain.step(
            "842-10-25-13",
            f"{number_text(ended * 100, 4)} % of the right ends: asset and liability fall in proportion, "
            f"the difference {grid.text(gain)} is a gain (loss when negative).",
        )
    measured = present_value(change.payments, rate, facts.timing)
    adjusted = asset + measured - liability + change.initial_direct_costs - change.incentive
    explain.step(
        "842-20-35-4",
        f"The liability is remeasured to {grid.text(measured)}; the asset takes the difference of "
        f"{grid.text(measured - liability)}.",
    )
    if adjusted < 0:
        explain.step(
            "842-20-35-4", "The asset cannot fall below zero: the rest is recognized in profit or loss."
        )
        return _ZERO, measured, gain - adjusted
    return adjusted, measured, gain


def _impaired(each: Impairment, asset: Fraction, explain: Explanation) -> Fraction:
    loss = each.loss if each.loss is not None else _ZERO
    if each.fair_value is not None:
        loss = max(asset - each.fair_value, _ZERO)
    loss = min(loss, asset)
    explain.step(
        "842-20-35-10", "After an impairment the asset is amortized straight-line; cost is no longer level."
    )
    return loss


def _balance_sheet(
    facts: LeaseFacts, payments: list[Fraction], rate: Fraction, asset: Fraction, kind: str
) -> dict[str, Any]:
    """Current and non-current parts and undiscounted maturities at the end of ``as_of_period``.

    Changes after that period are not yet known then and leave these figures alone.
    """
    done, year, grid = _periods_done(facts), facts.periods_a_year, facts.grid
    known = replace(facts, changes=tuple(each for each in facts.changes if each.after_period <= done))
    known = replace(known, impairments=tuple(each for each in facts.impairments if each.after_period <= done))
    rows = _schedule(known, payments, rate, asset, kind, Explanation())
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
    return len(_payments(facts, Explanation()))


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
