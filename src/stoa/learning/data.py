"""Rows of learning that cross the door."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Literal

#: What a learner gave to one input: a text, or the values of the choices ticked.
Answer = str | tuple[str, ...]

MissingKind = Literal["step", "graded", "grade"]


@dataclass(frozen=True, slots=True)
class EnrollmentRow:
    """A learner in a course. ``seed`` fixes what is drawn at random; ``last_unit_key`` is where she stopped.

    ``done`` of ``required`` steps, ``grade`` (a share of 1), ``passed_at`` and ``finished_at`` are the standing
    as of the last thing she did.
    """

    id: int
    learner_id: int
    course_id: int
    version_id: int
    seed: int
    enrolled_at: datetime
    studied_at: datetime
    last_unit_key: str
    done: int
    required: int
    grade: Decimal
    passed_at: datetime | None
    finished_at: datetime | None
    is_new: bool = False

    def marked(self, *, is_new: bool) -> "EnrollmentRow":
        """The same row, saying whether it was made just now."""
        return replace(self, is_new=is_new)

    @property
    def percent(self) -> int:
        """Steps done in whole percent, rounded down: 100 means everything."""
        return 100 * self.done // self.required if self.required else 0


@dataclass(frozen=True, slots=True)
class ResultPart:
    """The verdict on one input of a submission; points carry the problem's weight."""

    input_id: str
    verdict: str
    earned: Decimal
    possible: Decimal
    feedback_html: str


@dataclass(frozen=True, slots=True)
class ProblemState:
    """Where a learner stands with one problem.

    ``answers`` are the saved ones, ``submitted_answers`` and ``result`` those of the last attempt (``None`` and
    empty unless the state was read in full). ``earned`` is the best of all attempts.
    """

    problem_key: str
    attempts: int
    earned: Decimal
    possible: Decimal
    hints_shown: int = 0
    saved_at: datetime | None = None
    submitted_at: datetime | None = None
    answers: Mapping[str, Answer] | None = None
    submitted_answers: Mapping[str, Answer] | None = None
    result: tuple[ResultPart, ...] = ()
    feedback_html: str = ""

    @property
    def is_full_marks(self) -> bool:
        """Whether nothing more can be earned."""
        return self.attempts > 0 and self.earned >= self.possible


@dataclass(frozen=True, slots=True)
class SubmissionRow:
    """One graded attempt at one problem, as it was."""

    id: int
    enrollment_id: int
    problem_key: str
    attempt: int
    earned: Decimal
    possible: Decimal
    parts: tuple[ResultPart, ...]
    submitted_at: datetime


@dataclass(frozen=True, slots=True)
class LessonGrade:
    """One graded lesson: ``share`` of 1 earned, whether it is dropped, and how many problems were submitted."""

    key: str
    title: str
    first_unit_key: str
    due_at: datetime | None
    earned: Decimal
    possible: Decimal
    share: Decimal
    submitted: int
    problems: int
    is_dropped: bool


@dataclass(frozen=True, slots=True)
class CategoryGrade:
    """One category of the grade. ``declared_weight`` is the course's own, ``weight`` what it counts here."""

    type: str
    declared_weight: Decimal
    weight: Decimal
    drop_count: int
    share: Decimal
    lessons: tuple[LessonGrade, ...]


@dataclass(frozen=True, slots=True)
class GradeBook:
    """How the grade comes about. ``grade`` and ``pass_mark`` are shares of 1.

    ``weights_were_scaled``: the declared weights of what can be earned do not sum to one, so they were scaled.
    ``uncounted`` are graded lessons that no category with weight holds.
    """

    categories: tuple[CategoryGrade, ...]
    uncounted: tuple[LessonGrade, ...]
    grade: Decimal
    pass_mark: Decimal
    weights_were_scaled: bool

    @property
    def is_graded(self) -> bool:
        """Whether anything in the course counts towards a grade."""
        return bool(self.categories)


@dataclass(frozen=True, slots=True)
class MissingItem:
    """One thing still to do. ``kind``: a *step* to read, *graded* work to submit, or a *grade* to raise."""

    kind: MissingKind
    unit_key: str
    title: str
    lesson_title: str
    module_title: str
    problems_left: int = 0


@dataclass(frozen=True, slots=True)
class ProgressRow:
    """How far a learner is by the one declared rule; ``percent`` is whole, rounded down, 0 to 100."""

    done: int
    required: int
    percent: int
    grade: Decimal
    pass_mark: Decimal
    passed: bool
    missing: tuple[MissingItem, ...]
    done_units: frozenset[str]
    grade_book: GradeBook

    @property
    def steps_left(self) -> int:
        """Units still to do."""
        return self.required - self.done


@dataclass(frozen=True, slots=True)
class Standing:
    """An enrollment with its progress and the states of its problems (those asked for in full)."""

    enrollment: EnrollmentRow
    progress: ProgressRow
    states: Mapping[str, ProblemState]
