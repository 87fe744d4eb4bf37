"""A learner studies: answers are kept, work is graded, steps are done, and what is earned is issued."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from stoa.access import api as access
from stoa.catalog import api as catalog
from stoa.courseware import api as courseware
from stoa.credentials import api as credentials
from stoa.kernel.refusals import Invalid, NotAllowed, NotFound
from stoa.learning import api as learning
from stoa.people import api as people

#: What a form gives: answers by problem, then by input.
Answers = Mapping[str, Mapping[str, str | Sequence[str]]]


class NoAccess(NotAllowed):
    """Nothing opens this course for the learner now."""

    code = "no_access"


class GradedWorkLocked(NotAllowed):
    """An audit opens every lesson but no graded work."""

    code = "graded_work_locked"


class HonorCodeMissing(Invalid):
    """Graded work is handed in under the honor code."""

    code = "honor_code_missing"


@dataclass(frozen=True, slots=True)
class Submitted:
    """What a submission led to; ``credential`` when this very work earned it."""

    submissions: tuple[learning.SubmissionRow, ...]
    credential: credentials.CredentialRow | None


def save_answers(*, learner_id: int, course_slug: str, unit_key: str, answers: Answers, at: datetime) -> None:
    """Keep answers to problems of one unit as they are given.

    Raises ``NoAccess``, ``GradedWorkLocked``, and what ``learning.save_answers`` raises.
    """
    enrollment, unit = _at_work(learner_id, course_slug, unit_key, at)
    _refuse_foreign(unit, answers)
    learning.save_answers_to(enrollment.id, version_id=enrollment.version_id, answers=answers, saved_at=at)


def submit(
    *,
    learner_id: int,
    course_slug: str,
    unit_key: str,
    at: datetime,
    problem_keys: Sequence[str] = (),
    answers: Answers | None = None,
    attempts_seen: int | None = None,
    honor_code_accepted: bool = False,
) -> Submitted:
    """Keep ``answers``, grade the unit's problems (or ``problem_keys`` of them) and issue what is earned.

    Answers are kept even when the submission is refused. Raises ``NoAccess``, ``GradedWorkLocked``,
    ``HonorCodeMissing`` (graded work only), and what ``learning.submit_problems`` raises.
    """
    enrollment, unit = _at_work(learner_id, course_slug, unit_key, at)
    keys = tuple(problem_keys) or unit.problem_keys
    _refuse_foreign(unit, keys)
    if answers:
        _refuse_foreign(unit, answers)
        learning.save_answers_to(
            enrollment.id, version_id=enrollment.version_id, answers=answers, saved_at=at
        )
    if unit.graded and not honor_code_accepted:
        raise HonorCodeMissing(
            "Confirm that this is your own work.",
            fields={"honor_code": "Tick this box to hand in graded work."},
        )
    with transaction.atomic():
        rows = learning.submit_problems(
            enrollment_id=enrollment.id, problem_keys=keys, submitted_at=at, attempts_seen=attempts_seen
        )
        earned = _newly_earned(enrollment, at) if unit.graded else None
    return Submitted(rows, earned)


def complete_unit(
    *, learner_id: int, course_slug: str, unit_key: str, at: datetime
) -> credentials.CredentialRow | None:
    """Mark a unit as done; returns the credential when this step was the one that earned it."""
    enrollment, _, _ = _opened(learner_id, course_slug, unit_key, at)
    with transaction.atomic():
        learning.complete_unit(enrollment_id=enrollment.id, unit_key=unit_key, completed_at=at)
        return _newly_earned(enrollment, at)


def show_hint(*, learner_id: int, course_slug: str, unit_key: str, problem_key: str, at: datetime) -> int:
    """Give one more hint of a problem; returns how many the learner may see now."""
    enrollment, unit = _at_work(learner_id, course_slug, unit_key, at)
    _refuse_foreign(unit, [problem_key])
    return learning.show_hint(
        enrollment_id=enrollment.id, problem_key=problem_key, version_id=enrollment.version_id
    )


def issue_if_earned(*, learner_id: int, course_id: int, at: datetime) -> credentials.CredentialRow | None:
    """Issue the credential when the course is passed and access is full; ``None`` when it is not earned.

    Safe to call at any time, such as after a purchase: what was issued already is returned unchanged.
    """
    try:
        enrollment = learning.get_enrollment(learner_id=learner_id, course_id=course_id)
    except learning.NotEnrolled:
        return None
    if enrollment.passed_at is None:
        return None
    if access.level_of(learner_id=learner_id, course_id=course_id, at=at) != "full":
        return None
    standing = learning.standing(learner_id=learner_id, course_id=course_id)
    person = people.get_person(learner_id)
    course = catalog.get_course_by_id(course_id)
    return credentials.issue(
        learner_id=learner_id,
        course_id=course_id,
        holder_name=person.legal_name,
        course_title=course.title,
        partner_name=course.partner_name,
        assessed=_assessment(standing, hours=int(course.hours)),
        issued_at=at,
    )


def _opened(
    learner_id: int, course_slug: str, unit_key: str, at: datetime
) -> tuple[learning.EnrollmentRow, courseware.OutlineUnit, access.Level]:
    """The learner's enrollment, the unit and her level, when she may open it."""
    enrollment = learning.get_enrollment_by_slug(learner_id=learner_id, course_slug=course_slug)
    unit = _unit_of(courseware.outline(enrollment.version_id), unit_key)
    level = access.level_of(learner_id=learner_id, course_id=enrollment.course_id, at=at)
    if level == "none":
        raise NoAccess("Your access to this course has ended.")
    return enrollment, unit, level


