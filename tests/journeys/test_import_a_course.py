"""A partner's course comes in as a file, is found, audited and studied; its next version replaces it."""

from pathlib import Path

import pytest
from django.test import Client

from stoa.catalog import api as catalog
from stoa.courseware import api as courseware
from stoa.discovery import api as discovery
from stoa.flows import enroll
from stoa.flows.import_course import import_course
from stoa.kernel.money import usd
from stoa.kernel.refusals import NotFound
from tests.builders.courseware import IMPORTED_AT, an_imported_course, write_course
from tests.builders.people import a_person

pytestmark = pytest.mark.django_db

OWN_FACTS = """{"slug": "small-and-fine", "subtitle": "A course about little", "level": "intermediate", "hours": 4,
"partner": {"slug": "lyceum", "name": "The Lyceum", "kind": "university", "region": "Athens", "about": "Old."},
"skills": ["Reading", "Asking"], "outcomes": ["Ask better"], "price": {"amount": "35.00", "currency": "USD"},
"instructors": [{"slug": "aristo", "name": "A. Ristotle", "title": "Head", "bio": "Walks."}]}"""


def test_an_imported_course_is_found_audited_and_studied(tmp_path: Path) -> None:
    made = an_imported_course(tmp_path, title="Tidal estuaries")
    found = discovery.search(discovery.SearchQuery(text="estuaries"), on=IMPORTED_AT.date())
    assert [card.slug for card in found.cards] == [made.course.slug]
    person = a_person()
    enroll.audit(learner_id=person.id, course_slug=made.course.slug, at=IMPORTED_AT)
    client = Client()
    client.force_login(person.user)
    page = client.get(f"/learn/{made.course.slug}/units/reading").content.decode()
    assert "Read this." in page
    assert page.count("<h1") == 1


def test_the_facts_a_course_states_itself_make_its_page(tmp_path: Path) -> None:
    made = an_imported_course(tmp_path, files={"stoa.json": OWN_FACTS})
    page = catalog.course_page("small-and-fine", on=IMPORTED_AT.date())
    assert made.course.slug == "small-and-fine"
    assert (page.course.subtitle, page.course.level, page.course.hours) == (
        "A course about little",
        "intermediate",
        4,
    )
    assert page.partner.name == "The Lyceum"
    assert page.instructors[0].name == "A. Ristotle"
    assert page.price is not None
    assert page.price.amount_minor == 3500


@pytest.mark.parametrize("facts", ["[]", "{broken", '{"hours": "many", "price": 5, "subject": "none", "instructors": ["nobody"], "language": "??"}'])  # fmt: skip
def test_strange_facts_are_left_aside(tmp_path: Path, facts: str) -> None:
    made = an_imported_course(tmp_path, files={"stoa.json": facts})
    assert made.course.status == "published"
    assert made.course.title == "A small course"


def test_a_draft_is_stored_and_neither_published_nor_priced(tmp_path: Path) -> None:
    with courseware.read_course(write_course(tmp_path)) as parsed:
        made = import_course(parsed, imported_at=IMPORTED_AT, price=None)
    assert made.course.status == "draft"
    with pytest.raises(NotFound):
        catalog.offering_of_course(made.course.id)


def test_the_next_version_changes_the_page_and_keeps_address_and_price(tmp_path: Path) -> None:
    first = an_imported_course(tmp_path)
    second = an_imported_course(tmp_path, title="A better course", price=usd("99.00"))
    assert second.course.slug == first.course.slug
    assert second.course.title == "A better course"
    price = catalog.course_page(second.course.slug, on=IMPORTED_AT.date()).price
    assert price is not None
    assert price.amount_minor == 4900


def test_an_unknown_partner_is_refused_and_nothing_is_stored(tmp_path: Path) -> None:
    with courseware.read_course(write_course(tmp_path)) as parsed, pytest.raises(NotFound):
        import_course(parsed, imported_at=IMPORTED_AT, price=usd("49.00"), partner_slug="nobody")
    assert courseware.versions() == ()
    assert catalog.list_courses() == ()
