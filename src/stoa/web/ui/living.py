"""The living page's samples: each component rendered from the file that also documents its use."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any, Final

from django.template import TemplateDoesNotExist
from django.template.loader import get_template

from stoa.catalog.api import CourseCard, PriceRow
from stoa.web.ui.icons import ICONS

#: (id, title, theme, direction): what stands side by side.
PANELS: Final = (
    ("light", "Light", "light", "ltr"),
    ("dark", "Dark", "dark", "ltr"),
    ("rtl", "Right to left", "", "rtl"),
    ("narrow", "Narrow", "", "ltr"),
)
COLORS: Final = (
    "paper", "paper-raised", "paper-sunken", "ink", "ink-soft", "ink-faint", "hairline", "outline", "accent",
    "accent-soft", "success", "success-soft", "caution", "caution-soft", "danger", "danger-soft",
)  # fmt: skip
_NAMES: Final = (
    "button", "field", "select", "textarea", "choices", "checkboxes", "search_box", "notice", "badge", "tag", "table",
    "breadcrumb", "pagination", "tabs", "progress", "stat", "facts", "disclosure", "drawer", "steps", "course_card",
    "course_row", "shelf", "price", "star_distribution", "toolbar", "empty", "toast", "dialog", "prose", "words",
    "icon", "cover", "guilloche",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Part:
    """A component on the living page. ``arguments`` is the comment at the head of its include."""

    name: str
    template: str
    source: str
    arguments: str


@lru_cache(maxsize=1)
def parts() -> tuple[Part, ...]:
    """Every component in reading order."""
    return tuple(
        Part(name, f"ui/living/{name}.html", _source(f"ui/living/{name}.html").strip(), _arguments(name))
        for name in _NAMES
    )


def sample() -> dict[str, Any]:
    """The rows that the samples show."""
    price = PriceRow(1, "USD", 4900, date(2025, 1, 1))
    titles = ("Astronomy for sailors", "The compass rose")
    return {
        "levels": [("beginner", "Beginner"), ("intermediate", "Intermediate"), ("advanced", "Advanced")],
        "ways": [
            ("audit", "Audit free", "Every reading and video."),
            ("paid", "With a certificate", "Graded work for six months."),
        ],
        "mails": [("receipts", "Receipts"), ("courses", "Changes in my courses"), ("news", "New courses")],
        "chosen": ["receipts"],
        "columns": [("Course", "head"), ("Paid", ""), ("Amount", "money")],
        "rows": [("Astronomy for sailors", "1 Jul 2025", "$49.00"), ("The compass rose", "3 Aug 2025", "$39.00")],
        "foot": ("Total", "", "$88.00"),
        "steps": [("Browse", "#breadcrumb"), ("Navigation", "#breadcrumb"), ("Astronomy for sailors", "")],
        "tabs": [("Course", "#tabs", True), ("Grades", "#tabs", False), ("Notes", "#tabs", False)],
        "facts": [("Price", "$49.00"), ("Tax", "$3.43"), ("Total", "$52.43")],
        "checklist": [
            ("Documents posted", "done", "1,204 documents"),
            ("Trial balance is zero", "current", "Checking …"),
            ("Suspense is empty", "blocked", "One receipt waits."),
            ("Lock the month", "", ""),
        ],
        "price": price,
        "shares": [(5, 68), (4, 21), (3, 7), (2, 2), (1, 2)],
        "icons": sorted(ICONS),
        "covers": [("astronomy", 245), ("harmony", 300), ("olives", 130), ("ledgers", 35), ("tides", 190)],
        "instant": datetime(2025, 7, 14, 10, 42, 7, tzinfo=UTC),
        "cards": [
            CourseCard(
                number, slug, slug, title, "Find your way by the stars", "lyceum", "The Lyceum", "physics", "Physics",
                215, "beginner", "en", Decimal(12), "published", None, ("Navigation",), price, 1204,
            )
            for number, (slug, title) in enumerate(zip(("astronomy", "compass-rose"), titles, strict=True))
        ],
    }  # fmt: skip


def _arguments(name: str) -> str:
    alias = {"select": "field", "textarea": "field", "checkboxes": "choices", "course_row": "course_card"}
    found = re.search(r"\{#(.*?)#\}", _source(f"ui/{alias.get(name, name)}.html"))
    return found[1].strip() if found else ""


def _source(template: str) -> str:
    try:
        return str(get_template(template).template.source)  # type: ignore[attr-defined]
    except TemplateDoesNotExist:
        return ""
