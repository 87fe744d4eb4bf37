"""What makes a document acceptable, and how it lies in the table. Plain Python."""

from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields
from datetime import UTC, date, datetime, time, timedelta
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

from stoa.kernel.money import exponent_of
from stoa.kernel.refusals import Invalid
from stoa.kernel.spans import day_in
from stoa.policies.kinds import listed
from stoa.policies.kinds.frame import DocumentFacts, Filed, facts_as_json
from stoa.subledger.data import KINDS, RECEIPT, Document, DocumentRow, KindRow, Receipt, RefundPaid

_TYPES: Mapping[str, type[Receipt] | type[RefundPaid]] = {RECEIPT: Receipt, "refund_paid": RefundPaid}
_LONGEST_REFERENCE = 200
_LARGEST_AMOUNT_MINOR = 10**13


@dataclass(frozen=True, slots=True)
class Record:
    """A document as the table stores it: what all kinds share in columns, the rest as ``facts``."""

    reference: str
    kind: str
    entity: str
    contract: str
    order: str
    currency: str
    product: str
    course: str
    partner: str
    customer: str
    effective_on: date
    ends_on: date
    occurred_at: datetime
    facts: Mapping[str, Any]


def problems_of(document: Document) -> dict[str, str]:
    """Return what is wrong with a document, by field; empty when it may be filed."""
    if isinstance(document, DocumentFacts):
        return {}  # it would not exist otherwise
    problems: dict[str, str] = {}
    for field in fields(document):
        value = getattr(document, field.name)
        if field.name.endswith("_minor"):
            if (
                not isinstance(value, int)
                or isinstance(value, bool)
                or not 0 <= value <= _LARGEST_AMOUNT_MINOR
            ):
                problems[field.name] = "must be a whole number of minor units, zero or more"
        elif field.name.endswith("_at"):
            if not isinstance(value, datetime) or value.tzinfo is None:
                problems[field.name] = "must be an instant with its time zone"
        elif field.name.endswith("_on"):
            if not isinstance(value, date) or isinstance(value, datetime):
                problems[field.name] = "must be a day"
        elif not isinstance(value, str) or len(value) > _LONGEST_REFERENCE or "\x00" in value:
            problems[field.name] = f"must be text of at most {_LONGEST_REFERENCE} characters"
        elif not value.strip() and field.name != "tax_jurisdiction":
            problems[field.name] = "must not be empty"
    if "currency" not in problems:
        try:
            exponent_of(document.currency)
        except ValueError as error:
            problems["currency"] = str(error)
    if isinstance(document, Receipt) and not {"start_on", "end_on"} & problems.keys():
        if document.end_on < document.start_on:
            problems["end_on"] = "must not lie before start_on"
    return problems


def record_of(document: Document, *, time_zone: str) -> Record:
    """Return the stored form of an acceptable document; days are counted in ``time_zone``."""
    if isinstance(document, DocumentFacts):
        return _record_of_facts(document, time_zone)
    if isinstance(document, Receipt):
        return Record(
            **_shared(document),
            contract=document.reference,
            effective_on=day_in(document.received_at, time_zone),
            ends_on=max(document.end_on, document.start_on + timedelta(days=1)),
            occurred_at=document.received_at,
            facts={
                "received_at": _instant(document.received_at),
                "access_granted_at": _instant(document.access_granted_at),
                "price_minor": document.price_minor,
                "tax_minor": document.tax_minor,
                "tax_jurisdiction": document.tax_jurisdiction,
                "processing_fee_minor": document.processing_fee_minor,
                "start_on": document.start_on.isoformat(),
                "end_on": document.end_on.isoformat(),
            },
        )
    refunded_on = day_in(document.refunded_at, time_zone)
    return Record(
        **_shared(document),
        contract=document.receipt,
        effective_on=refunded_on,
        ends_on=refunded_on,
        occurred_at=document.refunded_at,
        facts={
            "receipt": document.receipt,
            "refunded_at": _instant(document.refunded_at),
            "access_ended_on": document.access_ended_on.isoformat(),
            "price_minor": document.price_minor,
            "tax_minor": document.tax_minor,
            "processing_fee_returned_minor": document.processing_fee_returned_minor,
        },
    )


def _record_of_facts(document: DocumentFacts, time_zone: str) -> Record:
    place = document.place()
    facts = facts_as_json(document)
    return Record(
        reference=facts.pop("reference"),
        kind=document.kind,
        entity=facts.pop("entity"),
        contract=place.contract,
        order="",
        currency=document.currency,
        product=place.product,
        course="",
        partner="",
        customer=place.customer,
        effective_on=place.effective_on,
        ends_on=place.effective_on,
        occurred_at=datetime.combine(place.effective_on, time(0), tzinfo=ZoneInfo(time_zone)),
        facts={name: value for name, value in facts.items() if name != "currency"},
    )


