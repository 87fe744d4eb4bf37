"""How long the largest course at hand takes to come in, and how much memory.

    python benchmarks/import_course.py [PATH ...]

Without a path the Open edX course with the most files in ../shared/content (or STOA_SHARED_CONTENT) is taken.
Imports into a database of its own, made and dropped here, in a fresh process, and prints one table row: reading
(unpack, parse, sanitize), storing (rows, files, search index), CPU of this process, peak memory.
"""

import argparse
import os
import resource
import sys
import tarfile
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(PROJECT / "src"))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "stoa.settings")
os.environ.setdefault("STOA_LOG_LEVEL", "ERROR")

CONTENT = Path(os.environ.get("STOA_SHARED_CONTENT") or PROJECT.parent / "shared" / "content")


def main() -> None:
    """Import each path and print a row of Markdown."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("paths", nargs="*", type=Path)
    paths = parser.parse_args().paths or _largest()
    if not paths:
        sys.exit("There is no olx-*.tar.gz at hand: name a course.")

    from stoa.base import database

    database.ensure_running()
    import django

    django.setup()
    from django.conf import settings
    from django.db import connection
    from django.test.utils import setup_databases, teardown_databases

    with tempfile.TemporaryDirectory() as media:
        settings.STORAGES["default"]["OPTIONS"]["location"] = media
        made = setup_databases(verbosity=0, interactive=False)
        try:
            connection.ensure_connection()
            print("| course | files | items | read s | store s | CPU s | peak MB |")
            print("|---|---:|---:|---:|---:|---:|---:|")
            for path in paths:
                print(_row(path))
        finally:
            teardown_databases(made, verbosity=0)


def _row(path: Path) -> str:
    from stoa.courseware import api as courseware
    from stoa.flows.import_course import import_course
    from stoa.kernel.money import usd

    cpu = time.process_time()
    start = time.perf_counter()
    with courseware.read_course(path) as parsed:
        read = time.perf_counter()
        import_course(parsed, imported_at=datetime.now(UTC), price=usd("49.00"))
        stored = time.perf_counter()
        files = len(parsed.sources.paths) + len(parsed.assets)
        items = parsed.counts.items
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return (
        f"| {path.name} | {files} | {items} | {read - start:.2f} | {stored - read:.2f} "
        f"| {time.process_time() - cpu:.2f} | {peak:.0f} |"
    )


def _largest() -> list[Path]:
    sizes: dict[Path, int] = {}
    for path in CONTENT.glob("olx-*.tar.gz"):
        with tarfile.open(path) as archive:
            sizes[path] = len(archive.getnames())
    return sorted(sizes, key=lambda path: sizes[path])[-1:]


if __name__ == "__main__":
    main()
