"""The learner pages: what they show and refuse, what they cost, and what they never give away."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from stoa.access import api as access
from stoa.base import clock
from stoa.catalog import api as catalog
from stoa.credentials import api as credentials
from stoa.learning.models import Enrollment, Submission
from tests.builders.credentials import a_credential
from tests.builders.learning import (
    STARTED_AT,
    Studying,
    a_course_with_content,
    a_paying_learner,
    an_auditor,
)
from tests.builders.people import PASSWORD, Person, a_person
from tests.builders.studies import (
    READING,
    ACourse,
    ALesson,
    AUnit,
    a_choice_problem,
    a_large_course,
    a_small_course,
)

pytestmark = pytest.mark.django_db
NOW = STARTED_AT + timedelta(days=1)
SECRETS = ("SECRET-FEEDBACK", "SECRET-SOLUTION", "SECRET-HINT")


@pytest.fixture(autouse=True)
def _in_july() -> None:
    clock.set_test_clock(to=NOW)
    cache.clear()


def client_of(person: Person) -> Client:
    client = Client()
    client.force_login(person.user)
    return client


def address(studying: Studying, title: str, action: str = "") -> str:
    path = reverse("learn_unit", args=[studying.course.slug, studying.unit(title).key])
    return f"{path}/{action}" if action else path


def a_form(
    studying: Studying, title: str = "Test", *, right: bool = True, only: int | None = None, **extra: str
) -> dict[str, object]:
    """What a browser sends for the questions of a unit."""
    form: dict[str, object] = {"asked": [], **extra}
    for number, (key, given) in enumerate(studying.answers(title, right=right).items()):
        for input_id, values in given.items():
            form["asked"].append(f"{key}|{input_id}")  # type: ignore[attr-defined]
            if only is None or number < only:
                form[f"a|{key}|{input_id}"] = values
    return form


def queries_of(work: Callable[[], object]) -> int:
    with CaptureQueriesContext(
        connection,
    ) as seen:
        work()
    return sum(not query["sql"].startswith(("SAVEPOINT", "RELEASE SAVEPOINT")) for query in seen)


# Starting ---------------------------------------------------------------------------------------------


def test_a_visitor_who_wants_to_audit_signs_in_and_lands_in_the_first_lesson() -> None:
    course, person = a_course_with_content(), a_person(can_sign_in=True)
    client = Client()
    asked = client.post(reverse("audit_course", args=[course.slug]))
    assert asked.status_code == 302
    assert asked["Location"].startswith("/login?next=")
    signed_in = client.post(asked["Location"], {"login": person.row.email, "password": PASSWORD}, follow=True)
    assert signed_in.status_code == 200
    assert signed_in.redirect_chain[-1][0].startswith(f"/learn/{course.slug}/units/")
    assert "Welcome" in signed_in.content.decode()


def test_a_bare_visit_to_the_audit_address_shows_one_button_and_changes_nothing() -> None:
    course, person = a_course_with_content(), a_person()
    shown = client_of(person).get(reverse("audit_course", args=[course.slug]))
    assert shown.status_code == 200
    assert "Start the course" in shown.content.decode()
    assert not Enrollment.objects.exists()


def test_auditing_twice_changes_nothing() -> None:
    course, client = a_course_with_content(), client_of(a_person())
    for _ in range(2):
        assert client.post(reverse("audit_course", args=[course.slug])).status_code == 302
    assert Enrollment.objects.count() == 1


def test_auditing_a_course_that_is_not_there_or_not_open_is_refused_with_a_page() -> None:
    client = client_of(a_person())
    assert client.post("/courses/no-such-course/audit").status_code == 404
    draft = a_course_with_content(status="draft")
    assert client.post(reverse("audit_course", args=[draft.slug])).status_code == 409


@pytest.mark.parametrize(
    "path",
    ["/home", "/accomplishments", "/learn/x", "/learn/x/units/y", "/learn/x/progress", "/learn/x/grades"],
)
def test_visitors_are_sent_to_sign_in_and_back(path: str) -> None:
    answer = Client().get(path)
    assert answer.status_code == 302
    assert answer["Location"] == f"/login?next={path}"


# Home ---------------------------------------------------------------------------------------------------


def test_home_is_calm_when_there_is_nothing() -> None:
    page = client_of(a_person()).get("/home").content.decode()
    assert "Nothing on your desk yet" in page


def test_home_leads_back_to_where_she_stopped() -> None:
    studying = a_paying_learner()
    client = client_of(studying.learner)
    client.get(address(studying, "Practice"))
    page = client.get("/home").content.decode()
    assert f'href="{address(studying, "Practice")}"' in page
    assert "Continue where you stopped" in page


def test_home_costs_the_same_for_one_and_for_many_courses() -> None:
    counts = []
    for courses in (1, 6):
        learner = a_person()
        for number in range(courses):
            an_auditor(learner=learner, course=a_course_with_content(title=f"Course {number}"))
        client = client_of(learner)
        client.get("/home")
        counts.append(queries_of(lambda client=client: client.get("/home")))
    assert counts[0] == counts[1]
    assert counts[0] <= 8


# Lessons --------------------------------------------------------------------------------------------------


def test_a_lesson_shows_its_text_where_it_is_and_one_next_step() -> None:
    studying = an_auditor()
    page = client_of(studying.learner).get(address(studying, "Welcome")).content.decode()
    assert "The sky turns once a day." in page
    assert "Step 1 of 3" in page
    assert page.count("onward__next") == 1
    assert "0 of 3 done" in page


def test_going_on_marks_the_step_and_leads_to_the_next() -> None:
    studying = an_auditor()
    client = client_of(studying.learner)
    following = studying.unit("Practice").key
    answer = client.post(address(studying, "Welcome", "done"), {"next": following})
    assert answer["Location"] == address(studying, "Practice")
    assert "1 of 3 done" in client.get(answer["Location"]).content.decode()


def test_a_lesson_costs_the_same_in_a_small_and_a_large_course() -> None:
    counts = []
    for content in (a_small_course(), a_large_course()):
        studying = a_paying_learner(content=content)
        client = client_of(studying.learner)
        for title in ("Welcome", "Test"):
            client.get(address(studying, title))
            counts.append(queries_of(lambda c=client, s=studying, t=title: c.get(address(s, t))))
    assert len(set(counts)) == 1, counts
    assert counts[0] <= 8


@pytest.mark.parametrize("name", ["learn_course", "progress", "grades", "learn_certificate"])
def test_the_pages_of_a_course_cost_the_same_for_small_and_large(name: str) -> None:
    counts = []
    for content in (a_small_course(), a_large_course()):
        studying = a_paying_learner(content=content)
        client = client_of(studying.learner)
        path = reverse(name, args=[studying.course.slug])
        assert client.get(path).status_code == 200
        counts.append(queries_of(lambda c=client, p=path: c.get(p)))
    assert counts[0] == counts[1]
    assert counts[0] <= 8


def test_unknown_lessons_and_courses_are_not_found() -> None:
    studying = an_auditor()
    client = client_of(studying.learner)
    assert client.get(f"/learn/{studying.course.slug}/units/no-such-unit").status_code == 404
    assert client.get("/learn/no-such-course").status_code == 404
    assert client.post(f"/learn/{studying.course.slug}/units/no-such-unit/done").status_code == 404
    assert client.post(f"/learn/{studying.course.slug}/units/no-such-unit/submit").status_code == 404


def test_without_access_the_page_says_why_and_offers_two_doors() -> None:
    course, client = a_course_with_content(), client_of(a_person())
    answer = client.get(reverse("learn_course", args=[course.slug]))
    page = answer.content.decode()
    assert answer.status_code == 403
    assert "Audit free" in page
    assert "Get the certificate" in page


def test_when_access_was_withdrawn_the_page_says_so_and_that_work_is_kept() -> None:
    studying = an_auditor()
    access.revoke(
        source_reference=f"audit:{studying.learner.id}:{studying.course.id}",
        reason="Asked by the partner",
        revoked_at=NOW - timedelta(hours=1),
    )
    answer = client_of(studying.learner).get(address(studying, "Welcome"))
    assert answer.status_code == 403
    assert "Your work is kept" in answer.content.decode()


def test_parts_that_cannot_be_played_say_so_with_their_reason() -> None:
    odd = '<lti url_name="tool" display_name="A lab" launch_url="https://example.org"/>'
    talk = '<discussion url_name="talk" display_name="Talk about it" discussion_category="A" discussion_target="B"/>'
    content = ACourse(lessons=(ALesson("l", (AUnit("welcome", (READING, odd, talk)),)),))
    studying = an_auditor(content=content)
    page = client_of(studying.learner).get(address(studying, "Welcome")).content.decode()
    assert "cannot be played here" in page
    assert "LTI" in page
    assert "discussions are not open here yet" in page


def test_a_video_has_captions_a_transcript_that_works_without_script_and_no_autoplay() -> None:
    video = (
        '<video url_name="v" display_name="Film" youtube_id_1_0="abcdefghijk" html5_sources='
        '\'["https://media.example.org/film.mp4"]\'><source src="https://media.example.org/film.mp4"/></video>'
    )
    content = ACourse(lessons=(ALesson("l", (AUnit("welcome", (video,)),)),))
    studying = an_auditor(content=content)
    answer = client_of(studying.learner).get(address(studying, "Welcome"))
    page = answer.content.decode()
    assert '<video controls preload="metadata"' in page
    assert "autoplay" not in page
    assert "media-src 'self' https://media.example.org" in answer["Content-Security-Policy"]


@pytest.mark.parametrize("action", ["done", "answers", "submit", "hints"])
def test_who_comes_back_from_signing_in_lands_on_the_lesson(action: str) -> None:
    studying = a_paying_learner()
    answer = client_of(studying.learner).get(address(studying, "Test", action))
    assert answer["Location"] == address(studying, "Test")


def test_a_time_zone_that_does_not_exist_breaks_nothing() -> None:
    studying = a_paying_learner(learner=a_person(time_zone="Mars/Olympus"))
    client = client_of(studying.learner)
    client.post(address(studying, "Test", "answers"), a_form(studying))
    for path in ("/home", address(studying, "Test"), address(studying, "Welcome")):
        assert client.get(path).status_code == 200


# Quizzes --------------------------------------------------------------------------------------------------


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


# Certificates -----------------------------------------------------------------------------------------------


def test_a_certificate_is_verified_without_signing_in() -> None:
    row = a_credential()
    answer = Client().get(reverse("verify_code", args=[row.code]))
    page = answer.content.decode()
    assert answer.status_code == 200
    for words in ("Valid certificate", row.holder_name, row.course_title, "Homework", "87.4", "12 hours"):
        assert words in page, words


def test_a_revoked_certificate_keeps_its_address_and_says_when_and_why() -> None:
    row = a_credential()
    credentials.revoke_for_course(
        learner_id=row.learner_id,
        course_id=row.course_id,
        reason="The purchase was refunded.",
        revoked_at=NOW,
    )
    answer = Client().get(reverse("verify_code", args=[row.code]))
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "Revoked certificate" in page
    assert "The purchase was refunded." in page
    assert "Valid certificate" not in page


def test_a_mistyped_code_leads_to_the_certificate() -> None:
    row = a_credential()
    typed = row.code.lower().replace("0", "o").replace("1", "i")
    assert Client().get("/verify", {"code": f" {typed} "})["Location"] == f"/verify/{row.code}"
    assert Client().get(f"/verify/{typed}")["Location"] == f"/verify/{row.code}"


@pytest.mark.parametrize("code", ["XXXX", "0000-0000-0000", "<script>", "%00", "x" * 500])
def test_an_unknown_code_is_not_found_with_help(code: str) -> None:
    for answer in (Client().get(f"/verify/{code}"), Client().get("/verify", {"code": code}, follow=True)):
        assert answer.status_code == 404
        assert "Certificate not found" in answer.content.decode()
        assert "<script>" not in answer.content.decode()


def test_guessing_codes_is_slowed_down() -> None:
    client = Client()
    statuses = [client.get("/verify/0000-0000-0000").status_code for _ in range(25)]
    assert statuses[0] == 404
    assert statuses[-1] == 429
    assert client.get(f"/verify/{a_credential().code}").status_code == 200, "a true code is always answered"


def test_the_certificate_of_somebody_else_is_not_mine() -> None:
    row = a_credential()
    other = client_of(a_person())
    course = credentials.get_by_code(row.code)
    slug = catalog.get_course_by_id(course.course_id).slug
    assert other.get(reverse("certificate_pdf", args=[slug])).status_code == 404
    assert other.get(reverse("learn_certificate", args=[slug])).status_code == 403
    assert "No certificate yet" in other.get("/accomplishments").content.decode()
