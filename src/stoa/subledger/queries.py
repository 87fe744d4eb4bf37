"""Reads of the subledger; rows, never models."""

from collections.abc import Collection, Iterator, Mapping
from datetime import date
from typing import Any

from django.db.models import Count, Max, Q

from stoa.kernel.refusals import NotFound
from stoa.kernel.spans import Month
from stoa.policies.kinds import listed
from stoa.policies.kinds.credit_losses import aging_of
from stoa.policies.kinds.frame import Filed
from stoa.policies.kinds.opening_balances import OpeningBalance
from stoa.policies.kinds.receivables import Aging
from stoa.policies.kinds.registers import Register, last_day
from stoa.policies.kinds.share_counts import ShareCounts
from stoa.policies.kinds.share_counts import share_counts as counts_of
from stoa.subledger.data import IN_SQL, NUMBERED, RECEIPT, DocumentPage, DocumentRow
from stoa.subledger.models import DocumentNumber, SourceDocument
from stoa.subledger.rules import facts_of, filed_from

_FIELDS = (
    *("id", "reference", "kind", "entity", "contract", "order", "currency", "product", "course"),
    *("partner", "customer", "effective_on", "counts_from", "ends_on", "occurred_at", "recorded_at", "facts"),
    *("gateway", "start_on", "end_on", "price_minor", "tax_minor", "fee_minor", "credit_minor"),
)
_OWN = _FIELDS.index("facts") + 1


def _document(row: tuple[Any, ...]) -> DocumentRow:
    """The row that crosses the door: typed columns appear among its facts, under the names of its kind."""
    facts = facts_of(row[2], dict(zip(_FIELDS, row, strict=True)), row[_OWN - 1])
    values: Any = (*row[: _OWN - 1], facts)
    return DocumentRow(*values)


def get_document(document_id: int) -> DocumentRow:
    """Return one document by its number, or raise ``NotFound``."""
    row = SourceDocument.objects.filter(pk=document_id).values_list(*_FIELDS).first()
    if row is None:
        raise NotFound("There is no such document.")
    return _document(row)


def find_document(reference: str) -> DocumentRow:
    """Return one document by its reference, or raise ``NotFound``."""
    row = SourceDocument.objects.filter(reference=reference).values_list(*_FIELDS).first()
    if row is None:
        raise NotFound(f"No document is filed as {reference!r}.")
    return _document(row)


def documents_by_id(document_ids: Collection[int]) -> Mapping[int, DocumentRow]:
    """Return those of ``document_ids`` that exist, in one query."""
    rows = SourceDocument.objects.filter(pk__in=document_ids).values_list(*_FIELDS)
    return {row[0]: _document(row) for row in rows}


def documents_by_reference(references: Collection[str]) -> Mapping[str, DocumentRow]:
    """Return those of ``references`` that are filed, in one query."""
    rows = SourceDocument.objects.filter(reference__in=references).values_list(*_FIELDS)
    return {row[1]: _document(row) for row in rows}


def documents_of_contract(contract: str) -> tuple[DocumentRow, ...]:
    """Return a receipt and what followed it, in order of effect."""
    rows = (
        SourceDocument.objects.filter(_of_contract(contract))
        .order_by("effective_on", "id")
        .values_list(*_FIELDS)
    )
    return tuple(_document(row) for row in rows)


def _of_contract(contract: str) -> Q:
    """What the two indexes that know contracts find: the receipt, and what followed it."""
    return Q(kind=RECEIPT, reference=contract) | Q(~Q(kind=RECEIPT), contract=contract)


def documents_of_order(order: str) -> tuple[DocumentRow, ...]:
    """Return every document about an order, in order of effect."""
    rows = SourceDocument.objects.filter(order=order).order_by("effective_on", "id").values_list(*_FIELDS)
    return tuple(_document(row) for row in rows)


