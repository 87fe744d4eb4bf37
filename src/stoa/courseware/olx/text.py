"""Text that a database can keep."""

import unicodedata
from collections.abc import Callable
from typing import Any


def storable(text: str) -> str:
    """Return ``text`` without NUL and with a mark for each half of a surrogate pair."""
    return text.replace("\0", "").encode("utf-8", "replace").decode()


def storable_json(value: Any) -> Any:
    """Return JSON values with ``storable`` text everywhere."""
    return with_texts(value, storable)


def with_texts(value: Any, change: Callable[[str], str]) -> Any:
    """Return JSON values with every text, names of members included, put through ``change``."""
    if isinstance(value, str):
        return change(value)
    if isinstance(value, list):
        return [with_texts(each, change) for each in value]
    if isinstance(value, dict):
        return {change(str(key)): with_texts(each, change) for key, each in value.items()}
    return value


def composed_letters(text: str) -> str:
    """Return ``text`` with one character for é, whichever way it was written."""
    return unicodedata.normalize("NFC", text)


def readable_path(name: str) -> str:
    """Return a file's name as text; bytes that are not UTF-8 are read as Latin-1, so that no two become one."""
    try:
        name.encode()
    except UnicodeEncodeError:
        return name.encode("utf-8", "surrogateescape").decode("latin-1")
    return name
