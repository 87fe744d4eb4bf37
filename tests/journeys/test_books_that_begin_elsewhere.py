"""Books that come from another system: a balance sheet to begin with, and the documents behind it running on."""

from datetime import UTC, date, datetime

import pytest

from stoa.cli.__main__ import main
from stoa.flows import month_end, openings, posting, verification
from stoa.kernel.refusals import Invalid, NotFound
from stoa.kernel.spans import Month, Period
from stoa.ledger import api as ledger
from stoa.policies.kinds.frame import DocumentFacts
from stoa.reporting import api as reporting
from stoa.subledger import api as subledger
from tests.builders.books import ENTITY, a_receipt
from tests.builders.company import a_document, a_payment, a_seat_contract, an_asset, an_invoice

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


def an_opening(reference: str = "opening:1", on: str = "2025-09-01", **accounts: str) -> DocumentFacts:
    """An opening from amounts by account; credits are negative."""
    lines = [
        {"account": account[1:], "credit" if amount.startswith("-") else "debit": amount.lstrip("-")}
        for account, amount in accounts.items()
    ]
    return a_document("opening_balance", reference, on=on, lines=lines, source="The former system")


def what_came_before() -> list[subledger.Document]:
    """By September: 620 of a contract of 3,650 earned, its invoice unpaid; an asset of 3,600 two months old; a course."""
    return [
        a_seat_contract(),
        an_invoice(),
        an_asset(),
        a_receipt(on=date(2025, 7, 1), price_minor=18_400, fee_minor=0, end_on=date(2026, 1, 1)),
    ]


def the_balance_sheet() -> dict[str, str]:
    return {
        **{"_1000": "5000", "_1100": "3650", "_1500": "3600", "_1510": "-200"},
        **{"_2000": "-400", "_2100": "-3152", "_3010": "-9000", "_3100": "502"},
    }


def test_books_begin_with_what_the_opening_says_and_contracts_run_on() -> None:
    for document in what_came_before():
        subledger.file(document)
    subledger.file(an_opening(**the_balance_sheet()))
    subledger.file(a_payment(on="2025-09-10"))
    run = post()
    assert [each.month for each in run.months] == [SEPTEMBER]
    held = closing(SEPTEMBER)
    assert held["1000"] == 500_000 + 365_000
    assert "1100" not in held
    assert held["4000"] == -(30_000 + 3_000)
    assert held["2100"] == -315_200 + 33_000
    assert (held["1510"], held["6210"]) == (-30_000, 10_000)
    assert held["2000"] == -40_000
    assert sum(held.values()) == 0
    opening = {
        line.account: line.amount_minor
        for line in ledger.lines(entity=ENTITY, month=SEPTEMBER)
        if line.activity == "opening"
    }
    assert opening["1000"] == 500_000
    assert all(check["passed"] for check in close(SEPTEMBER).checks)
    found = verification.verify_books(entity=ENTITY)
    assert found.problems == ()
    assert {each.outcome for each in found.months} == {verification.SAME_BYTES}


def test_what_is_promised_counts_the_deferred_revenue_of_an_opening_once() -> None:
    for document in (*what_came_before(), an_opening(**the_balance_sheet())):
        subledger.file(document)
    post()
    report = reporting.statements(entity=ENTITY, period=Period.parse("2025-09"))
    (bridge,) = (table for table in report.roll_forwards if table.name == "remaining-obligations")
    assert bridge.line("Consumer, paid in advance").amounts_minor[0] == 9_200
    assert bridge.line("Remaining at the end").amounts_minor[0] == 273_000 + 9_200
    (years,) = (table for table in report.notes if table.name == "remaining-obligations-by-year")
    assert years.line("Remaining performance obligations").amounts_minor == (282_200, 0, 0, 0, 282_200)


def test_statements_in_one_currency_name_those_they_leave_out() -> None:
    subledger.file(a_receipt())
    subledger.file(a_receipt(currency="EUR"))
    post()
    report = reporting.statements(entity=ENTITY, period=Period.parse("2025-09"))
    assert any("the books also hold EUR" in words for words in report.remarks)


