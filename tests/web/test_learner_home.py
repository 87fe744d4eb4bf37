"""Starting and home: what a learner sees before a lesson, and what it costs."""

import pytest
from django.test import Client
from django.urls import reverse

from stoa.learning.models import Enrollment
from tests.builders.learning import (
    a_course_with_content,
    a_paying_learner,
    an_auditor,
)
from tests.builders.people import PASSWORD, a_person
from tests.web.studying import address, client_of, queries_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_july")]


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
