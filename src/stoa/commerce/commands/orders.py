"""Placing and giving up orders."""

from datetime import datetime
from uuid import UUID

from django.db import connection, transaction

from stoa.commerce.data import OrderRow, Quote
from stoa.commerce.gateways.protocol import IdempotencyKeyReused
from stoa.commerce.models import Order, OrderNumber
from stoa.commerce.queries import live_order, order_row, orders_with_parts, quote
from stoa.kernel.refusals import Conflict, Invalid, NotFound

#: First key of the advisory lock that lets one order a learner be placed at a time.
_LEARNER_LOCK = 0x0C0EEC


class PriceChanged(Conflict):
    """The total is not the one that was shown; ``quote`` is the current one. Nothing was ordered."""

    code = "price_changed"

    def __init__(self, quote: Quote) -> None:
        super().__init__("The price has changed since this page was shown. Nothing was charged.")
        self.quote = quote


def place_order(
    *,
    learner_id: int,
    offering_id: int,
    country: str,
    idempotency_key: str,
    placed_at: datetime,
    expected_total_minor: int | None = None,
) -> OrderRow:
    """Order an offering at today's quote, or return the order that stands for it already.

    A learner has one live order for an offering: a second tab, a retry and a second click all get the
    first one, whatever its status (``open``: charge it; ``pending`` and ``paid``: nothing to do). An open
    order whose quote no longer holds is returned too: ``supersede`` it first.
    Raises ``PriceChanged`` when ``expected_total_minor`` is given and is not what would be charged.
    """
    if not 8 <= len(idempotency_key) <= 80:
        raise Invalid("The form lacks its key. Reload the page and try again.")
    with transaction.atomic():
        _lock_learner(learner_id)
        standing = _sent_before(learner_id, offering_id, idempotency_key)
        if standing is None or standing.status == "closed":
            standing = live_order(learner_id=learner_id, offering_id=offering_id, at=placed_at)
        if standing is not None and standing.status != "open":
            return standing
        offer = quote(offering_id=offering_id, country=country, on=placed_at.date())
        if expected_total_minor is not None and offer.total_minor != expected_total_minor:
            raise PriceChanged(offer)
        if standing is not None:
            return standing
        order = Order.objects.create(
            number=_next_number(placed_at),
            learner_id=learner_id,
            offering_id=offering_id,
            course_id=offer.course_id,
            idempotency_key=idempotency_key,
            currency=offer.currency,
            price_minor=offer.price_minor,
            tax_minor=offer.tax_minor,
            total_minor=offer.total_minor,
            tax_country=offer.tax_country,
            tax_label=offer.tax_label,
            tax_rate=offer.tax_rate,
            tax_is_inclusive=offer.tax_is_inclusive,
            access_months=offer.access_months,
            placed_at=placed_at,
        )
    return order_row(order)


def still_holds(order: OrderRow, *, country: str, at: datetime) -> bool:
    """Whether an open order would cost the same for ``country`` if it were placed at ``at``."""
    offer = quote(offering_id=order.offering_id, country=country, on=at.date())
    return (offer.price_minor, offer.tax_minor, offer.currency, offer.tax_country, offer.access_months) == (
        order.price_minor,
        order.tax_minor,
        order.currency,
        order.tax_country,
        order.access_months,
    )


def close_order(*, order_id: UUID, reason: str, closed_at: datetime) -> OrderRow:
    """Give up an order that was never paid; a paid one is refused, a closed one stays as it is."""
    with transaction.atomic():
        order = lock_order(order_id)
        if order.paid_at is not None:
            raise Conflict("A paid order is refunded, not closed.")
        if order.closed_at is None:
            order.closed_at, order.close_reason = closed_at, reason
            order.save(update_fields=["closed_at", "close_reason"])
    return order_row(orders_with_parts().get(pk=order_id))


def lock_order(order_id: UUID) -> Order:
    """Lock an order for the rest of the transaction, or raise ``NotFound``."""
    order = Order.objects.select_for_update().filter(pk=order_id).first()
    if order is None:
        raise NotFound("There is no such order.")
    return order


def _sent_before(learner_id: int, offering_id: int, key: str) -> OrderRow | None:
    sent = (
        orders_with_parts().filter(learner_id=learner_id, idempotency_key=key).order_by("-placed_at").first()
    )
    if sent is not None and sent.offering_id != offering_id:
        raise IdempotencyKeyReused("This form was sent before for another course. Reload the page.")
    return order_row(sent) if sent is not None else None


def _lock_learner(learner_id: int) -> None:
    # The constraint keeps the promise; the lock spares two first clicks a deadlock over it.
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [_LEARNER_LOCK, learner_id % 2**31])


def _next_number(placed_at: datetime) -> str:
    return f"ST-{placed_at:%y}-{OrderNumber.objects.create().pk + 10_000}"
