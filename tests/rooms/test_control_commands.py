"""Commands of a controller and an auditor: periods, approvals, evidence, access, samples, extracts, traces."""

import json
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from stoa.base import clock
from stoa.cli.__main__ import main
from stoa.people import api as people
from stoa.subledger import api as subledger
from tests.builders.books import ENTITY, a_receipt
from tests.builders.company import a_document, an_entry
from tests.builders.people import a_person

pytestmark = pytest.mark.django_db

Output = pytest.CaptureFixture[str]
NOW = datetime(2025, 12, 1, 9, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _late_in_the_year() -> None:
    clock.set_test_clock(to=NOW)


@pytest.fixture
def controllers() -> None:
    for name in ("ada", "grace"):
        a_person(role=people.CONTROLLER, email=f"{name}@stoa.example")


def stoa(*words: str) -> int:
    return main(words)


def printed(capsys: Output) -> dict[str, object]:
    return dict(json.loads(capsys.readouterr().out))


def test_a_quarter_is_closed_month_by_month_up_to_the_first_that_is_not_ready(capsys: Output) -> None:
    subledger.file(a_receipt(on=date(2025, 7, 10)))
    assert stoa("post", "--through", "2025-08") == 0
    capsys.readouterr()
    assert stoa("close", "2025-Q3", "--by", "Ada", "--json") == 2
    months = json.loads(capsys.readouterr().out)["months"]
    assert [each["outcome"] for each in months] == ["closed", "closed", "refused"]
    assert stoa("post") == 0
    assert stoa("close", "2025-Q3", "--by", "Ada") == 0
    words = capsys.readouterr().out
    assert "2025-07 is already closed" in words
    assert "2025-09 is closed and sealed" in words
    assert stoa("close", "2025-10", "--check") == 0
    assert "2100 Contract liability" in capsys.readouterr().out


def test_a_month_is_closed_softly_adjusted_locked_reopened_and_shown(
    capsys: Output, controllers: None
) -> None:
    subledger.file(a_receipt(on=date(2025, 7, 10)))
    assert stoa("post") == 0
    assert stoa("close", "2025-07", "--soft", "--by", "Ada") == 0
    assert "count from 2025-08 unless they are allowed" in capsys.readouterr().out
    assert stoa("close", "2025-07", "--soft") == 0
    allow = ("periods", "allow", "2025-07", "entry:1", "--by", "ada@stoa.example", "--reason", "Left out")
    assert stoa(*allow) == 0
    assert subledger.file(an_entry("entry:1")).counts_from == date(2025, 7, 1)
    assert stoa("post") == 0
    assert stoa("close", "2025-07") == 0
    assert stoa(*allow[:3], "entry:2", *allow[4:]) == 2
    reopen = ("periods", "reopen", "2025-07", "--by", "ada@stoa.example")
    assert stoa(*reopen) == 2
    assert stoa(*reopen, "--reason", "Wrong") == 0
    assert stoa(*reopen, "--approved-by", "ada@stoa.example") == 2
    assert stoa(*reopen, "--approved-by", "nobody@stoa.example") == 2
    capsys.readouterr()
    assert stoa(*reopen, "--approved-by", "grace@stoa.example") == 0
    assert "It was sealed" in capsys.readouterr().out
    assert stoa("periods", "show", "2025-07") == 0
    words = capsys.readouterr().out
    assert "asked by ada@stoa.example, approved by grace@stoa.example" in words
    assert "allowed entry:1: Left out" in words
    assert stoa("close", "2025-07") == 0
    capsys.readouterr()
    assert stoa("periods", "show", "2025-07", "--json") == 0
    shown = printed(capsys)
    assert shown["state"] == "locked"
    assert isinstance(shown["tie_outs"], dict)
    assert stoa("periods", "list") == 0
    assert "2025-07  locked" in capsys.readouterr().out
    assert stoa("journal", "verify") == 0


def test_an_entry_waits_is_approved_and_its_evidence_is_kept(
    capsys: Output, controllers: None, tmp_path: Path
) -> None:
    limits = [{"above": "500"}]
    subledger.file(a_document("approval_policy_set", "policy:1", on="2025-07-01", limits=limits))
    subledger.file(an_entry("entry:1", prepared_by="ada@stoa.example"))
    assert stoa("journal", "waiting") == 0
    assert "entry:1" in capsys.readouterr().out
    paper = tmp_path / "payroll.pdf"
    paper.write_bytes(b"payroll")
    assert stoa("journal", "attach", str(paper)) == 0
    kept = str(printed(capsys)["address"])
    approve = ("journal", "approve", "entry:1", "--evidence", kept, "--by")
    assert stoa(*approve, "ada@stoa.example") == 2
    assert stoa(*approve, "grace@stoa.example") == 0
    capsys.readouterr()
    assert stoa("journal", "waiting", "--json") == 0
    assert json.loads(capsys.readouterr().out) == []
    assert stoa("documents", "show", "entry:1", "--json") == 0
    assert printed(capsys)["number"] == 1


def test_access_is_reviewed_and_credentials_come_and_go(capsys: Output, controllers: None) -> None:
    assert stoa("people", "credential", "ada@stoa.example", "billing", "--expires", "2026-06-30") == 0
    token = capsys.readouterr().out.strip()
    assert people.person_of_token(token, on=NOW.date()).email == "ada@stoa.example"
    assert stoa("people", "review") == 0
    words = capsys.readouterr().out
    assert "billing, until 2026-06-30, last used 2025-12-01" in words
    assert stoa("people", "grant", "ada@stoa.example", "auditor") == 0
    assert stoa("people", "review", "--json") == 2
    assert stoa("people", "revoke", "ada@stoa.example", "auditor") == 0
    assert stoa("people", "credential", "ada@stoa.example", "billing", "--revoke") == 0
    capsys.readouterr()
    assert stoa("people", "review", "--json") == 0
    review = printed(capsys)
    assert review["credentials"] == []
    assert [change["is_grant"] for change in review["changes"]][-2:] == [True, False]  # type: ignore[attr-defined]


def test_an_auditor_samples_extracts_and_traces(capsys: Output, tmp_path: Path) -> None:
    subledger.file_many(
        [a_receipt(on=date(2025, 7, day), reference=f"receipt:{day}") for day in range(1, 20)]
    )
    assert stoa("post") == 0
    capsys.readouterr()
    sample = (
        "audit",
        "sample",
        "--population",
        "receipts",
        "--period",
        "2025-Q3",
        "--size",
        "3",
        "--seed",
        "x",
    )
    assert stoa(*sample) == 0
    assert "3 of 19 receipts" in capsys.readouterr().out
    assert stoa(*sample, "--by", "amount", "--format", "json") == 0
    assert len(printed(capsys)["picked"]) == 3  # type: ignore[arg-type]
    assert stoa(*sample, "--format", "csv") == 0
    assert len(capsys.readouterr().out.splitlines()) == 4
    path = tmp_path / "entries.parquet"
    extract = (
        "audit",
        "extract",
        "entries",
        "--period",
        "2025",
        "--format",
        "parquet",
        "--output",
        str(path),
    )
    assert stoa(*extract) == 0
    assert path.is_file()
    subledger.file(a_receipt(on=date(2025, 7, 28)))
    assert stoa("audit", "extract", "receipts", "--period", "2025-07", "--output", str(path), "--json") == 2
    assert stoa("audit", "trace", "receipt:7") == 0
    assert "→ Revenue" in capsys.readouterr().out
    assert stoa("audit", "trace", "receipt:7", "--json") == 0
    assert printed(capsys)["document"]["entity"] == ENTITY  # type: ignore[index]


@pytest.mark.django_db
def test_the_chart_says_what_a_hand_may_move(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["journal", "accounts", "--json"]) == 0
    by_hand = {row["code"]: row["by_hand"] for row in json.loads(capsys.readouterr().out)}
    assert by_hand["1000"]
    assert not by_hand["2100"]
    assert main(["journal", "accounts"]) == 0
    assert "2100  liability  Contract liability, current  (kept by its documents)" in capsys.readouterr().out
