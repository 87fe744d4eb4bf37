"""``stoa worker``: run background jobs alone, for installations that serve the web elsewhere."""

import argparse
import os
import sys
from typing import Any


def add_to(commands: "argparse._SubParsersAction[Any]") -> None:
    parser = commands.add_parser(
        "worker",
        help="run background jobs until Ctrl-C ('serve' does this too)",
        description="Run background jobs until Ctrl-C. 'stoa serve' already runs one worker.",
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    os.execv(sys.executable, [sys.executable, "-m", "stoa.worker"])  # noqa: S606 - this very program
