"""``stoa statements``: everything the books say about a month, a quarter or a year."""

import argparse
import sys
from pathlib import Path
from typing import Any

from stoa.cli.printed import print_json
from stoa.cli.typed import period
from stoa.kernel.refusals import Invalid, Refusal

FORMATS = ("text", "json", "csv", "xlsx", "html")


class UnknownStatement(Refusal):
    """No table has that name."""

    code = "unknown_statement"


def add_to(commands: "argparse._SubParsersAction[Any]") -> None:
    parser = commands.add_parser(
        "statements",
        help="print the statements, roll-forwards, notes and key figures of a period",
        description="Balance sheets, operations, comprehensive loss, stockholders' equity, cash flows; roll-forwards "
        "that tie to the control accounts; notes as tables; segment margin, adjusted EBITDA, free cash flow, a cash "
        "forecast and key figures. Each figure says how it is computed.",
    )
    parser.add_argument(
        "period", type=period, metavar="PERIOD", help="a month, quarter or year: 2025-09, 2025-Q3, 2025"
    )
    parser.add_argument("--compare", action="store_true", help="add the year before and the change")
    parser.add_argument("--format", choices=FORMATS, default="text")
    parser.add_argument("--currency", default="USD", metavar="CODE")
    parser.add_argument(
        "--group",
        action="store_true",
        help="consolidate the company with every entity registered below it",
    )
    parser.add_argument(
        "--statement",
        action="append",
        default=[],
        metavar="NAME",
        help="this table alone, such as balance-sheet or cash-flows; may be repeated",
    )
    parser.add_argument("--output", type=Path, metavar="FILE", help="write to a file (default: stdout)")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    from django.conf import settings

    from stoa.reporting import api as reporting

    entity = settings.STOA_ENTITY
    asked: dict[str, Any] = {
        "period": arguments.period,
        "compare": arguments.compare,
        "currency": arguments.currency.upper(),
    }
    report = (
        reporting.consolidated(head=entity, **asked)
        if arguments.group
        else reporting.statements(entity=entity, **asked)
    )
    names = [table.name for table in report.tables]
    unknown = [name for name in arguments.statement if name not in names]
    if unknown:
        raise UnknownStatement(f"There is no statement {unknown[0]!r}; there are {', '.join(names)}.")
    tables = [
        table for table in report.tables if not arguments.statement or table.name in arguments.statement
    ]
    if arguments.format == "xlsx":
        _write_bytes(arguments, reporting.as_xlsx(report, tables=tables))
    elif arguments.format == "json" and arguments.output is None:
        print_json(reporting.as_json(report, tables=tables))
    else:
        _write_text(arguments, _text(arguments.format, report, tables))
    return 0


def _text(form: str, report: Any, tables: Any) -> str:
    import json

    from stoa.reporting import api as reporting

    if form == "json":
        return json.dumps(reporting.as_json(report, tables=tables), indent=2) + "\n"
    if form == "csv":
        return "".join(reporting.as_csv(report, tables=tables))
    if form == "html":
        return reporting.as_html(report, tables=tables)
    return "\n".join(reporting.as_text(report, tables=tables)) + "\n"


def _write_text(arguments: argparse.Namespace, text: str) -> None:
    if arguments.output is None:
        sys.stdout.write(text)
    else:
        _write_file(arguments.output, text.encode())


def _write_bytes(arguments: argparse.Namespace, content: bytes) -> None:
    if arguments.output is not None:
        _write_file(arguments.output, content)
    elif sys.stdout.isatty():
        raise Invalid("A workbook is no text: give --output FILE.xlsx, or send it to a file.")
    else:
        sys.stdout.buffer.write(content)


def _write_file(path: Path, content: bytes) -> None:
    try:
        path.write_bytes(content)
    except OSError as error:
        raise Invalid(f"{path} cannot be written: {error.strerror}.") from None
