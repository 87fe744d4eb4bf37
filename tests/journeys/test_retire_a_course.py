"""A course leaves the market: nobody finds or buys it any more, whoever is in it stays in it."""

import pytest

from stoa.catalog import api as catalog
from stoa.cli.__main__ import main
from stoa.discovery import api as discovery
from stoa.flows import checkout, enroll
from stoa.flows.retire_course import retire_course
from stoa.kernel.refusals import NotFound
from tests.builders.catalog import SAVED_AT, a_course
from tests.builders.commerce import BOUGHT_AT, a_card, a_course_on_sale, a_key, a_learner
from tests.builders.learning import an_auditor

pytestmark = pytest.mark.django_db
ON = SAVED_AT.date()


def found(text: str) -> list[str]:
    return [card.title for card in discovery.search(discovery.SearchQuery(text=text), on=ON).cards]


def test_a_retired_course_leaves_search_and_keeps_its_page() -> None:
    course = a_course(title="Celestial navigation")
    discovery.index_course(course_id=course.id, on=ON)
    assert found("celestial") == ["Celestial navigation"]
    assert retire_course(course_slug=course.slug, retired_at=SAVED_AT).status == catalog.RETIRED
    assert found("celestial") == []
    assert catalog.course_page(course.slug, on=ON).course.status == catalog.RETIRED
    assert retire_course(course_slug=course.slug, retired_at=SAVED_AT).status == catalog.RETIRED


def test_a_retired_course_is_not_sold_and_takes_no_new_learner_but_keeps_those_it_has() -> None:
    offering = a_course_on_sale()
    course = catalog.get_course_by_id(offering.course_id)
    retire_course(course_slug=course.slug, retired_at=BOUGHT_AT)
    with pytest.raises(NotFound):
        checkout.start(
            learner_id=a_learner().id,
            offering_id=offering.id,
            card=a_card(),
            idempotency_key=a_key(),
            country="US",
            started_at=BOUGHT_AT,
        )
    studying = an_auditor()
    retire_course(course_slug=studying.course.slug, retired_at=BOUGHT_AT)
    again = enroll.audit(learner_id=studying.learner.id, course_slug=studying.course.slug, at=BOUGHT_AT)
    assert again.id == studying.enrollment.id
    with pytest.raises(enroll.CourseNotOpen):
        enroll.audit(learner_id=a_learner().id, course_slug=studying.course.slug, at=BOUGHT_AT)


@pytest.mark.parametrize("slug", ["nowhere", "draft"])
def test_the_command_refuses_what_is_not_on_sale(slug: str, capsys: pytest.CaptureFixture[str]) -> None:
    a_course(title="Draft", published=False)
    assert main(["courses", "retire", slug]) == 2
    assert "stoa: " in capsys.readouterr().err


def test_the_command_retires_a_course(capsys: pytest.CaptureFixture[str]) -> None:
    course = a_course(title="Celestial navigation")
    assert main(["courses", "retire", course.slug]) == 0
    assert "is retired" in capsys.readouterr().out
