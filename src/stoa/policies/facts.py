"""Facts are declared once, as a frozen dataclass; the JSON schema and the reading of JSON follow from that.

Every refusal names the path of the field, what is wrong and what to write instead.
"""

import dataclasses
import re
import types
import typing
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import MISSING, dataclass, field
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from functools import cache
from typing import Annotated, Any, Literal, TypeVar

from stoa.kernel.money import exponent_of
from stoa.kernel.refusals import Invalid
from stoa.policies.grid import Grid

_NUMBER = r"-?[0-9]{1,18}(\.[0-9]{1,18})?(/[0-9]{1,18})?"
_DIGITS_AT_MOST = 36
#: More rows than this in one list is a mistake; sets of contracts are a matter for SQL.
_ROWS_AT_MOST = 100_000
#: Characters of a refused value that its refusal quotes.
_QUOTED = 60
#: Years in which a day may lie: calendars and day counts work there with room for any term.
FIRST_YEAR, LAST_YEAR = 1902, 2150

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class _Kind:
    """What a number means, and its limits."""

    about: str
    least: Fraction | None = None
    most: Fraction | None = None


#: Money in major units, exact. May be negative (a credit).
Amount = Annotated[Fraction, _Kind('Decimal amount in major units as text: "49.00".')]
#: Money that cannot be negative.
Price = Annotated[
    Fraction, _Kind('Decimal amount in major units as text, not negative: "49.00".', Fraction(0))
]
#: An exact number.
Number = Annotated[Fraction, _Kind('Exact number as text: "0.031" or "1/3".')]
#: A quantity or weight that cannot be negative.
Quantity = Annotated[
    Fraction, _Kind('Exact number as text, not negative: "120", "0.5" or "1/3".', Fraction(0))
]
#: A share or probability.
Share = Annotated[Fraction, _Kind('Share between 0 and 1 as text: "0.45" is 45 %.', Fraction(0), Fraction(1))]


def fact(about: str, *, default: Any = MISSING) -> Any:
    """Declare one field of a facts dataclass: what it means, and its default when it may be left out."""
    if isinstance(default, dict):
        return field(default_factory=lambda: dict(default), metadata={"about": about})
    return field(default=default, metadata={"about": about})


def refuse(path: str, message: str) -> Invalid:
    """The refusal of one field: ``path`` as in ``obligations[1].price``."""
    return Invalid(f"{path}: {message}", fields={path: message})


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What all facts share."""

    currency: str = fact("ISO 4217 code.", default="USD")
    round_to: Quantity | None = fact(
        'Round money to this step instead of the currency\'s minor unit; "1" is whole dollars.', default=None
    )

    def __post_init__(self) -> None:
        if self.round_to == 0:
            raise refuse("round_to", "must be more than 0; leave it out to round to the minor unit.")
        try:
            exponent_of(self.currency)
        except ValueError as error:
            raise refuse("currency", f"{error}.") from None

    @property
    def grid(self) -> Grid:
        """The grid that this run's money is rounded to."""
        return Grid.of(self.currency, self.round_to)


# --- reading -----------------------------------------------------------------------------------------------


def read_facts(kind: type[T], given: object, *, path: str = "") -> T:
    """Read parsed JSON into the dataclass ``kind``; raises ``Invalid`` with the path of the first bad field."""
    if not isinstance(given, Mapping):
        raise refuse(
            path or "facts", "expected an object with named fields; see 'stoa policy NAME --schema'."
        )
    hints, fields = _declared(typing.cast(Hashable, kind))
    unknown = sorted(str(name) for name in given if name not in fields)
    if unknown:
        known = ", ".join(fields)
        raise refuse(_join(path, unknown[0]), f"is not a field of these facts; the fields are {known}.")
    values: dict[str, Any] = {}
    for name, each in fields.items():
        here = _join(path, name)
        if name in given and not (given[name] is None and _has_default(each)):
            values[name] = _read(hints[name], given[name], here)
        elif not _has_default(each):
            raise refuse(here, f"is missing: {each.metadata['about']}")
    return kind(**values)


@cache
def _declared(kind: Hashable) -> tuple[dict[str, Any], dict[str, "dataclasses.Field[Any]"]]:
    """Types and fields by name; looked up once a class, for books are read a document at a time."""
    form = typing.cast(type[Any], kind)
    hints = typing.get_type_hints(form, include_extras=True)
    return hints, {each.name: each for each in dataclasses.fields(form)}


def _read(hint: Any, given: Any, path: str) -> Any:
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin is Annotated:
        return _number(arguments[1], given, path)
    if origin in (types.UnionType, typing.Union):
        return _read(next(each for each in arguments if each is not types.NoneType), given, path)
    if origin is Literal:
        if given not in arguments:
            raise refuse(path, f"must be one of {', '.join(map(str, arguments))}, not {_short(given)}.")
        return given
    if origin is tuple:
        return _rows(arguments[0], given, path)
    if origin is Mapping or origin is dict:
        if not isinstance(given, Mapping):
            raise refuse(path, "expected an object of name: value.")
        return {str(name): _read(arguments[1], each, _join(path, str(name))) for name, each in given.items()}
    if dataclasses.is_dataclass(hint):
        return read_facts(typing.cast(type[Any], hint), given, path=path)
    return _plain(hint, given, path)


