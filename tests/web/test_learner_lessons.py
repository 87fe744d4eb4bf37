"""Lessons: what their pages show and refuse, and what they cost."""

from datetime import timedelta

import pytest
from django.urls import reverse

from stoa.access import api as access
from tests.builders.learning import (
    a_course_with_content,
    a_paying_learner,
    an_auditor,
)
from tests.builders.people import a_person
from tests.builders.studies import (
    READING,
    ACourse,
    ALesson,
    AUnit,
    a_large_course,
    a_small_course,
)
from tests.web.studying import NOW, a_form, address, client_of, queries_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_july")]


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
