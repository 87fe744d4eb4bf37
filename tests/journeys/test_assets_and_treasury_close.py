"""A company with a lease, a sublease, improvements, software, intangibles and treasuries closes three months."""

from datetime import UTC, datetime
from typing import Any

import pytest

from stoa.flows import month_end, posting, verification
from stoa.kernel.refusals import Invalid
from stoa.kernel.spans import Month
from stoa.ledger import api as ledger
from stoa.subledger import api as subledger
from tests.builders.books import ENTITY
from tests.builders.company import a_document

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


def file(kind: str, reference: str, **facts: Any) -> subledger.FiledDocument:
    return subledger.file(a_document(kind, reference, **facts))


def file_lease(**facts: Any) -> None:
    """Three years of an office for 12,000 a month in advance, at 6 %, used by two functions."""
    given: dict[str, Any] = {
        "name": "Headquarters",
        "signed_on": "2025-07-01",
        "payments": ["12000"] * 36,
        "functions": [
            {"function": "research_and_development", "share": "0.75"},
            {"function": "general_and_administrative", "share": "0.25"},
        ],
    }
    file("lease_signed", "lease:hq", **given | facts)
    for month in (7, 8, 9):
        file("lease_paid", f"rent:{month}", lease="lease:hq", on=f"2025-{month:02d}-01", amount="12000")


def file_treasuries() -> None:
    """A bill of six months, priced in July, and one of three months, which is cash."""
    file(
        "security_bought",
        "bill:1",
        name="Bill",
        on="2025-07-01",
        matures_on="2026-01-01",
        par="100000",
        price="98000",
    )
    file("security_priced", "price:july", security="bill:1", on="2025-07-31", fair_value="98400")
    file(
        "security_bought",
        "bill:2",
        name="Short bill",
        on="2025-07-15",
        matures_on="2025-10-14",
        par="50000",
        price="49500",
    )


def file_rest() -> None:
    """Improvements, a software project, content, offering costs, and what pays for some of them."""
    file(
        "asset_placed",
        "walls:1",
        name="walls",
        asset_kind="improvement",
        cost="36000",
        in_service_on="2025-07-01",
        life_months=120,
        lease="lease:hq",
    )
    file("supplier_paid", "pay:walls", bill="walls:1", on="2025-08-10", amount="36000")
    file("software_project_authorized", "gate:1", project="search", name="Search", on="2025-07-05")
    file(
        "software_cost_incurred",
        "time:1",
        project="search",
        on="2025-07-31",
        stage="application_development",
        cost_kind="payroll",
        hours="300",
        hourly_cost="80",
    )
    file("payroll_paid", "pay:time", payroll="time:1", on="2025-08-05", amount="24000")
    file("software_placed", "search:v1", project="search", on="2025-08-12", life_months=24)
    file(
        "intangible_acquired",
        "content:1",
        name="Catalog",
        intangible_kind="content",
        cost="48000",
        acquired_on="2025-07-01",
        life_months=48,
        paid="cash",
    )
    file(
        "offering_cost_incurred",
        "ipo:legal",
        offering="ipo",
        on="2025-08-20",
        cost_kind="legal",
        amount="9000",
        paid="cash",
    )


def refused(month: Month) -> str:
    with pytest.raises(month_end.NotReadyToClose) as found:
        close(month)
    return str(found.value)


