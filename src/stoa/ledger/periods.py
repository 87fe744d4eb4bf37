"""What was done to a month: soft close, permits, reopenings; and the seal that covers all of it."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from stoa.kernel.refusals import Conflict, Invalid, NotAllowed, NotFound
from stoa.kernel.spans import Month
from stoa.ledger.commands import PeriodClosed, hold_one_posting_run, hold_period_gate
from stoa.ledger.data import (
    CLOSED,
    OPEN,
    SOFT,
    PeriodHistory,
    PeriodRow,
    PermitRow,
    ReopeningRequestRow,
    ReopeningRow,
)
from stoa.ledger.models import (
    AdjustmentPermit,
    FiscalPeriod,
    PeriodReopening,
    PostingBatch,
    ReopeningRequest,
)
from stoa.ledger.queries import get_period, periods_of
from stoa.people import api as people

_LONGEST_REASON = 500


class NotLocked(Conflict):
    """The month is not locked, or not under the seal that was asked about: there is nothing to reopen."""

    code = "not_locked"


class LaterMonthLocked(Conflict):
    """Only the latest locked month opens again: a later one rests on this one."""

    code = "later_month_locked"


class NotSoftClosed(Conflict):
    """Adjustments are allowed in a soft closed month alone."""

    code = "not_soft_closed"


def lock_softly(
    *,
    entity: str,
    month: Month,
    closed_at: datetime,
    closed_by: str,
    checks: Sequence[Mapping[str, Any]],
    tie_outs: Mapping[str, Any],
) -> PeriodRow:
    """Let only documents that a controller allows by name count in a month from now on. Raises ``PeriodClosed``."""
    with transaction.atomic():
        period = _locked_row(entity, month)
        if period.status != OPEN:
            raise PeriodClosed(f"{month} is closed already.")
        period.status = SOFT
        period.soft_closed_at = closed_at
        period.soft_closed_by = closed_by
        period.checks = list(checks)
        period.tie_outs = dict(tie_outs)
        period.save()
    return get_period(entity=entity, month=month)


def lock_period(
    *,
    entity: str,
    month: Month,
    closed_at: datetime,
    closed_by: str,
    checks: Sequence[Mapping[str, Any]],
    tie_outs: Mapping[str, Any],
) -> PeriodRow:
    """Lock a month and seal it: the hash of the chain so far, the checks, what tied out, and the month's history.

    Raises ``PeriodClosed`` when it is locked already.
    """
    with transaction.atomic():
        period = _locked_row(entity, month)
        if period.status == CLOSED:
            raise PeriodClosed(f"{month} is closed already (sealed {period.seal[:12]}).")
        period.status = CLOSED
        period.closed_at = closed_at
        period.closed_by = closed_by
        period.checks = list(checks)
        period.tie_outs = dict(tie_outs)
        period.seal = seal_of(
            entity,
            month,
            head=_head(entity, month),
            checks=checks,
            tie_outs=tie_outs,
            history=_facts_of(period),
        )
        period.save()
    return get_period(entity=entity, month=month)


def request_reopening(
    *, entity: str, month: Month, requested_by: int, reason: str, requested_at: datetime
) -> ReopeningRequestRow:
    """Ask, as a controller, to open the latest locked month again. Another controller approves.

    Raises ``NotLocked``, ``LaterMonthLocked``, ``NotAllowed`` and ``Invalid``.
    """
    reason = _reason(reason)
    _require_controller(requested_by)
    with transaction.atomic():
        period = _locked_row(entity, month)
        if period.status != CLOSED:
            raise NotLocked(f"{month} is not locked: there is nothing to reopen.")
        later = FiscalPeriod.objects.filter(entity=entity, month__gt=period.month, status=CLOSED)
        if latest := later.order_by("-month").values_list("month", flat=True).first():
            raise LaterMonthLocked(
                f"{Month.of(latest)} is locked and rests on {month}. Only the latest locked month opens again; correct "
                "an older one by a document in an open month."
            )
        request = ReopeningRequest.objects.create(
            period=period,
            seal=period.seal,
            reason=reason,
            requested_by_id=requested_by,
            requested_at=requested_at,
        )
    return _request_row(request)


def approve_reopening(*, request_id: int, approved_by: int, approved_at: datetime) -> PeriodRow:
    """Open the month that was asked about, as another controller; it is soft closed afterwards, its old seal on record.

    Raises ``NotFound``, ``NotAllowed`` (the same person, or one without the role), ``NotLocked`` and
    ``LaterMonthLocked``.
    """
    with transaction.atomic():
        request = ReopeningRequest.objects.select_related("period").filter(pk=request_id).first()
        if request is None:
            raise NotFound("There is no such request to reopen a month.")
        entity, month = request.period.entity, Month.of(request.period.month)
        if approved_by == request.requested_by_id:
            raise NotAllowed("Reopening a month needs two people: another controller must approve.")
        _require_controller(request.requested_by_id)
        _require_controller(approved_by)
        hold_one_posting_run(entity)
        hold_period_gate(entity)
        period = _locked_row(entity, month)
        if period.status != CLOSED or period.seal != request.seal:
            raise NotLocked(f"{month} is no longer locked under the seal that was asked about; ask again.")
        if FiscalPeriod.objects.filter(entity=entity, month__gt=period.month, status=CLOSED).exists():
            raise LaterMonthLocked(f"A later month than {month} was locked meanwhile.")
        PeriodReopening.objects.create(
            request=request, period=period, approved_by_id=approved_by, approved_at=approved_at
        )
    return get_period(entity=entity, month=month)


def waiting_reopenings(entity: str) -> tuple[ReopeningRequestRow, ...]:
    """Return requests that nobody approved and whose month is still locked under the seal they name."""
    found = ReopeningRequest.objects.select_related("period").filter(
        period__entity=entity, period__status=CLOSED
    )
    answered = set(PeriodReopening.objects.values_list("request_id", flat=True))
    return tuple(
        _request_row(request)
        for request in found.order_by("id")
        if request.pk not in answered and request.seal == request.period.seal
    )


def allow_adjustment(
    *, entity: str, month: Month, reference: str, reason: str, allowed_by: int, allowed_at: datetime
) -> PermitRow:
    """Let the document ``reference``, not filed yet, count in a soft closed month. Allowing twice changes nothing.

    Raises ``NotSoftClosed``, ``NotAllowed`` and ``Invalid``.
    """
    reason = _reason(reason)
    reference = reference.strip()
    if not 0 < len(reference) <= 200 or "\x00" in reference:
        raise Invalid(
            "Name the reference of the document to allow.", fields={"reference": "must not be empty"}
        )
    _require_controller(allowed_by)
    with transaction.atomic():
        hold_period_gate(entity)
        period = _locked_row(entity, month)
        if period.status != SOFT:
            state = "open: every document of it counts" if period.status == OPEN else "locked"
            raise NotSoftClosed(f"{month} is {state}. Adjustments are allowed in a soft closed month.")
        permit, _ = AdjustmentPermit.objects.get_or_create(
            period=period,
            reference=reference,
            defaults={"reason": reason, "allowed_by_id": allowed_by, "allowed_at": allowed_at},
        )
    return _permit_row(permit, month)


def history_of(*, entity: str, month: Month) -> PeriodHistory:
    """Return the reopenings and permits of a month, oldest first."""
    period = FiscalPeriod.objects.filter(entity=entity, month=month.start_on).first()
    return PeriodHistory((), ()) if period is None else _history(period)


def seal_of(
    entity: str,
    month: Month,
    *,
    head: str,
    checks: Sequence[Mapping[str, Any]],
    tie_outs: Mapping[str, Any],
    history: Sequence[Any],
) -> str:
    """Return the hash that seals a month: the chain's head, the checks it passed, what tied out, and its history."""
    parts: list[Any] = [entity, str(month), head, list(checks)]
    if tie_outs:
        parts.append(tie_outs)
    if history:
        parts.append(list(history))
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


