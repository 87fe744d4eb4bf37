"""Rows of commerce that cross the door."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Final, Literal
from uuid import UUID

#: open: waits for a card · pending: the gateway works on it · paid · refunding: money is on its way back ·
#: refunded · closed: given up before anything was paid.
OrderStatus = Literal["open", "pending", "paid", "refunding", "refunded", "closed"]

PAYMENT_PROCESSING: Final = "payment.processing"
PAYMENT_SUCCEEDED: Final = "payment.succeeded"
PAYMENT_FAILED: Final = "payment.failed"
REFUND_SUCCEEDED: Final = "refund.succeeded"


@dataclass(frozen=True, slots=True)
class Quote:
    """What an offering costs in a country on a day. ``price_minor`` is without tax, ``total_minor`` is charged."""

    offering_id: int
    course_id: int
    course_slug: str
    course_title: str
    course_hue: int
    partner_slug: str
    partner_name: str
    access_months: int
    currency: str
    price_minor: int
    tax_minor: int
    total_minor: int
    tax_country: str
    tax_label: str
    tax_rate: Decimal
    tax_is_inclusive: bool

    @property
    def tax_percent(self) -> str:
        """The rate for people: ``7.7``."""
        return f"{(self.tax_rate * 100).normalize():f}"


@dataclass(frozen=True, slots=True)
class OrderRow:
    """An order as it stands. Instants are UTC; what has not happened is ``None`` or empty."""

    id: UUID
    number: str
    learner_id: int
    course_id: int
    offering_id: int
    currency: str
    price_minor: int
    tax_minor: int
    total_minor: int
    tax_country: str
    tax_label: str
    tax_rate: Decimal
    tax_is_inclusive: bool
    access_months: int
    status: OrderStatus
    placed_at: datetime
    paid_at: datetime | None
    access_from: datetime | None
    access_until: datetime | None
    refund_until: datetime | None
    refund_asked_at: datetime | None
    refunded_at: datetime | None
    closed_at: datetime | None
    refund_id: UUID | None
    payment_reference: str
    processing_fee_minor: int
    card_brand: str
    card_last4: str
    failure_code: str
    failure_message: str
    receipt_number: str

    @property
    def tax_percent(self) -> str:
        """The rate for people: ``7.7``."""
        return f"{(self.tax_rate * 100).normalize():f}"


@dataclass(frozen=True, slots=True)
class GatewayEventRow:
    """One event as the gateway told it, and what became of it."""

    event_id: str
    type: str
    occurred_at: datetime
    received_at: datetime
    applied_at: datetime | None
    outcome: str
    payload: dict[str, Any]


@dataclass(frozen=True, slots=True)
class RefundRow:
    """Money on its way back, or back: amounts are positive."""

    id: UUID
    order_id: UUID
    currency: str
    price_minor: int
    tax_minor: int
    total_minor: int
    asked_at: datetime
    succeeded_at: datetime | None
    gateway_reference: str


@dataclass(frozen=True, slots=True)
class OrderPage:
    """One page of orders, newest first."""

    orders: tuple[OrderRow, ...]
    total: int
    page: int
    pages: int


@dataclass(frozen=True, slots=True)
class PaymentTaken:
    """An event paid an order just now: the flow must open the course."""

    order: OrderRow


@dataclass(frozen=True, slots=True)
class RefundSettled:
    """The gateway gave an order's money back; ``was_asked`` is false when the refund began at the gateway."""

    order: OrderRow
    refund: RefundRow
    was_asked: bool


@dataclass(frozen=True, slots=True)
class NothingNew:
    """An event changed nothing that others need to know; ``outcome`` says why."""

    outcome: str


EventOutcome = PaymentTaken | RefundSettled | NothingNew
