"""Filing documents that come from outside: lines of JSON or rows of a table, each read, judged and filed by itself."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Any

from stoa.kernel.refusals import NotAllowed, NotFound
from stoa.people import api as people
from stoa.policies.kinds.approvals import EntryApproved
from stoa.policies.kinds.manual_entries import ManualEntry
from stoa.subledger import api as subledger

#: No number of any document is longer.
_MOST_DIGITS = 100


@dataclass(frozen=True, slots=True)
class Refused:
    """A row that could not even be read, given in its place so that it is reported with the others."""

    reason: str


def file_rows(rows: Iterable[tuple[str, Any]]) -> subledger.FilingReport:
    """File JSON objects, or texts of them, one document each, beside what the report calls their place (``row 3``).

    A row that cannot be read (or is given as ``Refused``) or filed is reported with its reason and does not sink the others. An approval must name
    somebody who holds the role controller.
    """
    return _file(rows, None)


def file_rows_as(rows: Iterable[tuple[str, Any]], *, person: people.PersonRow) -> subledger.FilingReport:
    """File rows for a controller whom an interface has recognized; others are refused (``NotAllowed``).

    An approval must be her own, and an entry that names its preparer must name her: nobody acts in another's name.
    """
    if people.CONTROLLER not in people.roles_of(person.id):
        raise NotAllowed("Filing documents needs the role controller. An operator can grant it.")
    return _file(rows, person)


def _file(rows: Iterable[tuple[str, Any]], by: people.PersonRow | None) -> subledger.FilingReport:
    unread: list[tuple[str, str]] = []
    report = subledger.file_many(_read(rows, unread, by))
    return subledger.FilingReport(report.new, report.known, (*unread, *report.refused))


def _read(
    rows: Iterable[tuple[str, Any]], unread: list[tuple[str, str]], by: people.PersonRow | None
) -> Iterator[subledger.Document]:
    """Documents of ``rows``; what is none is added to ``unread`` with its reason."""
    is_controller = cache(_is_controller)
    for place, given in rows:
        if isinstance(given, str) and not given.strip():
            continue
        if isinstance(given, Refused):
            unread.append((place, given.reason))
            continue
        try:
            row = read_json(given) if isinstance(given, str) else given
            if not isinstance(row, dict):
                raise ValueError("is not a JSON object")
            if not isinstance(given, str) or "\\u" in given:
                _require_text(row)
            document = subledger.document_from(row)
            if isinstance(document, EntryApproved) and not is_controller(document.approved_by.lower()):
                raise ValueError(f"approved_by {document.approved_by!r} does not hold the role controller")
            if by is not None:
                _require_own_name(document, by)
            yield document
        except RecursionError:
            unread.append((place, "is nested too deeply"))
        except ValueError as error:
            unread.append((place, str(error)))


def read_json(text: str) -> Any:
    """Read JSON exactly: decimals as written, no ``NaN``, no field said twice. ``ValueError`` says what is wrong."""
    try:
        return json.loads(
            text,
            parse_float=Decimal,
            parse_int=_whole,
            parse_constant=_no_number,
            object_pairs_hook=_each_field_once,
        )
    except json.JSONDecodeError as error:
        where = f"at character {error.pos + 1}"
        raise ValueError(f"is not JSON: {error.msg.removesuffix(' at')} {where}") from None
    except RecursionError:
        raise ValueError("is nested too deeply") from None


def _whole(text: str) -> int:
    if len(text) > _MOST_DIGITS:
        raise ValueError(f"has a number of {len(text)} digits")
    return int(text)


def _no_number(text: str) -> Any:
    raise ValueError(f"{text} is not a number")


def _each_field_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"{twice[:60]} is said twice")
    return found


def _require_text(row: dict[str, Any]) -> None:
    try:
        json.dumps(row, ensure_ascii=False, default=str).encode()
    except UnicodeEncodeError:
        raise ValueError("has half of a character, which is no text") from None


def _require_own_name(document: subledger.Document, by: people.PersonRow) -> None:
    if isinstance(document, EntryApproved) and document.approved_by.lower() != by.email.lower():
        raise ValueError(f"approved_by must be {by.email}: nobody approves in another's name")
    if isinstance(document, ManualEntry) and (document.prepared_by or by.email).lower() != by.email.lower():
        raise ValueError(f"prepared_by must be {by.email}, or left out: nobody prepares in another's name")


def _is_controller(email: str) -> bool:
    try:
        return people.CONTROLLER in people.roles_of(people.find_person_by_email(email).id)
    except NotFound:
        return False
