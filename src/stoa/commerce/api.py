"""The door of commerce."""

from stoa.commerce.commands.events import apply_event, read_event
from stoa.commerce.commands.orders import PriceChanged, close_order, place_order, still_holds
from stoa.commerce.commands.payments import charge, deliver_pending_events, supersede
from stoa.commerce.commands.refunds import NotRefundable, ask_refund, send_refund, unsent_refunds
from stoa.commerce.data import (
    EventOutcome,
    GatewayEventRow,
    NothingNew,
    OrderPage,
    OrderRow,
    OrderStatus,
    PaymentTaken,
    Quote,
    RefundRow,
    RefundSettled,
)
from stoa.commerce.gateways.embedded.cards import TEST_CARDS, TestCard
from stoa.commerce.gateways.protocol import BadSignature, Card, CardDeclined, IdempotencyKeyReused
from stoa.commerce.queries import (
    events_of,
    find_orders,
    get_order,
    live_order,
    orders_of,
    quote,
)
from stoa.commerce.receipts import receipt_pdf
from stoa.commerce.rules import REFUND_WINDOW, refund_until, why_not_refundable

__all__ = [
    "REFUND_WINDOW",
    "TEST_CARDS",
    "BadSignature",
    "Card",
    "CardDeclined",
    "EventOutcome",
    "GatewayEventRow",
    "IdempotencyKeyReused",
    "NotRefundable",
    "NothingNew",
    "OrderPage",
    "OrderRow",
    "OrderStatus",
    "PaymentTaken",
    "PriceChanged",
    "Quote",
    "RefundRow",
    "RefundSettled",
    "TestCard",
    "apply_event",
    "ask_refund",
    "charge",
    "close_order",
    "deliver_pending_events",
    "events_of",
    "find_orders",
    "get_order",
    "live_order",
    "orders_of",
    "place_order",
    "quote",
    "read_event",
    "receipt_pdf",
    "refund_until",
    "send_refund",
    "still_holds",
    "supersede",
    "unsent_refunds",
    "why_not_refundable",
]
