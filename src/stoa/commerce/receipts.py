"""A receipt on paper: every figure of one paid order, typeset; the same bytes for the same facts."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from stoa.base import paper
from stoa.catalog import api as catalog
from stoa.commerce.data import OrderRow
from stoa.commerce.queries import get_order
from stoa.kernel.money import Money
from stoa.kernel.refusals import NotFound
from stoa.people import api as people

_TEMPLATE: Final = Path(__file__).with_name("receipt.typ")


def receipt_pdf(order_id: UUID, *, learner_id: int | None = None) -> bytes:
    """Return the PDF receipt of a paid order (of ``learner_id``, when given); ``NotFound`` before it is paid."""
    order = get_order(order_id, learner_id=learner_id)
    if not order.receipt_number:
        raise NotFound("This order has no receipt: it was not paid.")
    words = json.dumps(_words(order), sort_keys=True, ensure_ascii=False)
    assert order.paid_at is not None
    at = order.refunded_at or order.paid_at
    try:
        return paper.archival_pdf(_TEMPLATE, inputs={"words": words}, made_at=at)
    except paper.NotDrawable:
        return paper.plain_pdf(_TEMPLATE, inputs={"words": words}, made_at=at)


def _words(order: OrderRow) -> dict[str, Any]:
    course = catalog.get_course_by_id(order.course_id)
    buyer = people.get_person(order.learner_id)
    assert order.paid_at is not None and order.access_until is not None and order.refund_until is not None
    return {
        "receipt": order.receipt_number,
        "order": order.number,
        "buyer": buyer.legal_name,
        "email": buyer.email,
        "course": course.title,
        "partner": course.partner_name,
        "paid": _said(order.paid_at),
        "access": f"{_said(order.access_from)} to {_said(order.access_until)}",
        "card": f"{order.card_brand.capitalize()} ending in {order.card_last4}",
        "price": _amount(order.price_minor, order.currency),
        "tax": _amount(order.tax_minor, order.currency),
        "tax_label": f"{order.tax_label} ({order.tax_percent} %, {order.tax_country or '–'})",
        "total": _amount(order.total_minor, order.currency),
        "refund_until": _said(order.refund_until),
        "refunded": _said(order.refunded_at or order.refund_asked_at) if order.refund_id else "",
    }


def _said(instant: datetime | None) -> str:
    assert instant is not None
    return f"{instant.astimezone(UTC):%-d %B %Y, %H:%M} UTC"


def _amount(amount_minor: int, currency: str) -> str:
    return f"{currency} {Money(amount_minor, currency).decimal:,f}"
