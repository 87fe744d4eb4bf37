"""``stoa post``: derive the journal from the documents and post what is new."""

import argparse
from typing import Any

from stoa.cli.printed import add_json_option, print_json
from stoa.cli.typed import month


def add_to(commands: "argparse._SubParsersAction[Any]") -> None:
    parser = commands.add_parser(
        "post",
        help="derive the journal from the documents and post what is new",
        description="Apply the policies to every open month and post what its journal lacks. Safe to repeat: "
        "without new documents nothing is posted.",
    )
    parser.add_argument(
        "--through", type=month, metavar="MONTH", help="last month, such as 2025-09 (default: this month)"
    )
    add_json_option(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    from django.conf import settings

    from stoa.base import clock
    from stoa.cli import progress
    from stoa.flows import posting
    from stoa.kernel.spans import Month, day_in

    now = clock.now()
    through = arguments.through or Month.of(day_in(now, settings.STOA_ENTITY_TIME_ZONE))
    with progress.steps("Posting") as tell:
        posted = posting.post(through=through, posted_at=now, tell=tell)
    if arguments.json:
        print_json(_as_json(posted))
        return 0
    if not posted.months:
        print("There is nothing to post: no document is filed, or every month is locked.")
    for each in posted.months:
        if each.batch is None:
            print(f"{each.month}  nothing new")
        else:
            print(
                f"{each.month}  batch {each.batch.number}: {each.line_count:,} lines of {each.document_count:,} documents, "
                f"sealed {each.batch.hash[:12]}"
            )
    return 0


def _as_json(posted: Any) -> dict[str, object]:
    return {
        "entity": posted.entity,
        "lines": posted.line_count,
        "months": [
            {
                "month": str(each.month),
                "lines": each.line_count,
                "documents": each.document_count,
                "batch": each.batch.number if each.batch else None,
                "entry": each.batch.entry_reference if each.batch else None,
                "hash": each.batch.hash if each.batch else None,
            }
            for each in posted.months
        ],
    }
