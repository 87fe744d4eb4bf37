"""The finance pages: who reads them, where their figures lead, and how a month is closed on them."""

import re
from datetime import UTC, date, datetime

import pytest
from django.test import Client
from procrastinate.contrib.django.models import ProcrastinateJob

from stoa.base import clock
from stoa.flows import month_end, posting
from stoa.kernel.spans import Month
from stoa.ledger import api as ledger
from stoa.people import api as people
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
from tests.builders.people import a_person

pytestmark = pytest.mark.django_db

JULY, AUGUST = Month(2025, 7), Month(2025, 8)
NOW = datetime(2025, 9, 1, 9, tzinfo=UTC)
PAGES = (
    *("/finance/", "/finance/statements", "/finance/trial-balance", "/finance/deferred-revenue"),
    *("/finance/revenue", "/finance/journal", "/finance/documents", "/finance/policies"),
    *("/finance/ledger/4000", "/finance/policies/consumer_single_course", "/finance/close/2025-07"),
)


@pytest.fixture(autouse=True)
def _in_september() -> None:
    clock.set_test_clock(to=NOW)


def signed_in(*roles: str) -> Client:
    person = people.register_person(
        email=f"{'-'.join(roles) or 'nobody'}@example.org",
        display_name="Ada Controller",
        password=None,
        registered_at=NOW,
    )
    for role in roles:
        people.grant_role(user_id=person.id, role=role, granted_at=NOW)
    from django.contrib.auth import get_user_model

    client = Client()
    client.force_login(
        get_user_model().objects.get(pk=person.id),
        backend="allauth.account.auth_backends.AuthenticationBackend",
    )
    return client


@pytest.fixture
def books() -> subledger.Receipt:
    receipt = a_receipt(on=date(2025, 7, 1), price_minor=18400, tax_minor=1633)
    refunded = a_receipt(on=date(2025, 7, 20), price_minor=4900)
    subledger.file_many([receipt, refunded, a_receipt(on=date(2025, 8, 20)), a_refund_of(refunded)])
    posting.post(through=AUGUST, posted_at=NOW)
    return receipt


@pytest.mark.parametrize("path", PAGES)
def test_controllers_and_auditors_read_every_page_and_nobody_else_does(path: str, books: object) -> None:
    assert signed_in("controller").get(path).status_code == 200
    assert signed_in("auditor").get(path).status_code == 200
    assert signed_in("operator").get(path).status_code == 403
    assert Client().get(path).status_code == 302


@pytest.mark.parametrize("path", PAGES[:9])
def test_pages_of_empty_books_say_what_to_do(path: str) -> None:
    assert signed_in("controller").get(path).status_code == 200


def test_a_figure_leads_in_three_clicks_to_document_order_and_policy(books: subledger.Receipt) -> None:
    client = signed_in("auditor")
    page = client.get("/finance/statements?period=2025-07").content.decode()
    first = _link(page, r"/finance/statements/entries\?[^\"]*accounts=4000[^\"]*")
    page = client.get(first).content.decode()
    second = _link(page, r"/finance/batches/\d+\?account=4000&activity=service[^\"]*")
    page = client.get(second).content.decode()
    third = _link(page, r"/finance/documents/\d+")
    page = client.get(third).content.decode()
    assert books.order in page
    assert "/finance/policies/consumer_single_course" in page
    assert "184.00" in page


def test_a_controller_closes_a_month_after_confirming(books: object) -> None:
    client = signed_in("controller")
    assert client.post("/finance/close/2025-07").status_code == 422
    closed = client.post("/finance/close/2025-07", {"confirmed": "yes"}, follow=True)
    assert "July 2025 is closed" in closed.content.decode()
    assert ledger.get_period(entity=ENTITY, month=JULY).closed_by == "Ada Controller"


def test_an_auditor_cannot_close_or_post(books: object) -> None:
    client = signed_in("auditor")
    assert client.post("/finance/close/2025-07", {"confirmed": "yes"}).status_code == 403
    assert client.post("/finance/post").status_code == 403
    assert not ledger.get_period(entity=ENTITY, month=JULY).is_closed


def test_a_month_that_is_not_ready_is_refused_with_its_reasons(books: object) -> None:
    subledger.file(a_receipt(on=date(2025, 7, 5)))
    answer = signed_in("controller").post("/finance/close/2025-07", {"confirmed": "yes"})
    assert answer.status_code == 409
    assert "not posted" in answer.content.decode()


