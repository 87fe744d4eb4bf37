"""Consolidation of wholly or partly owned entities (ASC 810-10-45, 830-30): translate, add, eliminate.

Every balance is one signed number, debit positive. Assets and liabilities are translated at the closing rate, income
and expense at the average rate, equity at its historical rate; what is then missing to zero is the translation
adjustment. Lines that name a counterparty of the group are eliminated in full, and each pair must come to zero.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Literal

from stoa.policies.facts import Amount, Facts, Quantity, Share, fact, refuse
from stoa.policies.frame import Explanation, Policy

_ZERO, _ONE = Fraction(0), Fraction(1)
_DIFFERENCE = "intercompany_difference"
_ROUNDING = "rounding_difference"
_ADJUSTMENT = "accumulated_translation_adjustment"
Kind = Literal["asset", "liability", "equity", "income", "expense", "oci"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Balance:
    """One line of an entity's trial balance."""

    account: str = fact("Account.")
    kind: Kind = fact("What it is: decides the exchange rate.")
    amount: Amount = fact("Balance in the functional currency, debit positive.")
    counterparty: str | None = fact(
        "Entity of the group on the other side: the line is eliminated.", default=None
    )
    rate: Quantity | None = fact("Historical rate (equity), or the rate of this line's day.", default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entity:
    """One entity."""

    name: str = fact("Name.")
    balances: tuple[Balance, ...] = fact("Trial balance; sums to zero.")
    functional_currency: str | None = fact(
        "Functional currency; the reporting currency when left out.", default=None
    )
    closing_rate: Quantity | None = fact("Reporting currency for one unit, at the end.", default=None)
    average_rate: Quantity | None = fact("The same, average of the period.", default=None)
    owned: Share = fact("Part owned by the parent.", default=_ONE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Elimination:
    """A further elimination line, such as profit left in an asset sold within the group."""

    account: str = fact("Account.")
    amount: Amount = fact("Debit positive; all lines sum to zero.")


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsolidationFacts(Facts):
    """The group. ``currency`` is the reporting currency."""

    entities: tuple[Entity, ...] = fact("Entities, the parent first.")
    eliminations: tuple[Elimination, ...] = fact("Further elimination lines.", default=())


def decide(facts: ConsolidationFacts, explain: Explanation) -> dict[str, Any]:
    """Translate each entity, eliminate within the group, and add up."""
    grid = facts.grid
    names = {entity.name for entity in facts.entities}
    total: dict[str, Fraction] = {}
    eliminated: dict[str, Fraction] = {}
    pairs: dict[tuple[str, str], Fraction] = {}
    adjustments: dict[str, Fraction] = {}
    translated: dict[str, dict[str, str]] = {}
    outside, outside_income = _ZERO, _ZERO
    for index, entity in enumerate(facts.entities):
        path = f"entities[{index}]"
        lines = _translated(entity, facts, path)
        missing = -sum(amount for _, amount in lines)
        is_foreign = entity.functional_currency not in (None, facts.currency)
        if missing and is_foreign:
            adjustments[entity.name] = missing
            explain.step(
                "830-30-45-12",
                f"{entity.name}: translation adjustment {grid.text(missing)} (debit positive) in OCI.",
            )
        own: dict[str, Fraction] = {}
        for balance, amount in lines:
            own[balance.account] = own.get(balance.account, _ZERO) + amount
            if balance.counterparty is not None:
                if balance.counterparty not in names or balance.counterparty == entity.name:
                    raise refuse(
                        f"{path}.balances",
                        f"counterparty {balance.counterparty!r} is not another entity of the group.",
                    )
                pair = (min(entity.name, balance.counterparty), max(entity.name, balance.counterparty))
                pairs[pair] = pairs.get(pair, _ZERO) + amount
                eliminated[balance.account] = eliminated.get(balance.account, _ZERO) - amount
            elif entity.owned < 1:
                if balance.kind in ("equity", "oci"):
                    outside += amount * (1 - entity.owned)
                elif balance.kind in ("income", "expense"):
                    outside_income += amount * (1 - entity.owned)
        translated[entity.name] = {account: grid.text(amount) for account, amount in own.items()}
        _add(total, own)
        if missing:
            _add(total, {_ADJUSTMENT if is_foreign else _ROUNDING: missing})
    unmatched = {" / ".join(pair): amount for pair, amount in pairs.items() if amount}
    if unmatched:
        _add(eliminated, {_DIFFERENCE: sum(unmatched.values(), _ZERO)})
        explain.step(
            "810-10-45-1",
            "Some intercompany balances do not agree; the difference is shown and must be cleared.",
        )
    if sum((each.amount for each in facts.eliminations), _ZERO) != 0:
        raise refuse("eliminations", "must sum to zero.")
    for each in facts.eliminations:
        _add(eliminated, {each.account: each.amount})
    _add(total, eliminated)
    explain.step(
        "810-10-45-1",
        "Intercompany balances, transactions and profit within the group are eliminated in full.",
    )
    if any(entity.owned < 1 for entity in facts.entities):
        explain.step("810-10-45-16", "What outside owners hold is noncontrolling interest, within equity.")
    return {
        "translated": translated,
        "translation_adjustments": {name: grid.text(amount) for name, amount in adjustments.items()},
        "eliminated": {account: grid.text(amount) for account, amount in eliminated.items() if amount},
        "unmatched": {pair: grid.text(amount) for pair, amount in unmatched.items()},
        "consolidated": {account: grid.text(amount) for account, amount in total.items() if amount},
        "noncontrolling_interest": grid.text(-(outside + outside_income)),
        "income_of_noncontrolling_interest": grid.text(-outside_income),
        "difference": grid.text(sum(total.values(), _ZERO)),
    }


def _translated(entity: Entity, facts: ConsolidationFacts, path: str) -> list[tuple[Balance, Fraction]]:
    """Lines in the reporting currency, each rounded to it."""
    if sum((balance.amount for balance in entity.balances), _ZERO) != 0:
        raise refuse(
            f"{path}.balances", f"of {entity.name} do not sum to zero; debits are positive, credits negative."
        )
    if entity.functional_currency in (None, facts.currency):
        return [(balance, facts.grid.round(balance.amount)) for balance in entity.balances]
    lines = []
    for index, balance in enumerate(entity.balances):
        rate = balance.rate
        if rate is None and balance.kind in ("asset", "liability"):
            rate = entity.closing_rate
        elif rate is None and balance.kind in ("income", "expense", "oci"):
            rate = entity.average_rate
        if rate is None:
            needed = (
                "its historical rate"
                if balance.kind == "equity"
                else "the entity's closing_rate and average_rate"
            )
            raise refuse(f"{path}.balances[{index}].rate", f"is missing: {balance.kind} needs {needed}.")
        lines.append((balance, facts.grid.round(balance.amount * rate)))
    return lines


def _add(total: dict[str, Fraction], more: Mapping[str, Fraction]) -> None:
    for account, amount in more.items():
        total[account] = total.get(account, _ZERO) + amount


POLICY = Policy(
    name="consolidation",
    title="Consolidation",
    standard="ASC 810",
    paragraphs=(
        "810-10-45-1",
        "810-10-45-16",
        "830-30-45-12",
    ),
    requirements=("ACC-01",),
    note=(
        "The consolidated statements include the company and its wholly owned subsidiaries; all significant "
        "intercompany balances and transactions are eliminated. Assets and liabilities of subsidiaries with another "
        "functional currency are translated at closing rates, income and expense at average rates, and the "
        "adjustments are in other comprehensive income."
    ),
    facts=ConsolidationFacts,
    outputs={
        "translated": "Each entity's balances in the reporting currency.",
        "translation_adjustments": "Translation adjustment by entity, debit positive.",
        "eliminated": "Elimination lines by account.",
        "unmatched": "Intercompany pairs that do not agree.",
        "consolidated": "Consolidated balances, debit positive.",
        "noncontrolling_interest": "Equity of outside owners.",
        "income_of_noncontrolling_interest": "Their part of income.",
        "difference": "Sum of the consolidated balances: zero.",
    },
    decide=decide,
    example={
        "entities": [
            {
                "name": "parent",
                "balances": [
                    {"account": "cash", "kind": "asset", "amount": "900"},
                    {"account": "due_from_group", "kind": "asset", "amount": "110", "counterparty": "sub"},
                    {"account": "stock", "kind": "equity", "amount": "-1010"},
                ],
            },
            {
                "name": "sub",
                "functional_currency": "EUR",
                "closing_rate": "1.10",
                "average_rate": "1.08",
                "balances": [
                    {"account": "cash", "kind": "asset", "amount": "250"},
                    {
                        "account": "due_to_group",
                        "kind": "liability",
                        "amount": "-100",
                        "counterparty": "parent",
                    },
                    {"account": "stock", "kind": "equity", "amount": "-100", "rate": "1.05"},
                    {"account": "revenue", "kind": "income", "amount": "-50"},
                ],
            },
        ]
    },
)
