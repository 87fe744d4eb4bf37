"""How commands print what a program reads."""

import argparse
import json
from datetime import UTC, datetime
from typing import Any


def add_json_option(parser: "argparse._ActionsContainer") -> None:
    """Let the command print JSON for programs instead of words for people."""
    parser.add_argument("--json", action="store_true", help="print JSON for programs")


def print_json(document: Any) -> None:
    """Print one JSON document, instants in UTC; plain ASCII, which every terminal and pipe can carry."""
    print(json.dumps(document, indent=2, default=_plain))


def _plain(value: object) -> str:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    return str(value)
