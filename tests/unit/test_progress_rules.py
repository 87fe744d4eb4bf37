"""The one rule of progress and grades, against outlines made of plain rows."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from stoa.courseware.api import (
    Category,
    CourseOutline,
    GradingPolicy,
    OutlineLesson,
    OutlineModule,
    OutlineUnit,
)
from stoa.learning.data import ProblemState
from stoa.learning.rules import (
    MAX_ANSWER_CHARACTERS,
    attempts_left,
    clean_answer,
    grade_book,
    is_closed,
    is_given,
    may_show_answer,
    progress_of,
)

ENROLLED_AT = datetime(2025, 7, 1, tzinfo=UTC)
NOW = ENROLLED_AT + timedelta(days=30)


def a_unit(key: str, *problems: str, graded: bool = False) -> OutlineUnit:
    return OutlineUnit(key, key.title(), ("html",), graded, problems)


def a_lesson(key: str, *units: OutlineUnit, type: str = "") -> OutlineLesson:
    return OutlineLesson(key, key.title(), bool(type), type, None, units)


def an_outline(
    *lessons: OutlineLesson, categories: tuple[Category, ...] = (), pass_mark: str = "0.6"
) -> CourseOutline:
    return CourseOutline(
        1, (OutlineModule("m", "Module", 30, lessons),), GradingPolicy(categories, Decimal(pass_mark))
    )


def a_category(type: str, weight: str, *, drop: int = 0, least: int = 1) -> Category:
    return Category(type, least, drop, Decimal(weight))


def submitted(earned: str, possible: str = "1", *, attempts: int = 1) -> ProblemState:
    return ProblemState("p", attempts, Decimal(earned), Decimal(possible), submitted_at=NOW)


def points(*keys: str) -> dict[str, Decimal]:
    return dict.fromkeys(keys, Decimal(1))


QUIZ = a_lesson("quiz", a_unit("q", "p1", "p2", graded=True), type="Homework")


def test_a_reading_is_done_when_it_is_marked() -> None:
    outline = an_outline(a_lesson("l", a_unit("a"), a_unit("b")))
    row = progress_of(outline, points={}, completed={"a"}, states={})
    assert (row.done, row.required, row.percent) == (1, 2, 50)
    assert [(item.unit_key, item.kind) for item in row.missing] == [("b", "step")]


def test_marks_of_units_that_are_no_longer_there_never_lead_over_a_hundred_percent() -> None:
    outline = an_outline(a_lesson("l", a_unit("a")))
    row = progress_of(outline, points={}, completed={"a", "gone", "elsewhere"}, states={})
    assert (row.done, row.percent) == (1, 100)


def test_a_unit_with_graded_problems_is_done_when_all_were_submitted_and_not_when_marked() -> None:
    outline = an_outline(QUIZ, categories=(a_category("Homework", "1"),))
    marked = progress_of(outline, points=points("p1", "p2"), completed={"q"}, states={"p1": submitted("0")})
    assert marked.done == 0
    assert marked.missing[0].kind == "graded"
    assert marked.missing[0].problems_left == 1
    both = {"p1": submitted("0"), "p2": submitted("0")}
    assert progress_of(outline, points=points("p1", "p2"), completed=set(), states=both).done == 1


def test_an_answer_that_was_only_saved_counts_for_nothing() -> None:
    outline = an_outline(QUIZ, categories=(a_category("Homework", "1"),))
    saved = {"p1": submitted("0", attempts=0), "p2": submitted("0", attempts=0)}
    row = progress_of(outline, points=points("p1", "p2"), completed=set(), states=saved)
    assert (row.done, row.grade, row.missing[0].problems_left) == (0, 0, 2)


def test_a_graded_unit_without_any_playable_problem_is_done_when_marked() -> None:
    outline = an_outline(a_lesson("l", a_unit("u", graded=True), type="Homework"))
    row = progress_of(outline, points={}, completed={"u"}, states={})
    assert row.percent == 100
    assert row.passed


def test_a_course_without_graded_work_is_passed_when_every_unit_is_done() -> None:
    outline = an_outline(a_lesson("l", a_unit("a"), a_unit("b")), categories=(a_category("Homework", "1"),))
    assert not progress_of(outline, points={}, completed={"a"}, states={}).passed
    assert progress_of(outline, points={}, completed={"a", "b"}, states={}).passed


def test_an_empty_course_is_never_passed() -> None:
    row = progress_of(an_outline(), points={}, completed=set(), states={})
    assert (row.percent, row.passed) == (0, False)


def test_the_grade_weighs_categories() -> None:
    outline = an_outline(
        QUIZ,
        a_lesson("exam", a_unit("e", "p3", graded=True), type="Exam"),
        categories=(a_category("Homework", "0.4"), a_category("Exam", "0.6")),
    )
    states = {"p1": submitted("1"), "p2": submitted("0"), "p3": submitted("0.75")}
    row = progress_of(outline, points=points("p1", "p2", "p3"), completed=set(), states=states)
    assert row.grade == Decimal("0.65")
    assert row.passed


def test_problems_that_cannot_be_played_and_categories_without_work_never_count() -> None:
    outline = an_outline(
        QUIZ,
        a_lesson("lab", a_unit("lab", graded=True), type="Lab"),
        categories=(a_category("Homework", "0.3"), a_category("Lab", "0.7")),
    )
    states = {"p1": submitted("1"), "p2": submitted("1")}
    book = grade_book(outline, points=points("p1", "p2"), states=states)
    assert book.grade == 1
    assert [category.type for category in book.categories] == ["Homework"]
    assert book.weights_were_scaled


@pytest.mark.parametrize(("first", "second"), [("0.2", "0.2"), ("0.9", "0.9"), ("1", "1")])
def test_weights_that_do_not_sum_to_one_are_scaled_and_said_so(first: str, second: str) -> None:
    outline = an_outline(
        QUIZ,
        a_lesson("exam", a_unit("e", "p3", graded=True), type="Exam"),
        categories=(a_category("Homework", first), a_category("Exam", second)),
    )
    states = {"p1": submitted("1"), "p2": submitted("1"), "p3": submitted("0")}
    book = grade_book(outline, points=points("p1", "p2", "p3"), states=states)
    assert book.grade == Decimal("0.5")
    assert book.weights_were_scaled
    assert [category.weight for category in book.categories] == [Decimal("0.5"), Decimal("0.5")]


def test_the_lowest_lessons_are_dropped_but_one_always_counts() -> None:
    lessons = tuple(
        a_lesson(f"h{number}", a_unit(f"u{number}", f"p{number}", graded=True), type="Homework")
        for number in range(3)
    )
    keys = points("p0", "p1", "p2")
    states = {"p0": submitted("1"), "p1": submitted("0.5")}
    one = an_outline(*lessons, categories=(a_category("Homework", "1", drop=1),))
    book = grade_book(one, points=keys, states=states)
    assert book.grade == Decimal("0.75")
    assert [lesson.is_dropped for lesson in book.categories[0].lessons] == [False, False, True]
    all_of_them = an_outline(*lessons, categories=(a_category("Homework", "1", drop=9),))
    assert grade_book(all_of_them, points=keys, states=states).grade == 1


def test_work_that_the_policy_promises_but_the_course_lacks_is_not_held_against_the_learner() -> None:
    outline = an_outline(QUIZ, categories=(a_category("Homework", "1", least=12),))
    states = {"p1": submitted("1"), "p2": submitted("1")}
    assert grade_book(outline, points=points("p1", "p2"), states=states).grade == 1


def test_graded_lessons_without_a_category_count_alike_when_there_is_no_other() -> None:
    outline = an_outline(QUIZ, a_lesson("exam", a_unit("e", "p3", graded=True), type="Exam"))
    book = grade_book(outline, points=points("p1", "p2", "p3"), states={"p3": submitted("1")})
    assert book.grade == Decimal("0.5")
    assert book.uncounted == ()


def test_graded_lessons_outside_every_category_are_listed_as_not_counting() -> None:
    outline = an_outline(
        QUIZ,
        a_lesson("extra", a_unit("x", "p3", graded=True), type="Extra"),
        categories=(a_category("Homework", "1"),),
    )
    book = grade_book(outline, points=points("p1", "p2", "p3"), states={})
    assert [lesson.key for lesson in book.uncounted] == ["extra"]


def test_points_above_the_possible_never_lead_over_a_hundred_percent() -> None:
    outline = an_outline(QUIZ, categories=(a_category("Homework", "1"),))
    states = {"p1": submitted("50"), "p2": submitted("50")}
    assert grade_book(outline, points=points("p1", "p2"), states=states).grade == 1


def test_a_grade_just_below_the_pass_mark_is_not_rounded_up_to_it() -> None:
    lessons = tuple(
        a_lesson(f"h{number}", a_unit(f"u{number}", f"p{number}", graded=True), type="Homework")
        for number in range(3)
    )
    outline = an_outline(*lessons, categories=(a_category("Homework", "1"),), pass_mark="0.6667")
    states = {"p0": submitted("1"), "p1": submitted("1")}
    row = progress_of(outline, points=points("p0", "p1", "p2"), completed=set(), states=states)
    assert row.grade == Decimal("0.6666")
    assert not row.passed


def test_when_all_is_submitted_but_the_grade_is_short_the_work_to_improve_is_missing() -> None:
    outline = an_outline(QUIZ, categories=(a_category("Homework", "1"),))
    states = {"p1": submitted("1"), "p2": submitted("0")}
    row = progress_of(outline, points=points("p1", "p2"), completed=set(), states=states)
    assert row.percent == 100
    assert not row.passed
    assert [(item.kind, item.unit_key, item.problems_left) for item in row.missing] == [("grade", "q", 1)]


def test_attempts_left_are_never_negative_and_none_means_without_limit() -> None:
    assert attempts_left(max_attempts=2, attempts=5) == 0
    assert attempts_left(max_attempts=3, attempts=1) == 2
    assert attempts_left(max_attempts=None, attempts=100) is None
    assert attempts_left(max_attempts=0, attempts=100) is None


DUE = ENROLLED_AT + timedelta(days=7)
BEFORE_ENROLLING = ENROLLED_AT - timedelta(days=4000)


@pytest.mark.parametrize(
    ("rule", "untouched", "wrong", "right", "used_up"),
    [
        ("always", True, True, True, True),
        ("never", False, False, False, False),
        ("attempted", False, True, True, True),
        ("attempted_no_past_due", False, True, True, True),
        ("answered", False, False, True, False),
        ("closed", False, False, False, True),
        ("finished", False, False, True, True),
        ("past_due", False, False, False, False),
        ("correct_or_past_due", False, False, True, False),
        ("after_all_attempts", False, False, False, True),
        ("after_all_attempts_or_correct", False, False, True, True),
        ("", False, False, False, False),
        ("a rule of tomorrow", False, False, False, False),
    ],
)
def test_solutions_show_when_the_authored_rule_says_so(
    rule: str, untouched: bool, wrong: bool, right: bool, used_up: bool
) -> None:
    def shown(state: ProblemState | None) -> bool:
        return may_show_answer(
            rule, state=state, max_attempts=2, due_at=None, enrolled_at=ENROLLED_AT, at=NOW
        )

    assert shown(None) is untouched
    assert shown(submitted("0")) is wrong
    assert shown(submitted("1")) is right
    assert shown(submitted("0", attempts=2)) is used_up


@pytest.mark.parametrize("rule", ["past_due", "correct_or_past_due"])
def test_a_due_date_opens_the_solution_and_closes_the_problem_where_the_author_names_it(rule: str) -> None:
    def opened_and_closed(due_at: datetime, at: datetime) -> tuple[bool, bool]:
        shown = may_show_answer(
            rule, state=None, max_attempts=None, due_at=due_at, enrolled_at=ENROLLED_AT, at=at
        )
        closed = is_closed(rule, max_attempts=None, attempts=0, due_at=due_at, enrolled_at=ENROLLED_AT, at=at)
        return shown, closed

    assert opened_and_closed(DUE, DUE - timedelta(seconds=1)) == (False, False)
    assert opened_and_closed(DUE, DUE) == (True, True)
    assert opened_and_closed(BEFORE_ENROLLING, NOW) == (False, False)


def test_a_due_date_is_advice_for_every_other_rule() -> None:
    for rule in ("finished", "closed", "attempted", "never"):
        closed = is_closed(rule, max_attempts=2, attempts=1, due_at=DUE, enrolled_at=ENROLLED_AT, at=NOW)
        shown = may_show_answer(rule, state=None, max_attempts=2, due_at=DUE, enrolled_at=ENROLLED_AT, at=NOW)
        assert not closed
        assert not shown


def test_answers_are_made_storable_or_refused_when_too_long() -> None:
    assert clean_answer("a\x00b") == "ab"
    assert clean_answer("\ud800") == "?"
    assert clean_answer(["x", "x", "y\x00"]) == ("x", "y")
    assert clean_answer("x" * MAX_ANSWER_CHARACTERS) is not None
    assert clean_answer("x" * (MAX_ANSWER_CHARACTERS + 1)) is None
    assert clean_answer(["x"] * 1_000) is None


def test_blank_answers_are_not_given() -> None:
    assert not is_given("  ")
    assert not is_given(())
    assert not is_given(None)
    assert is_given("0")
    assert is_given(("a",))