def _at_work(
    learner_id: int, course_slug: str, unit_key: str, at: datetime
) -> tuple[learning.EnrollmentRow, courseware.OutlineUnit]:
    """The learner's enrollment and the unit, when she may work on its problems."""
    enrollment, unit, level = _opened(learner_id, course_slug, unit_key, at)
    if unit.graded and level != "full":
        raise GradedWorkLocked("Graded work is part of the certificate. Every lesson stays open to you.")
    return enrollment, unit


def _unit_of(outline: courseware.CourseOutline, unit_key: str) -> courseware.OutlineUnit:
    for module in outline.modules:
        for lesson in module.lessons:
            for unit in lesson.units:
                if unit.key == unit_key:
                    return unit
    raise NotFound("This course has no such page.")


def _refuse_foreign(unit: courseware.OutlineUnit, problem_keys: Iterable[str]) -> None:
    if not set(problem_keys) <= set(unit.problem_keys):
        raise learning.UnknownQuestion("This question is not part of the lesson. Reload the page.")


def _newly_earned(enrollment: learning.EnrollmentRow, at: datetime) -> credentials.CredentialRow | None:
    """Issue on the step that passes the course. ``enrollment`` is as it was before that step."""
    if enrollment.passed_at is not None:
        return None
    row = issue_if_earned(learner_id=enrollment.learner_id, course_id=enrollment.course_id, at=at)
    return row if row is not None and row.is_new else None


def _assessment(standing: learning.Standing, *, hours: int) -> credentials.Assessment:
    book = standing.progress.grade_book
    return credentials.Assessment(
        parts=tuple(
            credentials.AssessedPart(
                title=category.type,
                weight=category.weight,
                share=category.share,
                lessons=len(category.lessons),
            )
            for category in book.categories
        ),
        grade=book.grade if book.is_graded else None,
        pass_mark=book.pass_mark if book.is_graded else None,
        attempt_limits=_attempt_limits(standing.enrollment.version_id),
        hours=hours,
        steps=standing.progress.required,
    )


def _attempt_limits(version_id: int) -> tuple[int, ...]:
    keys = [
        key
        for module in courseware.outline(version_id).modules
        for lesson in module.lessons
        for unit in lesson.units
        for key in learning.graded_keys(unit)
    ]
    views = courseware.problems(version_id, keys) if keys else {}
    return tuple(sorted({view.max_attempts or 0 for view in views.values()}))
