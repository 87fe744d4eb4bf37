"""Approving manual entries: what waits, and the approval of another person."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from stoa.kernel.money import Money
from stoa.kernel.refusals import Conflict, Invalid, NotAllowed
from stoa.kernel.spans import Month
from stoa.people import api as people
from stoa.policies.kinds import listed
from stoa.policies.kinds.approvals import EntryApproved
from stoa.policies.kinds.manual_entries import ManualEntry, waiting_entries
from stoa.policies.kinds.voids import without_voided
from stoa.subledger import api as subledger


class ApprovedAlready(Conflict):
    """This person approved the entry before; another one is needed where it still waits."""

    code = "approved_already"


@dataclass(frozen=True, slots=True)
class WaitingEntry:
    """A manual entry that moves nothing until it is approved. ``missing`` is how many approvals it still needs."""

    document_id: int
    reference: str
    entry_on: date
    currency: str
    amount: Decimal
    reason: str
    prepared_by: str
    missing: int
    words: str


def waiting(*, entity: str, through: Month | None = None) -> tuple[WaitingEntry, ...]:
    """Return the entries of months through ``through`` (default: all) that wait, oldest first."""
    month = through or _last_month(entity)
    known = without_voided(subledger.filed_through(entity=entity, month=month)) if month else []
    return tuple(
        WaitingEntry(
            each.id,
            each.facts.reference,
            each.facts.on,
            each.facts.currency,
            _amount(each.facts),
            each.facts.reason,
            each.facts.prepared_by or "",
            missing,
            words,
        )
        for each, missing, words in sorted(
            waiting_entries(known), key=lambda row: (row[0].facts.on, row[0].facts.reference)
        )
    )


def prepare_entry(*, given: Mapping[str, Any], preparer: people.PersonRow) -> subledger.FiledDocument:
    """File an entry by hand that ``preparer`` wrote; ``given`` are its facts as a line of a file has them.

    Filing the same entry under the same reference again changes nothing. Raises ``Invalid`` (with ``fields``),
    ``NotAllowed`` and ``ReferenceTaken``.
    """
    if people.CONTROLLER not in people.roles_of(preparer.id):
        raise NotAllowed(f"{preparer.email} does not hold the role controller. An operator can grant it.")
    return subledger.file(listed.read(ManualEntry.kind, {**given, "prepared_by": preparer.email}))


def approve_entry(
    *,
    entry: str,
    approver: people.PersonRow,
    approved_on: date,
    evidence: tuple[Mapping[str, str], ...] = (),
) -> subledger.FiledDocument:
    """File the approval of a manual entry as it is filed, by a controller who did not prepare it.

    Raises ``NotFound``, ``NotAllowed``, ``Invalid`` and ``ApprovedAlready``.
    """
    row = subledger.find_document(entry)
    facts = _entry_of(row)
    if not facts.prepared_by:
        raise Invalid(f"{entry!r} does not say who prepared it: void it and file it anew with prepared_by.")
    if facts.prepared_by.lower() == approver.email.lower():
        raise NotAllowed(f"{approver.email} prepared this entry: another person must approve it.")
    if people.CONTROLLER not in people.roles_of(approver.id):
        raise NotAllowed(f"{approver.email} does not hold the role controller. An operator can grant it.")
    approval: dict[str, Any] = {
        "kind": EntryApproved.kind,
        "reference": f"approval:{row.id}:{approver.id}",
        "entity": row.entity,
        "currency": row.currency,
        "entry": entry,
        "entry_on": facts.on.isoformat(),
        "amount": f"{_amount(facts):f}",
        "approved_by": approver.email,
        "approved_on": approved_on.isoformat(),
    }
    if evidence:
        approval["evidence"] = [dict(each) for each in evidence]
    try:
        filed = subledger.file(subledger.document_from(approval))
    except subledger.ReferenceTaken:
        raise ApprovedAlready(f"{approver.email} approved {entry!r} before.") from None
    if not filed.is_new:
        raise ApprovedAlready(f"{approver.email} approved {entry!r} before.")
    return filed


def _entry_of(row: subledger.DocumentRow) -> ManualEntry:
    if row.kind != ManualEntry.kind:
        raise Invalid(f"{row.reference!r} is not a manual entry; only those are approved.")
    given = {**row.facts, "reference": row.reference, "entity": row.entity, "currency": row.currency}
    facts = subledger.document_from({"kind": row.kind, **given})
    assert isinstance(facts, ManualEntry)
    return facts


def _amount(entry: ManualEntry) -> Decimal:
    return Money(entry.minor(entry.total), entry.currency).decimal


def _last_month(entity: str) -> Month | None:
    months = subledger.counts_by_month(entity=entity)
    return max(months) if months else None
