"""Reads of commerce."""

from collections.abc import Collection
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from django.db.models import Q, QuerySet

from stoa.catalog import api as catalog
from stoa.commerce.data import GatewayEventRow, OrderPage, OrderRow, Quote, RefundRow
from stoa.commerce.models import GatewayEvent, Order, Payment, Receipt, Refund, TaxRate
from stoa.commerce.rules import is_processing, status_from, tax_apart
from stoa.kernel.refusals import NotFound

_PAGE_LENGTH = 50
_PARTS = ("payment", "receipt", "refund")


def quote(*, offering_id: int, country: str, on: date) -> Quote:
    """Return what an offering costs in ``country`` on a day, tax apart. ``NotFound`` when it is not for sale."""
    offering = catalog.get_offering(offering_id)
    course = catalog.get_course_by_id(offering.course_id)
    if course.status != catalog.PUBLISHED:
        raise NotFound("This course is not on sale.")
    listed = catalog.price_of(offering_id, on=on, country=country)
    label, rate, is_inclusive = _tax_rate(country, on)
    price_minor, tax_minor = tax_apart(listed.amount_minor, rate=rate, is_inclusive=is_inclusive)
    return Quote(
        offering_id=offering_id,
        course_id=offering.course_id,
        course_slug=offering.course_slug,
        course_title=offering.course_title,
        course_hue=course.subject_hue,
        partner_slug=offering.partner_slug,
        partner_name=offering.partner_name,
        access_months=offering.access_months,
        currency=listed.currency,
        price_minor=price_minor,
        tax_minor=tax_minor,
        total_minor=price_minor + tax_minor,
        tax_country=country,
        tax_label=label,
        tax_rate=rate,
        tax_is_inclusive=is_inclusive,
    )


def order_row(order: Order) -> OrderRow:
    """The row of an order loaded with its parts."""
    payment: Payment | None = getattr(order, "payment", None)
    receipt: Receipt | None = getattr(order, "receipt", None)
    refund: Refund | None = getattr(order, "refund", None)
    return OrderRow(
        id=order.pk,
        number=order.number,
        learner_id=order.learner_id,
        course_id=order.course_id,
        offering_id=order.offering_id,
        currency=order.currency,
        price_minor=order.price_minor,
        tax_minor=order.tax_minor,
        total_minor=order.total_minor,
        tax_country=order.tax_country,
        tax_label=order.tax_label,
        tax_rate=order.tax_rate,
        tax_is_inclusive=order.tax_is_inclusive,
        access_months=order.access_months,
        status=status_from(
            paid_at=order.paid_at,
            is_processing=payment is not None and _is_processing(payment),
            refund_asked_at=order.refund_asked_at,
            refunded_at=refund.succeeded_at if refund else None,
            closed_at=order.closed_at,
        ),
        placed_at=order.placed_at,
        paid_at=order.paid_at,
        access_from=order.access_from,
        access_until=order.access_until,
        refund_until=order.refund_until,
        refund_asked_at=order.refund_asked_at,
        refunded_at=refund.succeeded_at if refund else None,
        closed_at=order.closed_at,
        refund_id=refund.pk if refund else None,
        payment_reference=payment.gateway_reference if payment else "",
        processing_fee_minor=(payment.processing_fee_minor or 0) if payment else 0,
        card_brand=payment.card_brand if payment else "",
        card_last4=payment.card_last4 if payment else "",
        failure_code=payment.failure_code if payment else "",
        failure_message=payment.failure_message if payment else "",
        receipt_number=receipt_number(receipt) if receipt else "",
    )


def refund_row(refund: Refund) -> RefundRow:
    """The row of a loaded refund."""
    return RefundRow(
        id=refund.pk,
        order_id=refund.order_id,
        currency=refund.currency,
        price_minor=refund.price_minor,
        tax_minor=refund.tax_minor,
        total_minor=refund.price_minor + refund.tax_minor,
        asked_at=refund.asked_at,
        succeeded_at=refund.succeeded_at,
        gateway_reference=refund.gateway_reference,
    )


def receipt_number(receipt: Receipt) -> str:
    """Write a receipt's number: ``2025-000017``."""
    return f"{receipt.series}-{receipt.serial:06d}"


