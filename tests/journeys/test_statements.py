"""A small company from its documents to its statements, in every form they are given."""

import csv
import io
import json
from datetime import UTC, date, datetime
from pathlib import Path

import html5lib
import openpyxl
import pytest

from stoa.cli.__main__ import main
from stoa.flows import month_end, posting
from stoa.kernel.spans import Month, Period
from stoa.reporting import api as reporting
from stoa.subledger import api as subledger
from tests.builders.books import ENTITY, a_receipt, a_refund_of
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
QUARTER = Period.parse("2025-Q3")


@pytest.fixture
def company() -> None:
    """Receipts with a refund, a seat contract paid, a commission, an asset sold, an award, capital and rent."""
    receipts = [
        a_receipt(on=date(2025, 7, 1), price_minor=18400, tax_minor=1633, fee_minor=600),
        a_receipt(on=date(2025, 8, 20), price_minor=5900, partner="academy"),
    ]
    subledger.file_many([*receipts, a_refund_of(receipts[1])])
    capital = [{"account": "1000", "debit": "100000"}, {"account": "3000", "credit": "100000"}]
    rent = [{"account": "6200", "debit": "700"}, {"account": "1000", "credit": "700"}]
    for document in (
        *(a_seat_contract(), an_invoice(tax="365"), a_payment(amount="4015"), a_commission(), an_asset()),
        *(an_entry(), an_entry("entry:rent", on="2025-09-01", lines=rent)),
        an_entry("entry:capital", on="2025-06-15", lines=capital),
        a_document("asset_disposed", "gone:1", asset="asset:1", on="2025-09-15", proceeds="3000"),
        a_document(
            *("award_granted", "award:1"),
            holder="ada",
            granted_on="2025-07-01",
            total_fair_value="3650",
            tranches=[{"vests_on": "2026-07-01"}],
        ),
    ):
        subledger.file(document)
    posting.post(through=Month(2025, 9), posted_at=NOW)


