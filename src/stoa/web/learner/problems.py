"""Problems as a page shows them: the questions with what was saved, what came of it, and what may be seen."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from django.http import QueryDict

from stoa.courseware import api as courseware
from stoa.learning import api as learning
from stoa.web.learner.classroom import Classroom, Place

#: Between a problem and an input in the names of form fields; neither holds it.
_BETWEEN: Final = "|"
_FIELD: Final = "a|"

Given = Mapping[str, Mapping[str, str | Sequence[str]]]


@dataclass(frozen=True)
class OptionOnPage:
    """One choice, and whether it is taken."""

    value: str
    html: str
    is_chosen: bool


@dataclass(frozen=True)
class QuestionOnPage:
    """One input: ``verdict`` and ``feedback_html`` are those of the last attempt, when the answer is still that."""

    number: int
    kind: str
    field: str
    asked: str
    dom_id: str
    label_html: str
    description_html: str
    unit_suffix: str
    options: tuple[OptionOnPage, ...]
    text: str
    is_given: bool
    verdict: str
    feedback_html: str
    earned: Decimal
    possible: Decimal
    error: str
    answers_html: tuple[str, ...]


@dataclass(frozen=True)
class PartOnPage:
    """Text between questions, or a question: exactly one of both."""

    html: str = ""
    question: QuestionOnPage | None = None


@dataclass(frozen=True)
class ProblemOnPage:
    """One problem with where its learner stands. ``is_open``: it takes another attempt."""

    key: str
    dom_id: str
    title: str
    weight: Decimal
    parts: tuple[PartOnPage, ...]
    state: learning.ProblemState | None
    attempts: int
    attempts_left: int | None
    is_open: bool
    is_full_marks: bool
    feedback_html: str
    hints: tuple[str, ...]
    hints_left: int
    shows_solution: bool
    solution_html: str

    @property
    def questions(self) -> tuple[QuestionOnPage, ...]:
        """The inputs, in order."""
        return tuple(part.question for part in self.parts if part.question)

    @property
    def is_single(self) -> bool:
        """Whether it holds one question: its number then stands with its points."""
        return len(self.questions) == 1


def problems_on_page(
    room: Classroom,
    place: Place,
    views: Iterable[courseware.ProblemView],
    *,
    given: Given,
    errors: Mapping[str, str],
) -> dict[str, ProblemOnPage]:
    """Return the unit's problems by key. ``given`` is what was just typed, ``errors`` are by input."""
    views = tuple(views)
    version_id = room.enrollment.version_id
    shown = [view.key for view in views if _may_show(room, place, view)]
    solutions = courseware.problem_solutions(version_id, shown) if shown else {}
    hinted = [view.key for view in views if (state := _state(room, view.key)) and state.hints_shown]
    hints = courseware.problem_hints(version_id, hinted) if hinted else {}
    found: dict[str, ProblemOnPage] = {}
    number = 0
    for index, view in enumerate(views, start=1):
        problem = _problem(
            room,
            place,
            view,
            index=index,
            first_number=number + 1,
            given=given.get(view.key, {}),
            errors=errors,
            solution=solutions.get(view.key),
            hints=hints.get(view.key, ()),
        )
        number += len(problem.questions)
        found[view.key] = problem
    return found


def answers_in(form: QueryDict) -> dict[str, dict[str, list[str]]]:
    """Return the answers a form holds, by problem and input.

    Each question on a page sends its own name in ``asked``, so that an answer taken back (no box ticked)
    arrives as an empty one; names that are no question's are left out.
    """
    answers: dict[str, dict[str, list[str]]] = {}
    for asked in form.getlist("asked"):
        problem_key, between, input_id = asked.rpartition(_BETWEEN)
        if between and problem_key:
            answers.setdefault(problem_key, {})[input_id] = form.getlist(_FIELD + asked)
    return answers


