"""``stoa close``: check a month, lock it, seal it."""

import argparse
import getpass
from typing import Any

from stoa.cli.printed import add_json_option, print_json
from stoa.cli.typed import month


def add_to(commands: "argparse._SubParsersAction[Any]") -> None:
    parser = commands.add_parser(
        "close",
        help="check a month, lock it and seal it for good",
        description="Go through the checklist of a month: derive it again, compare control accounts, verify the chain. "
        "When all pass, the month is locked and sealed; otherwise the reasons are listed, nothing changes and the exit "
        "code is 2. Closing a closed month says so and changes nothing (exit code 0).",
    )
    parser.add_argument("month", type=month, metavar="MONTH", help="the month, such as 2025-09")
    parser.add_argument("--check", action="store_true", help="only go through the checklist")
    parser.add_argument("--by", default="", help="who closes (default: the name of this system account)")
    add_json_option(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    from stoa.base import clock
    from stoa.cli import progress
    from stoa.flows import month_end

    closed: Any = None
    try:
        with progress.steps(f"Closing {arguments.month}") as tell:
            if arguments.check:
                checks = month_end.check(arguments.month, checked_at=clock.now(), tell=tell)
            else:
                actor = arguments.by or getpass.getuser()
                closed = month_end.close(arguments.month, closed_at=clock.now(), actor=actor, tell=tell)
                checks = tuple(month_end.Check(**line) for line in closed.checks)
    except month_end.AlreadyClosed as already:
        closed = already.period
        _print(arguments, closed, (), "already closed")
        return 0
    except month_end.NotReadyToClose as refused:
        checks = refused.checks
    passed = all(check.passed for check in checks)
    _print(arguments, closed, checks, "closed" if closed else "ready" if passed else "refused")
    return 0 if passed else 2


def _print(arguments: argparse.Namespace, closed: Any, checks: Any, outcome: str) -> None:
    if arguments.json:
        document = {
            "month": str(arguments.month),
            "outcome": outcome,
            "seal": closed.seal if closed else None,
            "closed_at": closed.closed_at if closed else None,
            "closed_by": closed.closed_by if closed else None,
            "checks": [
                {"key": check.key, "title": check.title, "passed": check.passed, "words": check.words}
                for check in checks
            ],
        }
        print_json(document)
        return
    for check in checks:
        print(f"  {'pass' if check.passed else 'FAIL'}  {check.title}. {check.words}")
    sentences = {
        "closed": f"{arguments.month} is closed and sealed {closed.seal if closed else ''}.",
        "already closed": f"{arguments.month} is already closed, sealed {closed.seal if closed else ''}.",
        "ready": f"{arguments.month} can be closed.",
        "refused": f"{arguments.month} was not closed.",
    }
    print(sentences[outcome])
