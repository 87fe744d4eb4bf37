"""Payouts of payment processors (gateways): what they owe us becomes cash.

Receipts, refunds and disputes say what a processor should owe; a settlement says what it paid. The difference stays
in clearing until a document names it. Corrections that the processor itself calls adjustments wait in suspense
until an entry explains them.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import ClassVar

from stoa.kernel.spans import Month
from stoa.policies.facts import Amount, Price, fact, refuse
from stoa.policies.kinds.frame import Balance, DocumentFacts, Family, Filed, Place


@dataclass(frozen=True, slots=True, kw_only=True)
class SettlementReported(DocumentFacts):
    """A gateway paid out: gross sales less refunds, fees and disputes, with its adjustments, is net."""

    kind: ClassVar[str] = "settlement_reported"
    title: ClassVar[str] = "Settlement reported"

    gateway: str = fact("Payment processor, as receipts name it.")
    payout: str = fact("Number of the payout in its report.")
    paid_on: date = fact("Day on which the money was in the bank account.")
    gross: Price = fact("Payments of learners, taxes included.")
    refunds: Price = fact("Paid back to learners.", default=Fraction(0))
    fees: Price = fact("Fees kept, less those given back.", default=Fraction(0))
    disputes: Amount = fact("Held back for disputes, less what was given back.", default=Fraction(0))
    adjustments: Amount = fact(
        "Other corrections in our favor; negative against us. They wait in suspense.", default=Fraction(0)
    )
    net: Amount = fact("Paid out: gross - refunds - fees - disputes + adjustments.")

    def __post_init__(self) -> None:
        DocumentFacts.__post_init__(self)
        for name in ("gross", "refunds", "fees", "disputes", "adjustments", "net"):
            self.minor(getattr(self, name), name)
        if self.net != self.gross - self.refunds - self.fees - self.disputes + self.adjustments:
            raise refuse("net", "must be gross - refunds - fees - disputes + adjustments.")

    def place(self) -> Place:
        return Place(self.paid_on, self.reference, self.gateway)


@dataclass(frozen=True, slots=True, kw_only=True)
class SettlementDifferenceExplained(DocumentFacts):
    """Part of what a gateway owes by our documents will never be paid, because it is a fee they did not know."""

    kind: ClassVar[str] = "settlement_difference_explained"
    title: ClassVar[str] = "Settlement difference explained"

    gateway: str = fact("Payment processor, as receipts name it.")
    on: date = fact("Day from which it is known.")
    amount: Amount = fact("Fee that the gateway kept beyond those on receipts; negative when it kept less.")
    reason: str = fact("What the difference is.")

    def __post_init__(self) -> None:
        DocumentFacts.__post_init__(self)
        self.minor(self.amount)

    def place(self) -> Place:
        return Place(self.on, self.reference, self.gateway)


def balances(known: Sequence[Filed], day: date) -> Iterator[Balance]:
    """Cash that came, what left clearing for it, adjustments in suspense, and differences that are fees."""
    for each in known:
        facts = each.facts
        if isinstance(facts, SettlementReported):
            net, adjustments = facts.minor(facts.net), facts.minor(facts.adjustments)
            moved = (("cash", net), ("processor_clearing", adjustments - net), ("suspense", -adjustments))
            yield from _lines(each, "settlement", moved)
        elif isinstance(facts, SettlementDifferenceExplained):
            fee = facts.minor(facts.amount)
            yield from _lines(each, "difference", (("processing_fees", fee), ("processor_clearing", -fee)))


def _lines(each: Filed, activity: str, moved: Sequence[tuple[str, int]]) -> Iterator[Balance]:
    for account, amount in moved:
        yield Balance(each.id, account, activity, each.facts.currency, each.effective_on, amount, "Consumer")


def active(known: Sequence[Filed], month: Month) -> Iterator[int]:
    """Every payout and difference of the month that moved something."""
    for each in known:
        if Month.of(each.effective_on) == month and (
            each.facts.net or each.facts.adjustments
            if isinstance(each.facts, SettlementReported)
            else each.facts.amount
        ):
            yield each.id


def problems(known: Sequence[Filed], day: date) -> Iterator[str]:
    """Payouts that were reported twice under different references."""
    seen: dict[tuple[str, str, str], str] = {}
    for each in known:
        if isinstance(each.facts, SettlementReported):
            key = (each.facts.gateway, each.facts.payout, each.facts.currency)
            other = seen.setdefault(key, each.facts.reference)
            if other != each.facts.reference:
                yield f"{other} and {each.facts.reference} are the same payout of {each.facts.gateway}: void one"


FAMILY = Family(
    name="settlements",
    version="1",
    kinds=(SettlementReported, SettlementDifferenceExplained),
    balances=balances,
    active=active,
    problems=problems,
)
