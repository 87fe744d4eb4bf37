"""``stoa import``: bring a partner's course in from a file."""

import argparse
import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from stoa.cli.printed import add_json_option, print_json
from stoa.kernel.money import Money
from stoa.kernel.refusals import Invalid, Refusal


def add_to(commands: Any) -> None:
    """Add ``import`` to the parser."""
    parser = commands.add_parser(
        "import",
        help="import an Open edX course (OLX)",
        description=(
            "Import an Open edX course or content library from a folder, .tar.gz, .tar or .zip. The same course "
            "again becomes its next version. Nothing is stored when the file cannot be used (exit code 2)."
        ),
    )
    parser.add_argument("path", type=_path, metavar="PATH", help="the course: a folder or an archive")
    parser.add_argument("--report", type=Path, metavar="FILE.json", help="write what was found to this file")
    parser.add_argument(
        "--partner", metavar="SLUG", help="the partner that offers it (default: its organization)"
    )
    parser.add_argument(
        "--price", default="49.00", metavar="AMOUNT", help="price of a new course (default: 49.00)"
    )
    parser.add_argument(
        "--currency", default="USD", metavar="CODE", help="currency of the price (default: USD)"
    )
    parser.add_argument("--draft", action="store_true", help="do not publish or price it yet")
    add_json_option(parser)
    parser.set_defaults(run=run)


def _path(text: str) -> Path:
    if not text.strip():
        raise argparse.ArgumentTypeError("is empty: name a folder or an archive")
    return Path(text)


def run(arguments: argparse.Namespace) -> int:
    """Import and say what came in; a refused file also leaves its reason in the report."""
    price = None if arguments.draft else _price(arguments.price, arguments.currency)
    _refuse_unwritable(arguments.report)
    from stoa.courseware.api import BlockCounts

    try:
        return _import(arguments, price)
    except Refusal as refusal:
        report: dict[str, Any] = {
            **{
                "format": None,
                "course": None,
                "counts": asdict(BlockCounts()),
                "unsupported": [],
                "warnings": [],
            },
            "errors": [
                {"path": str(arguments.path), "line": 0, "message": str(refusal), "code": refusal.code}
            ],
        }
        _write(report, arguments)
        raise


def _import(arguments: argparse.Namespace, price: Money | None) -> int:
    from stoa.base import clock
    from stoa.courseware import api as courseware
    from stoa.flows.import_course import import_course

    say = _silent if arguments.json else print
    with _progress(arguments.path.name) as report_bytes:
        parsed = courseware.read_course(arguments.path, report=report_bytes)
    with parsed:
        say(f"Read {parsed.about.title} ({parsed.source_key}): {_counted(asdict(parsed.counts))}.")
        made = import_course(parsed, imported_at=clock.now(), price=price, partner_slug=arguments.partner)
        _write(_report(parsed, made), arguments)
        _say_notes(parsed, say)
    say(f"Stored as version {made.version.number} of /courses/{made.course.slug}.")
    if made.course.status == "draft":
        say("It is a draft. Next: import it again without --draft to publish it.")
    else:
        say(f"It is published. Next: open its page, or 'stoa courses unsupported {made.course.slug}'.")
    return 0


def _report(parsed: Any, made: Any) -> dict[str, Any]:
    """The report's keys are a promise (docs/guide/import.md)."""
    return {
        "format": parsed.format,
        "course": {
            "key": parsed.source_key,
            "org": parsed.about.org,
            "number": parsed.about.number,
            "run": parsed.about.run,
            "title": parsed.about.title,
            "slug": made.course.slug,
            "version": made.version.number,
        },
        "counts": asdict(parsed.counts),
        "drafts": parsed.drafts,
        "blocks": dict(parsed.tags),
        "unsupported": [asdict(each) for each in parsed.unsupported],
        "warnings": [asdict(each) for each in parsed.warnings],
        "errors": [asdict(each) for each in parsed.errors],
    }


def _write(report: dict[str, Any], arguments: argparse.Namespace) -> None:
    if arguments.report:
        text = json.dumps(report, ensure_ascii=False, indent=2)
        try:
            arguments.report.write_text(text + "\n", encoding="utf-8", errors="replace")
        except OSError as error:
            print(f"stoa: the report could not be written: {error}", file=sys.stderr)
    if arguments.json:
        print_json(report)


def _say_notes(parsed: Any, say: Callable[[str], None]) -> None:
    if parsed.unsupported:
        kinds = _counted(_tally(each.type for each in parsed.unsupported))
        say(f"Kept, but not played yet: {kinds}.")
    for note in parsed.warnings[:5]:
        place = f"{note.path}:{note.line}" if note.line else note.path
        say(f"  warning: {place}: {note.message}")
    if len(parsed.warnings) > 5:
        say(f"  and {len(parsed.warnings) - 5} more warnings (use --report FILE.json to see all).")


def _tally(names: Iterator[str]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for name in names:
        counts[name] = counts.get(name, 0) + 1
    return counts


def _counted(counts: dict[str, int]) -> str:
    return ", ".join(f"{count} {name}" for name, count in counts.items() if count)


def _price(amount: str, currency: str) -> Money:
    try:
        price = Money.of(Decimal(amount), currency.upper())
    except (InvalidOperation, ValueError):
        raise Invalid(f"{amount} {currency} is not a price such as 49.00 USD.") from None
    if price.amount_minor <= 0:
        raise Invalid("A price is more than nothing; use --draft to import without one.")
    return price


def _refuse_unwritable(report: Path | None) -> None:
    if report is not None and (report.is_dir() or not report.resolve().parent.is_dir()):
        raise Invalid(f"The report cannot be written to {report}: its folder does not exist.")


def _silent(_: str) -> None:
    pass


@contextmanager
def _progress(name: str) -> Iterator[Callable[[int, int], None]]:
    """A bar of bytes on a terminal; nothing for programs."""
    if not sys.stderr.isatty():
        yield lambda done, total: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn

    columns = (TextColumn("Reading {task.description}"), BarColumn(bar_width=24), DownloadColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task(name, total=None)
        yield lambda done, total: progress.update(task, completed=done, total=total)
