"""Jobs in the same database (procrastinate): enqueued with the transaction that needs them, or not at all.

Rooms and flows do not know the job library: interfaces define tasks in ``stoa.worker`` and anybody may
``enqueue`` one by name. A job must be safe to run twice.
"""

from datetime import timedelta
from typing import Any

from procrastinate.contrib.django import app


def enqueue(
    task: str,
    *,
    lock: str | None = None,
    once: str | None = None,
    after: timedelta | None = None,
    **arguments: Any,
) -> None:
    """Run ``stoa.worker`` task ``task`` soon, or ``after`` a while, in this transaction's fate.

    ``lock``: jobs with the same lock run one after another. ``once``: while such a job waits, a second
    one is not added.
    """
    from procrastinate.exceptions import AlreadyEnqueued

    schedule = {"seconds": after.total_seconds()} if after else None
    deferrer = app.configure_task(
        name=task, allow_unknown=True, lock=lock, queueing_lock=once, schedule_in=schedule
    )
    if once is None:
        deferrer.defer(**arguments)
        return
    try:
        from django.db import transaction

        with transaction.atomic():
            deferrer.defer(**arguments)
    except AlreadyEnqueued:
        return


def discard_waiting(*tasks: str) -> int:
    """Forget the jobs of ``tasks`` that nobody has begun; returns how many.

    For a loader of the past: what its jobs would tell people was told in its time.
    """
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM procrastinate_jobs WHERE status = 'todo' AND task_name = ANY(%s)", [list(tasks)]
        )
        return int(cursor.rowcount)
