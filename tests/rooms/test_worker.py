"""Jobs: what they send, and that running twice does no harm."""

import socket
from urllib.error import URLError

import pytest
from django.core import mail
from procrastinate.contrib.django.models import ProcrastinateJob

from stoa.base import clock
from stoa.commerce import api as commerce
from stoa.flows import refunds
from stoa.people import api as people
from stoa.worker import tasks
from tests.builders.commerce import BOUGHT_AT, a_learner, a_paid_order, a_purchase

pytestmark = pytest.mark.django_db


def jobs(name: str, **arguments: str) -> int:
    return ProcrastinateJob.objects.filter(task_name=name, args=arguments).count()


def test_paying_and_refunding_enqueue_one_mail_each() -> None:
    order = a_paid_order()
    refunds.refund_in_full(learner_id=order.learner_id, order_id=order.id, asked_at=BOUGHT_AT)
    refunds.refund_in_full(learner_id=order.learner_id, order_id=order.id, asked_at=BOUGHT_AT)
    told = {"order_id": str(order.id)}
    assert (jobs("send_receipt_mail", **told), jobs("send_refund_mail", **told)) == (1, 1)


def test_many_events_wait_for_one_delivery() -> None:
    a_purchase()
    a_purchase()
    assert jobs("deliver_gateway_events") == 1


def test_the_receipt_mail_has_text_html_and_the_paper() -> None:
    learner = a_learner(name="Ada Okafor", time_zone="Europe/Berlin")
    order = a_paid_order(learner=learner)
    tasks.send_receipt_mail(str(order.id))
    (message,) = mail.outbox
    assert message.to == [learner.row.email]
    assert order.receipt_number in message.subject
    for words in (
        "Dear Ada Okafor",
        "$49.00",
        "September 15, 2025, 2:00",
        f"/account/purchases/{order.id}",
    ):
        assert words in message.body
    assert message.alternatives[0][1] == "text/html"
    assert message.attachments[0][2] == "application/pdf"


def test_the_refund_mail_says_where_the_money_goes() -> None:
    order = a_paid_order()
    refunds.refund_in_full(learner_id=order.learner_id, order_id=order.id, asked_at=BOUGHT_AT)
    tasks.send_refund_mail(str(order.id))
    (message,) = mail.outbox
    assert "$49.00 goes back to Visa ending in 4242" in message.body


def test_a_mail_in_another_language_has_its_dates(settings) -> None:
    settings.LANGUAGES = [("en", "English"), ("de", "Deutsch")]
    order = a_paid_order()
    people.change_preferences(user_id=order.learner_id, country="DE", time_zone="UTC", locale="de")
    tasks.send_receipt_mail(str(order.id))
    assert "15. September 2025" in mail.outbox[0].body


@pytest.mark.django_db(transaction=True)
def test_events_that_cannot_be_delivered_wait(live_server, settings) -> None:
    order = a_purchase(on=clock.now())
    settings.SITE_URL = f"http://127.0.0.1:{an_unused_port()}"
    with pytest.raises(URLError, match="refused"):
        tasks.deliver_gateway_events()
    assert commerce.get_order(order.id).status == "pending"
    settings.SITE_URL = live_server.url
    tasks.deliver_gateway_events()
    assert commerce.get_order(order.id).status == "paid"


def an_unused_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
