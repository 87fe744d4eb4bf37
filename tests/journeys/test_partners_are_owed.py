"""What partners are owed enters the books with the revenue: closed months, late agreements, refunds, advances, funds."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from stoa.flows import month_end, posting, verification
from stoa.kernel.refusals import Invalid
from stoa.kernel.spans import Month
from stoa.ledger import api as ledger
from stoa.policies.kinds.frame import DocumentFacts
from stoa.subledger import api as subledger
from tests.builders.books import ENTITY, a_receipt, a_refund_of
from tests.builders.company import a_document, a_seat_contract, an_entry, an_invoice

pytestmark = pytest.mark.django_db

NOW = datetime(2025, 12, 1, 9, tzinfo=UTC)
JULY, AUGUST, SEPTEMBER, OCTOBER = (Month(2025, number) for number in (7, 8, 9, 10))
HALF = [{"rate": "0.50"}]


def an_agreement(reference: str = "agreement:1", **facts: Any) -> DocumentFacts:
    """Half of the lyceum's revenue from July 2025 on."""
    given = {
        "partner": "lyceum",
        "signed_on": "2025-07-01",
        "terms": [{"starts_on": "2025-07-01", "tiers": HALF}],
    }
    return a_document("partner_agreement_signed", reference, **given | facts)


def sales() -> subledger.Receipt:
    """A course for 184 days from 1 July: a dollar a day."""
    return a_receipt(
        on=date(2025, 7, 1), price_minor=18_400, fee_minor=0, end_on=date(2026, 1, 1), partner="lyceum"
    )


def post(through: Month = SEPTEMBER) -> posting.PostingRun:
    return posting.post(through=through, posted_at=NOW)


def close(*months: Month) -> None:
    for month in months:
        month_end.close(month, closed_at=NOW, actor="Ada")


def closing(month: Month, *accounts: str) -> dict[str, int]:
    held = {
        row.account.code: row.closing_minor
        for row in ledger.balances(entity=ENTITY, month=month)
        if row.closing_minor
    }
    return {code: amount for code, amount in held.items() if not accounts or code in accounts}


def late(month: Month, account: str = "5000") -> dict[bool, int]:
    found: dict[bool, int] = {}
    for line in ledger.lines(entity=ENTITY, month=month, account=account):
        found[line.is_late] = found.get(line.is_late, 0) + line.amount_minor
    return found


def assert_books_verify() -> None:
    assert verification.verify_books(entity=ENTITY).problems == ()


def test_a_fee_is_owed_in_the_month_of_the_revenue() -> None:
    for document in (sales(), a_receipt(partner="academy"), an_agreement()):
        subledger.file(document)
    post()
    close(JULY, AUGUST, SEPTEMBER)
    assert closing(JULY, "5000", "2005") == {"5000": 1550, "2005": -1550}
    assert closing(AUGUST, "5000", "2005") == {"5000": 3100, "2005": -3100}
    lines = ledger.lines(entity=ENTITY, month=AUGUST, account="5000")
    assert [(line.segment, line.product, line.partner) for line in lines] == [
        ("Consumer", "single_course", "lyceum")
    ]
    assert post().line_count == 0
    assert_books_verify()


def test_an_agreement_filed_after_the_close_is_caught_up_as_late() -> None:
    subledger.file(sales())
    post(AUGUST)
    close(JULY, AUGUST)
    assert subledger.file(an_agreement()).is_late
    post()
    assert closing(AUGUST, "5000") == {}
    assert late(SEPTEMBER) == {True: 3100, False: 1500}
    close(SEPTEMBER)
    assert_books_verify()


def test_corrected_terms_catch_up_what_locked_months_were_owed() -> None:
    for document in (sales(), an_agreement()):
        subledger.file(document)
    post(JULY)
    close(JULY)
    better = [{"starts_on": "2025-07-01", "tiers": [{"rate": "0.60"}]}]
    subledger.file(
        a_document(
            *("partner_agreement_changed", "change:1"), agreement="agreement:1", on="2025-07-20", terms=better
        )
    )
    post(AUGUST)
    assert late(AUGUST) == {True: 310, False: 1860}
    close(AUGUST)
    assert_books_verify()


