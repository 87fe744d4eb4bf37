"""Pure text rules of search: folding, words, trigrams, query syntax, and how near two spellings are."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from html import unescape
from typing import Final

from stoa.discovery.data import DURATIONS

#: PostgreSQL's stemmers by language; all others are searched by whole words.
_CONFIGURATIONS: Final[Mapping[str, str]] = {
    "ar": "arabic", "ca": "catalan", "da": "danish", "de": "german", "el": "greek", "en": "english", "es": "spanish",
    "eu": "basque", "fi": "finnish", "fr": "french", "ga": "irish", "hi": "hindi", "hu": "hungarian",
    "hy": "armenian", "id": "indonesian", "it": "italian", "lt": "lithuanian", "ne": "nepali", "nl": "dutch",
    "no": "norwegian", "nb": "norwegian", "pt": "portuguese", "ro": "romanian", "ru": "russian",
    "sr": "serbian", "sv": "swedish", "ta": "tamil", "tr": "turkish", "yi": "yiddish",
}  # fmt: skip
_LONGEST_WORD: Final = 40
_MOST_WORDS: Final = 24


def configuration_of(language: str) -> str:
    """Return the PostgreSQL text search configuration of a language code."""
    return _CONFIGURATIONS.get(language.split("-")[0].lower(), "simple")


def fold(text: str) -> str:
    """Return ``text`` in lower case without accents: ``Économie`` and ``economie`` are one word."""
    spread = unicodedata.normalize("NFKD", text.replace("\x00", " ").casefold())
    return unicodedata.normalize("NFC", "".join(mark for mark in spread if not unicodedata.combining(mark)))


def words_of(text: str) -> list[str]:
    """Return the folded words of ``text`` in order, at most 24 of at most 40 letters."""
    return [word[:_LONGEST_WORD] for word in re.findall(r"\w+", fold(text).replace("_", " "))][:_MOST_WORDS]


def vocabulary_of(texts: Iterable[str]) -> list[str]:
    """Return the distinct words of ``texts`` that are worth correcting to, sorted."""
    found = {word for text in texts for word in re.findall(r"\w+", fold(text))}
    return sorted(word for word in found if 3 <= len(word) <= _LONGEST_WORD and not word.isdecimal())


def trigrams_of(word: str) -> list[str]:
    """Return the distinct trigrams of a word with its edges marked, as ``pg_trgm`` cuts them."""
    padded = f"  {word} "
    return sorted({padded[start : start + 3] for start in range(len(padded) - 2)})


def has_operators(text: str) -> bool:
    """Whether the text uses quotes, ``-`` before a word, or ``or``, as web searches understand them."""
    return '"' in text or re.search(r"(^|\s)-\w|\bor\b", text, flags=re.IGNORECASE) is not None


def prefix_query(words: list[str]) -> str:
    """Return a ``tsquery`` in which all words must occur and the last one may go on."""
    return " & ".join([*words[:-1], f"{words[-1]}:*"]) if words else ""


def plain_text(html: str) -> str:
    """Return the text of sanitized HTML."""
    return unescape(re.sub(r"<[^>]*>", " ", html))


def duration_of(hours: float) -> str:
    """Return the name of the duration that ``hours`` of study fall in."""
    return next((name for name, (low, high) in DURATIONS.items() if low <= hours < high), "long")


def edits_between(first: str, second: str, *, limit: int) -> int:
    """Return how many letters were added, lost, changed or swapped with a neighbor (optimal string
    alignment), or ``limit + 1`` when it is more than ``limit``."""
    if abs(len(first) - len(second)) > limit:
        return limit + 1
    before: list[int] = []
    previous = list(range(len(second) + 1))
    for row, letter in enumerate(first, 1):
        current = [row]
        for column, other in enumerate(second, 1):
            cost = min(previous[column] + 1, current[-1] + 1, previous[column - 1] + (letter != other))
            if row > 1 and column > 1 and letter == second[column - 2] and first[row - 2] == other:
                cost = min(cost, before[column - 2] + 1)
            current.append(cost)
        if min(current) > limit:
            return limit + 1
        before, previous = previous, current
    return previous[-1]


def edits_allowed(word: str) -> int:
    """Return how many slips a word of this length may hold and still be meant."""
    return 0 if len(word) < 3 else 1 if len(word) <= 4 else 2


def best_spelling(word: str, candidates: Iterable[tuple[str, int]]) -> str:
    """Return the nearest candidate (word, documents), the most used among equals; ``word`` when none is near."""
    limit = edits_allowed(word)
    near = (
        (edits_between(word, candidate, limit=limit), candidate[:1] != word[:1], -documents, candidate)
        for candidate, documents in candidates
    )
    best = min((entry for entry in near if entry[0] <= limit), default=None)
    return best[3] if best else word
