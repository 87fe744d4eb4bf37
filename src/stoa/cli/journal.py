"""``stoa journal``: export the journal, verify its chain."""

import argparse
import sys
from dataclasses import asdict
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

    accounts = actions.add_parser(
        "accounts",
        help="list the chart of accounts, and which of them an entry by hand may move",
        description="An asset or liability that is kept by documents of its own cannot be moved by hand.",
    )
    add_json_option(accounts)
    accounts.set_defaults(run=_accounts)

    waiting = actions.add_parser("waiting", help="list the manual entries that wait for approval")
    waiting.add_argument(
        "--through",
        type=month,
        metavar="MONTH",
        help="of months through this one (default: all that are filed)",
    )
    add_json_option(waiting)
    waiting.set_defaults(run=_waiting)

    approve = actions.add_parser(
        "approve",
        help="approve a manual entry that another person prepared",
        description="Files a document that names the entry, its day and its amount, so that nothing else is approved.",
    )
    approve.add_argument("entry", metavar="REFERENCE", help="reference of the manual entry")
    approve.add_argument("--by", required=True, metavar="EMAIL", help="the controller who approves")
    approve.add_argument(
        "--evidence",
        action="append",
        default=[],
        metavar="ADDRESS",
        help="what was looked at (may be repeated)",
    )
    approve.set_defaults(run=_approve)

    attach = actions.add_parser(
        "attach",
        help="keep a file as evidence, and print what a document says to name it",
        description="The file is kept under its SHA-256; stoa verify-books finds one that is missing or altered.",
    )
    attach.add_argument("file", type=Path, metavar="FILE")
    attach.set_defaults(run=_attach)

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


def _accounts(arguments: argparse.Namespace) -> int:
    from stoa.ledger import api as ledger

    chart = ledger.chart_of_accounts()
    rows = [
        {
            "code": each.code,
            "name": each.name,
            "type": each.type,
            "statement_line": each.statement_line,
            "by_hand": not (each.is_control and each.type in (ledger.ASSET, ledger.LIABILITY)),
        }
        for each in chart
    ]
    if arguments.json:
        print_json(rows)
        return 0
    for row in rows:
        words = "" if row["by_hand"] else "  (kept by its documents)"
        print(f"{row['code']}  {row['type']:9}  {row['name']}{words}")
    return 0


def _waiting(arguments: argparse.Namespace) -> int:
    from django.conf import settings

    from stoa.flows import approvals

    found = approvals.waiting(entity=settings.STOA_ENTITY, through=arguments.through)
    if arguments.json:
        print_json([asdict(each) for each in found])
        return 0
    for each in found:
        print(f"{each.entry_on}  {each.amount:>16,} {each.currency}  {each.reference}  {each.words}")
    print(f"{len(found)} entries wait.", file=sys.stderr)
    return 0


def _approve(arguments: argparse.Namespace) -> int:
    from django.conf import settings

    from stoa.base import clock
    from stoa.flows import approvals
    from stoa.kernel.spans import day_in
    from stoa.people import api as people

    filed = approvals.approve_entry(
        entry=arguments.entry,
        approver=people.find_person_by_email(arguments.by),
        approved_on=day_in(clock.now(), settings.STOA_ENTITY_TIME_ZONE),
        evidence=tuple({"address": address} for address in arguments.evidence),
    )
    print(f"{arguments.entry} is approved ({filed.reference}). It enters the books with the next stoa post.")
    return 0


def _attach(arguments: argparse.Namespace) -> int:
    from stoa.flows import evidence

    kept = evidence.keep(arguments.file)
    print_json({"address": kept.address, "sha256": kept.sha256})
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
