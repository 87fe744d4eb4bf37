"""The book: each chapter states a policy's cases as tables in and values out, and writes its memo from them."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from stoa.kernel.spans import Month
from stoa.policies import standalone
from stoa.policies.data import Policy

Facts = list[dict[str, Any]]


@dataclass(frozen=True)
class Case:
    """One case: what happened, and what accounts must hold at the end of given days. Credits are negative."""

    title: str
    words: str
    facts: Facts
    balances: dict[date, dict[str, str]]


def balances_of(policy: Policy, case: Case, day: date) -> dict[str, str]:
    """What the policy gives for a case at the end of ``day``, zeros left out."""
    found: dict[str, Decimal] = {}
    for line in standalone.run(policy, case.facts, through=day):
        found[line.account] = found.get(line.account, Decimal(0)) + line.amount
    return {account: str(amount) for account, amount in sorted(found.items()) if amount}


def memo(policy: Policy, cases: tuple[Case, ...]) -> str:
    """The accounting memo of a policy: its text, its steps, its judgements, its worked cases."""
    parts = [
        f"# Memo: {policy.title}\n",
        f"*{policy.standard}; policy `{policy.name}`, version {policy.version}, effective {policy.effective_on}. "
        "Generated from the book of cases in `tests/spec`; change the cases or the policy, not this file.*\n",
        f"{policy.note}\n",
        "## Reasoning\n",
        *(
            f"{number}. {step.words} (ASC {step.citation})"
            for number, step in enumerate(policy.steps, start=1)
        ),
        "\n## Judgements\n",
        *(f"- {judgement}" for judgement in policy.judgements),
        "\n## Worked cases\n",
        "Debits are positive, credits in parentheses; balances stand at the end of the day.\n",
    ]
    for case in cases:
        parts.append(f"### {case.title}\n\n{case.words}\n")
        columns = list(dict.fromkeys(name for fact in case.facts for name in fact))
        parts.append(_table(columns, [[str(fact.get(name, "")) for name in columns] for fact in case.facts]))
        accounts = list(dict.fromkeys(name for held in case.balances.values() for name in held))
        parts.append(
            _table(
                ["at the end of", *(name.replace("_", " ") for name in accounts)],
                [
                    [str(day), *(_amount(held.get(name, "")) for name in accounts)]
                    for day, held in case.balances.items()
                ],
            )
        )
    return "\n".join(parts).rstrip() + "\n"


def month_end(text: str) -> date:
    """The last day of a month such as ``2025-07``."""
    return date.fromordinal(Month.parse(text).end_on.toordinal() - 1)


def _table(columns: list[str], rows: list[list[str]]) -> str:
    lines = [
        f"| {' | '.join(columns)} |",
        f"|{'---|' * len(columns)}",
        *(f"| {' | '.join(row)} |" for row in rows),
    ]
    return "\n".join(lines) + "\n"


def _amount(text: str) -> str:
    return f"({text[1:]})" if text.startswith("-") else text or "–"