def test_posting_is_asked_for_once_and_the_page_shows_how_far_it_is() -> None:
    subledger.file(a_receipt(on=date(2025, 8, 5)))
    client = signed_in("controller")
    for _ in range(2):
        shown = client.post("/finance/post", follow=True).content.decode()
        assert "Posting waits for a worker" in shown
    assert ProcrastinateJob.objects.filter(task_name="post_books").count() == 1
    assert "Posting waits for a worker" in client.get("/finance/post/progress").content.decode()
    assert "Posting stops" in client.post("/finance/post/stop", follow=True).content.decode()
    assert "Stop posting" not in signed_in("auditor").get("/finance/post/progress").content.decode()


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/finance/statements?period=2025-13", 422),
        ("/finance/statements?period=2031-01", 200),
        ("/finance/statements?currency=%00", 422),
        ("/finance/ledger/9999", 404),
        ("/finance/batches/999999", 404),
        ("/finance/documents/999999", 404),
        ("/finance/policies/nope", 404),
        ("/finance/documents?page=99999999999&about=%27", 200),
        ("/finance/documents?about=%00", 200),
        ("/finance/journal/export?format=exe", 422),
    ],
)
def test_bad_addresses_are_answered_with_a_page_that_helps(path: str, status: int, books: object) -> None:
    assert signed_in("auditor").get(path).status_code == status


@pytest.mark.parametrize("form", ["beancount", "csv", "json"])
def test_the_journal_can_be_taken_along(form: str, books: object) -> None:
    answer = signed_in("auditor").get(f"/finance/journal/export?format={form}&period=2025-08")
    assert answer.status_code == 200
    assert b"4000" in b"".join(answer)  # type: ignore[arg-type]


@pytest.mark.parametrize("path", [page for page in PAGES if "close" not in page])
def test_pages_cost_the_same_queries_for_one_and_many_rows(
    path: str, books: object, django_assert_num_queries: object
) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client = signed_in("controller")
    client.get(path)
    clock.now()
    with CaptureQueriesContext(
        connection,
    ) as few:
        client.get(path)
    subledger.file_many([a_receipt(on=date(2025, 8, 3), partner=f"partner-{n}") for n in range(30)])
    posting.post(through=AUGUST, posted_at=NOW)
    with CaptureQueriesContext(connection) as many:
        client.get(path)
    assert len(many) == len(few)
    assert len(many) <= 12


def _link(page: str, pattern: str) -> str:
    found = re.search(f'href="({pattern})"', page.replace("&amp;", "&"))
    assert found, pattern
    return found.group(1)


def test_documents_of_every_kind_are_shown_with_their_lines_and_policy() -> None:
    documents = [
        *(a_seat_contract(), an_invoice(), a_payment(), a_commission(), an_asset(), an_entry()),
        a_document("document_voided", "void:1", document="entry:1", on="2025-08-01", reason="Twice"),
    ]
    assert subledger.file_many(documents).new == len(documents)
    posting.post(through=AUGUST, posted_at=NOW)
    client = signed_in("controller")
    for month in ("2025-07", "2025-08"):
        for path in PAGES:
            assert client.get(f"{path}?period={month}").status_code == 200, path
    listed = client.get("/finance/documents?period=2025-07").content.decode()
    assert "3,650.00" in listed
    for document in documents:
        row = subledger.find_document(document.reference)
        shown = client.get(f"/finance/documents/{row.id}").content.decode()
        assert document.reference in shown
        assert "/finance/policies/" in shown
    assert (
        "Salaries"
        in client.get(f"/finance/documents/{subledger.find_document('entry:1').id}").content.decode()
    )
    batch = ledger.batch_rows(entity=ENTITY, month=JULY)[0]
    lines = client.get(f"/finance/batches/{batch.id}?account=1100").content.decode()
    assert f"/finance/documents/{subledger.find_document('invoice:1').id}" in lines
    for name in batch.policies:
        assert client.get(f"/finance/policies/{name}").status_code == 200, name


def test_documents_are_found_by_the_name_of_a_partner(books: subledger.Receipt) -> None:
    from stoa.catalog import api as catalog

    catalog.save_partner(slug=books.partner, name="House of Ink", kind="university", region="", about="")
    page = signed_in("controller").get("/finance/documents", {"about": "house of INK"}).content.decode()
    assert "House of Ink" in page
    assert books.order in page


