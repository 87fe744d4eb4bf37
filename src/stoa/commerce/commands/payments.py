"""Charging orders. Calls to the gateway stand outside of transactions, as for any gateway far away."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from django.db import transaction

from stoa.commerce.commands.orders import close_order, lock_order
from stoa.commerce.data import OrderRow
from stoa.commerce.gateways.chosen import gateway
from stoa.commerce.gateways.protocol import Card, IncomingEvent, Intent
from stoa.commerce.models import Order, Payment, Receipt, ReceiptSeries
from stoa.commerce.queries import get_order, order_row, orders_with_parts
from stoa.commerce.rules import access_until, refund_until
from stoa.kernel.money import Money


def charge(*, order_id: UUID, card: Card, idempotency_key: str, at: datetime) -> OrderRow:
    """Hand an open order's card to the gateway. Returns the order, ``pending``: the gateway tells the rest.

    Safe to repeat and to race: an order has one payment at the gateway, and that is charged at most once.
    ``closed`` means that it was given up meanwhile: place another.
    Raises ``CardDeclined`` (the order stays open) and ``IdempotencyKeyReused``.
    """
    order = get_order(order_id)
    if order.status != "open":
        return order
    bank = gateway()
    intent = bank.create_intent(
        amount=Money(order.total_minor, order.currency),
        order_reference=str(order.id),
        idempotency_key=f"order:{order.id}",
        at=at,
    )
    _note_intent(order_id, intent, at)
    intent = bank.confirm_intent(
        intent_reference=intent.reference,
        card=card,
        idempotency_key=f"{order.id}:{idempotency_key}",
        at=at,
    )
    if intent.status == "canceled":
        return close_order(order_id=order_id, reason="superseded", closed_at=at)
    _note_progress(intent)
    return get_order(order_id)


def supersede(*, order_id: UUID, at: datetime) -> OrderRow:
    """Give an open order up so that it can never be charged. Returned unclosed when a charge came first."""
    order = get_order(order_id)
    if order.status == "open" and order.payment_reference:
        intent = gateway().cancel_intent(intent_reference=order.payment_reference, at=at)
        if intent.status != "canceled":
            _note_progress(intent)
            return get_order(order_id)
    if order.status != "open":
        return order
    return close_order(order_id=order_id, reason="superseded", closed_at=at)


def record_payment(
    *, order: Order, event: IncomingEvent, paid_at: datetime, granted_at: datetime
) -> OrderRow:
    """Make a locked order paid: its payment succeeded, promises are dated, the receipt gets its number.

    ``paid_at`` starts the refund window; ``granted_at`` starts the access.
    """
    payment = Payment.objects.get(order=order)
    payment.succeeded_at, payment.processing_fee_minor = paid_at, event.fee_minor
    payment.card_brand, payment.card_last4 = event.card_brand, event.card_last4
    payment.attempt = max(payment.attempt, event.attempt)
    payment.failure_code = payment.failure_message = ""
    payment.save()
    # Money is the truth: an order that was given up while its charge went through is wanted again.
    order.closed_at, order.close_reason = None, ""
    order.paid_at, order.access_from = paid_at, granted_at
    order.access_until = access_until(granted_at, months=order.access_months)
    order.refund_until = refund_until(paid_at)
    order.save()
    _number_receipt(order, paid_at)
    return order_row(orders_with_parts().get(pk=order.pk))


def deliver_pending_events(*, at: datetime, deliver: Callable[[bytes, str], None], limit: int = 200) -> int:
    """Hand each event that the embedded gateway has to tell by ``at``, with its signature, to ``deliver``.

    The worker's ``deliver`` posts it to the webhook; the demo calls ``flows.checkout.receive_gateway_event``.
    Returns how many were delivered; an error of ``deliver`` goes up and its event waits for the next call.
    """
    return gateway().deliver_due(at=at, deliver=deliver, limit=limit)


def _note_intent(order_id: UUID, intent: Intent, at: datetime) -> None:
    Payment.objects.get_or_create(
        order_id=order_id,
        defaults={
            "gateway": gateway().name,
            "gateway_reference": intent.reference,
            "amount_minor": intent.amount.amount_minor,
            "currency": intent.amount.currency,
            "created_at": at,
        },
    )


def _note_progress(intent: Intent) -> None:
    with transaction.atomic():
        lock_order(UUID(intent.order_reference))
        payment = Payment.objects.select_for_update().get(
            gateway=gateway().name, gateway_reference=intent.reference
        )
        is_news = intent.attempt >= payment.attempt and intent.attempt > payment.failed_attempt
        if payment.succeeded_at is None and is_news:
            payment.attempt = payment.processing_attempt = intent.attempt
            payment.card_brand, payment.card_last4 = intent.card_brand, intent.card_last4
            payment.failure_code = payment.failure_message = ""
            payment.save()


def _number_receipt(order: Order, issued_at: datetime) -> None:
    name = f"{issued_at:%Y}"
    ReceiptSeries.objects.get_or_create(name=name)
    # The lock lasts until the payment is committed: a number that is not used is not taken.
    series = ReceiptSeries.objects.select_for_update().get(name=name)
    series.last_serial += 1
    series.save(update_fields=["last_serial"])
    Receipt.objects.create(order=order, series=name, serial=series.last_serial, issued_at=issued_at)
