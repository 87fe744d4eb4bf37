"""Cells of CSV files that people open in spreadsheets."""

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def safe_cell(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula: one that begins like it stands behind an apostrophe."""
    return f"'{text}" if text.startswith(_FORMULA) else text