def orders_with_parts() -> QuerySet[Order]:
    """Orders joined with payment, receipt and refund: one query."""
    return Order.objects.select_related(*_PARTS)


def get_order(order_id: UUID, *, learner_id: int | None = None) -> OrderRow:
    """Return an order (of ``learner_id``, when given: another's is ``NotFound`` too)."""
    orders = orders_with_parts().filter(pk=order_id)
    if learner_id is not None:
        orders = orders.filter(learner_id=learner_id)
    order = orders.first()
    if order is None:
        raise NotFound("There is no such order.")
    return order_row(order)


def orders_of(learner_id: int) -> tuple[OrderRow, ...]:
    """Return what a learner paid for or is paying, newest first; orders never paid are left out."""
    rows = map(order_row, orders_with_parts().filter(learner_id=learner_id).order_by("-placed_at"))
    return tuple(row for row in rows if row.status not in {"open", "closed"})


def live_order(*, learner_id: int, offering_id: int, at: datetime) -> OrderRow | None:
    """Return the one order that stands for an offering: wanted or paid, not refunded, access not over at ``at``."""
    # Most learners have none: ask for the key first, which is the cheaper question.
    found = (
        Order.objects.filter(Q(access_until__isnull=True) | Q(access_until__gt=at))
        .filter(learner_id=learner_id, offering_id=offering_id, closed_at=None, refund_asked_at=None)
        .values_list("pk", flat=True)
    )
    order_id = next(iter(found), None)
    return get_order(order_id) if order_id else None


def find_orders(
    *, number: str = "", learner_ids: Collection[int] | None = None, status: str = "", page: int = 1
) -> OrderPage:
    """Return orders by number (its beginning) or by learners, newest first, a page of 50 at a time."""
    orders = orders_with_parts()
    if number:
        orders = orders.filter(
            Q(number__istartswith=number) | Q(payment__gateway_reference=number) | _by_receipt(number)
        )
    if learner_ids is not None:
        orders = orders.filter(learner_id__in=learner_ids)
    if status in _STATUS_FILTERS:
        orders = orders.filter(_STATUS_FILTERS[status])
    total = orders.count()
    pages = max(1, -(-total // _PAGE_LENGTH))
    page = min(max(page, 1), pages)
    found = orders.order_by("-placed_at", "-pk")[(page - 1) * _PAGE_LENGTH : page * _PAGE_LENGTH]
    return OrderPage(tuple(map(order_row, found)), total, page, pages)


def events_of(order_id: UUID) -> tuple[GatewayEventRow, ...]:
    """Return what the gateway told about an order, as it arrived."""
    return tuple(
        GatewayEventRow(
            event_id=event.event_id,
            type=event.type,
            occurred_at=event.occurred_at,
            received_at=event.received_at,
            applied_at=event.applied_at,
            outcome=event.outcome,
            payload=dict(event.payload),
        )
        for event in GatewayEvent.objects.filter(order_id=order_id).order_by("received_at", "pk")
    )


def _is_processing(payment: Payment) -> bool:
    return is_processing(
        attempt=payment.attempt,
        processing_attempt=payment.processing_attempt,
        failed_attempt=payment.failed_attempt,
        succeeded_at=payment.succeeded_at,
    )


def _tax_rate(country: str, on: date) -> tuple[str, Decimal, bool]:
    rates = TaxRate.objects.filter(country__in={country, ""}, starts_on__lte=on)
    found = rates.order_by("-country", "-starts_on").values_list("label", "rate", "is_inclusive")
    return next(iter(found[:1]), ("Tax", Decimal(0), False))


def _by_receipt(number: str) -> Q:
    series, dash, serial = number.partition("-")
    if dash and serial.isascii() and serial.isdecimal() and len(serial) < 10:
        return Q(receipt__series=series, receipt__serial=int(serial))
    return Q(pk__in=[])


_STATUS_FILTERS = {
    "paid": Q(paid_at__isnull=False, refund_asked_at__isnull=True),
    "refunded": Q(refund_asked_at__isnull=False),
    "open": Q(paid_at__isnull=True, closed_at__isnull=True),
    "closed": Q(closed_at__isnull=False),
}
