"""Statements as pages: any period, every group of tables, copies to keep, and the entries behind a line."""

import io
import json
import zipfile
from datetime import UTC, datetime

import pytest
from django.test import Client

from stoa.base import clock
from stoa.flows import posting
from stoa.kernel.spans import Month
from stoa.people import api as people
from stoa.subledger import api as subledger
from tests.builders.books import a_receipt
from tests.builders.company import a_commission, a_payment, a_seat_contract, an_asset, an_entry, an_invoice
from tests.web.test_finance_pages import signed_in

pytestmark = pytest.mark.django_db

NOW = datetime(2025, 10, 1, 9, tzinfo=UTC)
GROUPS = ("statements", "measures", "roll-forwards", "notes", "key-figures", "ties", "nonsense")


@pytest.fixture
def auditor() -> Client:
    clock.set_test_clock(to=NOW)
    return signed_in(people.AUDITOR)


@pytest.fixture
def books(auditor: Client) -> Client:
    for document in (
        *(a_receipt(), a_seat_contract(), an_invoice(), a_payment(), a_commission(), an_asset()),
        an_entry(),
    ):
        subledger.file(document)
    posting.post(through=Month(2025, 9), posted_at=NOW)
    return auditor


@pytest.mark.parametrize("period", ["2025-09", "2025-Q3", "2025"])
@pytest.mark.parametrize("show", GROUPS)
def test_every_group_is_shown_for_any_period(books: Client, period: str, show: str) -> None:
    answer = books.get(f"/finance/statements?period={period}&show={show}&compare=yes")
    assert answer.status_code == 200
    html = answer.content.decode()
    assert html.count("<h1>") == 1
    assert "open: figures may still move" in html


def test_empty_books_say_so(auditor: Client) -> None:
    for show in GROUPS:
        html = auditor.get(f"/finance/statements?show={show}").content.decode()
        assert "are empty" in html


def test_a_period_that_cannot_be_read_is_refused(auditor: Client) -> None:
    for path in ("/finance/statements", "/finance/statements/export", "/finance/statements/entries"):
        assert auditor.get(f"{path}?period=2025-Q5").status_code == 422
        assert auditor.get(f"{path}?currency=dollars").status_code == 422


def test_copies_are_the_same_figures(books: Client) -> None:
    address = "/finance/statements/export?period=2025-Q3&format="
    document = json.loads(books.get(f"{address}json").content)
    assert document["entity"] == "stoa-us"
    workbook = books.get(f"{address}xlsx")
    assert "2025-Q3.xlsx" in workbook["Content-Disposition"]
    assert zipfile.ZipFile(io.BytesIO(workbook.content)).testzip() is None
    assert b"Balance sheets" in books.get(f"{address}html").content
    assert books.get(f"{address}csv").content.count(b"\n") > 20
    assert books.get(f"{address}docx").status_code == 422


def test_the_entries_behind_a_line_add_up(books: Client) -> None:
    html = books.get("/finance/statements/entries?period=2025-Q3&accounts=4000&segments=Enterprise").content
    assert b"(920.00)" in html
    assert b"Consumer" not in html.split(b"<tbody>")[1]
    nothing = books.get("/finance/statements/entries?period=2025-Q3&accounts=9999")
    assert b"Nothing moved" in nothing.content


def test_nobody_else_reads_them() -> None:
    clock.set_test_clock(to=NOW)
    learner = signed_in()
    for path in ("/finance/statements", "/finance/statements/export", "/finance/statements/entries"):
        assert learner.get(path).status_code == 403
        assert Client().get(path).status_code == 302
