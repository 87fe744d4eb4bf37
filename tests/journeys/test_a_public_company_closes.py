"""A public company closes a quarter: shares, suppliers, staff, credit losses, taxes, awards and the purchase plan."""

from datetime import UTC, date, datetime

import pytest

from stoa.flows import month_end, posting, verification
from stoa.kernel.refusals import Invalid
from stoa.kernel.spans import Month
from stoa.ledger import api as ledger
from stoa.policies.kinds import listed, payables
from stoa.policies.kinds.frame import DocumentFacts
from stoa.subledger import api as subledger
from tests.builders.books import ENTITY, a_receipt
from tests.builders.company import a_document, a_payment, a_seat_contract, an_asset, an_invoice

pytestmark = pytest.mark.django_db

NOW = datetime(2025, 12, 1, 9, tzinfo=UTC)
JULY, AUGUST, SEPTEMBER = Month(2025, 7), Month(2025, 8), Month(2025, 9)
CLASSES = [
    {"name": "not due", "days_from": 0, "days_to": 0, "loss_rate": "0.01"},
    {"name": "1-30", "days_from": 1, "days_to": 30, "loss_rate": "0.1"},
]


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


def movements(account: str, through: Month = SEPTEMBER) -> dict[str, int]:
    sums: dict[str, int] = {}
    for line in ledger.lines(entity=ENTITY, through=through, account=account):
        sums[line.activity] = sums.get(line.activity, 0) + line.amount_minor
    return {activity: amount for activity, amount in sums.items() if amount}


def shares_and_awards() -> list[DocumentFacts]:
    return [
        a_document(
            *("share_issued", "shares:1"),
            on="2025-07-01",
            shares="1000",
            price_per_share="33",
            par_value="0.01",
        ),
        a_document("shares_repurchased", "back:1", on="2025-09-10", shares="50", amount="1500"),
        a_document(
            *("award_granted", "award:1"),
            holder="ada",
            granted_on="2025-07-01",
            units="40",
            fair_value_per_unit="10",
            tranches=[{"vests_on": "2025-08-31"}],
        ),
        a_document(
            *("award_vested", "vest:1"),
            award="award:1",
            on="2025-08-31",
            shares="40",
            shares_withheld="15",
            tax_withheld="180",
        ),
        a_document(
            *("purchase_plan_offered", "plan:1"),
            start_on="2025-07-01",
            purchase_on="2025-09-01",
            share_price="25",
            discount="0.15",
            volatility="0.4",
            risk_free_rate="0.04",
            units="10",
        ),
        a_document("purchase_plan_withheld", "withheld:1", offering="plan:1", on="2025-07-31", amount="200"),
        a_document(
            *("purchase_plan_bought", "bought:1"),
            offering="plan:1",
            on="2025-09-01",
            shares="10",
            price_per_share="20",
        ),
    ]


def suppliers_and_staff() -> list[DocumentFacts]:
    return [
        a_document(
            *("supplier_bill", "bill:1"),
            supplier="Cloudworks",
            on="2025-07-05",
            lines=[
                {"amount": "300", "function": "cost_of_revenue"},
                {
                    "amount": "1200",
                    "function": "research_and_development",
                    "service_start_on": "2025-07-01",
                    "service_end_on": "2026-07-01",
                    "spread_by": "months",
                },
            ],
        ),
        a_document("supplier_paid", "paid:1", bill="bill:1", on="2025-08-04", amount="1500"),
        an_asset(),
        a_document("supplier_paid", "paid:2", bill="asset:1", on="2025-08-10", amount="3600"),
        a_document(
            *("payroll_recorded", "payroll:1"),
            on="2025-07-31",
            lines=[{"function": "research_and_development", "amount": "900"}],
        ),
        a_document("payroll_paid", "wages:1", payroll="payroll:1", on="2025-07-31", amount="700"),
        a_document(
            *("cash_transferred", "moved:1"),
            on="2025-07-15",
            amount="500",
            moved_from="cash",
            moved_to="restricted_cash",
            purpose="Letter of credit for the lease",
        ),
    ]


