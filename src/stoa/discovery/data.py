"""What search is asked and what it answers."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from stoa.catalog.api import CourseCard

PAGE_SIZE: Final = 24
LAST_PAGE: Final = 200
TEXT_LIMIT: Final = 200
VALUES_LIMIT: Final = 20
SORTS: Final = ("relevance", "popular", "newest", "shortest", "title")
#: Hours of study: from, up to (exclusive).
DURATIONS: Final[Mapping[str, tuple[int, int]]] = {"short": (0, 5), "medium": (5, 20), "long": (20, 100_000)}
FACETS: Final = ("subject", "level", "language", "duration", "partner", "skill", "free")


@dataclass(frozen=True, slots=True)
class SearchQuery:
    """What somebody looks for. Values of one filter widen it, different filters narrow the result.

    Anything may come in: ``search`` cuts text at 200 characters and page numbers at 200, and a value
    that nothing has simply finds nothing.
    """

    text: str = ""
    subject: tuple[str, ...] = ()
    level: tuple[str, ...] = ()
    language: tuple[str, ...] = ()
    partner: tuple[str, ...] = ()
    skill: tuple[str, ...] = ()
    duration: tuple[str, ...] = ()
    free: bool = False
    sort: str = "relevance"
    page: int = 1


@dataclass(frozen=True, slots=True)
class FacetValue:
    """A value of a filter, with the number of courses that choosing it would show."""

    value: str
    label: str
    count: int
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class SearchPage:
    """One page of results. ``did_you_mean`` holds a better spelling; ``is_corrected`` says it was used."""

    cards: tuple[CourseCard, ...]
    total: int
    page: int
    pages: int
    facets: Mapping[str, tuple[FacetValue, ...]] = field(default_factory=dict)
    did_you_mean: str = ""
    is_corrected: bool = False