def test_a_month_that_was_opened_again_shows_who_why_and_the_old_seal(books: object) -> None:
    sealed = month_end.close(JULY, closed_at=NOW, actor="Ada").seal
    one, other = (a_person(name=name, role=people.CONTROLLER).id for name in ("Grace Ito", "Olu Bello"))
    request = month_end.request_reopening(JULY, requested_by=one, reason="Hosting left out", requested_at=NOW)
    month_end.approve_reopening(request_id=request.id, approved_by=other, approved_at=NOW)
    month_end.allow_adjustment(JULY, reference="entry:9", reason="Hosting", allowed_by=one, allowed_at=NOW)
    client = signed_in("auditor")
    shown = client.get("/finance/close/2025-07").content.decode()
    for words in (
        "Closed softly by",
        "Hosting left out",
        "asked by Grace Ito, approved by Olu Bello",
        sealed[:8],
    ):
        assert words in shown
    assert "Allowed entry:9" in shown
    assert "soft closed" in client.get("/finance/").content.decode()


def test_lists_in_a_document_are_tables_and_what_it_refers_to_is_a_link() -> None:
    lease = a_document(
        "lease_signed",
        "lease:harbor",
        **{
            "name": "Harbor Street 12",
            "lessor": "Harbor Street Partners",
            "signed_on": "2025-07-01",
            "commences_on": "2025-07-01",
            "payments": ["0", *["3000"] * 11],
            "incremental_borrowing_rate": "0.072",
            "functions": [{"share": "1", "function": "research_and_development"}],
        },
    )
    paid = a_document("lease_paid", "paid:1", on="2025-08-01", lease="lease:harbor", amount="3000")
    subledger.file_many([lease, paid])
    client = signed_in("controller")
    shown = client.get(f"/finance/documents/{subledger.find_document('lease:harbor').id}").content.decode()
    assert "2 – 12" in shown
    assert "3,000.00" in shown
    assert "research and development" in shown
    assert "7.2" in shown
    assert "lease:harbor" in _link(
        client.get(f"/finance/documents/{subledger.find_document('paid:1').id}").content.decode(),
        r"/finance/documents\?about=[^\"]+",
    ).replace("%3A", ":")


def test_a_long_journal_comes_in_pages_and_one_batch_can_be_seen_alone(books: object) -> None:
    subledger.file_many([a_receipt(on=date(2025, 8, 3), partner=f"partner-{n}") for n in range(90)])
    posting.post(through=AUGUST, posted_at=NOW)
    client = signed_in("auditor")
    first = client.get("/finance/journal?period=2025-08").content.decode()
    assert 'rel="next"' in first
    assert first.count("<tr><th") <= 200 + len(ledger.batch_rows(entity=ENTITY, month=AUGUST))
    last = ledger.batch_rows(entity=ENTITY, month=AUGUST)[-1].number
    alone = client.get(f"/finance/journal?period=2025-08&batch={last}").content.decode()
    assert alone.count('class="section entry"') == 1


def test_every_page_says_which_place_of_the_books_it_is_in(books: object) -> None:
    client = signed_in("auditor")
    for path, place, page in (
        ("/finance/", "Close", "Months"),
        ("/finance/trial-balance", "Reports", "Trial balance"),
        ("/finance/entries", "Journal", "Entries by hand"),
        ("/finance/partners", "Registers", "Partners"),
        ("/finance/access", "Close", "Access review"),
    ):
        shown = client.get(path).content.decode()
        assert re.search(f'aria-current="true">{place}</a>', shown), path
        assert re.search(f'aria-current="page">{page}</a>', shown), path


def test_registers_cost_the_same_queries_for_one_and_many_rows(books: object) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    subledger.file(an_asset())
    client = signed_in("controller")
    for path in ("/finance/registers", "/finance/registers/fixed_assets", "/finance/partners"):
        client.get(path)
        clock.now()
        with CaptureQueriesContext(connection) as few:
            client.get(path)
        subledger.file_many(
            [
                an_asset(
                    f"asset:{path}:{number}",
                    cost="123456789",
                    name=f"A very long name of a server that stands in room {number}",
                )
                for number in range(30)
            ]
        )
        with CaptureQueriesContext(connection) as many:
            client.get(path)
        assert len(many) == len(few), path
        assert len(many) <= 12, path


def test_a_refund_in_full_shows_no_empty_schedule(books: object) -> None:
    row = next(
        row
        for row in subledger.list_documents(
            entity=ENTITY, month=None, kind=subledger.REFUND_PAID, text="", page=1
        ).rows
    )
    shown = signed_in("controller").get(f"/finance/documents/{row.id}").content.decode()
    assert "Nothing in the end" in shown
    assert "Schedule by the days" not in shown
