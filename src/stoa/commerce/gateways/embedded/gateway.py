"""The embedded gateway's calls."""

import hashlib
import hmac
import json
import secrets
from collections.abc import Callable, Mapping
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from typing import Any

from django.db import transaction

from stoa.base import jobs
from stoa.commerce.gateways import signing
from stoa.commerce.gateways.embedded import models
from stoa.commerce.gateways.embedded.cards import test_card
from stoa.commerce.gateways.protocol import (
    Card,
    CardDeclined,
    IdempotencyKeyReused,
    IncomingEvent,
    Intent,
    RefundReceipt,
)
from stoa.kernel.money import Money, round_half_up
from stoa.kernel.refusals import Conflict, Invalid, NotFound

_FEE_RATE = Fraction(29, 1000)
_FEE_FIXED_MINOR = 30
_MARGIN = timedelta(seconds=1)


class EmbeddedGateway:
    """Implements ``PaymentGateway`` on tables of its own. ``secret`` signs webhooks and digests requests."""

    name = "embedded"

    def __init__(self, *, secret: str) -> None:
        self._secret = secret

    def create_intent(
        self, *, amount: Money, order_reference: str, idempotency_key: str, at: datetime
    ) -> Intent:
        """See the protocol."""

        def create() -> dict[str, Any]:
            row = models.Intent.objects.create(
                reference=f"pi_{secrets.token_hex(12)}",
                order_reference=order_reference,
                amount_minor=amount.amount_minor,
                currency=amount.currency,
            )
            return {"intent": row.reference}

        request = {"create": order_reference, "amount": amount.amount_minor, "currency": amount.currency}
        answer = self._once(idempotency_key, request, create, at)
        return _intent(models.Intent.objects.get(pk=answer["intent"]))

    def confirm_intent(
        self, *, intent_reference: str, card: Card, idempotency_key: str, at: datetime
    ) -> Intent:
        """See the protocol."""

        def confirm() -> dict[str, Any]:
            row = self._locked(intent_reference, at)
            return self._charge(row, card, at) if row.status == "requires_card" else {"intent": row.reference}

        request = {"confirm": intent_reference, "card": asdict(card)}
        answer = self._once(idempotency_key, request, confirm, at)
        if "declined" in answer:
            raise CardDeclined(answer["declined"], answer["message"], field_name=answer["field"])
        return _intent(models.Intent.objects.get(pk=answer["intent"]))

    def cancel_intent(self, *, intent_reference: str, at: datetime) -> Intent:
        """See the protocol."""
        with transaction.atomic():
            row = self._locked(intent_reference, at)
            if row.status == "requires_card":
                row.status = "canceled"
                row.save(update_fields=["status"])
            return _intent(row)

    def refund(
        self,
        *,
        intent_reference: str,
        amount: Money,
        refund_reference: str,
        idempotency_key: str,
        at: datetime,
    ) -> RefundReceipt:
        """See the protocol."""

        def refund() -> dict[str, Any]:
            row = self._locked(intent_reference, at)
            if row.status != "succeeded" or amount.currency != row.currency or amount.amount_minor <= 0:
                return {"refused": "Only money that was charged can go back."}
            if row.refunded_minor + amount.amount_minor > row.amount_minor:
                return {"refused": "This is more than what is left of the charge."}
            row.refunded_minor += amount.amount_minor
            row.save(update_fields=["refunded_minor"])
            sent = models.IntentRefund.objects.create(
                reference=f"re_{secrets.token_hex(12)}",
                intent=row,
                refund_reference=refund_reference,
                amount_minor=amount.amount_minor,
                created_at=at,
            )
            self._tell("refund.succeeded", row, at, refund=sent)
            _deliver_soon()
            return {"refund": sent.reference}

        request = {"refund": intent_reference, "amount": amount.amount_minor, "of": refund_reference}
        answer = self._once(idempotency_key, request, refund, at)
        if "refused" in answer:
            raise Conflict(answer["refused"])
        return RefundReceipt(answer["refund"], intent_reference, amount)

    def read_event(self, *, payload: bytes, signature: str, received_at: datetime) -> IncomingEvent:
        """See the protocol. A signed body that cannot be read is ``Invalid``."""
        signing.verify(payload, signature, secret=self._secret, received_at=received_at)
        try:
            return _read(json.loads(payload))
        except (ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError):
            raise Invalid("The event cannot be read.") from None

    def deliver_due(self, *, at: datetime, deliver: Callable[[bytes, str], None], limit: int) -> int:
        """Settle what is due, then hand each waiting event with its signature to ``deliver``, oldest first.

        An event counts as delivered when ``deliver`` returns; when it raises, the event stays and the error
        goes up. Two processes at once may deliver an event twice: receivers must tolerate that anyway.
        """
        self._settle_due(at)
        waiting = models.OutgoingEvent.objects.filter(delivered_at=None, available_at__lte=at)
        count = 0
        for sequence, body in list(waiting.order_by("sequence").values_list("sequence", "payload")[:limit]):
            event = models.OutgoingEvent.objects.filter(pk=sequence)
            attempts = event.values_list("attempts", flat=True)[0]
            event.update(attempts=attempts + 1)
            payload = body.encode()
            deliver(payload, signing.sign(payload, secret=self._secret, at=at))
            event.update(delivered_at=at)
            count += 1
        return count

    def events_of(self, intent_reference: str, *, at: datetime) -> tuple[tuple[bytes, str], ...]:
        """Return all events ever made for an intent, signed afresh: to deliver again, or in another order."""
        self._settle_due(at)
        rows = models.OutgoingEvent.objects.filter(payload__contains=f'"{intent_reference}"')
        bodies = [body.encode() for body in rows.order_by("sequence").values_list("payload", flat=True)]
        return tuple((body, signing.sign(body, secret=self._secret, at=at)) for body in bodies)

    def _once(
        self, key: str, request: Mapping[str, Any], act: Callable[[], dict[str, Any]], at: datetime
    ) -> dict[str, Any]:
        # Keyed, because a plain hash of a card number can be guessed back.
        body = json.dumps(request, sort_keys=True).encode()
        digest = hmac.new(self._secret.encode(), body, hashlib.sha256).hexdigest()
        with transaction.atomic():
            seen, is_new = models.AnsweredRequest.objects.get_or_create(
                key=key, defaults={"digest": digest, "answered_at": at}
            )
            if seen.digest != digest:
                raise IdempotencyKeyReused("This form was sent before with other contents.")
            if is_new:
                seen.answer = act()
                seen.save(update_fields=["answer"])
            return dict(seen.answer)

    def _charge(self, row: models.Intent, card: Card, at: datetime) -> dict[str, Any]:
        _deliver_soon()
        row.attempt += 1
        row.card_last4 = "".join(filter(str.isdecimal, card.number))[-4:]
        row.card_brand, row.failure_code, row.failure_message, row.will_fail = "", "", "", False
        try:
            known = test_card(card, at=at)
        except CardDeclined as declined:
            row.failure_code, row.failure_message = declined.reason, str(declined)
            row.save()
            self._tell("payment.failed", row, at)
            return {
                "declined": declined.reason,
                "message": str(declined),
                "field": next(iter(declined.fields)),
            }
        row.status, row.card_brand, row.settles_at = "processing", known.brand, at + known.delay
        if known.fails_later:
            row.will_fail = True
            row.failure_code, row.failure_message = known.fails_later
        row.save()
        self._tell("payment.processing", row, at)
        if known.delay:
            jobs.enqueue("deliver_gateway_events", after=known.delay + _MARGIN)
        return {"intent": row.reference}

    def _settle_due(self, at: datetime) -> None:
        due = models.Intent.objects.filter(status="processing", settles_at__lte=at)
        for reference in list(due.values_list("reference", flat=True)):
            with transaction.atomic():
                self._locked(reference, at)

    def _locked(self, intent_reference: str, at: datetime) -> models.Intent:
        row = models.Intent.objects.select_for_update().filter(pk=intent_reference).first()
        if row is None:
            raise NotFound(f"The gateway knows no payment {intent_reference}.")
        if row.status == "processing" and row.settles_at is not None and row.settles_at <= at:
            self._settle(row)
        return row

    def _settle(self, row: models.Intent) -> None:
        assert row.settles_at is not None
        if row.will_fail:
            row.status = "requires_card"
            kind = "payment.failed"
        else:
            row.status, row.fee_minor = "succeeded", fee_of(row.amount_minor)
            kind = "payment.succeeded"
        row.save(update_fields=["status", "fee_minor"])
        self._tell(kind, row, row.settles_at)

    def _tell(
        self, kind: str, row: models.Intent, at: datetime, *, refund: models.IntentRefund | None = None
    ) -> None:
        failed = kind == "payment.failed"
        told: dict[str, Any] = {
            "id": row.reference,
            "object": "payment",
            "amount": row.amount_minor,
            "currency": row.currency,
            "attempt": row.attempt,
            "fee": row.fee_minor or 0,
            "card": {"brand": row.card_brand, "last4": row.card_last4},
            "failure": {"code": row.failure_code, "message": row.failure_message} if failed else None,
            "metadata": {"order": row.order_reference},
        }
        if refund is not None:
            told["refund"] = {
                "id": refund.reference,
                "amount": refund.amount_minor,
                "reference": refund.refund_reference,
            }
        event_id = f"evt_{secrets.token_hex(12)}"
        payload = {"id": event_id, "type": kind, "created": at.timestamp(), "data": {"object": told}}
        models.OutgoingEvent.objects.create(event_id=event_id, payload=json.dumps(payload), available_at=at)


