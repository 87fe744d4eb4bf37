"""Certificates as pages: verifying them, and what a stranger sees."""

import pytest
from django.test import Client
from django.urls import reverse

from stoa.catalog import api as catalog
from stoa.credentials import api as credentials
from tests.builders.credentials import a_credential
from tests.builders.people import a_person
from tests.web.studying import NOW, client_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_july")]


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
