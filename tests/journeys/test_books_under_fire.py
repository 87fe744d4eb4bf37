"""Posting and closing killed in the middle, twice at once, and beside a sale: the books stay whole."""

import os
import signal
import subprocess
import sys
import threading
import time
from datetime import UTC, date, datetime

import psycopg
import pytest
from django.db import connection, connections, transaction

from stoa.flows import month_end, posting
from stoa.kernel.spans import Month
from stoa.ledger import api as ledger
from stoa.subledger import api as subledger
from tests.builders.books import ENTITY, a_receipt
from tests.builders.races import at_once

pytestmark = pytest.mark.django_db(transaction=True)

JULY = Month(2025, 7)
NOW = datetime(2025, 9, 1, 9, tzinfo=UTC)

#: Runs a flow in another process and kills itself at the n-th time it tells what it is doing.
VICTIM = """
import os, signal, sys
from datetime import datetime, UTC
os.environ["DJANGO_SETTINGS_MODULE"] = "stoa.settings"
import django
from django.conf import settings
settings.DATABASES["default"]["NAME"] = {database!r}
django.setup()
from stoa.flows import month_end, posting
from stoa.kernel.spans import Month
from stoa.ledger import api as ledger
told = 0
def tell(words):
    global told
    told += 1
    if told == {step}:
        os.kill(os.getpid(), signal.SIGKILL)
if {late}:
    plain_post, plain_lock = ledger.post_batch, ledger.lock_period
    def die(plain):
        def wrapped(**arguments):
            plain(**arguments)
            os.kill(os.getpid(), signal.SIGKILL)
        return wrapped
    ledger.post_batch, ledger.lock_period = die(plain_post), die(plain_lock)
month, at = Month(2025, 7), datetime(2025, 9, 1, 9, tzinfo=UTC)
if {flow!r} == "post":
    posting.post(through=month, posted_at=at, tell=tell)
else:
    month_end.close(month, closed_at=at, actor="victim", tell=tell)
"""


def run_victim(flow: str, *, step: int, late: bool = False) -> int:
    database = connection.settings_dict["NAME"]
    code = VICTIM.format(database=database, step=step, late=late, flow=flow)
    environment = os.environ | {"PYTHONPATH": "src"}
    return subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, check=False
    ).returncode


@pytest.mark.parametrize(("step", "late"), [(1, False), (2, False), (3, False), (99, True)])
def test_a_posting_killed_anywhere_is_repeated_whole(step: int, late: bool) -> None:
    subledger.file_many([a_receipt(on=date(2025, 7, day)) for day in range(1, 29)])
    assert run_victim("post", step=step, late=late) == -signal.SIGKILL
    assert ledger.lines(entity=ENTITY) == ()
    assert posting.post(through=JULY, posted_at=NOW).line_count > 0
    assert posting.post(through=JULY, posted_at=NOW).line_count == 0
    assert month_end.verify(entity=ENTITY).problems == ()
    assert [batch.number for batch in ledger.batch_rows(entity=ENTITY)] == [1]


@pytest.mark.parametrize(("step", "late"), [(1, False), (4, False), (99, True)])
def test_a_close_killed_anywhere_leaves_the_month_open_and_is_repeated(step: int, late: bool) -> None:
    subledger.file(a_receipt(on=date(2025, 7, 10)))
    posting.post(through=JULY, posted_at=NOW)
    assert run_victim("close", step=step, late=late) == -signal.SIGKILL
    assert not ledger.get_period(entity=ENTITY, month=JULY).is_closed
    assert month_end.close(JULY, closed_at=NOW, actor="Ada").is_closed
    assert month_end.verify(entity=ENTITY).problems == ()


def test_two_postings_at_once_post_once() -> None:
    subledger.file_many([a_receipt(on=date(2025, 7, day)) for day in range(1, 29)])
    runs = at_once(*[lambda: posting.post(through=JULY, posted_at=NOW)] * 3)
    assert sorted(run.line_count > 0 for run in runs) == [False, False, True]
    assert len(ledger.batch_rows(entity=ENTITY)) == 1


def test_a_close_waits_for_a_sale_on_its_way_and_then_refuses_to_overlook_it() -> None:
    subledger.file(a_receipt(on=date(2025, 7, 10)))
    posting.post(through=JULY, posted_at=NOW)
    outcome: list[object] = []

    def close() -> None:
        try:
            outcome.append(month_end.close(JULY, closed_at=NOW, actor="Ada"))
        except month_end.NotReadyToClose as refused:
            outcome.append(refused)
        finally:
            connections.close_all()

    with transaction.atomic():
        subledger.file(a_receipt(on=date(2025, 7, 31)))
        closing = threading.Thread(target=close)
        closing.start()
        _wait_until_someone_waits()
        assert outcome == []
    closing.join()
    assert isinstance(outcome[0], month_end.NotReadyToClose)
    assert "came while" in str(outcome[0])
    posting.post(through=JULY, posted_at=NOW)
    assert month_end.close(JULY, closed_at=NOW, actor="Ada").is_closed


def _wait_until_someone_waits() -> None:
    parameters = connection.get_connection_params()
    known = {
        name: parameters[name]
        for name in ("host", "user", "dbname", "port", "password")
        if parameters.get(name)
    }
    deadline = time.monotonic() + 20
    with psycopg.connect(**known, autocommit=True) as watcher:
        while time.monotonic() < deadline:
            if watcher.execute(
                "SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
            ).fetchone():
                return
            time.sleep(0.05)
    raise AssertionError("nobody waited")
