"""Reports from a few sales: they tie to each other and to the documents."""

import subprocess
import sys
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from stoa.flows import posting
from stoa.kernel.spans import Month, Period
from stoa.ledger import api as ledger
from stoa.reporting import api as reporting
from stoa.subledger import api as subledger
from tests.builders.books import ENTITY, a_receipt, a_refund_of

pytestmark = pytest.mark.django_db

JULY, AUGUST = Month(2025, 7), Month(2025, 8)


@pytest.fixture
def books() -> list[subledger.Receipt]:
    receipts = [
        a_receipt(on=date(2025, 7, 1), price_minor=18400, tax_minor=1633, fee_minor=600),
        a_receipt(on=date(2025, 7, 31), price_minor=4900, partner="academy"),
        a_receipt(on=date(2025, 8, 20), price_minor=5900, tax_minor=500, partner="academy"),
    ]
    subledger.file_many([*receipts, a_refund_of(receipts[1], on=date(2025, 8, 10))])
    posting.post(through=AUGUST, posted_at=datetime(2025, 9, 1, tzinfo=UTC))
    return receipts


def test_the_trial_balance_is_zero(books: object) -> None:
    trial = reporting.trial_balance(entity=ENTITY, month=AUGUST)
    assert trial.is_balanced
    assert sum(row.closing_minor for row in trial.rows) == 0
    assert trial.debit_minor > 0


def test_deferred_revenue_rolls_forward_to_the_balance_sheet(books: object) -> None:
    roll = reporting.deferred_revenue(entity=ENTITY, month=AUGUST)
    for row in (*roll.rows, roll.total):
        assert (
            row.opening_minor + row.billed_minor - row.recognized_minor - row.refunded_minor + row.other_minor
            == row.closing_minor
        )
    assert roll.total.billed_minor == 5900
    assert roll.total.closing_minor == roll.current_minor + roll.non_current_minor
    sheet = statements().table("balance-sheet")
    assert sheet.line("Deferred revenue, current").amounts_minor[0] == roll.current_minor
    by_month = reporting.deferred_by_month(entity=ENTITY, through=AUGUST)
    assert [row.product for row in by_month] == ["2025-07", "2025-08"]
    assert by_month[-1].closing_minor == roll.total.closing_minor


def test_the_balance_sheet_balances_and_takes_up_the_result(books: object) -> None:
    report = statements()
    sheet, results = report.table("balance-sheet"), report.table("operations")
    total = sheet.line("Total assets").amounts_minor
    assert total == sheet.line("Total liabilities and stockholders' equity").amounts_minor
    month, year_to_date = results.line("Net income (loss)").amounts_minor
    assert sheet.line("Accumulated deficit").amounts_minor[0] == year_to_date
    revenue = reporting.revenue(entity=ENTITY, month=AUGUST)
    assert results.line("Revenue").amounts_minor == (
        revenue.total.month_minor,
        revenue.total.year_to_date_minor,
    )
    assert month is not None
    assert [row.segment for row in revenue.segments] == ["Consumer"]


def statements() -> reporting.Statements:
    return reporting.statements(entity=ENTITY, period=Period(AUGUST, 1))


def test_a_schedule_adds_up_to_the_price_and_agrees_with_the_journal(books: list[subledger.Receipt]) -> None:
    schedule = reporting.schedule_of(subledger.documents_of_contract(books[0].reference))
    assert schedule is not None
    assert schedule.total_minor == 18400 == sum(amount for _, amount in schedule.days)
    assert [(p.month, p.days, p.recognized_minor) for p in schedule.periods[:2]] == [
        (JULY, 31, 3100),
        (AUGUST, 31, 3100),
    ]
    assert schedule.periods[-1].deferred_minor == 0
    refunded = reporting.schedule_of(subledger.documents_of_contract(books[1].reference))
    assert refunded is not None
    assert refunded.total_minor == 0
    assert refunded.periods[0].recognized_minor == 27


def test_the_beancount_export_passes_bean_check_with_our_balances(books: object, tmp_path: Path) -> None:
    for first in (None, AUGUST):
        path = tmp_path / f"{first}.beancount"
        path.write_text("".join(reporting.beancount(entity=ENTITY, first=first, through=AUGUST)))
        checked = subprocess.run(
            [str(Path(sys.executable).parent / "bean-check"), str(path)],
            capture_output=True,
            text=True,
            check=False,
        )
        assert checked.returncode == 0, checked.stderr
        for row in reporting.trial_balance(entity=ENTITY, month=AUGUST).rows:
            assert f"2025-09-01 balance {_root(row)}:{row.code}" in path.read_text()


def test_a_wrong_cent_does_not_pass_bean_check(books: object, tmp_path: Path) -> None:
    text = "".join(reporting.beancount(entity=ENTITY, first=None, through=AUGUST))
    path = tmp_path / "wrong.beancount"
    path.write_text(
        text.replace(
            "balance Liabilities:2200-Sales-tax-payable  -", "balance Liabilities:2200-Sales-tax-payable  -1"
        )
    )
    checked = subprocess.run(
        [str(Path(sys.executable).parent / "bean-check"), str(path)], capture_output=True, check=False
    )
    assert checked.returncode == 1


def test_reports_cost_the_same_queries_for_one_and_many_rows(
    books: object, django_assert_num_queries: object
) -> None:
    subledger.file_many([a_receipt(on=date(2025, 8, 3), partner=f"partner-{n}") for n in range(40)])
    posting.post(through=AUGUST, posted_at=datetime(2025, 9, 1, tzinfo=UTC))
    with django_assert_num_queries(1):  # type: ignore[operator]
        reporting.trial_balance(entity=ENTITY, month=AUGUST)
    with django_assert_num_queries(2):  # type: ignore[operator]
        reporting.deferred_revenue(entity=ENTITY, month=AUGUST)
    with django_assert_num_queries(1):  # type: ignore[operator]
        reporting.revenue(entity=ENTITY, month=AUGUST)
    with django_assert_num_queries(7):  # type: ignore[operator]
        statements()


def test_the_journal_exports_as_csv_and_json(books: object) -> None:
    lines = ledger.lines(entity=ENTITY)
    text = "".join(reporting.csv_lines(lines))
    assert text.count("\n") == len(lines) + 1
    assert '"entries"' in reporting.json_document(entity=ENTITY, lines=lines)


def _root(row: reporting.TrialBalanceRow) -> str:
    return {"asset": "Assets", "liability": "Liabilities", "revenue": "Income", "expense": "Expenses"}[
        row.type
    ]
