"""Reads of the ledger; set-based, rows out."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from typing import Any

from django.db import connection
from django.db.models import QuerySet, Sum

from stoa.kernel.refusals import NotFound
from stoa.kernel.spans import Month
from stoa.ledger.data import (
    CLOSED,
    AccountRow,
    BalanceRow,
    BatchRow,
    ChainProblem,
    LateRow,
    LineRow,
    LineToPost,
    MovementRow,
    PeriodRow,
    SumRow,
)
from stoa.ledger.models import FiscalPeriod, JournalEntry, JournalLine, LedgerAccount, PostingBatch
from stoa.ledger.rules import hash_of_batch


def period_row(period: FiscalPeriod) -> PeriodRow:
    """The row of a loaded period."""
    return PeriodRow(
        entity=period.entity,
        month=Month.of(period.month),
        status=period.status,
        soft_closed_at=period.soft_closed_at,
        soft_closed_by=period.soft_closed_by,
        closed_at=period.closed_at,
        closed_by=period.closed_by,
        seal=period.seal,
        checks=tuple(period.checks),
        tie_outs=period.tie_outs,
    )


def chart_of_accounts() -> tuple[AccountRow, ...]:
    """Return the chart in order of its codes."""
    rows = LedgerAccount.objects.order_by("code").values_list(
        "code", "name", "type", "normal_side", "statement_line", "is_control"
    )
    return tuple(AccountRow(*row) for row in rows)


def get_account(code: str) -> AccountRow:
    """Return one account, or raise ``NotFound``."""
    for account in chart_of_accounts():
        if account.code == code:
            return account
    raise NotFound(f"The chart has no account {code}.")


def get_period(*, entity: str, month: Month) -> PeriodRow:
    """Return a month of the books, or raise ``NotFound``."""
    period = FiscalPeriod.objects.filter(entity=entity, month=month.start_on).first()
    if period is None:
        raise NotFound(f"The books of {entity} do not know {month} yet: nothing was posted in it.")
    return period_row(period)


def periods_of(entity: str) -> tuple[PeriodRow, ...]:
    """Return every month of the entity's books, oldest first."""
    return tuple(
        period_row(period) for period in FiscalPeriod.objects.filter(entity=entity).order_by("month")
    )


def entities() -> tuple[str, ...]:
    """Return every entity whose books have begun, in alphabetical order."""
    return tuple(FiscalPeriod.objects.order_by("entity").values_list("entity", flat=True).distinct())


def currencies_of(*, entity: str, through: Month) -> tuple[str, ...]:
    """Return the currencies of an entity's lines through a month, in alphabetical order."""
    return tuple(
        JournalLine.objects.filter(entry__period__entity=entity, entry__period__month__lte=through.start_on)
        .order_by("currency")
        .values_list("currency", flat=True)
        .distinct()
    )


def balances_by_partner(*, accounts: Collection[str], through: Month) -> Mapping[tuple[str, str, str], int]:
    """Return what accounts together hold through a month, of all entities, by entity, partner and currency."""
    rows: Any = (
        JournalLine.objects.filter(account_id__in=accounts, entry__period__month__lte=through.start_on)
        .values_list("entry__period__entity", "partner", "currency")
        .annotate(total=Sum("amount_minor"))
        .order_by("entry__period__entity", "partner", "currency")
    )
    return {(row[0], row[1], row[2]): int(row[3]) for row in rows}


def last_closed_month(entity: str) -> Month | None:
    """Return the latest locked month; ``None`` while nothing is locked."""
    day = (
        FiscalPeriod.objects.filter(entity=entity, status=CLOSED)
        .order_by("-month")
        .values_list("month", flat=True)
        .first()
    )
    return Month.of(day) if day else None


