"""Statements, roll-forwards and notes as rows: every figure with what made it."""

from dataclasses import dataclass
from typing import Final

from stoa.kernel.spans import Month, Period

#: What the amounts of a line are. Money and per-share amounts are minor units of the currency; ``PERCENT`` and
#: ``YEARS`` are hundredths; a ``COUNT`` is whole.
MONEY: Final = "money"
SHARE_AMOUNT: Final = "per share"
COUNT: Final = "count"
PERCENT: Final = "percent"
YEARS: Final = "years"

#: Kinds of lines. A heading has no amounts; a sum and a total add up other lines; a memo stands outside every sum.
HEADING: Final = "heading"
LINE: Final = "line"
SUM: Final = "sum"
TOTAL: Final = "total"
MEMO: Final = "memo"


@dataclass(frozen=True, slots=True)
class Column:
    """A column of amounts. ``first`` is ``None`` for what stands at the end of ``through``.

    ``change_of`` names the positions of the two columns whose difference it shows (later, earlier). Columns of one
    ``group`` belong together on paper.
    """

    label: str
    first: Month | None = None
    through: Month | None = None
    group: str = ""
    change_of: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a table.

    ``amounts_minor`` has one amount a column, ``None`` where there is none to show. ``accounts``, ``activities``,
    ``segments`` and ``products`` are what the journal was asked for, empty where it does not matter; ``note`` says
    the rest of how it was computed. ``parts`` are the positions of the lines that a sum adds up, with their signs.
    """

    label: str
    kind: str
    amounts_minor: tuple[int | None, ...]
    accounts: tuple[str, ...] = ()
    activities: tuple[str, ...] = ()
    segments: tuple[str, ...] = ()
    products: tuple[str, ...] = ()
    level: int = 1
    note: str = ""
    unit: str = MONEY
    parts: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Table:
    """A statement, a roll-forward or a note. ``words`` say what a reader must know about it, also when it is empty."""

    name: str
    title: str
    columns: tuple[Column, ...]
    lines: tuple[Line, ...]
    words: tuple[str, ...] = ()

    def line(self, label: str) -> Line:
        """The first line of that label; ``KeyError`` when there is none."""
        for line in self.lines:
            if line.label == label:
                return line
        raise KeyError(label)


@dataclass(frozen=True, slots=True)
class Tie:
    """Two figures that must be the same, found in two ways."""

    name: str
    label: str
    left_minor: int
    right_minor: int

    @property
    def holds(self) -> bool:
        """Whether they are the same to the cent."""
        return self.left_minor == self.right_minor


@dataclass(frozen=True, slots=True)
class Statements:
    """Everything the books say about a period, ready to typeset.

    ``remarks`` say what a reader must know first: which months are open, or that nothing was posted.
    """

    entity: str
    period: Period
    currency: str
    remarks: tuple[str, ...]
    statements: tuple[Table, ...]
    roll_forwards: tuple[Table, ...]
    measures: tuple[Table, ...]
    notes: tuple[Table, ...]
    key_figures: Table
    ties: tuple[Tie, ...]

    @property
    def tables(self) -> tuple[Table, ...]:
        """Every table in order."""
        return (*self.statements, *self.roll_forwards, *self.measures, *self.notes, self.key_figures)

    def table(self, name: str) -> Table:
        """The table of that name; ``KeyError`` when there is none."""
        for table in self.tables:
            if table.name == name:
                return table
        raise KeyError(name)
