"""What the gateway tells: kept as it came, applied once, in whatever order it arrives."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from stoa.commerce.commands.payments import record_payment
from stoa.commerce.commands.refunds import open_refund
from stoa.commerce.data import (
    PAYMENT_FAILED,
    PAYMENT_PROCESSING,
    PAYMENT_SUCCEEDED,
    REFUND_SUCCEEDED,
    EventOutcome,
    NothingNew,
    PaymentTaken,
    RefundSettled,
)
from stoa.commerce.gateways.chosen import gateway
from stoa.commerce.gateways.protocol import IncomingEvent
from stoa.commerce.models import GatewayEvent, Order, Payment, Refund
from stoa.commerce.queries import order_row, orders_with_parts, refund_row


def read_event(*, payload: bytes, signature: str, received_at: datetime) -> IncomingEvent:
    """Verify and read a webhook body; raises ``BadSignature`` or ``Invalid``."""
    return gateway().read_event(payload=payload, signature=signature, received_at=received_at)


def apply_event(*, event: IncomingEvent, received_at: datetime) -> tuple[EventOutcome, ...]:
    """Keep an event and apply what it says; returns what others must act on, in order.

    Told twice it is applied once. An event that comes too early (a refund before its payment) waits and is
    applied with the one it waits for; one that comes too late (a failure of an older attempt) changes nothing.
    Call it in the transaction that acts on the outcome.
    """
    with transaction.atomic():
        order = _lock_order_of(event)
        kept, is_new = GatewayEvent.objects.get_or_create(
            gateway=event.gateway,
            event_id=event.event_id,
            defaults={
                "type": event.type,
                "payment_reference": event.intent_reference,
                "refund_reference": event.refund_reference,
                "order": order,
                "payload": event.payload,
                "occurred_at": event.occurred_at,
                "received_at": received_at,
            },
        )
        if not is_new and kept.applied_at is not None:
            return (NothingNew("told before"),)
        if order is None:
            return (_done(kept, NothingNew("no order of ours"), received_at),)
        first = _apply(event, order, received_at)
        if first is None:
            return (NothingNew("waits for its payment"),)
        outcomes = [_done(kept, first, received_at)]
        if isinstance(first, PaymentTaken):
            outcomes += _apply_waiting(order, received_at)
        return tuple(outcomes)


def _lock_order_of(event: IncomingEvent) -> Order | None:
    # One lock a learner's order puts all that happens to it into a line: events, refunds, replays.
    try:
        order_id = UUID(event.order_reference)
    except ValueError:
        return None
    order = Order.objects.select_for_update().filter(pk=order_id).first()
    if order is None or (event.amount.amount_minor, event.amount.currency) != (
        order.total_minor,
        order.currency,
    ):
        return None
    payment, _ = Payment.objects.get_or_create(
        order=order,
        defaults={
            "gateway": event.gateway,
            "gateway_reference": event.intent_reference,
            "amount_minor": event.amount.amount_minor,
            "currency": event.amount.currency,
            "created_at": event.occurred_at,
        },
    )
    return order if payment.gateway_reference == event.intent_reference else None


def _apply(event: IncomingEvent, order: Order, received_at: datetime) -> EventOutcome | None:
    payment = Payment.objects.get(order=order)
    if event.type == PAYMENT_SUCCEEDED:
        if order.paid_at is not None:
            return NothingNew("paid before")
        return PaymentTaken(
            record_payment(order=order, event=event, paid_at=event.occurred_at, granted_at=received_at)
        )
    if event.type == REFUND_SUCCEEDED:
        return _settle_refund(
            order,
            occurred_at=event.occurred_at,
            refund_reference=event.refund_reference,
            received_at=received_at,
        )
    if payment.succeeded_at is not None:
        return NothingNew("came after success")
    if event.type == PAYMENT_PROCESSING:
        if event.attempt < max(payment.attempt, payment.failed_attempt + 1):
            return NothingNew("of an older attempt")
        payment.attempt = payment.processing_attempt = event.attempt
        payment.failure_code = payment.failure_message = ""
    elif event.type == PAYMENT_FAILED:
        if event.attempt < payment.attempt:
            return NothingNew("of an older attempt")
        payment.attempt = payment.failed_attempt = event.attempt
        payment.failure_code, payment.failure_message = event.failure_code, event.failure_message[:300]
    else:
        return NothingNew("a type we do not use")
    payment.card_brand, payment.card_last4 = event.card_brand, event.card_last4
    payment.save()
    return NothingNew("noted")


def _settle_refund(
    order: Order, *, occurred_at: datetime, refund_reference: str, received_at: datetime
) -> EventOutcome | None:
    if order.paid_at is None:
        return None
    refund = Refund.objects.filter(order=order).first()
    was_asked = refund is not None
    if refund is None:
        refund = open_refund(order, received_at)
    if refund.succeeded_at is not None:
        return NothingNew("refunded before")
    refund.succeeded_at, refund.gateway_reference = occurred_at, refund_reference
    refund.save(update_fields=["succeeded_at", "gateway_reference"])
    row = order_row(orders_with_parts().get(pk=order.pk))
    return RefundSettled(order=row, refund=refund_row(refund), was_asked=was_asked)


def _apply_waiting(order: Order, received_at: datetime) -> list[EventOutcome]:
    order.refresh_from_db()
    outcomes: list[EventOutcome] = []
    waiting = GatewayEvent.objects.filter(order=order, applied_at=None, type=REFUND_SUCCEEDED)
    for kept in waiting.order_by("occurred_at"):
        settled = _settle_refund(
            order,
            occurred_at=kept.occurred_at,
            refund_reference=kept.refund_reference,
            received_at=received_at,
        )
        assert settled is not None
        outcomes.append(_done(kept, settled, received_at))
    return outcomes


def _done(kept: GatewayEvent, outcome: EventOutcome, at: datetime) -> EventOutcome:
    match outcome:
        case NothingNew(outcome=words):
            kept.outcome = words
        case PaymentTaken():
            kept.outcome = "order paid"
        case RefundSettled():
            kept.outcome = "order refunded"
    kept.applied_at = at
    kept.save(update_fields=["applied_at", "outcome"])
    return outcome
