"""Everything consumers do, closed month by month: subscriptions, refunds expected and paid, disputes, gifts, payouts."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from stoa.flows import month_end, posting, verification
from stoa.kernel.refusals import Invalid
from stoa.kernel.spans import Month
from stoa.ledger import api as ledger
from stoa.subledger import api as subledger
from tests.builders.books import (
    ENTITY,
    a_dispute_of,
    a_gift,
    a_loss_of,
    a_receipt,
    a_refund_of,
    a_win_of,
)
from tests.builders.company import a_document

pytestmark = pytest.mark.django_db

NOW = datetime(2025, 12, 1, 9, tzinfo=UTC)
JULY, AUGUST, SEPTEMBER = Month(2025, 7), Month(2025, 8), Month(2025, 9)


def file(*documents: subledger.Document) -> None:
    for document in documents:
        subledger.file(document)


def post(through: Month = SEPTEMBER) -> None:
    posting.post(through=through, posted_at=NOW)


def close(*months: Month) -> None:
    for month in months:
        month_end.close(month, closed_at=NOW, actor="Ada")


def closing(month: Month, *, but: Iterable[str] = ()) -> dict[str, int]:
    return {
        row.account.code: row.closing_minor
        for row in ledger.balances(entity=ENTITY, month=month)
        if row.closing_minor and row.account.code not in but
    }


def moved(account: str, month: Month) -> dict[str, int]:
    found: dict[str, int] = {}
    for line in ledger.lines(entity=ENTITY, month=month, account=account):
        found[line.activity] = found.get(line.activity, 0) + line.amount_minor
    return {activity: amount for activity, amount in found.items() if amount}


def a_rate(
    rate: str = "0.1", *, from_on: str = "2025-07-01", reference: str = "rate:1"
) -> subledger.Document:
    return a_document("refund_rate_estimated", reference, product="single_course", from_on=from_on, rate=rate)


def a_payout(net: str, *, on: str = "2025-08-03", payout: str = "po_1", **facts: str) -> subledger.Document:
    given = {"gateway": "stripes", "payout": payout, "paid_on": on, "gross": net, "net": net}
    return a_document("settlement_reported", f"settlement:{payout}", **given | facts)


def test_months_and_years_of_subscriptions_are_earned_by_the_day() -> None:
    month = a_receipt(
        on=date(2025, 7, 2),
        end_on=date(2025, 8, 1),
        price_minor=3000,
        fee_minor=0,
        product="catalog_subscription",
        course="",
        partner="",
    )
    year = replace(
        a_receipt(on=date(2025, 7, 1), end_on=date(2026, 7, 1), price_minor=36500, fee_minor=0),
        product="professional_certificate",
    )
    file(month, year)
    post(AUGUST)
    assert closing(JULY) == {"1050": 39500, "2100": -33400, "4000": -6100}
    batch = ledger.batch_rows(entity=ENTITY, month=JULY)[0]
    assert list(batch.policies) == ["consumer_subscriptions"]
    close(JULY, AUGUST)


def test_expected_refunds_are_a_liability_until_they_are_paid_or_the_days_are_over() -> None:
    kept = a_receipt(on=date(2025, 7, 25), price_minor=18400, fee_minor=0, end_on=date(2026, 1, 25))
    given_back = a_receipt(on=date(2025, 7, 25), price_minor=1600, fee_minor=0, end_on=date(2026, 1, 25))
    file(a_rate(), kept, given_back, a_refund_of(given_back, on=date(2025, 8, 2)))
    post()
    # A tenth of 200.00 is expected back; of that, 7 of 184 days would be revenue by the end of July.
    july = closing(JULY)
    assert july["2025"] == -2000
    assert july["4000"] == -(700 + 61) + 76
    assert moved("2025", JULY) == {"provision": -2000}
    assert moved("2025", AUGUST) == {"usage": 1600, "release": 400}
    assert "2025" not in closing(AUGUST)
    assert closing(AUGUST) == {"1050": 18400, "2100": -14600, "4000": -3800}
    close(JULY, AUGUST, SEPTEMBER)
    found = verification.verify_books(entity=ENTITY)
    assert found.problems == ()
    assert {each.outcome for each in found.months} == {verification.SAME_BYTES}


def test_a_new_rate_changes_no_earlier_sale_and_a_voided_one_is_taken_back() -> None:
    first = a_receipt(on=date(2025, 7, 20), price_minor=10000, fee_minor=0)
    second = a_receipt(on=date(2025, 7, 30), price_minor=10000, fee_minor=0)
    file(a_rate(), a_rate("0.3", from_on="2025-07-28", reference="rate:2"), first, second)
    post(JULY)
    assert closing(JULY)["2025"] == -(1000 + 3000)
    file(a_document("document_voided", "void:1", document="rate:2", on="2025-07-28", reason="A typing error"))
    post(JULY)
    assert closing(JULY)["2025"] == -(1000 + 1000)
    close(JULY)
    # A void that comes after the close is a catch-up of August.
    file(a_document("document_voided", "void:2", document="rate:1", on="2025-07-31", reason="No history"))
    post(AUGUST)
    late = [line for line in ledger.lines(entity=ENTITY, month=AUGUST, account="2025") if line.is_late]
    assert sum(line.amount_minor for line in late) == 2000
    close(AUGUST)
    assert closing(JULY)["2025"] == -2000


def test_a_late_sale_is_reserved_for_in_the_open_month() -> None:
    file(a_rate(), a_receipt(on=date(2025, 7, 25), price_minor=10000))
    post(JULY)
    close(JULY)
    assert subledger.file(a_receipt(on=date(2025, 7, 28), price_minor=20000)).is_late
    post(AUGUST)
    late = [line for line in ledger.lines(entity=ENTITY, month=AUGUST, account="2025") if line.is_late]
    assert [line.amount_minor for line in late] == [-2000]
    assert "2025" not in closing(AUGUST)
    close(AUGUST)
    assert verification.verify_books(entity=ENTITY).problems == ()


def test_disputes_hold_money_and_only_a_lost_one_takes_revenue_back() -> None:
    won, lost = (a_receipt(on=date(2025, 7, 1), price_minor=18400, fee_minor=0, tax_minor=100) for _ in "ab")
    first, second = (a_dispute_of(each, on=date(2025, 7, 20)) for each in (won, lost))
    file(won, lost, first, second)
    post(JULY)
    assert closing(JULY) == {
        **{"1050": -3000, "1055": 37000, "5100": 3000, "2200": -200},
        **{"4000": -6200, "2100": -30600},
    }
    close(JULY)
    file(a_win_of(first, on=date(2025, 8, 5), fee_minor=1500), a_loss_of(second, on=date(2025, 8, 6)))
    post(SEPTEMBER)
    assert closing(AUGUST) == {
        **{"1050": 18500 - 1500, "5100": 1500, "2200": -100},
        **{"4000": -6200, "2100": -12200},
    }
    close(AUGUST, SEPTEMBER)


def test_a_dispute_that_ends_before_it_began_waits_in_suspense() -> None:
    receipt = a_receipt(on=date(2025, 7, 1))
    dispute = a_dispute_of(receipt, on=date(2025, 7, 20))
    file(receipt, a_loss_of(dispute, on=date(2025, 7, 25)))
    post(JULY)
    with pytest.raises(month_end.NotReadyToClose, match="1990"):
        close(JULY)
    file(dispute)
    post(JULY)
    close(JULY)
    assert closing(JULY) == {"1050": -1500 - 172, "5100": 1500 + 172}


def test_credit_is_owed_until_it_is_used() -> None:
    file(a_gift(on=date(2025, 7, 10)))
    post(JULY)
    assert closing(JULY) == {"1050": 4728, "2100": -4900, "5100": 172}
    close(JULY)
    course = a_receipt(
        on=date(2025, 8, 1), end_on=date(2025, 8, 31), price_minor=6000, fee_minor=30, credit_used_minor=4900
    )
    file(course)
    post(AUGUST)
    assert closing(AUGUST) == {"1050": 4728 + 1100 - 30, "4000": -6000, "5100": 202}
    assert moved("2100", AUGUST) == {"sale": -6000, "credit": 4900, "service": 6000}
    close(AUGUST)


def test_the_rest_of_a_month_pays_for_a_part_of_the_year() -> None:
    month = a_receipt(
        on=date(2025, 7, 1), end_on=date(2025, 7, 31), price_minor=3000, fee_minor=0, product="specialization"
    )
    file(month)
    switch = replace(
        a_refund_of(month, on=date(2025, 7, 11), price_minor=2000, credited_minor=2000),
        access_ended_on=date(2025, 7, 11),
    )
    year = a_receipt(
        on=date(2025, 7, 11),
        end_on=date(2026, 7, 11),
        price_minor=36500,
        fee_minor=0,
        product="specialization",
        credit_used_minor=2000,
    )
    file(switch, year)
    post(JULY)
    assert closing(JULY) == {"1050": 37500, "4000": -1000 - 2100, "2100": -34400}
    close(JULY)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"credit_used_minor": 5000}, "credit_used_minor"),
        ({"course": ""}, "course"),
        ({"partner": " "}, "partner"),
    ],
)
def test_a_receipt_that_contradicts_itself_is_refused(change: dict[str, object], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        subledger.file(replace(a_receipt(price_minor=4900), **change))  # type: ignore[arg-type]
    assert field in refused.value.fields


def test_payouts_turn_clearing_into_cash_and_differences_are_named() -> None:
    first = a_receipt(on=date(2025, 7, 30), price_minor=10000, fee_minor=300, gateway="stripes")
    file(first, a_payout("96.50", gross="100", fees="3.50"))
    post(AUGUST)
    assert closing(AUGUST, but=("2100", "4000")) == {"1000": 9650, "1050": 50, "5100": 300}
    file(
        a_document(
            *("settlement_difference_explained", "difference:1"),
            gateway="stripes",
            on="2025-08-31",
            amount="0.50",
            reason="Fee for a foreign card",
        )
    )
    post(AUGUST)
    assert closing(AUGUST, but=("2100", "4000")) == {"1000": 9650, "5100": 350}
    assert moved("1000", AUGUST) == {"settlement": 9650}
    close(JULY, AUGUST)


def test_what_each_gateway_owes_adds_up_to_clearing() -> None:
    first = a_receipt(on=date(2025, 7, 10), price_minor=10000, fee_minor=300, gateway="stripes")
    other = a_receipt(on=date(2025, 7, 11), price_minor=5000, tax_minor=400, fee_minor=150, gateway="dots")
    file(first, other, a_dispute_of(other, on=date(2025, 7, 20), fee_minor=0))
    file(a_refund_of(first, on=date(2025, 7, 15), fee_returned_minor=100), a_payout("45", on="2025-07-31"))
    post(JULY)
    dots, stripes = subledger.clearing_of_month(entity=ENTITY, month=JULY)
    assert (dots.gateway, dots.payments_minor, dots.disputes_minor, dots.moved_minor) == (
        "dots",
        5400,
        5400,
        -150,
    )
    assert (stripes.payments_minor, stripes.refunds_minor, stripes.fees_minor) == (10000, 10000, 200)
    assert stripes.settled_minor == 4500
    assert dots.moved_minor + stripes.moved_minor == closing(JULY)["1050"]


def test_an_adjustment_of_the_gateway_waits_until_it_is_explained() -> None:
    file(a_receipt(on=date(2025, 7, 30), price_minor=10000, fee_minor=0))
    file(a_payout("98", on="2025-07-31", gross="100", adjustments="-2"))
    post(JULY)
    assert closing(JULY, but=("2100", "4000")) == {"1000": 9800, "1990": 200}
    with pytest.raises(month_end.NotReadyToClose, match="1990"):
        close(JULY)
    entry = [{"account": "5100", "debit": "2"}, {"account": "1990", "credit": "2"}]
    file(a_document("manual_entry", "entry:1", on="2025-07-31", reason="Platform fee", lines=entry))
    post(JULY)
    close(JULY)


def test_a_payout_must_add_up_and_is_reported_once() -> None:
    with pytest.raises(Invalid, match="net"):
        a_payout("98", gross="100")
    file(a_payout("98"), replace(a_payout("98"), reference="settlement:again"))
    post(AUGUST)
    with pytest.raises(month_end.NotReadyToClose, match="the same payout of stripes"):
        close(AUGUST)
