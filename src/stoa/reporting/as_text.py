"""Statements as plain text, aligned for a hundred columns."""

import textwrap
from collections.abc import Iterator, Sequence

from stoa.reporting.amounts import words
from stoa.reporting.layout import period_words
from stoa.reporting.tables import HEADING, LINE, MEMO, SUM, TOTAL, Column, Line, Statements, Table, Tie

_WIDTH = 100
_LEAST_LABEL = 36
_LEAST_COLUMN = 15
_LABELS_NAMED = 3


def as_text(report: Statements, *, tables: Sequence[Table]) -> Iterator[str]:
    """Yield the lines of a report: what must be known first, then the tables, then what ties them together."""
    yield f"{report.entity} · {period_words(report.period)} · {report.currency}"
    for remark in report.remarks:
        yield from textwrap.wrap(remark, _WIDTH)
    for table in tables:
        yield ""
        yield from table_lines(table, report.currency)
    names = {table.name for table in tables}
    ties = [tie for tie in report.ties if tie.name in names]
    if ties:
        yield ""
        for tie in ties:
            left, right = (
                words(side, unit="money", currency=report.currency).strip() for side in _sides(tie)
            )
            yield f"{'ties' if tie.holds else 'DIFFERS'}  {tie.label}: {left}" + (
                "" if tie.holds else f" against {right}"
            )


def table_lines(table: Table, currency: str) -> Iterator[str]:
    """Yield the lines of one table; columns that do not fit beside each other follow below."""
    yield table.title
    yield "=" * len(table.title)
    for sentence in table.words:
        yield from textwrap.wrap(sentence, _WIDTH)
    if not table.lines:
        return
    cells = [
        [words(each, unit=line.unit, currency=currency) for each in line.amounts_minor]
        for line in table.lines
    ]
    widths = [
        max(_LEAST_COLUMN, *(len(row[index]) + 2 for row in cells if row), _longest_word(column) + 2)
        for index, column in enumerate(table.columns)
    ]
    labels = [f"{'  ' * line.level}{line.label}" for line in table.lines]
    blocks = _blocks(table.columns, widths, max(map(len, labels)))
    for number, block in enumerate(blocks):
        if number:
            yield ""
        taken = sum(widths[index] for index in block)
        room = min(max(map(len, labels)), _WIDTH - taken)
        yield from _header([table.columns[index].label for index in block], [widths[i] for i in block], room)
        for line, row in zip(table.lines, cells, strict=True):
            if line.kind == LINE and not _says_something(line, block):
                continue
            shown = "".join(f"{row[index] if row else '':>{widths[index]}}" for index in block)
            indent = "  " * line.level
            wrapped = textwrap.wrap(
                line.label, max(room - len(indent), 12), initial_indent="", subsequent_indent="  "
            ) or [""]
            *before, last = [f"{indent}{part}" for part in wrapped]
            if line.kind in (SUM, TOTAL):
                yield " " * room + "".join(f"{'-' * (widths[i] - 2):>{widths[i]}}" for i in block)
            yield from before
            yield f"{last:{room}}{shown}".rstrip()
            if line.kind == TOTAL and line.level == 0:
                yield " " * room + "".join(f"{'=' * (widths[i] - 2):>{widths[i]}}" for i in block)
    yield from _notes(table)


def _notes(table: Table) -> Iterator[str]:
    """How lines were made, each explanation once with the lines it is about."""
    by_note: dict[str, list[str]] = {}
    for line in table.lines:
        if line.note and line.kind not in (HEADING, MEMO):
            labels = by_note.setdefault(line.note, [])
            if line.label not in labels:
                labels.append(line.label)
    if by_note:
        yield ""
    for note, labels in by_note.items():
        about = ", ".join(labels) if len(labels) <= _LABELS_NAMED else f"{labels[0]} and others"
        yield from textwrap.wrap(f"{about}: {note}", _WIDTH, subsequent_indent="  ")


def _blocks(columns: Sequence[Column], widths: Sequence[int], label: int) -> list[list[int]]:
    """Columns in rows of blocks that fit, those of a group together where they can be."""
    room = _WIDTH - min(label, _LEAST_LABEL)
    blocks: list[list[int]] = [[]]
    groups: list[list[int]] = []
    for index, column in enumerate(columns):
        if groups and columns[groups[-1][-1]].group == column.group:
            groups[-1].append(index)
        else:
            groups.append([index])
    for group in groups:
        if blocks[-1] and sum(widths[i] for i in (*blocks[-1], *group)) > room:
            blocks.append([])
        for index in group:
            if blocks[-1] and sum(widths[i] for i in (*blocks[-1], index)) > room:
                blocks.append([])
            blocks[-1].append(index)
    return blocks


def _says_something(line: Line, block: Sequence[int]) -> bool:
    """Whether a line has an amount here; one that has amounts in other columns alone is left out."""
    here = any(line.amounts_minor[index] for index in block)
    return here or not any(line.amounts_minor)


def _header(labels: Sequence[str], widths: Sequence[int], room: int) -> Iterator[str]:
    wrapped = [textwrap.wrap(label, width - 2) or [""] for label, width in zip(labels, widths, strict=True)]
    height = max(map(len, wrapped), default=0)
    for row in range(height):
        cells = [
            f"{(lines[row - height + len(lines)] if row >= height - len(lines) else ''):>{width - 1}} "
            for lines, width in zip(wrapped, widths, strict=True)
        ]
        yield f"{'':{room}}{''.join(cells)}".rstrip()


def _longest_word(column: Column) -> int:
    return max(map(len, column.label.split()), default=0)


def _sides(tie: Tie) -> tuple[int, int]:
    return tie.left_minor, tie.right_minor
