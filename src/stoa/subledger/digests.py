"""Digests of the documents of a month: what a close keeps, so that a fact which moves no line cannot change unseen."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import connection

from stoa.kernel.spans import Month
from stoa.subledger.models import SourceDocument

#: Columns that a digest covers, in the order in which it reads them: all of them.
_COVERED = (
    *("id", "reference", "kind", "entity", "contract", "order", "currency", "product", "course", "partner"),
    *("customer", "gateway", "effective_on", "counts_from", "ends_on", "start_on", "end_on", "price_minor"),
    *("tax_minor", "fee_minor", "credit_minor", "occurred_at", "recorded_at", "facts"),
)


def digests_of_documents(*, entity: str, month: Month) -> Mapping[str, Any]:
    """Return how many documents of each kind count from a month, and a SHA-256 over all they say; as JSON is kept."""
    return {"columns": list(_COVERED), "kinds": _by_kind(entity, month, _COVERED)}


def changed_documents(kept: Mapping[str, Any], *, entity: str, month: Month) -> tuple[str, ...]:
    """Compare the documents of a month with ``digests_of_documents`` of an earlier day; words for each kind that differs."""
    there = {field.column for field in SourceDocument._meta.concrete_fields}
    columns = [str(name) for name in kept.get("columns", ())]
    if not columns or not there.issuperset(columns):
        return ("the record of its documents cannot be read",)
    now, before = _by_kind(entity, month, columns), kept.get("kinds", {})
    return tuple(
        f"its documents of kind {kind} are not those it was closed with: {_count(before, kind)} then, "
        f"{_count(now, kind)} now"
        for kind in sorted(now.keys() | before.keys())
        if now.get(kind) != before.get(kind)
    )


def _count(digests: Mapping[str, Any], kind: str) -> int:
    return int(digests.get(kind, (0,))[0])


def _by_kind(entity: str, month: Month, columns: Sequence[str]) -> dict[str, Any]:
    row = ", ".join(f'"{name}"' for name in columns)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT kind, count(*), encode(sha256(string_agg(sha256(convert_to("  # noqa: S608 - names of columns
            f"ROW({row})::text, 'UTF8')), ''::bytea ORDER BY id)), 'hex') "
            "FROM subledger_sourcedocument WHERE entity = %s AND counts_from = %s GROUP BY kind",
            [entity, month.start_on],
        )
        return {kind: [count, digest] for kind, count, digest in cursor.fetchall()}
