"""The one rule of progress and grades, and when a solution may be shown. Plain Python; learners read it too.

A unit without graded problems is done when its learner marks it or goes on from it. A unit with graded
problems is done when all of them were submitted. The grade follows the course's own policy: a lesson is
worth points earned of points possible, a category the average of its lessons after the lowest are dropped,
the course the average of its categories by weight. Problems that cannot be played never count. A course is
passed when the grade reaches the pass mark; a course without graded work when every unit is done.
"""

from collections.abc import Mapping, Set
from dataclasses import replace
from datetime import datetime
from decimal import ROUND_DOWN, Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Final

from stoa.learning.data import (
    Answer,
    CategoryGrade,
    GradeBook,
    LessonGrade,
    MissingItem,
    ProblemState,
    ProgressRow,
)

if TYPE_CHECKING:
    from stoa.courseware.api import CourseOutline, GradingPolicy, OutlineLesson, OutlineUnit

#: More than anybody types into one field by hand, far less than would burden anyone.
MAX_ANSWER_CHARACTERS: Final = 5_000
MAX_CHOICES: Final = 200
_PLACES: Final = Decimal("0.0001")


def progress_of(
    outline: "CourseOutline",
    *,
    points: Mapping[str, Decimal],
    completed: Set[str],
    states: Mapping[str, ProblemState],
) -> ProgressRow:
    """Return how far a learner is: ``completed`` units she marked, ``states`` of problems she submitted.

    ``points`` are the possible points of every graded problem. Keys the outline does not hold are ignored.
    """
    submitted = {key for key, state in states.items() if state.attempts > 0}
    book = grade_book(outline, points=points, states=states)
    done_units: set[str] = set()
    missing: list[MissingItem] = []
    required = 0
    for module in outline.modules:
        for lesson in module.lessons:
            for unit in lesson.units:
                required += 1
                left = sum(1 for key in graded_keys(unit) if key not in submitted)
                if is_unit_done(unit, completed=completed, submitted=submitted):
                    done_units.add(unit.key)
                else:
                    missing.append(
                        MissingItem(
                            kind="graded" if left else "step",
                            unit_key=unit.key,
                            title=unit.title,
                            lesson_title=lesson.title,
                            module_title=module.title,
                            problems_left=left,
                        )
                    )
    done = len(done_units)
    if book.is_graded:
        passed = book.grade >= book.pass_mark
    else:
        passed = required > 0 and done == required
    if book.is_graded and not passed and not any(item.kind == "graded" for item in missing):
        missing.extend(_to_raise(outline, points=points, states=states))
    return ProgressRow(
        done=done,
        required=required,
        percent=100 * done // required if required else 0,
        grade=book.grade,
        pass_mark=book.pass_mark,
        passed=passed,
        missing=tuple(missing),
        done_units=frozenset(done_units),
        grade_book=book,
    )


def graded_keys(unit: "OutlineUnit") -> tuple[str, ...]:
    """Return the problems of a unit that count towards the grade; practice problems do not."""
    return unit.problem_keys if unit.graded else ()


def is_unit_done(unit: "OutlineUnit", *, completed: Set[str], submitted: Set[str]) -> bool:
    """Whether a unit is done by the rule above."""
    graded = graded_keys(unit)
    return all(key in submitted for key in graded) if graded else unit.key in completed


