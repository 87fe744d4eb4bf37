"""Memos of the kinds of documents: how each family enters the books, from the cases in ``documents*.json``."""

import json
from collections import defaultdict
from pathlib import Path
from typing import Any

from stoa.policies.kinds import listed
from stoa.policies.registry import find_policy
from tests.spec.worked_memos import flat, table

_BOOKS = sorted(Path(__file__).parent.glob("documents*.json"))


def cases_by_family() -> dict[str, list[dict[str, Any]]]:
    """The cases of the book by the family of their first document."""
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for book in _BOOKS:
        for case in json.loads(book.read_text())["cases"]:
            family = listed.family_of(case["documents"][0]["kind"])
            assert family is not None, case["id"]
            found[family.name].append(case)
    return found


def file_name(family: str) -> str:
    """The memo's file name."""
    return f"documents-{family.replace('_', '-')}.md"


def document_memo(family: str, cases: list[dict[str, Any]]) -> str:
    """The memo of a family: its kinds, and what accounts hold after documents were filed."""
    policy = find_policy(family)
    kinds = {row["kind"] for case in cases for row in case["documents"]}
    parts = [
        f"# Memo: documents of {family.replace('_', ' ')}\n",
        "*Generated from the book of documents in `tests/spec/documents*.json`; change the cases, not this file."
        + (f" Policy `{policy.name}`, {policy.standard}, version {policy.version}.*\n" if policy else "*\n"),
        "| kind | what it says |",
        "|---|---|",
        *(
            f"| `{kind}` | {' '.join((listed.KINDS[kind].__doc__ or '').split())} |"
            for kind in listed.KINDS
            if kind in kinds
        ),
        "",
        "Debits are positive, credits in parentheses; balances stand at the end of the day.\n",
    ]
    for case in cases:
        parts += [f"## {case['id'][:1].upper()}{case['id'][1:]}\n", f"{case['words']}\n"]
        for document in case["documents"]:
            facts = {name: value for name, value in document.items() if name not in ("kind", "reference")}
            parts += [f"`{document['kind']}` {document['reference']}\n", table(("fact", "is"), flat(facts))]
        if "revenue" in case:
            parts += ["Revenue recognized:\n", _revenue(case["revenue"])]
        parts.append(_balances(case["balances"]))
    return "\n".join(parts).rstrip() + "\n"


def _revenue(rows: list[dict[str, str]]) -> str:
    lines = ["| month | product | partner | amount |", "|---|---|---|---|"]
    for row in rows:
        lines.append(
            f"| {row['month']} | {row['product']} | {row.get('partner', 'none')} | {_amount(row['amount'])} |"
        )
    return "\n".join(lines) + "\n"


def _balances(balances: dict[str, dict[str, str]]) -> str:
    accounts = list(dict.fromkeys(name for held in balances.values() for name in held))
    lines = [
        f"| at the end of | {' | '.join(name.replace('_', ' ') for name in accounts)} |",
        f"|{'---|' * (len(accounts) + 1)}",
        *(
            f"| {day} | {' | '.join(_amount(held.get(name, '')) for name in accounts)} |"
            for day, held in balances.items()
        ),
    ]
    return "\n".join(lines) + "\n"


def _amount(text: str) -> str:
    return f"({text[1:]})" if text.startswith("-") else text or "–"
