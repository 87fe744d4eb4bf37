"""What keeps leases and subleases from being accounted for, in words that say what to file."""

from collections.abc import Iterator, Sequence
from datetime import date

from stoa.policies.kinds.frame import Filed
from stoa.policies.kinds.held_leases import Held, leases_of
from stoa.policies.kinds.impairments import Loss, losses
from stoa.policies.kinds.lease_books import Lease
from stoa.policies.kinds.lease_documents import LeaseModified
from stoa.policies.kinds.sublease_documents import SubleaseSigned
from stoa.policies.kinds.subleases import Sublease, is_tested, subleases


def problems(known: Sequence[Filed], day: date) -> Iterator[str]:
    """Leases without a rate, changes that fit no period, payments beyond the lease, subleases without a test."""
    held, orphans = leases_of(known)
    tested = losses(known, "leases")
    for each in held:
        name = each.signed.facts.reference
        if isinstance(each.lease, str):
            yield f"{name} {each.lease}"
        elif each.lease is not None:
            yield from _misfits(each, each.lease, tested.get((name, each.signed.facts.currency), ()))
    for filed in orphans:
        yield f"{filed.facts.reference} belongs to the lease {filed.facts.lease!r}, which is not filed in {filed.facts.currency}"
    by_reference = {(each.signed.facts.reference, each.signed.facts.currency): each for each in held}
    found, unknown = subleases(known)
    for sublease in found:
        facts: SubleaseSigned = sublease.signed.facts
        head = by_reference.get((facts.lease, facts.currency))
        if head is None:
            yield f"{facts.reference} sublets {facts.lease!r}, which is not filed in {facts.currency}"
        elif _is_carried(head, sublease, day) and not is_tested(sublease, known):
            yield (
                f"{facts.reference} sublets {facts.lease!r}, which was not tested for impairment since: file "
                "impairment_tested with the right of use, also when it is recoverable"
            )
    for filed in unknown:
        yield (
            f"{filed.facts.reference} belongs to the sublease {filed.facts.sublease!r}, which is not filed in "
            f"{filed.facts.currency}"
        )


def _is_carried(head: Held, sublease: Sublease, day: date) -> bool:
    """Whether the lease has a right of use on the day its sublease was executed."""
    signed_on = sublease.signed.facts.signed_on
    lease = head.lease
    return (
        isinstance(lease, Lease)
        and not lease.is_short_term
        and signed_on < day
        and lease.commences_on <= signed_on < head.last(lease.ends_on)
    )


def _misfits(held: Held, lease: Lease, lost: Sequence[Loss]) -> Iterator[str]:
    name, signed = held.signed.facts.reference, held.signed.facts
    if len(held.commenced) > 1:
        yield f"{held.commenced[1].facts.reference} lets {name} commence a second time: void one of them"
    used = {filed.id for filed, _ in lease.changes}
    for each in held.modified:
        facts: LeaseModified = each.facts
        if each.id not in used:
            yield (
                f"{facts.reference} changes {name} on {facts.on}, which is no first day of one of its periods (they "
                f"begin on {lease.start_of(0)} and every {lease.months} months) or has a change already"
            )
        elif facts.why != "rate_index" and facts.annual_rate is None and not lease.is_short_term:
            yield (
                f"{facts.reference} needs the discount rate of {facts.on}: void it and file it with annual_rate "
                "(only a change of an index keeps the old rate)"
            )
        if held.ended is not None and facts.on >= held.ended.facts.on:
            yield f"{facts.reference} changes {name}, which ended on {held.ended.facts.on}"
    asked = lease.minor(sum(lease.payments, signed.prepaid - signed.incentive_received))
    asked -= sum(each.facts.minor(each.facts.incentive) for each in held.modified if each.id in used)
    if held.ended is not None:
        asked = lease.minor(lease.due(held.ended.facts.on)) + held.ended.facts.minor(held.ended.facts.penalty)
    if held.paid_minor > asked:
        yield (
            f"{name} was paid more than it asks for in all: what varies is lease_variable_cost, a deposit or "
            "another lease has its own document"
        )
    fitting = {loss.document for loss, _ in lease.losses}
    for loss in lost:
        if loss.document not in fitting and not lease.is_short_term:
            yield f"{name} bears an impairment on {loss.on}, a day on which it has no right of use"
