"""Text that a database can keep."""

import unicodedata
from typing import Any


def storable(text: str) -> str:
    """Return ``text`` without NUL and with a mark for each half of a surrogate pair."""
    return text.replace("\0", "").encode("utf-8", "replace").decode()


def storable_json(value: Any) -> Any:
    """Return JSON values with ``storable`` text everywhere."""
    if isinstance(value, str):
        return storable(value)
    if isinstance(value, list):
        return [storable_json(each) for each in value]
    if isinstance(value, dict):
        return {storable(str(key)): storable_json(each) for key, each in value.items()}
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