def run(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    assert main(["statements", *words]) == 0
    return capsys.readouterr().out


def test_the_five_statements_of_a_quarter_tie_to_each_other(company: None) -> None:
    report = reporting.statements(entity=ENTITY, period=QUARTER, compare=True)
    assert [tie.label for tie in report.ties if not tie.holds] == []
    operations = report.table("operations")
    revenue = operations.line("Revenue").amounts_minor[0]
    assert (
        operations.line("Net income (loss)").amounts_minor[0]
        == report.table("comprehensive-income").line("Comprehensive income (loss)").amounts_minor[0]
    )
    assert revenue == 92 * 1000 + 18400 * 92 // 184
    flows = report.table("cash-flows")
    assert flows.line("Depreciation and amortization").amounts_minor[0] == 20_000
    assert flows.line("Stock-based compensation").amounts_minor[0] == 92 * 1000
    assert flows.line("Proceeds from sale of property and equipment").amounts_minor[0] == 300_000
    assert flows.line("Loss on disposal of assets").amounts_minor[0] == 40_000
    assert flows.line("Net cash from operating activities").amounts_minor[0] == 401_500 - 70_000


def test_an_open_month_and_empty_books_are_said_and_no_failure(company: None) -> None:
    report = reporting.statements(entity=ENTITY, period=QUARTER)
    assert report.remarks == (
        "The books begin with June 2025: months before it hold nothing.",
        "July 2025, August 2025, September 2025 are open: figures may still move.",
    )
    later = reporting.statements(entity=ENTITY, period=Period.parse("2026-02"))
    assert later.remarks == ("February 2026 was never posted: run stoa post --through 2026-02.",)
    other = reporting.statements(entity=ENTITY, period=QUARTER, currency="EUR")
    assert "Nothing is posted in EUR through September 2025." in other.remarks
    nobody = reporting.statements(entity="nobody", period=QUARTER)
    assert nobody.remarks[0].startswith("The books of nobody are empty")
    assert nobody.table("balance-sheet").line("Total assets").amounts_minor == (0, 0)


def test_text_fits_a_hundred_columns(company: None, capsys: pytest.CaptureFixture[str]) -> None:
    text = run(capsys, "2025-Q3", "--compare")
    assert max(map(len, text.splitlines())) <= 100
    assert "Net cash from operating activities" in text
    assert "DIFFERS" not in text


def test_every_line_of_json_says_how_it_is_made(company: None, capsys: pytest.CaptureFixture[str]) -> None:
    document = json.loads(run(capsys, "2025-Q3", "--format", "json"))
    for table in document["tables"]:
        for line in table["lines"]:
            assert line["kind"] == "heading" or line["accounts"] or line["note"], (table["name"], line)
            assert len(line["amounts_minor"]) in (0, len(table["columns"]))
    assert all(tie["holds"] for tie in document["ties"])


def test_csv_is_in_long_form(company: None, capsys: pytest.CaptureFixture[str]) -> None:
    rows = list(csv.DictReader(io.StringIO(run(capsys, "2025-09", "--format", "csv"))))
    totals = [row for row in rows if row["line"] == "Total assets"]
    assert {row["table"] for row in totals} == {"balance-sheet"}
    assert totals[0]["column"] == "September 30, 2025"
    assert int(totals[0]["amount_minor"]) == round(float(totals[0]["amount"]) * 100)


def test_the_workbook_opens_again_with_formulas_for_sums(
    company: None, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "statements.xlsx"
    run(capsys, "2025-Q3", "--compare", "--format", "xlsx", "--output", str(path))
    formulas = openpyxl.load_workbook(path)["balance-sheet"]
    values = openpyxl.load_workbook(path, data_only=True)["balance-sheet"]
    by_label = {row[0].value: row for row in formulas.iter_rows() if row[0].value}
    row = by_label["Total assets"][1]
    assert str(row.value).startswith("=")
    report = reporting.statements(entity=ENTITY, period=QUARTER, compare=True)
    total = report.table("balance-sheet").line("Total assets").amounts_minor[0] or 0
    assert values[row.coordinate].value == total / 100
    assert path.read_bytes() == reporting.as_xlsx(report, tables=report.tables)


def test_the_page_is_sound_html_that_stands_alone(company: None, capsys: pytest.CaptureFixture[str]) -> None:
    page = run(capsys, "2025-Q3", "--format", "html")
    parser = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False)
    document = parser.parse(page)
    assert document.get("lang") == "en"
    assert len(document.findall(".//h1")) == 1
    assert not document.findall(".//script")
    assert not document.findall(".//link")
    tables = document.findall(".//table")
    assert tables
    for table in tables:
        assert table.find("caption") is not None
        assert all(cell.get("scope") for cell in table.iter("th"))
    identifiers = [each.get("id") for each in document.iter() if each.get("id")]
    assert len(identifiers) == len(set(identifiers))
    targets = [link.get("href") for link in document.iter("a")]
    assert {target.removeprefix("#") for target in targets} <= set(identifiers)


def test_one_statement_alone_and_a_wrong_name(company: None, capsys: pytest.CaptureFixture[str]) -> None:
    text = run(capsys, "2025", "--statement", "balance-sheet")
    assert "Balance sheets" in text
    assert "Statements of operations" not in text
    assert main(["statements", "2025", "--statement", "nothing"]) == 2
    assert "there are balance-sheet, operations" in capsys.readouterr().err
    assert main(["statements", "2025", "--format", "csv", "--output", "/nowhere/books.csv"]) == 2
    assert "/nowhere/books.csv cannot be written" in capsys.readouterr().err
    assert main(["statements", "2025", "--currency", "dollars"]) == 2
    assert "is not a currency code" in capsys.readouterr().err


def test_what_comes_late_is_a_catch_up_with_its_days() -> None:
    subledger.file(an_entry())
    posting.post(through=Month(2025, 7), posted_at=NOW)
    month_end.close(Month(2025, 7), closed_at=NOW, actor="Ada")
    subledger.file(a_seat_contract())
    posting.post(through=Month(2025, 8), posted_at=NOW)
    report = reporting.statements(entity=ENTITY, period=Period.parse("2025-08"))
    (late,) = (line for line in report.table("late-documents").lines if line.kind == "line")
    assert late.label == "In 2025-08: service, of 2025-07-01 until 2025-08-01"
    assert late.amounts_minor == (31_000, 31_000)
    assert all(tie.holds for tie in report.ties)
    earlier = reporting.statements(entity=ENTITY, period=Period.parse("2025-07"))
    assert "No document of an earlier, locked month came late" in earlier.table("late-documents").words[0]
    assert earlier.table("operations").line("Revenue").amounts_minor[0] == 0
