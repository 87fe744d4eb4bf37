"""The schedule of one lease: period by period, with its changes and impairments. Exact; rounded by its readers."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from stoa.policies.facts import refuse
from stoa.policies.frame import Explanation
from stoa.policies.grid import number_text
from stoa.policies.lease_facts import Change, Impairment, LeaseFacts
from stoa.policies.time_value import PERIODS_AT_MOST, implied_rate, kept, present_value, rate_per_period

_ZERO = Fraction(0)


@dataclass(frozen=True, slots=True)
class Row:
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


def schedule(
    facts: LeaseFacts,
    payments: list[Fraction],
    rate: Fraction,
    asset: Fraction,
    kind: str,
    explain: Explanation,
) -> list[Row]:
    """Period by period: interest on the liability, and the asset amortized by what the cost leaves."""
    liability = present_value(payments, rate, facts.timing)
    remaining_cost = sum(payments, _ZERO) + asset - liability
    end, impaired = len(payments), False
    life = max(facts.asset_life_periods or end, 1) if kind == "finance" else end
    changes = {change.after_period: change for change in facts.changes}
    impairments = {each.after_period: each for each in facts.impairments}
    _require_within(changes, impairments, end)
    rows: list[Row] = []
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
        row = Row(period, payment, interest, amortization, cost, liability, asset)
        if period in impairments:
            loss = _impaired(impairments[period], asset, explain)
            asset -= loss
            impaired = impaired or loss > 0
            row = replace(row, asset=asset, impairment=loss)
        if period in changes:
            change = changes[period]
            rate = (
                rate_of(facts, change.annual_rate, change.payments, explain)
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


def rate_of(
    facts: LeaseFacts, annual: Fraction | None, payments: Sequence[Fraction], explain: Explanation
) -> Fraction:
    """The discount rate of one period: implicit when known, else the incremental borrowing rate."""
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
