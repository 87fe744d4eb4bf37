"""Opening a locked month again: one controller asks, another approves, and both stay on record."""

from datetime import datetime

from django.db import transaction

from stoa.kernel.refusals import Conflict, NotAllowed, NotFound
from stoa.kernel.spans import Month
from stoa.ledger.commands import hold_one_posting_run, hold_period_gate
from stoa.ledger.data import CLOSED, PeriodRow, ReopeningRequestRow
from stoa.ledger.models import FiscalPeriod, PeriodReopening, ReopeningRequest
from stoa.ledger.periods import checked_reason, hold_period, require_controller
from stoa.ledger.queries import get_period


class NotLocked(Conflict):
    """The month is not locked, or not under the seal that was asked about: there is nothing to reopen."""

    code = "not_locked"


class LaterMonthLocked(Conflict):
    """Only the latest locked month opens again: a later one rests on this one."""

    code = "later_month_locked"


def request_reopening(
    *, entity: str, month: Month, requested_by: int, reason: str, requested_at: datetime
) -> ReopeningRequestRow:
    """Ask, as a controller, to open the latest locked month again. Another controller approves.

    Raises ``NotLocked``, ``LaterMonthLocked``, ``NotAllowed`` and ``Invalid``.
    """
    reason = checked_reason(reason)
    require_controller(requested_by)
    with transaction.atomic():
        period = hold_period(entity, month)
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
        require_controller(request.requested_by_id)
        require_controller(approved_by)
        hold_one_posting_run(entity)
        hold_period_gate(entity)
        period = hold_period(entity, month)
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


def _request_row(request: ReopeningRequest) -> ReopeningRequestRow:
    return ReopeningRequestRow(
        request.pk,
        Month.of(request.period.month),
        request.seal,
        request.reason,
        request.requested_by_id,
        request.requested_at,
    )
