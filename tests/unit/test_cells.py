"""Cells of CSV files: what a spreadsheet would run is text, and nothing else is touched."""

import pytest

from stoa.kernel.cells import safe_cell


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"])
def test_what_begins_like_a_formula_stands_behind_an_apostrophe(text: str) -> None:
    assert safe_cell(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "Consumer", "a=b", "1,000.00"])
def test_other_text_stays_as_it_is(text: str) -> None:
    assert safe_cell(text) == text