def test_a_refund_takes_its_fee_back_in_the_same_month() -> None:
    receipt = sales()
    for document in (receipt, an_agreement()):
        subledger.file(document)
    subledger.file(
        a_document("partner_paid", "paid:1", agreement="agreement:1", on="2025-08-01", amount="15.50")
    )
    subledger.file(a_refund_of(receipt, on=date(2025, 8, 11)))
    post()
    assert closing(JULY, "5000", "2005") == {"5000": 1550, "2005": -1550}
    assert closing(AUGUST, "5000", "2005", "1230", "4000") == {"1230": 1550}
    close(JULY, AUGUST, SEPTEMBER)
    assert_books_verify()


def test_a_late_refund_takes_its_fee_back_in_the_month_that_books_it() -> None:
    receipt = sales()
    for document in (receipt, an_agreement()):
        subledger.file(document)
    post(JULY)
    close(JULY)
    subledger.file(a_refund_of(receipt, on=date(2025, 7, 11)))
    post(AUGUST)
    assert late(AUGUST, "4000") == {True: 3100}
    assert late(AUGUST) == {True: -1550}
    assert closing(AUGUST, "5000", "4000") == {}
    close(AUGUST)
    assert_books_verify()


def test_revenue_corrected_by_hand_moves_the_fee() -> None:
    less = [
        {
            "account": "4000",
            "debit": "10",
            "segment": "Consumer",
            "product": "single_course",
            "partner": "lyceum",
        },
        {"account": "2020", "credit": "10"},
    ]
    for document in (sales(), an_agreement(), an_entry(lines=less)):
        subledger.file(document)
    post(JULY)
    assert closing(JULY, "5000") == {"5000": 1050}
    close(JULY)


def test_an_advance_larger_than_the_fees_lasts_for_months_and_the_rest_is_lost() -> None:
    for document in (
        sales(),
        an_agreement(),
        a_document(
            *("advance_paid", "advance:1"),
            agreement="agreement:1",
            on="2025-07-02",
            amount="60",
            expected_yearly_fees="20",
        ),
    ):
        subledger.file(document)
    post()
    assert closing(JULY, "1000", "1230", "1330", "2005") == {"1000": -6000, "1230": 2000, "1330": 2450}
    assert closing(AUGUST, "1230", "1330", "5000") == {"1230": 2000, "1330": 900, "5000": 3100}
    loss = a_document(
        "advance_written_off", "loss:1", agreement="agreement:1", on="2025-09-30", expected_future_fees="5"
    )
    subledger.file(loss)
    post()
    assert closing(SEPTEMBER, "1230", "1330", "6250", "2005") == {"1230": 500, "6250": 900}
    close(JULY, AUGUST, SEPTEMBER)
    assert_books_verify()


def test_a_fund_is_expensed_with_the_fee_and_spent_months_later() -> None:
    terms = [{"starts_on": "2025-07-01", "tiers": HALF, "fund_share": "0.20"}]
    subledger.file(sales())
    subledger.file(an_agreement(terms=terms))
    post()
    assert closing(JULY, "5000", "6140", "2005", "2015") == {
        **{"5000": 1240, "6140": 310},
        **{"2005": -1240, "2015": -310},
    }
    close(JULY, AUGUST)
    spent = a_document(
        *("development_fund_spent", "spent:1"),
        agreement="agreement:1",
        on="2025-09-10",
        amount="9.20",
        paid_from="accounts_payable",
    )
    subledger.file(spent)
    post()
    assert closing(SEPTEMBER, "6140", "2015", "2000") == {"6140": 920, "2000": -920}
    subledger.file(a_document("supplier_paid", "bill:1", bill="spent:1", on="2025-09-20", amount="9.20"))
    post()
    assert closing(SEPTEMBER, "6140", "2015", "2000", "1000") == {"6140": 920, "1000": -920}
    close(SEPTEMBER)
    assert_books_verify()


