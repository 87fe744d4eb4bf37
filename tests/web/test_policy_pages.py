"""Policy pages: each policy worked on its example, and on facts that a reader types."""

import json
from datetime import UTC, datetime

import pytest
from django.contrib.auth import get_user_model
from django.test import Client

from stoa.people import api as people
from stoa.policies import worked

pytestmark = pytest.mark.django_db

NOW = datetime(2025, 9, 1, 9, tzinfo=UTC)


@pytest.fixture
def auditor() -> Client:
    person = people.register_person(
        email="auditor@example.org", display_name="Theo Auditor", password=None, registered_at=NOW
    )
    people.grant_role(user_id=person.id, role=people.AUDITOR, granted_at=NOW)
    client = Client()
    client.force_login(
        get_user_model().objects.get(pk=person.id),
        backend="allauth.account.auth_backends.AuthenticationBackend",
    )
    return client


def test_every_policy_is_worked_on_its_example(auditor: Client) -> None:
    for policy in worked.POLICIES:
        answer = auditor.get(f"/finance/policies/{policy.name}")
        assert answer.status_code == 200, policy.name
        html = answer.content.decode()
        assert "Worked on an example" in html, policy.name
        assert html.count("<h1>") == 1


def test_a_schedule_is_a_table_and_a_plot(auditor: Client) -> None:
    html = auditor.get("/finance/policies/leases").content.decode()
    assert "24,397.94" in html
    assert 'class="chart chart--worked"' in html
    assert "style=" not in html.split('id="worked"')[1].split("</section>")[0]


def test_facts_of_the_reader_are_worked_and_kept(auditor: Client) -> None:
    facts = json.dumps({"price": "90", "obligations": [{"id": "A", "standalone_selling_price": "100"}]})
    html = auditor.post("/finance/policies/revenue_allocation", {"facts": facts}).content.decode()
    assert "Worked on your facts" in html
    assert "90.00" in html
    assert "&quot;price&quot;: &quot;90&quot;" in html


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ("{", "is not JSON"),
        ("[]", "single JSON object"),
        ('{"price": "ten"}', "price"),
        ('{"price": "<script>alert(1)</script>"}', "price"),
        ("[" * 5_000, "is not JSON"),
        ("9" * 50_000, "longer than a page"),
    ],
)
def test_bad_facts_are_refused_with_what_was_typed(auditor: Client, facts: str, words: str) -> None:
    answer = auditor.post("/finance/policies/revenue_allocation", {"facts": facts})
    assert answer.status_code == 422
    html = answer.content.decode()
    assert words in html
    assert "<script>alert" not in html


def test_an_outsider_sees_no_policy() -> None:
    assert Client().get("/finance/policies/leases").status_code == 302
