"""``stoa verify-books``: derive every month again and compare it with what is sealed."""

import argparse
from typing import Any

from stoa.cli.printed import add_json_option, print_json


def add_to(commands: "argparse._SubParsersAction[Any]") -> None:
    parser = commands.add_parser(
        "verify-books",
        help="derive every month again and compare it with what is posted and sealed",
        description="Verify the chain of hashes, the sealed files and the seals, then derive every month again from its "
        "documents and compare it, byte for byte, with what was sealed. Nothing is changed. Exit code 2 with the places "
        "when something was altered. Documents of an open month that are not posted yet are no fault.",
    )
    add_json_option(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    from stoa.cli import progress
    from stoa.flows import verification

    with progress.steps("Verifying") as tell:
        found = verification.verify_books(tell=tell)
    if arguments.json:
        print_json(
            {
                "batches": found.batch_count,
                "months": [
                    {
                        "month": str(each.month),
                        "closed": each.is_closed,
                        "batches": each.batch_count,
                        "lines": each.line_count,
                        "outcome": each.outcome,
                    }
                    for each in found.months
                ],
                "problems": found.problems,
            }
        )
        return 2 if found.problems else 0
    for each in found.months:
        state = "closed" if each.is_closed else "open"
        print(
            f"{each.month}  {state:6}  {each.batch_count} batches, {each.line_count:,} lines: {each.outcome}"
        )
    for problem in found.problems:
        print(problem)
    print(
        f"{len(found.problems)} places differ from what was posted."
        if found.problems
        else f"{len(found.months)} months derived again: the books are what their documents say."
    )
    return 2 if found.problems else 0
