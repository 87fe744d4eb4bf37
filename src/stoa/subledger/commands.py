"""Writes of the subledger: filing documents."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import fields
from datetime import date
from functools import cache
from itertools import islice
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper
from psycopg.types.json import Jsonb

from stoa.kernel.refusals import Conflict, Invalid
from stoa.ledger import api as ledger
from stoa.policies.kinds.manual_entries import EntryLine, ManualEntry
from stoa.policies.kinds.opening_balances import OpeningBalance
from stoa.policies.kinds.supplier_bills import BillLine, SupplierBill
from stoa.subledger.data import Document, FiledDocument, FilingReport
from stoa.subledger.rules import Record, problems_of, record_of

_CHUNK = 5_000
_COLUMNS = tuple(field.name for field in fields(Record))
COLUMN_LIST = ", ".join(f'"{name}"' for name in _COLUMNS)
_SAME = " AND ".join(f'known."{name}" IS NOT DISTINCT FROM given."{name}"' for name in _COLUMNS)


class ReferenceTaken(Conflict):
    """Another document was filed under this reference; facts do not change, so file a correction."""

    code = "reference_taken"


def file(document: Document) -> FiledDocument:
    """Append a document; filing the same content again changes nothing and answers the first filing.

    Joins the caller's transaction. The document counts from the month it is effective in, or from the
    first open month when that one is locked. Raises ``Invalid`` (with ``fields``) and ``ReferenceTaken``.
    """
    problems = problems_of(document) or _problems_with_accounts(document, _accounts)
    if problems:
        words = "; ".join(f"{name} {problem}" for name, problem in problems.items())
        raise Invalid(f"The document {document.reference!r} cannot be filed: {words}.", fields=problems)
    record = record_of(document, time_zone=settings.STOA_ENTITY_TIME_ZONE)
    with transaction.atomic(), connection.cursor() as cursor:
        ledger.hold_periods_open(record.entity)
        cursor.execute(_INSERT_ONE, _values(record))
        row = cursor.fetchone()
        if row is None:
            cursor.execute(_SAME_AS_FILED, _values(record))
            row = cursor.fetchone()
            assert row is not None
            if not row[3]:
                raise ReferenceTaken(
                    f"Another document is filed as {record.reference!r} already. Documents are never changed: "
                    "file a new one that corrects it."
                )
            return FiledDocument(row[0], record.reference, record.kind, row[1], row[2], is_new=False)
        return FiledDocument(row[0], record.reference, record.kind, row[1], row[2], is_new=True)


def file_many(documents: Iterable[Document]) -> FilingReport:
    """File documents in sets of a few thousand, each in its own transaction (or in the caller's).

    A document that cannot be filed is reported and does not sink the others. Filing the same documents
    again reports them as known.
    """
    new = known = 0
    accounts = cache(_accounts)
    refused: list[tuple[str, str]] = []
    remaining = iter(documents)
    while chunk := list(islice(remaining, _CHUNK)):
        records = []
        for document in chunk:
            problems = problems_of(document) or _problems_with_accounts(document, accounts)
            if problems:
                refused.append((str(document.reference), "; ".join(f"{n} {p}" for n, p in problems.items())))
            else:
                records.append(record_of(document, time_zone=settings.STOA_ENTITY_TIME_ZONE))
        report = _file_records(records)
        new, known = new + report.new, known + report.known
        refused.extend(report.refused)
    return FilingReport(new, known, tuple(refused))


def _file_records(records: list[Record]) -> FilingReport:
    with transaction.atomic(), connection.cursor() as cursor:
        for entity in sorted({record.entity for record in records}):
            ledger.hold_periods_open(entity)
        open_given(cursor)
        with cursor.copy(f"COPY subledger_given (position, {COLUMN_LIST}) FROM STDIN") as copy:
            for position, record in enumerate(records):
                copy.write_row((position, *_values(record)))
        return file_given(cursor)


def open_given(cursor: CursorWrapper) -> None:
    """Make the temporary table ``subledger_given`` ready for rows: a position and the columns of a record."""
    cursor.execute(
        f"CREATE TEMPORARY TABLE IF NOT EXISTS subledger_given ON COMMIT DELETE ROWS AS "  # noqa: S608
        f"SELECT 0 AS position, {COLUMN_LIST} FROM subledger_sourcedocument WITH NO DATA"
    )
    cursor.execute("TRUNCATE subledger_given")


def first_month_that_takes(entity: str) -> date | None:
    """Return the first month that takes documents of an entity without asking, for filing in sets.

    ``None`` while a month is soft closed: then each document must be looked at. Call under ``hold_periods_open``.
    """
    periods = ledger.periods_of(entity)
    if any(period.status not in (ledger.OPEN, ledger.CLOSED) for period in periods):
        return None
    closed = [period.month for period in periods if period.status == ledger.CLOSED]
    return max(closed).plus(1).start_on if closed else date.min


def file_given(cursor: CursorWrapper) -> FilingReport:
    """Move the rows of the temporary table ``subledger_given`` into the documents; report what happened."""
    cursor.execute(_INSERT_GIVEN)
    new = cursor.rowcount
    cursor.execute("SELECT count(*) FROM subledger_given")
    given: int = cursor.fetchone()[0]
    if given == new:
        return FilingReport(new, 0, ())
    cursor.execute(_GIVEN_BUT_DIFFERENT)
    refused = tuple((row[0], "another document is filed under this reference") for row in cursor.fetchall())
    return FilingReport(new, given - new - len(refused), refused)


def _accounts() -> Mapping[str, ledger.AccountRow]:
    return {account.code: account for account in ledger.chart_of_accounts()}


def _problems_with_accounts(
    document: Document, chart: Callable[[], Mapping[str, ledger.AccountRow]]
) -> dict[str, str]:
    """What the chart has against accounts that a document names: unknown ones, and those that have a subledger.

    An opening balance may name any account of the balance sheet: it says what the subledgers begin with.
    """
    if not isinstance(document, ManualEntry | SupplierBill | OpeningBalance):
        return {}
    problems, accounts = {}, chart()
    lines: Sequence[EntryLine | BillLine] = document.lines
    for index, line in enumerate(lines):
        if line.account is None:
            continue
        account = accounts.get(line.account)
        if account is not None and isinstance(document, OpeningBalance):
            if account.type not in (ledger.ASSET, ledger.LIABILITY, ledger.EQUITY):
                problems[f"lines[{index}].account"] = (
                    f"{account.code} {account.name} is not part of a balance sheet; put the year's income so far into "
                    "retained earnings"
                )
        elif account is None:
            problems[f"lines[{index}].account"] = f"{line.account!r} is not in the chart of accounts"
        elif account.is_control and account.type in (ledger.ASSET, ledger.LIABILITY):
            problems[f"lines[{index}].account"] = (
                f"{account.code} {account.name} is kept by its subledger; file the document that moves it"
            )
    return problems


def _values(record: Record) -> tuple[Any, ...]:
    return (*(getattr(record, name) for name in _COLUMNS[:-1]), Jsonb(record.facts))


#: A document counts from the month it is effective in, or from the first month that is not locked. A soft closed
#: month is passed over as well, unless a controller allowed the document in it by name.
_COUNTS_FROM = """greatest(
    date_trunc('month', given.effective_on)::date,
    (SELECT (max(period.month) + interval '1 month')::date FROM ledger_fiscalperiod period
      WHERE period.entity = given.entity AND period.status = 'closed'),
    (SELECT coalesce(
                (SELECT min(allowed.month) FROM ledger_adjustmentpermit permit
                   JOIN ledger_fiscalperiod allowed ON allowed.id = permit.period_id
                  WHERE permit.reference = given.reference AND allowed.entity = given.entity
                    AND allowed.status = 'soft' AND allowed.month >= date_trunc('month', given.effective_on)::date),
                (max(period.month) + interval '1 month')::date)
       FROM ledger_fiscalperiod period
      WHERE period.entity = given.entity AND period.status = 'soft' HAVING count(*) > 0))"""

_GIVEN_ONE = f"""(VALUES ({", ".join(["%s"] * len(_COLUMNS))})) AS raw ({COLUMN_LIST})"""
_TYPES = (*["text"] * 11, *["date"] * 4, *["bigint"] * 4, "timestamptz", "jsonb")
_TYPED = ", ".join(f'raw."{name}"::{kind} AS "{name}"' for name, kind in zip(_COLUMNS, _TYPES, strict=True))
_INSERT_ONE = f"""
    WITH given AS (SELECT {_TYPED} FROM {_GIVEN_ONE})
    INSERT INTO subledger_sourcedocument ({COLUMN_LIST}, counts_from)
    SELECT {", ".join(f'given."{name}"' for name in _COLUMNS)}, {_COUNTS_FROM} FROM given
    ON CONFLICT (reference) DO NOTHING
    RETURNING id, effective_on, counts_from"""  # noqa: S608 - constants of this module alone
_SAME_AS_FILED = f"""
    WITH given AS (SELECT {_TYPED} FROM {_GIVEN_ONE})
    SELECT known.id, known.effective_on, known.counts_from, {_SAME}
      FROM given JOIN subledger_sourcedocument known USING (reference)"""  # noqa: S608
_INSERT_GIVEN = f"""
    INSERT INTO subledger_sourcedocument ({COLUMN_LIST}, counts_from)
    SELECT {", ".join(f'given."{name}"' for name in _COLUMNS)}, {_COUNTS_FROM}
      FROM subledger_given given ORDER BY position
    ON CONFLICT (reference) DO NOTHING"""  # noqa: S608
_GIVEN_BUT_DIFFERENT = f"""
    SELECT given.reference FROM subledger_given given
      JOIN subledger_sourcedocument known USING (reference)
     WHERE NOT ({_SAME}) ORDER BY given.position"""  # noqa: S608
