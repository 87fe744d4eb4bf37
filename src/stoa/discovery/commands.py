"""Writes of discovery: documents and vocabulary, in sets."""

from collections import Counter
from collections.abc import Collection, Mapping
from datetime import date
from typing import Any

from django.db import connection, transaction

from stoa.catalog import api as catalog
from stoa.discovery import rules
from stoa.discovery.models import Document

_BATCH = 500
_BODY_LIMIT = 100_000
#: Serializes indexing, so that word counts add up and writers cannot block each other.
_INDEX_LOCK = 0x5704_0002

_UPSERT = """
INSERT INTO discovery_document (
    course_id, title, subject_slug, subject_name, partner_slug, partner_name, level, language, duration, hours,
    is_free, skill_slugs, skill_names, enrollment_count, published_at, body, words, vector)
VALUES (
    %(course_id)s, %(title)s, %(subject_slug)s, %(subject_name)s, %(partner_slug)s, %(partner_name)s, %(level)s,
    %(language)s, %(duration)s, %(hours)s, %(is_free)s, %(skill_slugs)s, %(skill_names)s, %(enrollment_count)s,
    %(published_at)s, %(body)s, %(words)s,
    setweight(to_tsvector(%(configuration)s::regconfig, %(text_a)s), 'A')
    || setweight(to_tsvector(%(configuration)s::regconfig, %(text_b)s), 'B')
    || setweight(to_tsvector(%(configuration)s::regconfig, %(text_c)s), 'C')
    || setweight(to_tsvector(%(configuration)s::regconfig, %(text_d)s), 'D')
    || setweight(to_tsvector('simple', %(text_a)s), 'A')
    || setweight(to_tsvector('simple', %(text_b)s), 'B')
    || setweight(to_tsvector('simple', %(text_c)s), 'C'))
ON CONFLICT (course_id) DO UPDATE SET
    title = excluded.title, subject_slug = excluded.subject_slug, subject_name = excluded.subject_name,
    partner_slug = excluded.partner_slug, partner_name = excluded.partner_name, level = excluded.level,
    language = excluded.language, duration = excluded.duration, hours = excluded.hours,
    is_free = excluded.is_free, skill_slugs = excluded.skill_slugs, skill_names = excluded.skill_names,
    enrollment_count = excluded.enrollment_count, published_at = excluded.published_at, body = excluded.body,
    words = excluded.words, vector = excluded.vector
"""


def index_course(*, course_id: int, on: date, body: str | None = None) -> None:
    """Let search know a published course, or forget one that is no longer public; safe to repeat.

    ``body`` is the plain text of its outline; ``None`` keeps the one given before. Prices are those of ``on``.
    """
    index_courses([course_id], on=on, bodies={} if body is None else {course_id: body})


def index_courses(course_ids: Collection[int], *, on: date, bodies: Mapping[int, str] | None = None) -> None:
    """``index_course`` for many: a few statements for each 500 courses."""
    ordered = sorted(set(course_ids))
    for start in range(0, len(ordered), _BATCH):
        _index_batch(ordered[start : start + _BATCH], on=on, bodies=bodies or {})


def refresh_popularity(*, on: date) -> int:
    """Bring enrollment counts and free certificates of all documents up to day ``on``; return how many changed."""
    known = catalog.popularity(on=on)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE discovery_document d SET enrollment_count = f.count, is_free = f.is_free"
            " FROM unnest(%s::bigint[], %s::int[], %s::bool[]) AS f(course_id, count, is_free)"
            " WHERE d.course_id = f.course_id AND (d.enrollment_count, d.is_free) <> (f.count, f.is_free)",
            [
                list(known),
                [count for count, _ in known.values()],
                [not is_priced for _, is_priced in known.values()],
            ],
        )
        return int(cursor.rowcount)


@transaction.atomic
def reindex(*, on: date) -> int:
    """Throw the vocabulary away and derive everything again; return the number of documents."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_INDEX_LOCK])
        cursor.execute("DELETE FROM discovery_word")
        cursor.execute("UPDATE discovery_document SET words = '{}'")
    public = [course.id for course in catalog.list_courses()]
    gone = Document.objects.exclude(course_id__in=public)
    gone.delete()
    index_courses(public, on=on)
    return len(public)


@transaction.atomic
def _index_batch(course_ids: Collection[int], *, on: date, bodies: Mapping[int, str]) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_INDEX_LOCK])
    before = {
        course_id: (words, body)
        for course_id, words, body in Document.objects.filter(course_id__in=course_ids).values_list(
            "course_id", "words", "body"
        )
    }
    texts = catalog.search_texts(course_ids)
    public = [card for card in catalog.cards(list(course_ids), on=on) if card.status == catalog.PUBLISHED]
    documents = [
        _document(card, texts[card.id], bodies.get(card.id, before.get(card.id, ((), ""))[1]))
        for card in public
    ]
    with connection.cursor() as cursor:
        if documents:
            cursor.executemany(_UPSERT, documents)
    Document.objects.filter(course_id__in=set(course_ids) - {card.id for card in public}).delete()
    change: Counter[str] = Counter(word for document in documents for word in document["words"])
    change.subtract(word for words, _ in before.values() for word in words)
    _count_words({word: delta for word, delta in change.items() if delta})


def _document(card: catalog.CourseCard, text: catalog.CourseText, body: str) -> dict[str, Any]:
    skills = list(zip(text.skill_slugs, card.skills, strict=True))
    teachers = " ".join(text.instructor_names)
    return {
        "course_id": card.id,
        "title": card.title,
        "subject_slug": card.subject_slug,
        "subject_name": card.subject_name,
        "partner_slug": card.partner_slug,
        "partner_name": card.partner_name,
        "level": card.level,
        "language": card.language,
        "duration": rules.duration_of(float(card.hours)),
        "hours": card.hours,
        "is_free": card.price is None,
        "skill_slugs": [slug for slug, _ in skills],
        "skill_names": [name for _, name in skills],
        "enrollment_count": card.enrollment_count,
        "published_at": card.published_at,
        "body": body[:_BODY_LIMIT],
        "words": rules.vocabulary_of(
            [card.title, *card.skills, card.partner_name, teachers, card.subject_name]
        ),
        "configuration": rules.configuration_of(card.language),
        "text_a": rules.fold(card.title),
        "text_b": rules.fold(" ; ".join(card.skills)),
        "text_c": rules.fold(f"{card.partner_name} ; {card.subtitle} ; {teachers} ; {card.subject_name}"),
        "text_d": rules.fold(f"{rules.plain_text(text.description_html)} {body[:_BODY_LIMIT]}"),
    }


def _count_words(change: Mapping[str, int]) -> None:
    words = sorted(change)
    if not words:
        return
    with connection.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO discovery_word (word, documents, trigrams) VALUES (%s, %s, %s)"
            " ON CONFLICT (word) DO UPDATE SET documents = discovery_word.documents + excluded.documents",
            [(word, change[word], rules.trigrams_of(word)) for word in words],
        )
        cursor.execute("DELETE FROM discovery_word WHERE word = ANY(%s) AND documents <= 0", [words])
