"""``stoa clock``: see or move the test clock of a demo or test installation."""

import argparse
import sys
from typing import Any

from stoa.cli.typed import instant
from stoa.kernel.refusals import Conflict


def add_to(commands: "argparse._SubParsersAction[Any]") -> None:
    parser = commands.add_parser(
        "clock",
        help="show the time, or move the test clock of a demo installation",
        description="Show this installation's time. '--to' moves it, only where a test clock already runs "
        "(the demo) or with '--start' on an empty installation.",
    )
    parser.add_argument(
        "--to", type=instant, metavar="TIME", help="move to this instant, such as 2025-10-15T09:00"
    )
    parser.add_argument("--start", action="store_true", help="begin to use a test clock here")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    from stoa.base import clock

    if arguments.to:
        if not (clock.is_test_clock() or arguments.start):
            raise Conflict("This installation runs on real time. Use --start only on a test installation.")
        before = clock.now()
        clock.set_test_clock(to=arguments.to)
        if arguments.to < before:
            print("The clock went back: what happened already may now lie in the future.", file=sys.stderr)
    kind = "test clock" if clock.is_test_clock() else "real time"
    print(f"{clock.now().isoformat(timespec='seconds')} ({kind})")
    return 0
