"""The seal of a locked month, and the history that it covers: reopenings and permits."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from stoa.kernel.spans import Month
from stoa.ledger.data import CLOSED, PeriodHistory, PermitRow, ReopeningRow
from stoa.ledger.models import AdjustmentPermit, FiscalPeriod, PeriodReopening, PostingBatch


def history_of(*, entity: str, month: Month) -> PeriodHistory:
    """Return the reopenings and permits of a month, oldest first."""
    period = FiscalPeriod.objects.filter(entity=entity, month=month.start_on).first()
    return PeriodHistory((), ()) if period is None else history_in(period)


def seal_of_period(period: FiscalPeriod) -> str:
    """Return the hash that seals a locked month as its row, its batches and its history stand now."""
    month, history = Month.of(period.month), history_in(period)
    return seal_of(
        period.entity,
        month,
        head=_head(period.entity, month),
        closed=(period.closed_at, period.closed_by),
        checks=period.checks,
        tie_outs=period.tie_outs,
        history=_facts(history, earlier_than=len(history.reopenings)),
    )


def seal_of(
    entity: str,
    month: Month,
    *,
    head: str,
    closed: tuple[datetime | None, str],
    checks: Sequence[Mapping[str, Any]],
    tie_outs: Mapping[str, Any],
    history: Sequence[Any],
) -> str:
    """Return the hash that seals a month: the chain's head, who closed it when, checks, what tied out, and its history."""
    closed_at, closed_by = closed
    parts: list[Any] = [entity, str(month), head, closed_at and _at(closed_at), closed_by, list(checks)]
    if tie_outs:
        parts.append(tie_outs)
    if history:
        parts.append(list(history))
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


def seal_problems(entity: str) -> tuple[tuple[Month, str], ...]:
    """Return the months whose seal, or one of an earlier close, no longer fits what is in them, with words."""
    problems: list[tuple[Month, str]] = []
    hashes = set(PostingBatch.objects.filter(entity=entity).values_list("hash", flat=True))
    for period in FiscalPeriod.objects.filter(entity=entity).order_by("month"):
        month = Month.of(period.month)
        if period.status == CLOSED and period.seal != seal_of_period(period):
            problems.append((month, "its seal is not the one it was closed with"))
        history = history_in(period)
        for number, before in enumerate(history.reopenings):
            if before.head and before.head not in hashes:
                problems.append((month, "a batch that an earlier seal covers is gone"))
            elif before.seal != seal_of(
                entity,
                month,
                head=before.head,
                closed=(before.closed_at, before.closed_by),
                checks=before.checks,
                tie_outs=before.tie_outs,
                history=_facts(history, earlier_than=number),
            ):
                problems.append((month, "the record of its reopening is not the one that was made"))
    return tuple(problems)


def history_in(period: FiscalPeriod) -> PeriodHistory:
    """Return the reopenings and permits of a month by its row, oldest first."""
    month = Month.of(period.month)
    reopenings = PeriodReopening.objects.select_related("request").filter(period=period).order_by("id")
    permits = AdjustmentPermit.objects.filter(period=period).order_by("id")
    return PeriodHistory(
        tuple(_reopening_row(each, month) for each in reopenings),
        tuple(permit_row(each, month) for each in permits),
    )


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


def permit_row(permit: AdjustmentPermit, month: Month) -> PermitRow:
    """Return a permit as it leaves the room."""
    return PermitRow(month, permit.reference, permit.reason, permit.allowed_by_id, permit.allowed_at)


def _head(entity: str, month: Month) -> str:
    """The hash of the chain's last batch in ``month`` or before; empty without any."""
    found = PostingBatch.objects.filter(entity=entity, period__month__lte=month.start_on).order_by("-number")
    return found.values_list("hash", flat=True).first() or ""
