"""``stoa policy NAME`` for a policy that runs on facts of a contract or a topic: no platform, no database."""

import argparse
import csv
import sys
from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from stoa.cli.printed import print_json
from stoa.kernel.refusals import Invalid
from stoa.policies.frame import Policy, Result

_SUFFIXES = (".json", ".jsonl", ".csv", ".parquet")


def run(policy: Policy, arguments: argparse.Namespace) -> int:
    """Print the schema, the policy in words, or what it says about the facts."""
    if arguments.schema:
        print_json(policy.schema)
        return 0
    if arguments.facts is None:
        _describe(policy)
        return 0
    given = [_until(facts, policy, arguments) for facts in _facts(arguments.facts)]
    if not given:
        raise Invalid("There are no facts in there; see --schema for an example.")
    results = [
        _decide(policy, facts, number if len(given) > 1 else None) for number, facts in enumerate(given, 1)
    ]
    if arguments.format == "json":
        documents = [_document(result, explain=arguments.explain) for result in results]
        print_json(documents[0] if len(documents) == 1 else documents)
    elif arguments.format == "csv":
        writer = csv.writer(sys.stdout)
        writer.writerow(("facts", "value", "is"))
        for number, result in enumerate(results, start=1):
            writer.writerows((number, path, value) for path, value in _flat(result.values))
    else:
        for number, result in enumerate(results, start=1):
            _print(result, number if len(results) > 1 else None, explain=arguments.explain)
    return 0


def _decide(policy: Policy, facts: Any, number: int | None) -> Result:
    try:
        return policy.run(facts)
    except Invalid as refusal:
        if number is None:
            raise
        raise Invalid(f"Facts {number}: {refusal}", fields=refusal.fields) from None


def _facts(source: str) -> Iterator[Any]:
    """Facts from a file, a folder of files, or stdin: an object, a list of objects, or one object a line."""
    from stoa.policies.standalone import parse_json, read_facts

    if source == "-":
        yield from parse_json(sys.stdin.read().removeprefix("\ufeff"), name="stdin")
        return
    path = Path(source)
    if path.is_dir():
        for each in sorted(path.iterdir()):
            if each.suffix in _SUFFIXES:
                yield from _facts(str(each))
        return
    if path.suffix in (".csv", ".parquet"):
        yield from (nested(row) for row in read_facts(path))
        return
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise Invalid(f"{path} cannot be read: {error}.") from None
    yield from parse_json(text, name=str(path))


def nested(row: Mapping[str, Any]) -> Any:
    """A flat row with dotted names as facts: ``obligations.0.id`` is the first row of a list."""
    tree: dict[str, Any] = {}
    for name, value in row.items():
        if value is None or value == "":
            continue
        *parents, last = str(name).split(".")
        place = tree
        for parent in parents:
            place = place.setdefault(parent, {})
            if not isinstance(place, dict):
                raise Invalid(f"The column {name!r} goes into {parent!r}, which has a value of its own.")
        place[last] = value
    return _listed(tree)


def _listed(tree: Any) -> Any:
    if not isinstance(tree, dict):
        return tree.isoformat() if isinstance(tree, datetime) and tree.tzinfo is None else tree
    inner = {name: _listed(value) for name, value in tree.items()}
    if inner and all(name.isdecimal() for name in inner):
        return [inner[name] for name in sorted(inner, key=int)]
    return inner


def _until(facts: Any, policy: Policy, arguments: argparse.Namespace) -> Any:
    """The facts with the day that ``--through`` or ``--period`` gives."""
    day: date | None = arguments.through
    if arguments.period is not None:
        day = arguments.period.end_on - timedelta(days=1)
    if day is None or not isinstance(facts, dict):
        return facts
    if "through" not in policy.inputs:
        if "period_ends" in policy.inputs:
            return facts | {"period_ends": _period_ends(arguments, day)}
        return _known_by(facts, policy, day)
    given = facts | {"through": day.isoformat()}
    if arguments.period is not None and "period_starts_on" in policy.inputs:
        given["period_starts_on"] = arguments.period.start_on.isoformat()
    return given


def _known_by(facts: dict[str, Any], policy: Policy, day: date) -> dict[str, Any]:
    """The facts without rows after ``day``; where none has a day, the facts as they are, and a word about it."""
    from stoa.policies import stopping

    if not stopping.has_days(policy.facts, facts):
        print(f"{policy.name}: {stopping.words_about(policy.facts)} No row has a day here.", file=sys.stderr)
    return stopping.known_by(policy.facts, facts, day)


def _period_ends(arguments: argparse.Namespace, day: date) -> list[str]:
    """The ends that make ``day`` the last: with a period, the day before it and each of its months' last days."""
    if arguments.period is None:
        return [day.isoformat()]
    first = arguments.period.start_on
    return [(end - timedelta(days=1)).isoformat() for end in (first, day + timedelta(days=1))]


def _document(result: Result, *, explain: bool) -> dict[str, Any]:
    document: dict[str, Any] = {"policy": result.policy, "version": result.version, "values": result.values}
    if explain:
        document["steps"] = [{"paragraph": step.paragraph, "text": step.text} for step in result.steps]
    return document


def _flat(values: Any, prefix: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(values, Mapping):
        for name, value in values.items():
            yield from _flat(value, f"{prefix}.{name}" if prefix else str(name))
    elif isinstance(values, list | tuple):
        for index, value in enumerate(values):
            yield from _flat(value, f"{prefix}.{index}")
    else:
        yield prefix, _word(values)


def _word(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "–" if value is None else str(value)


def _print(result: Result, number: int | None, *, explain: bool) -> None:
    if number is not None:
        print(f"Facts {number}")
    if explain:
        for position, step in enumerate(result.steps, start=1):
            print(f"{position:>3}. {step.text} [{step.paragraph}]")
        print()
    rows = list(_flat(result.values))
    width = min(max((len(path) for path, _ in rows), default=0), 48)
    for path, value in rows:
        print(f"{path:{width}}  {value:>16}")


def _describe(policy: Policy) -> None:
    print(f"{policy.title} ({policy.standard}), version {policy.version}, effective {policy.effective_on}\n")
    print(policy.note + "\n")
    print(f"Paragraphs: {', '.join(policy.paragraphs)}. Requirements: {', '.join(policy.requirements)}.\n")
    for title, words in (("Facts", policy.inputs), ("Values", policy.outputs)):
        print(title)
        for name, about in words.items():
            print(f"  {name:28} {about}")
    print(f"\nTry: stoa policy {policy.name} --facts FILE --explain (an example is in --schema).")
