"""The SQL of search. Every piece is a constant of this room; what people type travels as parameters."""
# ruff: noqa: S608

from collections.abc import Mapping, Sequence
from typing import Final

_LONG_FACET = 12

_ORDERS: Final[Mapping[str, str]] = {
    "relevance": "rank DESC, enrollment_count DESC, published_at DESC, course_id",
    "popular": "enrollment_count DESC, published_at DESC, course_id",
    "newest": "published_at DESC, course_id DESC",
    "shortest": "hours, rank DESC, course_id",
    "title": "lower(title), course_id",
}

#: Each filter's test of a document; ``%(name)s`` is the list of chosen values.
_TESTS: Final[Mapping[str, str]] = {
    "subject": "subject_slug = ANY(%(subject)s)",
    "level": "level = ANY(%(level)s)",
    "language": "language = ANY(%(language)s)",
    "duration": "duration = ANY(%(duration)s)",
    "partner": "partner_slug = ANY(%(partner)s)",
    "skill": "skill_slugs && %(skill)s",
    "free": "is_free",
}
#: Each facet's value and label.
_VALUES: Final[Mapping[str, tuple[str, str]]] = {
    "subject": ("subject_slug", "min(subject_name)"),
    "level": ("level", "''"),
    "language": ("language", "''"),
    "duration": ("duration", "''"),
    "partner": ("partner_slug", "min(partner_name)"),
    "free": ("is_free::text", "''"),
}


def search_statement(*, sort: str, active: Sequence[str], match: str, rank: str, asked: str) -> str:
    """Return the one statement of a search: (kind, value, label, number) of its page, totals and facets.

    ``match``, ``rank`` and ``asked`` are SQL of this room; all that people type travels as parameters.
    """
    flags = "".join(f", {_TESTS[name]} AS in_{name}" for name in active)
    everything = _all_of(active)
    facets = []
    for name, (value, label) in _VALUES.items():
        others = _all_of([other for other in active if other != name])
        facets.append(
            f"(SELECT '{name}', {value}, {label}, count(*) FROM hits WHERE {others} GROUP BY 2"
            f" ORDER BY 4 DESC, 2 LIMIT {100 if name != 'partner' else _LONG_FACET})"
        )
    others = _all_of([other for other in active if other != "skill"])
    facets.append(
        "(SELECT 'skill', skill.slug, min(skill.name), count(*) FROM hits,"
        f" unnest(skill_slugs, skill_names) AS skill(slug, name) WHERE {others} GROUP BY 2"
        f" ORDER BY 4 DESC, 2 LIMIT {_LONG_FACET})"
    )
    for name in ("partner", "skill"):
        if name in active:  # what was chosen stays visible, however small
            facets.append(_chosen_facet(name, _all_of([other for other in active if other != name])))
    return f"""
        WITH asked AS (SELECT {asked} AS query),
        hits AS MATERIALIZED (
            SELECT course_id, title, subject_slug, subject_name, partner_slug, partner_name, level, language,
                duration, hours, is_free, skill_slugs, skill_names, enrollment_count, published_at,
                {rank} AS rank{flags}
            FROM discovery_document, asked WHERE {match}
        ),
        page AS (
            SELECT course_id, row_number() OVER (ORDER BY {_ORDERS[sort]}) AS position
            FROM hits WHERE {everything} ORDER BY 2 LIMIT %(limit)s OFFSET %(offset)s
        )
        SELECT 'course' AS kind, course_id::text AS value, '' AS label, position AS number FROM page
        UNION ALL SELECT 'total', '', '', count(*) FROM hits WHERE {everything}
        UNION ALL SELECT 'matched', '', '', count(*) FROM hits
        UNION ALL {" UNION ALL ".join(facets)}"""


def _chosen_facet(name: str, others: str) -> str:
    if name == "partner":
        return (
            f"(SELECT 'partner', partner_slug, min(partner_name), count(*) FROM hits"
            f" WHERE {others} AND partner_slug = ANY(%(partner)s) GROUP BY 2)"
        )
    return (
        "(SELECT 'skill', skill.slug, min(skill.name), count(*) FROM hits,"
        f" unnest(skill_slugs, skill_names) AS skill(slug, name) WHERE {others} AND skill.slug = ANY(%(skill)s) GROUP BY 2)"
    )


def _all_of(names: Sequence[str]) -> str:
    return " AND ".join(f"in_{name}" for name in names) or "true"
