"""Numbers in addresses."""


def whole_number(text: str | None, default: int) -> int:
    """Read a page number; anything else is ``default``."""
    return int(text) if text and text.isascii() and text.isdecimal() and len(text) < 8 else default
