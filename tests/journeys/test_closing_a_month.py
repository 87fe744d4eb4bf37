"""Receipts and refunds become a closed month: post, check, close, and what comes late."""

from datetime import UTC, date, datetime

import pytest
from django.conf import settings

from stoa.flows import month_end, posting
from stoa.kernel.spans import Month
from stoa.ledger import api as ledger
from stoa.subledger import api as subledger
from tests.builders.books import ENTITY, a_receipt, a_refund_of

pytestmark = pytest.mark.django_db

JULY, AUGUST, SEPTEMBER = Month(2025, 7), Month(2025, 8), Month(2025, 9)
IN_OCTOBER = datetime(2025, 10, 1, 9, tzinfo=UTC)


def balance(account: str, month: Month) -> int:
    return sum(
        row.closing_minor
        for row in ledger.balances(entity=ENTITY, month=month)
        if row.account.code == account
    )


def post(through: Month = SEPTEMBER) -> posting.PostingRun:
    return posting.post(through=through, posted_at=IN_OCTOBER)


def close(month: Month) -> ledger.PeriodRow:
    return month_end.close(month, closed_at=IN_OCTOBER, actor="Ada Controller")


def test_a_sale_is_earned_by_the_day() -> None:
    subledger.file(a_receipt(on=date(2025, 7, 10), price_minor=4900, tax_minor=400, fee_minor=172))
    post()
    assert balance("1050", JULY) == 4900 + 400 - 172
    assert balance("2200", JULY) == -400
    assert balance("5100", JULY) == 172
    earned = [(2 * 4900 * days + 184) // (2 * 184) for days in (22, 53, 83)]
    assert [-balance("4000", month) for month in (JULY, AUGUST, SEPTEMBER)] == earned
    assert [-balance("2100", month) for month in (JULY, AUGUST, SEPTEMBER)] == [4900 - e for e in earned]


def test_posting_again_posts_nothing_until_something_new_comes() -> None:
    subledger.file(a_receipt())
    assert post().line_count > 0
    assert post().line_count == 0
    subledger.file(a_receipt())
    again = post()
    assert again.line_count > 0
    assert {month.document_count for month in again.months} == {1}


def test_a_refund_takes_everything_back_but_the_fee() -> None:
    receipt = a_receipt(on=date(2025, 7, 28), price_minor=4900, tax_minor=400, fee_minor=172)
    subledger.file(receipt)
    subledger.file(a_refund_of(receipt, on=date(2025, 8, 4)))
    post()
    assert -balance("4000", JULY) == (2 * 4900 * 4 + 184) // (2 * 184)
    for account, expected in {"4000": 0, "2100": 0, "2200": 0, "5100": 172, "1050": -172}.items():
        assert balance(account, AUGUST) == expected


def test_a_month_closes_when_everything_is_posted_and_never_changes_again() -> None:
    receipt = a_receipt(on=date(2025, 7, 28))
    subledger.file(receipt)
    with pytest.raises(month_end.NotReadyToClose) as refused:
        close(JULY)
    assert "stoa post" in str(refused.value)
    post()
    closed = close(JULY)
    assert closed.is_closed
    assert len(closed.seal) == 64
    assert all(check["passed"] for check in closed.checks)
    with pytest.raises(month_end.AlreadyClosed):
        close(JULY)

    july = ledger.balances(entity=ENTITY, month=JULY)
    late = subledger.file(
        a_receipt(on=date(2025, 7, 30), price_minor=3100, end_on=date(2025, 8, 30), fee_minor=0)
    )
    assert late.is_late
    assert late.counts_from == date(2025, 8, 1)
    post()
    assert ledger.balances(entity=ENTITY, month=JULY) == july
    caught_up = [line for line in ledger.lines(entity=ENTITY, month=AUGUST, account="4000") if line.is_late]
    assert [(line.amount_minor, line.belongs_from, line.belongs_until) for line in caught_up] == [
        (-200, date(2025, 7, 30), date(2025, 8, 1))
    ]
    close(AUGUST)
    close(SEPTEMBER)


def test_a_refund_filed_late_catches_up_in_the_open_month() -> None:
    receipt = a_receipt(on=date(2025, 7, 1), price_minor=18400, fee_minor=0)
    subledger.file(receipt)
    post(JULY)
    close(JULY)
    subledger.file(a_refund_of(receipt, on=date(2025, 7, 11)))
    post()
    assert balance("4000", JULY) == -3100
    assert balance("4000", AUGUST) == 0
    lines = ledger.lines(entity=ENTITY, month=AUGUST, account="4000")
    assert {line.is_late for line in lines} == {True}
    close(AUGUST)


def test_a_refund_without_its_receipt_waits_in_suspense_and_stops_the_close() -> None:
    receipt = a_receipt(on=date(2025, 7, 3))
    subledger.file(a_refund_of(receipt, on=date(2025, 7, 5)))
    post(JULY)
    assert balance("1990", JULY) == 4900
    with pytest.raises(month_end.NotReadyToClose, match="1990"):
        close(JULY)
    subledger.file(receipt)
    post(JULY)
    assert balance("1990", JULY) == 0
    close(JULY)


def test_a_month_does_not_close_before_it_is_over_or_out_of_order() -> None:
    subledger.file(a_receipt(on=date(2025, 8, 3)))
    post()
    with pytest.raises(month_end.NotReadyToClose, match="Close 2025-08 first"):
        close(SEPTEMBER)
    with pytest.raises(month_end.NotReadyToClose, match="today is 2025-08-20"):
        month_end.close(AUGUST, closed_at=datetime(2025, 8, 20, tzinfo=UTC), actor="Ada")


def test_a_partial_refund_lowers_the_price_of_the_whole_term() -> None:
    receipt = a_receipt(on=date(2025, 7, 1), price_minor=18400, fee_minor=0)
    subledger.file(receipt)
    subledger.file(a_refund_of(receipt, on=date(2025, 8, 16), price_minor=9200))
    post()
    assert -balance("4000", JULY) == 3100
    assert -balance("4000", AUGUST) == 3100
    assert -balance("4000", SEPTEMBER) == 50 * 92
    assert -balance("2100", SEPTEMBER) == 50 * 92
    close(JULY)
    close(AUGUST)
    close(SEPTEMBER)


def test_what_is_earned_after_a_year_is_not_current() -> None:
    subledger.file(a_receipt(on=date(2025, 7, 1), price_minor=73000, end_on=date(2027, 7, 1), fee_minor=0))
    post()
    assert -balance("4000", JULY) == 3100
    assert -balance("2110", JULY) == 33400
    assert -balance("2100", JULY) == 36500


def test_sealed_files_lie_in_the_data_folder() -> None:
    subledger.file(a_receipt())
    run = post(JULY)
    batch = run.months[0].batch
    assert batch is not None
    assert (settings.DATA_FOLDER / "batches" / batch.file_name).is_file()
    page = ledger.contract_lines([batch], folder=settings.DATA_FOLDER / "batches", account="4000")
    assert page.total == 1
    assert page.sum_minor == balance("4000", JULY)
    assert ledger.chain_problems(ENTITY) == ()
