"""Identifiers: time-ordered UUIDs for rows, short codes for people, slugs for addresses."""

import os
import re
import secrets
import time
import unicodedata
from uuid import UUID

#: Crockford's base 32 without the letters that are mistaken for digits.
_CODE_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def new_id() -> UUID:
    """Return a UUIDv7 (RFC 9562 section 5.7): 48 bits of Unix milliseconds, 74 random bits."""
    milliseconds = time.time_ns() // 1_000_000
    value = (milliseconds << 80) | int.from_bytes(os.urandom(10), "big")
    value = (value & ~(0xF << 76)) | (0x7 << 76)
    value = (value & ~(0x3 << 62)) | (0x2 << 62)
    return UUID(int=value)


def new_code(*, groups: int = 3, letters: int = 4) -> str:
    """Return an unguessable code for people to read aloud, such as ``7Q4K-M2XD-91BV``."""
    return "-".join("".join(secrets.choice(_CODE_ALPHABET) for _ in range(letters)) for _ in range(groups))


def slug_of(text: str, *, limit: int = 80) -> str:
    """Return a lower-case ASCII slug of ``text``; empty when nothing of it can be written in ASCII."""
    folded = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    slug = re.sub(r"[^a-z0-9]+", "-", folded).strip("-")
    return slug[:limit].rstrip("-")
