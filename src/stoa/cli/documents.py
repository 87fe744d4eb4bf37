"""``stoa documents``: list, show and file source documents."""

import argparse
import codecs
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from stoa.cli.printed import add_json_option, print_json
from stoa.cli.typed import month

#: Longer lines are refused: the largest documents have a hundred thousand rows of some hundred characters.
_LONGEST_LINE = 32 * 1024**2
#: What a file that is no JSON lines begins with, and what to do about it.
_OTHER_FILES = {
    b"\x1f\x8b": "is compressed; unpack it first, as with gunzip -c FILE | stoa documents file -",
    b"PK\x03\x04": "is a ZIP archive or a spreadsheet; file the JSON lines or the Parquet table in it",
    b"PAR1": "is a Parquet table; give its name the ending .parquet",
    b"\xff\xfe": "is UTF-16 text; save it as UTF-8",
    b"\xfe\xff": "is UTF-16 text; save it as UTF-8",
}

if TYPE_CHECKING:
    from stoa.flows import filing
    from stoa.subledger.api import FilingReport


def add_to(commands: "argparse._SubParsersAction[Any]") -> None:
    parser = commands.add_parser("documents", help="list, show and file source documents")
    actions = parser.add_subparsers(title="actions", metavar="ACTION", required=True)

    listing = actions.add_parser("list", help="list documents, newest effect first")
    listing.add_argument("--period", type=month, metavar="MONTH", help="those that count from this month")
    listing.add_argument("--kind", default="", help="a kind, as stoa documents kinds lists them")
    listing.add_argument("--about", default="", metavar="TEXT", help="a reference, order, course or partner")
    listing.add_argument("--page", type=int, default=1)
    add_json_option(listing)
    listing.set_defaults(run=_list)

    show = actions.add_parser("show", help="show one document and what its contract earns")
    show.add_argument("reference")
    add_json_option(show)
    show.set_defaults(run=_show)

    file = actions.add_parser(
        "file",
        help="file documents of any kind from JSON lines or Parquet",
        description="One JSON object a line, with its kind (see stoa documents schema). A Parquet table has the same "
        "fields as columns; without a column kind its rows are receipts. Filing is idempotent: known documents are "
        "counted, refused ones are listed with the reason and do not sink the rest. Exit code 2 when any was refused.",
    )
    file.add_argument(
        "path", metavar="FILE", nargs="?", help="a .jsonl or .parquet file, a folder of them, or - for stdin"
    )
    file.add_argument("--schema", metavar="KIND", help="print the JSON schema of a kind of document and stop")
    add_json_option(file)
    file.set_defaults(run=_file)

    kinds = actions.add_parser("kinds", help="list the kinds of document that can be filed")
    add_json_option(kinds)
    kinds.set_defaults(run=_kinds)

    schema = actions.add_parser("schema", help="print the JSON schema of a kind of document")
    schema.add_argument("kind", metavar="KIND")
    schema.set_defaults(run=lambda arguments: _schema(arguments.kind))


def _list(arguments: argparse.Namespace) -> int:
    from django.conf import settings

    from stoa.kernel.money import Money
    from stoa.subledger import api as subledger

    page = subledger.list_documents(
        entity=settings.STOA_ENTITY,
        month=arguments.period,
        kind=arguments.kind,
        text=arguments.about,
        page=arguments.page,
    )
    if arguments.json:
        document = {"total": page.total, "page": page.page, "pages": page.pages}
        print_json(document | {"documents": [_as_json(row) for row in page.rows]})
        return 0
    for row in page.rows:
        minor = subledger.amount_minor_of(row)
        amount = "" if minor is None else Money(minor, row.currency).decimal
        late = f"  late: counts from {row.counts_from:%Y-%m}" if row.is_late else ""
        print(
            f"{row.effective_on}  {row.kind:22} {amount!s:>14} {row.currency}  {row.reference}  {row.order}{late}"
        )
    print(f"{page.total} documents, page {page.page} of {page.pages}", file=sys.stderr)
    return 0


def _show(arguments: argparse.Namespace) -> int:
    from stoa.reporting import api as reporting
    from stoa.subledger import api as subledger

    row = subledger.find_document(arguments.reference)
    number = subledger.number_of(row.id)
    schedule = reporting.schedule_of(subledger.documents_of_contract(row.contract))
    if arguments.json:
        periods = (
            [asdict(period) | {"month": str(period.month)} for period in schedule.periods] if schedule else []
        )
        print_json({"document": _as_json(row), "number": number, "schedule": periods})
        return 0
    if number is not None:
        print(f"{'number':14} {number}")
    for name, value in _as_json(row).items():
        print(f"{name:14} {value}")
    if schedule:
        print(f"\n{'month':10}{'days':>6}{'earned':>14}{'to date':>14}{'deferred':>14}   {schedule.policy}")
        for period in schedule.periods:
            print(
                f"{period.month!s:10}{period.days:>6}{period.recognized_minor:>14}{period.to_date_minor:>14}"
                f"{period.deferred_minor:>14}"
            )
    return 0