def grade_book(
    outline: "CourseOutline", *, points: Mapping[str, Decimal], states: Mapping[str, ProblemState]
) -> GradeBook:
    """Return the grade with everything that makes it up.

    Lessons in which nothing can be earned do not exist for the grade, and neither do categories without
    lessons; the weights of the rest are scaled to sum to one. ``min_count`` promises work that is not there,
    so it is not held against the learner. One lesson of a category always counts, whatever may be dropped.
    """
    by_type: dict[str, list[LessonGrade]] = {}
    for module in outline.modules:
        for lesson in module.lessons:
            graded = _lesson_grade(lesson, points=points, states=states)
            if graded is not None:
                by_type.setdefault(lesson.format, []).append(graded)
    weighted = {
        name: weight
        for name, weight in _declared_weights(outline.grading, by_type).items()
        if name in by_type and weight > 0
    }
    total = sum((Fraction(weight) for weight in weighted.values()), Fraction())
    drops = {category.type: category.drop_count for category in outline.grading.categories}
    categories: list[CategoryGrade] = []
    grade = Fraction()
    for name, weight in weighted.items():
        lessons, share = _after_drops(by_type[name], drops.get(name, 0))
        grade += share * Fraction(weight) / total
        categories.append(
            CategoryGrade(
                type=name,
                declared_weight=weight,
                weight=_decimal(Fraction(weight) / total),
                drop_count=min(drops.get(name, 0), len(lessons) - 1),
                share=_decimal(share),
                lessons=lessons,
            )
        )
    return GradeBook(
        categories=tuple(categories),
        uncounted=tuple(row for name, rows in by_type.items() if name not in weighted for row in rows),
        grade=_decimal(min(grade, Fraction(1))),
        pass_mark=min(max(outline.grading.pass_mark, Decimal(0)), Decimal(1)),
        weights_were_scaled=bool(weighted) and abs(total - 1) > Fraction(1, 1000),
    )


def attempts_left(*, max_attempts: int | None, attempts: int) -> int | None:
    """Return how many attempts remain; ``None`` means without limit. Zero allowed attempts means no limit."""
    return max(max_attempts - attempts, 0) if max_attempts else None


def may_show_answer(
    rule: str,
    *,
    state: ProblemState | None,
    max_attempts: int | None,
    due_at: datetime | None,
    enrolled_at: datetime,
    at: datetime,
) -> bool:
    """Whether the authored ``showanswer`` rule lets this learner see the solution at ``at``.

    Study is at the learner's own pace: a due date closes no work, and one that had passed before she
    enrolled says nothing about her. It opens solutions only where the author names the date
    (``past_due``, ``correct_or_past_due``), and from then on the problem takes no more attempts
    (``is_closed``). An unknown rule shows nothing.
    """
    attempts = state.attempts if state else 0
    is_correct = state is not None and state.is_full_marks
    used_up = attempts_left(max_attempts=max_attempts, attempts=attempts) == 0
    past_due = _is_past_due(due_at, enrolled_at=enrolled_at, at=at)
    return {
        "always": True,
        "never": False,
        "attempted": attempts > 0,
        "attempted_no_past_due": attempts > 0,
        "answered": is_correct,
        "closed": used_up,
        "finished": used_up or is_correct,
        "past_due": past_due,
        "correct_or_past_due": is_correct or past_due,
        "after_attempts": used_up or is_correct,  # the number is not part of the view: be late, not early
        "after_all_attempts": used_up,
        "after_all_attempts_or_correct": used_up or is_correct,
    }.get(rule.strip().lower(), False)


def is_closed(
    rule: str,
    *,
    max_attempts: int | None,
    attempts: int,
    due_at: datetime | None,
    enrolled_at: datetime,
    at: datetime,
) -> bool:
    """Whether a problem takes no more attempts: all are used, or its solution became public on the due date."""
    if attempts_left(max_attempts=max_attempts, attempts=attempts) == 0:
        return True
    return rule.strip().lower() in {"past_due", "correct_or_past_due"} and _is_past_due(
        due_at, enrolled_at=enrolled_at, at=at
    )


def clean_answer(given: str | tuple[str, ...] | list[str]) -> Answer | None:
    """Return an answer as it can be stored (no NUL, no lone surrogates), or ``None`` when it is too long."""
    if isinstance(given, str):
        return _storable(given) if len(given) <= MAX_ANSWER_CHARACTERS else None
    if len(given) > MAX_CHOICES or sum(len(value) for value in given) > MAX_ANSWER_CHARACTERS:
        return None
    return tuple(dict.fromkeys(_storable(value) for value in given))


