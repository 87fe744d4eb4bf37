"""Turns what partners write into what is stored: safe HTML, tidy lists, free slugs. Pure."""

import re
from collections.abc import Collection, Iterable
from typing import Final

import nh3
from markdown_it import MarkdownIt

from stoa.kernel.identifiers import slug_of

_TAGS: Final = {
    "p", "br", "h2", "h3", "h4", "ul", "ol", "li", "strong", "b", "em", "i", "code", "pre", "blockquote", "a",
    "dl", "dt", "dd", "sup", "sub", "table", "thead", "tbody", "tr", "th", "td", "hr",
}  # fmt: skip
_markdown = MarkdownIt("commonmark", {"html": False})


def safe_html(description: str) -> str:
    """Return HTML that needs no trust: from HTML as partners' files carry it, or from Markdown."""
    if not description.strip():
        return ""
    source = description if nh3.is_html(description) else _markdown.render(description)
    source = re.sub(r"<(/?)h1\b", r"<\1h2", source, flags=re.IGNORECASE)
    return nh3.clean(source, tags=_TAGS, attributes={"a": {"href"}}).strip()


def tidy(lines: Iterable[str], *, limit: int) -> list[str]:
    """Return the lines without outer or double space, empty ones and repetitions, each cut at ``limit``."""
    return list(dict.fromkeys(line for raw in lines if (line := " ".join(raw.split())[:limit].strip())))


def free_slug(wanted: str, fallback: str, taken: Collection[str]) -> str:
    """Return a slug of ``wanted`` (else of ``fallback``) that is not ``taken``: the first of x, x-2, x-3 …"""
    base = slug_of(wanted, limit=90) or slug_of(fallback, limit=90) or "course"
    slug, number = base, 2
    while slug in taken:
        slug, number = f"{base}-{number}", number + 1
    return slug


def skill_slug(name: str) -> str:
    """Return the slug of a skill in any script: ``C++`` and ``C#`` stay apart."""
    spelled = name.lower().replace("+", " plus ").replace("#", " sharp ")
    return slug_of(spelled, limit=90) or re.sub(r"[^\w]+", "-", spelled).strip("-")[:90]
