"""Closing softly and opening again on pages: what one controller asks, another approves."""

from datetime import UTC, date, datetime

import pytest
from django.test import Client

from stoa.base import clock
from stoa.flows import posting
from stoa.kernel.spans import Month
from stoa.ledger import api as ledger
from stoa.people import api as people
from stoa.subledger import api as subledger
from tests.builders.books import ENTITY, a_receipt
from tests.web.test_finance_pages import signed_in

pytestmark = pytest.mark.django_db

NOW = datetime(2025, 9, 1, 9, tzinfo=UTC)
JULY = Month(2025, 7)
PAGE = "/finance/close/2025-07"


@pytest.fixture
def controller() -> Client:
    clock.set_test_clock(to=NOW)
    subledger.file(a_receipt(on=date(2025, 7, 5)))
    posting.post(through=JULY, posted_at=NOW)
    return signed_in(people.CONTROLLER)


def status() -> str:
    return ledger.get_period(entity=ENTITY, month=JULY).status


def test_a_month_is_closed_softly_and_a_document_let_in(controller: Client) -> None:
    assert "Close July 2025 softly" in controller.get(PAGE).content.decode()
    controller.post(f"{PAGE}/softly")
    assert ledger.get_period(entity=ENTITY, month=JULY).is_soft_closed
    done = controller.post(
        f"{PAGE}/let-in", {"reference": "receipt:late", "reason": "Came by mail"}, follow=True
    )
    assert "may be filed now" in done.content.decode()
    assert not subledger.file(a_receipt(on=date(2025, 7, 6), reference="receipt:late")).is_late
    assert subledger.file(a_receipt(on=date(2025, 7, 6))).is_late


def test_two_controllers_open_a_locked_month_again(controller: Client) -> None:
    controller.post(PAGE, {"confirmed": "yes"})
    assert status() == ledger.CLOSED
    page = controller.get(PAGE).content.decode()
    assert "Ask another controller" in page
    assert "tie-outs, as they were kept" in page
    controller.post(f"{PAGE}/reopen", {"reason": "A receipt was forgotten"})
    assert "Another controller must approve" in controller.get(PAGE).content.decode()
    alone = controller.post(f"{PAGE}/reopen/approve", follow=True).content.decode()
    assert "two people" in alone
    assert status() == ledger.CLOSED
    other = signed_in(people.CONTROLLER, people.OPERATOR)
    assert "A receipt was forgotten" in other.get(PAGE).content.decode()
    done = other.post(f"{PAGE}/reopen/approve", follow=True).content.decode()
    assert "is open again" in done
    assert "Opened again on" in done
    assert status() != ledger.CLOSED


def test_nothing_is_approved_that_nobody_asked(controller: Client) -> None:
    controller.post(PAGE, {"confirmed": "yes"})
    assert "Nobody asks" in controller.post(f"{PAGE}/reopen/approve", follow=True).content.decode()
    refused = controller.post(f"{PAGE}/reopen", {"reason": ""}, follow=True).content.decode()
    assert "Another controller can approve now" not in refused
    assert not ledger.waiting_reopenings(ENTITY)


@pytest.mark.parametrize("action", ["softly", "let-in", "reopen", "reopen/approve"])
def test_an_auditor_does_none_of_it(action: str) -> None:
    clock.set_test_clock(to=NOW)
    assert signed_in(people.AUDITOR).post(f"{PAGE}/{action}").status_code == 403
    assert Client().post(f"{PAGE}/{action}").status_code == 302