def list_documents(
    *,
    entity: str,
    month: Month | None = None,
    kind: str = "",
    text: str = "",
    page: int = 1,
    page_size: int = 50,
) -> DocumentPage:
    """Return a page of documents, newest effect first. ``text`` is a reference, order, course or partner."""
    found = SourceDocument.objects.filter(entity=entity)
    if month is not None:
        found = found.filter(counts_from=month.start_on)
    if kind:
        found = found.filter(kind=kind)
    if text:
        found = found.filter(
            Q(reference=text) | Q(order=text) | _of_contract(text) | Q(course=text) | Q(partner=text)
        )
    total = found.count()
    page = max(1, min(page, max(1, -(-total // page_size))))
    first = (page - 1) * page_size
    rows: Any = found.order_by("-effective_on", "-id").values_list(*_FIELDS)[first : first + page_size]
    return DocumentPage(tuple(_document(row) for row in rows), total, page, page_size)


def is_filed(reference: str) -> bool:
    """Whether a document is filed under a reference."""
    return SourceDocument.objects.filter(reference=reference).exists()


def number_of(document_id: int) -> int | None:
    """The number of a document in its series; ``None`` for kinds that are not numbered."""
    return DocumentNumber.objects.filter(document_id=document_id).values_list("number", flat=True).first()


def numbering_problems(entity: str) -> tuple[str, ...]:
    """Words for each series that has a gap, and for numbered kinds with documents that have no number."""
    problems = []
    numbers = DocumentNumber.objects.filter(entity=entity)
    for series in NUMBERED:
        given = numbers.filter(series=series).aggregate(count=Count("id"), last=Max("number"))
        count, last = given["count"], given["last"] or 0
        if count != last:
            problems.append(f"{series}: {last - count} of its {last} numbers are missing")
        filed = SourceDocument.objects.filter(entity=entity, kind=series).count()
        if filed != count:
            problems.append(f"{series}: {filed} documents and {count} numbers")
    return tuple(problems)


def documents_counting(*, entity: str, first: Month, through: Month, kind: str = "") -> Iterator[DocumentRow]:
    """Every document that counts from ``first`` to ``through``, of one kind or all, by reference; read as it is asked for.

    Order and content depend on nothing but the documents, so that whoever asks again gets the same.
    """
    found = SourceDocument.objects.filter(
        entity=entity, counts_from__gte=first.start_on, counts_from__lte=through.start_on
    )
    if kind:
        found = found.filter(kind=kind)
    rows = found.order_by("reference").values_list(*_FIELDS)
    return (_document(row) for row in rows.iterator(chunk_size=10_000))


def filed_through(*, entity: str, month: Month) -> tuple[Filed, ...]:
    """Return every document that plain Python accounts for and that counts by the end of ``month``.

    Raises ``Invalid`` when a stored document cannot be read: it was altered behind the triggers.
    """
    rows = (
        SourceDocument.objects.filter(~Q(kind__in=IN_SQL), entity=entity, counts_from__lte=month.start_on)
        .order_by("id")
        .values_list(*_FIELDS)
    )
    return tuple(filed_from(_document(row)) for row in rows.iterator())


def register(family: str, *, entity: str, day: date) -> Register:
    """Return what the register of a family holds at the beginning of ``day``, from all documents that count by then.

    Families that keep one are ``families_with_register()``; raises ``Invalid`` for any other.
    """
    month = Month.of(last_day(day))
    return listed.register(filed_through(entity=entity, month=month), family, day)


def registers(*, entity: str, day: date) -> Mapping[str, Register]:
    """Return every register at the beginning of ``day`` by its family's name; reads the documents once."""
    filed = filed_through(entity=entity, month=Month.of(last_day(day)))
    return {name: listed.register(filed, name, day) for name in listed.families_with_register()}


def families_with_register() -> tuple[str, ...]:
    """Return the names of the families that keep a register."""
    return listed.families_with_register()


def aging(*, entity: str, day: date) -> Aging:
    """Return what customers owe at the beginning of ``day``, by days past due and by customer, the largest first."""
    return aging_of(_known_before(day, entity), day)


def share_counts(*, entity: str, from_on: date, until_on: date) -> ShareCounts:
    """Return the shares outstanding in ``[from_on, until_on)`` by steps and on average, and what may become shares.

    Raises ``Invalid`` for a period without days.
    """
    return counts_of(_known_before(until_on, entity), from_on, until_on)


def _known_before(day: date, entity: str) -> list[Filed]:
    """Documents that count by the month of the day before ``day`` and took effect by it, without those taken back."""
    known = filed_through(entity=entity, month=Month.of(last_day(day)))
    return listed.known_before(known, day)


def opening_month(entity: str) -> Month | None:
    """Return the month with which an opening balance says that the entity's books begin; ``None`` without any."""
    day: date | None = (
        SourceDocument.objects.filter(entity=entity, kind=OpeningBalance.kind)
        .order_by("effective_on")
        .values_list("effective_on", flat=True)
        .first()
    )
    return Month.of(day) if day else None


def first_month(entity: str) -> Month | None:
    """Return the month the entity's books begin with: that of its opening balance, else of its earliest document."""
    opening = opening_month(entity)
    if opening is not None:
        return opening
    day: date | None = (
        SourceDocument.objects.filter(entity=entity)
        .order_by("counts_from")
        .values_list("counts_from", flat=True)
        .first()
    )
    return Month.of(day) if day else None


def is_first_of_contracts(*, entity: str, month: Month) -> bool:
    """Return whether no document that policies in SQL account for counts from an earlier month."""
    earlier = SourceDocument.objects.filter(
        entity=entity, counts_from__lt=month.start_on, kind__in=sorted(IN_SQL)
    )
    return not earlier.exists()


def count_documents(*, entity: str, month: Month) -> int:
    """Return how many documents count from ``month``."""
    return SourceDocument.objects.filter(entity=entity, counts_from=month.start_on).count()


def counts_by_month(*, entity: str) -> Mapping[Month, int]:
    """Return how many documents count from each month."""
    rows = (
        SourceDocument.objects.filter(entity=entity)
        .values_list("counts_from")
        .annotate(count=Count("id"))
        .order_by("counts_from")
    )
    return {Month.of(day): count for day, count in rows}


def counts_by_day(*, entity: str, month: Month) -> Mapping[date, tuple[int, int]]:
    """Return how many receipts and how many other documents took effect on each day, of those counting from ``month``."""
    rows = (
        SourceDocument.objects.filter(entity=entity, counts_from=month.start_on)
        .values_list("effective_on")
        .annotate(receipts=Count("id", filter=Q(kind=RECEIPT)), others=Count("id", filter=~Q(kind=RECEIPT)))
        .order_by("effective_on")
    )
    return {day: (receipts, others) for day, receipts, others in rows}
