"""What policies read of the documents: columns streamed out of PostgreSQL, nothing built in Python."""

from pathlib import Path

from django.db import connection

from stoa.kernel.spans import Month

_COLUMNS = """
    document.id,
    CASE WHEN document.kind = 'receipt' THEN document.id ELSE receipt.id END,
    document.kind = 'receipt',
    document.currency, document.product, document.partner,
    document.counts_from - DATE '1970-01-01',
    document.effective_on - DATE '1970-01-01',
    (document.facts ->> 'start_on')::date - DATE '1970-01-01',
    (document.facts ->> 'end_on')::date - DATE '1970-01-01',
    sign.value * (document.facts ->> 'price_minor')::bigint,
    sign.value * (document.facts ->> 'tax_minor')::bigint,
    coalesce((document.facts ->> 'processing_fee_minor')::bigint,
             -(document.facts ->> 'processing_fee_returned_minor')::bigint),
"""
_FROM = """
    FROM subledger_sourcedocument document
    CROSS JOIN LATERAL (SELECT CASE WHEN document.kind = 'receipt' THEN 1 ELSE -1 END) AS sign (value)
    LEFT JOIN LATERAL (
        SELECT root.id, root.ends_on FROM subledger_sourcedocument root
         WHERE document.kind <> 'receipt' AND root.reference = document.contract AND root.kind = 'receipt'
           AND root.entity = document.entity AND root.currency = document.currency
         OFFSET 0) AS receipt ON TRUE
"""
#: What can move in a month: what came in it, what is still being served, and the contracts of late refunds.
_MOVING = f"""
WITH arrived AS MATERIALIZED (
    SELECT contract, effective_on < %(start_on)s AS is_late FROM subledger_sourcedocument
     WHERE entity = %(entity)s AND counts_from = %(start_on)s
       AND (kind = 'refund_paid' OR kind = 'receipt' AND effective_on < %(start_on)s))
SELECT {_COLUMNS}
    document.contract IN (SELECT contract FROM arrived WHERE is_late)
{_FROM}
WHERE document.entity = %(entity)s AND document.counts_from <= %(start_on)s
  AND document.kind IN ('receipt', 'refund_paid')
  AND (document.counts_from = %(start_on)s OR document.ends_on > %(start_on)s
       OR receipt.ends_on > %(start_on)s OR document.contract IN (SELECT contract FROM arrived))
"""  # noqa: S608 - constants of this module alone
_ALL = f"""
SELECT {_COLUMNS} FALSE {_FROM}
WHERE document.entity = %(entity)s AND document.counts_from <= %(start_on)s
  AND document.kind IN ('receipt', 'refund_paid')
"""


def write_facts_that_move(path: Path, *, entity: str, month: Month) -> None:
    """Write to ``path`` (CSV) the facts of every document that can have an effect in ``month``."""
    _copy(path, _MOVING, entity, month)


def write_all_facts(path: Path, *, entity: str, through: Month) -> None:
    """Write to ``path`` (CSV) the facts of every document that counts by the end of ``through``."""
    _copy(path, _ALL, entity, through)


def _copy(path: Path, query: str, entity: str, month: Month) -> None:
    with (
        connection.cursor() as cursor,
        path.open("wb") as file,
        cursor.copy(
            f"COPY ({query}) TO STDOUT (FORMAT csv)", {"entity": entity, "start_on": month.start_on}
        ) as copy,
    ):
        for block in copy:
            file.write(block)
