"""How long one month of a million receipts takes: file, post, check and close, beside a plain scan.

    python benchmarks/close_a_million.py [--receipts 1000000]

Runs in a database of its own, made and dropped here, on the server the environment names. Prints wall and CPU
seconds of this process (with DuckDB) and of all, peak memory, and the ratio to reading the same columns once.
"""

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(PROJECT / "src"), str(PROJECT)]
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "stoa.settings")

from benchmarks.measuring import own_database, own_peak_mb, server_cpu  # noqa: E402


def main() -> None:
    """Run the benchmark and print its figures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--receipts", type=int, default=1_000_000)
    count = parser.parse_args().receipts

    from stoa.base import database

    database.ensure_running()
    import django

    django.setup()
    from django.conf import settings
    from django.core.management import call_command

    with own_database(), tempfile.TemporaryDirectory(dir=settings.DATA_FOLDER) as folder:
        settings.DATA_FOLDER = Path(folder)
        call_command("migrate", verbosity=0)
        _measure(count, Path(folder))


def _measure(count: int, folder: Path) -> None:
    from stoa.flows import month_end, posting
    from stoa.kernel.spans import Month
    from stoa.ledger import api as ledger
    from stoa.policies.engine import Engine
    from stoa.subledger import api as subledger

    month, at = Month(2025, 7), datetime(2025, 8, 1, 9, tzinfo=UTC)
    table, scan = folder / "receipts.parquet", folder / "scan.csv"
    _write_receipts(table, count)

    print(f"{count:,} receipts of one month\n")
    print(f"{'step':34}{'seconds':>9}{'CPU here':>10}{'CPU of PostgreSQL':>19}")
    _timed("file (Parquet to PostgreSQL)", lambda: subledger.file_table(table))
    _vacuum()

    def plain_scan() -> None:
        subledger.write_facts_that_move(scan, entity="bench", month=month)
        with Engine() as engine:
            engine.load_documents(scan)
            engine.query(
                "SELECT sum(price_minor), sum(tax_minor), sum(fee_minor), max(end_day) FROM documents"
            )

    scanned = _timed("plain scan of the same columns", plain_scan)
    posted = _timed(
        "post (derive, seal, journal)", lambda: posting.post(through=month, posted_at=at, entity="bench")
    )
    again = _timed(
        "post again (nothing new)", lambda: posting.post(through=month, posted_at=at, entity="bench")
    )
    closed = _timed(
        "close (derive again, check, lock)",
        lambda: month_end.close(month, closed_at=at, actor="benchmark", entity="bench"),
    )
    batch = ledger.batch_rows(entity="bench", month=month)[0]
    peak = own_peak_mb()
    print(f"\ncontract-level lines {batch.line_count:,}, journal lines {len(ledger.lines(entity='bench')):,}")
    print(f"peak memory of this process {peak:,.0f} MB")
    for name, (seconds, cpu) in (("post", posted), ("post again", again), ("close", closed)):
        print(
            f"{name}: {cpu / scanned[1]:.1f} times the CPU of the plain scan, {seconds / scanned[0]:.1f} times its seconds"
        )


def _write_receipts(path: Path, count: int) -> None:
    from stoa.policies.engine import Engine

    with Engine() as engine:
        engine.query(
            f"""COPY (SELECT 'receipt:' || i AS reference, 'bench' AS entity,
            TIMESTAMPTZ '2025-07-01 00:00:00+00' + to_seconds(i * 2678400 // {count}) AS received_at,
            TIMESTAMPTZ '2025-07-01 00:00:00+00' + to_seconds(i * 2678400 // {count}) AS access_granted_at,
            'USD' AS currency, 2900 + 1000 * (i % 8) AS price_minor, 50 * (i % 7) AS tax_minor,
            'US-NY' AS tax_jurisdiction, 115 + 29 * (i % 8) AS processing_fee_minor,
            DATE '2025-07-01' + CAST(i * 31 // {count} AS INTEGER) AS start_on,
            CAST(DATE '2025-07-01' + CAST(i * 31 // {count} AS INTEGER) + INTERVAL 6 MONTH AS DATE) AS end_on,
            'single_course' AS product, 'course-' || (i % 400) AS course, 'partner-' || (i % 40) AS partner,
            'learner:' || (i % 700000) AS customer, 'B-' || i AS "order"
            FROM range({count}) AS numbers (i)) TO '{path}' (FORMAT parquet)"""
        )


def _timed(name: str, step: Callable[[], object]) -> tuple[float, float]:
    before, before_server = time.process_time(), server_cpu()
    started = time.perf_counter()
    step()
    seconds = time.perf_counter() - started
    here, server = time.process_time() - before, server_cpu() - before_server
    print(f"{name:34}{seconds:9.2f}{here:10.2f}{server:19.2f}", flush=True)
    return seconds, here + server


def _vacuum() -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE subledger_sourcedocument")


if __name__ == "__main__":
    main()
