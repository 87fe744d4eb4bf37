"""``--entity`` may be typed before a command or behind it."""

import pytest

from stoa.cli.__main__ import _entity_first


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("post --entity sim --json", "--entity sim post --json"),
        ("--entity sim post", "--entity sim post"),
        ("documents file x.jsonl --entity=sim", "--entity=sim documents file x.jsonl"),
        ("close 2025-09 --entity", "--entity close 2025-09"),
        ("policies", "policies"),
    ],
)
def test_the_company_comes_first_wherever_it_was_typed(typed: str, read: str) -> None:
    assert _entity_first(typed.split()) == read.split()