def test_a_company_with_assets_closes_three_months_and_its_books_verify() -> None:
    file_lease(commences_on="2025-07-01", incremental_borrowing_rate="0.06")
    file_treasuries()
    file_rest()
    file("security_priced", "price:august", security="bill:1", on="2025-08-29", fair_value="98600")
    file("security_sold", "sold:1", security="bill:1", on="2025-09-15", par="40000", proceeds="39500")
    file("security_priced", "price:september", security="bill:1", on="2025-09-30", price_per_100="99")
    file(
        "sublease_signed",
        "sublet:1",
        lease="lease:hq",
        customer="cedar",
        signed_on="2025-09-10",
        start_on="2025-09-01",
        payments=["4000"] * 34,
    )
    file("sublease_rent_received", "sublet:rent:9", sublease="sublet:1", on="2025-09-05", amount="4000")
    post()
    for month in (JULY, AUGUST):
        assert all(check["passed"] for check in close(month).checks)

    assert "'lease:hq', which was not tested for impairment" in refused(SEPTEMBER)
    right_of_use = closing(SEPTEMBER)["1360"]
    tested = {
        "group": "Headquarters",
        "on": "2025-09-30",
        "trigger": "Space sublet below its rent",
        "undiscounted_cash_flows": "200000",
        "fair_value": f"{right_of_use / 100 + 33_000 - 44_000:.2f}",
    }
    walls = {"register": "fixed_assets", "reference": "walls:1", "carrying": "33000", "fair_value": "33000"}
    space = {"register": "leases", "reference": "lease:hq", "carrying": "1"}
    file("impairment_tested", "test:0", **tested, assets=[space, walls])
    assert "test:0 says that lease:hq is carried at 1.00 USD" in refused(SEPTEMBER)
    file("document_voided", "void:test:0", document="test:0", on="2025-09-30", reason="Wrong amount")
    space["carrying"] = f"{right_of_use / 100:.2f}"
    file("impairment_tested", "test:1", **tested, assets=[space, walls])
    post()
    assert all(check["passed"] for check in close(SEPTEMBER).checks)

    july, september = closing(JULY), closing(SEPTEMBER)
    assert (july["6040"], july["6240"]) == (900_000, 300_000)
    assert july["1360"] + july["2040"] + july["2140"] == 0
    assert (july["1500"], july["1510"], july["6210"]) == (3_600_000, -100_000, 100_000)
    assert (july["1560"], july["1540"], july["1550"]) == (2_400_000, 4_800_000, -100_000)
    assert july["1060"] + july["1065"] == 9_840_000, "fair value"
    assert july["1005"] == 4_950_000 + 8_755, "cost, accreted for 16 of 91 days"
    assert (september["6040"], september["6240"]) == (2_700_000 - 300_000, 900_000 - 100_000), "less sublease"
    assert september["6250"] == 4_400_000
    assert september["1360"] == right_of_use - 4_400_000
    assert (september["1520"], september["1530"], september["5300"]) == (2_400_000, -200_000, 200_000)
    assert september["1060"] + september["1065"] == 5_940_000
    assert september["7010"] == 2_847
    assert september["1210"] == 900_000
    assert "2010" not in september, "time was paid"
    assert sum(september.values()) == 0
    found = verification.verify_books(entity=ENTITY)
    assert found.problems == ()
    assert [each.is_closed for each in found.months] == [True] * len(found.months)


def test_the_close_names_a_missing_rate_and_what_to_file() -> None:
    file_lease(commences_on="2025-07-01")
    post(JULY)
    words = refused(JULY)
    assert "lease:hq has no discount rate: file lease_commenced with the implicit rate" in words
    file("lease_commenced", "begin:hq", lease="lease:hq", on="2025-07-01", incremental_borrowing_rate="0.06")
    post(JULY)
    close(JULY)
    assert closing(JULY)["6040"] == 900_000


def test_the_close_names_a_missing_price_and_a_late_one_lets_it_pass() -> None:
    file_treasuries()
    post()
    close(JULY)
    words = refused(AUGUST)
    assert "bill:1 (Bill) has no price for the end of 2025-08: file security_priced" in words
    assert "bill:2" not in words, "cash equivalents are at cost"
    file("security_priced", "price:august", security="bill:1", on="2025-08-29", fair_value="98600")
    post(AUGUST)
    close(AUGUST)
    assert closing(AUGUST)["1060"] + closing(AUGUST)["1065"] == 9_860_000


def test_a_price_that_was_wrong_is_caught_up_in_the_open_month() -> None:
    file_treasuries()
    file("security_priced", "price:wrong", security="bill:1", on="2025-08-29", fair_value="98600")
    post(AUGUST)
    close(JULY)
    close(AUGUST)
    file("document_voided", "void:price", document="price:wrong", on="2025-08-29", reason="Of another bill")
    file("security_priced", "price:right", security="bill:1", on="2025-08-29", fair_value="98650")
    file("security_priced", "price:september", security="bill:1", on="2025-09-30", fair_value="99000")
    post()
    late = [line for line in ledger.lines(entity=ENTITY, month=SEPTEMBER, account="1065") if line.is_late]
    assert [line.amount_minor for line in late] == [5_000]
    close(SEPTEMBER)
    assert closing(AUGUST)["1060"] + closing(AUGUST)["1065"] == 9_860_000
    assert closing(SEPTEMBER)["1060"] + closing(SEPTEMBER)["1065"] == 9_900_000


