"""Entry point of ``stoa``."""

import argparse
import importlib
import os
import sys
from collections.abc import Sequence

from stoa.base.environment import BadSetting
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
    "periods",
    "audit",
    "journal",
    "verify_books",
    "documents",
    "opening",
    "simulate",
    "reports",
    "partners",
    "statements",
    "policies",
    "people",
    "clock",
    "worker",
    "doctor",
)


class DatabaseUnreachable(Refusal):
    """No connection to the database."""

    code = "database_unreachable"


class DatabaseOutdated(Refusal):
    """The database was made by another version of Stoa."""

    code = "database_outdated"


def main(argv: Sequence[str] | None = None) -> int:
    """Run ``stoa`` with ``argv`` and return its exit code."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "stoa.settings")
    parser = _parser()
    arguments = parser.parse_args(_entity_first(sys.argv[1:] if argv is None else argv))
    if arguments.books_of:
        os.environ["STOA_ENTITY"] = arguments.books_of
    if arguments.run is None:
        parser.print_help()
        return 2
    try:
        needed = arguments.needs_database
        if needed(arguments) if callable(needed) else needed:
            _open_database(arguments.command)
        return int(arguments.run(arguments) or 0)
    except Refusal as refusal:
        print(f"stoa: {refusal}", file=sys.stderr)
        return 2
    except BadSetting as bad:
        print(bad, file=sys.stderr)
        return 2
    except BrokenPipeError:
        sys.stdout = open(os.devnull, "w")  # noqa: SIM115 - for the interpreter's last flush
        return 0
    except KeyboardInterrupt:
        print("\nstoa: interrupted", file=sys.stderr)
        return 130


def _entity_first(argv: Sequence[str]) -> list[str]:
    """The words typed, with ``--entity NAME`` in front wherever it stands: it belongs to every command."""
    front: list[str] = []
    rest: list[str] = []
    words = iter(argv)
    for word in words:
        if word == "--entity":
            front += [word, *([value] if (value := next(words, None)) is not None else [])]
        elif word.startswith("--entity="):
            front.append(word)
        else:
            rest.append(word)
    return [*front, *rest]


def _parser() -> argparse.ArgumentParser:
    import stoa

    parser = argparse.ArgumentParser(
        prog="stoa",
        description="Stoa: an online learning marketplace that teaches, sells and closes its own books.",
        epilog="'stoa COMMAND --help' explains one command. Settings come from the environment: see docs/guide.",
    )
    parser.add_argument("--version", action="version", version=f"stoa {stoa.__version__}")
    parser.add_argument(
        "--entity",
        dest="books_of",
        metavar="NAME",
        help="company whose books the command means (default: STOA_ENTITY)",
    )
    parser.set_defaults(run=None, needs_database=True)
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", dest="command")
    for name in MODULES:
        importlib.import_module(f"stoa.cli.{name}").add_to(commands)
    return parser


def command_names() -> list[str]:
    """Return the names of all commands."""
    actions = _parser()._subparsers
    assert actions is not None
    return list(actions._group_actions[0].choices or ())


def _open_database(command: str) -> None:
    import django
    from django.db import OperationalError

    from stoa.base import database

    database.ensure_running()
    django.setup()
    try:
        missing = database.outstanding_migrations()
    except OperationalError as error:
        reason = str(error).strip().splitlines()[0]
        raise DatabaseUnreachable(
            f"The database cannot be reached: {reason}. Is DATABASE_URL right?"
        ) from None
    if missing and command not in {"setup", "serve", "demo"}:
        if not database.is_new():
            raise DatabaseOutdated(
                f"The database lacks {missing} migrations of this version: run 'stoa setup'."
            )
        from stoa.cli.setup import migrate

        print("Setting up the database, once …", file=sys.stderr, flush=True)
        migrate()


if __name__ == "__main__":
    sys.exit(main())
