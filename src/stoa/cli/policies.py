"""``stoa policies`` and ``stoa policy``: what the books rest on, and a policy run on facts of one's own."""

import argparse
import csv
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

from stoa.cli.printed import add_json_option, print_json
from stoa.cli.typed import day, period


def add_to(commands: "argparse._SubParsersAction[Any]") -> None:
    listing = commands.add_parser("policies", help="list the accounting policies, or print their note")
    form = listing.add_mutually_exclusive_group()
    add_json_option(form)
    form.add_argument("--note", action="store_true", help="print the note on significant accounting policies")
    listing.set_defaults(run=_list, needs_database=False)

    one = commands.add_parser(
        "policy",
        help="explain one policy, or run it on facts from a file without any database",
        description="Without --facts the policy is explained. Facts are JSON (an array, or one object a line), CSV or "
        "Parquet; see --schema. Amounts of the answer are debit positive.",
    )
    one.add_argument("name", help="a policy's name, as stoa policies lists it")
    one.add_argument("--schema", action="store_true", help="print the JSON schema of the facts")
    one.add_argument(
        "--facts", metavar="FILE", help="run on these facts, or a folder of them (- reads JSON from stdin)"
    )
    span = one.add_mutually_exclusive_group()
    span.add_argument("--through", type=day, metavar="DAY", help="balances at the end of a day")
    span.add_argument(
        "--period",
        type=period,
        metavar="PERIOD",
        help="movements of a month, quarter or year: 2025-09, 2025-Q3, 2025 (default: every month)",
    )
    one.add_argument("--format", choices=("text", "json", "csv"), default="text")
    one.add_argument("--explain", action="store_true", help="show each step with its paragraph")
    one.add_argument(
        "--totals",
        action="store_true",
        help="run over a table of millions of facts (Parquet or CSV) and print totals: ratable_schedule, partner_fees, "
        "credit_losses",
    )
    one.add_argument("--rules", metavar="FILE", help="with --totals: agreements or classes of age, as JSON")
    one.add_argument(
        "--lines", metavar="FILE", help="with --totals: write a line for each fact to this Parquet file"
    )
    one.set_defaults(run=_run, needs_database=False)


def _list(arguments: argparse.Namespace) -> int:
    from stoa.policies import registry

    if arguments.note:
        print(registry.significant_policies_note())
        return 0
    policies = registry.all_policies()
    if arguments.json:
        print_json([_as_json(policy) for policy in policies])
        return 0
    for policy in policies:
        print(f"{policy.name:26} {policy.standard:8} v{policy.version}  {policy.title}")
        print(f"{'':26} {', '.join(policy.paragraphs)}  [{', '.join(policy.requirements)}]")
    return 0


def _run(arguments: argparse.Namespace) -> int:
    from stoa.cli import table_policy, worked_policy
    from stoa.kernel.refusals import Invalid, NotFound
    from stoa.policies import registry, standalone, worked

    if arguments.totals:
        return table_policy.run(arguments.name, arguments)
    worked_one = worked.find(arguments.name)
    if worked_one is not None:
        return worked_policy.run(worked_one, arguments)
    policy = registry.find_policy(arguments.name)
    if policy is None:
        known = ", ".join(each.name for each in registry.all_policies())
        raise NotFound(f"There is no policy {arguments.name!r}; known are {known}.")
    if arguments.facts is None and not arguments.schema:
        _explain(policy)
        return 0
    if not policy.sql:
        raise Invalid(_why_not_on_facts(policy.name, policy.inputs))
    if arguments.schema:
        print_json(standalone.schema_of_facts(policy))
    else:
        _print_lines(policy, _lines_of(policy, arguments), arguments)
    return 0


def _why_not_on_facts(name: str, kinds: tuple[str, ...]) -> str:
    from stoa.policies.registry import CONSUMER_KINDS

    if set(kinds) <= set(CONSUMER_KINDS):
        return f"{name} is a judgement that other policies apply; it does not run on facts: see 'stoa policy {name}'."
    return (
        f"{name} posts filed documents ({', '.join(kinds)}) and does not run on facts by itself; "
        "'stoa documents schema KIND' shows what each holds."
    )


def _lines_of(policy: Any, arguments: argparse.Namespace) -> list[Any]:
    from stoa.policies import standalone

    facts = (
        standalone.parse_facts(sys.stdin.read())
        if arguments.facts == "-"
        else standalone.read_facts(Path(arguments.facts))
    )
    if arguments.period is None:
        return list(standalone.run(policy, facts, through=arguments.through))
    return [line for month in arguments.period.months for line in standalone.run(policy, facts, month=month)]


def _print_lines(policy: Any, lines: list[Any], arguments: argparse.Namespace) -> None:
    if arguments.format == "json":
        document: dict[str, Any] = {
            "policy": policy.name,
            "version": policy.version,
            "lines": [asdict(line) | {"amount": str(line.amount)} for line in lines],
        }
        if arguments.explain:
            document["steps"] = [asdict(step) for step in policy.steps]
        print_json(document)
        return
    if arguments.format == "csv":
        writer = csv.writer(sys.stdout)
        writer.writerow(("month", "account", "activity", "currency", "amount"))
        writer.writerows(
            (line.month, line.account, line.activity, line.currency, line.amount) for line in lines
        )
        return
    if arguments.explain:
        _explain(policy)
        print()
    for line in lines:
        print(f"{line.month:8} {line.account:32} {line.activity:18} {line.amount:>16,} {line.currency}")
    if not lines:
        print("Nothing: the facts have no effect in that time.")


def _explain(policy: Any) -> None:
    print(f"{policy.title} ({policy.standard}), version {policy.version}, effective {policy.effective_on}\n")
    print(policy.note + "\n")
    for number, step in enumerate(policy.steps, start=1):
        print(f"{number:>3}. {step.words} [{step.citation}]")
    for judgement in policy.judgements:
        print(f"  Judgement: {judgement}")


def _as_json(policy: Any) -> dict[str, Any]:
    return asdict(policy) | {"paragraphs": list(policy.paragraphs)}
