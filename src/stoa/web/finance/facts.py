"""What a document tells, arranged for reading: single facts in words, lists as small tables."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from babel.dates import format_date
from babel.numbers import format_decimal
from django.utils.translation import gettext as _

from stoa.kernel.money import Money, exponent_of
from stoa.web.finance.templatetags.finance import as_day, locale_name, percent, spoken, words_of

_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]{0,17})(?:\.[0-9]{1,12})?")
_REFERENCE = re.compile(r"[a-z][a-z_-]*:\S+")
_CODE = re.compile(r"[a-z]+(?:_[a-z]+)+")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
#: Facts that look like numbers and name something.
_NAMING = frozenset({"account", "code", "id", "identifier", "number", "year"})
#: The last word of facts that are amounts of the document's currency.
_AMOUNTS = frozenset(
    {
        *("amount", "cost", "costs", "price", "tax", "refunds", "fees", "fee", "par", "pretax", "payment"),
        *("payments", "proceeds", "rent", "realizable", "paid", "interest", "principal", "cash", "provision"),
        *("seat", "student", "change", "incentive", "incentives", "bonus"),
    }
)
_RATES = frozenset({"rate", "share", "probability", "volatility", "discount", "percentage"})


@dataclass(frozen=True, slots=True)
class Told:
    """One fact in words; ``about`` names the document that it refers to."""

    name: str
    words: str
    about: str = ""


@dataclass(frozen=True, slots=True)
class Listed:
    """A list of a document as a table: words by row and column, and which columns are numbers."""

    name: str
    columns: tuple[tuple[str, bool], ...]
    rows: tuple[tuple[tuple[str, bool], ...], ...]


def told(facts: Mapping[str, Any], *, currency: str) -> tuple[Told, ...]:
    """The single facts, in their order."""
    return tuple(
        Told(_called(name), _words(name, value, currency), _about(value))
        for name, value in facts.items()
        if not isinstance(value, list | dict) and value not in ("", None)
    )


def listed(facts: Mapping[str, Any], *, currency: str) -> tuple[Listed, ...]:
    """The lists among the facts, each as a table."""
    return tuple(_tables(facts, currency))


def _tables(facts: Mapping[str, Any], currency: str) -> Iterator[Listed]:
    for name, value in facts.items():
        if isinstance(value, dict) and value:
            yield _table(name, [value], currency)
        elif isinstance(value, list) and value and all(isinstance(each, dict) for each in value):
            yield _table(name, value, currency)
        elif isinstance(value, list) and value:
            yield _runs(name, value, currency)


def _table(name: str, parts: Sequence[Mapping[str, Any]], currency: str) -> Listed:
    keys = dict.fromkeys(key for part in parts for key in part)
    numeric = {
        key: all(_is_number(key, part[key]) for part in parts if part.get(key) not in ("", None))
        for key in keys
    }
    columns = sorted(keys, key=lambda key: numeric[key])
    return Listed(
        _called(name),
        tuple((_called(key), numeric[key]) for key in columns),
        tuple(
            tuple((_words(key, part.get(key), currency), numeric[key]) for key in columns) for part in parts
        ),
    )


def _runs(name: str, values: Sequence[Any], currency: str) -> Listed:
    """A list of single values: which of them, and what each is; equal neighbors are one row."""
    runs: list[tuple[int, int, Any]] = []
    for number, value in enumerate(values, 1):
        if runs and runs[-1][2] == value:
            runs[-1] = (runs[-1][0], number, value)
        else:
            runs.append((number, number, value))
    numeric = all(_is_number(name, value) for value in values)
    rows = tuple(
        (
            (str(first) if first == last else f"{first} \N{EN DASH} {last}", False),
            (_words(name, value, currency), numeric),
        )
        for first, last, value in runs
    )
    return Listed(_called(name), ((_("No."), False), (_called(name), numeric)), rows)


def _words(name: str, value: Any, currency: str) -> str:
    if value in ("", None):
        return ""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, dict):
        parts = ((key, _words(key, each, currency)) for key, each in value.items())
        return ", ".join(f"{_called(key).lower()} {words}" for key, words in parts if words)
    if isinstance(value, list):
        return "; ".join(_words(name, each, currency) for each in value)
    if isinstance(value, int) and name.endswith("_minor"):
        return words_of(value, currency)
    text = str(value)
    if _DAY.fullmatch(text) and (found := as_day(text)):
        return str(format_date(found, "medium", locale=locale_name()))
    if _is_number(name, text):
        return _number_words(name, text, currency)
    return text.replace("_", " ") if _CODE.fullmatch(text) else text


def _number_words(name: str, text: str, currency: str) -> str:
    number, last = Decimal(text), name.rpartition("_")[2]
    if last in _RATES and abs(number) <= 1:
        return percent(text)
    if last in _AMOUNTS and len(text.partition(".")[2]) <= exponent_of(currency):
        return words_of(Money.of(text, currency).amount_minor, currency)
    return str(format_decimal(number, "#,##0.############", locale=locale_name()))


def _is_number(name: str, value: Any) -> bool:
    if isinstance(value, bool) or name.rpartition("_")[2] in _NAMING:
        return False
    return isinstance(value, int) or (isinstance(value, str) and _NUMBER.fullmatch(value) is not None)


def _about(value: Any) -> str:
    return value if isinstance(value, str) and _REFERENCE.fullmatch(value) else ""


def _called(name: str) -> str:
    return _("Day") if name == "on" else spoken(name.removesuffix("_minor"))
