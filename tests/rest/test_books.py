"""Documents are filed and the books read through the API, by those who hold the role, in their own name."""

import json
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from stoa.flows import posting
from stoa.kernel.spans import Month
from stoa.people import api as people
from stoa.subledger import api as subledger
from tests.builders.books import ENTITY, a_receipt
from tests.builders.people import Person, a_person

pytestmark = pytest.mark.django_db

NOW = datetime(2025, 10, 1, 9, tzinfo=UTC)
ADDRESS = "/api/v1/documents"
READS = (
    ADDRESS,
    f"{ADDRESS}/kinds",
    f"{ADDRESS}/kinds/manual_entry/schema",
    "/api/v1/journal?period=2025-07",
    "/api/v1/periods",
    "/api/v1/trial-balance?period=2025-07",
)


def token_of(person: Person) -> str:
    return people.issue_credential(user_id=person.id, name="feed", issued_at=NOW)[1]


def bearer(person: Person) -> dict[str, Any]:
    return {"headers": {"Authorization": f"Bearer {token_of(person)}"}}


@pytest.fixture
def controller() -> Person:
    return a_person(role=people.CONTROLLER)


def an_entry(reference: str = "E-1", **facts: Any) -> dict[str, Any]:
    lines = [{"account": "6000", "debit": "10"}, {"account": "2010", "credit": "10"}]
    given = {"kind": "manual_entry", "reference": reference, "entity": ENTITY, "on": "2025-07-31"}
    return given | {"reason": "Salaries", "lines": lines} | facts


def file(client: Client, body: Any, who: dict[str, Any], kind: str = "application/json") -> Any:
    text = body if isinstance(body, str | bytes) else json.dumps(body)
    return client.post(ADDRESS, text, content_type=kind, **who)


def test_one_document_an_array_and_lines_are_filed(client: Client, controller: Person) -> None:
    who = bearer(controller)
    assert file(client, an_entry("E-1"), who).json() == {"filed": 1, "known": 0, "refused": []}
    assert file(client, [an_entry("E-1"), an_entry("E-2")], who).json()["known"] == 1
    lines = "\n".join(json.dumps(an_entry(name)) for name in ("E-3", "E-4"))
    assert file(client, lines + "\n\n", who, "application/x-ndjson").json()["filed"] == 2


def test_a_bad_row_is_reported_and_does_not_sink_the_rest(client: Client, controller: Person) -> None:
    who = bearer(controller)
    answer = file(client, [an_entry("E-1"), {"kind": "nonsense"}, 7, an_entry("E-2", on="soon")], who)
    assert answer.status_code == 207
    assert answer.json()["filed"] == 1
    assert [row["reference"] for row in answer.json()["refused"]] == ["row 2", "row 3", "row 4"]
    changed = file(client, an_entry("E-1", reason="Another"), who)
    assert changed.status_code == 422
    assert changed.json()["refused"][0]["reference"] == "E-1"


@pytest.mark.parametrize("role", [None, people.AUDITOR, people.OPERATOR])
def test_only_a_controller_files(client: Client, role: str | None) -> None:
    answer = file(client, an_entry(), bearer(a_person(role=role)))
    assert answer.status_code == 403
    assert answer["Content-Type"] == "application/problem+json"
    assert subledger.list_documents(entity=ENTITY).total == 0


@pytest.mark.parametrize("address", READS)
@pytest.mark.parametrize(
    ("role", "status"),
    [(None, 403), (people.OPERATOR, 403), (people.AUDITOR, 200), (people.CONTROLLER, 200)],
)
def test_the_books_are_read_by_controllers_and_auditors(
    client: Client, address: str, role: str | None, status: int
) -> None:
    assert client.get(address).status_code == 401
    assert client.get(address, **bearer(a_person(role=role))).status_code == status


def test_an_unknown_revoked_or_expired_token_opens_nothing(client: Client, controller: Person) -> None:
    for token in ("", "stoa_x", "stoa_" + "é" * 40, "x" * 4000):
        answer = client.get(ADDRESS, headers={"Authorization": f"Bearer {token}"})
        assert answer.status_code == 401, token
        assert answer["WWW-Authenticate"] == "Bearer"
    who = bearer(controller)
    assert client.get(ADDRESS, **who).status_code == 200
    people.revoke_credential(user_id=controller.id, name="feed", revoked_at=NOW)
    assert client.get(ADDRESS, **who).status_code == 401
    _, ended = people.issue_credential(
        user_id=controller.id, name="old", issued_at=NOW, expires_on=date(2020, 1, 1)
    )
    assert client.get(ADDRESS, headers={"Authorization": f"Bearer {ended}"}).status_code == 401


def test_a_token_holds_the_roles_its_person_holds_now(client: Client, controller: Person) -> None:
    who = bearer(controller)
    people.revoke_role(user_id=controller.id, role=people.CONTROLLER, revoked_at=NOW)
    assert client.get(ADDRESS, **who).status_code == 403


