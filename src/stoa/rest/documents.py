"""Documents through the API: what can be filed, filing, and what is filed."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest
from ninja import Query, Router, Schema, Status

from stoa.flows import filing
from stoa.kernel.refusals import Invalid, NotFound, Refusal
from stoa.people import api as people
from stoa.rest.access import READERS, RECOGNIZED, asker
from stoa.rest.books import month_of
from stoa.subledger import api as subledger

router = Router(auth=RECOGNIZED, tags=["books"])

_MOST_ROWS = 20_000


class BodyTooLarge(Refusal):
    """The body holds more than one request may."""

    code = "too_large"


class RefusedRow(Schema):
    """A row that was not filed: its reference, or its place in the body (``row 3``), and why."""

    reference: str
    reason: str


class FilingResult(Schema):
    """What became of the rows. Known ones had been filed before with the same content."""

    filed: int
    known: int
    refused: list[RefusedRow]


class Kind(Schema):
    """A kind of document and the policy that accounts for it."""

    kind: str
    title: str
    words: str
    policy: str


class FiledDocument(Schema):
    """A document as it is filed. ``counts_from`` is the first day of the month it counts from."""

    reference: str
    kind: str
    entity: str
    currency: str
    contract: str
    effective_on: date
    counts_from: date
    is_late: bool
    recorded_at: datetime
    facts: dict[str, Any]


class DocumentPage(Schema):
    """One page of documents, newest effect first."""

    documents: list[FiledDocument]
    total: int
    page: int
    pages: int


@router.post(
    "/documents",
    response={200: FilingResult, 207: FilingResult, 422: FilingResult},
    summary="File source documents",
    operation_id="file_documents",
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {
                "application/json": {
                    "schema": {"oneOf": [{"type": "object"}, {"type": "array", "items": {"type": "object"}}]}
                },
                "application/x-ndjson": {"schema": {"type": "string"}},
            },
        }
    },
)
def file_documents(request: HttpRequest) -> Status[FilingResult]:
    """One document, an array of them, or one a line (``application/x-ndjson``); see ``/documents/kinds``.

    Idempotent by reference. A bad row does not sink the others: 200 when all are filed or known, 207 when some were
    refused, 422 when all were. Needs the role controller.
    """
    person = asker(request, people.CONTROLLER)
    report = filing.file_rows_as(_rows(request), person=person)
    refused = [RefusedRow(reference=name, reason=reason) for name, reason in report.refused]
    result = FilingResult(filed=report.new, known=report.known, refused=refused)
    if not refused:
        return Status(200, result)
    return Status(207 if report.new or report.known else 422, result)


@router.get("/documents/kinds", response=list[Kind], summary="Kinds of document", operation_id="list_kinds")
def list_kinds(request: HttpRequest) -> list[Kind]:
    """What can be filed, and which policy accounts for it."""
    asker(request, *READERS)
    return [
        Kind(kind=each.kind, title=each.title, words=each.words, policy=each.policy)
        for each in subledger.kinds()
    ]


@router.get(
    "/documents/kinds/{kind}/schema",
    response=dict[str, Any],
    summary="JSON schema of a kind of document",
    operation_id="get_kind_schema",
)
def get_kind_schema(request: HttpRequest, kind: str) -> dict[str, Any]:
    """The fields of a kind."""
    asker(request, *READERS)
    if kind not in subledger.KINDS:
        raise NotFound("There is no such kind of document; see /api/v1/documents/kinds.")
    return subledger.schema_of(kind)


@router.get("/documents", response=DocumentPage, summary="Filed documents", operation_id="list_documents")
def list_documents(
    request: HttpRequest,
    period: str = "",
    kind: str = "",
    about: str = "",
    page: int = Query(1, ge=1, le=1_000_000),  # type: ignore[type-arg]
) -> DocumentPage:
    """``period`` is the month they count from; ``about`` a reference, order, contract, course or partner."""
    asker(request, *READERS)
    if "\x00" in about or "\x00" in kind:
        raise Invalid("A reference holds no such character.")
    found = subledger.list_documents(
        entity=settings.STOA_ENTITY,
        month=month_of(period) if period else None,
        kind=kind,
        text=about,
        page=page,
    )
    return DocumentPage(
        documents=[
            FiledDocument(
                reference=row.reference,
                kind=row.kind,
                entity=row.entity,
                currency=row.currency,
                contract=row.contract,
                effective_on=row.effective_on,
                counts_from=row.counts_from,
                is_late=row.is_late,
                recorded_at=row.recorded_at,
                facts=dict(row.facts),
            )
            for row in found.rows
        ],
        total=found.total,
        page=found.page,
        pages=found.pages,
    )


def _rows(request: HttpRequest) -> Iterable[tuple[str, Any]]:
    """The documents of the body, each with its place in it."""
    try:
        text = request.body.decode("utf-8")
    except RequestDataTooBig:
        most = settings.DATA_UPLOAD_MAX_MEMORY_SIZE // 1024**2
        raise BodyTooLarge(f"Send at most {most} MB at once; file the rest with further requests.") from None
    except UnicodeDecodeError:
        raise Invalid("The body is not UTF-8.") from None
    if request.content_type in ("application/x-ndjson", "application/jsonl"):
        rows: list[Any] = text.split("\n")
        word = "line"
    else:
        given = _parsed(text)
        rows = given if isinstance(given, list) else [given]
        word = "row"
    if len(rows) > _MOST_ROWS:
        raise BodyTooLarge(f"Send at most {_MOST_ROWS} documents at once.")
    return [(f"{word} {number}", row) for number, row in enumerate(rows, start=1)]


def _parsed(text: str) -> Any:
    try:
        return filing.read_json(text)
    except ValueError as error:
        raise Invalid(f"The body cannot be read: it {str(error)[:200]}.") from None
