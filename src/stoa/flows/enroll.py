"""A learner starts a course."""

from datetime import datetime

from django.db import transaction

from stoa.access import api as access
from stoa.catalog import api as catalog
from stoa.courseware import api as courseware
from stoa.kernel.refusals import Conflict
from stoa.learning import api as learning


class CourseNotOpen(Conflict):
    """The course takes no new learners: it is not published yet, or retired."""

    code = "course_not_open"


def audit(*, learner_id: int, course_slug: str, at: datetime) -> learning.EnrollmentRow:
    """Open a course for free and put the learner in it, on its current version; again changes nothing.

    A learner who is in the course already keeps her version and place, also in a retired course.
    Raises ``NotFound`` and ``CourseNotOpen``.
    """
    course = catalog.get_course(course_slug)
    try:
        enrollment = learning.get_enrollment(learner_id=learner_id, course_id=course.id)
    except learning.NotEnrolled:
        if course.status != "published":
            raise CourseNotOpen("This course takes no new learners.") from None
        enrollment = None
    with transaction.atomic():
        access.grant_audit(learner_id=learner_id, course_id=course.id, granted_at=at)
        if enrollment is not None:
            return enrollment
        enrollment = learning.enroll(
            learner_id=learner_id,
            course_id=course.id,
            version_id=courseware.current_version_id(course.id),
            enrolled_at=at,
        )
        if enrollment.is_new:
            catalog.count_enrollment(course_id=course.id)
    return enrollment
