"""The tasks that ``stoa.base.jobs.enqueue`` names."""

import urllib.request
from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore
from procrastinate import JobContext, RetryStrategy
from procrastinate.contrib.django import app

from stoa.base import clock, progress
from stoa.commerce import api as commerce
from stoa.discovery import api as discovery
from stoa.flows import posting, refunds
from stoa.kernel.spans import Month, day_in
from stoa.worker import mail

_AGAIN = RetryStrategy(max_attempts=8, exponential_wait=3)
_TIMEOUT_SECONDS = 20
_REFUND_PATIENCE = timedelta(minutes=1)


@app.task(name="deliver_gateway_events", retry=_AGAIN)
def deliver_gateway_events() -> None:
    """Post what the embedded gateway has to tell to this site's webhook, as a gateway far away would."""
    commerce.deliver_pending_events(at=clock.now(), deliver=_post)


@app.task(name="send_receipt_mail", retry=_AGAIN)
def send_receipt_mail(order_id: str) -> None:
    """Mail the receipt of a paid order."""
    mail.send_receipt(UUID(order_id))


@app.task(name="send_refund_mail", retry=_AGAIN)
def send_refund_mail(order_id: str) -> None:
    """Mail what a refund did."""
    mail.send_refund(UUID(order_id))


@app.task(name="post_books", retry=_AGAIN)
def post_books() -> None:
    """Post what is new in every open month that has begun, telling what it does. Killed, it is run again."""
    now = clock.now()
    through = Month.of(day_in(now, settings.STOA_ENTITY_TIME_ZONE))
    with progress.telling("post_books", now=clock.now) as tell:
        run = posting.post(through=through, posted_at=now, tell=tell)
        batches = [month for month in run.months if month.batch is not None]
        words = ", ".join(f"{month.month} ({month.document_count:,})" for month in batches)
        progress.finish(
            "post_books",
            words=f"Posted documents by month: {words}."
            if batches
            else "Nothing is new: the journal already holds every document.",
            finished_at=clock.now(),
        )


@app.periodic(cron="* * * * *")
@app.task(name="sweep_payments", queueing_lock="sweep_payments")
def sweep_payments(timestamp: int) -> None:
    """Every minute: send refunds that a stopped process left behind, and tell events that nobody took."""
    refunds.resume(at=clock.now(), asked_before=clock.now() - _REFUND_PATIENCE)
    deliver_gateway_events()


@app.periodic(cron="* * * * *")
@app.task(name="retry_stalled_jobs", queueing_lock="retry_stalled_jobs", pass_context=True)
async def retry_stalled_jobs(context: JobContext, timestamp: int) -> None:
    """Every minute: run again what a worker that died had begun."""
    manager = context.app.job_manager
    for job in await manager.get_stalled_jobs():
        await manager.retry_job(job)


@app.periodic(cron="23 * * * *")
@app.task(name="refresh_popularity", queueing_lock="refresh_popularity")
def refresh_popularity(timestamp: int) -> None:
    """Every hour: let search know how many enrolled where, and which certificates are free."""
    discovery.refresh_popularity(on=day_in(clock.now(), settings.STOA_ENTITY_TIME_ZONE))


@app.periodic(cron="17 3 * * *")
@app.task(name="forget_ended_sessions", queueing_lock="forget_ended_sessions")
def forget_ended_sessions(timestamp: int) -> None:
    """Every night: delete sessions that have ended."""
    SessionStore.clear_expired()


def _post(payload: bytes, signature: str) -> None:
    request = urllib.request.Request(  # noqa: S310 - our own address from settings
        f"{settings.SITE_URL}/webhooks/payments",
        data=payload,
        headers={"Content-Type": "application/json", "Stoa-Signature": signature},
        method="POST",
    )
    with urllib.request.urlopen(request, timeout=_TIMEOUT_SECONDS):  # noqa: S310
        pass
