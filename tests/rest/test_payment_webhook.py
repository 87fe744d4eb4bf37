"""The address where the gateway tells what happened."""

import json

import pytest
from django.conf import settings
from django.test import Client

from stoa.base import clock
from stoa.commerce import api as commerce
from stoa.commerce.gateways import signing
from stoa.commerce.gateways.chosen import gateway
from tests.builders.commerce import a_purchase

pytestmark = pytest.mark.django_db
ADDRESS = "/webhooks/payments"


def tell(payload: bytes, signature: str):
    return Client(enforce_csrf_checks=True).post(
        ADDRESS, payload, content_type="application/json", headers={"Stoa-Signature": signature}
    )


def test_a_signed_event_pays_an_order_and_a_replay_is_welcome() -> None:
    now = clock.now()
    order = a_purchase(on=now)
    reference = commerce.get_order(order.id).payment_reference
    for payload, signature in gateway().events_of(reference, at=now) * 2:
        assert tell(payload, signature).status_code == 200
    assert commerce.get_order(order.id).status == "paid"


def test_an_unsigned_a_forged_and_an_old_event_are_refused() -> None:
    from datetime import timedelta

    now = clock.now()
    order = a_purchase(on=now)
    reference = commerce.get_order(order.id).payment_reference
    payload, signature = gateway().events_of(reference, at=now)[-1]
    _, old = gateway().events_of(reference, at=now - timedelta(minutes=6))[-1]
    for body, word in ((payload, ""), (payload + b" ", signature), (payload, old), (b"\xff\x00", signature)):
        assert tell(body, word).status_code == 400
    assert commerce.get_order(order.id).status == "pending"


@pytest.mark.parametrize(
    "changes",
    [
        {"id": "e" * 500},
        {"id": "a\0b"},
        {"type": "x" * 500},
        {"type": "refund.succeeded"},
        {"created": 1e30},
        {"data": []},
    ],
)
def test_a_signed_event_that_makes_no_sense_is_refused(changes: dict[str, object]) -> None:
    now = clock.now()
    order = a_purchase(on=now)
    reference = commerce.get_order(order.id).payment_reference
    payload, _ = gateway().events_of(reference, at=now)[-1]
    forged = json.dumps({**json.loads(payload), **changes}).encode()
    signature = signing.sign(forged, secret=settings.STOA_GATEWAY_WEBHOOK_SECRET, at=now)
    assert tell(forged, signature).status_code == 400
    deep = b"[" * 100_000
    assert (
        tell(deep, signing.sign(deep, secret=settings.STOA_GATEWAY_WEBHOOK_SECRET, at=now)).status_code == 400
    )
    assert commerce.get_order(order.id).status == "pending"


def test_other_methods_and_huge_bodies_are_refused() -> None:
    assert Client().get(ADDRESS).status_code == 405
    assert tell(b"x" * 300_000, "t=1,v1=0").status_code == 413
