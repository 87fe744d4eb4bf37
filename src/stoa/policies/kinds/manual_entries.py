"""Manual entries: what no other document says, written by a person, balanced, with a reason.

Above the limits of the approval policy an entry waits: it moves nothing until other persons have approved it, and its
month does not close.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import ClassVar

from stoa.kernel.spans import Month
from stoa.policies.facts import Price, fact, refuse
from stoa.policies.kinds.approvals import (
    ApprovalPolicySet,
    EntryApproved,
    Evidence,
    approvals_needed,
    policy_for,
)
from stoa.policies.kinds.frame import Balance, DocumentFacts, Family, Filed, Place

CORPORATE = "Corporate"


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryLine:
    """One line of the entry: a debit or a credit."""

    account: str = fact("Code of the account.")
    debit: Price = fact("Debit; or give credit.", default=Fraction(0))
    credit: Price = fact("Credit; or give debit.", default=Fraction(0))
    segment: str = fact("Segment it belongs to.", default=CORPORATE)
    product: str | None = fact("Product it belongs to.", default=None)
    partner: str | None = fact("Partner it belongs to.", default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class ManualEntry(DocumentFacts):
    """A balanced entry made by hand: an accrual, a payment, or the correction of an error."""

    kind: ClassVar[str] = "manual_entry"
    title: ClassVar[str] = "Manual entry"

    on: date = fact("Day of the entry.")
    reason: str = fact("Why it is made, and on what evidence.")
    lines: tuple[EntryLine, ...] = fact("Debits and credits; they must be equal.")
    reverses_on: date | None = fact("Day on which the entry undoes itself, as accruals do.", default=None)
    corrects: str | None = fact("Reference of the document whose effect it corrects.", default=None)
    prepared_by: str | None = fact("E-mail address of who prepared it.", default=None)
    approved_by: str | None = fact(
        "Who approved it elsewhere: another person. Where the approval policy asks for approval, a document "
        "entry_approved gives it.",
        default=None,
    )
    evidence: tuple[Evidence, ...] = fact("What shows that it is right.", default=())

    def __post_init__(self) -> None:
        DocumentFacts.__post_init__(self)
        if len(self.lines) < 2:
            raise refuse("lines", "must be two or more.")
        for index, line in enumerate(self.lines):
            if bool(line.debit) == bool(line.credit):
                raise refuse(f"lines[{index}]", "needs either a debit or a credit, more than 0.")
            self.minor(line.debit, f"lines[{index}].debit")
            self.minor(line.credit, f"lines[{index}].credit")
            if len(line.segment) > 40:
                raise refuse(f"lines[{index}].segment", "must be text of at most 40 characters.")
        debits = self.minor(sum((line.debit for line in self.lines), Fraction(0)), "lines")
        credits = self.minor(sum((line.credit for line in self.lines), Fraction(0)), "lines")
        if debits != credits:
            raise refuse("lines", f"do not balance: debits less credits are {debits - credits} minor units.")
        if self.reverses_on is not None and self.reverses_on <= self.on:
            raise refuse("reverses_on", "must come after the day of the entry.")
        if self.prepared_by and self.approved_by and self.prepared_by.lower() == self.approved_by.lower():
            raise refuse("approved_by", "must be another person than the one who prepared it.")

    def place(self) -> Place:
        return Place(self.on, self.corrects or self.reference)

    @property
    def total(self) -> Fraction:
        """The sum of its debits."""
        return sum((line.debit for line in self.lines), Fraction(0))


def balances(known: Sequence[Filed], day: date) -> Iterator[Balance]:
    """Each entry's lines, unless it waits for approval, until the day it reverses."""
    waiting = _waiting(known)
    for each in _entries(known):
        entry: ManualEntry = each.facts
        if each.id in waiting or (entry.reverses_on is not None and entry.reverses_on < day):
            continue
        for line in entry.lines:
            yield Balance(
                each.id,
                line.account,
                "entry",
                entry.currency,
                entry.on,
                entry.minor(line.debit - line.credit),
                line.segment,
                line.product or "",
                line.partner or "",
            )


