"""Leases in the books: liability, right of use, cost by function, payments, changes, ends (policy ``leases``; ASC 842).

What was paid is said by documents, what it costs by the schedule: a payment lowers the liability, interest raises it,
so what is paid late or early stands in the liability until the other comes. A lease that is not measurable waits.
"""

from collections.abc import Iterator, Sequence
from datetime import date
from functools import partial

from stoa.kernel.spans import add_months
from stoa.policies import leases as policy
from stoa.policies.kinds.frame import Balance, Family, Filed, documents_that_move
from stoa.policies.kinds.held_leases import Held, leases_of
from stoa.policies.kinds.impairments import ImpairmentTested
from stoa.policies.kinds.lease_books import Lease, Standing
from stoa.policies.kinds.lease_documents import (
    LeaseCommenced,
    LeaseEnded,
    LeaseModified,
    LeasePaid,
    LeaseSigned,
    LeaseVariableCost,
)
from stoa.policies.kinds.lease_problems import problems
from stoa.policies.kinds.lease_register import register_of
from stoa.policies.kinds.manual_entries import CORPORATE
from stoa.policies.kinds.registers import Register
from stoa.policies.kinds.sublease_documents import SubleaseEnded, SubleaseRentReceived, SubleaseSigned
from stoa.policies.kinds.subleases import by_function, subleases


def balances(known: Sequence[Filed], day: date) -> Iterator[Balance]:
    """Right of use, liability with its parts, cost by function, subleases, payments; suspense for unknown leases."""
    held, orphans = leases_of(known)
    by_reference = {(each.signed.facts.reference, each.signed.facts.currency): each for each in held}
    for each in held:
        yield from _lease_balances(each, day)
    for filed in known:
        if isinstance(filed.facts, LeaseVariableCost):
            facts = filed.facts
            found = by_reference.get((facts.lease, facts.currency))
            amount = facts.minor(facts.amount)
            for function, minor in by_function(amount, facts.currency, found.functions if found else ()):
                yield _line(filed, f"lease_cost_in_{function}", "variable", minor)
            in_cash = facts.paid == "cash"
            yield _line(
                filed,
                "cash" if in_cash else "accounts_payable",
                "lease_payment" if in_cash else "variable",
                -amount,
            )
    found_subleases, unknown = subleases(known)
    for sublease in found_subleases:
        signed: SubleaseSigned = sublease.signed.facts
        found = by_reference.get((signed.lease, signed.currency))
        yield from (
            each for each in sublease.balances(day, found.functions if found else ()) if each.amount_minor
        )
    for filed in (*orphans, *unknown):
        if isinstance(filed.facts, LeasePaid | SubleaseRentReceived):
            sign = -1 if isinstance(filed.facts, LeasePaid) else 1
            activity = "lease_payment" if isinstance(filed.facts, LeasePaid) else "sublease_rent"
            amount = sign * filed.facts.minor(filed.facts.amount)
            yield _line(filed, "cash", activity, amount)
            yield _line(filed, "suspense", activity, -amount)


def _lease_balances(held: Held, day: date) -> Iterator[Balance]:
    lease = held.lease if isinstance(held.lease, Lease) else None
    debt = "accrued_expenses" if lease is not None and lease.is_short_term else "lease_liability"
    for each in held.paid:
        amount = each.facts.minor(each.facts.amount)
        yield _line(each, debt, "payment", amount)
        yield _line(each, "cash", "lease_payment", -amount)
    if lease is None or day <= lease.commences_on:
        return
    standing = lease.standing(held.last(day))
    rows = (
        _short_term(held, lease, standing, day)
        if lease.is_short_term
        else _on_balance_sheet(held, lease, standing, day)
    )
    for filed_id, first_on, account, activity, minor in rows:
        if minor:
            yield Balance(
                filed_id, account, activity, lease.facts.currency, first_on, minor, segment=CORPORATE
            )


Rows = list[tuple[int, date, str, str, int]]


