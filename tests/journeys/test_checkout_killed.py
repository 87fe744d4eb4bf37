"""The process is killed in the middle of a checkout or a refund; afterwards nothing is half done."""

import os
import signal
import time
from collections.abc import Callable
from datetime import timedelta
from functools import partial

import pytest
from django.db import connections

from stoa.access import api as access
from stoa.commerce import api as commerce
from stoa.commerce.gateways.embedded.models import Intent, IntentRefund
from stoa.flows import checkout, refunds
from stoa.subledger import api as subledger
from tests.builders.commerce import BOUGHT_AT, a_card, a_course_on_sale, a_key, a_learner, a_paid_order

pytestmark = pytest.mark.django_db(transaction=True)
LATER = BOUGHT_AT + timedelta(minutes=10)
MOMENTS = 14


def in_a_process_killed_after(seconds: float | None, act: Callable[[], object]) -> float:
    """Run ``act`` in a forked process of its own and SIGKILL it; ``None`` lets it end. Returns its duration."""
    connections.close_all()
    started = time.perf_counter()
    child = os.fork()
    if child == 0:
        status = 1
        try:
            act()
            status = 0
        finally:
            os._exit(status)
    if seconds is not None:
        time.sleep(seconds)
        os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return time.perf_counter() - started


def assert_whole(order: commerce.OrderRow) -> None:
    """Each fact of an order comes with all that belong to it."""
    is_paid = order.paid_at is not None
    is_refunded = order.refund_id is not None
    right = access.find_by_source(f"order:{order.id}")
    kinds = [document.kind for document in subledger.documents_of_order(order.number)]
    assert (right is not None) is is_paid
    assert bool(order.receipt_number) is is_paid
    assert kinds == ["receipt"] * is_paid + ["refund_paid"] * is_refunded
    assert bool(right and right.revoked_at) is is_refunded


def orders_of(learner_id: int) -> tuple[commerce.OrderRow, ...]:
    return commerce.find_orders(learner_ids=[learner_id]).orders


def test_a_checkout_killed_at_any_moment_is_finished_by_trying_again() -> None:
    offering = a_course_on_sale()

    def buy(learner_id: int, key: str) -> None:
        checkout.start(
            learner_id=learner_id,
            offering_id=offering.id,
            card=a_card(),
            idempotency_key=key,
            country="US",
            started_at=BOUGHT_AT,
        )
        checkout.deliver_in_process(at=LATER)

    duration = in_a_process_killed_after(None, partial(buy, a_learner().id, a_key()))
    for moment in range(MOMENTS):
        learner, key = a_learner(), a_key()
        in_a_process_killed_after(duration * (moment + 0.5) / MOMENTS, partial(buy, learner.id, key))
        for order in orders_of(learner.id):
            assert_whole(order)
        buy(learner.id, a_key() if moment % 2 else key)
        (order,) = orders_of(learner.id)
        assert order.status == "paid"
        assert_whole(order)
        assert Intent.objects.filter(order_reference=str(order.id), status="succeeded").count() == 1
    numbers = [order.receipt_number for order in commerce.find_orders(status="paid").orders]
    assert sorted(numbers) == [f"2025-{serial:06d}" for serial in range(1, len(numbers) + 1)]


def test_a_refund_killed_at_any_moment_is_finished_by_the_sweep() -> None:
    offering = a_course_on_sale()

    def give_back(order: commerce.OrderRow) -> None:
        refunds.refund_in_full(learner_id=order.learner_id, order_id=order.id, asked_at=LATER)
        checkout.deliver_in_process(at=LATER)

    duration = in_a_process_killed_after(None, partial(give_back, a_paid_order(offering=offering)))
    for moment in range(MOMENTS):
        order = a_paid_order(offering=offering)
        in_a_process_killed_after(duration * (moment + 0.5) / MOMENTS, partial(give_back, order))
        assert_whole(commerce.get_order(order.id))
        # The worker's sweep, and a learner who is not sure and asks again.
        refunds.resume(at=LATER, asked_before=LATER + timedelta(days=1))
        give_back(order)
        refunded = commerce.get_order(order.id)
        assert refunded.status == "refunded"
        assert_whole(refunded)
        sent = IntentRefund.objects.filter(intent_id=order.payment_reference)
        assert [refund.amount_minor for refund in sent] == [4900]
