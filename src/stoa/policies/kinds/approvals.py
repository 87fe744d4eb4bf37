"""Maker and checker: above which amount an entry made by hand waits until another person approves it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import ClassVar, Literal

from stoa.policies.facts import Price, fact, refuse
from stoa.policies.kinds.frame import DocumentFacts, Filed, Place

AccountType = Literal["any", "asset", "liability", "equity", "revenue", "expense"]

#: The first digit of an account's code says what it is.
_TYPE_OF_DIGIT = {"1": "asset", "2": "liability", "3": "equity", "4": "revenue"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What somebody who checks may look at."""

    address: str = fact("Where it is: a web address, or the name of a stored file.")
    sha256: str | None = fact("SHA-256 of the file, so that another cannot take its place.", default=None)
    about: str | None = fact("What it shows.", default=None)

    def __post_init__(self) -> None:
        if self.sha256 is not None and not (
            len(self.sha256) == 64 and all(sign in "0123456789abcdef" for sign in self.sha256)
        ):
            raise refuse("sha256", "must be 64 hexadecimal digits in lower case.")


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalLimit:
    """An entry that moves accounts of a type by more than an amount needs approvals."""

    account_type: AccountType = fact("Type of the accounts the limit is for.", default="any")
    above: Price = fact("Entries that move such accounts by more than this need approval; 0 is every entry.")
    approvals: int = fact("How many persons other than the preparer must approve.", default=1)

    def __post_init__(self) -> None:
        if not 1 <= self.approvals <= 5:
            raise refuse("approvals", "must be 1 to 5.")


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalPolicySet(DocumentFacts):
    """From a day on, which manual entries wait for approval. It takes the place of the one before."""

    kind: ClassVar[str] = "approval_policy_set"
    title: ClassVar[str] = "Approval policy set"

    on: date = fact("First day of entries it holds for.")
    limits: tuple[ApprovalLimit, ...] = fact(
        "Limits in the document's currency; an entry needs the most approvals that any of them asks for. None: no "
        "entry waits."
    )
    reason: str | None = fact("Who decided it, and where that is written.", default=None)

    def place(self) -> Place:
        return Place(self.on, self.reference)


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryApproved(DocumentFacts):
    """Another person than the preparer approves a manual entry. It names what was approved, so nothing else is."""

    kind: ClassVar[str] = "entry_approved"
    title: ClassVar[str] = "Entry approved"

    entry: str = fact("Reference of the manual entry.")
    entry_on: date = fact("Day of that entry.")
    amount: Price = fact("Sum of its debits.")
    approved_by: str = fact("E-mail address of the person who approves, who holds the role controller.")
    approved_on: date = fact("Day of the approval.")
    evidence: tuple[Evidence, ...] = fact("What was looked at.", default=())

    def __post_init__(self) -> None:
        DocumentFacts.__post_init__(self)
        self.minor(self.amount)

    def place(self) -> Place:
        return Place(self.entry_on, self.entry)


def approvals_needed(
    policy: ApprovalPolicySet | None, moved: Sequence[tuple[str, Fraction]], *, currency: str
) -> int:
    """How many approvals an entry needs that moves accounts, by code, by these amounts (their size alone counts).

    A policy in another currency than the entry's cannot say how much is much: one approval is needed then.
    """
    if policy is None or not policy.limits:
        return 0
    if policy.currency != currency:
        return max(limit.approvals for limit in policy.limits)
    needed = 0
    for limit in policy.limits:
        of_type = [
            abs(amount)
            for code, amount in moved
            if limit.account_type in ("any", _TYPE_OF_DIGIT.get(code[:1], "expense"))
        ]
        # Both sides of an entry count once: its size is the sum of its debits.
        size = sum(of_type, Fraction(0)) / (2 if limit.account_type == "any" else 1)
        if of_type and size > limit.above:
            needed = max(needed, limit.approvals)
    return needed


def policy_for(known: Sequence[Filed], entry: Filed) -> ApprovalPolicySet | None:
    """The policy in force on an entry's day. One that came after the entry's month was locked does not reach back."""
    in_force = [
        each
        for each in known
        if isinstance(each.facts, ApprovalPolicySet)
        and each.facts.on <= entry.facts.on
        and each.counts_from <= entry.counts_from
    ]
    latest = max(in_force, key=lambda each: (each.facts.on, each.facts.reference), default=None)
    return latest.facts if latest else None
