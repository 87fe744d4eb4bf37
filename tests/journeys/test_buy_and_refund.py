"""A learner buys a course, may study it, changes her mind; the books hear of it."""

from datetime import timedelta

import pytest

from stoa.access import api as access
from stoa.catalog import api as catalog
from stoa.commerce import api as commerce
from stoa.commerce.gateways.chosen import gateway
from stoa.credentials import api as credentials
from stoa.flows import checkout, enroll, refunds, study
from stoa.learning import api as learning
from stoa.subledger import api as subledger
from tests.builders.commerce import (
    BOUGHT_AT,
    DECLINED,
    SLOW,
    a_card,
    a_course_on_sale,
    a_key,
    a_learner,
    a_paid_order,
    a_purchase,
)
from tests.builders.learning import Studying

pytestmark = pytest.mark.django_db
LATER = BOUGHT_AT + timedelta(hours=1)


def level(order, at=LATER):
    return access.level_of(learner_id=order.learner_id, course_id=order.course_id, at=at)


def documents(order):
    return [document.kind for document in subledger.documents_of_order(order.number)]


def refund(order, at=LATER):
    return refunds.refund_in_full(learner_id=order.learner_id, order_id=order.id, asked_at=at)


def test_paying_grants_access_and_files_a_receipt() -> None:
    offering = a_course_on_sale()
    order = a_paid_order(offering=offering, country="DE")
    assert order.status == "paid"
    assert order.access_until == BOUGHT_AT.replace(year=2026, month=3)
    assert level(order) == "full"
    assert learning.get_enrollment(learner_id=order.learner_id, course_id=order.course_id)
    assert catalog.cards([order.course_id], on=BOUGHT_AT.date())[0].enrollment_count == 1
    (receipt,) = subledger.documents_of_order(order.number)
    assert (receipt.reference, receipt.kind) == (f"receipt:{order.id}", "receipt")
    assert receipt.facts["price_minor"] + receipt.facts["tax_minor"] == 4900
    assert (receipt.facts["tax_minor"], receipt.facts["processing_fee_minor"]) == (782, 172)


def test_nothing_is_open_before_the_gateway_has_spoken() -> None:
    order = a_purchase(number=SLOW)
    checkout.deliver_in_process(at=BOUGHT_AT)
    assert commerce.get_order(order.id).status == "pending"
    assert level(order, BOUGHT_AT) == "none"
    assert documents(order) == []
    checkout.deliver_in_process(at=BOUGHT_AT + timedelta(seconds=21))
    assert level(order) == "full"


def test_a_declined_card_buys_nothing_and_another_one_may_be_tried() -> None:
    learner, offering = a_learner(), a_course_on_sale()
    with pytest.raises(commerce.CardDeclined):
        a_purchase(learner=learner, offering=offering, number=DECLINED)
    checkout.deliver_in_process(at=BOUGHT_AT)
    assert commerce.orders_of(learner.id) == ()
    order = a_paid_order(learner=learner, offering=offering)
    assert order.status == "paid"
    assert documents(order) == ["receipt"]


def test_two_tabs_a_double_click_and_a_retry_charge_once() -> None:
    learner, offering, key = a_learner(), a_course_on_sale(), a_key()
    first = a_purchase(learner=learner, offering=offering, key=key)
    assert a_purchase(learner=learner, offering=offering, key=key).id == first.id
    assert a_purchase(learner=learner, offering=offering).id == first.id
    checkout.deliver_in_process(at=BOUGHT_AT)
    assert a_purchase(learner=learner, offering=offering, key=key).status == "paid"
    assert a_purchase(learner=learner, offering=offering).id == first.id
    assert checkout.deliver_in_process(at=BOUGHT_AT) == 0


def test_a_replayed_webhook_changes_nothing() -> None:
    order = a_paid_order()
    for payload, signature in gateway().events_of(order.payment_reference, at=LATER) * 2:
        checkout.receive_gateway_event(payload=payload, signature=signature, received_at=LATER)
    assert commerce.get_order(order.id) == order
    assert documents(order) == ["receipt"]
    assert catalog.cards([order.course_id], on=BOUGHT_AT.date())[0].enrollment_count == 1


def test_an_audit_becomes_a_purchase_and_counts_once() -> None:
    learner, offering = a_learner(), a_course_on_sale()
    enroll.audit(learner_id=learner.id, course_slug=offering.course_slug, at=BOUGHT_AT - timedelta(days=3))
    order = a_paid_order(learner=learner, offering=offering)
    assert level(order) == "full"
    assert catalog.cards([order.course_id], on=BOUGHT_AT.date())[0].enrollment_count == 1


def test_a_changed_tax_or_price_makes_a_new_order_of_an_open_one() -> None:
    learner, offering = a_learner(), a_course_on_sale()
    with pytest.raises(commerce.CardDeclined):
        a_purchase(learner=learner, offering=offering, number=DECLINED)
    order = a_paid_order(learner=learner, offering=offering, country="IN")
    assert order.total_minor == 5782
    assert commerce.find_orders(learner_ids=[learner.id]).total == 2
    assert commerce.find_orders(learner_ids=[learner.id], status="closed").total == 1


