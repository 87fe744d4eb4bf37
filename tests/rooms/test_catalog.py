"""The catalog's door."""

from datetime import UTC, date, datetime

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from stoa.catalog import api as catalog
from stoa.kernel.money import Money, usd
from stoa.kernel.refusals import Invalid, NotFound
from tests.builders.catalog import PRICED_FROM, SAVED_AT, a_course, a_partner, an_instructor, an_offering

pytestmark = pytest.mark.django_db
ON = date(2025, 7, 1)


def test_a_course_page_tells_everything_in_one_query() -> None:
    teacher = an_instructor()
    course = a_course(
        subject_slug="mathematics", instructor_slugs=[teacher.slug], skills=["Algebra", "Proof"]
    )
    with CaptureQueriesContext(
        connection,
    ) as asked:
        page = catalog.course_page(course.slug, on=ON)
    assert len(asked) == 1
    assert page.course == course
    assert page.price == catalog.PriceRow(page.offering.id, "USD", 4900, PRICED_FROM)  # type: ignore[union-attr]
    assert [skill.name for skill in page.skills] == ["Algebra", "Proof"]
    assert page.instructors == (teacher,)
    assert page.partner == a_partner()
    assert page.description_html == "<p>Learn to read the night sky.</p>"


def test_saving_the_same_source_again_keeps_id_address_and_status() -> None:
    first = a_course(source_key="Lyceum+A1", title="First title")
    again = a_course(source_key="Lyceum+A1", title="Second title", skills=["Stars"], published=False)
    assert (again.id, again.slug, again.status) == (first.id, "first-title", "published")
    assert again.title == "Second title"
    assert [skill.name for skill in catalog.course_page(again.slug, on=ON).skills] == ["Stars"]


def test_two_courses_with_one_title_get_two_addresses() -> None:
    assert [a_course(title="Twins").slug, a_course(title="Twins").slug] == ["twins", "twins-2"]


def test_a_title_in_another_script_takes_the_address_of_its_source() -> None:
    assert a_course(title="مقدمة في المنطق", source_key="Alex+LOG1", language="ar").slug == "alex-log1"


def test_a_description_loses_what_could_harm() -> None:
    course = a_course(
        description='<h1 onclick="x()">Hi</h1><script>alert(1)</script><p style="color:red">Text</p>'
    )
    assert catalog.course_page(course.slug, on=ON).description_html == "<h2>Hi</h2><p>Text</p>"


def test_the_price_of_a_day_is_the_last_that_started() -> None:
    course = a_course(price=usd(49))
    catalog.set_price(course_id=course.id, price=usd(59), starts_on=date(2025, 8, 1))
    offering = catalog.offering_of_course(course.id)
    assert catalog.price_of(offering.id, on=date(2025, 7, 31)).amount_minor == 4900
    assert catalog.price_of(offering.id, on=date(2025, 8, 1)).amount_minor == 5900
    assert catalog.cards([course.id], on=date(2025, 9, 1))[0].price.amount_minor == 5900  # type: ignore[union-attr]


def test_a_country_may_have_its_own_price() -> None:
    course = a_course(price=usd(49))
    catalog.set_price(course_id=course.id, price=Money.of("19.00", "EUR"), starts_on=ON, country="GR")
    offering = catalog.offering_of_course(course.id)
    assert catalog.price_of(offering.id, on=ON, country="GR").currency == "EUR"
    assert catalog.price_of(offering.id, on=ON, country="FR").amount_minor == 4900


def test_an_offering_without_a_price_yet_is_not_found() -> None:
    offering = an_offering()
    with pytest.raises(NotFound):
        catalog.price_of(offering.id, on=date(2024, 1, 1))


@pytest.mark.parametrize("amount", [0, -1])
def test_a_price_of_nothing_is_refused(amount: int) -> None:
    course = a_course()
    with pytest.raises(Invalid):
        catalog.set_price(course_id=course.id, price=Money(amount, "USD"), starts_on=ON)


def test_the_database_holds_one_price_a_day() -> None:
    offering = an_offering()
    insert = "INSERT INTO catalog_price (offering_id, country, currency, amount_minor, starts_on) VALUES (%s, '', 'USD', 1, %s)"
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(insert, [offering.id, PRICED_FROM])


