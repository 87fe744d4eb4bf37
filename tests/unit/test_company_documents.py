"""Documents of a public company: what is refused when they are filed, and what stops a close."""

from datetime import date
from typing import Any

import pytest

from stoa.kernel.refusals import Invalid
from stoa.kernel.spans import Month
from stoa.policies.engine import balance_cuts
from stoa.policies.kinds import listed
from stoa.policies.kinds.frame import Filed

JULY = Month(2025, 7)
CLASSES = [{"name": "late", "days_from": 0, "loss_rate": "0.1"}]
BILL = {"supplier": "Cloudworks", "on": "2025-07-01"}
OFFER = {
    **{"start_on": "2025-07-01", "purchase_on": "2026-01-01", "share_price": "25", "discount": "0.15"},
    **{"volatility": "0.4", "risk_free_rate": "0.04", "units": "10"},
}
TAX = {"jurisdiction": "US federal", "period_start_on": "2025-07-01", "on": "2025-07-31"}
LOSS = {"pretax": "-100", "rate": "0.21", "realizable": "0"}
POSITION = {"position": "credit", "jurisdiction": "US federal", "on": "2025-07-01"}
AWARD = {
    **{"holder": "ada", "granted_on": "2025-07-01", "units": "40", "fair_value_per_unit": "1"},
    "tranches": [{"vests_on": "2025-08-01"}],
}


def read(kind: str, reference: str = "it:1", **facts: Any) -> Any:
    return listed.read(kind, {"reference": reference, "entity": "stoa-us", **facts})


def words(*rows: tuple[str, str, dict[str, Any]], month: Month = JULY) -> str:
    documents = []
    for number, (kind, reference, facts) in enumerate(rows, start=1):
        document = read(kind, reference, **facts)
        on = document.place().effective_on
        documents.append(Filed(number, on, Month.of(on).start_on, document))
    assert (
        sum(
            line[-1]
            for line in listed.lines(documents, balance_cuts(month.end_on, counts_until=month.start_on))
        )
        == 0
    )
    return "; ".join(listed.problems(documents, month))


@pytest.mark.parametrize(
    ("kind", "facts", "says"),
    [
        ("allowance_estimated", {"on": "2025-07-01", "buckets": []}, "give classes by days past due"),
        (
            "allowance_estimated",
            {"on": "2025-07-01", "buckets": [{"name": "a", "loss_rate": "1"}]},
            "which days past due",
        ),
        (
            "allowance_estimated",
            {"on": "2025-07-01", "buckets": [CLASSES[0] | {"balance": "1"}]},
            "comes from the invoices",
        ),
        (
            "allowance_estimated",
            {"on": "2025-07-01", "buckets": [{"name": "a", "days_from": 0}]},
            "loss_rate",
        ),
        (
            "allowance_estimated",
            {"on": "2025-07-01", "buckets": CLASSES, "specific": [{}]},
            "either a customer or an invoice",
        ),
        (
            "allowance_estimated",
            {"on": "2025-07-01", "buckets": CLASSES, "specific": [{"customer": "a"}, {"customer": "a"}]},
            "once",
        ),
        (
            "allowance_estimated",
            {"on": "2025-07-01", "buckets": CLASSES, "unbilled_rate": "2"},
            "between 0 and 1",
        ),
        (
            "receivable_written_off",
            {"invoice": "i", "on": "2025-07-01", "amount": "0", "reason": "x"},
            "more than 0",
        ),
        ("customer_related", {"group": "g", "customers": ["a", "a"], "on": "2025-07-01"}, "once"),
        ("supplier_bill", BILL | {"lines": []}, "what the bill is for"),
        ("supplier_bill", BILL | {"lines": [{"amount": "1"}]}, "one of function, account or asset"),
        ("supplier_bill", BILL | {"lines": [{"amount": "0", "account": "6000"}]}, "must not be 0"),
        (
            "supplier_bill",
            BILL | {"due_on": "2025-06-01", "lines": [{"amount": "1", "account": "6000"}]},
            "due_on",
        ),
        (
            "supplier_bill",
            BILL | {"lines": [{"amount": "1", "account": "6000", "service_start_on": "2025-07-01"}]},
            "both service_start_on and service_end_on",
        ),
        (
            "supplier_bill",
            BILL
            | {
                "lines": [
                    {
                        "amount": "1",
                        "asset": "a",
                        "service_start_on": "2025-07-01",
                        "service_end_on": "2025-08-01",
                    }
                ]
            },
            "no days of service",
        ),
        ("supplier_paid", {"bill": "b", "on": "2025-07-01", "amount": "0"}, "must not be 0"),
        ("payroll_recorded", {"on": "2025-07-01", "lines": []}, "what each function earned"),
        (
            "cash_transferred",
            {"on": "2025-07-01", "amount": "1", "moved_from": "cash", "moved_to": "cash"},
            "another account",
        ),
        (
            "cash_transferred",
            {"on": "2025-07-01", "amount": "1", "moved_from": "cash", "moved_to": "restricted_cash"},
            "what restricts the cash",
        ),
        (
            "share_issued",
            {"on": "2025-07-01", "shares": "1", "price_per_share": "1", "underwriting_discount": "2"},
            "more than the proceeds",
        ),
        ("shares_repurchased", {"on": "2025-07-01", "shares": "0", "amount": "1"}, "more than 0"),
        (
            "award_vested",
            {"award": "a", "on": "2025-07-01", "shares": "1", "shares_withheld": "1"},
            "give both, or neither",
        ),
        (
            "option_exercised",
            {"award": "a", "on": "2025-07-01", "shares": "1", "price_per_share": "1", "unvested_shares": "2"},
            "more than the shares",
        ),
        ("purchase_plan_offered", OFFER | {"purchase_on": "2025-07-01"}, "must come after"),
        (
            "purchase_plan_offered",
            OFFER | {"functions": [{"function": "cost_of_revenue", "share": "0.5"}]},
            "sum to 1",
        ),
        ("income_tax_provided", TAX, "give it, or loss_use"),
        ("income_tax_provided", TAX | {"on": "2025-06-30", "provision": LOSS}, "period_start_on"),
        ("tax_paid", {"jurisdiction": "US", "on": "2025-07-01", "amount": "0"}, "must not be 0"),
        ("uncertain_tax_position_recorded", POSITION | {"benefit_claimed": "1"}, "more likely than not"),
        (
            "uncertain_tax_position_recorded",
            POSITION | {"sustained_on_merits": True, "settlement_paid": "1"},
            "is_settled",
        ),
    ],
)
def test_facts_that_make_no_sense_are_refused_in_words(kind: str, facts: dict[str, Any], says: str) -> None:
    with pytest.raises(Invalid, match=says):
        read(kind, **facts)


