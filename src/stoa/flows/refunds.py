"""Changing one's mind: access, certificate, tax and books unwind together, then the money goes back."""

from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import transaction

from stoa.access import api as access
from stoa.base import jobs
from stoa.catalog import api as catalog
from stoa.commerce import api as commerce
from stoa.credentials import api as credentials
from stoa.kernel.spans import day_in
from stoa.subledger import api as subledger

_REASON = "Refunded at the learner's wish"


def refund_in_full(*, learner_id: int, order_id: UUID, asked_at: datetime) -> commerce.OrderRow:
    """Give an order's money back and undo what it bought; returns the order, ``refunding`` or ``refunded``.

    Access falls to audit, the certificate is withdrawn, the documents are filed: all in one transaction, which
    makes the refund a fact. Only then is the gateway told, under a key of the refund's own; should this
    process die in between, ``resume`` tells it later. Asking twice refunds once.
    Raises ``NotRefundable`` (with the rule) and ``NotFound``.
    """
    with transaction.atomic():
        order = commerce.get_order(order_id, learner_id=learner_id)
        refund, is_new = commerce.ask_refund(
            order_id=order_id,
            learner_id=learner_id,
            has_certificate=_holds_certificate(order),
            certificate_blocks=not settings.STOA_REFUND_AFTER_CERTIFICATE,
            asked_at=asked_at,
        )
        if is_new:
            unwind(order=commerce.get_order(order_id), refund=refund)
    commerce.send_refund(order_id=order_id, at=asked_at)
    return commerce.get_order(order_id)


def unwind(*, order: commerce.OrderRow, refund: commerce.RefundRow) -> None:
    """Undo what a refunded order bought, as of the instant the refund was asked for; again changes nothing."""
    access.grant_audit(learner_id=order.learner_id, course_id=order.course_id, granted_at=refund.asked_at)
    access.revoke(source_reference=f"order:{order.id}", reason=_REASON, revoked_at=refund.asked_at)
    if access.level_of(learner_id=order.learner_id, course_id=order.course_id, at=refund.asked_at) != "full":
        credentials.revoke_for_course(
            learner_id=order.learner_id,
            course_id=order.course_id,
            reason=_REASON,
            revoked_at=refund.asked_at,
        )
    subledger.file(_refund_paid_for(order, refund))
    jobs.enqueue("send_refund_mail", order_id=str(order.id))


def resume(*, at: datetime, asked_before: datetime) -> int:
    """Tell the gateway of refunds that were asked for but have not arrived; returns how many."""
    waiting = commerce.unsent_refunds(asked_before=asked_before)
    for order_id in waiting:
        commerce.send_refund(order_id=order_id, at=at)
    return len(waiting)


def why_not(order: commerce.OrderRow, *, asked_at: datetime) -> str:
    """Return the code of the reason why an order cannot be refunded at ``asked_at``, or ``""``."""
    blocks = not settings.STOA_REFUND_AFTER_CERTIFICATE
    return commerce.why_not_refundable(
        paid_at=order.paid_at,
        asked_at=asked_at,
        is_refunded=order.refund_id is not None,
        has_certificate=blocks and _holds_certificate(order),
        certificate_blocks=blocks,
    )


def _refund_paid_for(order: commerce.OrderRow, refund: commerce.RefundRow) -> subledger.RefundPaid:
    """The document that accounting gets for a refund. The gateway keeps its fee, as gateways do."""
    offering = catalog.get_offering(order.offering_id)
    return subledger.RefundPaid(
        reference=f"refund:{refund.id}",
        entity=settings.STOA_ENTITY,
        receipt=f"receipt:{order.id}",
        refunded_at=refund.asked_at,
        access_ended_on=day_in(refund.asked_at, settings.STOA_ENTITY_TIME_ZONE),
        currency=refund.currency,
        price_minor=refund.price_minor,
        tax_minor=refund.tax_minor,
        course=offering.course_slug,
        partner=offering.partner_slug,
        customer=f"learner:{order.learner_id}",
        order=order.number,
    )


def _holds_certificate(order: commerce.OrderRow) -> bool:
    held = credentials.find_for_course(learner_id=order.learner_id, course_id=order.course_id)
    return held is not None and held.revoked_at is None