def batch_rows(
    *, entity: str, month: Month | None = None, batch_id: int | None = None
) -> tuple[BatchRow, ...]:
    """Return batches in order of their number: of one month, one of them, or all."""
    entries: QuerySet[JournalEntry] = JournalEntry.objects.filter(batch__entity=entity)
    if month is not None:
        entries = entries.filter(period__month=month.start_on)
    if batch_id is not None:
        entries = entries.filter(batch_id=batch_id)
    return tuple(
        BatchRow(
            id=entry.batch.pk,
            number=entry.batch.number,
            entity=entry.batch.entity,
            month=Month.of(entry.period.month),
            entry_id=entry.pk,
            entry_reference=entry.reference,
            posted_at=entry.batch.posted_at,
            policies=entry.batch.policies,
            file_name=entry.batch.file_name,
            file_sha256=entry.batch.file_sha256,
            content_sha256=entry.batch.content_sha256,
            line_count=entry.batch.line_count,
            document_count=entry.batch.document_count,
            previous_hash=entry.batch.previous_hash,
            hash=entry.batch.hash,
        )
        for entry in entries.select_related("batch", "period").order_by("batch__number")
    )


def get_batch(*, entity: str, batch_id: int) -> BatchRow:
    """Return one batch, or raise ``NotFound``."""
    rows = batch_rows(entity=entity, batch_id=batch_id)
    if not rows:
        raise NotFound("There is no such posting batch.")
    return rows[0]


def balances(*, entity: str, month: Month) -> tuple[BalanceRow, ...]:
    """Return each account's opening, movement and closing for a month, by currency, in one query."""
    with connection.cursor() as cursor:
        cursor.execute(_BALANCES, {"entity": entity, "month": month.start_on})
        return tuple(BalanceRow(AccountRow(*row[:6]), *row[6:]) for row in cursor.fetchall())


def lines(
    *,
    entity: str,
    month: Month | None = None,
    through: Month | None = None,
    account: str = "",
    batch_id: int | None = None,
) -> tuple[LineRow, ...]:
    """Return posted lines in order of posting, of a month or through one, an account, a batch, or all."""
    found = JournalLine.objects.filter(entry__period__entity=entity)
    if month is not None:
        found = found.filter(entry__period__month=month.start_on)
    if through is not None:
        found = found.filter(entry__period__month__lte=through.start_on)
    if account:
        found = found.filter(account_id=account)
    if batch_id is not None:
        found = found.filter(entry__batch_id=batch_id)
    rows: Any = found.order_by("entry__batch__number", "id").values_list(
        *("id", "entry__batch_id", "entry__batch__number", "entry__reference", "entry__entry_on"),
        *(
            "entry__period__month",
            "account_id",
            "account__name",
            "activity",
            "currency",
            "segment",
            "product",
            "partner",
        ),
        *("is_late", "belongs_from", "belongs_until", "amount_minor"),
    )
    return tuple(LineRow(*(*row[:5], Month.of(row[5]), *row[6:])) for row in rows)


def movements(*, entity: str, through: Month) -> tuple[tuple[Month, str, str, int], ...]:
    """Return (month, account, currency, amount) of every month through one: all that statements need, in one query."""
    rows = (
        JournalLine.objects.filter(entry__period__entity=entity, entry__period__month__lte=through.start_on)
        .values_list("entry__period__month", "account_id", "currency")
        .annotate(total=Sum("amount_minor"))
        .order_by("entry__period__month", "account_id")
    )
    return tuple((Month.of(day), account, currency, int(total)) for day, account, currency, total in rows)


def sums(*, entity: str, through: Month, account: str) -> tuple[SumRow, ...]:
    """Return an account's sums by month, activity and dimension, through a month, in one query."""
    rows: Any = (
        JournalLine.objects.filter(
            entry__period__entity=entity, entry__period__month__lte=through.start_on, account_id=account
        )
        .values_list(
            "entry__period__month", "activity", "currency", "segment", "product", "partner", "is_late"
        )
        .annotate(total=Sum("amount_minor"))
        .order_by("entry__period__month", "segment", "product", "partner", "activity", "is_late")
    )
    return tuple(SumRow(*(Month.of(row[0]), *row[1:7], int(row[7]))) for row in rows)


