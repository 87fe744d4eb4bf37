"""Credentials of tests, made through the door."""

from datetime import UTC, datetime
from decimal import Decimal

from stoa.catalog import api as catalog
from stoa.credentials import api as credentials
from tests.builders.people import Person, a_person

ISSUED_AT = datetime(2025, 9, 3, 12, 0, tzinfo=UTC)


def a_catalog_course(*, title: str = "The night sky", source_key: str = "lyceum+sky1") -> catalog.CourseRow:
    """A published course of a partner, without any content."""
    catalog.save_partner(slug="lyceum", name="Lyceum", kind="university", region="GR", about="")
    course = catalog.save_course(
        source_key=source_key, partner_slug="lyceum", title=title, hours=12, saved_at=ISSUED_AT
    )
    catalog.publish_course(course_id=course.id, published_at=ISSUED_AT)
    return course


def an_assessment(*, grade: str = "0.874") -> credentials.Assessment:
    """Homework and an exam."""
    return credentials.Assessment(
        parts=(
            credentials.AssessedPart("Homework", Decimal("0.4"), Decimal("0.912"), 6),
            credentials.AssessedPart("Final exam", Decimal("0.6"), Decimal("0.85"), 1),
        ),
        grade=Decimal(grade),
        pass_mark=Decimal("0.6"),
        attempt_limits=(2, 3),
        hours=12,
        steps=40,
    )


def a_credential(
    *,
    learner: Person | None = None,
    course: catalog.CourseRow | None = None,
    holder_name: str = "Ada Okafor",
    issued_at: datetime = ISSUED_AT,
) -> credentials.CredentialRow:
    """A valid credential."""
    learner = learner or a_person()
    course = course or a_catalog_course()
    return credentials.issue(
        learner_id=learner.id,
        course_id=course.id,
        holder_name=holder_name,
        course_title=course.title,
        partner_name=course.partner_name,
        assessed=an_assessment(),
        issued_at=issued_at,
    )
