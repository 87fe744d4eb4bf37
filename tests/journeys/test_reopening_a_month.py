"""A month is closed softly, locked, opened again by two people, and sealed again with its history."""

from datetime import UTC, date, datetime

import pytest
from django.db import connection

from stoa.flows import month_end, posting, verification
from stoa.kernel.refusals import Invalid, NotAllowed
from stoa.kernel.spans import Month
from stoa.ledger import api as ledger
from stoa.people import api as people
from stoa.subledger import api as subledger
from tests.builders.books import ENTITY, a_receipt
from tests.builders.company import a_document, an_entry
from tests.builders.people import a_person

pytestmark = pytest.mark.django_db

JULY, AUGUST = Month(2025, 7), Month(2025, 8)
NOW = datetime(2025, 10, 1, 9, tzinfo=UTC)


def post() -> None:
    posting.post(through=AUGUST, posted_at=NOW)


def close(month: Month) -> ledger.PeriodRow:
    return month_end.close(month, closed_at=NOW, actor="Ada")


def reopen(month: Month, one: int, other: int) -> ledger.PeriodRow:
    request = month_end.request_reopening(
        month, requested_by=one, reason="Hosting was left out", requested_at=NOW
    )
    return month_end.approve_reopening(request_id=request.id, approved_by=other, approved_at=NOW)


def allow(month: Month, reference: str, by: int) -> ledger.PermitRow:
    return month_end.allow_adjustment(
        month, reference=reference, reason="Left out", allowed_by=by, allowed_at=NOW
    )


@pytest.fixture
def controllers() -> tuple[int, int]:
    return a_person(role=people.CONTROLLER).id, a_person(role=people.CONTROLLER).id


@pytest.fixture
def locked(controllers: tuple[int, int]) -> ledger.PeriodRow:
    """July locked, August open, a receipt in each."""
    subledger.file(a_receipt(on=date(2025, 7, 10)))
    subledger.file(a_receipt(on=date(2025, 8, 10)))
    post()
    return close(JULY)


def test_after_a_soft_close_only_what_is_allowed_by_name_counts_in_the_month(
    controllers: tuple[int, int],
) -> None:
    subledger.file(a_receipt(on=date(2025, 7, 10)))
    post()
    soft = month_end.soft_close(JULY, closed_at=NOW, actor="Ada")
    assert soft.is_soft_closed
    assert not soft.is_closed
    assert all(check["passed"] for check in soft.checks)
    late = subledger.file(a_receipt(on=date(2025, 7, 30)))
    assert late.counts_from == date(2025, 8, 1)
    allow(JULY, "entry:1", controllers[0])
    assert subledger.file(an_entry("entry:1")).counts_from == date(2025, 7, 1)
    assert subledger.file_many([an_entry("entry:2")]).new == 1
    assert subledger.find_document("entry:2").counts_from == date(2025, 8, 1)
    with pytest.raises(month_end.NotReadyToClose, match="stoa post"):
        close(JULY)
    post()
    assert close(JULY).is_closed
    assert verification.verify_books(entity=ENTITY).problems == ()


def test_a_soft_closed_month_says_so_and_months_are_closed_in_order() -> None:
    subledger.file(a_receipt(on=date(2025, 7, 10)))
    subledger.file(a_receipt(on=date(2025, 8, 10)))
    post()
    with pytest.raises(month_end.NotReadyToClose, match="Close 2025-07 first"):
        month_end.soft_close(AUGUST, closed_at=NOW, actor="Ada")
    month_end.soft_close(JULY, closed_at=NOW, actor="Ada")
    with pytest.raises(month_end.AlreadyClosed, match="softly"):
        month_end.soft_close(JULY, closed_at=NOW, actor="Ada")
    month_end.soft_close(AUGUST, closed_at=NOW, actor="Ada")
    assert subledger.file(a_receipt(on=date(2025, 7, 30))).counts_from == date(2025, 9, 1)
    with pytest.raises(month_end.NotReadyToClose, match="Close 2025-07 first"):
        close(AUGUST)
    close(JULY)
    assert close(AUGUST).is_closed


def test_what_is_filed_already_or_in_an_open_month_needs_no_permit(
    locked: ledger.PeriodRow, controllers: tuple[int, int]
) -> None:
    subledger.file(an_entry("entry:1"))
    with pytest.raises(month_end.ReferenceFiled):
        allow(JULY, "entry:1", controllers[0])
    for month in (JULY, AUGUST):
        with pytest.raises(ledger.NotSoftClosed):
            allow(month, "entry:2", controllers[0])


def test_two_people_open_a_locked_month_and_it_is_sealed_again_with_its_history(
    locked: ledger.PeriodRow, controllers: tuple[int, int]
) -> None:
    july = ledger.balances(entity=ENTITY, month=JULY)
    opened = reopen(JULY, *controllers)
    assert opened.is_soft_closed
    assert opened.seal == ""
    allow(JULY, "entry:1", controllers[1])
    assert subledger.file(an_entry("entry:1")).counts_from == date(2025, 7, 1)
    post()
    assert ledger.balances(entity=ENTITY, month=JULY) != july
    again = close(JULY)
    assert again.seal != locked.seal
    history = ledger.history_of(entity=ENTITY, month=JULY)
    record = history.reopenings[0]
    assert (record.seal, record.closed_by, record.reason) == (locked.seal, "Ada", "Hosting was left out")
    assert (record.requested_by, record.approved_by) == controllers
    assert [permit.reference for permit in history.permits] == ["entry:1"]
    assert [batch.number for batch in ledger.batch_rows(entity=ENTITY, month=JULY)] == [1, 3]
    assert verification.verify_books(entity=ENTITY).problems == ()
    assert reopen(JULY, *controllers).is_soft_closed
    assert close(JULY).seal not in {locked.seal, again.seal}
    assert verification.verify_books(entity=ENTITY).problems == ()