def is_given(answer: Answer | None) -> bool:
    """Whether an answer holds anything."""
    return bool(answer.strip()) if isinstance(answer, str) else bool(answer)


def _lesson_grade(
    lesson: "OutlineLesson", *, points: Mapping[str, Decimal], states: Mapping[str, ProblemState]
) -> LessonGrade | None:
    keys = [key for unit in lesson.units for key in graded_keys(unit)] if lesson.graded else []
    possible = sum((points.get(key, Decimal(0)) for key in keys), Decimal(0))
    if possible <= 0:
        return None
    earned = Decimal(0)
    submitted = 0
    for key in keys:
        state = states.get(key)
        if state is not None and state.attempts > 0:
            submitted += 1
            earned += min(max(state.earned, Decimal(0)), points.get(key, Decimal(0)))
    return LessonGrade(
        key=lesson.key,
        title=lesson.title,
        first_unit_key=next(unit.key for unit in lesson.units if graded_keys(unit)),
        due_at=lesson.due_at,
        earned=earned,
        possible=possible,
        share=_decimal(Fraction(earned) / Fraction(possible)),
        submitted=submitted,
        problems=len(keys),
        is_dropped=False,
    )


def _declared_weights(grading: "GradingPolicy", by_type: Mapping[str, object]) -> Mapping[str, Decimal]:
    declared = {category.type: category.weight for category in grading.categories}
    if any(weight > 0 and name in by_type for name, weight in declared.items()):
        return declared
    # Graded lessons without any category that counts them: they count alike, each by its own name.
    return {name: Decimal(1) for name in by_type}


def _after_drops(lessons: list[LessonGrade], drop_count: int) -> tuple[tuple[LessonGrade, ...], Fraction]:
    """Mark the lowest ``drop_count`` lessons as dropped (ties: the later one) and average the others."""
    lowest_first = sorted(
        range(len(lessons)),
        key=lambda index: (Fraction(lessons[index].earned) / Fraction(lessons[index].possible), -index),
    )
    dropped = set(lowest_first[: max(0, min(drop_count, len(lessons) - 1))])
    counted = [lesson for index, lesson in enumerate(lessons) if index not in dropped]
    shares = (Fraction(lesson.earned) / Fraction(lesson.possible) for lesson in counted)
    marked = tuple(
        replace(lesson, is_dropped=True) if index in dropped else lesson
        for index, lesson in enumerate(lessons)
    )
    return marked, sum(shares, Fraction()) / len(counted)


def _to_raise(
    outline: "CourseOutline", *, points: Mapping[str, Decimal], states: Mapping[str, ProblemState]
) -> list[MissingItem]:
    """Graded units in which points are still to be had, when everything is submitted but the grade is short."""
    found = []
    for module in outline.modules:
        for lesson in module.lessons:
            for unit in lesson.units:
                short = [
                    key
                    for key in graded_keys(unit)
                    if (state := states.get(key)) is not None and state.earned < points.get(key, Decimal(0))
                ]
                if short:
                    found.append(
                        MissingItem("grade", unit.key, unit.title, lesson.title, module.title, len(short))
                    )
    return found


def _is_past_due(due_at: datetime | None, *, enrolled_at: datetime, at: datetime) -> bool:
    return due_at is not None and enrolled_at < due_at <= at


def _storable(text: str) -> str:
    return text.replace("\x00", "").encode("utf-8", "replace").decode("utf-8")


def _decimal(share: Fraction) -> Decimal:
    """A share with four places, rounded down: what is shown as the pass mark reached is reached."""
    scaled = share.numerator * 10_000 // share.denominator
    return (Decimal(scaled) / 10_000).quantize(_PLACES, rounding=ROUND_DOWN)
