"""The door of discovery."""

from stoa.discovery.commands import index_course, index_courses, refresh_popularity, reindex
from stoa.discovery.data import DURATIONS, FACETS, PAGE_SIZE, SORTS, FacetValue, SearchPage, SearchQuery
from stoa.discovery.queries import better_spelling, search

__all__ = [
    "DURATIONS",
    "FACETS",
    "PAGE_SIZE",
    "SORTS",
    "FacetValue",
    "SearchPage",
    "SearchQuery",
    "better_spelling",
    "index_course",
    "index_courses",
    "refresh_popularity",
    "reindex",
    "search",
]
