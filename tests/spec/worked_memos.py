"""Memos of the worked policies, from their chapters in ``cases``: the facts, the reasoning, the values."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from stoa.policies.frame import Policy

_CASES = Path(__file__).parent / "cases"


def file_name(policy: Policy) -> str:
    """The memo's file name."""
    return f"{policy.name.replace('_', '-')}.md"


def worked_memo(policy: Policy) -> str:
    """The accounting memo of a worked policy."""
    chapter = json.loads((_CASES / f"{policy.name}.json").read_text())
    parts = [
        f"# Memo: {policy.title}\n",
        f"*{policy.standard}; policy `{policy.name}`, version {policy.version}, effective {policy.effective_on}; "
        f"{', '.join(policy.requirements)}. Generated from the book of cases in `tests/spec`; change the cases or "
        "the policy, not this file.*\n",
        f"{policy.note}\n",
        f"Paragraphs: {', '.join(policy.paragraphs)}.\n",
        "## Worked cases\n",
    ]
    for case in chapter["cases"]:
        steps = policy.run(case["facts"]).steps
        parts += [
            f"### {case['title']}\n",
            f"*{case['id']}; {case['source']}.*\n",
            table(("fact", "is"), flat(case["facts"])),
            *(f"{number}. {step.text} [{step.paragraph}]" for number, step in enumerate(steps, start=1)),
            "",
            table(("value", "is"), flat(case["expected"])),
        ]
    return "\n".join(parts).rstrip() + "\n"


def flat(values: Any, prefix: str = "") -> Iterator[tuple[str, str]]:
    """Nested facts as rows: the path of each, and what it is."""
    if isinstance(values, Mapping) and values:
        for name, value in values.items():
            yield from flat(value, f"{prefix}.{name}" if prefix else str(name))
    elif isinstance(values, list) and values and not any(isinstance(each, Mapping | list) for each in values):
        yield prefix, "; ".join(map(_word, values))
    elif isinstance(values, list) and values:
        for number, value in enumerate(values, start=1):
            yield from flat(value, f"{prefix} {number}")
    else:
        yield prefix, _word(values)


def _word(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "none" if value in (None, [], {}) else str(value)


def table(columns: tuple[str, str], rows: Iterator[tuple[str, str]]) -> str:
    """Two columns in Markdown."""
    lines = [f"| {columns[0]} | {columns[1]} |", "|---|---|"]
    lines += [f"| {name.replace('_', ' ')} | {value.replace('|', '/')} |" for name, value in rows]
    return "\n".join(lines) + "\n"