def _file(arguments: argparse.Namespace) -> int:
    from stoa.cli import progress
    from stoa.kernel.refusals import Invalid

    if arguments.schema:
        return _schema(arguments.schema)
    if not arguments.path:
        raise Invalid("Name a file or folder of documents, or - for stdin.")
    with progress.steps("Filing") as tell:
        report = file_path(arguments.path, tell)
    if arguments.json:
        reasons = [{"reference": reference, "reason": reason} for reference, reason in report.refused]
        print_json({"filed": report.new, "known": report.known, "refused": reasons})
    else:
        for reference, reason in report.refused:
            print(f"refused {reference}: {reason}", file=sys.stderr)
        print(f"{report.new} filed, {report.known} known already, {len(report.refused)} refused.")
    return 2 if report.refused else 0


def file_path(path: str, tell: Callable[[str], None] = lambda words: None) -> "FilingReport":
    """File the documents of a ``.jsonl`` or ``.parquet`` file, of every such file of a folder, or of ``-``."""
    from stoa.flows import filing
    from stoa.kernel.refusals import Invalid
    from stoa.subledger import api as subledger

    if path != "-" and Path(path).is_dir():
        files = sorted(each for each in Path(path).iterdir() if each.suffix in (".jsonl", ".parquet"))
        if not files:
            raise Invalid(f"{path} holds no .jsonl or .parquet file of documents.")
        reports = []
        for each in files:
            tell(each.name)
            reports.append(file_path(str(each)))
        return subledger.FilingReport(
            sum(report.new for report in reports),
            sum(report.known for report in reports),
            tuple(refused for report in reports for refused in report.refused),
        )
    if not path.endswith(".parquet"):
        return filing.file_rows((f"line {number}", line) for number, line in enumerate(_lines_of(path), 1))
    if not Path(path).is_file():
        raise Invalid(f"{path} is not there.")
    many = subledger.file_table(Path(path))
    few = filing.file_rows(_few_of_table(Path(path)))
    return subledger.FilingReport(many.new + few.new, many.known + few.known, (*many.refused, *few.refused))


def _lines_of(path: str) -> "Iterator[str | filing.Refused]":
    from stoa.kernel.refusals import Invalid

    if path == "-":
        yield from _texts_of(sys.stdin.buffer, path)
        return
    try:
        with open(path, "rb") as file:
            yield from _texts_of(file, path)
    except OSError as error:
        raise Invalid(f"{path} cannot be read: {error.strerror or error}.") from None


def _texts_of(file: BinaryIO, path: str) -> "Iterator[str | filing.Refused]":
    """The lines of a file, each read by itself: one that is too long or no text is refused in its place."""
    from stoa.flows import filing
    from stoa.kernel.refusals import Invalid

    line = file.readline(_LONGEST_LINE).removeprefix(codecs.BOM_UTF8)
    for sign, words in _OTHER_FILES.items():
        if line.startswith(sign):
            raise Invalid(f"{path} {words}.")
    if line.lstrip()[:1] == b"[":
        raise Invalid(
            f"{path} holds a JSON array. Write one document a line, without the brackets and commas around."
        )
    while line:
        whole = line.endswith(b"\n") or len(line) < _LONGEST_LINE
        if not whole:
            while line and not line.endswith(b"\n"):
                line = file.readline(_LONGEST_LINE)
            yield filing.Refused(f"is longer than {_LONGEST_LINE // 1024**2} MB")
        else:
            try:
                yield line.decode()
            except UnicodeDecodeError as error:
                yield filing.Refused(f"is not UTF-8 text: byte {error.start + 1} of the line")
        line = file.readline(_LONGEST_LINE)


def _few_of_table(path: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """The rows of a Parquet table whose ``kind`` is not one that is filed in sets, each with its number."""
    from stoa.cli.worked_policy import nested
    from stoa.policies.standalone import columns_of, rows_of
    from stoa.subledger import api as subledger

    if "kind" in columns_of(path):
        for number, row in rows_of(path, "kind", other_than=subledger.IN_SQL):
            yield f"row {number}", nested(row)


def _kinds(arguments: argparse.Namespace) -> int:
    from stoa.subledger import api as subledger

    kinds = subledger.kinds()
    if arguments.json:
        print_json([asdict(kind) for kind in kinds])
        return 0
    for kind in kinds:
        print(f"{kind.kind:22} {kind.words}")
        print(f"{'':22} accounted for by {kind.policy}")
    return 0


def _schema(kind: str) -> int:
    from stoa.kernel.refusals import NotFound
    from stoa.subledger import api as subledger

    if kind not in subledger.KINDS:
        raise NotFound(f"There is no kind {kind!r}; known are {', '.join(subledger.KINDS)}.")
    print_json(subledger.schema_of(kind))
    return 0


def _as_json(row: Any) -> dict[str, Any]:
    return asdict(row) | {"is_late": row.is_late}
