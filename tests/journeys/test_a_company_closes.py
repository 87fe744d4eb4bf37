"""A company closes with more than receipts: contracts, invoices, payments, commissions, assets, entries by hand."""

from datetime import UTC, datetime

import pytest

from stoa.flows import month_end, posting
from stoa.kernel.refusals import Invalid
from stoa.kernel.spans import Month
from stoa.ledger import api as ledger
from stoa.subledger import api as subledger
from tests.builders.books import ENTITY, a_receipt
from tests.builders.company import (
    a_commission,
    a_document,
    a_payment,
    a_seat_contract,
    an_asset,
    an_entry,
    an_invoice,
)

pytestmark = pytest.mark.django_db

NOW = datetime(2025, 12, 1, 9, tzinfo=UTC)
JULY, AUGUST, SEPTEMBER = Month(2025, 7), Month(2025, 8), Month(2025, 9)


def post(through: Month = SEPTEMBER) -> posting.PostingRun:
    return posting.post(through=through, posted_at=NOW)


def close(month: Month) -> ledger.PeriodRow:
    return month_end.close(month, closed_at=NOW, actor="Ada")


def closing(month: Month) -> dict[str, int]:
    return {
        row.account.code: row.closing_minor
        for row in ledger.balances(entity=ENTITY, month=month)
        if row.closing_minor
    }


def test_a_whole_company_closes_three_months() -> None:
    receipt = a_receipt()
    for document in (
        *(receipt, a_seat_contract(), an_invoice(tax="365"), a_payment(amount="4015"), a_commission()),
        *(an_asset(), an_entry()),
    ):
        subledger.file(document)
    post()
    for month in (JULY, AUGUST, SEPTEMBER):
        period = close(month)
        assert all(check["passed"] for check in period.checks)
    obligations = next(check for check in period.checks if check["key"] == "obligations")
    assert obligations["words"].startswith("4 obligations")

    july = closing(JULY)
    assert july["1100"] == 401_500
    assert july["1300"] == 12_000
    assert july["1310"] == 23_000
    assert july["6110"] == 1_000
    assert (july["1500"], july["1510"], july["6210"]) == (360_000, -10_000, 10_000)
    assert (july["6000"], july["2010"]) == (100_000, -100_000 - 36_000)
    september = closing(SEPTEMBER)
    assert "1100" not in september
    assert september["1000"] == 401_500
    enterprise = sum(
        line.amount_minor
        for line in ledger.lines(entity=ENTITY, through=SEPTEMBER, account="4000")
        if line.segment == "Enterprise"
    )
    assert -enterprise == 92 * 1000
    assert sum(september.values()) == 0


def test_what_is_earned_before_it_is_invoiced_is_a_contract_asset() -> None:
    subledger.file(a_seat_contract())
    subledger.file(an_invoice(on="2025-08-31", amount="700"))
    post()
    assert closing(JULY) == {"1150": 31_000, "4000": -31_000}
    assert closing(AUGUST) == {"1100": 70_000, "2100": -8_000, "4000": -62_000}
    assert closing(SEPTEMBER) == {"1100": 70_000, "1150": 22_000, "4000": -92_000}
    for month in (JULY, AUGUST, SEPTEMBER):
        close(month)


def test_nothing_is_earned_before_access_and_a_late_access_catches_up() -> None:
    subledger.file(a_seat_contract(access_on=None))
    subledger.file(an_invoice())
    post(JULY)
    close(JULY)
    assert closing(JULY) == {"1100": 365_000, "2100": -365_000}
    subledger.file(a_document("seat_access_granted", "access:1", contract="seats:1", on="2025-07-01"))
    post(AUGUST)
    lines = ledger.lines(entity=ENTITY, month=AUGUST, account="4000")
    assert {line.is_late: line.amount_minor for line in lines} == {True: -31_000, False: -31_000}
    close(AUGUST)
    assert closing(JULY) == {"1100": 365_000, "2100": -365_000}


def test_documents_in_another_order_wait_in_suspense_and_then_resolve() -> None:
    subledger.file(a_payment(on="2025-07-20"))
    post(JULY)
    assert closing(JULY) == {"1000": 365_000, "1990": -365_000}
    with pytest.raises(month_end.NotReadyToClose, match="1990"):
        close(JULY)
    subledger.file(an_invoice())
    post(JULY)
    with pytest.raises(month_end.NotReadyToClose, match="'seats:1', which is not filed"):
        close(JULY)
    subledger.file(a_seat_contract())
    post(JULY)
    assert closing(JULY) == {"1000": 365_000, "2100": -334_000, "4000": -31_000}
    close(JULY)


def test_a_contract_that_cannot_be_measured_stops_the_close_until_its_document_is_voided() -> None:
    subledger.file(a_seat_contract(signed_on="2025-06-01"))
    subledger.file(a_document("seat_contract_changed", "change:1", contract="seats:1", on="2025-06-20"))
    post(JULY)
    with pytest.raises(month_end.NotReadyToClose, match="cannot be measured"):
        close(Month(2025, 6))
    subledger.file(
        a_document("document_voided", "void:1", document="change:1", on="2025-06-20", reason="Wrong day")
    )
    post(JULY)
    assert closing(JULY)["4000"] == -31_000
    close(Month(2025, 6))
    close(JULY)


