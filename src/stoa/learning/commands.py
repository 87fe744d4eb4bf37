"""Writes of learning."""

import json
import zlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import connection, transaction

from stoa.courseware import api as courseware
from stoa.kernel.refusals import Conflict, Invalid, NotFound
from stoa.learning.data import Answer, EnrollmentRow, ProblemState, SubmissionRow
from stoa.learning.models import Enrollment, ProblemRecord, Submission, UnitCompletion
from stoa.learning.queries import (
    NotEnrolled,
    answers_from,
    get_enrollment,
    problem_states,
    submission_row,
)
from stoa.learning.rules import (
    MAX_ANSWER_CHARACTERS,
    clean_answer,
    graded_keys,
    is_closed,
    progress_of,
)


class AnswerTooLong(Invalid):
    """An answer is longer than a question can need."""

    code = "answer_too_long"


class UnknownQuestion(NotFound):
    """The course version that the learner studies has no such question."""

    code = "unknown_question"


class NoAttemptsLeft(Conflict):
    """Every attempt that the author allows is used."""

    code = "no_attempts_left"


class AlreadySubmitted(Conflict):
    """The form was made before the last submission: it was sent twice, or from another tab."""

    code = "already_submitted"


class NothingToSubmit(Conflict):
    """There is no problem that could earn more."""

    code = "nothing_to_submit"


def enroll(*, learner_id: int, course_id: int, version_id: int, enrolled_at: datetime) -> EnrollmentRow:
    """Put a learner in a course, pinned to ``version_id``; again changes nothing and returns what is there.

    ``is_new`` of the row says whether this call made it.
    """
    outline = courseware.outline(version_id)
    steps = sum(len(lesson.units) for module in outline.modules for lesson in module.lessons)
    _, is_new = Enrollment.objects.get_or_create(
        learner_id=learner_id,
        course_id=course_id,
        defaults={
            "version_id": version_id,
            "seed": zlib.crc32(f"{learner_id}:{course_id}".encode()) & 0x7FFF_FFFF,
            "enrolled_at": enrolled_at,
            "studied_at": enrolled_at,
            "required": steps,
        },
    )
    return get_enrollment(learner_id=learner_id, course_id=course_id).marked(is_new=is_new)


def visit_unit(*, enrollment_id: int, unit_key: str, visited_at: datetime) -> None:
    """Remember where the learner is, so that she can continue there on any device. One statement."""
    Enrollment.objects.filter(pk=enrollment_id).update(last_unit_key=unit_key, studied_at=visited_at)


def complete_unit(*, enrollment_id: int, unit_key: str, completed_at: datetime) -> EnrollmentRow:
    """Mark a unit as done; marking it again keeps the first instant.

    Marking a unit with graded problems is kept but counts for nothing: only submitting them does.
    Raises ``NotFound`` for a unit that the learner's version does not hold.
    """
    with transaction.atomic():
        enrollment = _locked(enrollment_id)
        outline = courseware.outline(enrollment.version_id)
        if unit_key not in _units_by_key(outline):
            raise NotFound("This course has no such page.")
        UnitCompletion.objects.bulk_create(
            [UnitCompletion(enrollment_id=enrollment_id, unit_key=unit_key, completed_at=completed_at)],
            ignore_conflicts=True,
        )
        return _take_stock(enrollment, states=problem_states(enrollment_id), at=completed_at)


def save_answers(
    *,
    enrollment_id: int,
    answers: Mapping[str, Mapping[str, str | Sequence[str]]],
    saved_at: datetime,
) -> None:
    """Keep answers (by problem, by input) as they are given; the latest one of each input stays.

    Other inputs keep what was saved for them, from whatever device. All are kept or none.
    Raises ``UnknownQuestion`` and ``AnswerTooLong`` (``fields`` by input), ``NotEnrolled``.
    """
    version_id = Enrollment.objects.filter(pk=enrollment_id).values_list("version_id", flat=True).first()
    if version_id is None:
        raise NotEnrolled("You are not enrolled in this course yet.")
    save_answers_to(enrollment_id, version_id=version_id, answers=answers, saved_at=saved_at)


def save_answers_to(
    enrollment_id: int,
    *,
    version_id: int,
    answers: Mapping[str, Mapping[str, str | Sequence[str]]],
    saved_at: datetime,
) -> None:
    """``save_answers`` for a caller that holds the enrollment: two statements, however many answers."""
    cleaned = _cleaned(version_id, answers)
    if not cleaned:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            _MERGE_SAVED,
            [enrollment_id, saved_at, list(cleaned), [json.dumps(given) for given in cleaned.values()]],
        )