def test_a_prepaid_fee_is_expensed_over_the_term_of_the_customer() -> None:
    prepaid = a_document(
        *("partner_fee_prepaid", "prepaid:1"),
        partner="lyceum",
        paid_on="2025-07-10",
        amount="731",
        start_on="2025-08-01",
        end_on="2027-08-02",  # 731 days
        segment="Enterprise",
    )
    subledger.file(prepaid)
    post()
    assert closing(JULY) == {"1000": -73_100, "1220": 36_500, "1320": 36_600}
    assert closing(AUGUST, "5020", "1220", "1320") == {"5020": 3100, "1220": 36_500, "1320": 33_500}
    close(JULY, AUGUST, SEPTEMBER)
    register = subledger.register("deferred_partner_fees", entity=ENTITY, day=date(2025, 9, 1))
    assert [(row.carrying_minor, row.next_movement_minor) for row in register.rows] == [(70_000, 3000)]
    assert_books_verify()


def test_a_prepaid_fee_that_is_not_recoverable_is_impaired() -> None:
    prepaid = {"paid_on": "2025-07-01", "start_on": "2025-07-01", "end_on": "2025-10-09"}  # 100 days
    subledger.file(a_document("partner_fee_prepaid", "prepaid:1", partner="lyceum", amount="100", **prepaid))
    tested = {
        "group": "lyceum",
        "on": "2025-07-31",
        "trigger": "The partner closes its courses",
        "assets": [{"register": "deferred_partner_fees", "reference": "prepaid:1", "carrying": "69"}],
        "undiscounted_cash_flows": "34.50",
        "fair_value": "34.50",
    }
    subledger.file(a_document("impairment_tested", "tested:1", **tested))
    post()
    assert closing(JULY) == {"1000": -10_000, "1220": 3450, "5020": 3100, "6250": 3450}
    assert closing(AUGUST, "1220", "5020") == {"1220": 1900, "5020": 4650}
    close(JULY, AUGUST, SEPTEMBER)
    assert_books_verify()


def test_pools_are_shared_by_usage_and_a_missing_report_stops_the_close() -> None:
    subledger.file(a_seat_contract())
    subledger.file(an_invoice())
    for number, partner in enumerate(("lyceum", "academy"), start=1):
        terms = [{"starts_on": "2025-07-01", "tiers": HALF, "by_usage": ["seat_contract"]}]
        subledger.file(an_agreement(f"agreement:{number}", partner=partner, terms=terms))
    post(JULY)
    with pytest.raises(month_end.NotReadyToClose, match="no usage of seat_contract is reported for 2025-07"):
        close(JULY)
    rows = [{"partner": "lyceum", "usage": "1"}, {"partner": "academy", "usage": "2"}]
    subledger.file(
        a_document("usage_reported", "usage:1", on="2025-07-31", product="seat_contract", rows=rows)
    )
    post(JULY)
    shares = {
        line.partner: line.amount_minor for line in ledger.lines(entity=ENTITY, month=JULY, account="5000")
    }
    assert shares == {"lyceum": 5167, "academy": 10_334}  # of 310.00: 103.33 and 206.67
    close(JULY)
    assert_books_verify()


def test_usage_reported_after_the_close_of_its_month_shares_the_pool_late() -> None:
    subledger.file(a_seat_contract())
    subledger.file(an_invoice())
    post(JULY)
    close(JULY)
    terms = [{"starts_on": "2025-07-01", "tiers": HALF, "by_usage": ["seat_contract"]}]
    subledger.file(an_agreement(terms=terms))
    post(AUGUST)
    with pytest.raises(month_end.NotReadyToClose, match="reported for 2025-07"):
        close(AUGUST)
    for day in ("2025-07-31", "2025-08-31"):
        rows = [{"partner": "lyceum", "usage": "1"}]
        subledger.file(
            a_document("usage_reported", f"usage:{day}", on=day, product="seat_contract", rows=rows)
        )
    post(AUGUST)
    assert late(AUGUST) == {True: 15_500, False: 15_500}
    close(AUGUST)
    assert_books_verify()


