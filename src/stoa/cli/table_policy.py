"""``stoa policy NAME --totals``: a policy over a table of millions of facts, by its portable statement."""

import argparse
import csv
import sys
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from stoa.cli.printed import print_json
from stoa.kernel.money import Money
from stoa.kernel.refusals import Invalid
from stoa.kernel.spans import Period
from stoa.policies import over_tables, statements
from stoa.policies.standalone import parse_json
from stoa.policies.statements import RECOGNITION, ROYALTIES, Statement
from stoa.policies.table_rules import Span


def run(name: str, arguments: argparse.Namespace) -> int:
    """Run the statement of policy ``name`` and print its totals, or write its lines."""
    statement = statements.find(name)
    if statement is None:
        known = ", ".join(each.policy for each in statements.STATEMENTS)
        raise Invalid(f"{name} has no statement over tables; {known} have one.")
    if arguments.facts is None or arguments.facts == "-":
        raise Invalid("Name the table with --facts: a .parquet or .csv file, or a folder of them.")
    source = Path(arguments.facts)
    if arguments.lines is not None:
        _seal(statement, source, arguments)
    else:
        _print(_totals(statement, source, arguments), arguments)
    return 0


def _totals(statement: Statement, source: Path, arguments: argparse.Namespace) -> over_tables.Totals:
    if statement is RECOGNITION:
        return over_tables.recognize(source, span=_span(arguments))
    if statement is ROYALTIES:
        months = _period(arguments).months
        found = over_tables.royalties(source, agreements=_rules(arguments), through=months[-1])
        return found.only("period", {str(month) for month in months})
    through: date | None = arguments.through
    if through is None:
        through = _period(arguments).end_on - timedelta(days=1)
    rules = _rules(arguments)
    return over_tables.aged(source, classes=rules[0] if len(rules) == 1 else rules, through=through)


def _seal(statement: Statement, source: Path, arguments: argparse.Namespace) -> None:
    if statement is not RECOGNITION:
        raise Invalid(f"{statement.policy} has no contract-level lines; leave out --lines.")
    sealed = over_tables.seal_recognized_lines(source, Path(arguments.lines), span=_span(arguments))
    if arguments.format == "json":
        print_json({"file": str(sealed.path), "lines": sealed.line_count, "sha256": sealed.sha256})
    else:
        print(f"{sealed.line_count:,} lines in {sealed.path}, sha256 {sealed.sha256}")


def _period(arguments: argparse.Namespace) -> Period:
    if arguments.period is None:
        raise Invalid("Say which time with --period, such as 2025-Q3.")
    period: Period = arguments.period
    return period


def _span(arguments: argparse.Namespace) -> Span:
    period = _period(arguments)
    return Span(str(period), period.start_on, period.end_on)


def _rules(arguments: argparse.Namespace) -> list[Any]:
    if arguments.rules is None:
        raise Invalid(
            "Give the agreements, or the classes of age, as JSON with --rules FILE; see the guide on scale."
        )
    path = Path(arguments.rules)
    try:
        return parse_json(path.read_text(encoding="utf-8-sig"), name=str(path))
    except (OSError, UnicodeDecodeError) as error:
        raise Invalid(f"{path} cannot be read: {error}.") from None


def _print(totals: over_tables.Totals, arguments: argparse.Namespace) -> None:
    rows = [_in_major_units(row) for row in totals.rows]
    if arguments.format == "json":
        print_json(
            {
                "policy": totals.statement.policy,
                "facts": totals.facts,
                "digest": totals.digest,
                "totals": rows,
            }
        )
    elif arguments.format == "csv":
        writer = csv.DictWriter(sys.stdout, fieldnames=list(rows[0]) if rows else ["nothing"])
        writer.writeheader()
        writer.writerows(rows)
    else:
        _print_table(rows)
        print(f"\n{totals.facts:,} facts, digest {totals.digest}")


def _print_table(rows: list[dict[str, str]]) -> None:
    if not rows:
        print("Nothing: the facts have no effect in that time.")
        return
    widths = {name: max(len(name), *(len(row[name]) for row in rows)) for name in rows[0]}
    for row in (dict(zip(widths, widths, strict=True)), *rows):
        print("  ".join(f"{row[name]:>{width}}" for name, width in widths.items()))


def _in_major_units(row: dict[str, Any]) -> dict[str, str]:
    return {
        name.removesuffix("_minor"): f"{Money(value, row['currency']).decimal:f}"
        if name.endswith("_minor")
        else str(value)
        for name, value in row.items()
        if name != "position"
    }