def movements_by_activity(*, entity: str, through: Month, currency: str) -> tuple[MovementRow, ...]:
    """Return every account's movements through a month by activity, segment and product, in one query."""
    rows: Any = (
        JournalLine.objects.filter(
            entry__period__entity=entity, entry__period__month__lte=through.start_on, currency=currency
        )
        .values_list("entry__period__month", "account_id", "activity", "segment", "product", "is_late")
        .annotate(total=Sum("amount_minor"))
        .order_by("account_id", "entry__period__month", "activity", "segment", "product", "is_late")
    )
    return tuple(MovementRow(*(Month.of(row[0]), *row[1:6], int(row[6]))) for row in rows)


def late_movements(*, entity: str, first: Month, through: Month, currency: str) -> tuple[LateRow, ...]:
    """Return what late documents put into the months from ``first`` through ``through``, by the days it belongs to."""
    rows: Any = (
        JournalLine.objects.filter(
            entry__period__entity=entity,
            entry__period__month__gte=first.start_on,
            entry__period__month__lte=through.start_on,
            currency=currency,
            is_late=True,
        )
        .values_list(
            *("entry__period__month", "account_id", "activity", "segment", "belongs_from", "belongs_until")
        )
        .annotate(total=Sum("amount_minor"))
        .order_by("entry__period__month", "belongs_from", "account_id", "activity", "segment")
    )
    return tuple(LateRow(*(Month.of(row[0]), *row[1:6], int(row[6]))) for row in rows)


def chain_problems(entity: str) -> tuple[ChainProblem, ...]:
    """Compare every posted row with the chain of hashes; empty when nothing was altered, lost or slipped in."""
    problems: list[ChainProblem] = []
    posted = _lines_by_batch(entity)
    batches = {
        batch.pk: batch for batch in PostingBatch.objects.filter(entity=entity).select_related("period")
    }
    entries = {
        e.batch_id: e for e in JournalEntry.objects.filter(batch__entity=entity).select_related("period")
    }
    previous = ""
    for expected, batch in enumerate(sorted(batches.values(), key=lambda batch: batch.number), start=1):
        entry = entries.get(batch.pk)
        if batch.number != expected:
            problems.append(ChainProblem(batch.number, f"batch {expected} is missing"))
        if batch.previous_hash != previous:
            problems.append(ChainProblem(batch.number, "does not follow the batch before it"))
        previous = batch.hash
        if entry is None:
            problems.append(ChainProblem(batch.number, "its journal entry is missing"))
            continue
        if entry.period_id != batch.period_id:
            problems.append(ChainProblem(batch.number, "its journal entry was moved to another month"))
        known = hash_of_batch(
            batch,
            month=Month.of(batch.period.month),
            reference=entry.reference,
            entry_on=entry.entry_on,
            lines=posted.pop(batch.pk, []),
        )
        if known != batch.hash:
            problems.append(ChainProblem(batch.number, "its rows are not those that were posted"))
    problems.extend(ChainProblem(0, f"lines of an unknown batch {batch_id}") for batch_id in posted)
    return tuple(problems)


def _lines_by_batch(entity: str) -> dict[int, list[LineToPost]]:
    found: dict[int, list[LineToPost]] = defaultdict(list)
    for line in lines(entity=entity):
        found[line.batch_id].append(
            LineToPost(
                line.account,
                line.activity,
                line.currency,
                line.segment,
                line.product,
                line.partner,
                line.is_late,
                line.belongs_from,
                line.belongs_until,
                line.amount_minor,
            )
        )
    return found


_BALANCES = """
SELECT account.code, account.name, account.type, account.normal_side, account.statement_line,
       account.is_control, line.currency,
       coalesce(sum(line.amount_minor) FILTER (WHERE period.month < %(month)s), 0)::bigint,
       coalesce(sum(line.debit_minor) FILTER (WHERE period.month = %(month)s), 0)::bigint,
       coalesce(sum(line.credit_minor) FILTER (WHERE period.month = %(month)s), 0)::bigint,
       sum(line.amount_minor)::bigint
  FROM ledger_journalline line
  JOIN ledger_journalentry entry ON entry.id = line.entry_id
  JOIN ledger_fiscalperiod period ON period.id = entry.period_id
  JOIN ledger_ledgeraccount account ON account.code = line.account_id
 WHERE period.entity = %(entity)s AND period.month <= %(month)s
 GROUP BY account.code, line.currency
 ORDER BY account.code, line.currency
"""
