"""Partners and courses for tests, made through the catalog's door."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from itertools import count

from stoa.catalog import api as catalog
from stoa.kernel.money import Money, usd

SAVED_AT = datetime(2025, 6, 2, 9, 0, tzinfo=UTC)
PRICED_FROM = date(2025, 1, 1)
_numbers = count(1)


def a_partner(
    *, slug: str = "lyceum", name: str = "The Lyceum", kind: str = "university"
) -> catalog.PartnerRow:
    """The partner ``slug``, created on first use."""
    return catalog.save_partner(slug=slug, name=name, kind=kind, region="GR", about="Taught while walking.")


def an_instructor(
    *, partner: catalog.PartnerRow | None = None, slug: str = "theano"
) -> catalog.InstructorRow:
    """An instructor of ``partner`` (the Lyceum when left out)."""
    partner = partner or a_partner()
    return catalog.save_instructor(
        partner_slug=partner.slug,
        slug=slug,
        name="Theano of Croton",
        title="Lecturer",
        bio="Numbers and harmony.",
    )


def a_course(
    *,
    title: str = "Astronomy for sailors",
    published: bool = True,
    price: Money | None = usd(49),  # noqa: B008 - frozen
    partner: catalog.PartnerRow | None = None,
    source_key: str = "",
    subject_slug: str = "",
    subtitle: str = "Find your way by the stars",
    description: str = "Learn to read the night sky.",
    level: str = "beginner",
    language: str = "en",
    hours: int = 12,
    skills: Sequence[str] = ("Navigation",),
    outcomes: Sequence[str] = ("Find north at night",),
    instructor_slugs: Sequence[str] = (),
    saved_at: datetime = SAVED_AT,
) -> catalog.CourseRow:
    """A course of the Lyceum, by default published and with a certificate for $49.00."""
    partner = partner or a_partner()
    if subject_slug:
        catalog.save_standard_subjects()
    course = catalog.save_course(
        source_key=source_key or f"Lyceum+T{next(_numbers)}",
        partner_slug=partner.slug,
        title=title,
        subtitle=subtitle,
        description=description,
        subject_slug=subject_slug,
        level=level,
        language=language,
        hours=hours,
        skills=skills,
        outcomes=outcomes,
        instructor_slugs=instructor_slugs,
        saved_at=saved_at,
    )
    if price is not None:
        catalog.set_price(course_id=course.id, price=price, starts_on=PRICED_FROM)
    if published:
        course = catalog.publish_course(course_id=course.id, published_at=saved_at)
    return course


def an_offering(*, course: catalog.CourseRow | None = None) -> catalog.OfferingRow:
    """The single-course offering of ``course`` (a new one when left out)."""
    return catalog.offering_of_course((course or a_course()).id)
