"""Quizzes: what their pages save, grade and refuse, and what they never give away."""

import re

import pytest
from django.urls import reverse

from stoa.learning.models import Submission
from tests.builders.learning import (
    a_paying_learner,
    an_auditor,
)
from tests.builders.people import a_person
from tests.builders.studies import (
    ACourse,
    ALesson,
    AUnit,
    a_choice_problem,
    a_large_course,
    a_small_course,
)
from tests.web.studying import a_form, address, client_of, queries_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_july")]
SECRETS = ("SECRET-FEEDBACK", "SECRET-SOLUTION", "SECRET-HINT")


def test_an_auditor_sees_a_lock_and_why_instead_of_the_questions() -> None:
    studying = an_auditor()
    page = client_of(studying.learner).get(address(studying, "Test")).content.decode()
    assert "Graded work is locked while you audit" in page
    assert "Which star marks north?" not in page
    assert "How the certificate works" in page


def test_an_answer_is_saved_as_it_is_given_and_survives_a_reload_on_another_device() -> None:
    learner = a_person(time_zone="Europe/Athens")
    studying = a_paying_learner(learner=learner)
    answer = client_of(learner).post(
        address(studying, "Test", "answers"), a_form(studying, only=1), headers={"HX-Request": "true"}
    )
    assert answer.status_code == 200
    assert re.fullmatch(r"\s*Saved 13:0\d:\d\d\s*", answer.content.decode()), answer.content
    page = client_of(learner).get(address(studying, "Test")).content.decode()
    assert page.count(" checked") == 1
    assert "1 of 3 questions are answered" in page


def test_without_script_a_button_saves_and_the_page_says_when() -> None:
    studying = a_paying_learner()
    client = client_of(studying.learner)
    answer = client.post(address(studying, "Test", "answers"), a_form(studying), follow=True)
    assert re.search(r"Your answers were saved at 10:0\d:\d\d", answer.content.decode())
    assert not Submission.objects.exists()


def test_saving_an_answer_costs_at_most_five_queries() -> None:
    for content in (a_small_course(), a_large_course()):
        studying = a_paying_learner(content=content)
        client = client_of(studying.learner)
        client.get(address(studying, "Test"))
        save = lambda c=client, s=studying: c.post(  # noqa: E731
            address(s, "Test", "answers"), a_form(s, only=1), headers={"HX-Request": "true"}
        )
        save()
        assert queries_of(save) <= 5


def test_a_quiz_without_the_honor_code_is_refused_with_everything_kept() -> None:
    studying = a_paying_learner()
    answer = client_of(studying.learner).post(address(studying, "Test", "submit"), a_form(studying))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert 'aria-describedby="honor_code-error"' in page
    assert page.count(" checked") == 3
    assert 'value="365"' in page
    assert not Submission.objects.exists()


def test_submitting_grades_on_the_server_and_shows_verdicts_points_and_attempts() -> None:
    studying = a_paying_learner()
    client = client_of(studying.learner)
    form = a_form(studying, right=False, honor_code="yes", attempts_seen="0")
    answer = client.post(address(studying, "Test", "submit"), form, follow=True)
    page = answer.content.decode()
    assert answer.redirect_chain[0][0].endswith("#results")
    assert page.count("Not right yet") == 3
    assert "You may try 1 more time" in page
    assert "SECRET-FEEDBACK" in page
    assert "SECRET-SOLUTION" not in page
    assert "0 / 3" in page


def test_passing_shows_the_way_to_the_certificate() -> None:
    studying = a_paying_learner()
    client = client_of(studying.learner)
    answer = client.post(address(studying, "Test", "submit"), a_form(studying, honor_code="yes"), follow=True)
    assert "Your certificate is ready" in answer.content.decode()
    shown = client.get(reverse("learn_certificate", args=[studying.course.slug])).content.decode()
    assert studying.learner.row.legal_name in shown
    paper = client.get(reverse("certificate_pdf", args=[studying.course.slug]))
    assert paper["Content-Type"] == "application/pdf"
    assert paper.content.startswith(b"%PDF")


def test_the_same_form_twice_is_graded_once() -> None:
    studying = a_paying_learner()
    client = client_of(studying.learner)
    form = a_form(studying, right=False, honor_code="yes", attempts_seen="0")
    for _ in range(2):
        answer = client.post(address(studying, "Test", "submit"), form, follow=True)
        assert answer.status_code == 200
    assert "submitted already" in answer.content.decode()
    assert Submission.objects.count() == 3


def test_when_no_attempts_are_left_the_page_says_so() -> None:
    studying = a_paying_learner()
    client = client_of(studying.learner)
    for _ in range(3):
        answer = client.post(
            address(studying, "Test", "submit"), a_form(studying, right=False, honor_code="yes"), follow=True
        )
    page = answer.content.decode()
    assert "You have used every attempt" in page
    assert "Submit answers" not in page
    assert Submission.objects.count() == 6


def test_submitting_costs_the_same_for_three_and_for_twenty_problems() -> None:
    counts = []
    for content in (a_small_course(), a_large_course()):
        studying = a_paying_learner(content=content)
        client = client_of(studying.learner)
        client.get(address(studying, "Test"))
        form = a_form(studying, right=False, honor_code="yes")
        counts.append(
            queries_of(lambda c=client, s=studying, f=form: c.post(address(s, "Test", "submit"), f))
        )
    assert counts[0] == counts[1]
    assert counts[0] <= 14


