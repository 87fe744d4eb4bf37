"""Dates as courses of many years write them."""

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime

_FORMATS = (
    "%Y-%m-%dT%H:%M",
    "%Y-%m-%d %H:%M",
    "%Y-%m-%d %H:%M:%S",
    "%Y-%m-%d",
    "%Y/%m/%d",
    "%m/%d/%Y",
    "%m/%d/%Y %H:%M",
    "%B %d, %Y",
    "%b %d, %Y",
    "%B %d %Y",
    "%b %d %Y",
    "%d %B %Y",
    "%d %b %Y",
    "%B %d, %Y %H:%M",
    "%b %d, %Y %H:%M",
    "%B %d %Y %H:%M",
    "%b %d %Y %H:%M",
    "%b %d, %Y %I:%M %p",
    "%B %d, %Y %I:%M %p",
    "%B %d, %Y at %H:%M",
    "%a, %d %b %Y %H:%M:%S",
    "%A, %B %d, %Y",
    "%A, %B %d, %Y %H:%M",
)


class NoDate(ValueError):
    """The text is not a date that can be read."""


def read_date(text: str) -> datetime | None:
    """Return the instant in UTC; ``None`` for an empty value. Raises ``NoDate``.

    Reads ISO 8601, JSON-quoted ISO, and the long forms of 2012 and 2013; without a zone it is UTC.
    """
    text = text.strip()
    if text.startswith('"'):
        try:
            text = str(json.loads(text) or "").strip()
        except ValueError:
            text = text.strip('"')
    if text in ("", "null", "None"):
        return None
    plain = re.sub(r"\s*(?:UTC|GMT|Z)$", "", text).replace("  ", " ")
    plain = re.sub(r"(\d)(?:st|nd|rd|th)\b", r"\1", plain)
    for read in (datetime.fromisoformat, *(_reader(form) for form in _FORMATS)):
        try:
            value = read(plain)
        except (ValueError, OverflowError):
            continue
        try:
            return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
        except (OverflowError, ValueError):
            break
    raise NoDate(text)


def _reader(form: str) -> Callable[[str], datetime]:
    return lambda text: datetime.strptime(text, form)
