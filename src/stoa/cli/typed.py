"""How commands read the periods, days and instants that people type."""

import argparse
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime

from stoa.kernel.spans import Month


def month(text: str) -> Month:
    """Read ``2025-09`` for argparse."""
    try:
        return Month.parse(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


@dataclass(frozen=True, slots=True)
class Period:
    """Whole months in a row."""

    months: tuple[Month, ...]

    @property
    def start_on(self) -> date:
        """First day."""
        return self.months[0].start_on

    @property
    def end_on(self) -> date:
        """Day after the last."""
        return self.months[-1].end_on


def period(text: str) -> Period:
    """Read ``2025-09``, ``2025-Q3`` or ``2025`` for argparse."""
    found = re.fullmatch(r"([0-9]{4})(?:-[Qq]([1-4]))?", text.strip())
    try:
        if found is None:
            return Period((Month.parse(text),))
        first, count = (3 * int(found[2]) - 2, 3) if found[2] else (1, 12)
        start = Month.parse(f"{found[1]}-{first:02d}")
    except ValueError:
        raise argparse.ArgumentTypeError(
            f"{text!r} is not a month, quarter or year such as 2025-09, 2025-Q3 or 2025"
        ) from None
    return Period(tuple(start.plus(number) for number in range(count)))


def day(text: str) -> date:
    """Read ``2025-09-30`` for argparse."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a day such as 2025-09-30") from None


def instant(text: str) -> datetime:
    """Read ``2025-09-30T12:00:00Z`` for argparse; without an offset it is UTC, and a day is its beginning."""
    try:
        read = datetime.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a time such as 2025-09-30T12:00:00Z") from None
    return read if read.tzinfo else read.replace(tzinfo=UTC)
