"""Many hands at one order: real connections, one charge, one receipt, one refund."""

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import timedelta

import pytest

from stoa.access import api as access
from stoa.commerce import api as commerce
from stoa.commerce.gateways.chosen import gateway
from stoa.commerce.gateways.embedded.models import Intent, IntentRefund
from stoa.flows import checkout, refunds
from stoa.subledger import api as subledger
from tests.builders.commerce import (
    BOUGHT_AT,
    a_card,
    a_course_on_sale,
    a_key,
    a_learner,
    a_paid_order,
    a_purchase,
)
from tests.builders.races import at_once

pytestmark = pytest.mark.django_db(transaction=True)
LATER = BOUGHT_AT + timedelta(minutes=10)


def hear_all(events: Sequence[tuple[bytes, str]]) -> list[Callable[[], None]]:
    return [
        lambda payload=payload, signature=signature: checkout.receive_gateway_event(
            payload=payload, signature=signature, received_at=LATER
        )
        for payload, signature in events
    ]


def documents(order: commerce.OrderRow) -> list[str]:
    return [document.kind for document in subledger.documents_of_order(order.number)]


def charges() -> int:
    return Intent.objects.filter(status__in=["processing", "succeeded"]).count()


@pytest.mark.parametrize("same_form", [True, False], ids=["a double click", "six tabs"])
def test_one_charge_however_often_pay_is_clicked(same_form: bool) -> None:
    learner, offering, key = a_learner(), a_course_on_sale(), a_key()

    def pay() -> commerce.OrderRow:
        return checkout.start(
            learner_id=learner.id,
            offering_id=offering.id,
            card=a_card(),
            idempotency_key=key if same_form else a_key(),
            country="US",
            started_at=BOUGHT_AT,
        )

    orders = at_once(*[pay] * 6)
    assert len({order.id for order in orders}) == 1
    assert charges() == 1
    checkout.deliver_in_process(at=LATER)
    assert commerce.get_order(orders[0].id).status == "paid"
    assert documents(orders[0]) == ["receipt"]


def test_a_webhook_told_by_four_at_once_is_heard_once() -> None:
    order = a_purchase()
    reference = commerce.get_order(order.id).payment_reference
    at_once(*hear_all(gateway().events_of(reference, at=LATER) * 2))
    paid = commerce.get_order(order.id)
    assert (paid.status, paid.receipt_number) == ("paid", "2025-000001")
    assert documents(paid) == ["receipt"]
    assert Counter(event.outcome for event in commerce.events_of(order.id))["order paid"] == 1


def test_a_refund_in_two_tabs_goes_back_once() -> None:
    order = a_paid_order()

    def refund() -> commerce.OrderRow:
        return refunds.refund_in_full(learner_id=order.learner_id, order_id=order.id, asked_at=LATER)

    refunded = at_once(*[refund] * 4)
    assert len({row.refund_id for row in refunded}) == 1
    assert IntentRefund.objects.count() == 1
    assert documents(order) == ["receipt", "refund_paid"]


def test_a_late_webhook_against_a_refund_ends_refunded() -> None:
    order = a_paid_order()

    def refund() -> commerce.OrderRow:
        return refunds.refund_in_full(learner_id=order.learner_id, order_id=order.id, asked_at=LATER)

    at_once(refund, refund, *hear_all(gateway().events_of(order.payment_reference, at=LATER)))
    checkout.deliver_in_process(at=LATER)
    assert commerce.get_order(order.id).status == "refunded"
    assert documents(order) == ["receipt", "refund_paid"]
    assert access.level_of(learner_id=order.learner_id, course_id=order.course_id, at=LATER) == "audit"


def test_receipts_of_many_buyers_at_once_have_no_gap() -> None:
    offering = a_course_on_sale()
    orders = [a_purchase(offering=offering) for _ in range(6)]
    references = [commerce.get_order(order.id).payment_reference for order in orders]
    succeeded = [gateway().events_of(reference, at=LATER)[-1] for reference in references]
    at_once(*hear_all(succeeded))
    numbers = sorted(commerce.get_order(order.id).receipt_number for order in orders)
    assert numbers == [f"2025-{serial:06d}" for serial in range(1, 7)]


def test_two_cards_in_two_tabs_charge_one() -> None:
    learner, offering = a_learner(), a_course_on_sale()

    def pay(number: str) -> Callable[[], commerce.OrderRow]:
        return lambda: checkout.start(
            learner_id=learner.id,
            offering_id=offering.id,
            card=a_card(number),
            idempotency_key=a_key(),
            country="US",
            started_at=BOUGHT_AT,
        )

    at_once(pay("4000000000000002"), pay("5555555555554444"), pay("4000000000009995"))
    checkout.deliver_in_process(at=LATER)
    (order,) = commerce.orders_of(learner.id)
    assert (order.status, order.card_brand) == ("paid", "mastercard")
    assert charges() == 1
