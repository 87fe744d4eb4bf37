"""Half-open spans of days and instants, and calendar months. Days are counted in the entity's time zone."""

import calendar
import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True)
class DaySpan:
    """The days from ``start_on`` up to, not including, ``end_on``. 29 February counts like any day."""

    start_on: date
    end_on: date

    def __post_init__(self) -> None:
        if self.end_on < self.start_on:
            raise ValueError(f"span ends on {self.end_on} before it starts on {self.start_on}")

    @property
    def days(self) -> int:
        """Number of days in the span."""
        return (self.end_on - self.start_on).days

    def elapsed_before(self, day: date) -> int:
        """Number of days of the span that lie before ``day``, between 0 and ``days``."""
        return min(max((day - self.start_on).days, 0), self.days)


@dataclass(frozen=True, slots=True)
class InstantSpan:
    """The instants from ``starts_at`` up to, not including, ``ends_at``; ``None`` means without end."""

    starts_at: datetime
    ends_at: datetime | None

    def contains(self, instant: datetime) -> bool:
        """Whether ``instant`` lies inside the span."""
        return self.starts_at <= instant and (self.ends_at is None or instant < self.ends_at)


def add_months(day: date, months: int) -> date:
    """Return the same day of the month ``months`` later, or that month's last day when it has no such day."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last))


def add_months_at(instant: datetime, months: int) -> datetime:
    """``add_months`` for an instant: the calendar day moves, the time of day stays."""
    moved = add_months(instant.date(), months)
    return instant.replace(year=moved.year, month=moved.month, day=moved.day)


def day_in(instant: datetime, time_zone: str) -> date:
    """The calendar day on which ``instant`` falls in the IANA ``time_zone``."""
    return instant.astimezone(ZoneInfo(time_zone)).date()


#: Months can be typed from here to there: their neighbors are always days of the calendar too.
_FIRST_YEAR, _LAST_YEAR = 1900, 2999


@dataclass(frozen=True, slots=True, order=True)
class Month:
    """A calendar month, written ``2025-09``: the fiscal period of the books."""

    year: int
    month: int

    @classmethod
    def parse(cls, text: str) -> "Month":
        """Read ``2025-09``; anything else is a ``ValueError`` that says the expected form."""
        year, dash, month = text.strip().partition("-")
        if dash and len(year) == 4 and len(month) == 2 and text.isascii() and (year + month).isdecimal():
            if _FIRST_YEAR <= int(year) <= _LAST_YEAR and 1 <= int(month) <= 12:
                return cls(int(year), int(month))
        raise ValueError(f"{text!r} is not a month such as 2025-09")

    @classmethod
    def of(cls, day: date) -> "Month":
        """The month that ``day`` falls in."""
        return cls(day.year, day.month)

    @property
    def start_on(self) -> date:
        """First day of the month."""
        return date(self.year, self.month, 1)

    @property
    def end_on(self) -> date:
        """First day of the next month (exclusive end)."""
        return add_months(self.start_on, 1)

    def plus(self, months: int) -> "Month":
        """The month ``months`` later (earlier when negative)."""
        return Month.of(add_months(self.start_on, months))

    def months_since(self, earlier: "Month") -> int:
        """How many months it lies after ``earlier``; negative when it lies before."""
        return (self.year - earlier.year) * 12 + self.month - earlier.month

    def __str__(self) -> str:
        return f"{self.year:04d}-{self.month:02d}"

    @property
    def last_on(self) -> date:
        """Last day of the month."""
        return self.end_on - timedelta(days=1)


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """Whole months in a row that are reported together: a month, a quarter, a year, or the year to date."""

    first: Month
    count: int

    @classmethod
    def parse(cls, text: str) -> "Period":
        """Read ``2025-09``, ``2025-Q3`` or ``2025``; anything else is a ``ValueError`` that says so."""
        found = re.fullmatch(r"([0-9]{4})(?:-[Qq]([1-4]))?", text.strip())
        try:
            if found is None:
                return cls(Month.parse(text), 1)
            first, count = (3 * int(found[2]) - 2, 3) if found[2] else (1, 12)
            return cls(Month.parse(f"{found[1]}-{first:02d}"), count)
        except ValueError:
            raise ValueError(
                f"{text!r} is not a month, quarter or year such as 2025-09, 2025-Q3 or 2025"
            ) from None

    @property
    def months(self) -> tuple[Month, ...]:
        """Every month of it, in order."""
        return tuple(self.first.plus(number) for number in range(self.count))

    @property
    def last(self) -> Month:
        """Its last month."""
        return self.first.plus(self.count - 1)

    @property
    def start_on(self) -> date:
        """First day."""
        return self.first.start_on

    @property
    def end_on(self) -> date:
        """Day after the last."""
        return self.last.end_on

    @property
    def before(self) -> "Period":
        """The period of the same length that ends where this one begins."""
        return Period(self.first.plus(-self.count), self.count)

    @property
    def year_before(self) -> "Period":
        """The same months a year earlier."""
        return Period(self.first.plus(-12), self.count)

    @property
    def year_to_date(self) -> "Period":
        """From January of its last month's year to its end."""
        return Period(Month(self.last.year, 1), self.last.month)

    def __str__(self) -> str:
        if self.count == 12 and self.first.month == 1:
            return f"{self.first.year:04d}"
        if self.count == 3 and self.first.month % 3 == 1:
            return f"{self.first.year:04d}-Q{self.first.month // 3 + 1}"
        return str(self.first) if self.count == 1 else f"{self.first} to {self.last}"
