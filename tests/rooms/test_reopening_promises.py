# ruff: noqa: PT012 - several statements make one attack
"""Plain SQL cannot open a locked month without the record of two controllers; nor can two hands, nor a killed one."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime

import psycopg
import pytest
from django.db import connection, transaction

from stoa.flows import month_end, posting
from stoa.kernel.refusals import Refusal
from stoa.kernel.spans import Month
from stoa.ledger import api as ledger
from stoa.people import api as people
from stoa.subledger import api as subledger
from tests.builders.books import ENTITY, a_receipt
from tests.builders.company import an_entry
from tests.builders.people import a_person
from tests.builders.races import at_once

pytestmark = pytest.mark.django_db(transaction=True)

JULY, AUGUST = Month(2025, 7), Month(2025, 8)
NOW = datetime(2025, 9, 1, 9, tzinfo=UTC)


@pytest.fixture
def two() -> tuple[int, int]:
    """July locked, August open; two controllers."""
    subledger.file(a_receipt(on=date(2025, 7, 10)))
    subledger.file(a_receipt(on=date(2025, 8, 10)))
    posting.post(through=AUGUST, posted_at=NOW)
    month_end.close(JULY, closed_at=NOW, actor="Ada")
    return a_person(role=people.CONTROLLER).id, a_person(role=people.CONTROLLER).id


@pytest.fixture
def plain(two: tuple[int, int]) -> Iterator[psycopg.Connection]:
    known = connection.get_connection_params()
    names = ("host", "user", "dbname", "port", "password")
    with psycopg.connect(**{n: known[n] for n in names if known.get(n)}, autocommit=True) as plain:
        yield plain


ASK = (
    "INSERT INTO ledger_reopeningrequest (period_id, seal, reason, requested_by_id, requested_at)"
    " SELECT id, seal, 'why', %s, now() FROM ledger_fiscalperiod WHERE month = '2025-07-01' RETURNING id"
)
APPROVE = (
    "INSERT INTO ledger_periodreopening (request_id, period_id, approved_by_id, approved_at)"
    " SELECT %s, id, %s, now() FROM ledger_fiscalperiod WHERE month = '2025-07-01'"
)


def is_open() -> bool:
    return not ledger.get_period(entity=ENTITY, month=JULY).is_closed


def test_no_plain_statement_opens_a_locked_month(plain: psycopg.Connection, two: tuple[int, int]) -> None:
    outsider = a_person().id
    for statement in (
        "UPDATE ledger_fiscalperiod SET status = 'soft', soft_closed_at = now(), closed_at = NULL, seal = ''",
        "UPDATE ledger_fiscalperiod SET status = 'open', closed_at = NULL, seal = '' WHERE month = '2025-07-01'",
        "UPDATE ledger_fiscalperiod SET tie_outs = '{}' WHERE month = '2025-07-01'",
        "INSERT INTO ledger_adjustmentpermit (period_id, reference, reason, allowed_by_id, allowed_at)"
        f" SELECT id, 'x', 'y', {two[0]}, now() FROM ledger_fiscalperiod",
        ASK % outsider,
    ):
        with pytest.raises(psycopg.errors.IntegrityError):
            plain.execute(statement)
            raise AssertionError(statement)
    asked = plain.execute(ASK, (two[0],)).fetchone()
    assert asked is not None
    for approver in (two[0], outsider):
        with pytest.raises(psycopg.errors.RestrictViolation):
            plain.execute(APPROVE, (asked[0], approver))
    for statement in (
        "UPDATE ledger_reopeningrequest SET requested_by_id = requested_by_id + 1",
        "DELETE FROM ledger_reopeningrequest",
        "TRUNCATE ledger_reopeningrequest CASCADE",
        "TRUNCATE ledger_periodreopening",
        "TRUNCATE ledger_adjustmentpermit",
    ):
        with pytest.raises(psycopg.errors.RestrictViolation):
            plain.execute(statement)
            raise AssertionError(statement)
    assert not is_open()


def test_the_record_alone_opens_it_and_cannot_be_used_twice(
    plain: psycopg.Connection, two: tuple[int, int]
) -> None:
    asked = plain.execute(ASK, (two[0],)).fetchone()
    assert asked is not None
    plain.execute(APPROVE, (asked[0], two[1]))
    assert is_open()
    with pytest.raises(psycopg.errors.RestrictViolation, match="soft closed"):
        plain.execute(
            "UPDATE ledger_fiscalperiod SET status = 'open', soft_closed_at = NULL WHERE month = '2025-07-01'"
        )
    month_end.close(JULY, closed_at=NOW, actor="Ada")
    with pytest.raises(psycopg.errors.IntegrityError):
        plain.execute(
            "UPDATE ledger_fiscalperiod SET status = 'soft', closed_at = NULL, seal = '' WHERE month = '2025-07-01'"
        )
    with pytest.raises(psycopg.errors.IntegrityError):
        plain.execute(APPROVE, (asked[0], two[1]))
    assert month_end.verify(entity=ENTITY).problems == ()


def test_a_document_slips_into_a_soft_closed_month_only_by_its_permit(
    plain: psycopg.Connection, two: tuple[int, int]
) -> None:
    asked = plain.execute(ASK, (two[0],)).fetchone()
    assert asked is not None
    plain.execute(APPROVE, (asked[0], two[1]))
    slip = (
        'INSERT INTO subledger_sourcedocument (reference, kind, entity, contract, "order", currency, product, course,'
        " partner, customer, effective_on, counts_from, ends_on, occurred_at, facts) SELECT 'slip', kind, entity, 'slip',"
        ' "order", currency, product, course, partner, customer, effective_on, counts_from, ends_on, occurred_at, facts'
        " FROM subledger_sourcedocument ORDER BY id LIMIT 1"
    )
    with pytest.raises(psycopg.errors.RestrictViolation, match="soft closed"):
        plain.execute(slip)
    month_end.allow_adjustment(JULY, reference="slip", reason="y", allowed_by=two[0], allowed_at=NOW)
    plain.execute(slip)


def test_two_approvals_at_once_open_it_once(two: tuple[int, int]) -> None:
    third = a_person(role=people.CONTROLLER).id
    request = month_end.request_reopening(JULY, requested_by=two[0], reason="Why", requested_at=NOW)

    def approve(by: int) -> ledger.PeriodRow:
        return month_end.approve_reopening(request_id=request.id, approved_by=by, approved_at=NOW)

    outcomes = at_once(lambda: approve(two[1]), lambda: approve(third))
    assert sorted(isinstance(each, Refusal) for each in outcomes) == [False, True]
    assert len(ledger.history_of(entity=ENTITY, month=JULY).reopenings) == 1


def test_a_reopening_and_the_close_of_the_next_month_exclude_each_other(two: tuple[int, int]) -> None:
    request = month_end.request_reopening(JULY, requested_by=two[0], reason="Why", requested_at=NOW)
    outcomes = at_once(
        lambda: month_end.approve_reopening(request_id=request.id, approved_by=two[1], approved_at=NOW),
        lambda: month_end.close(AUGUST, closed_at=NOW, actor="Ada"),
    )
    assert sorted(isinstance(each, Refusal) for each in outcomes) == [False, True]
    states = [ledger.get_period(entity=ENTITY, month=month).status for month in (JULY, AUGUST)]
    assert states in (["soft", "open"], ["closed", "closed"])


def test_filers_beside_a_soft_close_count_in_the_month_or_after_it_but_never_between(
    two: tuple[int, int],
) -> None:
    def soft() -> object:
        return month_end.soft_close(AUGUST, closed_at=NOW, actor="Ada")

    outcomes = at_once(
        soft, *[lambda n=n: subledger.file(an_entry(f"e:{n}", on="2025-08-20")) for n in range(6)]
    )
    period = ledger.get_period(entity=ENTITY, month=AUGUST)
    counted = {each.counts_from for each in outcomes[1:]}
    if period.is_soft_closed:
        assert counted == {date(2025, 9, 1)}
    else:
        assert isinstance(outcomes[0], month_end.NotReadyToClose)


VICTIM = """
import os, signal
from datetime import datetime, UTC
os.environ["DJANGO_SETTINGS_MODULE"] = "stoa.settings"
import django
from django.conf import settings
settings.DATABASES["default"]["NAME"] = {database!r}
django.setup()
from stoa.flows import month_end
from stoa.kernel.spans import Month
from stoa.ledger import periods, reopenings
at = datetime(2025, 9, 1, 9, tzinfo=UTC)
def die(**arguments):
    os.kill(os.getpid(), signal.SIGKILL)