def test_an_order_whose_payment_was_given_up_is_placed_anew() -> None:
    learner, offering, key = a_learner(), a_course_on_sale(), a_key()
    with pytest.raises(commerce.CardDeclined):
        a_purchase(learner=learner, offering=offering, number=DECLINED)
    given_up = commerce.live_order(learner_id=learner.id, offering_id=offering.id, at=BOUGHT_AT)
    assert given_up is not None
    gateway().cancel_intent(intent_reference=given_up.payment_reference, at=BOUGHT_AT)
    order = a_purchase(learner=learner, offering=offering, key=key)
    assert order.id != given_up.id
    assert a_purchase(learner=learner, offering=offering, key=key).id == order.id
    checkout.deliver_in_process(at=BOUGHT_AT)
    assert commerce.get_order(order.id).status == "paid"


def test_a_price_that_changed_since_it_was_shown_is_not_charged() -> None:
    with pytest.raises(commerce.PriceChanged):
        checkout.start(
            learner_id=a_learner().id,
            offering_id=a_course_on_sale().id,
            card=a_card(),
            idempotency_key=a_key(),
            country="US",
            started_at=BOUGHT_AT,
            expected_total_minor=3900,
        )


def finish(order) -> None:
    course = catalog.get_course_by_id(order.course_id)
    enrollment = learning.get_enrollment(learner_id=order.learner_id, course_id=order.course_id)
    studying = Studying(None, course, enrollment)  # type: ignore[arg-type]
    for module in studying.outline.modules:
        for lesson in module.lessons:
            for unit in lesson.units:
                who = {"learner_id": order.learner_id, "course_slug": course.slug, "unit_key": unit.key}
                if unit.problem_keys:
                    study.submit(
                        **who, at=LATER, answers=studying.answers(unit.title), honor_code_accepted=True
                    )
                else:
                    study.complete_unit(**who, at=LATER)


def test_a_refund_unwinds_access_certificate_tax_and_books_together() -> None:
    order = a_paid_order(country="DE")
    finish(order)
    earned = credentials.find_for_course(learner_id=order.learner_id, course_id=order.course_id)
    assert earned is not None
    at = LATER + timedelta(days=1)
    assert refund(order, at).status == "refunding"
    assert level(order, at) == "audit"
    assert level(order, at - timedelta(seconds=1)) == "full"
    withdrawn = credentials.get_by_code(earned.code)
    assert withdrawn.revoked_at == at
    assert documents(order) == ["receipt", "refund_paid"]
    refunded = subledger.documents_of_order(order.number)[1]
    assert (refunded.facts["price_minor"], refunded.facts["tax_minor"]) == (4118, 782)
    checkout.deliver_in_process(at=at)
    assert commerce.get_order(order.id).status == "refunded"
    reasons = access.explain(learner_id=order.learner_id, course_id=order.course_id, at=at).reasons
    assert any("Refunded at the learner's wish" in reason.text for reason in reasons)


def test_asking_twice_refunds_once() -> None:
    order = a_paid_order()
    assert refund(order).refund_id == refund(order, LATER + timedelta(minutes=1)).refund_id
    checkout.deliver_in_process(at=LATER)
    assert refund(order).status == "refunded"
    assert documents(order) == ["receipt", "refund_paid"]


def test_on_the_fifteenth_day_the_rule_is_told_and_nothing_changes() -> None:
    order = a_paid_order()
    at = BOUGHT_AT + timedelta(days=14, seconds=1)
    assert refunds.why_not(order, asked_at=at) == "too_late"
    with pytest.raises(commerce.NotRefundable):
        refund(order, at)
    assert level(order, at) == "full"


def test_the_house_may_let_a_certificate_end_the_right_to_a_refund(settings) -> None:
    settings.STOA_REFUND_AFTER_CERTIFICATE = False
    order = a_paid_order()
    assert refunds.why_not(order, asked_at=LATER) == ""
    finish(order)
    assert refunds.why_not(order, asked_at=LATER) == "certificate_earned"
    with pytest.raises(commerce.NotRefundable):
        refund(order)


def test_a_refunded_course_can_be_bought_again() -> None:
    learner, offering = a_learner(), a_course_on_sale()
    first = a_paid_order(learner=learner, offering=offering)
    refund(first)
    second = a_paid_order(learner=learner, offering=offering, on=LATER + timedelta(days=2))
    assert second.id != first.id
    assert level(second, LATER + timedelta(days=2)) == "full"


def test_a_refund_that_was_not_sent_is_sent_later() -> None:
    order = a_paid_order()
    # What a process has written when it dies before it tells the gateway.
    asked, _ = commerce.ask_refund(
        order_id=order.id,
        learner_id=order.learner_id,
        has_certificate=False,
        certificate_blocks=False,
        asked_at=LATER,
    )
    refunds.unwind(order=commerce.get_order(order.id), refund=asked)
    assert commerce.get_order(order.id).status == "refunding"
    for _ in range(2):
        refunds.resume(at=LATER + timedelta(minutes=5), asked_before=LATER + timedelta(minutes=4))
    checkout.deliver_in_process(at=LATER + timedelta(minutes=5))
    assert commerce.get_order(order.id).status == "refunded"


def test_events_in_any_order_lead_to_the_same_end() -> None:
    learner, offering = a_learner(), a_course_on_sale()
    with pytest.raises(commerce.CardDeclined):
        a_purchase(learner=learner, offering=offering, number=DECLINED)
    order = a_purchase(learner=learner, offering=offering)
    reference = commerce.get_order(order.id).payment_reference
    for payload, signature in reversed(gateway().events_of(reference, at=LATER)):
        checkout.receive_gateway_event(payload=payload, signature=signature, received_at=LATER)
    assert commerce.get_order(order.id).status == "paid"
    assert documents(order) == ["receipt"]
