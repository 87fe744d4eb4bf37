"""Runs a posting policy on facts from a file, with no platform and no database around it."""

import csv
import json
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from stoa.kernel.money import Money
from stoa.kernel.refusals import Invalid
from stoa.kernel.spans import Month, add_months
from stoa.policies.data import Cut, Policy
from stoa.policies.engine import Engine, balance_cuts, day_number, movement_cuts
from stoa.policies.registry import ACCOUNT_CODES

_TEXT = {"type": "string"}
_DAY = {"type": "string", "format": "date"}
_AMOUNT = {"type": ["string", "number"], "description": 'major units, such as "49.00"'}
_AMOUNTS = ("price", "tax", "fee", "credit")
_EXAMPLE: list[dict[str, str]] = [
    {"reference": "R1", "start_on": "2025-09-10", "end_on": "2026-03-10", "price": "49.00", "fee": "1.72"},
    {
        "reference": "R1-refund",
        "kind": "refund_paid",
        "receipt": "R1",
        "effective_on": "2025-09-20",
        "end_on": "2025-09-20",
        "price": "49.00",
    },
]
_BEFORE_EVERYTHING = date(1900, 1, 1)
_LARGEST_MINOR = 10**13


@dataclass(frozen=True, slots=True)
class PolicyLine:
    """What the policy gave for one account: in a month, or to date. Debit positive, major units."""

    month: str
    account: str
    activity: str
    currency: str
    amount: Decimal


def schema_of_facts(policy: Policy) -> dict[str, Any]:
    """Return the JSON schema of the facts a policy runs on."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": policy.title,
        "description": f"Facts for {policy.name}: receipts and what follows them, in any order.",
        "type": "array",
        "items": {
            "type": "object",
            "properties": {
                "reference": _TEXT,
                "kind": {"enum": list(policy.inputs), "default": "receipt"},
                "receipt": _TEXT | {"description": "of what follows a receipt: its reference"},
                "effective_on": _DAY | {"description": "day of payment or refund; default: start_on"},
                "start_on": _DAY | {"description": "first day of access"},
                "end_on": _DAY
                | {
                    "description": "day after the last day of access; of a refund or a lost dispute: the day on which "
                    "access ended, left out when it goes on"
                },
                "currency": _TEXT | {"default": "USD"},
                "price": _AMOUNT
                | {
                    "default": "0",
                    "description": "without tax; of a refund or dispute: that part of it; of credit: left out",
                },
                "tax": _AMOUNT | {"default": "0"},
                "fee": _AMOUNT
                | {"default": "0", "description": "processor's fee kept; of a refund: given back"},
                "credit": _AMOUNT
                | {
                    "default": "0",
                    "description": "of a receipt: paid with credit; of a refund: given as credit; of credit sold or "
                    "refunded: its amount",
                },
                "product": _TEXT | {"default": "single_course"},
                "partner": _TEXT | {"default": ""},
            },
            "required": ["reference"],
            "additionalProperties": False,
        },
        "$comment": "--through gives balances at the end of a day, --period movements; without either every month's.",
        "examples": [_EXAMPLE],
    }


def read_facts(path: Path) -> list[dict[str, Any]]:
    """Read facts from JSON (an array, or one object a line), CSV or Parquet. Raises ``Invalid``."""
    try:
        if path.suffix == ".parquet":
            names = columns_of(path)
            with Engine() as engine:
                quoted = str(path).replace("'", "''")
                rows = engine.query(f"SELECT * FROM read_parquet('{quoted}')")  # noqa: S608
            return [dict(zip(names, row, strict=True)) for row in rows]
        text = path.read_text(encoding="utf-8-sig")
    except Invalid:
        raise
    except OSError as error:
        raise Invalid(f"{path} cannot be read: {error.strerror}.") from None
    except Exception as error:  # DuckDB has many, all about an unreadable file
        raise Invalid(f"{path} cannot be read: {str(error).splitlines()[0]}.") from None
    if path.suffix == ".csv":
        return [
            {name: value for name, value in row.items() if value} for row in csv.DictReader(text.splitlines())
        ]
    return parse_facts(text)


def columns_of(path: Path) -> list[str]:
    """The names of a Parquet table's columns. Raises ``Invalid`` when it is none."""
    try:
        with Engine() as engine:
            quoted = str(path).replace("'", "''")
            return [row[0] for row in engine.query(f"DESCRIBE SELECT * FROM read_parquet('{quoted}')")]  # noqa: S608
    except Exception as error:  # DuckDB has many, all about an unreadable file
        raise Invalid(f"{path} cannot be read: {str(error).splitlines()[0]}.") from None


