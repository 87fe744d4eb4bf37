"""Extracts: a complete population as a file, with the control totals that prove it is complete."""

import csv
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Final

from stoa.flows import audit
from stoa.kernel.cells import safe_cell
from stoa.kernel.refusals import Invalid
from stoa.kernel.spans import Period

FORMATS: Final = ("csv", "jsonl", "parquet")
_WHOLE_NUMBERS = {"amount_minor", "batch"}
_DAYS = {"effective_on", "counts_from", "entry_on", "belongs_from", "belongs_until"}


@dataclass(frozen=True, slots=True)
class Extract:
    """A file with every row of a population. ``totals`` all differ by zero when it is complete."""

    path: Path
    population: str
    period: Period
    row_count: int
    totals: tuple[audit.ControlTotal, ...]


def write(population: str, *, period: Period, entity: str, format: str, path: Path) -> Extract:
    """Write a population to ``path``, whole or not at all. Raises ``Invalid`` for what is unknown or cannot be written."""
    if format not in FORMATS:
        raise Invalid(f"{format!r} is no format; choose one of {', '.join(FORMATS)}.")
    columns = audit.columns_of(population)
    totals = audit.Totals(population, period=period, entity=entity)
    rows = map(totals.add, audit.rows_of(population, period=period, entity=entity))
    partial = path.with_name(f".{path.name}.{os.getpid()}.partial")
    lines = partial.with_suffix(".csv") if format == "parquet" else partial
    try:
        with lines.open("w", encoding="utf-8", newline="") as file:
            if format == "jsonl":
                _write_json(file, rows)
            else:
                _write_csv(file, columns, rows, safe=format == "csv")
        if format == "parquet":
            _as_parquet(lines, partial, columns)
        partial.replace(path)
    except OSError as error:
        raise Invalid(f"{path} cannot be written: {error.strerror}.") from None
    finally:
        partial.unlink(missing_ok=True)
        lines.unlink(missing_ok=True)
    return Extract(path, population, period, totals.count, totals.compare())


def _write_json(file: IO[str], rows: Iterator[dict[str, Any]]) -> None:
    for row in rows:
        known = {name: json.loads(value) if name == "facts" else value for name, value in row.items()}
        file.write(json.dumps(known, default=str) + "\n")


def _write_csv(
    file: IO[str], columns: tuple[str, ...], rows: Iterator[dict[str, Any]], *, safe: bool
) -> None:
    writer = csv.writer(file)
    writer.writerow(columns)
    for row in rows:
        writer.writerow([_cell(row[name]) if safe else _text(row[name]) for name in columns])


def _cell(value: Any) -> Any:
    return safe_cell(value) if isinstance(value, str) else _text(value)


def _text(value: Any) -> Any:
    if isinstance(value, bool):
        return "true" if value else "false"
    return value.isoformat() if hasattr(value, "isoformat") else value


def _as_parquet(lines: Path, path: Path, columns: tuple[str, ...]) -> None:
    from stoa.policies.engine import Engine

    types = {
        name: "BIGINT" if name in _WHOLE_NUMBERS else "DATE" if name in _DAYS else "VARCHAR"
        for name in columns
    } | ({"is_late": "BOOLEAN"} if "is_late" in columns else {})
    declared = ", ".join(f"'{name}': '{kind}'" for name, kind in types.items())
    with Engine(memory="1GB") as engine:
        source = (
            f"read_csv({_quoted(lines)}, header = true, auto_detect = false, delim = ',', quote = '\"', escape = '\"', "
            f"nullstr = '', columns = {{{declared}}})"
        )
        engine.query(f"COPY (SELECT * FROM {source}) TO {_quoted(path)} (FORMAT parquet)")  # noqa: S608 - our own names


def _quoted(path: Path) -> str:
    return "'" + str(path).replace("'", "''") + "'"