def test_a_write_off_needs_its_invoice_and_an_estimate() -> None:
    lost = {"invoice": "invoice:9", "on": "2025-07-02", "amount": "1", "reason": "Insolvent"}
    found = words(("receivable_written_off", "lost:1", lost))
    assert "writes off 'invoice:9', which is not filed in USD" in found
    assert "charges an allowance that nobody estimated" in found


def test_what_was_not_written_off_is_not_recovered() -> None:
    back = {"invoice": "invoice:9", "on": "2025-07-02", "amount": "1"}
    assert "which was not written off; file cash_received" in words(("receivable_recovered", "back:1", back))


def test_a_customer_belongs_to_one_group() -> None:
    found = words(
        ("customer_related", "g:1", {"group": "grove", "customers": ["alder"], "on": "2025-07-01"}),
        ("customer_related", "g:2", {"group": "wood", "customers": ["alder"], "on": "2025-07-01"}),
    )
    assert "puts 'alder' into 'wood', but it belongs to 'grove'" in found


def test_receivables_in_another_currency_need_an_estimate_of_their_own() -> None:
    seats = {"customer": "alder", "signed_on": "2025-07-01", "start_on": "2026-01-01", "end_on": "2027-01-01"}
    found = words(
        ("allowance_estimated", "a:1", {"on": "2025-07-01", "buckets": CLASSES}),
        ("seat_contract_signed", "seats:1", seats | {"price": "100", "currency": "EUR"}),
        (
            "invoice_issued",
            "i:1",
            {"contract": "seats:1", "on": "2025-07-01", "amount": "100", "currency": "EUR"},
        ),
    )
    assert "receivables in EUR have no allowance: file allowance_estimated in EUR" in found


def test_paying_more_than_is_owed_is_told() -> None:
    lines = [{"amount": "10", "account": "6000"}]
    found = words(
        ("supplier_bill", "bill:1", BILL | {"lines": lines}),
        ("supplier_paid", "paid:1", {"bill": "bill:1", "on": "2025-07-02", "amount": "11"}),
    )
    assert "paid:1 pays more than is owed for 'bill:1'" in found


def test_an_asset_with_a_bill_is_paid_by_the_bill() -> None:
    found = words(
        (
            "asset_placed",
            "asset:1",
            {"name": "rack", "cost": "10", "in_service_on": "2025-07-01", "life_months": 10},
        ),
        ("supplier_bill", "bill:1", BILL | {"lines": [{"amount": "12", "asset": "asset:1"}]}),
        ("supplier_paid", "paid:1", {"bill": "asset:1", "on": "2025-07-02", "amount": "10"}),
    )
    assert "bills for 'asset:1' are more than its cost" in found
    assert "which has a bill; pay the bill instead" in found


