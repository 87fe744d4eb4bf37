"""Compares what a policy said with what a case expects: only what the case names, numbers as numbers."""

from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any


def assert_says(values: Any, expected: Any, *, at: str = "values") -> None:
    """``expected`` names what it wants; a key with dots is a path: ``rows.3.interest``."""
    if isinstance(expected, Mapping):
        for key, wanted in expected.items():
            found = values
            for part in (key,) if isinstance(found, Mapping) and key in found else key.split("."):
                found = found[int(part)] if isinstance(found, Sequence) else found[part]
            assert_says(found, wanted, at=f"{at}.{key}")
    elif isinstance(expected, list):
        assert len(values) == len(expected), f"{at}: {values} has not the length of {expected}"
        for index, (value, wanted) in enumerate(zip(values, expected, strict=True)):
            assert_says(value, wanted, at=f"{at}.{index}")
    else:
        assert _plain(values) == _plain(expected), f"{at}: {values!r} is not {expected!r}"


def _plain(value: Any) -> Any:
    if isinstance(value, bool) or value is None:
        return value
    try:
        return Decimal(str(value))
    except InvalidOperation:
        return value