def rows_of(path: Path, column: str, *, other_than: Sequence[str]) -> list[tuple[int, dict[str, Any]]]:
    """The rows of a Parquet table whose ``column`` is none of some values, each with its number, from 1.

    Raises ``Invalid`` when it is no table.
    """
    names, quoted = columns_of(path), str(path).replace("'", "''")
    with Engine() as engine:
        rows = engine.query(
            f"SELECT * FROM (SELECT row_number() OVER (), * FROM read_parquet('{quoted}')) "  # noqa: S608
            f'WHERE "{column}" IS NULL OR "{column}" NOT IN ({", ".join("?" * len(other_than))})',
            list(other_than),
        )
    return [(number, dict(zip(names, row, strict=True))) for number, *row in rows]


def parse_facts(text: str) -> list[dict[str, Any]]:
    """Read facts from JSON text: an array, one object, or one object a line. Raises ``Invalid``."""
    rows = parse_json(text, name="The text of the facts")
    if not all(isinstance(row, dict) for row in rows):
        raise Invalid("The facts must be a list of objects; see --schema.")
    return rows


def run(
    policy: Policy,
    facts: Sequence[Mapping[str, Any]],
    *,
    through: date | None = None,
    month: Month | None = None,
) -> list[PolicyLine]:
    """Apply a policy: the movement of ``month``, balances at the end of ``through``, or every month in turn.

    Raises ``Invalid`` naming the row and field that cannot be used.
    """
    rows = [_row(number, fact, policy) for number, fact in enumerate(facts, start=1)]
    with tempfile.TemporaryDirectory() as folder, Engine(memory="1GB") as engine:
        path = Path(folder) / "facts.csv"
        _write(path, rows)
        engine.load_documents(path)
        if month is not None:
            return _lines(engine, policy, movement_cuts(month), str(month))
        if through is not None:
            day_after = date.fromordinal(through.toordinal() + 1)
            return _lines(engine, policy, balance_cuts(day_after, counts_until=through), "")
        return [
            line for each in _months(rows) for line in _lines(engine, policy, movement_cuts(each), str(each))
        ]


def _lines(engine: Engine, policy: Policy, cuts: Sequence[Cut], month: str) -> list[PolicyLine]:
    engine.run([policy], cuts)
    names = {code: account for account, code in ACCOUNT_CODES.items()}
    found = engine.query(
        "SELECT account, activity, currency, CAST(sum(amount_minor) AS BIGINT) FROM lines GROUP BY ALL "
        "HAVING sum(amount_minor) <> 0 ORDER BY currency, account, activity"
    )
    return [
        PolicyLine(month, names[code], activity, currency, Money(amount, currency).decimal)
        for code, activity, currency, amount in found
    ]