def active(known: Sequence[Filed], month: Month) -> Iterator[int]:
    """Entries of the month that do not wait."""
    waiting = _waiting(known)
    return (
        each.id
        for each in _entries(known)
        if Month.of(each.effective_on) == month and each.id not in waiting and not _is_void(each.facts)
    )


def _is_void(entry: ManualEntry) -> bool:
    """Whether the lines of an entry cancel out, or it reverses within its own month."""
    by_account: dict[tuple[str, ...], Fraction] = {}
    for line in entry.lines:
        key = (line.account, line.segment, line.product or "", line.partner or "")
        by_account[key] = by_account.get(key, Fraction(0)) + line.debit - line.credit
    reverses = entry.reverses_on is not None and Month.of(entry.reverses_on) == Month.of(entry.on)
    return reverses or not any(by_account.values())


def problems(known: Sequence[Filed], day: date) -> Iterator[str]:
    """Entries that wait for approval, and approvals of something else than what is filed."""
    entries = {each.facts.reference: each for each in _entries(known)}
    yield from (words for _, _, words in waiting_entries(known))
    for each in known:
        if not isinstance(each.facts, EntryApproved):
            continue
        entry = entries.get(each.facts.entry)
        if entry is None:
            yield f"{each.facts.reference} approves {each.facts.entry!r}, which is not filed as a manual entry"
        elif not _is_of(each.facts, entry.facts):
            yield (
                f"{each.facts.reference} approves {each.facts.entry} with another day or amount than it has, or by its "
                "preparer"
            )


def waiting_entries(known: Sequence[Filed]) -> Iterator[tuple[Filed, int, str]]:
    """Each entry that waits, with the number of approvals it still needs and words for it."""
    waiting = _waiting(known)
    for each in _entries(known):
        if each.id in waiting:
            yield each, waiting[each.id], _words_about(each.facts, waiting[each.id])


def _words_about(entry: ManualEntry, missing: int) -> str:
    if not entry.prepared_by:
        return f"{entry.reference} needs approval and does not say who prepared it: void it and file it with prepared_by"
    return (
        f"{entry.reference} waits for {missing} approval{'s' if missing > 1 else ''} (stoa journal approve "
        f"{entry.reference}); or void it"
    )


def _entries(known: Sequence[Filed]) -> Iterator[Filed]:
    return (each for each in known if isinstance(each.facts, ManualEntry))


def _waiting(known: Sequence[Filed]) -> dict[int, int]:
    """Entries that need more approvals than they have, and how many are missing."""
    policies = [each for each in known if isinstance(each.facts, ApprovalPolicySet)]
    if not policies:
        return {}
    approvals: dict[str, list[EntryApproved]] = defaultdict(list)
    for each in known:
        if isinstance(each.facts, EntryApproved):
            approvals[each.facts.entry].append(each.facts)
    waiting = {}
    for each in _entries(known):
        entry: ManualEntry = each.facts
        moved = [(line.account, line.debit - line.credit) for line in entry.lines]
        needed = approvals_needed(policy_for(policies, each), moved, currency=entry.currency)
        given = {one.approved_by.lower() for one in approvals[entry.reference] if _is_of(one, entry)}
        if needed > len(given):
            waiting[each.id] = needed - len(given)
    return waiting


def _is_of(approval: EntryApproved, entry: ManualEntry) -> bool:
    """Whether the approval names the entry as it is, and comes from another person than its preparer."""
    return (
        (approval.entry_on, approval.amount, approval.currency) == (entry.on, entry.total, entry.currency)
        and bool(entry.prepared_by)
        and approval.approved_by.lower() != (entry.prepared_by or "").lower()
    )


FAMILY = Family(
    name="manual_entries",
    version="2",
    kinds=(ManualEntry, ApprovalPolicySet, EntryApproved),
    balances=balances,
    active=active,
    problems=problems,
)