def test_an_entry_that_is_voided_after_the_close_is_taken_back_in_the_open_month() -> None:
    subledger.file(an_entry())
    post(JULY)
    close(JULY)
    void = a_document("document_voided", "void:1", document="entry:1", on="2025-07-31", reason="Twice")
    assert subledger.file(void).is_late
    post(AUGUST)
    assert closing(JULY) == {"2010": -100_000, "6000": 100_000}
    assert closing(AUGUST) == {}
    assert {line.is_late for line in ledger.lines(entity=ENTITY, month=AUGUST)} == {True}
    close(AUGUST)


def test_an_accrual_reverses_on_its_day() -> None:
    subledger.file(an_entry(reverses_on="2025-08-01"))
    post()
    assert closing(JULY)["6000"] == 100_000
    assert closing(AUGUST) == {}
    for month in (JULY, AUGUST, SEPTEMBER):
        close(month)


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        ([("6000", "1", "0"), ("2010", "0", "2")], "do not balance"),
        ([("6000", "1", "1"), ("2010", "0", "1")], "either a debit or a credit"),
        ([("6000", "1", "0")], "two or more"),
        ([("6000", "0.001", "0"), ("2010", "0", "0.001")], "more decimal places"),
        ([("6999", "1", "0"), ("2010", "0", "1")], "not in the chart"),
        ([("2100", "1", "0"), ("4000", "0", "1")], "kept by its subledger"),
    ],
)
def test_an_entry_that_is_not_sound_is_refused(lines: list[tuple[str, str, str]], words: str) -> None:
    with pytest.raises(Invalid, match=words):
        subledger.file(an_entry(lines=[{"account": a, "debit": d, "credit": c} for a, d, c in lines]))


def test_who_prepared_an_entry_cannot_approve_it() -> None:
    with pytest.raises(Invalid, match="another person"):
        an_entry(prepared_by="Ada", approved_by="ada")


def test_the_same_facts_in_other_words_are_the_same_document() -> None:
    subledger.file(a_seat_contract(price="3650"))
    assert not subledger.file(a_seat_contract(price="3650.00", seats="1")).is_new
    with pytest.raises(subledger.ReferenceTaken):
        subledger.file(a_seat_contract(price="3651"))


def test_an_asset_leaves_the_books_with_its_depreciation() -> None:
    subledger.file(an_asset())
    subledger.file(a_document("asset_disposed", "gone:1", asset="asset:1", on="2025-09-15", proceeds="3000"))
    post()
    assert closing(AUGUST) == {"1500": 360_000, "1510": -20_000, "2000": -360_000, "6210": 20_000}
    assert closing(SEPTEMBER) == {"1000": 300_000, "2000": -360_000, "6210": 20_000, "7200": 40_000}
    for month in (JULY, AUGUST, SEPTEMBER):
        close(month)


def test_a_commission_whose_customer_leaves_is_expensed() -> None:
    subledger.file(a_commission())
    subledger.file(a_document("commission_ended", "ended:1", commission="commission:1", on="2025-08-20"))
    post()
    assert closing(JULY) == {"1300": 12_000, "1310": 23_000, "2010": -36_000, "6110": 1_000}
    assert closing(AUGUST) == {"2010": -36_000, "6110": 36_000}
    close(JULY)
    close(AUGUST)


def test_other_documents_do_not_change_what_consumer_posting_says() -> None:
    subledger.file(a_receipt())
    run = post(JULY)
    assert run.months[0].batch is not None
    assert list(run.months[0].batch.policies) == ["consumer_single_course"]
    subledger.file(an_entry())
    again = post(JULY)
    assert again.months[0].line_count == 2
    assert again.months[0].batch is not None
    assert set(again.months[0].batch.policies) == {"consumer_single_course", "manual_entries"}


def test_an_award_is_earned_and_comes_back_when_its_holder_leaves() -> None:
    vests = [{"vests_on": "2026-07-01"}]
    award = a_document(
        *("award_granted", "award:1"),
        holder="ada",
        granted_on="2025-07-01",
        total_fair_value="3650",
        tranches=vests,
    )
    subledger.file(award)
    subledger.file(
        a_document("award_forfeited", "left:1", award="award:1", on="2025-09-10", share_of_unvested="1")
    )
    post()
    assert closing(AUGUST) == {"3010": -62_000, "6220": 62_000}
    assert closing(SEPTEMBER) == {}
    for month in (JULY, AUGUST, SEPTEMBER):
        close(month)


def test_an_award_whose_documents_contradict_each_other_stops_the_close() -> None:
    vests = [{"vests_on": "2026-07-01"}]
    subledger.file(
        a_document(
            *("award_granted", "award:1"),
            holder="ada",
            granted_on="2025-07-01",
            total_fair_value="1",
            tranches=vests,
        )
    )
    subledger.file(a_document("award_forfeited", "left:1", award="award:1", on="2025-07-10", units="5"))
    post(JULY)
    with pytest.raises(month_end.NotReadyToClose, match="award:1 cannot be measured"):
        close(JULY)
