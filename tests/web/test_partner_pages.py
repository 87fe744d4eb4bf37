"""Partner pages: what is owed, and where each cent of it came from."""

from datetime import UTC, datetime

import pytest
from django.test import Client

from stoa.base import clock
from stoa.flows import posting
from stoa.kernel.spans import Month
from stoa.people import api as people
from stoa.subledger import api as subledger
from tests.builders.books import a_receipt
from tests.builders.company import a_document
from tests.web.test_finance_pages import signed_in

pytestmark = pytest.mark.django_db

NOW = datetime(2025, 9, 1, 9, tzinfo=UTC)


@pytest.fixture
def auditor() -> Client:
    clock.set_test_clock(to=NOW)
    subledger.file(a_receipt(price_minor=18_400, partner="lyceum"))
    subledger.file(a_receipt(price_minor=18_400, partner="academy"))
    terms = [
        {
            "starts_on": "2025-07-01",
            "deductions": [{"id": "processing", "kind": "share_of_gross", "value": "0.03"}],
            "tiers": [{"rate": "0.40"}, {"above": "50000", "rate": "0.455"}],
        }
    ]
    facts = {"partner": "lyceum", "signed_on": "2025-07-01", "terms": terms}
    subledger.file(a_document("partner_agreement_signed", "agreement:1", **facts))
    posting.post(through=Month(2025, 8), posted_at=NOW)
    return signed_in(people.AUDITOR)


def test_every_agreement_is_listed_and_what_nobody_shares_in(auditor: Client) -> None:
    html = auditor.get("/finance/partners?period=2025-08").content.decode()
    assert "/finance/partners/lyceum?period=2025-08" in html
    shared, unshared = html.split("no agreement shares in", 1)
    assert "academy" not in shared.split("<tbody>")[1]
    assert "academy" in unshared


def test_a_fee_is_told_from_revenue_to_rate(auditor: Client) -> None:
    html = auditor.get("/finance/partners/lyceum?period=2025-08").content.decode()
    assert "less processing" in html
    assert "45.5\N{NO-BREAK SPACE}% above" in html
    assert html.index("August 2025</h3>") < html.index("July 2025</h3>")


def test_a_partner_without_an_agreement_is_not_found(auditor: Client) -> None:
    answer = auditor.get("/finance/partners/academy?period=2025-08")
    assert answer.status_code == 404
    assert "partner_agreement_signed" in answer.content.decode()


def test_books_without_agreements_say_what_to_file() -> None:
    clock.set_test_clock(to=NOW)
    html = signed_in(people.CONTROLLER).get("/finance/partners").content.decode()
    assert "partner_agreement_signed" in html


def test_nobody_else_reads_them() -> None:
    clock.set_test_clock(to=NOW)
    learner = signed_in()
    for path in ("/finance/partners", "/finance/partners/lyceum"):
        assert learner.get(path).status_code == 403
        assert Client().get(path).status_code == 302
