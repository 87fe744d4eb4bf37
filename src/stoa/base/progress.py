"""What a long job is doing, for pages to show; and the wish that it stop.

A job tells by a connection of its own, so that others see it while the job's own transaction is still open. One row a
job, told anew by each run.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import psycopg
from django.db import connection

from stoa.base.models import JobProgress
from stoa.kernel.refusals import Refusal

_LONGEST = 500


class Stopped(Refusal):
    """Somebody asked the job to stop; what it had not finished was undone."""

    code = "stopped"


@dataclass(frozen=True, slots=True)
class ProgressRow:
    """A job's last words. It waits until ``started_at``, works until ``finished_at``; ``failed`` says how it ended."""

    job: str
    words: str
    asked_by: str
    asked_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    failed: bool
    is_stopping: bool

    @property
    def is_over(self) -> bool:
        """Whether the job has ended."""
        return self.finished_at is not None


def expect(job: str, *, asked_by: str, asked_at: datetime) -> None:
    """Show that a job waits for a worker; forgets what the run before said."""
    JobProgress.objects.update_or_create(
        job=job,
        defaults={
            "words": "",
            "asked_by": asked_by,
            "asked_at": asked_at,
            "started_at": None,
            "finished_at": None,
            "failed": False,
            "is_stopping": False,
        },
    )


def of(job: str) -> ProgressRow | None:
    """What a job last said; ``None`` when it was never asked for."""
    row = JobProgress.objects.filter(job=job).first()
    if row is None:
        return None
    return ProgressRow(
        row.job,
        row.words,
        row.asked_by,
        row.asked_at,
        row.started_at,
        row.finished_at,
        row.failed,
        row.is_stopping,
    )


def ask_to_stop(job: str) -> None:
    """Let a job end at its next word; without one under way nothing happens."""
    JobProgress.objects.filter(job=job, finished_at__isnull=True).update(is_stopping=True)


@contextmanager
def telling(job: str, *, now: Callable[[], datetime]) -> Iterator[Callable[[str], None]]:
    """Give the job a ``tell`` that shows its words at once and raises ``Stopped`` when it was asked to stop.

    Says how the job ended, refusals included, and lets every exception but ``Refusal`` go on.
    """
    with psycopg.connect(**_parameters(), autocommit=True) as own:

        def write(words: str, *, finished_at: datetime | None = None, failed: bool = False) -> bool:
            row = own.execute(_TELL, (job, now(), now(), words[:_LONGEST], finished_at, failed)).fetchone()
            return bool(row and row[0])

        def tell(words: str) -> None:
            if write(words):
                raise Stopped("Stopped. Months that were finished stay; the rest is as it was.")

        write("")
        try:
            yield tell
        except Refusal as refusal:
            write(str(refusal), finished_at=now(), failed=True)
        except BaseException as error:
            write(
                f"It ended with an error ({type(error).__name__}) and may be tried again.",
                finished_at=now(),
                failed=True,
            )
            raise


def finish(job: str, *, words: str, finished_at: datetime) -> None:
    """Say that a job has done what it was asked for."""
    JobProgress.objects.filter(job=job).update(
        words=words[:_LONGEST], finished_at=finished_at, failed=False, is_stopping=False
    )


_TELL = """
INSERT INTO base_jobprogress AS known (job, asked_by, asked_at, started_at, words, finished_at, failed, is_stopping)
VALUES (%s, '', %s, %s, %s, %s, %s, FALSE)
ON CONFLICT (job) DO UPDATE
   SET words = excluded.words, started_at = coalesce(known.started_at, excluded.started_at),
       finished_at = excluded.finished_at, failed = excluded.failed
RETURNING is_stopping
"""


def _parameters() -> dict[str, Any]:
    known = connection.get_connection_params()
    names = ("host", "user", "dbname", "port", "password")
    return {name: known[name] for name in names if known.get(name)}
