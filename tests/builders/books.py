"""Documents, postings and closes for tests, through the doors."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import count
from typing import Any

from stoa.kernel.spans import add_months
from stoa.subledger import api as subledger

ENTITY = "stoa-us"
_numbers = count(1)


def noon(day: date) -> datetime:
    """Noon of a day, UTC."""
    return datetime.combine(day, time(12), tzinfo=UTC)


def a_receipt(
    *,
    on: date = date(2025, 7, 10),
    price_minor: int = 4900,
    tax_minor: int = 0,
    fee_minor: int = 172,
    start_on: date | None = None,
    end_on: date | None = None,
    reference: str = "",
    course: str = "logic",
    partner: str = "lyceum",
    entity: str = ENTITY,
    currency: str = "USD",
    product: str = "single_course",
    gateway: str = "",
    credit_used_minor: int = 0,
) -> subledger.Receipt:
    """A receipt paid at noon of ``on``; six months of access from that day unless told."""
    number = next(_numbers)
    start = start_on or on
    return subledger.Receipt(
        reference=reference or f"receipt:test-{number}",
        entity=entity,
        received_at=noon(on),
        access_granted_at=noon(start),
        currency=currency,
        price_minor=price_minor,
        tax_minor=tax_minor,
        tax_jurisdiction="US-NY" if tax_minor else "",
        processing_fee_minor=fee_minor,
        start_on=start,
        end_on=end_on or add_months(start, 6),
        product=product,
        course=course,
        partner=partner,
        customer=f"learner:{number}",
        order=f"T-{number:06d}",
        gateway=gateway,
        credit_used_minor=credit_used_minor,
    )


def a_refund_of(
    receipt: subledger.Receipt,
    *,
    on: date | None = None,
    price_minor: int | None = None,
    reference: str = "",
    fee_returned_minor: int = 0,
    credited_minor: int = 0,
) -> subledger.RefundPaid:
    """A refund of a receipt, five days after the payment unless told: all of it, or a part and access goes on."""
    day = on or (receipt.received_at + timedelta(days=5)).date()
    return subledger.RefundPaid(
        reference=reference or f"refund:{receipt.reference}",
        entity=receipt.entity,
        receipt=receipt.reference,
        refunded_at=noon(day),
        access_ended_on=day if price_minor is None else None,
        currency=receipt.currency,
        price_minor=receipt.price_minor if price_minor is None else price_minor,
        tax_minor=receipt.tax_minor if price_minor is None else 0,
        processing_fee_returned_minor=fee_returned_minor,
        credited_minor=credited_minor,
        **_about(receipt),
    )


def a_dispute_of(
    receipt: subledger.Receipt, *, on: date, fee_minor: int = 1500, reference: str = ""
) -> subledger.DisputeOpened:
    """A dispute of the whole payment."""
    return subledger.DisputeOpened(
        reference=reference or f"dispute:{receipt.reference}",
        opened_at=noon(on),
        dispute_fee_minor=fee_minor,
        **_disputed(receipt),
    )


def a_win_of(dispute: subledger.DisputeOpened, *, on: date, fee_minor: int = 0) -> subledger.DisputeWon:
    """That dispute, decided for the company."""
    return subledger.DisputeWon(
        reference=f"won:{dispute.reference}",
        dispute=dispute.reference,
        won_at=noon(on),
        dispute_fee_returned_minor=fee_minor,
        **_again(dispute),
    )


def a_loss_of(dispute: subledger.DisputeOpened, *, on: date) -> subledger.DisputeLost:
    """That dispute, decided for the learner, who loses access."""
    return subledger.DisputeLost(
        reference=f"lost:{dispute.reference}",
        dispute=dispute.reference,
        lost_at=noon(on),
        access_ended_on=on,
        **_again(dispute),
    )


def a_gift(*, on: date, amount_minor: int = 4900, fee_minor: int = 172) -> subledger.CreditSold:
    """Credit that a giver paid for."""
    number = next(_numbers)
    return subledger.CreditSold(
        reference=f"credit:test-{number}",
        entity=ENTITY,
        sold_at=noon(on),
        currency="USD",
        amount_minor=amount_minor,
        processing_fee_minor=fee_minor,
        customer=f"learner:{number}",
        order=f"T-{number:06d}",
    )


def _about(given: subledger.Receipt | subledger.DisputeOpened) -> dict[str, Any]:
    return {
        name: getattr(given, name)
        for name in ("product", "course", "partner", "customer", "order", "gateway")
    }


def _disputed(receipt: subledger.Receipt) -> dict[str, Any]:
    names = ("entity", "currency", "price_minor", "tax_minor")
    return _about(receipt) | {name: getattr(receipt, name) for name in names} | {"receipt": receipt.reference}


def _again(dispute: subledger.DisputeOpened) -> dict[str, Any]:
    names = ("entity", "currency", "price_minor", "tax_minor", "receipt")
    return _about(dispute) | {name: getattr(dispute, name) for name in names}