def _on_balance_sheet(held: Held, lease: Lease, standing: Standing, day: date) -> Rows:
    signed, facts, begun = held.signed.id, lease.facts, lease.commences_on
    costs = lease.minor(facts.initial_direct_costs)
    asset = lease.minor(lease.opening_asset)
    rows: Rows = [
        (signed, begun, "right_of_use_assets", "addition", asset),
        (signed, begun, "lease_liability", "addition", costs - asset),
        (signed, begun, "accounts_payable", "accrual", -costs),
        (signed, begun, "lease_liability", "accretion", -standing.interest),
        (signed, begun, "right_of_use_assets", "amortization", standing.interest - standing.cost),
        *_spread(held, signed, begun, "lease_cost", standing.cost),
    ]
    for change in standing.changes:
        rows += [
            (change.document, change.on, "right_of_use_assets", "remeasurement", change.asset),
            (
                change.document,
                change.on,
                "lease_liability",
                "remeasurement",
                change.incentive - change.liability,
            ),
            (change.document, change.on, "accounts_payable", "accrual", -change.direct_costs),
            *_spread(held, change.document, change.on, "remeasurement", -change.gain),
        ]
    for loss in standing.losses:
        rows += [
            (loss.document, loss.on, "right_of_use_assets", "impairment", -loss.minor),
            (loss.document, loss.on, "impairment", "impairment", loss.minor),
        ]
    later = 0
    if held.ended is not None and held.ended.effective_on < day:
        penalty = held.ended.facts.minor(held.ended.facts.penalty)
        loss_at_end = standing.asset - standing.liability + penalty
        ended = held.ended.id, held.ended.effective_on
        rows += [
            (*ended, "right_of_use_assets", "termination", -standing.asset),
            (*ended, "lease_liability", "termination", standing.liability - penalty),
            *_spread(held, *ended, "termination", loss_at_end),
        ]
    else:
        owed = standing.liability + standing.due - held.paid_minor
        later = max(min(lease.minor(lease.scheduled_liability(add_months(day, 12))), owed), 0)
    rows += [
        (signed, begun, "lease_liability", "reclassification", later),
        (signed, begun, "lease_liability_non_current", "reclassification", -later),
    ]
    return rows


def _short_term(held: Held, lease: Lease, standing: Standing, day: date) -> Rows:
    """Straight-line cost against accrued expenses; what is paid ahead of it is a prepaid expense."""
    signed, begun = held.signed.id, lease.commences_on
    costs = lease.minor(lease.facts.initial_direct_costs)
    rows: Rows = [
        *_spread(held, signed, begun, "lease_cost", standing.cost),
        (signed, begun, "accounts_payable", "accrual", -costs),
        (signed, begun, "accrued_expenses", "accrual", costs - standing.cost),
    ]
    owed = standing.cost - costs - held.paid_minor
    if held.ended is not None and held.ended.effective_on < day:
        rest = standing.due + costs - standing.cost + held.ended.facts.minor(held.ended.facts.penalty)
        function = by_function(0, lease.facts.currency, held.functions)[0][0]
        rows += [
            (held.ended.id, held.ended.effective_on, f"lease_cost_in_{function}", "lease_cost", rest),
            (held.ended.id, held.ended.effective_on, "accrued_expenses", "accrual", -rest),
        ]
        owed += rest
    ahead = max(-owed, 0)
    rows += [
        (signed, begun, "prepaid_expenses", "reclassification", ahead),
        (signed, begun, "accrued_expenses", "reclassification", -ahead),
    ]
    return rows


def _spread(held: Held, document: int, first_on: date, activity: str, minor: int) -> Rows:
    """An amount of lease cost, to the functions that use the space."""
    return [
        (document, first_on, f"lease_cost_in_{function}", activity, part)
        for function, part in by_function(minor, held.signed.facts.currency, held.functions)
    ]


def _line(filed: Filed, account: str, activity: str, minor: int) -> Balance:
    currency = filed.facts.currency
    return Balance(filed.id, account, activity, currency, filed.effective_on, minor, segment=CORPORATE)


def register(known: Sequence[Filed], day: date) -> Register:
    """Every lease that is running, what is still to be paid by year, and the weighted averages of the note."""
    running = []
    for held in leases_of(known)[0]:
        lease = held.lease
        if not isinstance(lease, Lease) or day <= lease.commences_on or day >= lease.ends_on:
            continue
        if held.ended is None or held.ended.facts.on > day:
            running.append((lease, held.paid_minor))
    return register_of(FAMILY.name, running, day)


FAMILY = Family(
    name="leases",
    version=policy.POLICY.version,
    kinds=(
        *(LeaseSigned, LeaseCommenced, LeasePaid, LeaseModified, LeaseEnded, LeaseVariableCost),
        *(SubleaseSigned, SubleaseRentReceived, SubleaseEnded),
    ),
    sees=(ImpairmentTested,),
    balances=balances,
    active=partial(documents_that_move, balances),
    problems=problems,
    register=register,
)