@pytest.mark.parametrize(
    ("rule", "untouched", "failed", "passed"),
    [
        ("always", True, True, True),
        ("never", False, False, False),
        ("attempted", False, True, True),
        ("answered", False, False, True),
        ("finished", False, False, True),
        ("closed", False, False, False),
        ("past_due", False, False, False),
        ("correct_or_past_due", False, False, True),
    ],
)
def test_solutions_reach_the_page_only_when_the_author_allows(
    rule: str, untouched: bool, failed: bool, passed: bool
) -> None:
    content = ACourse(
        lessons=(
            ALesson(
                "quiz",
                (
                    AUnit(
                        "test", (a_choice_problem("q", attributes=f'showanswer="{rule}" max_attempts="5"'),)
                    ),
                ),
                format="Homework",
            ),
        )
    )
    studying = a_paying_learner(content=content)
    client = client_of(studying.learner)

    def shows_solution() -> bool:
        return "SECRET-SOLUTION" in client.get(address(studying, "Test")).content.decode()

    assert shows_solution() is untouched
    client.post(address(studying, "Test", "submit"), a_form(studying, right=False, honor_code="yes"))
    assert shows_solution() is failed
    client.post(address(studying, "Test", "submit"), a_form(studying, honor_code="yes"))
    assert shows_solution() is passed


def test_no_page_gives_answers_feedback_or_hints_away() -> None:
    studying = a_paying_learner()
    client = client_of(studying.learner)
    client.post(address(studying, "Test", "answers"), a_form(studying))
    slug = studying.course.slug
    paths = [address(studying, title) for title in ("Welcome", "Practice", "Test")]
    paths += [
        reverse(name, args=[slug]) for name in ("learn_course", "progress", "grades", "learn_certificate")
    ]
    for path in ("/home", *paths):
        page = client.get(path).content.decode()
        for secret in SECRETS:
            assert secret not in page, (path, secret)
        assert not re.search(r"correct=|data-correct|365\.25|Kepler", page), path


def test_hints_come_one_after_another() -> None:
    studying = a_paying_learner()
    client = client_of(studying.learner)
    key = studying.unit("Practice").problem_keys[0]
    seen = []
    for _ in range(3):
        client.post(address(studying, "Practice", "hints"), {"hint": key})
        page = client.get(address(studying, "Practice")).content.decode()
        seen.append(("SECRET-HINT-1" in page, "SECRET-HINT-2" in page))
    assert seen == [(True, False), (True, True), (True, True)]


def test_practice_is_checked_one_by_one() -> None:
    studying = an_auditor()
    client = client_of(studying.learner)
    key = studying.unit("Practice").problem_keys[0]
    answer = client.post(
        address(studying, "Practice", "submit"), a_form(studying, "Practice", problem=key), follow=True
    )
    assert "Correct" in answer.content.decode()
    assert "practice, not graded" in answer.content.decode()


@pytest.mark.parametrize("action", ["answers", "submit", "hints", "done"])
@pytest.mark.parametrize(
    "form",
    [
        {},
        {"asked": "nonsense"},
        {"asked": "|"},
        {"asked": "a|b", "a|a|b": "x"},
        {"asked": ["x" * 100_000], "honor_code": "yes"},
        {"asked": "\x00|\x00", "a|\x00|\x00": "\x00"},
        {"problem": "no-such-problem", "honor_code": "yes"},
        {"hint": "<script>"},
        {"attempts_seen": "-1", "honor_code": "yes"},
        {"attempts_seen": "9" * 5000, "honor_code": "yes"},
        {"attempts_seen": "²", "honor_code": "yes"},
        {"next": "../../../etc/passwd"},
        {"next": "\x00"},
        {"back": "javascript:alert(1)", "honor_code": "yes"},
    ],
)
def test_hostile_forms_never_break_a_page(action: str, form: dict[str, object]) -> None:
    studying = a_paying_learner()
    answer = client_of(studying.learner).post(address(studying, "Test", action), form)
    assert answer.status_code < 500
    assert "javascript:" not in answer.get("Location", "")


@pytest.mark.parametrize(
    "hostile", ["x" * 100_000, "<script>alert(1)</script>", "a\x00b", "９９９", "🙂" * 400]
)
def test_hostile_answers_are_graded_or_refused_and_shown_as_text(hostile: str) -> None:
    studying = a_paying_learner()
    form = a_form(studying, honor_code="yes")
    for field in [name for name in form if name.startswith("a|")]:
        form[field] = hostile
    answer = client_of(studying.learner).post(address(studying, "Test", "submit"), form, follow=True)
    assert answer.status_code == (422 if len(hostile) > 5_000 else 200)
    assert "<script>alert" not in answer.content.decode()
    if answer.status_code == 422:
        assert hostile in answer.content.decode()
        assert "too long" in answer.content.decode()


def test_what_is_missing_is_listed_with_links_and_never_over_a_hundred_percent() -> None:
    studying = a_paying_learner()
    client = client_of(studying.learner)
    page = client.get(reverse("progress", args=[studying.course.slug])).content.decode()
    assert "What is missing" in page
    assert "3 graded problems to hand in" in page
    assert page.count('href="/learn/') >= 3
    for title in ("Welcome", "Practice", "Test"):
        for _ in range(2):
            client.post(address(studying, title, "done"))
    client.post(address(studying, "Test", "submit"), a_form(studying, honor_code="yes"))
    page = client.get(reverse("progress", args=[studying.course.slug])).content.decode()
    assert "Nothing is missing" in page
    assert "3 of 3 steps done" in page


def test_grades_say_when_weights_were_scaled() -> None:
    content = a_small_course()
    odd = ACourse(
        lessons=content.lessons,
        grader=({"type": "Homework", "weight": 0.4, "min_count": 1, "drop_count": 0},),
    )
    studying = a_paying_learner(content=odd)
    page = client_of(studying.learner).get(reverse("grades", args=[studying.course.slug])).content.decode()
    assert "scaled in proportion" in page
    assert "declared as 40%" in page
