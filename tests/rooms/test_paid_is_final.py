"""Plain SQL cannot undo what was paid, receipted, refunded or certified."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from stoa.flows import refunds
from stoa.kernel.money import usd
from tests.builders.commerce import a_paid_order

pytestmark = pytest.mark.django_db
ON = datetime(2025, 9, 1, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE commerce_order SET total_minor = total_minor - 1, price_minor = price_minor - 1",
        "UPDATE commerce_order SET refund_until = refund_until + interval '1 day'",
        "UPDATE commerce_order SET paid_at = NULL",
        "DELETE FROM commerce_order",
        "UPDATE commerce_payment SET amount_minor = 1",
        "DELETE FROM commerce_payment",
        "UPDATE commerce_receipt SET serial = serial + 1",
        "DELETE FROM commerce_receipt",
        "UPDATE commerce_refund SET price_minor = 1",
        "DELETE FROM commerce_refund",
    ],
)
def test_the_past_of_an_order_cannot_be_changed(statement: str) -> None:
    order = a_paid_order(price=usd(49), on=ON)
    refunds.refund_in_full(learner_id=order.learner_id, order_id=order.id, asked_at=ON + timedelta(days=1))
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
