"""Buying a course: an order, a card, the gateway's word, and then everything that being paid means."""

from datetime import datetime

from django.conf import settings
from django.db import transaction

from stoa.access import api as access
from stoa.base import jobs
from stoa.catalog import api as catalog
from stoa.commerce import api as commerce
from stoa.courseware import api as courseware
from stoa.flows import refunds, study
from stoa.kernel.spans import InstantSpan, day_in
from stoa.learning import api as learning
from stoa.subledger import api as subledger


def start(
    *,
    learner_id: int,
    offering_id: int,
    card: commerce.Card,
    idempotency_key: str,
    country: str,
    started_at: datetime,
    expected_total_minor: int | None = None,
) -> commerce.OrderRow:
    """Order an offering and hand its card to the gateway; returns the order, as a rule ``pending``.

    A learner has one live order for an offering, whoever clicked first: a second click, tab or retry returns
    it (``paid`` when she owns the course already) and charges nothing. ``expected_total_minor`` is what the
    page showed. Raises ``PriceChanged``, ``CardDeclined`` (try again with a new key),
    ``IdempotencyKeyReused``, ``NotFound``.
    """

    def place() -> commerce.OrderRow:
        return commerce.place_order(
            learner_id=learner_id,
            offering_id=offering_id,
            country=country,
            idempotency_key=idempotency_key,
            placed_at=started_at,
            expected_total_minor=expected_total_minor,
        )

    def charge(order: commerce.OrderRow) -> commerce.OrderRow:
        return commerce.charge(order_id=order.id, card=card, idempotency_key=idempotency_key, at=started_at)

    order = place()
    if order.status == "open" and not commerce.still_holds(order, country=country, at=started_at):
        order = commerce.supersede(order_id=order.id, at=started_at)
    else:
        order = charge(order)
    return charge(place()) if order.status == "closed" else order


def receive_gateway_event(*, payload: bytes, signature: str, received_at: datetime) -> None:
    """Take what the gateway tells: the only way an order becomes paid.

    Everything that follows from an event is written with it, once, however often and in whatever order events
    come. Raises ``BadSignature`` and ``Invalid``; any other error means "tell me again".
    """
    event = commerce.read_event(payload=payload, signature=signature, received_at=received_at)
    with transaction.atomic():
        for outcome in commerce.apply_event(event=event, received_at=received_at):
            match outcome:
                case commerce.PaymentTaken(order=order):
                    _open_course(order)
                case commerce.RefundSettled(order=order, refund=refund):
                    refunds.unwind(order=order, refund=refund)
                case commerce.NothingNew():
                    pass


def deliver_in_process(*, at: datetime) -> int:
    """Let the embedded gateway tell all it has to tell by ``at``, without a web server in between."""
    return commerce.deliver_pending_events(
        at=at,
        deliver=lambda payload, signature: receive_gateway_event(
            payload=payload, signature=signature, received_at=at
        ),
    )


def _open_course(order: commerce.OrderRow) -> None:
    assert order.access_from is not None and order.access_until is not None
    access.grant_audit(learner_id=order.learner_id, course_id=order.course_id, granted_at=order.access_from)
    access.grant(
        learner_id=order.learner_id,
        course_id=order.course_id,
        kind=access.PURCHASE,
        source_reference=f"order:{order.id}",
        span=InstantSpan(order.access_from, order.access_until),
        granted_at=order.access_from,
    )
    enrollment = learning.enroll(
        learner_id=order.learner_id,
        course_id=order.course_id,
        version_id=courseware.current_version_id(order.course_id),
        enrolled_at=order.access_from,
    )
    if enrollment.is_new:
        catalog.count_enrollment(course_id=order.course_id)
    subledger.file(_receipt_for(order))
    study.issue_if_earned(learner_id=order.learner_id, course_id=order.course_id, at=order.access_from)
    jobs.enqueue("send_receipt_mail", order_id=str(order.id))


def _receipt_for(order: commerce.OrderRow) -> subledger.Receipt:
    """The document that accounting gets for a paid order."""
    assert order.paid_at and order.access_from and order.access_until
    offering = catalog.get_offering(order.offering_id)
    return subledger.Receipt(
        reference=f"receipt:{order.id}",
        entity=settings.STOA_ENTITY,
        received_at=order.paid_at,
        access_granted_at=order.access_from,
        currency=order.currency,
        price_minor=order.price_minor,
        tax_minor=order.tax_minor,
        tax_jurisdiction=order.tax_country,
        processing_fee_minor=order.processing_fee_minor,
        start_on=day_in(order.access_from, settings.STOA_ENTITY_TIME_ZONE),
        end_on=day_in(order.access_until, settings.STOA_ENTITY_TIME_ZONE),
        course=offering.course_slug,
        partner=offering.partner_slug,
        customer=f"learner:{order.learner_id}",
        order=order.number,
    )