def test_an_agreement_runs_on_in_books_that_begin_with_a_balance_sheet() -> None:
    opening = [
        *({"account": "1000", "debit": "100"}, {"account": "2005", "credit": "40", "partner": "lyceum"}),
        *({"account": "2015", "credit": "5", "partner": "lyceum"}, {"account": "3010", "credit": "55"}),
    ]
    tiers = [*HALF, {"above": "100", "rate": "0.60"}]
    receipt = sales()
    for document in (
        a_document("opening_balance", "opening:1", on="2025-07-01", source="Former books", lines=opening),
        an_agreement(signed_on="2025-01-01", terms=[{"starts_on": "2025-01-01", "tiers": tiers}]),
        a_document(
            *("partner_account_opened", "brought:1"),
            agreement="agreement:1",
            on="2025-06-30",
            base="90",
            fees_owed="40",
            fund_held="5",
        ),
        a_document("partner_paid", "paid:1", agreement="agreement:1", on="2025-07-15", amount="40"),
        receipt,
    ):
        subledger.file(document)
    post(JULY)
    assert closing(JULY, "1000", "2005", "2015", "5000") == {
        **{"1000": 6000, "2005": -(500 + 1260), "2015": -500},
        "5000": 500 + 1260,  # 10.00 up to the tier's edge at one half, 21.00 above it
    }
    close(JULY)
    subledger.file(a_refund_of(receipt, on=date(2025, 7, 11)))
    post(AUGUST)
    assert late(AUGUST) == {True: -1760}
    close(AUGUST)
    assert closing(AUGUST, "2005", "5000") == {}
    assert_books_verify()


def test_a_payment_beyond_what_is_owed_stops_the_close() -> None:
    for document in (sales(), an_agreement()):
        subledger.file(document)
    subledger.file(
        a_document("partner_paid", "paid:1", agreement="agreement:1", on="2025-07-20", amount="155")
    )
    subledger.file(a_document("partner_paid", "paid:2", agreement="nowhere", on="2025-07-20", amount="1"))
    post(JULY)
    with pytest.raises(month_end.NotReadyToClose, match=r"139\.50 USD more than its fees") as refused:
        close(JULY)
    assert "'nowhere', which is not filed" in str(refused.value)
    assert "1990" in str(refused.value)


def test_two_agreements_over_the_same_revenue_stop_the_close() -> None:
    for document in (sales(), an_agreement(), an_agreement("agreement:2")):
        subledger.file(document)
    post(JULY)
    with pytest.raises(month_end.NotReadyToClose, match="both give lyceum a share of single_course"):
        close(JULY)
    assert closing(JULY, "5000") == {"5000": 1550}


def test_money_in_terms_means_one_currency() -> None:
    terms = [{"starts_on": "2025-07-01", "tiers": [*HALF, {"above": "5", "rate": "0.60"}]}]
    euros = a_receipt(on=date(2025, 7, 1), currency="EUR", partner="lyceum")
    for document in (euros, an_agreement(terms=terms)):
        subledger.file(document)
    post(JULY)
    with pytest.raises(month_end.NotReadyToClose, match="file an agreement in EUR"):
        close(JULY)
    subledger.file(an_agreement("agreement:2", currency="EUR", terms=terms))
    post(JULY)
    close(JULY)


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"terms": []}, "say from which day"),
        ({"terms": [{"starts_on": "2025-07-01", "tiers": []}]}, "must hold from 0"),
        ({"ends_on": "2025-07-01"}, "must come after"),
        (
            {
                "terms": [
                    {
                        "starts_on": "2025-07-01",
                        "tiers": HALF,
                        "deductions": [{"id": "app store", "kind": "share_of_gross", "value": "30"}],
                    }
                ]
            },
            "between 0 and 1",
        ),
    ],
)
def test_an_agreement_that_is_not_sound_is_refused(facts: dict[str, Any], words: str) -> None:
    with pytest.raises(Invalid, match=words):
        an_agreement(**facts)