_MERGE_SAVED = """
INSERT INTO learning_problemrecord AS record
    (enrollment_id, problem_key, saved, saved_at, hints_shown, attempts, earned, possible, submitted, result)
SELECT %s, given.problem_key, given.saved::jsonb, %s, 0, 0, 0, 0, '{}', '{}'
FROM unnest(%s::text[], %s::text[]) AS given(problem_key, saved)
ON CONFLICT (enrollment_id, problem_key)
DO UPDATE SET saved = record.saved || EXCLUDED.saved, saved_at = EXCLUDED.saved_at
"""


def show_hint(*, enrollment_id: int, problem_key: str, version_id: int) -> int:
    """Give the learner one more hint of a problem, in the author's order; returns how many she may see.

    Raises ``UnknownQuestion``.
    """
    view = _views(version_id, [problem_key])[problem_key]
    with transaction.atomic():
        record, _ = ProblemRecord.objects.select_for_update().get_or_create(
            enrollment_id=enrollment_id, problem_key=problem_key
        )
        if record.hints_shown < view.demand_hint_count:
            record.hints_shown += 1
            record.save(update_fields=["hints_shown"])
    return record.hints_shown


def submit_problems(
    *,
    enrollment_id: int,
    problem_keys: Sequence[str],
    submitted_at: datetime,
    attempts_seen: int | None = None,
) -> tuple[SubmissionRow, ...]:
    """Grade the saved answers of ``problem_keys`` on the server; each open problem uses one attempt.

    Problems without attempts left are passed over, and so are graded ones that have full marks already.
    ``attempts_seen`` is the number of attempts at these problems when the form was made: another number
    means that the form was sent twice (``AlreadySubmitted``). The enrollment is locked meanwhile, so that two
    devices never use more attempts than there are. Also raises ``NoAttemptsLeft``, ``NothingToSubmit``,
    ``UnknownQuestion``, ``NotEnrolled``. The number of statements does not depend on the number of problems.
    """
    keys = tuple(dict.fromkeys(problem_keys))
    with transaction.atomic():
        enrollment = _locked(enrollment_id)
        version_id, seed = enrollment.version_id, enrollment.seed
        outline = courseware.outline(version_id)
        views = _views(version_id, keys)
        states = dict(problem_states(enrollment_id, in_full=keys))
        if attempts_seen is not None and attempts_seen != sum(_attempts(states, key) for key in keys):
            raise AlreadySubmitted("These answers were submitted already. The result is below.")
        open_keys = _open(enrollment, outline, views, states, submitted_at)
        answers = {key: (states[key].answers or {}) if key in states else {} for key in open_keys}
        graded = courseware.grade_problems(version_id, answers=answers)
        rows = [
            Submission(
                enrollment_id=enrollment_id,
                version_id=version_id,
                problem_key=key,
                attempt=_attempts(states, key) + 1,
                seed=seed,
                answers=answers[key],
                result=_stored_result(graded[key]),
                earned=min(graded[key].earned, graded[key].possible),
                possible=graded[key].possible,
                submitted_at=submitted_at,
            )
            for key in open_keys
        ]
        Submission.objects.bulk_create(rows)
        for row in rows:
            states[row.problem_key] = _after(states.get(row.problem_key), row)
        _store(enrollment_id, [states[row.problem_key] for row in rows], rows)
        _take_stock(enrollment, states=states, at=submitted_at)
    return tuple(submission_row(row) for row in rows)


def _locked(enrollment_id: int) -> Enrollment:
    enrollment = Enrollment.objects.select_for_update().filter(pk=enrollment_id).first()
    if enrollment is None:
        raise NotEnrolled("You are not enrolled in this course yet.")
    return enrollment


def _cleaned(
    version_id: int, answers: Mapping[str, Mapping[str, str | Sequence[str]]]
) -> dict[str, dict[str, Answer]]:
    views = _views(version_id, tuple(answers))
    cleaned: dict[str, dict[str, Answer]] = {}
    too_long: dict[str, str] = {}
    for key, given in answers.items():
        known = {
            part.input_id: part.kind for part in views[key].parts if isinstance(part, courseware.QuestionPart)
        }
        for input_id, answer in given.items():
            if input_id not in known:
                raise UnknownQuestion("This question is not part of the lesson. Reload the page.")
            one = _as_kind(answer, known[input_id])
            kept = clean_answer(one)
            if kept is None:
                too_long[input_id] = f"Use at most {MAX_ANSWER_CHARACTERS:,} characters."
            else:
                cleaned.setdefault(key, {})[input_id] = kept
    if too_long:
        raise AnswerTooLong(
            f"An answer is longer than {MAX_ANSWER_CHARACTERS:,} characters.", fields=too_long
        )
    return cleaned


def _as_kind(answer: str | Sequence[str], kind: str) -> str | tuple[str, ...]:
    """Several values only where several make sense; of a question with one answer the last value counts."""
    values = (answer,) if isinstance(answer, str) else tuple(answer)
    if kind == "multiple_choice":
        return tuple(value for value in values if value)
    return values[-1] if values else ""


