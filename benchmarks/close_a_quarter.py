"""How long it takes to close the quarter of a company of a given shape: documents to statements.

    python benchmarks/close_a_quarter.py [--like reported-quarter] [--scale 1] [--profile FILE]

Simulates the company, files its documents, posts and closes every month before the quarter, then the quarter itself, and
makes its statements: in a database of its own, made and dropped here, on the server the environment names. Processor
seconds of this process (with DuckDB) and of PostgreSQL's backend; peak resident memory of both.
"""

import argparse
import cProfile
import os
import pstats
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(PROJECT / "src"), str(PROJECT)]
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "stoa.settings")

from benchmarks.measuring import own_database, own_peak_mb, server_cpu, server_peak_mb  # noqa: E402

#: What a company may cost at most: processor seconds and megabytes.
SECONDS_AT_MOST, MB_AT_MOST = 60, 4096


def main() -> None:
    """Run the benchmark and print its figures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--like", default="reported-quarter")
    parser.add_argument("--scale", type=Fraction, default=Fraction(1))
    parser.add_argument("--profile", type=Path, help="write where this process spends its time")
    arguments = parser.parse_args()

    from stoa.base import database

    database.ensure_running()
    import django

    django.setup()
    from django.conf import settings
    from django.core.management import call_command

    settings.DATA_FOLDER.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=settings.DATA_FOLDER) as folder, own_database():
        settings.DATA_FOLDER = Path(folder)
        call_command("migrate", verbosity=0)
        _measure(arguments, Path(folder))


def _measure(arguments: argparse.Namespace, folder: Path) -> None:
    from stoa.cli.documents import file_path
    from stoa.flows import closing_books
    from stoa.kernel.spans import Period
    from stoa.reporting import api as reporting
    from stoa.simulation import api as simulation
    from stoa.subledger import api as subledger

    shape = simulation.scaled(simulation.read_shape(arguments.like), factor=arguments.scale)
    quarter = Period.parse(shape.quarter)
    at = datetime(quarter.end_on.year, quarter.end_on.month, quarter.end_on.day, 9, tzinfo=UTC)
    written = simulation.write_company(shape, seed=1, folder=folder / "documents")
    print(f"{sum(written.documents.values()):,} documents of {shape.title}:")
    print(", ".join(f"{count:,} {name}" for name, count in written.documents.items()) + "\n")
    print(f"{'step':44}{'seconds':>9}{'CPU here':>10}{'CPU PostgreSQL':>16}")

    def closing(through: Any) -> Callable[[], object]:
        return lambda: closing_books.close_through(
            through, entity=shape.entity, closed_at=at, actor="benchmark"
        )

    filed = _timed("file the documents", lambda: file_path(str(written.folder)))
    _vacuum()
    before = quarter.months[0].plus(-1)
    months = before.months_since(subledger.first_month(shape.entity) or before) + 1
    _timed(f"post and close the {months} months before", closing(before))
    profile = cProfile.Profile() if arguments.profile else None
    if profile:
        profile.enable()
    closed = _timed(f"post and close the quarter, {quarter}", closing(quarter.months[-1]))
    told = _timed("statements, roll-forwards and notes", lambda: _statements(reporting, shape, quarter))
    if profile:
        profile.disable()
        with arguments.profile.open("w") as out:
            pstats.Stats(profile, stream=out).sort_stats("cumulative").print_stats(80)
    own, server = own_peak_mb(), server_peak_mb()
    print(
        f"\nfrom filed documents to statements: {closed + told:.1f} CPU-seconds; with filing every document {filed + closed + told:.1f}"
    )
    print(
        f"peak memory {own:,.0f} MB here, {server:,.0f} MB of PostgreSQL's backend, shared buffers included"
    )
    if arguments.scale == 1:
        verdict = "within" if closed + told < SECONDS_AT_MOST and own + server < MB_AT_MOST else "OVER"
        print(f"{verdict} {SECONDS_AT_MOST} CPU-seconds and {MB_AT_MOST:,} MB")


def _statements(reporting: Any, shape: Any, quarter: Any) -> None:
    report = reporting.statements(entity=shape.entity, period=quarter)
    assert all(tie.holds for tie in report.ties), [tie for tie in report.ties if not tie.holds]
    reporting.as_json(report, tables=report.tables)


def _timed(name: str, step: Callable[[], object]) -> float:
    before, before_server, started = time.process_time(), server_cpu(), time.perf_counter()
    step()
    seconds = time.perf_counter() - started
    here, server = time.process_time() - before, server_cpu() - before_server
    print(f"{name:44}{seconds:9.2f}{here:10.2f}{server:16.2f}", flush=True)
    return here + server


def _vacuum() -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE subledger_sourcedocument")


if __name__ == "__main__":
    main()
