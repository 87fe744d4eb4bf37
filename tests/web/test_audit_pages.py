"""The auditor's pages: samples by a seed, whole populations, and the access review. They read and change nothing."""

import re
from datetime import UTC, date, datetime

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from stoa.base import clock
from stoa.flows import posting
from stoa.kernel.spans import Month
from stoa.people import api as people
from stoa.subledger import api as subledger
from tests.builders.books import a_receipt
from tests.web.test_finance_pages import signed_in

pytestmark = pytest.mark.django_db

NOW = datetime(2025, 9, 1, 9, tzinfo=UTC)
ADDRESS = "/finance/audit?population=receipts&period=2025-07&size=3&seed="


@pytest.fixture
def auditor() -> Client:
    clock.set_test_clock(to=NOW)
    for day in range(1, 11):
        subledger.file(a_receipt(on=date(2025, 7, day), reference=f"receipt:{day}", price_minor=100 * day))
    posting.post(through=Month(2025, 7), posted_at=NOW)
    return signed_in(people.AUDITOR)


def references(client: Client, address: str) -> list[str]:
    return re.findall(r">(receipt:\d+)<", client.get(address).content.decode())


def test_a_seed_chooses_the_same_rows_again_and_another_chooses_others(auditor: Client) -> None:
    first = references(auditor, f"{ADDRESS}harvest")
    assert len(first) == 3
    assert references(auditor, f"{ADDRESS}harvest") == first
    assert any(references(auditor, f"{ADDRESS}{seed}") != first for seed in ("a", "b", "c"))


def test_each_row_leads_to_its_document(auditor: Client) -> None:
    html = auditor.get(f"{ADDRESS}harvest&method=amount").content.decode()
    address = re.search(r"/finance/documents/\d+", html)
    assert address is not None
    assert auditor.get(address[0]).status_code == 200


@pytest.mark.parametrize("change", ["&size=0", "&size=many", "&population=secrets", "&method=guess"])
def test_what_makes_no_sense_is_refused(auditor: Client, change: str) -> None:
    assert auditor.get(f"{ADDRESS}harvest{change}").status_code == 422


def test_the_whole_population_is_a_file(auditor: Client) -> None:
    answer = auditor.get("/finance/audit/extract?population=receipts&period=2025-07&format=csv")
    assert b"".join(answer.streaming_content).count(b"receipt:") >= 10  # type: ignore[attr-defined]
    for bad in ("population=../../etc", "format=exe"):
        assert auditor.get(f"/finance/audit/extract?period=2025-07&{bad}").status_code == 422


def test_the_access_review_names_holders(auditor: Client) -> None:
    html = auditor.get("/finance/access").content.decode()
    assert "auditor@example.org" in html


def test_a_sample_costs_the_same_queries_for_one_and_many_rows(auditor: Client) -> None:
    counts = []
    for size in (2, 1, 9):  # the first one notes that the role was used today
        with CaptureQueriesContext(connection) as seen:
            auditor.get(f"/finance/audit?population=receipts&period=2025-07&size={size}&seed=x")
        counts.append(len(seen))
    assert counts[1] == counts[2]


def test_nobody_else_reads_them() -> None:
    clock.set_test_clock(to=NOW)
    learner = signed_in()
    for path in ("/finance/audit", "/finance/audit/extract", "/finance/access"):
        assert learner.get(path).status_code == 403
        assert Client().get(path).status_code == 302