def receivables_and_taxes() -> list[DocumentFacts]:
    return [
        a_seat_contract(),
        an_invoice(due_on="2025-08-15"),
        a_payment(amount="3000", on="2025-08-20"),
        a_document("allowance_estimated", "allowance:1", on="2025-07-01", buckets=CLASSES),
        a_document(
            *("receivable_written_off", "lost:1"),
            invoice="invoice:1",
            on="2025-09-10",
            amount="650",
            reason="Insolvent",
        ),
        a_document("receivable_recovered", "back:2", invoice="invoice:1", on="2025-09-25", amount="100"),
        a_document(
            *("income_tax_provided", "tax:1"),
            jurisdiction="US federal",
            period_start_on="2025-07-01",
            on="2025-09-30",
            provision={"pretax": "-1000", "rate": "0.21", "other_current_tax": "15", "realizable": "0"},
        ),
    ]


def test_a_public_company_closes_a_quarter_and_its_books_verify() -> None:
    documents = [a_receipt(), *shares_and_awards(), *suppliers_and_staff(), *receivables_and_taxes()]
    for document in documents:
        subledger.file(document)
    post()
    for month in (JULY, AUGUST, SEPTEMBER):
        assert all(check["passed"] for check in close(month).checks)
    july, august, september = closing(JULY), closing(AUGUST), closing(SEPTEMBER)

    assert july["1120"] == -3_650
    assert august["1120"] == -6_500
    assert "1120" not in september
    assert "1100" not in september
    assert movements("1120") == {"provision": -55_000, "write_off": 65_000, "recovery": -10_000}
    assert september["6230"] == 55_000

    assert (september["1350"], september["1355"]) == (21_000, -21_000)
    assert (september["2050"], september["8000"]) == (-1_500, 1_500)

    assert "2000" not in september
    assert september["1200"] == 90_000
    assert july["2030"] == -20_000
    assert "2030" not in september
    assert "2010" not in july
    assert september["3020"] == 150_000
    assert september["1010"] == 50_000
    assert sum(september.values()) == 0
    assert movements("1000") == {
        "share_issue": 3_300_000,
        "share_repurchase": -150_000,
        "tax_on_share_settlement": -18_000,
        "purchase_plan": 20_000,
        "payment": 300_000 - 150_000 - 70_000 - 20_000,
        "purchase_of_assets": -360_000,
        "transfer": -50_000,
        "recovery": 10_000,
    }

    found = verification.verify_books(entity=ENTITY)
    assert found.problems == ()
    assert {each.outcome for each in found.months} == {verification.SAME_BYTES}


def test_shares_are_counted_by_day_and_weighted() -> None:
    for document in shares_and_awards():
        subledger.file(document)
    counts = subledger.share_counts(entity=ENTITY, from_on=date(2025, 8, 1), until_on=date(2025, 10, 1))
    assert [(str(step.from_on), step.shares) for step in counts.steps] == [
        ("2025-08-01", 1000),
        ("2025-08-31", 1025),
        ("2025-09-01", 1035),
        ("2025-09-10", 985),
    ]
    assert counts.weighted_average * 61 == 1000 * 30 + 1025 + 1035 * 9 + 985 * 21
    assert counts.closing == 985
    assert counts.potential == ()
    before = subledger.share_counts(entity=ENTITY, from_on=date(2025, 7, 1), until_on=date(2025, 8, 1))
    assert {(each.kind, each.units) for each in before.potential} == {("rsu", 40), ("purchase_right", 10)}
    rsu = next(each for each in before.potential if each.kind == "rsu")
    assert rsu.unrecognized_minor == 40_000 - 20_328


def test_units_that_vested_without_becoming_shares_stop_the_close() -> None:
    vested = "vest:1"
    for document in shares_and_awards():
        if document.reference != vested:
            subledger.file(document)
    post(AUGUST)
    close(JULY)
    with pytest.raises(month_end.NotReadyToClose, match="40 units of award:1 have vested by 2025-08-31"):
        close(AUGUST)