periods.get_period = reopenings.get_period = die
if {flow!r} == "reopen":
    month_end.approve_reopening(request_id={request}, approved_by={person}, approved_at=at)
else:
    month_end.soft_close(Month(2025, 8), closed_at=at, actor="victim")
"""


@pytest.mark.parametrize("flow", ["reopen", "soft"])
def test_a_killed_process_leaves_the_months_as_they_were_or_as_they_should_be(
    flow: str, two: tuple[int, int]
) -> None:
    request = month_end.request_reopening(JULY, requested_by=two[0], reason="Why", requested_at=NOW)
    database = connection.settings_dict["NAME"]
    code = VICTIM.format(database=database, flow=flow, request=request.id, person=two[1])
    killed = subprocess.run(
        [sys.executable, "-c", code], env=os.environ | {"PYTHONPATH": "src"}, capture_output=True, check=False
    )
    assert killed.returncode == -signal.SIGKILL, killed.stderr.decode()
    july = ledger.get_period(entity=ENTITY, month=JULY)
    if july.is_closed:
        month_end.approve_reopening(request_id=request.id, approved_by=two[1], approved_at=NOW)
    month_end.close(JULY, closed_at=NOW, actor="Ada")
    assert ledger.get_period(entity=ENTITY, month=JULY).is_closed
    assert month_end.verify(entity=ENTITY).problems == ()


def test_batches_are_numbered_without_gaps_also_after_a_posting_that_was_undone(
    plain: psycopg.Connection, two: tuple[int, int]
) -> None:
    subledger.file(a_receipt(on=date(2025, 8, 12)))
    with transaction.atomic():
        posting.post(through=AUGUST, posted_at=NOW)
        transaction.set_rollback(True)
    posting.post(through=AUGUST, posted_at=NOW)
    assert [batch.number for batch in ledger.batch_rows(entity=ENTITY)] == [1, 2, 3]
    with pytest.raises(psycopg.errors.RestrictViolation, match="gap"):
        plain.execute(
            "INSERT INTO ledger_postingbatch (entity, number, period_id, posted_at, policies, file_name, file_sha256,"
            " content_sha256, line_count, document_count, previous_hash, hash) SELECT entity, 7, period_id, posted_at,"
            " policies, 'x', 'x', 'x', 1, 1, hash, 'x' FROM ledger_postingbatch WHERE number = 3"
        )
