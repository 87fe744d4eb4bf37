"""Laying out a table: its columns, and lines that add up."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date

from stoa.kernel.spans import Month, Period
from stoa.reporting.tables import HEADING, LINE, MONEY, SUM, Column, Line, Table

Amounts = Callable[[Column], int]

_NUMBERS = {1: "One", 2: "Two", 3: "Three", 4: "Four", 5: "Five", 6: "Six"}
_NUMBERS |= {7: "Seven", 8: "Eight", 9: "Nine", 10: "Ten", 11: "Eleven", 12: "Twelve"}
_MONTHS = "January February March April May June July August September October November December".split()


def day_words(day: date) -> str:
    """A day as statements write it: September 30, 2025."""
    return f"{_MONTHS[day.month - 1]} {day.day}, {day.year}"


def month_words(month: Month) -> str:
    """A month as statements write it: September 2025."""
    return f"{_MONTHS[month.month - 1]} {month.year}"


def period_words(period: Period) -> str:
    """A period as statements write it: Three months ended September 30, 2025."""
    if period.count == 1:
        return month_words(period.first)
    if period.count == 12 and period.first.month == 1:
        return f"Year ended {day_words(period.last.last_on)}"
    return f"{_NUMBERS[period.count]} months ended {day_words(period.last.last_on)}"


def spans_of(period: Period) -> tuple[Period, ...]:
    """The period, and the year to date where that is longer."""
    return (period,) if period == period.year_to_date else (period, period.year_to_date)


def flow_columns(period: Period, *, compare: bool) -> tuple[Column, ...]:
    """Columns of what happened: the period and the year to date, each beside the year before and the change."""
    columns: list[Column] = []
    for span in spans_of(period):
        words = period_words(span)
        columns.append(Column(words, span.first, span.last, group=words))
        if compare:
            then = span.year_before
            columns.append(Column(period_words(then), then.first, then.last, group=words))
            columns.append(Column("Change", group=words, change_of=(len(columns) - 2, len(columns) - 1)))
    return tuple(columns)


def point_columns(period: Period, *, compare: bool) -> tuple[Column, ...]:
    """Columns of what stands at the end: the period's, the prior year's, and to compare the prior period's."""
    ends = [period.last, Month(period.last.year - 1, 12)]
    if compare and period.before.last not in ends:
        ends.append(period.before.last)
    columns = [Column(day_words(end.last_on), None, end, group="at") for end in ends]
    if compare:
        columns.append(Column("Change in the year", group="at", change_of=(0, 1)))
    return tuple(columns)


class Layout:
    """A table being laid out. Each method returns the position of its line, for sums to name."""

    def __init__(self, name: str, title: str, columns: Sequence[Column]) -> None:
        self.columns = tuple(columns)
        self._name, self._title = name, title
        self._lines: list[Line] = []
        self._words: list[str] = []

    def say(self, words: str) -> None:
        """Add a sentence for the reader."""
        self._words.append(words)

    def heading(self, label: str, *, level: int = 0) -> int:
        """Add a heading."""
        return self._add(Line(label, HEADING, (), level=level))

    def line(
        self,
        label: str,
        amounts: Amounts | Sequence[int | None],
        *,
        kind: str = LINE,
        accounts: Sequence[str] = (),
        activities: Sequence[str] = (),
        segments: Sequence[str] = (),
        products: Sequence[str] = (),
        level: int = 1,
        note: str = "",
        unit: str = MONEY,
    ) -> int:
        """Add a line: its amounts one a column, or what computes them; changes follow from the columns they compare."""
        cells = self._cells(amounts) if callable(amounts) else tuple(amounts)
        assert len(cells) == len(self.columns), label
        return self._add(
            Line(
                *(label, kind, cells, tuple(accounts), tuple(activities), tuple(segments), tuple(products)),
                *(level, note, unit),
            )
        )

    def sum(
        self,
        label: str,
        parts: Sequence[int] | Mapping[int, int],
        *,
        kind: str = SUM,
        level: int = 1,
        note: str = "",
    ) -> int:
        """Add the sum of lines, each with a sign when a mapping is given; it carries the accounts of all of them."""
        signed = dict(parts) if isinstance(parts, Mapping) else dict.fromkeys(parts, 1)
        lines = [self._lines[index] for index in signed]
        cells = tuple(self._summed(signed, column) for column in range(len(self.columns)))
        accounts = dict.fromkeys(code for line in lines for code in line.accounts)
        activities = dict.fromkeys(each for line in lines for each in line.activities)
        return self._add(
            Line(
                *(label, kind, cells, tuple(accounts), tuple(activities)),
                level=level,
                note=note or ("" if signed else "Nothing of the kind was posted."),
                parts=tuple(signed.items()),
            )
        )

    def amounts(self, index: int) -> tuple[int, ...]:
        """The amounts of a line, nothing as zero."""
        return tuple(amount or 0 for amount in self._lines[index].amounts_minor)

    def table(self) -> Table:
        """The finished table."""
        return Table(self._name, self._title, self.columns, tuple(self._lines), tuple(self._words))

    def _summed(self, signed: Mapping[int, int], column: int) -> int | None:
        amounts = [(self._lines[index].amounts_minor[column], sign) for index, sign in signed.items()]
        if amounts and all(amount is None for amount, _ in amounts):
            return None
        return sum(sign * (amount or 0) for amount, sign in amounts)

    def _cells(self, amounts: Amounts) -> tuple[int | None, ...]:
        cells: list[int] = []
        for column in self.columns:
            if column.change_of is None:
                cells.append(amounts(column))
            else:
                cells.append(cells[column.change_of[0]] - cells[column.change_of[1]])
        return tuple(cells)

    def _add(self, line: Line) -> int:
        self._lines.append(line)
        return len(self._lines) - 1


def words_of(name: str) -> str:
    """A name of the books in words for people: ``award_granted`` as "Award granted", "US federal" as it is."""
    words = {"rsu": "RSU"}.get(name, name.replace("_", " "))
    return f"{words[:1].upper()}{words[1:]}"