def test_reopening_needs_two_controllers_a_reason_and_the_latest_locked_month(
    locked: ledger.PeriodRow, controllers: tuple[int, int]
) -> None:
    one, other = controllers
    outsider = a_person(role=people.AUDITOR).id
    with pytest.raises(NotAllowed, match="two people"):
        reopen(JULY, one, one)
    with pytest.raises(NotAllowed, match="role controller"):
        reopen(JULY, one, outsider)
    with pytest.raises(NotAllowed, match="role controller"):
        reopen(JULY, outsider, one)
    with pytest.raises(Invalid):
        month_end.request_reopening(JULY, requested_by=one, reason="  ", requested_at=NOW)
    with pytest.raises(ledger.NotLocked):
        reopen(AUGUST, one, other)
    request = month_end.request_reopening(JULY, requested_by=one, reason="Why", requested_at=NOW)
    close(AUGUST)
    with pytest.raises(ledger.LaterMonthLocked):
        reopen(JULY, one, other)
    with pytest.raises(ledger.LaterMonthLocked):
        month_end.approve_reopening(request_id=request.id, approved_by=other, approved_at=NOW)
    assert ledger.get_period(entity=ENTITY, month=JULY).seal == locked.seal


def test_a_request_is_approved_once_and_only_under_the_seal_it_names(
    locked: ledger.PeriodRow, controllers: tuple[int, int]
) -> None:
    one, other = controllers
    early = month_end.request_reopening(JULY, requested_by=one, reason="Why", requested_at=NOW)
    waiting = ledger.waiting_reopenings(ENTITY)
    assert [each.id for each in waiting][-1] == early.id
    reopen(JULY, one, other)
    assert ledger.waiting_reopenings(ENTITY) == ()
    close(JULY)
    with pytest.raises(ledger.NotLocked):
        month_end.approve_reopening(request_id=early.id, approved_by=other, approved_at=NOW)


def test_the_role_is_asked_for_again_when_it_is_approved(
    locked: ledger.PeriodRow, controllers: tuple[int, int]
) -> None:
    one, other = controllers
    request = month_end.request_reopening(JULY, requested_by=one, reason="Why", requested_at=NOW)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM people_roleassignment WHERE user_id = %s", [one])
    with pytest.raises(NotAllowed):
        month_end.approve_reopening(request_id=request.id, approved_by=other, approved_at=NOW)


def test_an_altered_record_of_a_reopening_is_found(
    locked: ledger.PeriodRow, controllers: tuple[int, int]
) -> None:
    reopen(JULY, *controllers)
    allow(JULY, "entry:9", controllers[0])
    close(JULY)
    for table, statement in (
        ("ledger_reopeningrequest", "UPDATE ledger_reopeningrequest SET reason = 'Another'"),
        ("ledger_periodreopening", "UPDATE ledger_periodreopening SET closed_by = 'x', checks = '[]'"),
        ("ledger_adjustmentpermit", "DELETE FROM ledger_adjustmentpermit"),
        ("ledger_fiscalperiod", "UPDATE ledger_fiscalperiod SET tie_outs = '{}'"),
    ):
        with connection.cursor() as cursor:
            cursor.execute("SAVEPOINT before")
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
            cursor.execute(statement)
            found = month_end.verify(entity=ENTITY).problems
            cursor.execute("ROLLBACK TO before")
        assert any("2025-07" in problem for problem in found), table
    assert month_end.verify(entity=ENTITY).problems == ()


def test_what_tied_out_is_kept_with_the_month(locked: ledger.PeriodRow) -> None:
    tied = locked.tie_outs
    assert tied["version"] == 1
    pairs = {row["code"]: row for row in tied["control"]}
    assert pairs["2100"]["beside"] == "subledger"
    assert pairs["2100"]["ledger_minor"] == pairs["2100"]["beside_minor"] != 0
    assert {
        row["difference_minor"]
        for key in ("control", "cash", "equity", "cash_flow", "statements")
        for row in tied[key]
    } == {0}
    equity = tied["equity"][0]
    assert equity["opening_minor"] + sum(equity["activities"].values()) == equity["ledger_minor"]


def test_what_the_gateway_reports_is_what_the_ledger_took_into_cash() -> None:
    subledger.file(a_receipt(on=date(2025, 7, 10), price_minor=4900, fee_minor=172))
    given = {"gateway": "stripe", "paid_on": "2025-07-20", "gross": "49", "fees": "1.72", "net": "47.28"}
    subledger.file(a_document("settlement_reported", "payout:1", payout="1", **given))
    subledger.file(a_document("settlement_reported", "payout:2", payout="2", **given))
    void = {"document": "payout:2", "on": "2025-07-21", "reason": "twice"}
    subledger.file(a_document("document_voided", "void:2", **void))
    post()
    tied = close(JULY).tie_outs
    clearing, paid = tied["cash"]
    assert {row["gateway"]: row["settled_minor"] for row in tied["gateways"]}["stripe"] == 4728
    assert (clearing["ledger_minor"], clearing["difference_minor"]) == (0, 0)
    assert (paid["gateways"], paid["ledger_minor"], paid["difference_minor"]) == ({"stripe": 4728}, 4728, 0)
    subledger.file(
        a_document("document_voided", "void:1", **void | {"document": "payout:1", "on": "2025-08-01"})
    )
    post()
    assert close(AUGUST).tie_outs["cash"][-1]["gateways"] == {"stripe": -4728}
