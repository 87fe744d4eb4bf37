"""``stoa journal``: export the journal, verify its chain."""

import argparse
import sys
from pathlib import Path
from typing import Any

from stoa.cli.printed import add_json_option, print_json
from stoa.cli.typed import month


def add_to(commands: "argparse._SubParsersAction[Any]") -> None:
    parser = commands.add_parser(
        "journal", help="export the journal, or verify that nothing in it was altered"
    )
    actions = parser.add_subparsers(title="actions", metavar="ACTION", required=True)

    export = actions.add_parser("export", help="write the journal for another program")
    export.add_argument("--format", choices=("beancount", "csv", "json"), default="beancount")
    span = export.add_mutually_exclusive_group()
    span.add_argument(
        "--period", type=month, metavar="MONTH", help="one month alone (balances are carried forward)"
    )
    span.add_argument("--through", type=month, metavar="MONTH", help="from the beginning through a month")
    export.add_argument("--output", type=Path, metavar="FILE", help="write to a file (default: stdout)")
    export.set_defaults(run=_export)

    verify = actions.add_parser(
        "verify",
        help="compare every posted row and sealed file with the chain of hashes",
        description="Exit code 0 when nothing was altered, 2 with the places otherwise.",
    )
    add_json_option(verify)
    verify.set_defaults(run=_verify)


def _export(arguments: argparse.Namespace) -> int:
    from django.conf import settings

    from stoa.kernel.refusals import Invalid, NotFound
    from stoa.ledger import api as ledger
    from stoa.reporting import api as reporting

    entity = settings.STOA_ENTITY
    known = [period.month for period in ledger.periods_of(entity)]
    if not known:
        raise NotFound("The journal is empty: file documents and run stoa post first.")
    first = arguments.period or None
    through = arguments.period or arguments.through or known[-1]
    if arguments.format == "beancount":
        parts = reporting.beancount(entity=entity, first=first, through=through)
    else:
        lines = ledger.lines(entity=entity, month=first, through=through)
        parts = (
            reporting.csv_lines(lines)
            if arguments.format == "csv"
            else iter([reporting.json_document(entity=entity, lines=lines), "\n"])
        )
    if arguments.output is None:
        sys.stdout.writelines(parts)
        return 0
    try:
        with arguments.output.open("w", encoding="utf-8", newline="") as file:
            file.writelines(parts)
    except OSError as error:
        raise Invalid(f"{arguments.output} cannot be written: {error.strerror}.") from None
    print(f"Wrote {arguments.output}.", file=sys.stderr)
    return 0


def _verify(arguments: argparse.Namespace) -> int:
    from django.conf import settings

    from stoa.flows import month_end

    report = month_end.verify(entity=settings.STOA_ENTITY)
    if arguments.json:
        print_json({"batches": report.batch_count, "problems": list(report.problems)})
    elif report.problems:
        for problem in report.problems:
            print(problem)
        print(f"{len(report.problems)} places differ from what was posted.")
    else:
        print(f"{report.batch_count} batches, every row and sealed file as posted.")
    return 2 if report.problems else 0
