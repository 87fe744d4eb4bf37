"""Receivable, contract asset, contract liability and refund liability (ASC 606-10-45-1 to 45-5)."""

import itertools
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Any, Literal

from stoa.policies.facts import Facts, Price, fact, refuse
from stoa.policies.frame import Explanation, Policy
from stoa.policies.grid import Grid

_DEBIT_BALANCES = ("cash", "receivable", "contract_asset")


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something that happens to the contract."""

    on: date = fact("Day of the event; events of one day make one entry, in the order given.")
    kind: Literal["payment_due", "invoice", "cash", "transfer", "right_unconditional"] = fact(
        "payment_due: the contract's due date; invoice: billed; cash: received; transfer: a good or service "
        "passes; right_unconditional: only time remains until payment of a contract asset."
    )
    amount: Price = fact("Amount billed, due, received, transferred or made unconditional, taxes excluded.")
    payment_is_conditional: bool = fact(
        "For transfer: payment depends on something other than time, such as another delivery (45-3).",
        default=False,
    )
    makes_all_unconditional: bool = fact(
        "For transfer: with it every earlier condition is met (45-4).", default=False
    )
    expected_refund: Price = fact(
        "For transfer: part of the amount expected to be refunded or credited (32-10).", default=Fraction(0)
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class BalanceFacts(Facts):
    """A contract's events."""

    events: tuple[Event, ...] = fact("Events in order of time.")
    is_cancellable: bool = fact(
        "Either party may still cancel without penalty before performance: a due date then gives no right (45-4).",
        default=False,
    )
    through: date | None = fact("Last day to count; all events when left out.", default=None)


@dataclass(slots=True)
class _Books:
    """Running balances and the entry of the day. Debits are positive."""

    balances: dict[str, Fraction] = field(
        default_factory=lambda: dict.fromkeys(
            ("cash", "receivable", "contract_asset", "contract_liability", "refund_liability", "revenue"),
            Fraction(0),
        )
    )
    entry: dict[str, Fraction] = field(default_factory=dict)

    def move(self, account: str, amount: Fraction) -> None:
        """Debit (or, negative, credit) an account."""
        if amount:
            self.balances[account] += amount
            self.entry[account] = self.entry.get(account, Fraction(0)) + amount

    def take(self, account: str, wanted: Fraction) -> Fraction:
        """How much of ``wanted`` the account's balance covers."""
        return min(abs(self.balances[account]), wanted)


def decide(facts: BalanceFacts, explain: Explanation) -> dict[str, Any]:
    """Journal each event: a receivable only for an unconditional right, a net asset or liability otherwise."""
    grid = facts.grid
    books = _Books()
    entries = []
    events = [each for each in facts.events if facts.through is None or each.on <= facts.through]
    if any(after.on < before.on for before, after in itertools.pairwise(events)):
        raise refuse("events", "must be in order of time.")
    for index, event in enumerate(events):
        _apply(event, facts, books, explain)
        is_last_of_day = index + 1 == len(events) or events[index + 1].on != event.on
        if is_last_of_day:
            entries.append({"on": str(event.on), "lines": _lines(books.entry, grid)})
            books.entry = {}
    closing = {
        name: grid.text(value if name in _DEBIT_BALANCES else -value)
        for name, value in books.balances.items()
    }
    return {"entries": entries, **closing}


def _apply(event: Event, facts: BalanceFacts, books: _Books, explain: Explanation) -> None:
    amount = facts.grid.round(event.amount)
    if event.kind in ("payment_due", "invoice"):
        if facts.is_cancellable:
            explain.step(
                "606-10-45-4", f"{event.on}: cancellable, so the right is not unconditional: no receivable."
            )
            return
        explain.step("606-10-45-4", f"{event.on}: an unconditional right to consideration is a receivable.")
        covered = books.take("contract_asset", amount)
        books.move("receivable", amount)
        books.move("contract_asset", -covered)
        books.move("contract_liability", -(amount - covered))
    elif event.kind == "cash":
        settled = books.take("receivable", amount)
        books.move("cash", amount)
        books.move("receivable", -settled)
        books.move("contract_liability", -(amount - settled))
        if settled < amount:
            explain.step("606-10-45-2", f"{event.on}: paid before the transfer: a contract liability.")
    elif event.kind == "right_unconditional":
        if amount > books.balances["contract_asset"]:
            raise refuse("events", f"{event.on}: more than the contract asset becomes unconditional.")
        books.move("receivable", amount)
        books.move("contract_asset", -amount)
        explain.step("606-10-45-4", f"{event.on}: the contract asset becomes a receivable.")
    else:
        _transfer(event, amount, facts.grid.round(event.expected_refund), books, explain)


def _transfer(event: Event, amount: Fraction, refund: Fraction, books: _Books, explain: Explanation) -> None:
    if refund > amount:
        raise refuse("events", f"{event.on}: the expected refund is more than the amount.")
    if event.makes_all_unconditional:
        condition_met = books.balances["contract_asset"]
        books.move("receivable", condition_met)
        books.move("contract_asset", -condition_met)
    covered = books.take("contract_liability", amount)
    books.move("contract_liability", covered)
    books.move("contract_asset" if event.payment_is_conditional else "receivable", amount - covered)
    books.move("revenue", -(amount - refund))
    books.move("refund_liability", -refund)
    if event.payment_is_conditional and amount > covered:
        explain.step("606-10-45-3", f"{event.on}: payment is conditional: a contract asset, no receivable.")
    elif amount > covered:
        explain.step("606-10-45-4", f"{event.on}: only time passes until payment: a receivable.")
    else:
        explain.step("606-10-45-2", f"{event.on}: the transfer meets the contract liability.")
    if refund:
        explain.step(
            "606-10-32-10", f"{event.on}: what will be given back is a refund liability, not revenue."
        )


def _lines(entry: dict[str, Fraction], grid: Grid) -> list[dict[str, str]]:
    """Debits first, each as one side and amount."""
    ordered = sorted(entry.items(), key=lambda each: each[1] < 0)
    return [
        {"account": name, "debit" if value > 0 else "credit": grid.text(abs(value))}
        for name, value in ordered
        if value
    ]


POLICY = Policy(
    name="contract_balances",
    title="Receivables, contract assets and contract liabilities",
    standard="ASC 606-10-45",
    paragraphs=("606-10-45-1", "606-10-45-2", "606-10-45-3", "606-10-45-4", "606-10-32-10"),
    requirements=("ACC-10", "ACC-11", "ACC-53"),
    note=(
        "A receivable is recorded when the right to consideration is unconditional. Revenue recognized before that "
        "is a contract asset (unbilled receivable); consideration received or due before service is a contract "
        "liability (deferred revenue)."
    ),
    facts=BalanceFacts,
    outputs={
        "entries": "per day: lines with account and debit or credit; no lines means no entry",
        "cash": "closing balance",
        "receivable": "closing balance",
        "contract_asset": "closing balance",
        "contract_liability": "closing balance",
        "refund_liability": "closing balance",
        "revenue": "recognized to date",
    },
    decide=decide,
    example={
        "events": [
            {"on": "2025-01-31", "kind": "transfer", "amount": "400", "payment_is_conditional": True},
            {"on": "2025-02-28", "kind": "transfer", "amount": "600", "makes_all_unconditional": True},
        ]
    },
)
