"""A course leaves the market; whoever has access keeps it."""

from datetime import datetime

from django.db import transaction

from stoa.catalog import api as catalog
from stoa.discovery import api as discovery


@transaction.atomic
def retire_course(*, course_slug: str, retired_at: datetime) -> catalog.CourseRow:
    """Take a published course off sale and out of search; its page stays and shows alternatives.

    Retiring twice changes nothing. Raises ``NotFound`` and ``catalog.CourseNotPublished``.
    """
    course = catalog.get_course(course_slug)
    retired = catalog.retire_course(course_id=course.id, retired_at=retired_at)
    discovery.index_course(course_id=course.id, on=retired_at.date())
    return retired
