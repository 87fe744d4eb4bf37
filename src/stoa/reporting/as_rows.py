"""Statements for programs: one JSON document, or one CSV row an amount."""

import csv
import io
from collections.abc import Iterator, Sequence
from typing import Any

from stoa.kernel.cells import safe_cell
from stoa.reporting.amounts import major
from stoa.reporting.tables import Column, Line, Statements, Table


def as_json(report: Statements, *, tables: Sequence[Table]) -> dict[str, Any]:
    """Return the report as one JSON document: each line with its amounts and what made them."""
    return {
        "entity": report.entity,
        "period": str(report.period),
        "currency": report.currency,
        "remarks": list(report.remarks),
        "tables": [_table(table) for table in tables],
        "ties": [
            {
                "table": tie.name,
                "label": tie.label,
                "left_minor": tie.left_minor,
                "right_minor": tie.right_minor,
                "holds": tie.holds,
            }
            for tie in report.ties
        ],
    }


def as_csv(report: Statements, *, tables: Sequence[Table]) -> Iterator[str]:
    """Yield the report in long form, one row an amount, with a header."""
    yield _row(
        *("entity", "period", "table", "position", "line", "kind", "column", "from", "through"),
        *("unit", "currency", "amount_minor", "amount", "accounts", "activities", "note"),
    )
    for table in tables:
        for position, line in enumerate(table.lines):
            for column, amount in zip(table.columns, line.amounts_minor, strict=False):
                if amount is None:
                    continue
                yield _row(
                    *(report.entity, report.period, table.name, position, safe_cell(line.label), line.kind),
                    *(column.label, column.first or "", column.through or "", line.unit, report.currency),
                    *(amount, major(amount, line.unit, report.currency), " ".join(line.accounts)),
                    *(" ".join(line.activities), line.note),
                )


def _table(table: Table) -> dict[str, Any]:
    return {
        "name": table.name,
        "title": table.title,
        "words": list(table.words),
        "columns": [_column(column) for column in table.columns],
        "lines": [_line(line) for line in table.lines],
    }


def _column(column: Column) -> dict[str, Any]:
    return {
        "label": column.label,
        "group": column.group,
        "from": str(column.first) if column.first else None,
        "through": str(column.through) if column.through else None,
        "change_of": list(column.change_of) if column.change_of else None,
    }


def _line(line: Line) -> dict[str, Any]:
    return {
        "label": line.label,
        "kind": line.kind,
        "level": line.level,
        "unit": line.unit,
        "amounts_minor": list(line.amounts_minor),
        "accounts": list(line.accounts),
        "activities": list(line.activities),
        "segments": list(line.segments),
        "products": list(line.products),
        "parts": [list(part) for part in line.parts],
        "note": line.note,
    }


def _row(*cells: object) -> str:
    buffer = io.StringIO()
    csv.writer(buffer).writerow(cells)
    return buffer.getvalue()
