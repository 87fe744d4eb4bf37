"""``stoa doctor``: look for what would hurt this installation, and say what to do."""

import argparse
import os
import shutil
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from stoa.cli.printed import add_json_option, print_json

_LOW_DISK_BYTES = 1_000_000_000


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at: ``ok``, ``warning`` or ``failed``, and what to do about it."""

    name: str
    state: str
    text: str


def add_to(commands: "argparse._SubParsersAction[Any]") -> None:
    parser = commands.add_parser(
        "doctor",
        help="check this installation and say what to do",
        description="Check this installation. Exit code 1 when something is broken.",
    )
    add_json_option(parser)
    parser.set_defaults(run=run, needs_database=False)


def run(arguments: argparse.Namespace) -> int:
    findings = [_looked_at(name, look) for name, look in _LOOKS.items()]
    if arguments.json:
        print_json([asdict(finding) for finding in findings])
    else:
        for finding in findings:
            print(f"{finding.state:>8}  {finding.name}: {finding.text}")
    return 1 if any(finding.state == "failed" for finding in findings) else 0


def _looked_at(name: str, look: Callable[[], tuple[str, str]]) -> Finding:
    try:
        return Finding(name, *look())
    except Exception as error:  # a doctor reports whatever it finds, and goes on
        return Finding(name, "failed", f"{type(error).__name__}: {error}")


def _python() -> tuple[str, str]:
    version = ".".join(str(part) for part in sys.version_info[:3])
    return ("ok" if sys.version_info >= (3, 11) else "failed"), f"Python {version}"


def _database() -> tuple[str, str]:
    import django
    from django.db import connection

    from stoa.base import database

    database.ensure_running()
    django.setup()
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('server_version'), current_setting('fsync')")
        version, fsync = cursor.fetchone()
    kind = "external" if database.is_external() else "embedded"
    if fsync != "on":
        return "warning", f"{kind} PostgreSQL {version} with fsync off: data may be lost with the machine"
    return "ok", f"{kind} PostgreSQL {version}"


def _migrations() -> tuple[str, str]:
    from stoa.base import database

    missing = database.outstanding_migrations()
    if missing:
        return "failed", f"{missing} outstanding: run 'stoa setup'"
    return "ok", "all applied"


def _data_folder() -> tuple[str, str]:
    from stoa.base import environment

    folder: Path = environment.data_folder()
    if not os.access(folder, os.W_OK):
        return "failed", f"{folder} cannot be written"
    free = shutil.disk_usage(folder).free
    state = "warning" if free < _LOW_DISK_BYTES else "ok"
    return state, f"{folder}, {free // 1_000_000_000} GB free"


def _secret_key() -> tuple[str, str]:
    from stoa.base import environment

    path = environment.data_folder() / "secret-key"
    if environment.text("STOA_SECRET_KEY"):
        return "ok", "from the environment"
    if path.exists() and path.stat().st_mode & 0o077:
        return "failed", f"{path} can be read by others: chmod 600"
    return "ok", "kept in the data folder, readable by its owner alone"


def _clock() -> tuple[str, str]:
    from stoa.base import clock

    instant = clock.now().isoformat(timespec="seconds")
    return ("warning", f"test clock: {instant}") if clock.is_test_clock() else ("ok", f"real time: {instant}")


def _mail() -> tuple[str, str]:
    from django.conf import settings

    if "filebased" in settings.EMAIL_BACKEND:
        return (
            "warning",
            f"no mail server: messages are written to {settings.EMAIL_FILE_PATH} (set STOA_MAIL_HOST)",
        )
    return "ok", f"{settings.EMAIL_HOST}:{settings.EMAIL_PORT}"


def _site() -> tuple[str, str]:
    from django.conf import settings

    if settings.DEBUG:
        return "warning", "STOA_DEBUG is on: never on a public address"
    if not settings.SITE_URL.startswith("https://"):
        return (
            "warning",
            f"{settings.SITE_URL} is not https: fine on your own machine alone (set STOA_SITE_URL)",
        )
    return "ok", settings.SITE_URL


_LOOKS: dict[str, Callable[[], tuple[str, str]]] = {
    "python": _python,
    "database": _database,
    "migrations": _migrations,
    "data folder": _data_folder,
    "secret key": _secret_key,
    "clock": _clock,
    "mail": _mail,
    "site": _site,
}
