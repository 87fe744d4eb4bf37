"""Giving money back."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from stoa.commerce.commands.orders import lock_order
from stoa.commerce.data import OrderRow, RefundRow
from stoa.commerce.gateways.chosen import gateway
from stoa.commerce.models import Order, Refund
from stoa.commerce.queries import get_order, refund_row
from stoa.commerce.rules import why_not_refundable
from stoa.kernel.money import Money
from stoa.kernel.refusals import Conflict, NotFound


class NotRefundable(Conflict):
    """The refund rule says no; ``reason`` is ``not_paid``, ``too_late`` or ``certificate_earned``."""

    code = "not_refundable"

    def __init__(self, reason: str) -> None:
        super().__init__(_WORDS[reason])
        self.reason = reason


_WORDS = {
    "not_paid": "This order was never paid, so there is nothing to give back.",
    "too_late": "The 14 days in which this order could be refunded are over. Access stays until its end.",
    "certificate_earned": "A certificate was earned with this order, and certificates end the right to a refund.",
    "already_refunded": "This order was refunded before.",
}


def ask_refund(
    *, order_id: UUID, learner_id: int, has_certificate: bool, certificate_blocks: bool, asked_at: datetime
) -> tuple[RefundRow, bool]:
    """Record that all of an order's money goes back; returns the refund and whether it is new.

    Asking again returns the first refund. Raises ``NotRefundable``, and ``NotFound`` for another's order.
    """
    with transaction.atomic():
        order = lock_order(order_id)
        if order.learner_id != learner_id:
            raise NotFound("There is no such order.")
        known = Refund.objects.filter(order=order).first()
        if known is not None:
            return refund_row(known), False
        reason = why_not_refundable(
            paid_at=order.paid_at,
            asked_at=asked_at,
            is_refunded=False,
            has_certificate=has_certificate,
            certificate_blocks=certificate_blocks,
        )
        if reason:
            raise NotRefundable(reason)
        return refund_row(open_refund(order, asked_at)), True


def open_refund(order: Order, asked_at: datetime) -> Refund:
    """Write the refund of a locked, paid order."""
    order.refund_asked_at = asked_at
    order.save(update_fields=["refund_asked_at"])
    return Refund.objects.create(
        order=order,
        price_minor=order.price_minor,
        tax_minor=order.tax_minor,
        currency=order.currency,
        asked_at=asked_at,
    )


def send_refund(*, order_id: UUID, at: datetime) -> OrderRow:
    """Tell the gateway to send an order's money back: exactly once, however often this is called."""
    order = get_order(order_id)
    if order.status == "refunding":
        gateway().refund(
            intent_reference=order.payment_reference,
            amount=Money(order.total_minor, order.currency),
            refund_reference=str(order.refund_id),
            idempotency_key=f"refund:{order.refund_id}",
            at=at,
        )
    return order


def unsent_refunds(*, asked_before: datetime, limit: int = 200) -> tuple[UUID, ...]:
    """Return orders whose refund has not arrived yet, oldest first: candidates for ``send_refund``."""
    waiting = Refund.objects.filter(succeeded_at=None, asked_at__lt=asked_before)
    return tuple(waiting.order_by("asked_at").values_list("order_id", flat=True)[:limit])
