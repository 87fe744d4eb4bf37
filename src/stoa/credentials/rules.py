"""How a code may be typed. Plain Python."""

import re
from typing import Final

_MISTAKEN: Final = str.maketrans({"O": "0", "I": "1", "L": "1"})
_CODE: Final = re.compile(r"[0-9A-HJKMNP-TV-Z]{12}")


def code_from(typed: str) -> str | None:
    """Return the code that was meant, or ``None`` when it cannot be one.

    Case, spaces and dashes do not matter; the letters O, I and L mean the digits 0 and 1.
    """
    letters = re.sub(r"[\s\-\u2010-\u2015._]+", "", typed[:100]).upper().translate(_MISTAKEN)
    if not _CODE.fullmatch(letters):
        return None
    return f"{letters[:4]}-{letters[4:8]}-{letters[8:]}"