def _row(number: int, fact: Mapping[str, Any], policy: Policy) -> dict[str, Any]:
    known = schema_of_facts(policy)["items"]["properties"]
    unknown = sorted(set(fact) - set(known))
    if unknown:
        raise Invalid(f"Row {number}: unknown field {unknown[0]!r}; known are {', '.join(known)}.")
    kind = fact.get("kind", "receipt")
    if kind not in policy.inputs:
        raise Invalid(f"Row {number}: kind must be one of {', '.join(policy.inputs)}.")
    currency = str(fact.get("currency", "USD"))
    try:
        amounts = {
            name: Money.of(str(fact.get(name, "0") or "0"), currency).amount_minor for name in _AMOUNTS
        }
    except (ValueError, InvalidOperation, ArithmeticError) as error:
        raise Invalid(f"Row {number}: an amount cannot be read: {error}.") from None
    if not all(0 <= amount <= _LARGEST_MINOR for amount in amounts.values()):
        raise Invalid(f"Row {number}: amounts must lie between zero and 10^13 minor units; a refund's too.")
    days = {name: _day(number, name, fact.get(name)) for name in ("effective_on", "start_on", "end_on")}
    if kind == "receipt" and (days["start_on"] is None or days["end_on"] is None):
        raise Invalid(f"Row {number}: a receipt needs start_on and end_on.")
    if kind == "receipt" and days["end_on"] < days["start_on"]:  # type: ignore[operator]
        raise Invalid(f"Row {number}: end_on lies before start_on.")
    effective_on = days["effective_on"] or days["start_on"]
    if effective_on is None or not fact.get("reference"):
        raise Invalid(f"Row {number}: a row needs its reference, and a refund its effective_on.")
    return {
        "reference": str(fact["reference"]),
        "contract": str(fact["reference"] if kind == "receipt" else fact.get("receipt", "")),
        "kind": kind,
        "currency": currency,
        "product": fact.get("product", "single_course"),
        "partner": fact.get("partner", ""),
        "effective_on": effective_on,
        "start_on": days["start_on"],
        "end_on": days["end_on"],
        **amounts,
    }


def _day(number: int, name: str, value: Any) -> date | None:
    if value is None or isinstance(value, date):
        return value
    try:
        return date.fromisoformat(str(value)[:10])
    except ValueError:
        raise Invalid(f"Row {number}: {name} {value!r} is not a day such as 2025-09-30.") from None


def _write(path: Path, rows: Sequence[Mapping[str, Any]]) -> None:
    numbers: dict[str, int] = {}
    for number, row in enumerate(rows, start=1):
        if row["kind"] == "receipt":
            if row["reference"] in numbers:
                raise Invalid(f"Row {number}: the reference {row['reference']!r} is given twice.")
            numbers[row["reference"]] = number
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        for number, row in enumerate(rows, start=1):
            days = [day_number(row[name]) if row[name] else "" for name in ("start_on", "end_on")]
            writer.writerow(
                [
                    *(
                        number,
                        numbers.get(row["contract"], ""),
                        row["kind"],
                        row["currency"],
                        row["product"],
                    ),
                    *(row["partner"], day_number(Month.of(row["effective_on"]).start_on)),
                    *(day_number(row["effective_on"]), *days, *(row[name] for name in _AMOUNTS), False),
                ]
            )


def _months(rows: Sequence[Mapping[str, Any]]) -> list[Month]:
    if not rows:
        return []
    first = Month.of(min(row["effective_on"] for row in rows))
    last = Month.of(max(max(row["effective_on"], row["end_on"] or _BEFORE_EVERYTHING) for row in rows))
    count = last.months_since(first) + 1
    if count > 1_200:
        raise Invalid("The facts span more than a hundred years; ask for one --period.")
    return [Month.of(add_months(first.start_on, offset)) for offset in range(count)]


def parse_json(text: str, *, name: str) -> list[Any]:
    """Return the values of a JSON array, of one value, or of one value a line, decimals exact.

    Raises ``Invalid``, calling the text by its ``name``.
    """
    try:
        try:
            found = json.loads(text, parse_float=Decimal)
        except ValueError:
            found = [json.loads(line, parse_float=Decimal) for line in text.splitlines() if line.strip()]
    except (ValueError, RecursionError) as error:
        raise Invalid(f"{name} is not JSON: {error}.") from None
    return found if isinstance(found, list) else [found]