def seal_problems(entity: str) -> tuple[tuple[Month, str], ...]:
    """Return the months whose seal, or one of an earlier close, no longer fits what is in them, with words."""
    problems: list[tuple[Month, str]] = []
    hashes = set(PostingBatch.objects.filter(entity=entity).values_list("hash", flat=True))
    for row in periods_of(entity):
        period = FiscalPeriod.objects.get(entity=entity, month=row.month.start_on)
        history = _history(period)
        if row.is_closed and row.seal != seal_of(
            entity,
            row.month,
            head=_head(entity, row.month),
            checks=row.checks,
            tie_outs=row.tie_outs,
            history=_facts_of(period),
        ):
            problems.append((row.month, "its seal is not the one it was closed with"))
        for number, before in enumerate(history.reopenings):
            if before.head and before.head not in hashes:
                problems.append((row.month, "a batch that an earlier seal covers is gone"))
            elif before.seal != seal_of(
                entity,
                row.month,
                head=before.head,
                checks=before.checks,
                tie_outs=before.tie_outs,
                history=_facts(history, earlier_than=number),
            ):
                problems.append((row.month, "the record of its reopening is not the one that was made"))
    return tuple(problems)


def _facts_of(period: FiscalPeriod) -> list[Any]:
    history = _history(period)
    return _facts(history, earlier_than=len(history.reopenings))


