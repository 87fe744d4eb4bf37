"""Statements as a workbook: a sheet a table, sums and changes as formulas."""

import io
from collections.abc import Sequence
from typing import Any

import xlsxwriter
from xlsxwriter.utility import xl_rowcol_to_cell

from stoa.reporting.amounts import major, places
from stoa.reporting.layout import period_words
from stoa.reporting.tables import HEADING, PERCENT, SUM, TOTAL, Line, Statements, Table

_FIRST_ROW = 4


def as_xlsx(report: Statements, *, tables: Sequence[Table]) -> bytes:
    """Return the workbook's bytes. Formulas carry the value that the books computed, so any viewer shows it."""
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_formulas": False})
    # The day of a workbook is the period's, not today's: the same books give the same file.
    created = report.period.last.last_on
    book.set_properties({"title": f"Statements of {report.entity}", "created": _noon(created)})
    formats: dict[tuple[object, ...], Any] = {}
    names: set[str] = set()
    for table in tables:
        sheet = book.add_worksheet(_sheet_name(table.name, names))
        _fill(book, sheet, formats, table, report)
    book.close()
    return buffer.getvalue()


def _fill(
    book: Any, sheet: Any, formats: dict[tuple[object, ...], Any], table: Table, report: Statements
) -> None:
    bold = _format(book, formats, bold=True)
    sheet.write_string(0, 0, table.title, bold)
    sheet.write_string(1, 0, f"{report.entity}, {period_words(report.period)}, {report.currency}")
    sheet.write_string(2, 0, " ".join((*report.remarks, *table.words)))
    head = _format(book, formats, bold=True, align="right", text_wrap=True, bottom=1)
    sheet.write_string(_FIRST_ROW - 1, 0, "", head)
    for index, column in enumerate(table.columns):
        sheet.write_string(_FIRST_ROW - 1, index + 1, column.label, head)
    made = len(table.columns) + 1
    for offset, title in enumerate(("Accounts", "Activities", "How it is computed")):
        sheet.write_string(_FIRST_ROW - 1, made + offset, title, bold)
    for position, line in enumerate(table.lines):
        row = _FIRST_ROW + position
        strong = line.kind in (HEADING, SUM, TOTAL)
        sheet.write_string(row, 0, line.label, _format(book, formats, bold=strong, indent=line.level))
        for index, amount in enumerate(line.amounts_minor):
            if amount is None:
                continue
            style = _format(book, formats, **_number(line, report.currency))
            value = float(major(amount, line.unit, report.currency)) / (100 if line.unit == PERCENT else 1)
            formula = _formula(table, line, row, index)
            if formula:
                sheet.write_formula(row, index + 1, formula, style, value)
            else:
                sheet.write_number(row, index + 1, value, style)
        for offset, text in enumerate((" ".join(line.accounts), " ".join(line.activities), line.note)):
            if text:
                sheet.write_string(row, made + offset, text)
    sheet.set_column(0, 0, 58)
    sheet.set_column(1, len(table.columns), 19)
    sheet.freeze_panes(_FIRST_ROW, 1)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(_FIRST_ROW - 1)


def _formula(table: Table, line: Line, row: int, index: int) -> str:
    """The sum of the parts, or the difference of two columns; empty for what the journal says."""
    change = table.columns[index].change_of
    if change is not None and line.unit != PERCENT:
        later, earlier = (xl_rowcol_to_cell(row, place + 1) for place in change)
        return f"={later}-{earlier}"
    if not line.parts:
        return ""
    cells = [
        f"{'+' if sign > 0 else '-'}{xl_rowcol_to_cell(_FIRST_ROW + part, index + 1)}"
        for part, sign in line.parts
    ]
    return "=" + "".join(cells).removeprefix("+")


def _number(line: Line, currency: str) -> dict[str, object]:
    decimals = places(line.unit, currency)
    digits = "#,##0" + ("." + "0" * decimals if decimals else "")
    if line.unit == PERCENT:
        return {"num_format": "0.0%", "bold": line.kind == TOTAL}
    style: dict[str, object] = {"num_format": f"{digits}_);({digits});–_)"}
    if line.kind in (SUM, TOTAL):
        style |= {"bold": True, "top": 1}
    if line.kind == TOTAL and line.level == 0:
        style["bottom"] = 6
    return style


def _format(book: Any, formats: dict[tuple[object, ...], Any], **wanted: object) -> Any:
    key = tuple(sorted(wanted.items()))
    if key not in formats:
        formats[key] = book.add_format(wanted)
    return formats[key]


def _sheet_name(name: str, taken: set[str]) -> str:
    short = name[:31]
    while short in taken:
        short = f"{short[:29]}-{len(taken) % 10}"
    taken.add(short)
    return short


def _noon(day: Any) -> Any:
    from datetime import datetime, time

    return datetime.combine(day, time(12))