def _rows(hint: Any, given: Any, path: str) -> tuple[Any, ...]:
    if isinstance(given, str | bytes) or not isinstance(given, Sequence):
        raise refuse(path, "expected a list.")
    if len(given) > _ROWS_AT_MOST:
        raise refuse(path, f"has more than {_ROWS_AT_MOST} rows; split the facts.")
    return tuple(_read(hint, each, f"{path}[{index}]") for index, each in enumerate(given))


def _number(kind: _Kind, given: Any, path: str) -> Fraction:
    text = _written(given)
    if isinstance(given, bool) or not re.fullmatch(_NUMBER, text):
        raise refuse(path, f"{_short(given)} is not a number. {kind.about}")
    try:
        whole, _, part = text.partition("/")
        value = Fraction(whole) / Fraction(part or 1)
    except ZeroDivisionError:
        raise refuse(path, "divides by zero.") from None
    if kind.least is not None and value < kind.least:
        raise refuse(path, f"{text} is less than {kind.least}. {kind.about}")
    if kind.most is not None and value > kind.most:
        raise refuse(path, f"{text} is more than {kind.most}. {kind.about}")
    return value


def _written(given: Any) -> str:
    """A number as its digits; JSON may write one with an exponent (``1e2``, ``1e-05``)."""
    if isinstance(given, float | Decimal):
        exact = Decimal(str(given))
        return f"{exact:f}" if exact.is_finite() and abs(exact.adjusted()) < _DIGITS_AT_MOST else str(given)
    return str(given).strip() if isinstance(given, str | int | Fraction) else ""


def _plain(hint: Any, given: Any, path: str) -> Any:
    if hint is bool:
        if isinstance(given, str) and given.lower() in (
            "true",
            "false",
        ):  # as CSV files and spreadsheets write it
            return given.lower() == "true"
        if not isinstance(given, bool):
            raise refuse(path, f"must be true or false, not {given!r}.")
        return given
    if hint is int:
        text = _written(given)
        if isinstance(given, bool) or not re.fullmatch(r"-?[0-9]{1,15}(\.0+)?", text):
            raise refuse(path, f"{_short(given)} is not a whole number.")
        return int(text.partition(".")[0])
    if hint is datetime:
        return _instant(given, path)
    if hint is date:
        return _day(given, path)
    if not isinstance(given, str) or not given.strip():
        raise refuse(path, "must be text that is not empty.")
    return given.strip()


def _day(given: Any, path: str) -> date:
    try:
        is_day = isinstance(given, date) and not isinstance(given, datetime)
        day = given if is_day else date.fromisoformat(str(given))
    except ValueError:
        raise refuse(path, f'{_short(given)} is not a day; write it as "2025-09-30".') from None
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise refuse(path, f"{day} lies outside the years {FIRST_YEAR} to {LAST_YEAR}.")
    return day


def _instant(given: Any, path: str) -> datetime:
    try:
        read = given if isinstance(given, datetime) else datetime.fromisoformat(str(given))
    except ValueError:
        read = None
    if read is None or read.tzinfo is None:
        raise refuse(path, f'{given!r} is not an instant; write it as "2026-06-15T12:00Z".')
    return read


def _short(given: Any) -> str:
    """What was given, as a refusal quotes it: as it was written, and not for pages."""
    words = str(given) if isinstance(given, Decimal) else repr(given)
    return words if len(words) <= _QUOTED else f"{words[:_QUOTED]}…"


def _has_default(each: "dataclasses.Field[Any]") -> bool:
    return each.default is not MISSING or each.default_factory is not MISSING


def _join(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


# --- the schema --------------------------------------------------------------------------------------------


def schema_of(kind: type[Any]) -> dict[str, Any]:
    """The JSON schema (draft 2020-12) of the facts dataclass ``kind``."""
    hints = typing.get_type_hints(kind, include_extras=True)
    properties: dict[str, Any] = {}
    required = []
    for each in dataclasses.fields(kind):
        described = {**_schema(hints[each.name]), "description": each.metadata["about"]}
        if not _has_default(each):
            required.append(each.name)
        elif each.default is not MISSING and isinstance(each.default, str | int | bool | Fraction | Decimal):
            is_number = isinstance(each.default, Fraction | Decimal)
            described["default"] = str(each.default) if is_number else each.default
        properties[each.name] = described
    return {
        "type": "object",
        "properties": properties,
        "required": required,
        "additionalProperties": False,
    }


def _schema(hint: Any) -> dict[str, Any]:
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin is Annotated:
        number = {"type": ["string", "number"], "pattern": f"^{_NUMBER}$", "$comment": arguments[1].about}
        return number if arguments[1].least is None else {**number, "minimum": int(arguments[1].least)}
    if origin in (types.UnionType, typing.Union):
        inner = _schema(next(each for each in arguments if each is not types.NoneType))
        return {"anyOf": [inner, {"type": "null"}]}
    if origin is Literal:
        return {"enum": list(arguments)}
    if origin is tuple:
        return {"type": "array", "items": _schema(arguments[0]), "maxItems": _ROWS_AT_MOST}
    if origin is Mapping or origin is dict:
        return {"type": "object", "additionalProperties": _schema(arguments[1])}
    if dataclasses.is_dataclass(hint):
        return schema_of(typing.cast(type[Any], hint))
    plain: dict[Any, dict[str, Any]] = {
        bool: {"type": "boolean"},
        int: {"type": "integer"},
        date: {"type": "string", "format": "date"},
        datetime: {"type": "string", "format": "date-time"},
        str: {"type": "string", "minLength": 1},
    }
    return plain[hint]