def test_the_opening_says_what_documents_explain_of_it(capsys: pytest.CaptureFixture[str]) -> None:
    for document in what_came_before():
        subledger.file(document)
    subledger.file(an_opening(**the_balance_sheet() | {"_2100": "-3150", "_3100": "500"}))
    rows = {row.account.code: row for row in openings.explained_opening()}
    deferred = rows["2100"]
    assert (deferred.said_minor, deferred.explained_minor, deferred.rest_minor) == (-315_000, -315_200, 200)
    assert [code for code, row in rows.items() if row.needs_documents] == ["1050", "2100"]
    assert rows["1100"].rest_minor == 0
    assert "4000" not in rows
    assert main(["opening"]) == 0
    assert "file what stands behind it" in capsys.readouterr().out


def test_books_without_an_opening_say_how_to_have_one() -> None:
    with pytest.raises(NotFound, match="File opening_balance"):
        openings.explained_opening()


def test_a_document_from_before_that_comes_late_moves_only_what_came_since() -> None:
    subledger.file(an_opening(_1000="10", _3010="-10"))
    post(SEPTEMBER)
    close(SEPTEMBER)
    assert closing(SEPTEMBER) == {"1000": 1_000, "3010": -1_000}
    assert subledger.file(an_asset()).is_late
    posting.post(through=Month(2025, 10), posted_at=NOW)
    held = closing(Month(2025, 10))
    assert held == {"1000": 1_000, "3010": -1_000, "1510": -20_000, "6210": 20_000}
    late = [
        line.amount_minor
        for line in ledger.lines(entity=ENTITY, month=Month(2025, 10), account="6210")
        if line.is_late
    ]
    assert late == [10_000]
    close(Month(2025, 10))


def test_shares_of_the_opening_stand_for_everything_before_it() -> None:
    award = {
        "holder": "ada",
        "granted_on": "2024-09-01",
        "units": "80",
        "fair_value_per_unit": "10",
        "tranches": [{"vests_on": f"{year}-0{month}-01"} for year in (2025, 2026) for month in (3, 9)],
    }
    subledger.file(a_document("award_granted", "award:1", **award))
    subledger.file(a_document("share_issued", "shares:1", on="2025-08-01", shares="70", price_per_share="1"))
    subledger.file(a_document("award_vested", "vest:1", award="award:1", on="2025-09-01", shares="20"))
    opening = a_document(
        *("opening_balance", "opening:1"),
        on="2025-09-01",
        source="The former system",
        shares_outstanding="1000",
        lines=[{"account": "1000", "debit": "1"}, {"account": "3010", "credit": "1"}],
    )
    subledger.file(opening)
    counts = subledger.share_counts(entity=ENTITY, from_on=date(2025, 9, 1), until_on=date(2025, 10, 1))
    assert counts.closing == 1020
    assert [(each.kind, each.units) for each in counts.potential] == [("rsu", 40)]
    post()
    close(SEPTEMBER)


def test_books_that_began_already_cannot_be_opened_later() -> None:
    subledger.file(an_asset())
    post(JULY)
    subledger.file(an_opening(_1000="10", _3010="-10"))
    with pytest.raises(Invalid, match="began with 2025-07 already"):
        post()


def test_two_openings_of_one_currency_stop_the_close() -> None:
    subledger.file(an_opening(_1000="10", _3010="-10"))
    subledger.file(an_opening("opening:2", _1000="20", _3010="-20"))
    post()
    with pytest.raises(month_end.NotReadyToClose, match="opens the books in USD, as opening:1 does"):
        close(SEPTEMBER)
    void = {"document": "opening:2", "on": "2025-09-01", "reason": "Filed twice"}
    subledger.file(a_document("document_voided", "void:1", **void))
    post()
    close(SEPTEMBER)
    assert closing(SEPTEMBER) == {"1000": 1_000, "3010": -1_000}


@pytest.mark.parametrize(
    ("accounts", "words"),
    [
        ({"_1000": "10", "_3010": "-9"}, "do not balance"),
        ({"_1990": "10", "_3010": "-10"}, "is suspense"),
        ({"_4000": "-10", "_3010": "10"}, "not part of a balance sheet"),
        ({"_1001": "10", "_3010": "-10"}, "not in the chart"),
    ],
)
def test_an_opening_that_is_no_balance_sheet_is_refused(accounts: dict[str, str], words: str) -> None:
    with pytest.raises(Invalid, match=words):
        subledger.file(an_opening(**accounts))


def test_an_opening_begins_with_a_month() -> None:
    with pytest.raises(Invalid, match="first day of a month"):
        an_opening(on="2025-09-02", _1000="10", _3010="-10")
