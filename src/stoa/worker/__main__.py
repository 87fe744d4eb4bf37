"""``python -m stoa.worker``: runs jobs until SIGINT or SIGTERM."""

import os
import signal
import threading


def main() -> None:
    """Set Django up and work until told to stop."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "stoa.settings")
    import django

    from stoa.base import database

    database.ensure_running()
    django.setup()
    from stoa.worker.run import run_worker

    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    run_worker(stop)


if __name__ == "__main__":
    main()