def test_every_document_that_makes_the_company_owe_can_be_paid() -> None:
    owing = {form for form in listed.KINDS.values() if form.owed is not DocumentFacts.owed}
    assert owing <= {*payables.FAMILY.kinds, *payables.FAMILY.sees}


def test_an_invoice_older_than_the_classes_stops_the_close() -> None:
    for document in (a_seat_contract(), an_invoice(due_on="2025-07-10")):
        subledger.file(document)
    subledger.file(a_document("allowance_estimated", "allowance:1", on="2025-07-01", buckets=CLASSES))
    post(AUGUST)
    close(JULY)
    with pytest.raises(month_end.NotReadyToClose, match="invoice:1 is 52 days past due and no class"):
        close(AUGUST)
    wider = [*CLASSES, {"name": "over 30", "days_from": 31, "loss_rate": "0.5"}]
    subledger.file(a_document("allowance_estimated", "allowance:2", on="2025-08-31", buckets=wider))
    post(AUGUST)
    close(AUGUST)
    assert closing(AUGUST)["1120"] == -182_500


def test_a_payment_without_its_bill_waits_in_suspense() -> None:
    subledger.file(a_document("supplier_paid", "paid:1", bill="bill:9", on="2025-07-20", amount="10"))
    post(JULY)
    assert closing(JULY) == {"1000": -1_000, "1990": 1_000}
    with pytest.raises(
        month_end.NotReadyToClose, match="'bill:9', which is not filed in USD; file its supplier_bill"
    ):
        close(JULY)
    bill = a_document(
        *("supplier_bill", "bill:9"),
        supplier="Cloudworks",
        on="2025-07-01",
        lines=[{"amount": "10", "function": "sales_and_marketing"}],
    )
    subledger.file(bill)
    post(JULY)
    close(JULY)
    assert closing(JULY) == {"1000": -1_000, "6100": 1_000}


def test_a_write_off_after_the_close_charges_the_allowance_of_the_open_month() -> None:
    for document in (a_seat_contract(), an_invoice()):
        subledger.file(document)
    subledger.file(a_document("allowance_estimated", "allowance:1", on="2025-07-01", buckets=CLASSES))
    post(JULY)
    close(JULY)
    lost = a_document(
        *("receivable_written_off", "lost:1"),
        invoice="invoice:1",
        on="2025-07-20",
        amount="3650",
        reason="Insolvent",
    )
    assert subledger.file(lost).is_late
    post(AUGUST)
    late = {line.activity for line in ledger.lines(entity=ENTITY, month=AUGUST) if line.is_late}
    assert "write_off" in late
    assert closing(JULY)["1100"] == 365_000
    assert "1100" not in closing(AUGUST)
    close(AUGUST)


def test_a_bill_cannot_move_what_a_subledger_keeps() -> None:
    with pytest.raises(Invalid, match="kept by its subledger"):
        subledger.file(
            a_document(
                *("supplier_bill", "bill:1"),
                supplier="Cloudworks",
                on="2025-07-01",
                lines=[{"amount": "1", "account": "2100"}],
            )
        )


def test_customers_under_common_control_age_as_one() -> None:
    for number, customer in enumerate(("alder", "birch", "cedar"), start=1):
        subledger.file(a_seat_contract(f"seats:{number}", customer=customer))
        subledger.file(
            an_invoice(
                f"invoice:{number}", contract=f"seats:{number}", amount=str(100 * number), due_on="2025-07-20"
            )
        )
    subledger.file(
        a_document("customer_related", "grove", group="grove", customers=["alder", "cedar"], on="2025-07-01")
    )
    subledger.file(a_document("allowance_estimated", "allowance:1", on="2025-07-01", buckets=CLASSES))
    statement = subledger.aging(entity=ENTITY, day=date(2025, 8, 1))
    assert statement.classes == ("not due", "1-30")
    assert [(row.customer, row.by_class) for row in statement.rows] == [
        ("grove", (0, 40_000)),
        ("birch", (0, 20_000)),
    ]
    assert statement.totals("USD") == (0, 60_000)
