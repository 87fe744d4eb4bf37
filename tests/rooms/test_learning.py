"""The door of learning: enrolling, keeping answers, grading, and the standing that follows."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import DatabaseError, transaction

from stoa.kernel.refusals import NotFound
from stoa.learning import api as learning
from stoa.learning.models import Enrollment, ProblemRecord, Submission
from tests.builders.learning import STARTED_AT, Studying, a_paying_learner
from tests.builders.races import at_once
from tests.builders.studies import ACourse, ALesson, AUnit, a_choice_problem, a_small_course

LATER = STARTED_AT + timedelta(hours=1)


def submit(
    studying: Studying, title: str = "Test", *, seen: int | None = None
) -> tuple[learning.SubmissionRow, ...]:
    return learning.submit_problems(
        enrollment_id=studying.enrollment.id,
        problem_keys=studying.unit(title).problem_keys,
        submitted_at=LATER,
        attempts_seen=seen,
    )


def answer(studying: Studying, title: str = "Test", *, right: bool = True) -> None:
    learning.save_answers(
        enrollment_id=studying.enrollment.id, answers=studying.answers(title, right=right), saved_at=LATER
    )


@pytest.mark.django_db
def test_enrolling_twice_is_enrolling_once() -> None:
    studying = a_paying_learner()
    first = studying.enrollment
    again = learning.enroll(
        learner_id=first.learner_id,
        course_id=first.course_id,
        version_id=first.version_id,
        enrolled_at=LATER,
    )
    assert first.is_new
    assert not again.is_new
    assert again.enrolled_at == STARTED_AT
    assert (again.done, again.required, again.percent) == (0, 3, 0)


@pytest.mark.django_db
def test_a_unit_is_marked_once_and_progress_follows() -> None:
    studying = a_paying_learner()
    key = studying.unit("Welcome").key
    for at in (LATER, LATER + timedelta(days=1)):
        row = learning.complete_unit(enrollment_id=studying.enrollment.id, unit_key=key, completed_at=at)
    assert (row.done, row.percent) == (1, 33)
    assert learning.progress(studying.enrollment.id).done_units == {key}


@pytest.mark.django_db
def test_a_unit_of_another_course_cannot_be_marked() -> None:
    with pytest.raises(NotFound):
        learning.complete_unit(
            enrollment_id=a_paying_learner().enrollment.id, unit_key="elsewhere", completed_at=LATER
        )


@pytest.mark.django_db
def test_answers_are_kept_and_those_of_two_devices_come_together() -> None:
    studying = a_paying_learner()
    (key, parts), *_ = studying.inputs("Test").items()
    learning.save_answers(
        enrollment_id=studying.enrollment.id, answers={key: {parts[0].input_id: "first"}}, saved_at=LATER
    )
    answer(studying)
    saved = studying.saved_answers("Test")
    assert len(saved) == 3
    assert saved[key][parts[0].input_id] == studying.answers("Test")[key][parts[0].input_id][0]


@pytest.mark.django_db
def test_an_answer_taken_back_is_kept_as_empty() -> None:
    studying = a_paying_learner()
    answer(studying)
    empty = {key: {input_id: [] for input_id in given} for key, given in studying.answers("Test").items()}
    learning.save_answers(enrollment_id=studying.enrollment.id, answers=empty, saved_at=LATER)
    saved = studying.saved_answers("Test")
    assert not any(learning.is_given(one) for given in saved.values() for one in given.values())


@pytest.mark.django_db
def test_unknown_questions_and_endless_answers_are_refused_and_keep_nothing() -> None:
    studying = a_paying_learner()
    (key, parts), *_ = studying.inputs("Test").items()
    for answers, refusal in (
        ({"nowhere": {"x": "1"}}, learning.UnknownQuestion),
        ({key: {"x": "1"}}, learning.UnknownQuestion),
        ({key: {parts[0].input_id: "x" * 100_000}}, learning.AnswerTooLong),
        ({key: {"x" * 100_000: "1"}}, learning.UnknownQuestion),
    ):
        with pytest.raises(refusal):
            learning.save_answers(enrollment_id=studying.enrollment.id, answers=answers, saved_at=LATER)
    assert not ProblemRecord.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    "hostile",
    [
        "<script>alert(1)</script>",
        "\x00\x00",
        "x" * 5_000,
        "\ud800",
        "'; DROP TABLE x; --",
        "1e999",
        "∞",
        "٣٦٥",
    ],
)
def test_hostile_answers_are_graded_safely(hostile: str) -> None:
    studying = a_paying_learner()
    answers = {
        key: {part.input_id: [hostile] for part in parts} for key, parts in studying.inputs("Test").items()
    }
    learning.save_answers(enrollment_id=studying.enrollment.id, answers=answers, saved_at=LATER)
    rows = submit(studying)
    assert len(rows) == 3
    assert all(0 <= row.earned <= row.possible for row in rows)


@pytest.mark.django_db
def test_submitting_right_answers_earns_everything_and_passes() -> None:
    studying = a_paying_learner()
    answer(studying)
    rows = submit(studying)
    assert {row.attempt for row in rows} == {1}
    assert all(row.earned == row.possible for row in rows)
    row = learning.get_enrollment(learner_id=studying.learner.id, course_id=studying.course.id)
    assert (row.grade, row.passed_at, row.done) == (1, LATER, 1)


@pytest.mark.django_db
def test_partial_credit_is_earned_and_the_best_of_all_attempts_counts() -> None:
    studying = a_paying_learner()
    boxes = studying.unit("Test").problem_keys[1]
    first, second = studying.answers("Test")[boxes], studying.answers("Test", right=False)[boxes]
    one_of_two = {input_id: values[:1] for input_id, values in first.items()}
    for given in (one_of_two, second):
        learning.save_answers(enrollment_id=studying.enrollment.id, answers={boxes: given}, saved_at=LATER)
        learning.submit_problems(
            enrollment_id=studying.enrollment.id, problem_keys=[boxes], submitted_at=LATER
        )
    earned = list(Submission.objects.order_by("attempt").values_list("earned", flat=True))
    assert earned == [Decimal("0.75"), Decimal(0)]
    assert learning.problem_states(studying.enrollment.id)[boxes].earned == Decimal("0.75")


@pytest.mark.django_db
def test_unanswered_questions_may_be_handed_in_and_are_marked_so() -> None:
    rows = submit(a_paying_learner())
    assert {part.verdict for row in rows for part in row.parts} == {"unanswered"}
    assert sum(row.earned for row in rows) == 0


@pytest.mark.django_db
def test_attempts_end_where_the_author_says_and_the_best_result_stays() -> None:
    studying = a_paying_learner()
    answer(studying, right=False)
    submit(studying)
    submit(studying)
    with pytest.raises(learning.NoAttemptsLeft):
        submit(studying)
    assert Submission.objects.count() == 6


@pytest.mark.django_db
def test_graded_problems_with_full_marks_use_no_more_attempts() -> None:
    studying = a_paying_learner()
    answer(studying)
    submit(studying)
    with pytest.raises(learning.NothingToSubmit):
        submit(studying)
    assert Submission.objects.count() == 3


@pytest.mark.django_db
def test_practice_may_be_checked_again_without_limit_and_never_counts() -> None:
    studying = a_paying_learner()
    for _ in range(4):
        answer(studying, "Practice")
        submit(studying, "Practice")
    row = learning.get_enrollment(learner_id=studying.learner.id, course_id=studying.course.id)
    assert (row.done, row.grade) == (0, 0)


@pytest.mark.django_db
def test_a_form_that_is_sent_twice_is_graded_once() -> None:
    studying = a_paying_learner()
    answer(studying, right=False)
    submit(studying, seen=0)
    with pytest.raises(learning.AlreadySubmitted):
        submit(studying, seen=0)
    assert Submission.objects.count() == 3


@pytest.mark.django_db(transaction=True)
def test_two_devices_at_once_never_use_more_attempts_than_there_are() -> None:
    content = a_small_course(attributes='max_attempts="1"')
    studying = a_paying_learner(content=content)
    answer(studying, right=False)

    outcomes = at_once(*[lambda: submit(studying)] * 2)
    assert [type(each) for each in outcomes if not isinstance(each, tuple)] == [learning.NoAttemptsLeft]
    assert Submission.objects.count() == 3


@pytest.mark.django_db(transaction=True)
def test_two_devices_saving_at_once_lose_nothing() -> None:
    studying = a_paying_learner()
    keys = list(studying.inputs("Test").items())

    def saving(key: str, input_id: str) -> Callable[[], None]:
        return lambda: learning.save_answers(
            enrollment_id=studying.enrollment.id, answers={key: {input_id: "x"}}, saved_at=LATER
        )

    assert at_once(*(saving(key, parts[0].input_id) for key, parts in keys[:2])) == [None, None]
    saved = studying.saved_answers("Test")
    assert len(saved) == 2


@pytest.mark.django_db
def test_a_submission_is_never_changed_or_deleted() -> None:
    studying = a_paying_learner()
    submit(studying)
    for change in (
        lambda: Submission.objects.update(earned=0),
        lambda: Submission.objects.all().delete(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


@pytest.mark.django_db
def test_the_database_refuses_a_grade_or_progress_over_a_hundred_percent() -> None:
    studying = a_paying_learner()
    found = Enrollment.objects.filter(pk=studying.enrollment.id)
    for values in ({"done": 4}, {"grade": Decimal("1.0001")}):
        with pytest.raises(DatabaseError), transaction.atomic():
            found.update(**values)


@pytest.mark.django_db
def test_hints_come_one_after_another_and_end() -> None:
    studying = a_paying_learner()
    key = studying.unit("Practice").problem_keys[0]
    shown = [
        learning.show_hint(
            enrollment_id=studying.enrollment.id,
            problem_key=key,
            version_id=studying.enrollment.version_id,
        )
        for _ in range(4)
    ]
    assert shown == [1, 2, 2, 2]


@pytest.mark.django_db
def test_a_course_without_graded_work_is_passed_and_finished_by_its_last_step() -> None:
    studying = a_paying_learner(content=ACourse(lessons=(ALesson("l", (AUnit("a"), AUnit("b"))),)))
    for title in ("A", "B"):
        row = learning.complete_unit(
            enrollment_id=studying.enrollment.id, unit_key=studying.unit(title).key, completed_at=LATER
        )
    assert (row.percent, row.passed_at, row.finished_at) == (100, LATER, LATER)


@pytest.mark.django_db
def test_submitting_costs_the_same_queries_for_two_and_for_forty_problems(
    django_assert_max_num_queries: Callable[[int], object],
) -> None:
    counts = []
    for problems in (2, 40):
        unit = AUnit("test", tuple(a_choice_problem(f"q{n}") for n in range(problems)))
        content = ACourse(lessons=(ALesson("quiz", (unit,), format="Homework"),))
        studying = a_paying_learner(content=content)
        answer(studying)
        with django_assert_max_num_queries(12) as seen:
            submit(studying)
        counts.append(len(seen))
    assert counts[0] == counts[1]


@pytest.mark.django_db
def test_nobody_learns_without_an_enrollment() -> None:
    for work in (
        lambda: learning.progress(987),
        lambda: learning.save_answers(enrollment_id=987, answers={}, saved_at=LATER),
        lambda: learning.submit_problems(enrollment_id=987, problem_keys=[], submitted_at=LATER),
        lambda: learning.complete_unit(enrollment_id=987, unit_key="x", completed_at=LATER),
        lambda: learning.get_enrollment(learner_id=1, course_id=1),
    ):
        with pytest.raises(learning.NotEnrolled):
            work()
