"""What a policy says about facts, arranged for the eye: single figures, tables, and one plot of the longest table."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from babel.numbers import format_decimal
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from stoa.policies.frame import Result

#: Rows of a table that are shown; what is longer says how many there are.
_SHOWN = 60
#: Columns that are drawn, the telling ones first.
_TELLING = (
    *("liability", "asset", "carrying", "balance", "closing", "cumulative", "deferred", "revenue", "amount"),
    *("cost", "fee", "payable_to_partner", "expense", "interest", "value"),
)


@dataclass(frozen=True, slots=True)
class WorkedTable:
    """A table of the result. ``rows`` are cells as text, ``numbers`` what they are worth; ``total`` counts all rows."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    total: int
    numbers: tuple[tuple[Decimal | None, ...], ...]

    @property
    def drawn(self) -> tuple[int, ...]:
        """Columns behind the first that are numbers in every row."""
        return tuple(
            index
            for index in range(1, len(self.columns))
            if len(self.rows) >= 3 and all(row[index] is not None for row in self.numbers)
        )


@dataclass(frozen=True, slots=True)
class Worked:
    """A result arranged: figures as name and value, tables, and a plot (empty where there is nothing to draw)."""

    figures: tuple[tuple[str, str], ...]
    tables: tuple[WorkedTable, ...]
    plot: SafeString


def arranged(result: Result) -> Worked:
    """Arrange a policy's values for a page."""
    figures: list[tuple[str, str]] = []
    tables: list[WorkedTable] = []
    _arrange(result.values, "", figures, tables)
    drawn = max(tables, key=lambda table: (bool(table.drawn), table.total), default=None)
    plot = _plot(drawn) if drawn is not None and drawn.drawn else SafeString("")
    return Worked(tuple(figures), tuple(tables), plot)


def _arrange(
    values: Mapping[str, Any], prefix: str, figures: list[tuple[str, str]], tables: list[WorkedTable]
) -> None:
    for name, value in values.items():
        title = f"{prefix}{name}"
        if isinstance(value, Mapping) and _is_series(value):
            tables.append(_table(title, [{"": key, "amount": each} for key, each in value.items()]))
        elif isinstance(value, Mapping):
            _arrange(value, f"{title}: ", figures, tables)
        elif isinstance(value, list | tuple) and value and all(isinstance(row, Mapping) for row in value):
            tables.append(_table(title, value))
        elif isinstance(value, list | tuple):
            figures.append((_spoken(title), ", ".join(map(_text, value)) or "–"))
        else:
            figures.append((_spoken(title), _text(value)))


def _table(title: str, rows: Sequence[Mapping[str, Any]]) -> WorkedTable:
    names = list(dict.fromkeys(name for row in rows for name in row))
    cells = [tuple(_text(row.get(name)) for name in names) for row in rows[:_SHOWN]]
    numbers = [tuple(_number(str(row.get(name))) for name in names) for row in rows[:_SHOWN]]
    return WorkedTable(
        title=_spoken(title),
        columns=tuple(_spoken(name) for name in names),
        rows=tuple(cells),
        total=len(rows),
        numbers=tuple(numbers),
    )


def _is_series(value: Mapping[str, Any]) -> bool:
    """Whether a mapping is one amount after another, such as revenue by month."""
    return len(value) >= 3 and all(
        each[:1].isdigit() and _number(str(amount)) is not None for each, amount in value.items()
    )


def _text(value: Any) -> str:
    if value is None or value == "":
        return "–"
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, Mapping):
        return ", ".join(f"{_spoken(name)} {_text(each)}" for name, each in value.items())
    if isinstance(value, list | tuple):
        return ", ".join(map(_text, value))
    number = _number(str(value))
    return str(value) if number is None else _grouped(number)


def _grouped(number: Decimal) -> str:
    """A number in the reader's separators, with the decimal places it has."""
    places = max(-int(number.as_tuple().exponent), 0)
    pattern = "#,##0." + "0" * places if places else "#,##0"
    return str(format_decimal(number, pattern, locale=(get_language() or "en").replace("-", "_")))


def _spoken(code: str) -> str:
    words = str(code).replace("_", " ")
    return words[:1].upper() + words[1:]


def _number(text: str) -> Decimal | None:
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def _plot(table: WorkedTable) -> SafeString:
    """The most telling column as bars, one a row; the table below it holds the same figures."""
    telling = [name.replace("_", " ").capitalize() for name in _TELLING]
    column = min(
        table.drawn,
        key=lambda index: (
            telling.index(table.columns[index]) if table.columns[index] in telling else len(telling),
            -index,
        ),
    )
    values = [row[column] or Decimal(0) for row in table.numbers]
    width, height, top, base = 640, 200, 24, 170
    highest, lowest = max(*values, Decimal(0)), min(*values, Decimal(0))
    spread = (highest - lowest) or Decimal(1)

    def y(value: Decimal) -> float:
        return float(base - (base - top) * (value - lowest) / spread)

    step = width / len(values)
    gap = min(14.0, step * 0.25)
    bars = [
        (
            "bar--up" if value >= 0 else "bar--down",
            f"{index * step + gap / 2:.1f}",
            f"{min(y(value), y(Decimal(0))):.1f}",
            f"{step - gap:.1f}",
            f"{max(abs(y(value) - y(Decimal(0))), 1.5):.1f}",
        )
        for index, value in enumerate(values)
    ]
    ends = sorted({0, len(values) - 1})
    words = [
        (
            f"{index * step + step / 2:.1f}",
            height - 6,
            "start" if index == 0 else "end",
            table.rows[index][0],
        )
        for index in ends
    ]
    title = _("{column} by row; the table holds the same figures.").format(column=table.columns[column])
    return format_html(
        '<figure class="figure"><figcaption class="fine">{}</figcaption>'
        '<svg class="chart chart--worked" viewBox="0 0 {} {}" role="img" aria-label="{}">{}{}{}</svg></figure>',
        table.columns[column],
        width,
        height,
        title,
        format_html_join("", '<rect class="bar {}" x="{}" y="{}" width="{}" height="{}"/>', bars),
        format_html('<path class="axis" d="M0 {}H{}"/>', f"{y(Decimal(0)):.1f}", width),
        format_html_join("", '<text x="{}" y="{}" class="label" data-anchor="{}">{}</text>', words),
    )