def test_a_session_needs_its_form_token_to_file(controller: Person) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(controller.user)
    assert client.get(ADDRESS).status_code == 200
    assert file(client, an_entry(), {}).status_code == 403
    friendly = Client()
    friendly.force_login(controller.user)
    assert file(friendly, an_entry(), {}).status_code == 200


def test_nobody_prepares_or_approves_in_anothers_name(client: Client, controller: Person) -> None:
    who = bearer(controller)
    other = a_person(role=people.CONTROLLER)
    approval = {"kind": "entry_approved", "reference": "A-1", "entity": ENTITY, "entry": "E-1"}
    approval |= {"entry_on": "2025-07-31", "amount": "10", "approved_on": "2025-08-01"}
    for row in (
        an_entry(prepared_by=other.row.email),
        approval | {"approved_by": other.row.email},
        approval | {"approved_by": "nobody@stoa.example"},
    ):
        assert file(client, row, who).status_code == 422
    assert file(client, an_entry(prepared_by=other.row.email), bearer(other)).status_code == 200
    assert file(client, approval | {"approved_by": controller.row.email}, who).status_code == 200


@pytest.mark.parametrize(
    "body",
    [
        "",
        "null",
        "NaN",
        '{"kind": "manual_entry", "reference": NaN}',
        "[" * 100_000,
        '{"a":' * 50_000,
        "[" + "9" * 5_000 + "]",
        b"\xff\xfe",
        '"text"',
        '[null, true, [], "x"]',
        json.dumps(an_entry("\ud800")),
        json.dumps(an_entry("E\x00")),
        json.dumps(an_entry("x" * 5_000)),
        json.dumps(an_entry(lines=[{"account": "6000", "debit": 1e400}])),
        json.dumps(an_entry(currency="DOLLAR")),
        json.dumps(an_entry(entity={"a": 1})),
        json.dumps({"kind": "receipt", "reference": "r", "price_minor": "many"}),
        json.dumps({"kind": ["receipt"]}),
        json.dumps({"kind": "receipt", "reference": "\udfff", "price_minor": 10**30}),
    ],
)
@pytest.mark.parametrize("kind", ["application/json", "application/x-ndjson"])
def test_hostile_bodies_are_refused_and_file_nothing(
    client: Client, controller: Person, body: str | bytes, kind: str
) -> None:
    answer = file(client, body, bearer(controller), kind)
    assert answer.status_code in {200, 422}
    assert subledger.list_documents(entity=ENTITY).total == 0
    if answer.status_code == 200:
        assert answer.json()["filed"] == 0


def test_a_body_beyond_the_limit_is_too_large(client: Client, controller: Person) -> None:
    who = bearer(controller)
    answer = file(client, " " * (settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1), who)
    assert answer.status_code == 413
    assert answer.json()["code"] == "too_large"
    many = "[" + ",".join(["{}"] * 20_001) + "]"
    assert file(client, many, who).status_code == 413


def test_the_journal_says_what_was_posted(client: Client, controller: Person) -> None:
    subledger.file(a_receipt(on=date(2025, 7, 10)))
    posting.post(through=Month(2025, 7), posted_at=NOW)
    who = bearer(controller)
    lines = client.get("/api/v1/journal?period=2025-07", **who).json()
    assert sum(line["amount_minor"] for line in lines) == 0
    assert {
        line["account"] for line in client.get("/api/v1/journal?period=2025-07&account=4000", **who).json()
    } == {"4000"}
    balances = client.get("/api/v1/trial-balance?period=2025-07", **who).json()
    assert sum(row["closing_minor"] for row in balances) == 0
    assert client.get("/api/v1/periods", **who).json()[0]["state"] == "open"
    assert client.get(f"{ADDRESS}?period=2025-07", **who).json()["total"] == 1
    for wrong in ("period=soon", "period=2025-13", "page=0", "about=%00"):
        assert client.get(f"{ADDRESS}?{wrong}", **who).status_code == 422


def test_each_kind_has_its_schema_and_an_unknown_one_none(client: Client, controller: Person) -> None:
    who = bearer(controller)
    kinds = client.get(f"{ADDRESS}/kinds", **who).json()
    assert {row["kind"] for row in kinds} == set(subledger.KINDS)
    schema = client.get(f"{ADDRESS}/kinds/entry_approved/schema", **who).json()
    assert schema["properties"]["kind"] == {"const": "entry_approved"}
    assert client.get(f"{ADDRESS}/kinds/none/schema", **who).status_code == 404


def test_a_line_separator_within_a_text_does_not_cut_its_line(client: Client, controller: Person) -> None:
    line = json.dumps(an_entry("E-1", reason="One\u2028two\x85three"), ensure_ascii=False)
    answer = file(client, line + "\n", bearer(controller), "application/x-ndjson")
    assert answer.json() == {"filed": 1, "known": 0, "refused": []}


def test_a_field_said_twice_is_refused(client: Client, controller: Person) -> None:
    answer = file(client, '{"kind": "receipt", "kind": "receipt"}', bearer(controller))
    assert answer.status_code == 422
    assert "kind is said twice" in answer.content.decode()