def _problem(
    room: Classroom,
    place: Place,
    view: courseware.ProblemView,
    *,
    index: int,
    first_number: int,
    given: Mapping[str, str | Sequence[str]],
    errors: Mapping[str, str],
    solution: courseware.SolutionView | None,
    hints: Sequence[str],
) -> ProblemOnPage:
    state = _state(room, view.key)
    attempts = state.attempts if state else 0
    parts: list[PartOnPage] = []
    number = first_number
    for part in view.parts:
        if isinstance(part, courseware.QuestionPart):
            question = _question(
                view.key, part, index, number, state=state, given=given, errors=errors, solution=solution
            )
            parts.append(PartOnPage(question=question))
            number += 1
        else:
            parts.append(PartOnPage(html=part.html))
    return ProblemOnPage(
        key=view.key,
        dom_id=f"problem-{index}",
        title=view.title,
        weight=view.weight,
        parts=tuple(parts),
        state=state,
        attempts=attempts,
        attempts_left=learning.attempts_left(max_attempts=view.max_attempts, attempts=attempts),
        is_open=_is_open(room, place, view, attempts),
        is_full_marks=bool(state and state.is_full_marks),
        feedback_html=state.feedback_html if state else "",
        hints=tuple(hints[: state.hints_shown]) if state else (),
        hints_left=view.demand_hint_count - (state.hints_shown if state else 0),
        shows_solution=solution is not None,
        solution_html=solution.solution_html if solution else "",
    )


def _question(
    problem_key: str,
    part: courseware.QuestionPart,
    index: int,
    number: int,
    *,
    state: learning.ProblemState | None,
    given: Mapping[str, str | Sequence[str]],
    errors: Mapping[str, str],
    solution: courseware.SolutionView | None,
) -> QuestionOnPage:
    saved: str | Sequence[str] = given.get(
        part.input_id, (state.answers or {}).get(part.input_id, "") if state else ""
    )
    values = (saved,) if isinstance(saved, str) else tuple(saved)
    result = next((row for row in state.result if row.input_id == part.input_id), None) if state else None
    if result is not None and state is not None:
        submitted = (state.submitted_answers or {}).get(part.input_id, "")
        if _as_values(submitted) != _as_values(values):
            result = None
    asked = f"{problem_key}{_BETWEEN}{part.input_id}"
    return QuestionOnPage(
        number=number,
        kind=part.kind,
        field=_FIELD + asked,
        asked=asked,
        dom_id=f"question-{index}-{number}",
        label_html=part.label_html,
        description_html=part.description_html,
        unit_suffix=part.unit_suffix,
        options=tuple(
            OptionOnPage(option.value, option.html, option.value in values) for option in part.options
        ),
        text=values[-1] if values else "",
        is_given=any(value.strip() for value in values),
        verdict=result.verdict if result else "",
        feedback_html=result.feedback_html if result else "",
        earned=result.earned if result else Decimal(0),
        possible=result.possible if result else Decimal(0),
        error=errors.get(part.input_id, ""),
        answers_html=solution.answers.get(part.input_id, ()) if solution else (),
    )


def _as_values(answer: str | Sequence[str]) -> set[str]:
    values = (answer,) if isinstance(answer, str) else answer
    return {value for value in values if value}


def _state(room: Classroom, key: str) -> learning.ProblemState | None:
    return room.standing.states.get(key)


def _may_show(room: Classroom, place: Place, view: courseware.ProblemView) -> bool:
    return learning.may_show_answer(
        view.showanswer,
        state=_state(room, view.key),
        max_attempts=view.max_attempts,
        due_at=place.lesson.due_at,
        enrolled_at=room.enrollment.enrolled_at,
        at=room.at,
    )


def _is_open(room: Classroom, place: Place, view: courseware.ProblemView, attempts: int) -> bool:
    state = _state(room, view.key)
    if place.unit.graded and state is not None and state.is_full_marks:
        return False
    return not learning.is_closed(
        view.showanswer,
        max_attempts=view.max_attempts,
        attempts=attempts,
        due_at=place.lesson.due_at,
        enrolled_at=room.enrollment.enrolled_at,
        at=room.at,
    )
