"""What makes a document acceptable, and how it lies in the table. Plain Python."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import UTC, date, datetime, time, timedelta
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

from stoa.kernel.money import exponent_of
from stoa.kernel.refusals import Invalid
from stoa.kernel.spans import day_in
from stoa.policies.facts import FIRST_YEAR, LAST_YEAR
from stoa.policies.kinds import listed
from stoa.policies.kinds.frame import (
    DocumentFacts,
    Filed,
    facts_as_json,
    problem_of_reference,
    problem_of_text,
)
from stoa.policies.registry import policy_of_product
from stoa.subledger.consumer import (
    FORMS,
    IMPLIED,
    MAY_BE_EMPTY,
    SHARED,
    ConsumerDocument,
    Form,
    Receipt,
    is_required,
)
from stoa.subledger.data import KINDS, Document, DocumentRow, KindRow

LONGEST_TEXT = 200
LARGEST_AMOUNT_MINOR = 10**13
OUTSIDE_THE_YEARS = f"must lie in the years {FIRST_YEAR} to {LAST_YEAR}"


@dataclass(frozen=True, slots=True)
class Record:
    """A document as the table stores it: what all kinds share and what policies in SQL read in columns, the rest as ``facts``."""

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
    gateway: str
    effective_on: date
    ends_on: date
    start_on: date | None
    end_on: date | None
    price_minor: int | None
    tax_minor: int | None
    fee_minor: int | None
    credit_minor: int | None
    occurred_at: datetime
    facts: Mapping[str, Any]


def problems_of(document: Document) -> dict[str, str]:
    """Return what is wrong with a document, by field; empty when it may be filed."""
    if isinstance(document, DocumentFacts):
        return {}  # it would not exist otherwise
    problems: dict[str, str] = {}
    for field in fields(document):
        problem = _problem_of(field.name, getattr(document, field.name), document.product)
        if problem and not (getattr(document, field.name) is None and field.default is None):
            problems[field.name] = problem
    if "currency" not in problems:
        try:
            exponent_of(document.currency)
        except ValueError as error:
            problems["currency"] = str(error)
    return problems or _contradictions(document)


def _problem_of(name: str, value: Any, product: object) -> str:
    if name.endswith("_minor"):
        if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= LARGEST_AMOUNT_MINOR:
            return "must be a whole number of minor units, zero or more"
    elif name.endswith("_at"):
        if not isinstance(value, datetime) or value.tzinfo is None:
            return "must be an instant with its time zone"
        if not FIRST_YEAR < value.year < LAST_YEAR:
            return OUTSIDE_THE_YEARS
    elif name.endswith("_on"):
        if not isinstance(value, date) or isinstance(value, datetime):
            return "must be a day"
        if not FIRST_YEAR <= value.year <= LAST_YEAR:
            return OUTSIDE_THE_YEARS
    elif not isinstance(value, str) or len(value) > LONGEST_TEXT:
        return f"must be text of at most {LONGEST_TEXT} characters"
    elif not value.strip() and (
        name not in MAY_BE_EMPTY or (name in ("course", "partner") and product == "single_course")
    ):
        return "must not be empty"
    else:
        return problem_of_text(value) or (problem_of_reference(value) if name == "reference" else "")
    return ""


def _contradictions(document: ConsumerDocument) -> dict[str, str]:
    """What fields that are each acceptable say against each other."""
    if isinstance(document, Receipt) and document.end_on < document.start_on:
        return {"end_on": "must not lie before start_on"}
    form = FORMS[document.kind]
    if form.price and form.credit:
        whole = getattr(document, form.price) + getattr(document, form.tax)
        if getattr(document, form.credit) > whole:
            return {form.credit: "must not be more than price and tax together"}
    return {}


def record_of(document: Document, *, time_zone: str) -> Record:
    """Return the stored form of an acceptable document; days are counted in ``time_zone``."""
    if isinstance(document, DocumentFacts):
        return _record_of_facts(document, time_zone)
    form = FORMS[document.kind]
    at: datetime = getattr(document, form.at)
    effective_on = day_in(at, time_zone)
    columns = dict.fromkeys(("price_minor", "tax_minor", "fee_minor", "credit_minor"), 0)
    return Record(
        **{name: getattr(document, name) for name in SHARED},
        kind=form.kind,
        contract=getattr(document, form.contract),
        effective_on=effective_on,
        ends_on=max(document.end_on, document.start_on + timedelta(days=1))
        if isinstance(document, Receipt)
        else effective_on,
        occurred_at=at,
        facts=dict(_other_facts(document, form)),
        **{"start_on": None, "end_on": None}
        | columns
        | {column: getattr(document, field) for column, field in form.columns.items()},
    )


def _other_facts(document: ConsumerDocument, form: Form) -> Iterator[tuple[str, Any]]:
    for name in form.others:
        value, implied = getattr(document, name), IMPLIED.get(name)
        if value != (getattr(document, implied) if implied else implied):
            yield name, _instant(value) if name.endswith("_at") else value


def facts_of(kind: str, columns: Mapping[str, Any], others: Mapping[str, Any]) -> Mapping[str, Any]:
    """The facts of a stored document under the names of its kind, from the table's columns and its ``facts``."""
    form = FORMS.get(kind)
    if form is None:
        return others
    found: dict[str, Any] = {form.at: _instant(columns["occurred_at"])}
    if form.contract != "reference":
        found[form.contract] = columns["contract"]
    for name in form.others:
        implied = IMPLIED.get(name)
        found[name] = others.get(name, found[implied] if implied else implied)
    for column, field in form.columns.items():
        value = columns[column]
        found[field] = value.isoformat() if isinstance(value, date) else value
    if columns["gateway"]:
        found["gateway"] = columns["gateway"]
    return {
        name: value for name, value in found.items() if value is not None and (value or name != form.credit)
    }


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
        gateway="",
        effective_on=place.effective_on,
        ends_on=place.effective_on,
        start_on=None,
        end_on=None,
        price_minor=None,
        tax_minor=None,
        fee_minor=None,
        credit_minor=None,
        occurred_at=datetime.combine(place.effective_on, time(0), tzinfo=ZoneInfo(time_zone)),
        facts={name: value for name, value in facts.items() if name != "currency"},
    )


