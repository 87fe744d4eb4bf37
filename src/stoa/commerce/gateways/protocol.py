"""What a payment gateway must promise. Every implementation passes ``tests/rooms/test_gateways.py``."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, Protocol

from stoa.kernel.money import Money
from stoa.kernel.refusals import Conflict, Invalid, NotAllowed

IntentStatus = Literal["requires_card", "processing", "succeeded", "canceled"]


class CardDeclined(Invalid):
    """The card was refused and nothing was charged; ``reason`` is the gateway's code, such as ``expired_card``."""

    code = "card_declined"

    def __init__(self, reason: str, message: str, *, field_name: str = "card_number") -> None:
        super().__init__(message, fields={field_name: message})
        self.reason = reason


class IdempotencyKeyReused(Conflict):
    """The same key came with another request: nothing was done."""

    code = "idempotency_key_reused"


class BadSignature(NotAllowed):
    """A message claims to come from the gateway, but its signature is missing, wrong or too old."""

    code = "bad_signature"


@dataclass(frozen=True, slots=True)
class Card:
    """A card as typed. It is handed to the gateway and never stored, logged or shown again."""

    number: str = field(repr=False)
    expiry_month: int = field(repr=False)
    expiry_year: int = field(repr=False)
    security_code: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Intent:
    """A payment at the gateway. ``attempt`` counts the cards tried; it is charged at most once."""

    reference: str
    order_reference: str
    amount: Money
    status: IntentStatus
    attempt: int
    card_brand: str
    card_last4: str


@dataclass(frozen=True, slots=True)
class RefundReceipt:
    """The gateway's word that it sends money back."""

    reference: str
    intent_reference: str
    amount: Money


@dataclass(frozen=True, slots=True)
class IncomingEvent:
    """A verified event. ``fee`` is known with ``payment.succeeded``; ``failure_*`` with ``payment.failed``."""

    gateway: str
    event_id: str
    type: str
    occurred_at: datetime
    intent_reference: str
    order_reference: str
    amount: Money
    attempt: int
    fee_minor: int
    card_brand: str
    card_last4: str
    failure_code: str
    failure_message: str
    refund_reference: str
    payload: Mapping[str, Any]


class PaymentGateway(Protocol):
    """Calls to the outside: none of them belongs into a transaction of ours, all may be repeated with their key.

    The same key with the same request gives the same answer (a decline too) and does nothing again; the same
    key with another request raises ``IdempotencyKeyReused``.
    """

    name: str

    def create_intent(
        self, *, amount: Money, order_reference: str, idempotency_key: str, at: datetime
    ) -> Intent:
        """Announce a payment; nothing is charged yet."""

    def confirm_intent(
        self, *, intent_reference: str, card: Card, idempotency_key: str, at: datetime
    ) -> Intent:
        """Charge the card. Returns ``processing``: success is told later, by event. Raises ``CardDeclined``.

        An intent that is processing, has succeeded or was canceled is returned as it is, whatever the card.
        """

    def cancel_intent(self, *, intent_reference: str, at: datetime) -> Intent:
        """Give an intent up so that it can never be charged; one in progress or done is returned as it is."""

    def refund(
        self,
        *,
        intent_reference: str,
        amount: Money,
        refund_reference: str,
        idempotency_key: str,
        at: datetime,
    ) -> RefundReceipt:
        """Send money back; never more than was charged. Its arrival is told by event."""

    def read_event(self, *, payload: bytes, signature: str, received_at: datetime) -> IncomingEvent:
        """Verify and read a webhook body, or raise ``BadSignature``."""
