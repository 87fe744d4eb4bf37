"""Entries by hand on pages: writing one, what is refused, and the approval of another person."""

from datetime import UTC, datetime

import pytest
from django.test import Client

from stoa.base import clock
from stoa.flows import posting
from stoa.kernel.spans import Month
from stoa.ledger import api as ledger
from stoa.people import api as people
from stoa.subledger import api as subledger
from tests.builders.books import ENTITY
from tests.builders.company import a_document
from tests.web.test_finance_pages import signed_in

pytestmark = pytest.mark.django_db

NOW = datetime(2025, 9, 3, 9, tzinfo=UTC)
ENTRY = {
    "token": "T-1",
    "on": "2025-08-31",
    "reason": "Hosting, not yet invoiced",
    "currency": "USD",
    "account_1": "5200",
    "debit_1": "1,200.50",
    "account_2": "2020",
    "credit_2": "1200.50",
}


@pytest.fixture(autouse=True)
def _in_september() -> None:
    clock.set_test_clock(to=NOW)


@pytest.fixture
def controller() -> Client:
    return signed_in(people.CONTROLLER)


def test_an_entry_is_written_filed_once_and_posted(controller: Client) -> None:
    assert controller.get("/finance/entries/new").status_code == 200
    for _ in range(2):
        filed = controller.post("/finance/entries/new", ENTRY, follow=True)
        assert "Manual entry" in filed.content.decode()
    (row,) = subledger.list_documents(entity=ENTITY, kind="manual_entry").rows
    assert row.facts["prepared_by"] == "controller@example.org"
    posting.post(through=Month(2025, 9), posted_at=NOW)
    assert {line.account: line.amount_minor for line in ledger.lines(entity=ENTITY)} == {
        "5200": 120_050,
        "2020": -120_050,
    }


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"credit_2": "1200"}, "do not balance"),
        ({"debit_1": "12,50", "credit_2": "12,50"}, "is not a number"),
        ({"on": "31.08.2025"}, "on: "),
        ({"account_1": "9999"}, "not in the chart"),
        ({"account_1": "2100"}, "kept by its subledger"),
        ({"credit_1": "3"}, "either a debit or a credit"),
        ({"debit_1": "NaN"}, "lines[0].debit: "),
        ({"reason": "x" * 500}, "at most 200 characters"),
        ({"currency": "doubloons"}, "currency: "),
        ({"account_1": "", "debit_1": "", "account_2": "", "credit_2": ""}, "two or more"),
    ],
)
def test_what_is_refused_keeps_what_was_typed(controller: Client, change: dict[str, str], words: str) -> None:
    answer = controller.post("/finance/entries/new", ENTRY | change)
    assert answer.status_code == 422
    html = answer.content.decode()
    assert words in html
    assert 'name="token" value="T-1"' in html
    assert not subledger.list_documents(entity=ENTITY, kind="manual_entry").rows


def test_more_lines_keep_what_was_typed(controller: Client) -> None:
    html = controller.post("/finance/entries/new", ENTRY | {"more": "yes"}).content.decode()
    assert 'name="debit_8"' in html
    assert 'value="1,200.50"' in html
    assert not subledger.list_documents(entity=ENTITY, kind="manual_entry").rows


def test_above_the_limit_another_person_approves(controller: Client) -> None:
    subledger.file(a_document("approval_policy_set", "policy:1", on="2025-01-01", limits=[{"above": "1000"}]))
    controller.post("/finance/entries/new", ENTRY)
    (row,) = subledger.list_documents(entity=ENTITY, kind="manual_entry").rows
    waiting = controller.get("/finance/entries").content.decode()
    assert "1 approval is missing" in waiting
    own = controller.post(f"/finance/entries/{row.id}/approve", follow=True).content.decode()
    assert "another person must approve" in own
    other = signed_in(people.CONTROLLER, people.OPERATOR)
    done = other.post(f"/finance/entries/{row.id}/approve", follow=True).content.decode()
    assert "The entry is approved" in done
    assert "Nothing waits" in done


def test_an_auditor_reads_and_writes_nothing() -> None:
    auditor = signed_in(people.AUDITOR)
    assert auditor.get("/finance/entries").status_code == 200
    assert auditor.get("/finance/entries/new").status_code == 403
    assert auditor.post("/finance/entries/new", ENTRY).status_code == 403
    assert auditor.post("/finance/entries/1/approve").status_code == 403
    assert Client().get("/finance/entries").status_code == 302
    assert signed_in().get("/finance/entries").status_code == 403
