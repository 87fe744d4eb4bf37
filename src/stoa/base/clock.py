"""The one place that reads a clock. Interfaces ask ``now()`` and hand the instant down; nothing below does.

A demo or test installation may run under a test clock, stored in its database, so that every process of
that installation agrees what time it is, two seconds after it was moved at the latest. A real installation
has no such row and pays one query a minute.
"""

import time
from datetime import UTC, datetime, timedelta

from stoa.base.models import TestClock

_REFRESH_SECONDS = 60.0
_REFRESH_SECONDS_UNDER_TEST_CLOCK = 2.0
_cached: tuple[float, timedelta | None] | None = None


def now() -> datetime:
    """Return the current instant (UTC) of this installation."""
    offset = _offset()
    return datetime.now(UTC) + (offset or timedelta())


def is_test_clock() -> bool:
    """Whether this installation runs under a test clock (pages say so)."""
    return _offset() is not None


def set_test_clock(*, to: datetime) -> None:
    """Let this installation believe that it is ``to`` now; time goes on from there."""
    TestClock.objects.update_or_create(only=True, defaults={"offset": to - datetime.now(UTC)})
    _forget()


def _offset() -> timedelta | None:
    global _cached
    if _cached is not None:
        read_at, offset = _cached
        lasts = _REFRESH_SECONDS if offset is None else _REFRESH_SECONDS_UNDER_TEST_CLOCK
        if time.monotonic() - read_at < lasts:
            return offset
    offset = TestClock.objects.values_list("offset", flat=True).first()
    _cached = (time.monotonic(), offset)
    return offset


def _forget() -> None:
    global _cached
    _cached = None
