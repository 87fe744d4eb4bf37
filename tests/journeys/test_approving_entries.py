"""An entry above the limit waits, is approved by another controller, and only then enters the books."""

import json
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from stoa.flows import access_review, approvals, evidence, filing, month_end, posting, verification
from stoa.kernel.refusals import Invalid, NotAllowed, NotFound
from stoa.kernel.spans import Month
from stoa.ledger import api as ledger
from stoa.people import api as people
from stoa.subledger import api as subledger
from tests.builders.books import ENTITY, a_receipt
from tests.builders.company import a_document, an_entry
from tests.builders.people import a_person

pytestmark = pytest.mark.django_db

JULY = Month(2025, 7)
NOW = datetime(2025, 8, 1, 9, tzinfo=UTC)


@pytest.fixture
def maker() -> people.PersonRow:
    return a_person(role=people.CONTROLLER, email="maker@stoa.example").row


@pytest.fixture
def checker() -> people.PersonRow:
    return a_person(role=people.CONTROLLER, email="checker@stoa.example").row


@pytest.fixture
def books(maker: people.PersonRow) -> None:
    limits = [{"above": "500"}]
    subledger.file(a_receipt(on=date(2025, 7, 10)))
    subledger.file(a_document("approval_policy_set", "policy:1", on="2025-07-01", limits=limits))
    subledger.file(an_entry("entry:1", prepared_by=maker.email))


def approve(by: people.PersonRow, entry: str = "entry:1") -> subledger.FiledDocument:
    return approvals.approve_entry(entry=entry, approver=by, approved_on=date(2025, 8, 1))


def held(account: str) -> int:
    rows = ledger.balances(entity=ENTITY, month=JULY)
    return sum(row.closing_minor for row in rows if row.account.code == account)


def test_the_close_names_what_waits_and_the_approval_lets_it_in(
    books: None, checker: people.PersonRow
) -> None:
    posting.post(through=JULY, posted_at=NOW)
    assert held("6000") == 0
    (waiting,) = approvals.waiting(entity=ENTITY)
    assert (waiting.reference, waiting.missing, str(waiting.amount)) == ("entry:1", 1, "1000.00")
    with pytest.raises(month_end.NotReadyToClose, match="entry:1 waits for 1 approval"):
        month_end.close(JULY, closed_at=NOW, actor="Ada")
    approve(checker)
    assert approvals.waiting(entity=ENTITY) == ()
    posting.post(through=JULY, posted_at=NOW)
    assert held("6000") == 100_000
    assert month_end.close(JULY, closed_at=NOW, actor="Ada").is_closed
    assert verification.verify_books(entity=ENTITY).problems == ()


def test_only_another_controller_approves_and_only_once(
    books: None, maker: people.PersonRow, checker: people.PersonRow
) -> None:
    with pytest.raises(NotAllowed, match="another person"):
        approve(maker)
    with pytest.raises(NotAllowed, match="role controller"):
        approve(a_person(role=people.AUDITOR).row)
    with pytest.raises(NotFound):
        approve(checker, "entry:none")
    with pytest.raises(Invalid, match="not a manual entry"):
        approve(checker, "policy:1")
    subledger.file(an_entry("entry:2"))
    with pytest.raises(Invalid, match="who prepared it"):
        approve(checker, "entry:2")
    approve(checker)
    with pytest.raises(approvals.ApprovedAlready):
        approve(checker)


def test_a_file_of_approvals_must_name_controllers(books: None, checker: people.PersonRow) -> None:
    row = {"kind": "entry_approved", "reference": "A-1", "entity": ENTITY, "entry": "entry:1"}
    row |= {"entry_on": "2025-07-31", "amount": "1000", "approved_on": "2025-08-01"}
    report = filing.file_rows([("line 1", json.dumps(row | {"approved_by": "ghost@stoa.example"}))])
    assert report.refused[0][0] == "line 1"
    assert "role controller" in report.refused[0][1]
    assert filing.file_rows([("line 1", row | {"approved_by": checker.email})]).new == 1


def test_two_people_who_take_turns_are_named_by_the_access_review(
    books: None, maker: people.PersonRow, checker: people.PersonRow
) -> None:
    approve(checker)
    assert access_review.review(entity=ENTITY).conflicts == ()
    subledger.file(an_entry("entry:2", prepared_by=checker.email))
    approve(maker, "entry:2")
    conflicts = access_review.review(entity=ENTITY).conflicts
    assert [words.split()[0] for words in conflicts] == [checker.email, maker.email]
    assert conflicts[0].startswith("checker@stoa.example prepared 1 manual entries and approved 1")


def test_kept_evidence_is_found_when_it_is_altered_or_gone(books: None, tmp_path: Path) -> None:
    paper = tmp_path / "Payroll July.PDF"
    paper.write_bytes(b"salaries")
    kept = evidence.keep(paper)
    proof = {"address": kept.address, "sha256": kept.sha256}
    subledger.file(an_entry("entry:3", evidence=[proof, {"address": "https://files.example/x"}]))
    assert list(evidence.problems(entity=ENTITY)) == []
    path = evidence._folder() / kept.address.removeprefix("evidence:")
    path.write_bytes(b"others")
    assert "altered" in next(evidence.problems(entity=ENTITY))
    path.unlink()
    assert any("missing" in problem for problem in verification.verify_books(entity=ENTITY).problems)
    with pytest.raises(Invalid, match="cannot be kept"):
        evidence.keep(tmp_path / "nothing")
