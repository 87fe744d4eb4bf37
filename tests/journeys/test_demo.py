"""The demo marketplace: a short version of its story, told through the same code."""

import io
from collections.abc import Iterator

import pytest
from django.conf import settings
from django.db import transaction
from pytest_django import DjangoDbBlocker
from rich.console import Console

from stoa.access import api as access
from stoa.base import clock
from stoa.catalog import api as catalog
from stoa.cli.demo_market import cast, guide, market, story
from stoa.commerce import api as commerce
from stoa.courseware import api as courseware
from stoa.credentials import api as credentials
from stoa.flows import month_end
from stoa.kernel.spans import Month
from stoa.learning import api as learning
from stoa.ledger import api as ledger
from stoa.people import api as people
from stoa.subledger import api as subledger

pytestmark = pytest.mark.django_db

SMALL = story.Sizes(learners=8, courses=3)
ENTITY = settings.STOA_ENTITY
JULY, AUGUST, SEPTEMBER = Month(2025, 7), Month(2025, 8), Month(2025, 9)


@pytest.fixture(scope="module")
def demo(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[market.Loaded]:
    """The short demo, loaded once for this module and rolled back after it."""
    with pytest.MonkeyPatch.context() as patch, django_db_blocker.unblock(), transaction.atomic():
        patch.setattr(settings, "DATA_FOLDER", tmp_path_factory.mktemp("demo"))
        yield market.load(sizes=SMALL)
        transaction.set_rollback(True)
        patch.setattr(clock, "_cached", None)


def test_the_demo_loads_through_the_flows_and_its_books_tie(demo: market.Loaded) -> None:
    assert demo.is_new
    assert demo.counts["learners"] == 8
    assert demo.counts["certificates"] >= 1
    assert demo.counts["refunds"] >= 1
    periods = {period.month: period for period in ledger.periods_of(ENTITY)}
    assert [periods[month].is_closed for month in (JULY, AUGUST, SEPTEMBER)] == [True, True, False]
    for month in (JULY, AUGUST, SEPTEMBER):
        assert sum(row.closing_minor for row in ledger.balances(entity=ENTITY, month=month)) == 0
    checks = month_end.check(SEPTEMBER, checked_at=story.NOW)
    assert [check for check in checks if not check.passed] == []


def test_the_demo_lives_at_nine_on_the_first_of_october(demo: market.Loaded) -> None:
    assert clock.is_test_clock()
    assert 0 <= (clock.now() - story.NOW).total_seconds() < 120


def test_loading_the_demo_twice_changes_nothing(demo: market.Loaded) -> None:
    before = _what_is_there()

    again = market.load(sizes=SMALL)

    assert not again.is_new
    assert _what_is_there() == before


def test_the_same_seed_tells_the_same_story() -> None:
    courses = [story.Course(slug, "en", (), 3) for slug in ("one", "two")]

    told = story.tell_story(courses, story.Sizes(learners=20))

    assert told == story.tell_story(courses, story.Sizes(learners=20))
    assert told != story.tell_story(courses, story.Sizes(learners=20, seed=7))
    assert told == sorted(told, key=lambda step: step.at)
    assert all(step.at <= story.NOW for step in told)


def test_the_cast_is_where_its_descriptions_say(demo: market.Loaded) -> None:
    learner, graduate, refunded = (
        people.find_person_by_email(email) for email in (cast.LEARNER, cast.GRADUATE, cast.REFUNDED)
    )

    python = catalog.get_course("python-for-careful-beginners")
    halfway = learning.standing(learner_id=learner.id, course_id=python.id).progress
    assert 0 < halfway.done < halfway.required
    assert [held.status for held in credentials.credentials_of(graduate.id)] == ["valid"]
    (order,) = commerce.orders_of(refunded.id)
    assert order.status == "refunded"
    assert access.level_of(learner_id=refunded.id, course_id=order.course_id, at=story.NOW) == "audit"
    for member in cast.CAST:
        roles = people.roles_of(people.find_person_by_email(member.email).id)
        assert roles == ({member.role} if member.role else frozenset())


def test_the_guide_names_people_and_pages(demo: market.Loaded) -> None:
    console = Console(file=io.StringIO(), width=60)

    guide.tell("http://127.0.0.1:8000", console)

    told = console.file.getvalue()  # type: ignore[attr-defined]
    assert all(member.email in told for member in cast.CAST)
    assert told.count("http://127.0.0.1:8000/") == 5
    assert "1 October 2025" in told


def _what_is_there() -> tuple[object, ...]:
    return (
        len(people.find_people("", limit=1000)),
        [course.slug for course in catalog.list_courses()],
        subledger.list_documents(entity=ENTITY, page_size=500),
        ledger.lines(entity=ENTITY),
        len(courseware.versions()),
    )
