"""What every payment gateway must do. A second implementation joins ``GATEWAYS`` and passes unchanged."""

import json
from datetime import timedelta

import pytest

from stoa.commerce.gateways.chosen import gateway as chosen
from stoa.commerce.gateways.embedded.gateway import EmbeddedGateway, fee_of
from stoa.commerce.gateways.embedded.models import AnsweredRequest, Intent, OutgoingEvent
from stoa.commerce.gateways.protocol import BadSignature, CardDeclined, IdempotencyKeyReused
from stoa.commerce.gateways.signing import sign, verify
from stoa.kernel.money import usd
from stoa.kernel.refusals import Conflict, Invalid
from tests.builders.commerce import (
    BOUGHT_AT,
    DECLINED,
    EXPIRED,
    GOOD,
    NO_FUNDS,
    SLOW,
    SLOWLY_DECLINED,
    a_card,
    a_key,
)

pytestmark = pytest.mark.django_db
GATEWAYS = [chosen]


@pytest.fixture(params=GATEWAYS)
def bank(request) -> EmbeddedGateway:
    return request.param()


def an_intent(bank, *, key="order:1"):
    return bank.create_intent(amount=usd(49), order_reference="order-1", idempotency_key=key, at=BOUGHT_AT)


def confirmed(bank, intent, number=GOOD, *, key=None, at=BOUGHT_AT):
    return bank.confirm_intent(
        intent_reference=intent.reference, card=a_card(number), idempotency_key=key or a_key(), at=at
    )


def told(bank, *, at=BOUGHT_AT):
    events = []
    bank.deliver_due(
        at=at,
        deliver=lambda payload, signature: events.append(
            bank.read_event(payload=payload, signature=signature, received_at=at)
        ),
        limit=100,
    )
    return events


def kinds(events) -> list[str]:
    return [event.type for event in events]


def test_a_charge_is_answered_as_processing_and_told_as_succeeded_with_its_fee(bank) -> None:
    assert confirmed(bank, an_intent(bank)).status == "processing"
    events = told(bank)
    assert kinds(events) == ["payment.processing", "payment.succeeded"]
    assert events[-1].fee_minor == 172  # 2.9 % of 49.00 is 142.1, and 30
    assert (events[-1].order_reference, events[-1].amount, events[-1].card_last4) == (
        "order-1",
        usd(49),
        "4242",
    )


@pytest.mark.parametrize(("amount", "fee"), [(4900, 172), (100, 33), (5000, 175), (50, 31)])
def test_the_fee_is_rounded_half_up(amount, fee) -> None:
    assert fee_of(amount) == fee


@pytest.mark.parametrize(
    ("number", "reason"),
    [
        (DECLINED, "card_declined"),
        (NO_FUNDS, "insufficient_funds"),
        (EXPIRED, "expired_card"),
        ("4111111111111112", "incorrect_number"),
        ("", "incorrect_number"),
        ("💳" * 40, "incorrect_number"),
    ],
)
def test_a_refused_card_says_why_and_charges_nothing(bank, number, reason) -> None:
    intent = an_intent(bank)
    with pytest.raises(CardDeclined) as refusal:
        confirmed(bank, intent, number)
    assert refusal.value.reason == reason
    events = told(bank)
    assert kinds(events) == ["payment.failed"]
    assert events[0].failure_code == reason


def test_a_card_past_its_date_is_refused(bank) -> None:
    with pytest.raises(CardDeclined) as refusal:
        bank.confirm_intent(
            intent_reference=an_intent(bank).reference,
            card=a_card(year=2024),
            idempotency_key=a_key(),
            at=BOUGHT_AT,
        )
    assert "expiry" in refusal.value.fields


def test_another_card_may_follow_a_refused_one(bank) -> None:
    intent = an_intent(bank)
    with pytest.raises(CardDeclined):
        confirmed(bank, intent, DECLINED)
    assert confirmed(bank, intent).attempt == 2
    assert kinds(told(bank)) == ["payment.failed", "payment.processing", "payment.succeeded"]


def test_an_intent_is_charged_once_whatever_follows(bank) -> None:
    intent = an_intent(bank)
    for _ in range(3):
        confirmed(bank, intent)
    assert kinds(told(bank)).count("payment.succeeded") == 1


def test_the_same_key_and_request_get_the_same_answer(bank) -> None:
    assert an_intent(bank) == an_intent(bank)
    intent = an_intent(bank)
    for _ in range(2):
        with pytest.raises(CardDeclined):
            confirmed(bank, intent, DECLINED, key="form-1")
    assert kinds(told(bank)) == ["payment.failed"]


def test_the_same_key_with_another_request_is_refused(bank) -> None:
    intent = an_intent(bank)
    confirmed(bank, intent, key="form-1")
    with pytest.raises(IdempotencyKeyReused):
        confirmed(bank, intent, SLOW, key="form-1")
    with pytest.raises(IdempotencyKeyReused):
        bank.create_intent(amount=usd(1), order_reference="order-1", idempotency_key="order:1", at=BOUGHT_AT)


