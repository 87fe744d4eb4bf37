"""Closing books through a month: what is posted and what is locked, also when a month is not ready."""

from datetime import UTC, date, datetime

import pytest

from stoa.flows import closing_books, month_end, posting
from stoa.flows.verification import SAME_BYTES, verify_books
from stoa.kernel.spans import Month
from stoa.ledger import api as ledger
from stoa.policies.engine import Engine
from stoa.subledger import api as subledger
from tests.builders.books import ENTITY, a_receipt, a_refund_of

pytestmark = pytest.mark.django_db

JULY, AUGUST = Month(2025, 7), Month(2025, 8)
AT = datetime(2025, 9, 3, 9, tzinfo=UTC)


def close_through(month: Month) -> closing_books.BooksClosed:
    return closing_books.close_through(month, entity=ENTITY, closed_at=AT, actor="Ada")


def test_every_month_is_posted_and_closed_and_can_be_derived_again() -> None:
    receipt = a_receipt(on=date(2025, 7, 3))
    subledger.file(receipt)
    subledger.file(a_refund_of(receipt, on=date(2025, 8, 4)))
    done = close_through(AUGUST)
    assert done.months == (JULY, AUGUST)
    assert done.line_count > 0
    verified = verify_books(entity=ENTITY)
    assert verified.problems == ()
    assert [month.outcome for month in verified.months] == [SAME_BYTES, SAME_BYTES]
    assert close_through(AUGUST) == closing_books.BooksClosed(0, ())


def test_a_month_that_is_not_ready_stays_posted_and_closes_once_it_is() -> None:
    receipt = a_receipt(on=date(2025, 7, 3))
    subledger.file(a_refund_of(receipt, on=date(2025, 7, 5)))
    with pytest.raises(month_end.NotReadyToClose, match="1990"):
        close_through(AUGUST)
    assert len(ledger.batch_rows(entity=ENTITY, month=JULY)) == 1
    assert not any(period.is_closed for period in ledger.periods_of(ENTITY))
    subledger.file(receipt)
    assert close_through(AUGUST).months == (JULY, AUGUST)
    assert verify_books(entity=ENTITY).problems == ()


def test_what_was_posted_before_is_derived_again_and_compared() -> None:
    subledger.file(a_receipt(on=date(2025, 7, 3)))
    posting.post(through=AUGUST, posted_at=AT, entity=ENTITY)
    assert close_through(AUGUST) == closing_books.BooksClosed(0, (JULY, AUGUST))


def test_a_sealed_file_that_is_not_what_was_derived_stops_the_close() -> None:
    subledger.file(a_receipt(on=date(2025, 7, 3)))

    def alter(words: str) -> None:
        if "comparing with what is posted" in words:
            (batch,) = ledger.batch_rows(entity=ENTITY, month=JULY)
            path = posting.batch_folder() / batch.file_name
            with Engine() as engine:
                engine.query(
                    f"COPY (SELECT * REPLACE (amount_minor * 2 AS amount_minor) FROM read_parquet('{path}')) TO '{path}'"
                )

    with pytest.raises(month_end.NotReadyToClose, match="effects that are not posted"):
        closing_books.close_through(JULY, entity=ENTITY, closed_at=AT, actor="Ada", tell=alter)
