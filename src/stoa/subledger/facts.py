"""What policies read of the documents: columns streamed out of PostgreSQL, nothing built in Python."""

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

from django.db import connection

from stoa.kernel.spans import Month
from stoa.subledger.data import IN_SQL

_KINDS = ", ".join(f"'{kind}'" for kind in IN_SQL)
_OWN = """
    document.currency, document.product, document.partner,
    document.counts_from - DATE '1970-01-01', document.effective_on - DATE '1970-01-01',
    document.start_on - DATE '1970-01-01', document.end_on - DATE '1970-01-01',
    document.price_minor, document.tax_minor, document.fee_minor, document.credit_minor"""
_RECEIPTS = f"SELECT document.id, document.id, document.kind, {_OWN}"
_FOLLOWERS = f"SELECT document.id, receipt.id, document.kind, {_OWN}"
_BY_RECEIPT = """
    LEFT JOIN LATERAL (
        SELECT root.id, root.ends_on, root.effective_on, root.counts_from FROM subledger_sourcedocument root
         WHERE root.reference = document.contract AND root.kind = 'receipt'
           AND root.entity = document.entity AND root.currency = document.currency
         OFFSET 0) AS receipt ON TRUE
"""
#: What can move in a month: what came in it, what is still being served, what may still be refunded (from
#: ``refundable_from``), and the contracts of late documents.
_MOVING = f"""
WITH arrived AS MATERIALIZED (
    SELECT contract, bool_or(effective_on < %(start_on)s) AS is_late FROM subledger_sourcedocument
     WHERE entity = %(entity)s AND counts_from = %(start_on)s AND kind IN ({_KINDS})
       AND (kind <> 'receipt' OR effective_on < %(start_on)s)
     GROUP BY contract)
{_RECEIPTS}, coalesce(arrived.is_late, FALSE)
  FROM subledger_sourcedocument document LEFT JOIN arrived ON arrived.contract = document.reference
 WHERE document.entity = %(entity)s AND document.counts_from <= %(start_on)s AND document.kind = 'receipt'
   AND (document.counts_from = %(start_on)s OR document.ends_on > %(start_on)s
        OR document.effective_on >= %(refundable_from)s OR arrived.contract IS NOT NULL)
UNION ALL
{_FOLLOWERS}, coalesce(arrived.is_late, FALSE)
  FROM subledger_sourcedocument document {_BY_RECEIPT} LEFT JOIN arrived ON arrived.contract = document.contract
 WHERE document.entity = %(entity)s AND document.counts_from <= %(start_on)s
   AND document.kind IN ({_KINDS}) AND document.kind <> 'receipt'
   AND (document.counts_from = %(start_on)s OR receipt.ends_on > %(start_on)s
        OR receipt.counts_from = %(start_on)s OR receipt.effective_on >= %(refundable_from)s
        OR arrived.contract IS NOT NULL)
"""  # noqa: S608 - constants of this module alone
_ALL = f"""
{_RECEIPTS}, FALSE FROM subledger_sourcedocument document
 WHERE document.entity = %(entity)s AND document.counts_from <= %(start_on)s AND document.kind = 'receipt'
UNION ALL
{_FOLLOWERS}, FALSE FROM subledger_sourcedocument document {_BY_RECEIPT}
 WHERE document.entity = %(entity)s AND document.counts_from <= %(start_on)s
   AND document.kind IN ({_KINDS}) AND document.kind <> 'receipt'
"""


def write_facts_that_move(path: Path, *, entity: str, month: Month, refund_days: int = 0) -> None:
    """Write to ``path`` (CSV) the facts of every document that can have an effect in ``month``.

    ``refund_days`` is the longest window in which a refund is expected: sales of that many days before count too.
    """
    refundable_from = month.start_on - timedelta(days=refund_days)
    _copy(path, _MOVING, {"entity": entity, "start_on": month.start_on, "refundable_from": refundable_from})


def write_all_facts(path: Path, *, entity: str, through: Month) -> None:
    """Write to ``path`` (CSV) the facts of every document that counts by the end of ``through``."""
    _copy(path, _ALL, {"entity": entity, "start_on": through.start_on})


def _copy(path: Path, query: str, given: Mapping[str, object]) -> None:
    with (
        connection.cursor() as cursor,
        path.open("wb", buffering=1 << 20) as file,
        cursor.copy(f"COPY ({query}) TO STDOUT (FORMAT csv)", given) as copy,
    ):
        file.writelines(copy)  # PostgreSQL gives a row at a time
