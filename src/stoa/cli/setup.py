"""``stoa setup``: bring the database and the static files to this version."""

import argparse
from typing import Any


def add_to(commands: "argparse._SubParsersAction[Any]") -> None:
    parser = commands.add_parser(
        "setup",
        help="create or update the database and collect the static files",
        description="Create or update the database and collect the static files. Safe to run at any time.",
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    bring_up_to_date()
    print("The database and the static files are up to date. Next: stoa serve")
    return 0


def bring_up_to_date() -> None:
    """Apply outstanding migrations and collect static files under hashed names."""
    migrate()
    collect_static_files()


def migrate() -> None:
    """Apply outstanding migrations."""
    from django.core.management import call_command

    call_command("migrate", interactive=False, verbosity=0)


def collect_static_files() -> None:
    """Copy, hash and compress static files to where the server takes them from."""
    import os
    import subprocess
    import sys

    # In a process of its own: the storage backend is chosen when settings load.
    subprocess.run(
        [sys.executable, "-m", "django", "collectstatic", "--no-input", "--verbosity", "0"],
        env={**os.environ, "STOA_HASHED_STATIC": "1", "DJANGO_SETTINGS_MODULE": "stoa.settings"},
        check=True,
    )