def test_a_lease_that_ends_early_leaves_the_books_with_its_improvements() -> None:
    file_lease(commences_on="2025-07-01", annual_rate="0.06")
    file(
        "asset_placed",
        "walls:1",
        name="walls",
        asset_kind="improvement",
        cost="36000",
        in_service_on="2025-07-01",
        life_months=120,
        lease="lease:hq",
        paid="cash",
    )
    post(AUGUST)
    close(JULY)
    close(AUGUST)
    file("lease_ended", "end:hq", lease="lease:hq", on="2025-09-20", penalty="30000")
    post()
    close(SEPTEMBER)
    september = closing(SEPTEMBER)
    assert not {"1360", "2140"} & september.keys()
    assert september["2040"] == -3_000_000, "the penalty is owed"
    assert september["1510"] == -3_600_000
    assert september["1000"] == -3_600_000 - 3_600_000


def test_a_change_of_a_lease_needs_the_rate_of_its_day_and_the_first_day_of_a_period() -> None:
    file_lease(commences_on="2025-07-01", annual_rate="0.06")
    post(JULY)
    close(JULY)
    change = {"lease": "lease:hq", "payments": ["10000"] * 24}
    file("lease_modified", "change:1", on="2025-08-10", **change)
    post(AUGUST)
    assert "change:1 changes lease:hq on 2025-08-10, which is no first day of one of its periods" in refused(
        AUGUST
    )
    file("document_voided", "void:1", document="change:1", on="2025-08-10", reason="Wrong day")
    file("lease_modified", "change:2", on="2025-08-01", **change)
    post(AUGUST)
    assert "change:2 needs the discount rate of 2025-08-01" in refused(AUGUST)
    file("document_voided", "void:2", document="change:2", on="2025-08-01", reason="Without a rate")
    file("lease_modified", "change:3", on="2025-08-01", annual_rate="0.07", **change)
    post(AUGUST)
    close(AUGUST)


def test_registers_tell_the_notes() -> None:
    file_lease(commences_on="2025-07-01", incremental_borrowing_rate="0.06")
    file_treasuries()
    file_rest()
    day = JULY.end_on
    leases = subledger.register("leases", entity=ENTITY, day=day)
    assert [row.carrying_minor for row in leases.rows] == [closing_of_register(leases)]
    due = [year.amount_minor for year in leases.years]
    assert due == [14_400_000, 14_400_000, 13_200_000, 0, 0, 0]
    figures = {figure.words: figure.amount_minor or figure.number for figure in leases.figures}
    undiscounted, imputed = (figures["Lease payments to come, undiscounted"], figures["Imputed interest"])
    assert undiscounted == sum(due)
    assert isinstance(undiscounted, int) and isinstance(imputed, int)
    assert figures["Lease liabilities"] == undiscounted - imputed
    assert figures["Weighted average discount rate"] == "0.06"
    securities = subledger.register("securities", entity=ENTITY, day=day)
    assert [(row.reference, row.level, row.carrying_minor) for row in securities.rows] == [
        ("bill:1", 1, 9_840_000),
        ("bill:2", 2, 4_958_755),
    ]
    content = subledger.register("intangibles", entity=ENTITY, day=day)
    assert [year.amount_minor for year in content.years] == [1_200_000, 1_200_000, 1_200_000, 1_100_000, 0, 0]
    software = subledger.register("internal_use_software", entity=ENTITY, day=day)
    assert [(row.reference, row.kind, row.carrying_minor) for row in software.rows] == [
        ("search", "in development", 2_400_000)
    ]
    with pytest.raises(Invalid, match="those that do are"):
        subledger.register("manual_entries", entity=ENTITY, day=day)


def closing_of_register(register: subledger.Register) -> int:
    return sum(row.cost_minor - row.accumulated_minor for row in register.rows)