def filed_from(row: DocumentRow) -> Filed:
    """Read a stored document of a kind that is not in SQL; raises ``Invalid`` when its facts were spoilt.

    A close reads the same documents several times: what was read is kept, and used while the row is the same.
    """
    known = _READ.get(row.id)
    if known is not None and known[0] == row:
        return known[1]
    filed = _read_row(row)
    if len(_READ) >= _KEPT_AT_MOST:
        _READ.clear()
    _READ[row.id] = (row, filed)
    return filed


_READ: dict[int, tuple[DocumentRow, Filed]] = {}
_KEPT_AT_MOST = 50_000


def _read_row(row: DocumentRow) -> Filed:
    if row.kind not in listed.KINDS:
        raise Invalid(f"{row.reference} cannot be read: there is no kind of document {row.kind!r}.")
    if not isinstance(row.facts, Mapping):
        raise Invalid(f"{row.reference} cannot be read: its facts are no object with named fields.")
    given = {**row.facts, "reference": row.reference, "entity": row.entity, "currency": row.currency}
    try:
        return Filed(row.id, row.effective_on, row.counts_from, listed.read(row.kind, given))
    except Invalid as refusal:
        raise Invalid(f"{row.reference} cannot be read: {refusal}", fields=refusal.fields) from None


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
    form = FORMS[kind].type
    names = {field.name for field in fields(form)}
    unknown = sorted(row.keys() - names - {"kind"})
    if unknown:
        raise ValueError(f"unknown field {unknown[0]}")
    values = {name: _read(name, row[name]) for name in names & row.keys()}
    try:
        document: ConsumerDocument = form(**values)
        return document
    except TypeError as error:
        missing = sorted(
            field.name for field in fields(form) if field.name not in values and is_required(field)
        )
        raise ValueError(f"missing field {', '.join(missing)}" if missing else str(error)) from None


def schema_of(kind: str) -> dict[str, Any]:
    """Return the JSON schema of a kind of document."""
    if kind in listed.KINDS:
        return listed.schema_of_kind(kind)
    form = FORMS[kind].type
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": form.__name__,
        "description": " ".join((form.__doc__ or "").split()),
        "type": "object",
        "properties": {"kind": {"const": kind}} | {f.name: _schema_of_field(f.name) for f in fields(form)},
        "required": ["kind", *(field.name for field in fields(form) if is_required(field))],
        "additionalProperties": False,
    }


def amount_minor_of(row: DocumentRow) -> int | None:
    """The amount a document is about, in minor units, tax excluded; ``None`` where it has no single one."""
    for name in ("price_minor", "amount_minor"):
        if name in row.facts:
            return int(row.facts[name])
    scale = 10 ** exponent_of(row.currency)
    if "lines" in row.facts:  # an entry is as large as its debits, a bill or payroll as its lines
        lines = row.facts["lines"]
        return int(sum(Fraction(line.get("debit", line.get("amount", "0"))) for line in lines) * scale)
    text = next(
        (row.facts[name] for name in ("amount", "price", "cost", "price_change") if name in row.facts), None
    )
    return None if text is None else int(Fraction(text) * scale)


def policy_of(kind: str, *, product: str = "single_course") -> str:
    """The name of the policy that accounts for a kind; voids belong with the entries that correct errors."""
    if kind in FORMS:
        return policy_of_product(product)
    family = listed.family_of(kind)
    return family.name if family else "manual_entries"


def kinds() -> tuple[KindRow, ...]:
    """Return every kind of document that can be filed."""
    rows = [
        KindRow(
            kind,
            kind.replace("_", " ").capitalize(),
            " ".join((form.type.__doc__ or "").split()),
            policy_of(kind),
        )
        for kind, form in FORMS.items()
    ]
    for kind, each in listed.KINDS.items():
        rows.append(KindRow(kind, each.title, " ".join((each.__doc__ or "").split()), policy_of(kind)))
    return tuple(rows)


def _instant(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def _read(name: str, value: Any) -> Any:
    if value is None:
        return None
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
        return {"type": "integer", "minimum": 0, "maximum": LARGEST_AMOUNT_MINOR}
    if name.endswith("_at"):
        return {"type": "string", "format": "date-time"}
    if name.endswith("_on"):
        return {"type": "string", "format": "date"}
    if name == "currency":
        return {"type": "string", "pattern": "^[A-Z]{3}$"}
    return {"type": "string", "maxLength": LONGEST_TEXT}