def _facts(history: PeriodHistory, *, earlier_than: int) -> list[Any]:
    """What a seal says of the history: reopenings before it, and permits given before the next one."""
    before = history.reopenings[:earlier_than]
    is_last = earlier_than == len(history.reopenings)
    given = history.permits if is_last else history.permits[: history.reopenings[earlier_than].permit_count]
    facts: list[Any] = [
        [
            *("reopened", each.seal, each.reason, each.requested_by, _at(each.requested_at)),
            *(each.approved_by, _at(each.approved_at), each.head),
        ]
        for each in before
    ]
    facts += [
        ["allowed", each.reference, each.reason, each.allowed_by, _at(each.allowed_at)] for each in given
    ]
    return facts


def _at(moment: datetime) -> int:
    """Microseconds since 1970: the same text whatever time zone a connection speaks."""
    return round(moment.timestamp() * 1_000_000)


def _history(period: FiscalPeriod) -> PeriodHistory:
    month = Month.of(period.month)
    reopenings = PeriodReopening.objects.select_related("request").filter(period=period).order_by("id")
    permits = AdjustmentPermit.objects.filter(period=period).order_by("id")
    return PeriodHistory(
        tuple(_reopening_row(each, month) for each in reopenings),
        tuple(_permit_row(each, month) for each in permits),
    )


def _reopening_row(record: PeriodReopening, month: Month) -> ReopeningRow:
    assert record.closed_at is not None, "the trigger takes it from the month"
    return ReopeningRow(
        month=month,
        reason=record.request.reason,
        requested_by=record.request.requested_by_id,
        requested_at=record.request.requested_at,
        approved_by=record.approved_by_id,
        approved_at=record.approved_at,
        seal=record.seal,
        head=record.head,
        closed_at=record.closed_at,
        closed_by=record.closed_by,
        checks=tuple(record.checks),
        tie_outs=record.tie_outs,
        permit_count=record.permit_count,
    )


def _permit_row(permit: AdjustmentPermit, month: Month) -> PermitRow:
    return PermitRow(month, permit.reference, permit.reason, permit.allowed_by_id, permit.allowed_at)


def _request_row(request: ReopeningRequest) -> ReopeningRequestRow:
    return ReopeningRequestRow(
        request.pk,
        Month.of(request.period.month),
        request.seal,
        request.reason,
        request.requested_by_id,
        request.requested_at,
    )


def _head(entity: str, month: Month) -> str:
    """The hash of the chain's last batch in ``month`` or before; empty without any."""
    found = PostingBatch.objects.filter(entity=entity, period__month__lte=month.start_on).order_by("-number")
    return found.values_list("hash", flat=True).first() or ""


def _locked_row(entity: str, month: Month) -> FiscalPeriod:
    assert connection.in_atomic_block, "a row is held until the transaction ends"
    period = FiscalPeriod.objects.select_for_update().filter(entity=entity, month=month.start_on).first()
    if period is None:
        raise NotFound(f"The books of {entity} do not know {month} yet: nothing was posted in it.")
    return period


def _require_controller(user_id: int) -> None:
    if people.CONTROLLER not in people.roles_of(user_id):
        person = people.get_person(user_id)
        raise NotAllowed(f"{person.email} does not hold the role controller. An operator can grant it.")


def _reason(text: str) -> str:
    text = " ".join(text.split())
    if not 0 < len(text) <= _LONGEST_REASON or "\x00" in text:
        raise Invalid(
            f"Say why, in at most {_LONGEST_REASON} characters.", fields={"reason": "must not be empty"}
        )
    return text