def filed_from(row: DocumentRow) -> Filed:
    """Read a stored document of a kind that is not in SQL; raises ``Invalid`` when its facts were spoilt."""
    given = {**row.facts, "reference": row.reference, "entity": row.entity, "currency": row.currency}
    return Filed(row.id, row.effective_on, row.counts_from, listed.read(row.kind, given))


def document_from(row: Mapping[str, Any]) -> Document:
    """Read a document from a JSON object with a ``kind``; ``ValueError`` says what is wrong with it."""
    kind = row.get("kind")
    if not isinstance(kind, str) or kind not in KINDS:
        raise ValueError(f"kind must be one of {', '.join(KINDS)}")
    if kind in listed.KINDS:
        try:
            return listed.read(kind, {name: value for name, value in row.items() if name != "kind"})
        except Invalid as refusal:
            raise ValueError(str(refusal)) from None
    form = _TYPES[kind]
    names = {field.name for field in fields(form)}
    unknown = sorted(row.keys() - names - {"kind"})
    if unknown:
        raise ValueError(f"unknown field {unknown[0]}")
    values = {name: _read(name, row[name]) for name in names & row.keys()}
    try:
        return form(**values)
    except TypeError as error:
        missing = sorted(
            field.name for field in fields(form) if field.name not in values and _required(field)
        )
        raise ValueError(f"missing field {', '.join(missing)}" if missing else str(error)) from None


def schema_of(kind: str) -> dict[str, Any]:
    """Return the JSON schema of a kind of document."""
    if kind in listed.KINDS:
        return listed.schema_of_kind(kind)
    form = _TYPES[kind]
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": form.__name__,
        "description": " ".join((form.__doc__ or "").split()),
        "type": "object",
        "properties": {"kind": {"const": kind}} | {f.name: _schema_of_field(f.name) for f in fields(form)},
        "required": ["kind", *(field.name for field in fields(form) if _required(field))],
        "additionalProperties": False,
    }


def amount_minor_of(row: DocumentRow) -> int | None:
    """The amount a document is about, in minor units, tax excluded; ``None`` where it has no single one."""
    if "price_minor" in row.facts:
        return int(row.facts["price_minor"])
    scale = 10 ** exponent_of(row.currency)
    if row.kind == "manual_entry":
        return int(sum(Fraction(line.get("debit", "0")) for line in row.facts.get("lines", ())) * scale)
    text = next(
        (row.facts[name] for name in ("amount", "price", "cost", "price_change") if name in row.facts), None
    )
    return None if text is None else int(Fraction(text) * scale)


def policy_of(kind: str) -> str:
    """The name of the policy that accounts for a kind; voids belong with the entries that correct errors."""
    if kind in _TYPES:
        return "consumer_single_course"
    family = listed.family_of(kind)
    return family.name if family else "manual_entries"


def kinds() -> tuple[KindRow, ...]:
    """Return every kind of document that can be filed."""
    rows = [
        KindRow(
            kind,
            kind.replace("_", " ").capitalize(),
            " ".join((form.__doc__ or "").split()),
            policy_of(kind),
        )
        for kind, form in _TYPES.items()
    ]
    for kind, each in listed.KINDS.items():
        rows.append(KindRow(kind, each.title, " ".join((each.__doc__ or "").split()), policy_of(kind)))
    return tuple(rows)


def _instant(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def _shared(document: Receipt | RefundPaid) -> dict[str, Any]:
    names = ("reference", "kind", "entity", "order", "currency", "product", "course", "partner", "customer")
    return {name: getattr(document, name) for name in names}


def _required(field: Any) -> bool:
    return field.default is MISSING


def _read(name: str, value: Any) -> Any:
    try:
        if name.endswith("_at"):
            return datetime.fromisoformat(value)
        if name.endswith("_on"):
            return date.fromisoformat(value)
    except (TypeError, ValueError):
        raise ValueError(
            f"{name} {value!r} is not an ISO 8601 {'instant' if name.endswith('_at') else 'day'}"
        )
    return value


def _schema_of_field(name: str) -> dict[str, Any]:
    if name.endswith("_minor"):
        return {"type": "integer", "minimum": 0, "maximum": _LARGEST_AMOUNT_MINOR}
    if name.endswith("_at"):
        return {"type": "string", "format": "date-time"}
    if name.endswith("_on"):
        return {"type": "string", "format": "date"}
    if name == "currency":
        return {"type": "string", "pattern": "^[A-Z]{3}$"}
    return {"type": "string", "maxLength": _LONGEST_REFERENCE}