@pytest.mark.parametrize(
    ("field", "value"),
    [("title", "  "), ("level", "genius"), ("language", "English!"), ("hours", -1), ("source_key", "")],
)
def test_an_unusable_course_is_refused_with_its_field(field: str, value: object) -> None:
    a_partner()
    facts: dict[str, object] = {
        "source_key": "L+1",
        "partner_slug": "lyceum",
        "title": "T",
        "saved_at": SAVED_AT,
    }
    with pytest.raises(Invalid) as refusal:
        catalog.save_course(**{**facts, field: value})  # type: ignore[arg-type]
    assert list(refusal.value.fields) == [field]


def test_an_unknown_partner_is_named() -> None:
    with pytest.raises(NotFound, match="nobody"):
        catalog.save_course(source_key="X+1", partner_slug="nobody", title="T", saved_at=SAVED_AT)


def test_cards_keep_the_asked_order_at_one_query_for_one_and_thirty() -> None:
    courses = [a_course(title=f"Course {number}") for number in range(30)]
    wanted = [course.id for course in reversed(courses)]
    counts = []
    for ids in (wanted[:1], wanted):
        with CaptureQueriesContext(connection) as asked:
            found = catalog.cards(ids, on=ON)
        assert [card.id for card in found] == ids
        counts.append(len(asked))
    assert counts == [1, 1]


def test_publishing_twice_keeps_the_first_day_and_retiring_keeps_the_page() -> None:
    course = a_course()
    later = datetime(2025, 9, 1, tzinfo=UTC)
    assert catalog.publish_course(course_id=course.id, published_at=later).published_at == SAVED_AT
    assert catalog.retire_course(course_id=course.id, retired_at=later).status == "retired"
    assert catalog.course_page(course.slug, on=ON).course.status == "retired"
    assert catalog.list_courses(status=catalog.PUBLISHED) == ()
    assert catalog.publish_course(course_id=course.id, published_at=later).published_at == SAVED_AT


def test_a_draft_cannot_retire() -> None:
    course = a_course(published=False)
    with pytest.raises(catalog.CourseNotPublished):
        catalog.retire_course(course_id=course.id, retired_at=SAVED_AT)


def test_enrollments_are_counted_on_the_card() -> None:
    course = a_course()
    catalog.count_enrollment(course_id=course.id)
    catalog.count_enrollment(course_id=course.id)
    assert catalog.cards([course.id], on=ON)[0].enrollment_count == 2


def test_shelves_hold_the_most_enrolled_courses_of_each_subject() -> None:
    quiet, loud = (a_course(title=title, subject_slug="music") for title in ("Quiet", "Loud"))
    catalog.count_enrollment(course_id=loud.id)
    a_course(title="Sums", subject_slug="mathematics")
    shelves = catalog.shelves(["music", "mathematics", "law"], on=ON, each=1)
    assert {slug: [card.title for card in cards] for slug, cards in shelves.items()} == {
        "music": ["Loud"],
        "mathematics": ["Sums"],
        "law": [],
    }
    assert [card.id for card in catalog.alternatives_to(loud.id, on=ON)] == [quiet.id]


def test_many_courses_are_saved_with_as_many_statements_as_one() -> None:
    a_partner()

    def statements(number: int) -> int:
        drafts = [
            catalog.CourseDraft(
                source_key=f"B{number}+{index}", partner_slug="lyceum", title="Bulk", skills=["A"]
            )
            for index in range(number)
        ]
        with CaptureQueriesContext(connection) as asked:
            catalog.save_courses(drafts, saved_at=SAVED_AT)
        return len(asked)

    assert statements(2) == statements(60)


def test_the_edition_changes_with_what_visitors_see() -> None:
    course = a_course()
    seen = [catalog.edition()]
    catalog.set_price(course_id=course.id, price=usd(59), starts_on=ON)
    seen.append(catalog.edition())
    catalog.retire_course(course_id=course.id, retired_at=SAVED_AT)
    seen.append(catalog.edition())
    a_partner(name="The New Lyceum")
    seen.append(catalog.edition())
    assert len(set(seen)) == len(seen)
    catalog.count_enrollment(course_id=course.id)
    assert catalog.edition() == seen[-1]
