"""Entry point of ``stoa``."""

import argparse
import importlib
import os
import sys
from collections.abc import Sequence

from stoa.kernel.refusals import Refusal

#: Command modules in the order ``--help`` lists them. Modules are imported late: ``--help`` stays fast.
MODULES = (
    "setup",
    "serve",
    "demo",
    "import_",
    "courses",
    "access",
    "post",
    "close",
    "journal",
    "documents",
    "reports",
    "policies",
    "people",
    "clock",
    "doctor",
)


def main(argv: Sequence[str] | None = None) -> int:
    """Run ``stoa`` with ``argv`` and return its exit code."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "stoa.settings")
    parser = _parser()
    arguments = parser.parse_args(argv)
    if arguments.run is None:
        parser.print_help()
        return 2
    try:
        if arguments.needs_database:
            _open_database()
        return int(arguments.run(arguments) or 0)
    except Refusal as refusal:
        print(f"stoa: {refusal}", file=sys.stderr)
        return 2
    except BrokenPipeError:
        sys.stdout = open(os.devnull, "w")  # noqa: SIM115 - for the interpreter's last flush
        return 0
    except KeyboardInterrupt:
        print("\nstoa: interrupted", file=sys.stderr)
        return 130


def _parser() -> argparse.ArgumentParser:
    import stoa

    parser = argparse.ArgumentParser(
        prog="stoa",
        description="Stoa: an online learning marketplace that teaches, sells and closes its own books.",
        epilog="'stoa COMMAND --help' explains one command. Settings come from the environment: see docs/guide.",
    )
    parser.add_argument("--version", action="version", version=f"stoa {stoa.__version__}")
    parser.set_defaults(run=None, needs_database=True)
    commands = parser.add_subparsers(title="commands", metavar="COMMAND")
    for name in MODULES:
        try:
            module = importlib.import_module(f"stoa.cli.{name}")
        except ModuleNotFoundError as error:
            if error.name != f"stoa.cli.{name}":
                raise
            continue
        module.add_to(commands)
    return parser


def _open_database() -> None:
    from stoa.base import database

    database.ensure_running()
    import django

    django.setup()


if __name__ == "__main__":
    sys.exit(main())
