"""Search: one statement finds, counts and facets; one more fetches the cards."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any, NamedTuple

from django.db import connection

from stoa.catalog import api as catalog
from stoa.discovery import rules
from stoa.discovery.data import (
    FACETS,
    LAST_PAGE,
    PAGE_SIZE,
    SORTS,
    TEXT_LIMIT,
    VALUES_LIMIT,
    FacetValue,
    SearchPage,
    SearchQuery,
)
from stoa.discovery.sql import search_statement

#: Below this many hits a better spelling is looked for.
_FEW = 3
#: A spelling is suggested over one that finds something only when it is this many times as common.
_MUCH_COMMONER = 10


class _Found(NamedTuple):
    course_ids: list[int]
    total: int
    matched: int
    facets: dict[str, tuple[FacetValue, ...]]


def search(query: SearchQuery, *, on: date) -> SearchPage:
    """Return one page of published courses for ``query`` with the prices of day ``on``.

    Two statements however many courses there are; two more when the words look misspelled. Never
    raises on hostile input.
    """
    query = _within_limits(query)
    found = _find(query, query.text)
    suggestion, is_corrected = "", False
    if query.text and found.matched < _FEW:
        suggestion = better_spelling(query.text, is_empty=not found.matched)
        if suggestion and not found.matched:
            corrected = _find(query, suggestion)
            if corrected.matched:
                found, is_corrected = corrected, True
            else:
                suggestion = ""
    pages = min(-(-found.total // PAGE_SIZE), LAST_PAGE)
    return SearchPage(
        cards=catalog.cards(found.course_ids, on=on),
        total=found.total,
        page=query.page,
        pages=pages,
        facets=found.facets,
        did_you_mean=suggestion,
        is_corrected=is_corrected,
    )


def better_spelling(text: str, *, is_empty: bool = True) -> str:
    """Return ``text`` with its unknown words put right, or ``""`` when nothing nearer is known."""
    words = rules.words_of(text)
    doubtful = {word: rules.trigrams_of(word) for word in words if rules.edits_allowed(word)}
    if not doubtful:
        return ""
    known, candidates = _near_words(doubtful)
    better = []
    for word in words:
        count = known.get(word, 0)
        near = candidates.get(word, ())
        if count and is_empty:
            better.append(word)
            continue
        enough = max(1, count * _MUCH_COMMONER)
        better.append(
            rules.best_spelling(word, [(other, number) for other, number in near if number >= enough])
        )
    return " ".join(better) if better != words else ""


def _near_words(
    doubtful: Mapping[str, Sequence[str]],
) -> tuple[dict[str, int], dict[str, list[tuple[str, int]]]]:
    """Return how common each word is, and for each the words of the vocabulary that share most trigrams."""
    statement = """
        SELECT asked.word, near.word, near.documents
        FROM unnest(%s::text[], %s::text[]) AS asked(word, joined)
        CROSS JOIN LATERAL (
            SELECT v.word, v.documents
            FROM discovery_word v
            WHERE v.trigrams && string_to_array(asked.joined, '|')
              AND abs(length(v.word) - length(asked.word)) <= 2
            ORDER BY v.word = asked.word DESC,
                cardinality(ARRAY(SELECT unnest(v.trigrams) INTERSECT SELECT unnest(string_to_array(asked.joined, '|')))) DESC,
                v.documents DESC, v.word
            LIMIT 40
        ) AS near"""
    with connection.cursor() as cursor:
        cursor.execute(statement, [list(doubtful), ["|".join(trigrams) for trigrams in doubtful.values()]])
        rows = cursor.fetchall()
    known: dict[str, int] = {}
    candidates: dict[str, list[tuple[str, int]]] = {}
    for asked, word, documents in rows:
        if asked == word:
            known[asked] = documents
        else:
            candidates.setdefault(asked, []).append((word, documents))
    return known, candidates


def _find(query: SearchQuery, text: str) -> _Found:
    chosen = {name: list(getattr(query, name)) for name in FACETS if name != "free"}
    active = [name for name in FACETS if (query.free if name == "free" else chosen[name])]
    words = rules.words_of(text)
    parameters: dict[str, Any] = {**chosen, "limit": PAGE_SIZE, "offset": (query.page - 1) * PAGE_SIZE}
    match, rank = "true", "0"
    if words:
        parameters |= {
            "text": rules.fold(text),
            "prefix": rules.prefix_query(words),
            "phrase": " ".join(words),
        }
        parameters["configuration"] = rules.configuration_of(query.language[0] if query.language else "en")
        match = "vector @@ asked.query"
        rank = (
            "ts_rank('{0.05, 0.2, 0.5, 1.0}', vector, asked.query) * (1 + 0.08 * ln(1 + enrollment_count))"
            " / (1 + 0.01 * length(title))"
            " + CASE WHEN lower(title) = %(phrase)s THEN 1 ELSE 0 END"
        )
    asked = "websearch_to_tsquery(%(configuration)s::regconfig, %(text)s)"
    if words and not rules.has_operators(text):
        asked += " || to_tsquery('simple', %(prefix)s)"
    elif words:
        asked += " || websearch_to_tsquery('simple', %(text)s)"
    with connection.cursor() as cursor:
        cursor.execute(
            search_statement(
                sort="popular" if query.sort == "relevance" and not words else query.sort,
                active=active,
                match=match,
                rank=rank,
                asked=asked if words else "''::tsquery",
            ),
            parameters,
        )
        rows = cursor.fetchall()
    return _read(rows, query)


def _read(rows: Sequence[tuple[str, str, str, int]], query: SearchQuery) -> _Found:
    placed: list[tuple[int, int]] = []
    counts = {"total": 0, "matched": 0}
    facets: dict[str, dict[str, FacetValue]] = {name: {} for name in FACETS}
    for kind, value, label, number in rows:
        if kind == "course":
            placed.append((number, int(value)))
        elif kind in counts:
            counts[kind] = number
        elif value:
            is_chosen = (value == "true" and query.free) if kind == "free" else value in getattr(query, kind)
            facets[kind][value] = FacetValue(value, label or value, number, is_chosen)
    for name in FACETS:
        if name != "free":
            for value in getattr(query, name):
                facets[name].setdefault(value, FacetValue(value, value, 0, True))
    return _Found(
        [course_id for _, course_id in sorted(placed)],
        counts["total"],
        counts["matched"],
        {name: tuple(values.values()) for name, values in facets.items()},
    )


def _within_limits(query: SearchQuery) -> SearchQuery:
    kept = {
        name: tuple(value.replace("\x00", "")[:100] for value in getattr(query, name)[:VALUES_LIMIT])
        for name in FACETS
        if name != "free"
    }
    return replace(
        query,
        text=" ".join(query.text.replace("\x00", " ").split())[:TEXT_LIMIT],
        sort=query.sort if query.sort in SORTS else "relevance",
        page=min(max(query.page, 1), LAST_PAGE),
        **kept,  # type: ignore[arg-type]
    )
