"""``stoa audit``: samples, populations and traces for an auditor. Nothing is changed."""

import argparse
import csv
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

from stoa.cli.printed import add_json_option, print_json
from stoa.cli.typed import period


def add_to(commands: "argparse._SubParsersAction[Any]") -> None:
    parser = commands.add_parser(
        "audit", help="choose samples, extract populations and trace documents, for an auditor"
    )
    actions = parser.add_subparsers(title="actions", metavar="ACTION", required=True)
    names = ("receipts", "entries", "manual-entries", "documents")

    sample = actions.add_parser(
        "sample",
        help="choose rows of a population by a seed; anybody chooses the same again",
        description="At random every row is as likely as another; by amount every cent is, so that large amounts are "
        "chosen more often and those above the interval always. The digest names the population.",
    )
    sample.add_argument("--population", required=True, choices=names)
    sample.add_argument("--period", type=period, required=True, metavar="PERIOD")
    sample.add_argument("--size", type=int, required=True)
    sample.add_argument("--seed", required=True, help="any text; write it into the working paper")
    sample.add_argument("--by", choices=("random", "amount"), default="random")
    sample.add_argument("--currency", default="USD", help="rows in this currency (default: USD)")
    sample.add_argument("--format", choices=("text", "json", "csv"), default="text")
    sample.set_defaults(run=_sample)

    extract = actions.add_parser(
        "extract",
        help="write a complete population to a file, with control totals that tie to the ledger",
        description="Exit code 2 when a control total differs from the books.",
    )
    extract.add_argument("population", choices=names)
    extract.add_argument("--period", type=period, required=True, metavar="PERIOD")
    extract.add_argument("--format", choices=("csv", "jsonl", "parquet"), default="csv")
    extract.add_argument("--output", type=Path, metavar="FILE", help="default: POPULATION-PERIOD.FORMAT")
    add_json_option(extract)
    extract.set_defaults(run=_extract)

    trace = actions.add_parser(
        "trace", help="from a document to its lines, their journal entries and the lines of the statements"
    )
    trace.add_argument("reference")
    add_json_option(trace)
    trace.set_defaults(run=_trace)


def _sample(arguments: argparse.Namespace) -> int:
    from django.conf import settings

    from stoa.flows import audit
    from stoa.kernel.money import Money

    found = audit.sample(
        arguments.population,
        period=arguments.period,
        entity=settings.STOA_ENTITY,
        size=arguments.size,
        seed=arguments.seed,
        method=arguments.by,
        currency=arguments.currency,
    )
    if arguments.format == "json":
        print_json(asdict(found) | {"period": str(found.period)})
        return 0
    if arguments.format == "csv":
        writer = csv.writer(sys.stdout)
        writer.writerow(("reference", "amount_minor", "hits"))
        writer.writerows((each.key, each.amount_minor, each.hits) for each in found.picked)
        return 0
    total = Money(found.population_minor, found.currency).decimal
    print(
        f"{len(found.picked)} of {found.population_count:,} {found.population} of {found.period} ({total:,} "
        f"{found.currency}), chosen by {found.method} with the seed {found.seed!r}"
    )
    print(f"population {found.digest}")
    for each in found.picked:
        amount = Money(each.amount_minor, found.currency).decimal
        print(
            f"{amount:>16,} {found.currency}  {each.key}{f'  ({each.hits} times)' if each.hits > 1 else ''}"
        )
    return 0


def _extract(arguments: argparse.Namespace) -> int:
    from django.conf import settings

    from stoa.flows import audit_extracts

    path = arguments.output or Path(f"{arguments.population}-{arguments.period}.{arguments.format}")
    found = audit_extracts.write(
        arguments.population,
        period=arguments.period,
        entity=settings.STOA_ENTITY,
        format=arguments.format,
        path=path,
    )
    wrong = [total for total in found.totals if total.difference]
    if arguments.json:
        totals = [asdict(total) | {"difference": total.difference} for total in found.totals]
        print_json({"file": str(found.path), "rows": found.row_count, "totals": totals})
        return 2 if wrong else 0
    for total in found.totals:
        print(
            f"  {'ties' if total.difference == 0 else 'DIFF'}  {total.words}: {total.population:,} and {total.beside:,}"
        )
    print(
        f"{found.row_count:,} rows in {found.path}; {len(wrong)} of {len(found.totals)} control totals differ."
    )
    return 2 if wrong else 0


def _trace(arguments: argparse.Namespace) -> int:
    from stoa.flows import audit_traces
    from stoa.kernel.money import Money

    found = audit_traces.trace(arguments.reference)
    if arguments.json:
        document = asdict(found.document) | {"is_late": found.document.is_late}
        lines = [asdict(line) | {"month": str(line.month)} for line in found.lines]
        print_json({"document": document, "policy": found.policy, "lines": lines, "related": found.related})
        return 0
    row = found.document
    print(f"{row.kind} {row.reference}, effective {row.effective_on}, counts from {row.counts_from:%Y-%m}")
    print(f"accounted for by {found.policy} (stoa policy {found.policy})")
    for line in found.lines:
        amount = Money(line.amount_minor, line.currency).decimal
        late = f"  late, of {line.belongs_from} to {line.belongs_until}" if line.is_late else ""
        print(
            f"  {line.entry}  {line.account} {line.account_name:36.36} {line.activity:18} {amount:>14,} {line.currency}  "
            f"→ {line.statement_line}{late}"
        )
    if not found.lines:
        print("  It moved nothing yet: post it, or see what the close says about it.")
    for name in found.related:
        print(f"  see also {name}")
    return 0
