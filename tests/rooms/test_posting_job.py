"""Posting as a job: it tells how far it is, stops when asked, and is run again after a worker died."""

import os
import signal
import subprocess
import sys
from datetime import UTC, date, datetime

import pytest
from django.db import connection

from stoa.base import progress
from stoa.kernel.refusals import Invalid
from stoa.kernel.spans import Month
from stoa.ledger import api as ledger
from stoa.subledger import api as subledger
from stoa.worker import tasks
from tests.builders.books import ENTITY, a_receipt

pytestmark = pytest.mark.django_db(transaction=True)

NOW = datetime(2025, 9, 1, 9, tzinfo=UTC)
JOB = "post_books"


def expect() -> None:
    progress.expect(JOB, asked_by="Ada", asked_at=NOW)


def last() -> progress.ProgressRow:
    row = progress.of(JOB)
    assert row is not None
    return row


def test_the_job_posts_says_so_and_repeated_says_that_nothing_is_new() -> None:
    subledger.file(a_receipt(on=date(2025, 7, 10)))
    expect()
    assert last().started_at is None
    tasks.post_books()
    assert last().is_over
    assert last().words.startswith("Posted documents by month: 2025-07 (1)")
    assert ledger.batch_rows(entity=ENTITY, month=Month(2025, 7))
    expect()
    tasks.post_books()
    assert "Nothing is new" in last().words


def test_what_it_does_is_seen_while_its_transaction_is_open_and_it_stops_when_asked() -> None:
    expect()
    with progress.telling(JOB, now=lambda: NOW) as tell:
        tell("2025-07: reading documents")
        assert last().words == "2025-07: reading documents"
        progress.ask_to_stop(JOB)
        assert last().is_stopping
        tell("2025-07: applying policies")
        raise AssertionError("it goes on")
    assert last().is_over
    assert last().failed
    assert last().words.startswith("Stopped")


def test_a_stopped_posting_leaves_whole_months_and_can_be_asked_for_again() -> None:
    subledger.file(a_receipt(on=date(2025, 7, 10)))
    expect()
    progress.ask_to_stop(JOB)
    tasks.post_books()
    assert last().failed
    assert ledger.lines(entity=ENTITY) == ()
    expect()
    tasks.post_books()
    assert not last().failed
    assert ledger.lines(entity=ENTITY)


def test_a_refusal_ends_it_in_words_and_a_bug_is_told_and_goes_on() -> None:
    with progress.telling(JOB, now=lambda: NOW):
        raise Invalid("That cannot be.")
    assert (last().words, last().failed) == ("That cannot be.", True)
    with pytest.raises(ZeroDivisionError), progress.telling(JOB, now=lambda: NOW):
        raise ZeroDivisionError
    assert "may be tried again" in last().words


VICTIM = """
import os, signal
os.environ["DJANGO_SETTINGS_MODULE"] = "stoa.settings"
import django
from django.conf import settings
settings.DATABASES["default"]["NAME"] = {database!r}
django.setup()
from stoa.worker import tasks
from stoa.ledger import api as ledger
ledger.post_batch = lambda **arguments: os.kill(os.getpid(), signal.SIGKILL)
tasks.post_books()
"""


def test_a_worker_that_dies_leaves_its_last_words_and_the_job_is_run_again() -> None:
    subledger.file(a_receipt(on=date(2025, 7, 10)))
    expect()
    code = VICTIM.format(database=connection.settings_dict["NAME"])
    killed = subprocess.run(
        [sys.executable, "-c", code], env=os.environ | {"PYTHONPATH": "src"}, capture_output=True, check=False
    )
    assert killed.returncode == -signal.SIGKILL, killed.stderr.decode()
    assert not last().is_over
    assert "sealing" in last().words
    assert ledger.lines(entity=ENTITY) == ()
    tasks.post_books()
    assert last().is_over
    assert [batch.number for batch in ledger.batch_rows(entity=ENTITY, month=Month(2025, 7))] == [1]
