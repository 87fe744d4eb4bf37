"""What the shop decides: tax, access, refunds, statuses."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stoa.commerce.rules import (
    access_until,
    is_processing,
    refund_until,
    status_from,
    tax_apart,
    why_not_refundable,
)

PAID = datetime(2025, 8, 31, 22, 15, tzinfo=UTC)


@pytest.mark.parametrize(
    ("listed", "rate", "inclusive", "expected"),
    [
        (4900, "0", False, (4900, 0)),
        (4900, "0.05", False, (4900, 245)),
        (4930, "0.05", False, (4930, 247)),  # 246.5 goes up
        (4900, "0.19", True, (4118, 782)),
        (4900, "0.2", True, (4083, 817)),
        (1, "0.2", True, (1, 0)),
        (3, "0.2", True, (2, 1)),  # exactly one half goes up
    ],
)
def test_tax_is_taken_out_or_put_on_top_and_rounded_half_up_once(listed, rate, inclusive, expected) -> None:
    assert tax_apart(listed, rate=Decimal(rate), is_inclusive=inclusive) == expected


@given(
    listed=st.integers(1, 10**9),
    rate=st.decimals(0, Decimal("0.5"), places=6),
)
def test_an_inclusive_price_is_exactly_what_is_charged(listed, rate) -> None:
    price, tax = tax_apart(listed, rate=rate, is_inclusive=True)
    assert price + tax == listed
    assert 0 <= tax <= listed


def test_access_ends_six_calendar_months_later() -> None:
    assert access_until(PAID, months=6) == datetime(2026, 2, 28, 22, 15, tzinfo=UTC)


def why_not(asked_at, **changes):
    facts = {"paid_at": PAID, "is_refunded": False, "has_certificate": False, "certificate_blocks": False}
    return why_not_refundable(**{**facts, **changes}, asked_at=asked_at)


def test_a_refund_can_be_had_for_fourteen_times_24_hours_and_not_a_moment_longer() -> None:
    assert why_not(PAID) == ""
    assert why_not(PAID + timedelta(days=14)) == ""
    assert why_not(PAID + timedelta(days=14, microseconds=1)) == "too_late"
    assert refund_until(PAID) == datetime(2025, 9, 14, 22, 15, tzinfo=UTC)


def test_a_certificate_blocks_a_refund_only_where_the_house_says_so() -> None:
    assert why_not(PAID, has_certificate=True) == ""
    assert why_not(PAID, has_certificate=True, certificate_blocks=True) == "certificate_earned"
    assert why_not(PAID, has_certificate=False, certificate_blocks=True) == ""


def test_what_was_not_paid_or_went_back_is_not_refunded() -> None:
    assert why_not(PAID, paid_at=None) == "not_paid"
    assert why_not(PAID, is_refunded=True) == "already_refunded"


@pytest.mark.parametrize(
    ("facts", "status"),
    [
        ({}, "open"),
        ({"is_processing": True}, "pending"),
        ({"closed_at": PAID}, "closed"),
        ({"paid_at": PAID}, "paid"),
        ({"paid_at": PAID, "refund_asked_at": PAID}, "refunding"),
        ({"paid_at": PAID, "refund_asked_at": PAID, "refunded_at": PAID}, "refunded"),
    ],
)
def test_a_status_follows_from_facts(facts, status) -> None:
    nothing = {
        "paid_at": None,
        "is_processing": False,
        "refund_asked_at": None,
        "refunded_at": None,
        "closed_at": None,
    }
    assert status_from(**{**nothing, **facts}) == status


def test_a_payment_is_processing_until_its_latest_attempt_is_answered() -> None:
    assert is_processing(attempt=1, processing_attempt=1, failed_attempt=0, succeeded_at=None)
    assert not is_processing(attempt=1, processing_attempt=1, failed_attempt=1, succeeded_at=None)
    assert not is_processing(attempt=0, processing_attempt=0, failed_attempt=0, succeeded_at=None)
    assert is_processing(attempt=2, processing_attempt=2, failed_attempt=1, succeeded_at=None)
    assert not is_processing(attempt=2, processing_attempt=2, failed_attempt=1, succeeded_at=PAID)