def test_exercises_and_vestings_belong_to_awards_with_enough_units() -> None:
    found = words(
        ("award_granted", "award:1", AWARD),
        ("award_vested", "vest:1", {"award": "award:1", "on": "2025-07-20", "shares": "40"}),
        (
            "option_exercised",
            "x:1",
            {"award": "award:1", "on": "2025-07-21", "shares": "1", "price_per_share": "1"},
        ),
        (
            "option_exercised",
            "x:2",
            {"award": "award:9", "on": "2025-07-21", "shares": "1", "price_per_share": "1"},
        ),
        ("early_exercise_repurchased", "y:1", {"exercise": "x:1", "on": "2025-07-22", "shares": "1"}),
        ("early_exercise_repurchased", "y:2", {"exercise": "x:9", "on": "2025-07-22", "shares": "1"}),
    )
    for said in (
        "vest:1 vests more shares of 'award:1' than its tranches had by 2025-07-20",
        "x:1 takes more than the 40 units",
        "x:2 belongs to the award 'award:9', which is not filed in USD",
        "y:1 buys back more shares than x:1 exercised early",
        "y:2 belongs to the exercise 'x:9', which is not filed",
    ):
        assert said in found


def test_a_purchase_cannot_take_more_than_was_withheld() -> None:
    found = words(
        ("purchase_plan_offered", "plan:1", OFFER),
        (
            "purchase_plan_bought",
            "buy:1",
            {"offering": "plan:1", "on": "2025-07-10", "shares": "1", "price_per_share": "2"},
        ),
        ("purchase_plan_withheld", "kept:1", {"offering": "plan:9", "on": "2025-07-10", "amount": "2"}),
    )
    assert "buy:1 takes more than was withheld for 'plan:1'" in found
    assert "kept:1 belongs to the offering 'plan:9', which is not filed" in found


def test_provisions_follow_each_other_and_begin_with_the_books() -> None:
    found = words(
        ("income_tax_provided", "tax:1", TAX | {"provision": LOSS}),
        ("income_tax_provided", "tax:2", TAX | {"provision": LOSS | {"deferred_asset_opening": "9"}}),
    )
    assert "but tax:1 provides for US federal through 2025-07-31" in found
    assert "tax:2 begins with deferred balances of US federal that are not those of the books" in found


def test_a_position_is_settled_after_it_was_recorded() -> None:
    settled = POSITION | {"is_settled": True}
    assert "settles 'credit' of US federal, which is not filed" in words(
        ("uncertain_tax_position_recorded", "p:1", settled)
    )


@pytest.mark.parametrize(
    "name", ["credit_losses", "income_taxes", "payables", "share_capital", "stock_compensation"]
)
def test_a_register_without_documents_is_empty(name: str) -> None:
    assert listed.register((), name, date(2025, 8, 1)).rows == ()


def test_registers_hold_what_the_accounts_hold() -> None:
    rows = [
        ("supplier_bill", "bill:1", BILL | {"lines": [{"amount": "10", "account": "6000"}]}),
        ("supplier_paid", "paid:1", {"bill": "bill:1", "on": "2025-07-02", "amount": "4"}),
        ("income_tax_provided", "tax:1", TAX | {"provision": LOSS | {"realizable": "5"}}),
        (
            "uncertain_tax_position_recorded",
            "p:1",
            POSITION | {"benefit_claimed": "7", "sustained_on_merits": False},
        ),
        ("award_granted", "award:1", AWARD),
        ("purchase_plan_offered", "plan:1", OFFER),
        ("purchase_plan_withheld", "kept:1", {"offering": "plan:1", "on": "2025-07-10", "amount": "2"}),
        ("shares_repurchased", "back:1", {"on": "2025-07-10", "shares": "1", "amount": "3"}),
    ]
    documents = []
    for number, (kind, reference, facts) in enumerate(rows, start=1):
        document = read(kind, reference, **facts)
        on = document.place().effective_on
        documents.append(Filed(number, on, Month.of(on).start_on, document))
    held: dict[str, int] = {}
    for line in listed.lines(documents, balance_cuts(JULY.end_on, counts_until=JULY.start_on)):
        held[line[1]] = held.get(line[1], 0) + line[-1]
    for family, account in (
        ("payables", "2000"),
        ("uncertain_tax_positions", "2150"),
        ("share_capital", "3020"),
    ):
        register = listed.register(documents, family, JULY.end_on)
        carried = sum(row.carrying_minor for row in register.rows if row.account == account)
        assert carried == abs(held[account]) > 0
    taxes = listed.register(documents, "income_taxes", JULY.end_on).rows[0]
    assert (taxes.cost_minor, taxes.accumulated_minor, taxes.carrying_minor) == (2_100, 1_600, 500)
    awards = listed.register(documents, "stock_compensation", JULY.end_on)
    assert awards.rows[0].accumulated_minor == awards.rows[0].cost_minor == 4_000
    assert awards.figures[0].amount_minor == 0
    plan = listed.register(documents, "purchase_plan_valuation", JULY.end_on)
    assert plan.figures[0].amount_minor == 200
