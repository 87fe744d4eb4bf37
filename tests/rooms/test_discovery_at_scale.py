"""Search over a real catalog of twelve thousand courses. Set ``STOA_CATALOG`` to a Parquet file with the
columns id, title, skills, lang and descr to run it; the file itself is not part of the project."""

import os
import time
from datetime import date

import pytest
from django.db import connection

from stoa.catalog import api as catalog
from stoa.discovery import api as discovery
from stoa.discovery.api import SearchQuery
from tests.builders.catalog import SAVED_AT, a_partner

CATALOG = os.environ.get("STOA_CATALOG", "")
ON = date(2025, 7, 1)
LANGUAGES = {"Spanish": "es", "French": "fr", "German": "de", "Russian": "ru", "Arabic": "ar"}

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(not CATALOG, reason="STOA_CATALOG names no file"),
]


def test_a_large_catalog_is_indexed_in_sets_and_searched_in_a_blink() -> None:
    import duckdb

    columns = "id, title, skills, lang, descr"
    rows = duckdb.connect().execute(f"SELECT {columns} FROM read_parquet(?)", [CATALOG]).fetchall()
    partner = a_partner()
    drafts = [
        catalog.CourseDraft(
            source_key=f"catalog+{row[0]}",
            partner_slug=partner.slug,
            title=row[1] or "Untitled",
            description=row[4] or "",
            language=LANGUAGES.get(row[3], "en"),
            skills=row[2] or (),
        )
        for row in rows
    ]
    ids = [course.id for course in catalog.save_courses(drafts, saved_at=SAVED_AT)]
    catalog.publish_courses(ids, published_at=SAVED_AT)
    _analyze()
    started = time.process_time()
    discovery.index_courses(ids, on=ON)
    assert time.process_time() - started < 20
    _analyze()

    assert discovery.search(SearchQuery(), on=ON).total == len(ids)
    for typed, meant in {
        "pyhton": "python",
        "machin lerning": "machine learning",
        "psycology": "psychology",
        "statistcs": "statistics",
        "javascritp": "javascript",
    }.items():
        started = time.perf_counter()
        page = discovery.search(SearchQuery(text=typed), on=ON)
        took = time.perf_counter() - started
        assert page.did_you_mean == meant
        assert len(page.cards) == 24
        assert took < 1, f"{typed}: {took:.3f} s"


def _analyze() -> None:
    """Count the tables, as the database does by itself once a transaction has ended."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
