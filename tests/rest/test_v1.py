"""The public API says what the pages say."""

from datetime import date

import pytest
from django.test import Client

from stoa.discovery import api as discovery
from stoa.kernel.money import usd
from tests.builders.catalog import a_course

pytestmark = pytest.mark.django_db


def test_a_course_is_found_and_read(client: Client) -> None:
    course = a_course(price=usd(49))
    discovery.index_course(course_id=course.id, on=date(2025, 9, 1), body="")
    page = client.get("/api/v1/courses", {"q": course.title}).json()
    assert page["total"] == 1
    assert page["courses"][0]["price"] == {"amount": "49.00", "currency": "USD"}
    detail = client.get(f"/api/v1/courses/{course.slug}").json()
    assert detail["title"] == course.title
    assert "14 days" in detail["refund_rule"]


@pytest.mark.parametrize(
    "address",
    [
        "/api/v1/courses/no-such-course",
        "/api/v1/courses/%00",
        "/api/v1/certificates/NONE-SUCH-CODE",
        "/api/v1/certificates/%00",
    ],
)
def test_what_is_unknown_is_a_problem_document(client: Client, address: str) -> None:
    answer = client.get(address)
    assert answer.status_code == 404
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["status"] == 404


def test_a_draft_is_nobodys_business(client: Client) -> None:
    draft = a_course(published=False)
    assert client.get(f"/api/v1/courses/{draft.slug}").status_code == 404


@pytest.mark.parametrize(
    "query",
    [
        {"page": "many"},
        {"free": "perhaps"},
        {"page": str(10**30)},
        {"q": "\x00' OR 1=1 --" * 50},
        {"sort": "☃"},
    ],
)
def test_hostile_filters_never_break_it(client: Client, query: dict[str, str]) -> None:
    assert client.get("/api/v1/courses", query).status_code in {200, 422}


def test_its_schema_is_published(client: Client) -> None:
    schema = client.get("/api/v1/openapi.json").json()
    assert set(schema["paths"]) == {
        "/api/v1/courses",
        "/api/v1/courses/{slug}",
        "/api/v1/certificates/{code}",
        "/api/v1/documents",
        "/api/v1/documents/kinds",
        "/api/v1/documents/kinds/{kind}/schema",
        "/api/v1/journal",
        "/api/v1/periods",
        "/api/v1/trial-balance",
    }
