"""Commerce alone: quotes, orders, payments, receipts, refunds."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from stoa.catalog import api as catalog
from stoa.commerce import api as commerce
from stoa.commerce.gateways.chosen import gateway
from stoa.commerce.models import Order, Payment, Receipt, TaxRate
from stoa.kernel.money import usd
from stoa.kernel.refusals import Conflict, Invalid, NotFound
from tests.builders.commerce import (
    BOUGHT_AT,
    DECLINED,
    SLOW,
    SLOWLY_DECLINED,
    a_card,
    a_key,
    a_learner,
    an_offering,
    an_order,
    hear,
)

pytestmark = pytest.mark.django_db
ON = date(2025, 9, 1)
LATER = BOUGHT_AT + timedelta(minutes=5)


def charged(order, number="4242424242424242", *, key=None, at=BOUGHT_AT):
    return commerce.charge(order_id=order.id, card=a_card(number), idempotency_key=key or a_key(), at=at)


def a_bought_order(**what):
    order = an_order(**what)
    charged(order, at=order.placed_at)
    hear(at=order.placed_at)
    return commerce.get_order(order.id)


@pytest.mark.parametrize(
    ("country", "price", "tax", "label"),
    [
        ("US", 4900, 0, "Sales tax"),
        ("IN", 4900, 882, "GST"),
        ("DE", 4118, 782, "VAT"),
        ("BR", 4900, 0, "Tax"),
    ],
)
def test_a_quote_sets_the_countrys_tax_apart(country, price, tax, label) -> None:
    quote = commerce.quote(offering_id=an_offering().id, country=country, on=ON)
    assert (quote.price_minor, quote.tax_minor, quote.tax_label) == (price, tax, label)
    assert quote.total_minor == price + tax


def test_a_quote_uses_the_rate_of_its_day() -> None:
    offering = an_offering()
    TaxRate.objects.create(
        country="SG", label="GST", rate=Decimal("0.1"), is_inclusive=False, starts_on=date(2025, 10, 1)
    )
    taxes = [
        commerce.quote(offering_id=offering.id, country="SG", on=day).tax_minor
        for day in (date(2025, 9, 30), date(2025, 10, 1))
    ]
    assert taxes == [441, 490]


def test_what_is_not_published_is_not_sold() -> None:
    offering = an_offering()
    catalog.retire_course(course_id=offering.course_id, retired_at=BOUGHT_AT)
    with pytest.raises(NotFound):
        an_order(offering=offering)
    with pytest.raises(NotFound):
        commerce.quote(offering_id=10**15, country="US", on=ON)


def test_an_order_is_the_quote_it_agreed_to_and_has_a_readable_number() -> None:
    order = an_order()
    assert (order.price_minor, order.tax_minor, order.total_minor, order.currency) == (4900, 0, 4900, "USD")
    assert order.number.startswith("ST-25-")
    assert (order.status, order.paid_at, order.receipt_number) == ("open", None, "")
    assert commerce.orders_of(order.learner_id) == ()


def test_a_second_order_of_the_same_offering_is_the_first() -> None:
    learner, offering = a_learner(), an_offering()
    assert an_order(learner=learner, offering=offering) == an_order(learner=learner, offering=offering)
    bought = a_bought_order(learner=learner, offering=offering)
    assert an_order(learner=learner, offering=offering) == bought


def test_the_course_may_be_bought_again_when_access_is_over() -> None:
    learner, offering = a_learner(), an_offering()
    first = a_bought_order(learner=learner, offering=offering)
    assert first.access_until is not None
    assert an_order(learner=learner, offering=offering, at=first.access_until).id != first.id


def test_a_form_is_of_one_offering() -> None:
    learner, key = a_learner(), a_key()
    place = {"learner_id": learner.id, "country": "US", "idempotency_key": key, "placed_at": BOUGHT_AT}
    commerce.place_order(offering_id=an_offering().id, **place)
    with pytest.raises(commerce.IdempotencyKeyReused):
        commerce.place_order(offering_id=an_offering().id, **place)
    with pytest.raises(Invalid):
        commerce.place_order(offering_id=an_offering().id, **{**place, "idempotency_key": ""})


def test_a_changed_price_is_told_before_anything_is_ordered() -> None:
    learner, offering = a_learner(), an_offering()
    with pytest.raises(commerce.PriceChanged) as refusal:
        commerce.place_order(
            learner_id=learner.id,
            offering_id=offering.id,
            country="US",
            idempotency_key=a_key(),
            placed_at=BOUGHT_AT,
            expected_total_minor=3900,
        )
    assert refusal.value.quote.total_minor == 4900
    assert not Order.objects.exists()


def test_only_the_gateways_word_makes_an_order_paid() -> None:
    order = charged(an_order())
    assert order.status == "pending"
    outcomes = hear(at=LATER)
    assert [type(outcome) for outcome in outcomes] == [commerce.NothingNew, commerce.PaymentTaken]
    paid = commerce.get_order(order.id)
    assert (paid.status, paid.paid_at, paid.access_from) == ("paid", BOUGHT_AT, LATER)
    assert paid.access_until == LATER.replace(year=2026, month=3)
    assert paid.refund_until == BOUGHT_AT + timedelta(days=14)
    assert (paid.processing_fee_minor, paid.card_last4, paid.receipt_number) == (172, "4242", "2025-000001")


def test_receipts_are_numbered_without_gaps_by_year() -> None:
    numbers = [a_bought_order(at=BOUGHT_AT + timedelta(days=day)).receipt_number for day in (0, 1, 200)]
    assert numbers == ["2025-000001", "2025-000002", "2026-000001"]


def test_a_payment_that_is_rolled_back_leaves_no_gap() -> None:
    order = charged(an_order())
    with transaction.atomic():
        hear(at=BOUGHT_AT)
        assert Receipt.objects.count() == 1
        transaction.set_rollback(True)
    assert commerce.get_order(order.id).status == "pending"
    hear(at=BOUGHT_AT)
    assert commerce.get_order(order.id).receipt_number == "2025-000001"


def test_a_declined_order_stays_open_with_the_reason_and_takes_another_card() -> None:
    order = an_order()
    with pytest.raises(commerce.CardDeclined):
        charged(order, DECLINED)
    hear(at=BOUGHT_AT)
    declined = commerce.get_order(order.id)
    assert (declined.status, declined.failure_code) == ("open", "card_declined")
    charged(order)
    hear(at=BOUGHT_AT)
    assert commerce.get_order(order.id).status == "paid"


def test_a_late_refusal_opens_the_order_again() -> None:
    order = charged(an_order(), SLOWLY_DECLINED)
    hear(at=LATER)
    assert commerce.get_order(order.id).status == "open"
    assert charged(order, at=LATER).status == "pending"
    hear(at=LATER)
    assert commerce.get_order(order.id).status == "paid"


def events_of(order):
    bank = gateway()
    signed = bank.events_of(commerce.get_order(order.id).payment_reference, at=LATER)
    return [bank.read_event(payload=body, signature=word, received_at=LATER) for body, word in signed]


def apply(*events):
    return [outcome for event in events for outcome in commerce.apply_event(event=event, received_at=LATER)]


def test_events_may_come_twice_and_backwards() -> None:
    order = an_order()
    with pytest.raises(commerce.CardDeclined):
        charged(order, DECLINED)
    charged(order)
    failed, processing, succeeded = events_of(order)
    outcomes = apply(succeeded, processing, failed, succeeded, processing)
    assert sum(isinstance(outcome, commerce.PaymentTaken) for outcome in outcomes) == 1
    paid = commerce.get_order(order.id)
    assert (paid.status, paid.failure_code) == ("paid", "")


def test_an_old_refusal_does_not_end_a_newer_attempt() -> None:
    order = an_order()
    with pytest.raises(commerce.CardDeclined):
        charged(order, DECLINED)
    charged(order, SLOW)
    apply(events_of(order)[0])
    assert commerce.get_order(order.id).status == "pending"


def test_a_refund_that_is_told_before_its_payment_waits_for_it() -> None:
    order = a_bought_order()
    commerce.ask_refund(
        order_id=order.id,
        learner_id=order.learner_id,
        has_certificate=False,
        certificate_blocks=False,
        asked_at=LATER,
    )
    commerce.send_refund(order_id=order.id, at=LATER)
    _, succeeded, refunded = events_of(order)
    other = charged(an_order())
    reference = commerce.get_order(other.id).payment_reference
    moved = [
        replace(
            event,
            event_id=f"moved-{event.event_id}",
            order_reference=str(other.id),
            intent_reference=reference,
        )
        for event in (refunded, succeeded)
    ]
    assert apply(moved[0]) == [commerce.NothingNew("waits for its payment")]
    taken, settled = apply(moved[1])
    assert isinstance(taken, commerce.PaymentTaken)
    assert isinstance(settled, commerce.RefundSettled)
    assert not settled.was_asked
    assert commerce.get_order(other.id).status == "refunded"


def test_an_event_of_another_amount_or_payment_pays_nothing() -> None:
    order = charged(an_order())
    succeeded = events_of(order)[-1]
    for forged in (
        replace(succeeded, amount=usd(1)),
        replace(succeeded, intent_reference="pi_other"),
        replace(succeeded, order_reference="not an order"),
    ):
        assert apply(replace(forged, event_id=f"evt_{forged.amount}{forged.intent_reference}"))
    assert commerce.get_order(order.id).status == "pending"


def test_an_open_order_is_given_up_when_its_quote_is_over() -> None:
    learner, offering = a_learner(), an_offering()
    order = an_order(learner=learner, offering=offering)
    assert commerce.still_holds(order, country="US", at=BOUGHT_AT)
    assert not commerce.still_holds(order, country="IN", at=BOUGHT_AT)
    assert commerce.supersede(order_id=order.id, at=BOUGHT_AT).status == "closed"
    assert an_order(learner=learner, offering=offering).id != order.id


def test_an_order_in_progress_or_paid_is_not_given_up() -> None:
    order = charged(an_order(), SLOW)
    assert commerce.supersede(order_id=order.id, at=BOUGHT_AT).status == "pending"
    with pytest.raises(Conflict):
        commerce.close_order(order_id=a_bought_order().id, reason="superseded", closed_at=LATER)


def refund(order, *, at=LATER, learner_id=None, **changes):
    return commerce.ask_refund(
        order_id=order.id,
        learner_id=learner_id or order.learner_id,
        **{"has_certificate": False, "certificate_blocks": False, **changes},
        asked_at=at,
    )


def test_a_refund_is_one_fact_however_often_it_is_asked_for() -> None:
    order = a_bought_order()
    (first, is_new), (again, is_new_again) = refund(order), refund(order, at=LATER + timedelta(days=30))
    assert (is_new, is_new_again, first) == (True, False, again)
    for _ in range(2):
        commerce.send_refund(order_id=order.id, at=LATER)
    hear(at=LATER)
    assert commerce.get_order(order.id).status == "refunded"
    assert commerce.unsent_refunds(asked_before=LATER + timedelta(days=1)) == ()


def test_a_refund_is_refused_by_its_rule_and_hidden_from_others() -> None:
    order = a_bought_order()
    with pytest.raises(commerce.NotRefundable) as refusal:
        refund(order, at=BOUGHT_AT + timedelta(days=15))
    assert refusal.value.reason == "too_late"
    with pytest.raises(commerce.NotRefundable):
        refund(order, has_certificate=True, certificate_blocks=True)
    with pytest.raises(commerce.NotRefundable):
        refund(an_order())
    with pytest.raises(NotFound):
        refund(order, learner_id=a_learner().id)
    with pytest.raises(NotFound):
        commerce.get_order(order.id, learner_id=a_learner().id)


@pytest.mark.parametrize(
    "broken",
    [
        {"total_minor": 1},
        {"paid_at": BOUGHT_AT},
        {"closed_at": BOUGHT_AT},
        {"price_minor": -1, "total_minor": -1},
        {"refund_asked_at": BOUGHT_AT},
    ],
)
def test_the_database_refuses_impossible_orders(broken) -> None:
    order = an_order()
    with pytest.raises(IntegrityError), transaction.atomic():
        Order.objects.filter(pk=order.id).update(**broken)


def test_the_database_refuses_a_second_live_order() -> None:
    order = an_order()
    copy = Order.objects.get(pk=order.id)
    copy.pk, copy.number = None, "another"
    with pytest.raises(IntegrityError), transaction.atomic():
        copy.save(force_insert=True)


def test_a_payment_without_its_fee_is_refused_by_the_database() -> None:
    charged(an_order())
    with pytest.raises(IntegrityError), transaction.atomic():
        Payment.objects.update(succeeded_at=BOUGHT_AT)


def test_a_receipt_is_a_pdf_once_paid_in_any_script() -> None:
    with pytest.raises(NotFound):
        commerce.receipt_pdf(an_order().id)
    for name in ("Ada Okafor", "أمل حداد", "山田 花子"):
        order = a_bought_order(learner=a_learner(name=name))
        paper = commerce.receipt_pdf(order.id)
        assert paper.startswith(b"%PDF-")
        assert commerce.receipt_pdf(order.id) == paper
    with pytest.raises(NotFound):
        commerce.receipt_pdf(order.id, learner_id=a_learner().id)


def test_orders_are_found_by_number_receipt_payment_and_learner(django_assert_num_queries) -> None:
    order = a_bought_order()
    an_order()
    for words in (order.number, order.number.lower(), order.receipt_number, order.payment_reference):
        assert commerce.find_orders(number=words).orders == (order,)
    assert commerce.find_orders(learner_ids=[order.learner_id]).total == 1
    assert commerce.find_orders(status="paid").total == 1
    assert commerce.find_orders(number="%").total == 0
    with django_assert_num_queries(2):
        assert commerce.find_orders().total == 2
    assert commerce.find_orders(page=10**6).page == 1
    assert [event.type for event in commerce.events_of(order.id)] == [
        "payment.processing",
        "payment.succeeded",
    ]
