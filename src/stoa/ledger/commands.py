"""Writes of the ledger: periods, batches with their entries, the lock."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from django.db import connection, transaction

from stoa.kernel.refusals import Conflict
from stoa.kernel.spans import Month
from stoa.ledger.data import CLOSED, BatchRow, LineToPost, PeriodRow, SealedLines
from stoa.ledger.models import FiscalPeriod, JournalEntry, JournalLine, PostingBatch
from stoa.ledger.queries import batch_rows, period_row
from stoa.ledger.rules import hash_of_batch

#: First halves of advisory lock numbers; the second half is the entity.
_ONE_POSTING_RUN = 7_301
_PERIOD_GATE = 7_302


class PeriodClosed(Conflict):
    """The month is locked; later facts count in the first open one."""

    code = "period_closed"


def hold_one_posting_run(entity: str) -> None:
    """Wait until no other posting or close runs for the entity; held until the transaction ends."""
    _lock("pg_advisory_xact_lock", _ONE_POSTING_RUN, entity)


def hold_periods_open(entity: str) -> None:
    """Keep every open month of the entity open until the transaction ends (shared: filers do not wait for each other)."""
    _lock("pg_advisory_xact_lock_shared", _PERIOD_GATE, entity)


def hold_period_gate(entity: str) -> None:
    """Wait for filers under way and let none begin until the transaction ends: the last step of a close."""
    _lock("pg_advisory_xact_lock", _PERIOD_GATE, entity)


def ensure_periods(*, entity: str, first: Month, through: Month) -> tuple[PeriodRow, ...]:
    """Return every month from ``first`` to ``through``, opening those the books do not know yet."""
    months = []
    month = first
    while month <= through:
        months.append(month)
        month = month.plus(1)
    known = FiscalPeriod.objects.filter(entity=entity, month__gte=first.start_on).values_list(
        "month", flat=True
    )
    missing = {month.start_on for month in months} - set(known)
    FiscalPeriod.objects.bulk_create(
        [FiscalPeriod(entity=entity, month=day) for day in sorted(missing)], ignore_conflicts=True
    )
    found = FiscalPeriod.objects.filter(
        entity=entity, month__gte=first.start_on, month__lte=through.start_on
    ).order_by("month")
    return tuple(period_row(period) for period in found)


def post_batch(
    *,
    entity: str,
    month: Month,
    lines: Sequence[LineToPost],
    sealed: SealedLines,
    policies: Mapping[str, str],
    posted_at: datetime,
) -> BatchRow:
    """Append one batch, its journal entry and its lines to an open month, chained to the batch before.

    Call under ``hold_one_posting_run``. ``lines`` must balance in each currency (the database refuses
    otherwise). Raises ``PeriodClosed``.
    """
    with transaction.atomic():
        period = FiscalPeriod.objects.select_for_update().get(entity=entity, month=month.start_on)
        if period.status == CLOSED:
            raise PeriodClosed(f"{month} is locked. What belongs to it counts in the first open month.")
        last = PostingBatch.objects.filter(entity=entity).order_by("-number").first()
        batch = PostingBatch(
            entity=entity,
            number=last.number + 1 if last else 1,
            period=period,
            posted_at=posted_at,
            policies=dict(policies),
            file_name=sealed.file_name,
            file_sha256=sealed.file_sha256,
            content_sha256=sealed.content_sha256,
            line_count=sealed.line_count,
            document_count=sealed.document_count,
            previous_hash=last.hash if last else "",
        )
        reference = f"{entity}:{month}:{batch.number:06d}"
        entry_on = month.end_on - timedelta(days=1)
        batch.hash = hash_of_batch(batch, month=month, reference=reference, entry_on=entry_on, lines=lines)
        batch.save()
        entry = JournalEntry.objects.create(
            reference=reference,
            batch=batch,
            period=period,
            entry_on=entry_on,
            description=f"Posting run {batch.number} for {month}",
        )
        JournalLine.objects.bulk_create([_journal_line(entry, line) for line in lines])
    return batch_rows(entity=entity, batch_id=batch.pk)[0]


def _journal_line(entry: JournalEntry, line: LineToPost) -> JournalLine:
    return JournalLine(
        entry=entry,
        account_id=line.account,
        activity=line.activity,
        currency=line.currency,
        segment=line.segment,
        product=line.product,
        partner=line.partner,
        is_late=line.is_late,
        belongs_from=line.belongs_from,
        belongs_until=line.belongs_until,
        amount_minor=line.amount_minor,
    )


def _lock(function: str, space: int, entity: str) -> None:
    assert connection.in_atomic_block, "locks of the books live as long as a transaction"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {function}(%s, hashtext(%s))", [space, entity])