def _deliver_soon() -> None:
    jobs.enqueue("deliver_gateway_events", once="deliver_gateway_events")


def fee_of(amount_minor: int) -> int:
    """What the gateway keeps of a charge: 2.9 % and 30 minor units, half up."""
    return round_half_up(amount_minor * _FEE_RATE + _FEE_FIXED_MINOR)


def _intent(row: models.Intent) -> Intent:
    return Intent(
        reference=row.reference,
        order_reference=row.order_reference,
        amount=Money(row.amount_minor, row.currency),
        status=row.status,  # type: ignore[arg-type]
        attempt=row.attempt,
        card_brand=row.card_brand,
        card_last4=row.card_last4,
    )


def _read(body: Mapping[str, Any]) -> IncomingEvent:
    told = body["data"]["object"]
    refund = told.get("refund") or {}
    failure = told.get("failure") or {}
    if body["type"] == "refund.succeeded" and not refund.get("id"):
        raise ValueError("a refund without its reference")
    return IncomingEvent(
        gateway=EmbeddedGateway.name,
        event_id=_name(body["id"]),
        type=_name(body["type"]),
        occurred_at=datetime.fromtimestamp(float(body["created"]), UTC),
        intent_reference=_name(told["id"]),
        order_reference=str(told["metadata"]["order"]),
        amount=Money(int(refund.get("amount", told["amount"])), str(told["currency"])),
        attempt=int(told["attempt"]),
        fee_minor=int(told["fee"]),
        card_brand=str(told["card"]["brand"]),
        card_last4=str(told["card"]["last4"]),
        failure_code=str(failure.get("code", "")),
        failure_message=str(failure.get("message", "")),
        refund_reference=_name(refund.get("id", "")),
        payload=body,
    )


def _name(value: object) -> str:
    text = str(value)
    if len(text) > 40 or "\0" in text:
        raise ValueError("a name that this gateway never gives")
    return text
