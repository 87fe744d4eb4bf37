"""Reads of learning."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Case, F, JSONField, OuterRef, Value, When

from stoa.courseware import api as courseware
from stoa.kernel.refusals import NotFound
from stoa.learning.data import (
    Answer,
    EnrollmentRow,
    ProblemState,
    ProgressRow,
    ResultPart,
    Standing,
    SubmissionRow,
)
from stoa.learning.models import Enrollment, ProblemRecord, Submission, UnitCompletion
from stoa.learning.rules import progress_of

_ENROLLMENT: Final = (
    "id",
    "learner_id",
    "course_id",
    "version_id",
    "seed",
    "enrolled_at",
    "studied_at",
    "last_unit_key",
    "done",
    "required",
    "grade",
    "passed_at",
    "finished_at",
)
_BRIEF: Final = ("problem_key", "attempts", "earned", "possible", "hints_shown", "saved_at", "submitted_at")
_FULL: Final = ("saved", "submitted", "result")


class NotEnrolled(NotFound):
    """The learner is not in this course."""

    code = "not_enrolled"


def get_enrollment(*, learner_id: int, course_id: int) -> EnrollmentRow:
    """Return the learner's enrollment in the course, or raise ``NotEnrolled``."""
    row = (
        Enrollment.objects.filter(learner_id=learner_id, course_id=course_id)
        .values_list(*_ENROLLMENT)
        .first()
    )
    if row is None:
        raise NotEnrolled("You are not enrolled in this course yet.")
    return EnrollmentRow(*row)


def get_enrollment_by_slug(*, learner_id: int, course_slug: str) -> EnrollmentRow:
    """Return the learner's enrollment in the course with this address, or raise ``NotEnrolled``."""
    row = (
        Enrollment.objects.filter(learner_id=learner_id, course__slug=course_slug)
        .values_list(*_ENROLLMENT)
        .first()
    )
    if row is None:
        raise NotEnrolled("You are not enrolled in this course yet.")
    return EnrollmentRow(*row)


def enrollments_of(learner_id: int) -> tuple[EnrollmentRow, ...]:
    """Return a learner's enrollments, the one studied last first."""
    rows = Enrollment.objects.filter(learner_id=learner_id).order_by("-studied_at", "-pk")
    return tuple(EnrollmentRow(*row) for row in rows.values_list(*_ENROLLMENT))


def progress(enrollment_id: int) -> ProgressRow:
    """Return how far an enrollment is by the one rule, from everything done so far. Raises ``NotFound``."""
    return _standing_where(unit_key="", pk=enrollment_id).progress


def standing(*, learner_id: int, course_id: int, unit_key: str = "") -> Standing:
    """Return enrollment, progress and problem states in two queries, whatever the course's size.

    States of the problems in ``unit_key`` are read in full (answers and results). Raises ``NotEnrolled``.
    """
    return _standing_where(unit_key=unit_key, learner_id=learner_id, course_id=course_id)


def problem_states(enrollment_id: int, *, in_full: Collection[str] = ()) -> Mapping[str, ProblemState]:
    """Return the states of all problems an enrollment has touched, those ``in_full`` with their answers."""
    rows = ProblemRecord.objects.filter(enrollment_id=enrollment_id)
    if not in_full:
        return {row[0]: ProblemState(*row) for row in rows.values_list(*_BRIEF)}
    wanted = {
        f"{name}_in_full": Case(
            When(problem_key__in=list(in_full), then=F(name)), default=Value(None), output_field=JSONField()
        )
        for name in _FULL
    }
    names = (*_BRIEF, *wanted)
    return {row[0]: _state(row) for row in rows.annotate(**wanted).values_list(*names)}


def submission_row(row: Submission) -> SubmissionRow:
    """The row of a loaded submission."""
    return SubmissionRow(
        id=row.pk,
        enrollment_id=row.enrollment_id,
        problem_key=row.problem_key,
        attempt=row.attempt,
        earned=Decimal(row.earned),
        possible=Decimal(row.possible),
        parts=result_from(row.result),
        submitted_at=row.submitted_at,
    )


def answers_from(stored: Mapping[str, Any] | None) -> Mapping[str, Answer]:
    """Answers as stored in JSON (lists) as rows hold them (tuples)."""
    return {
        key: answer if isinstance(answer, str) else tuple(answer) for key, answer in (stored or {}).items()
    }


def result_from(stored: Mapping[str, Any] | None) -> tuple[ResultPart, ...]:
    """The parts of a result stored in JSON."""
    return tuple(
        ResultPart(input_id, verdict, Decimal(earned), Decimal(possible), feedback)
        for input_id, verdict, earned, possible, feedback in (stored or {}).get("parts", ())
    )


def _standing_where(*, unit_key: str, **found_by: int) -> Standing:
    completions = UnitCompletion.objects.filter(enrollment_id=OuterRef("pk")).values("unit_key")
    row = (
        Enrollment.objects.filter(**found_by)
        .annotate(completed=ArraySubquery(completions))
        .values_list(*_ENROLLMENT, "completed")
        .first()
    )
    if row is None:
        raise NotEnrolled("You are not enrolled in this course yet.")
    enrollment = EnrollmentRow(*row[:-1])
    outline = courseware.outline(enrollment.version_id)
    states = problem_states(enrollment.id, in_full=_keys_of(outline, unit_key))
    return Standing(
        enrollment=enrollment,
        progress=progress_of(
            outline,
            points=courseware.problem_points(enrollment.version_id),
            completed=frozenset(row[-1]),
            states=states,
        ),
        states=states,
    )


def _keys_of(outline: courseware.CourseOutline, unit_key: str) -> Sequence[str]:
    for module in outline.modules:
        for lesson in module.lessons:
            for unit in lesson.units:
                if unit.key == unit_key:
                    return unit.problem_keys
    return ()


def _state(row: tuple[Any, ...]) -> ProblemState:
    key, attempts, earned, possible, hints, saved_at, submitted_at, saved, submitted, result = row
    stamp: datetime | None = submitted_at
    return ProblemState(
        problem_key=key,
        attempts=attempts,
        earned=earned,
        possible=possible,
        hints_shown=hints,
        saved_at=saved_at,
        submitted_at=stamp,
        answers=answers_from(saved),
        submitted_answers=answers_from(submitted),
        result=result_from(result),
        feedback_html=(result or {}).get("feedback", ""),
    )
