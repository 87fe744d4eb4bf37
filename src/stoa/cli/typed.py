"""How commands read the periods, days and instants that people type."""

import argparse
from datetime import UTC, date, datetime

from stoa.kernel.spans import Month, Period


def month(text: str) -> Month:
    """Read ``2025-09`` for argparse."""
    try:
        return Month.parse(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def period(text: str) -> Period:
    """Read ``2025-09``, ``2025-Q3`` or ``2025`` for argparse."""
    try:
        return Period.parse(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


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