def _views(version_id: int, keys: Sequence[str]) -> Mapping[str, courseware.ProblemView]:
    views = courseware.problems(version_id, keys)
    if any(key not in views for key in keys):
        raise UnknownQuestion("This question is not part of the lesson. Reload the page.")
    return views


def _attempts(states: Mapping[str, ProblemState], key: str) -> int:
    return states[key].attempts if key in states else 0


def _open(
    enrollment: Enrollment,
    outline: courseware.CourseOutline,
    views: Mapping[str, courseware.ProblemView],
    states: Mapping[str, ProblemState],
    at: datetime,
) -> list[str]:
    """Those of the problems that take an attempt, or the refusal that says why none does."""
    graded, due_at_by_key = set[str](), dict[str, datetime | None]()
    for lesson in (lesson for module in outline.modules for lesson in module.lessons):
        for unit in lesson.units:
            graded.update(graded_keys(unit))
            due_at_by_key.update(dict.fromkeys(unit.problem_keys, lesson.due_at))
    open_keys = [
        key
        for key, view in views.items()
        if not is_closed(
            view.showanswer,
            max_attempts=view.max_attempts,
            attempts=_attempts(states, key),
            due_at=due_at_by_key.get(key),
            enrolled_at=enrollment.enrolled_at,
            at=at,
        )
    ]
    if views and not open_keys:
        raise NoAttemptsLeft("You have used every attempt. Your best result counts.")
    worth_it = [
        key for key in open_keys if key not in graded or not (key in states and states[key].is_full_marks)
    ]
    if not worth_it:
        raise NothingToSubmit("There is nothing to submit: everything open has full marks already.")
    return worth_it


def _after(before: ProblemState | None, row: Submission) -> ProblemState:
    """The state of a problem after one more attempt: the best points of all attempts stay."""
    earned = Decimal(row.earned)
    if before is not None and before.attempts:
        earned = max(earned, min(before.earned, Decimal(row.possible)))
    return ProblemState(
        problem_key=row.problem_key,
        attempts=row.attempt,
        earned=earned,
        possible=Decimal(row.possible),
        submitted_at=row.submitted_at,
        submitted_answers=answers_from(row.answers),
    )


def _store(enrollment_id: int, states: Sequence[ProblemState], rows: Sequence[Submission]) -> None:
    ProblemRecord.objects.bulk_create(
        [
            ProblemRecord(
                enrollment_id=enrollment_id,
                problem_key=state.problem_key,
                attempts=state.attempts,
                earned=state.earned,
                possible=state.possible,
                submitted_at=state.submitted_at,
                submitted=row.answers,
                result=row.result,
            )
            for state, row in zip(states, rows, strict=True)
        ],
        update_conflicts=True,
        unique_fields=["enrollment", "problem_key"],
        update_fields=["attempts", "earned", "possible", "submitted_at", "submitted", "result"],
    )


def _take_stock(enrollment: Enrollment, *, states: Mapping[str, ProblemState], at: datetime) -> EnrollmentRow:
    """Write the standing that lists show, by the one rule; what is passed or finished stays so."""
    completed = frozenset(
        UnitCompletion.objects.filter(enrollment_id=enrollment.pk).values_list("unit_key", flat=True)
    )
    now = progress_of(
        courseware.outline(enrollment.version_id),
        points=courseware.problem_points(enrollment.version_id),
        completed=completed,
        states=states,
    )
    enrollment.done, enrollment.required, enrollment.grade = now.done, now.required, now.grade
    enrollment.studied_at = max(enrollment.studied_at, at)
    if now.passed and enrollment.passed_at is None:
        enrollment.passed_at = at
    if now.done == now.required and enrollment.finished_at is None:
        enrollment.finished_at = at
    enrollment.save(update_fields=["done", "required", "grade", "studied_at", "passed_at", "finished_at"])
    return EnrollmentRow(
        id=enrollment.pk,
        learner_id=enrollment.learner_id,
        course_id=enrollment.course_id,
        version_id=enrollment.version_id,
        seed=enrollment.seed,
        enrolled_at=enrollment.enrolled_at,
        studied_at=enrollment.studied_at,
        last_unit_key=enrollment.last_unit_key,
        done=enrollment.done,
        required=enrollment.required,
        grade=enrollment.grade,
        passed_at=enrollment.passed_at,
        finished_at=enrollment.finished_at,
    )


def _stored_result(graded: courseware.GradedProblem) -> dict[str, Any]:
    return {
        "parts": [
            [part.input_id, part.verdict, str(part.earned), str(part.possible), part.feedback_html]
            for part in graded.parts
        ],
        "feedback": graded.feedback_html,
    }


def _units_by_key(outline: courseware.CourseOutline) -> Mapping[str, courseware.OutlineUnit]:
    return {
        unit.key: unit for module in outline.modules for lesson in module.lessons for unit in lesson.units
    }