def test_a_slow_card_is_answered_when_it_is_due(bank) -> None:
    assert confirmed(bank, an_intent(bank), SLOW).status == "processing"
    assert kinds(told(bank)) == ["payment.processing"]
    assert told(bank, at=BOUGHT_AT + timedelta(seconds=19)) == []
    assert kinds(told(bank, at=BOUGHT_AT + timedelta(seconds=20))) == ["payment.succeeded"]


def test_a_card_may_be_declined_late_and_another_used(bank) -> None:
    intent, later = an_intent(bank), BOUGHT_AT + timedelta(minutes=1)
    confirmed(bank, intent, SLOWLY_DECLINED)
    assert kinds(told(bank, at=later)) == ["payment.processing", "payment.failed"]
    confirmed(bank, intent, at=later)
    assert kinds(told(bank, at=later)) == ["payment.processing", "payment.succeeded"]


def test_a_canceled_intent_is_never_charged(bank) -> None:
    intent = an_intent(bank)
    assert bank.cancel_intent(intent_reference=intent.reference, at=BOUGHT_AT).status == "canceled"
    assert confirmed(bank, intent).status == "canceled"
    assert told(bank) == []


def test_an_intent_in_progress_cannot_be_canceled(bank) -> None:
    intent = an_intent(bank)
    confirmed(bank, intent, SLOW)
    assert bank.cancel_intent(intent_reference=intent.reference, at=BOUGHT_AT).status == "processing"


def refunded(bank, intent, *, key="refund:1", amount=None):
    return bank.refund(
        intent_reference=intent.reference,
        amount=amount or usd(49),
        refund_reference="refund-1",
        idempotency_key=key,
        at=BOUGHT_AT,
    )


def test_a_refund_is_sent_once_under_its_key_and_told_by_event(bank) -> None:
    intent = an_intent(bank)
    confirmed(bank, intent)
    told(bank)
    assert refunded(bank, intent) == refunded(bank, intent)
    events = told(bank)
    assert kinds(events) == ["refund.succeeded"]
    assert events[0].refund_reference


def test_refunds_never_exceed_the_charge(bank) -> None:
    intent = an_intent(bank)
    with pytest.raises(Conflict):
        refunded(bank, intent, key="refund:0")
    confirmed(bank, intent)
    refunded(bank, intent)
    with pytest.raises(Conflict):
        refunded(bank, intent, key="refund:2", amount=usd("0.01"))


def test_an_event_waits_until_its_delivery_succeeds_and_may_come_again(bank) -> None:
    intent = an_intent(bank)
    confirmed(bank, intent)

    def unreachable(payload: bytes, signature: str) -> None:
        raise ConnectionRefusedError

    with pytest.raises(ConnectionRefusedError):
        bank.deliver_due(at=BOUGHT_AT, deliver=unreachable, limit=10)
    assert len(told(bank)) == 2
    assert told(bank) == []
    assert len(bank.events_of(intent.reference, at=BOUGHT_AT)) == 2


def test_no_card_number_is_kept(bank) -> None:
    confirmed(bank, an_intent(bank))
    kept = json.dumps(
        [*Intent.objects.values(), *AnsweredRequest.objects.values(), *OutgoingEvent.objects.values()],
        default=str,
    )
    assert "4242424242424242" not in kept.replace(" ", "")
    assert "4242 4242" not in repr(a_card())


@pytest.mark.parametrize(
    "signature",
    ["", "t=,v1=", "t=1,v1=00", "v1=abc", "t=99999999999999999999,v1=x", "nonsense", "t=-1,v1=é"],
)
def test_an_unsigned_event_is_refused(bank, signature) -> None:
    with pytest.raises(BadSignature):
        bank.read_event(payload=b"{}", signature=signature, received_at=BOUGHT_AT)


def test_a_changed_or_old_event_is_refused() -> None:
    signature = sign(b"{}", secret="s", at=BOUGHT_AT)
    verify(b"{}", signature, secret="s", received_at=BOUGHT_AT + timedelta(seconds=300))
    for payload, secret, late in (
        (b"{ }", "s", 0),
        (b"{}", "other", 0),
        (b"{}", "s", 301),
        (b"{}", "s", -301),
    ):
        with pytest.raises(BadSignature):
            verify(payload, signature, secret=secret, received_at=BOUGHT_AT + timedelta(seconds=late))


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b'{"id":"e"}', b"\xff", b'{"data":{"object":null}}'])
def test_a_signed_body_that_is_no_event_is_invalid(bank, body) -> None:
    from django.conf import settings

    signature = sign(body, secret=settings.STOA_GATEWAY_WEBHOOK_SECRET, at=BOUGHT_AT)
    with pytest.raises(Invalid):
        bank.read_event(payload=body, signature=signature, received_at=BOUGHT_AT)
