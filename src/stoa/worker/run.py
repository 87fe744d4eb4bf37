"""Runs jobs until told to stop."""

import asyncio
import contextlib
import threading

_STOP_SECONDS = 5.0


def run_worker(stop_event: threading.Event) -> None:
    """Run jobs of this installation until ``stop_event`` is set, then finish the one in hand (5 seconds)."""
    from procrastinate.contrib.django import app

    import stoa.worker.tasks  # noqa: F401 - defines the tasks

    asyncio.run(_run(app.with_connector(app.connector.get_worker_connector()), stop_event))  # type: ignore[attr-defined]


async def _run(app: "object", stop_event: threading.Event) -> None:
    async with app.open_async():  # type: ignore[attr-defined]
        worker = asyncio.create_task(
            app.run_worker_async(  # type: ignore[attr-defined]
                install_signal_handlers=False,
                delete_jobs="successful",
                shutdown_graceful_timeout=_STOP_SECONDS,
            )
        )
        while not stop_event.is_set() and not worker.done():
            await asyncio.sleep(0.2)
        if not worker.done():
            worker.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await worker
