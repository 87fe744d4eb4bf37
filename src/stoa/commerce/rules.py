"""What the shop decides, in plain Python: tax, access, refunds, and what facts make of an order."""

from datetime import datetime, timedelta
from decimal import Decimal
from fractions import Fraction

from stoa.commerce.data import OrderStatus
from stoa.kernel.money import round_half_up
from stoa.kernel.spans import add_months_at

#: From the instant the payment was received; every payment has it (``docs/decisions/0040-refund-rule.md``).
REFUND_WINDOW = timedelta(days=14)


def tax_apart(listed_minor: int, *, rate: Decimal, is_inclusive: bool) -> tuple[int, int]:
    """Return ``(price without tax, tax)`` of a listed price; rounded half up, once.

    Where prices include tax (``is_inclusive``), the listed price is the total and tax is taken out of it;
    elsewhere tax comes on top.
    """
    exact = Fraction(rate)
    if is_inclusive:
        tax_minor = round_half_up(listed_minor * exact / (1 + exact))
        return listed_minor - tax_minor, tax_minor
    return listed_minor, round_half_up(listed_minor * exact)


def access_until(granted_at: datetime, *, months: int) -> datetime:
    """Return when a single course closes again: calendar months after it was opened."""
    return add_months_at(granted_at, months)


def refund_until(paid_at: datetime) -> datetime:
    """Return the last instant at which a full refund may be asked for."""
    return paid_at + REFUND_WINDOW


def why_not_refundable(
    *,
    paid_at: datetime | None,
    asked_at: datetime,
    is_refunded: bool,
    has_certificate: bool,
    certificate_blocks: bool,
) -> str:
    """Return the code of the reason against a refund, or ``""`` when it may be had.

    ``not_paid``, ``already_refunded``, ``too_late``, ``certificate_earned`` (only where the house rule
    ``certificate_blocks`` says so; otherwise the certificate is withdrawn with the refund).
    """
    if is_refunded:
        return "already_refunded"
    if paid_at is None:
        return "not_paid"
    if asked_at > refund_until(paid_at):
        return "too_late"
    if has_certificate and certificate_blocks:
        return "certificate_earned"
    return ""


def status_from(
    *,
    paid_at: datetime | None,
    is_processing: bool,
    refund_asked_at: datetime | None,
    refunded_at: datetime | None,
    closed_at: datetime | None,
) -> OrderStatus:
    """Derive an order's status from its facts."""
    if refunded_at is not None:
        return "refunded"
    if refund_asked_at is not None:
        return "refunding"
    if paid_at is not None:
        return "paid"
    if closed_at is not None:
        return "closed"
    return "pending" if is_processing else "open"


def is_processing(
    *, attempt: int, processing_attempt: int, failed_attempt: int, succeeded_at: datetime | None
) -> bool:
    """Whether the gateway still works on the latest attempt: accepted, and neither failed nor succeeded."""
    return succeeded_at is None and processing_attempt == attempt > failed_attempt
