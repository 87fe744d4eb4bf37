"""``stoa opening``: what the opening balance says, and what documents from before explain of it."""

import argparse
from typing import Any

from stoa.cli.printed import add_json_option, print_json


def add_to(commands: "argparse._SubParsersAction[Any]") -> None:
    parser = commands.add_parser(
        "opening", help="compare the opening balance with the documents from before, account by account"
    )
    add_json_option(parser)
    parser.set_defaults(run=_run)


def _run(arguments: argparse.Namespace) -> int:
    from stoa.flows.openings import explained_opening
    from stoa.kernel.money import Money

    rows = explained_opening()
    if arguments.json:
        print_json(
            [
                {
                    "account": row.account.code,
                    "name": row.account.name,
                    "currency": row.currency,
                    "said_minor": row.said_minor,
                    "explained_minor": row.explained_minor,
                    "rest_minor": row.rest_minor,
                    "needs_documents": row.needs_documents,
                }
                for row in rows
            ]
        )
        return 0
    print(f"{'account':<46}{'opening':>18}{'explained':>18}{'rest':>18}")
    for row in rows:
        amounts = (row.said_minor, row.explained_minor, row.rest_minor)
        texts = "".join(f"{Money(amount, row.currency).decimal:>18,f}" for amount in amounts)
        mark = "  file what stands behind it" if row.needs_documents else ""
        print(f"{row.account.code} {row.account.name[:39]:<41}{texts} {row.currency}{mark}")
    return 0
