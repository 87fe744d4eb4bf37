"""Closing a month: check everything, close it softly, lock and seal it; and the way back, which takes two people."""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import transaction

from stoa.flows import checklist, posting
from stoa.flows.checklist import Check, Checklist
from stoa.flows.posting import Tell, batch_folder
from stoa.kernel.refusals import Conflict
from stoa.kernel.spans import Month
from stoa.ledger import api as ledger
from stoa.subledger import api as subledger

__all__ = [
    "AlreadyClosed",
    "Check",
    "Checklist",
    "NotReadyToClose",
    "ReferenceFiled",
    "Verification",
    "allow_adjustment",
    "approve_reopening",
    "check",
    "checklist_of",
    "close",
    "request_reopening",
    "soft_close",
    "verify",
]


class NotReadyToClose(Conflict):
    """A check failed; ``checks`` lists all of them and ``str()`` those that failed."""

    code = "not_ready_to_close"

    def __init__(self, found: Checklist) -> None:
        self.checklist = found
        self.checks = found.checks
        reasons = " ".join(f"{check.title}: {check.words}" for check in found.checks if not check.passed)
        super().__init__(f"{found.month} cannot be closed. {reasons}")


class AlreadyClosed(Conflict):
    """The month is closed already; nothing was changed. ``period`` is as it was closed."""

    code = "already_closed"

    def __init__(self, period: ledger.PeriodRow) -> None:
        self.period = period
        how = f"sealed {period.seal[:12]}" if period.is_closed else "softly"
        super().__init__(f"{period.month} is closed already ({how}).")


class ReferenceFiled(Conflict):
    """The document counts from another month already; an adjustment is a document that is still to be filed."""

    code = "reference_filed"


def check(
    month: Month, *, checked_at: datetime, entity: str = "", tell: Tell = lambda words: None
) -> tuple[Check, ...]:
    """Go through the checklist of a month without changing anything. It derives the month again from its documents."""
    return checklist_of(month, checked_at=checked_at, entity=entity, tell=tell).checks


def checklist_of(
    month: Month, *, checked_at: datetime, entity: str = "", tell: Tell = lambda words: None
) -> Checklist:
    """The checklist that locking the month asks for, with its tie-outs; nothing is changed."""
    entity = entity or settings.STOA_ENTITY
    with transaction.atomic():
        return checklist.to_lock(month, at=checked_at, entity=entity, tell=tell)


def soft_close(
    month: Month, *, closed_at: datetime, actor: str, entity: str = "", tell: Tell = lambda words: None
) -> ledger.PeriodRow:
    """Check a month and close it softly: from now on documents of it count from the next month.

    What a controller allows by name (``allow_adjustment``) still counts in it. ``actor`` names who closes. Raises
    ``NotReadyToClose`` with the checklist, and ``AlreadyClosed``.
    """
    entity = entity or settings.STOA_ENTITY
    with transaction.atomic():
        ledger.hold_one_posting_run(entity)
        period = _period_or_none(entity, month)
        if period is not None and period.status != ledger.OPEN:
            raise AlreadyClosed(period)
        seen = subledger.count_documents(entity=entity, month=month)
        found = checklist.to_close_softly(month, at=closed_at, entity=entity, tell=tell)
        found = _with_gate_closed(found, entity=entity, seen=seen, tell=tell)
        return ledger.lock_softly(
            entity=entity,
            month=month,
            closed_at=closed_at,
            closed_by=actor,
            checks=found.rows,
            tie_outs=found.tie_outs,
        )


def close(
    month: Month, *, closed_at: datetime, actor: str, entity: str = "", tell: Tell = lambda words: None
) -> ledger.PeriodRow:
    """Check a month, lock it and seal it, in one transaction: killed at any moment, it is open or closed whole.

    ``actor`` names who closes. Raises ``NotReadyToClose`` with the checklist, and ``AlreadyClosed``.
    """
    entity = entity or settings.STOA_ENTITY
    with transaction.atomic():
        ledger.hold_one_posting_run(entity)
        period = _period_or_none(entity, month)
        if period is not None and period.is_closed:
            raise AlreadyClosed(period)
        seen = subledger.count_documents(entity=entity, month=month)
        found = checklist.to_lock(month, at=closed_at, entity=entity, tell=tell)
        return _lock(found, closed_at=closed_at, actor=actor, entity=entity, seen=seen, tell=tell)


def post_and_close(
    month: Month, *, closed_at: datetime, actor: str, entity: str, tell: Tell = lambda words: None
) -> int:
    """Post a month of which nothing is posted and close it, derived once: what was sealed is read again and compared.

    One transaction: killed at any moment, the month is neither posted nor closed, or both. When the month is not ready,
    what was posted stays, as if the two were done one after the other. A document that comes in between is found like
    in ``close``. Returns how many contract-level lines were posted. Raises ``NotReadyToClose``.
    """
    refusal: NotReadyToClose | None = None
    with transaction.atomic():
        ledger.hold_one_posting_run(entity)
        seen = subledger.count_documents(entity=entity, month=month)
        posted = ledger.sealed_paths(ledger.batch_rows(entity=entity, month=month), folder=batch_folder())
        with posting.derive(month, entity=entity, tell=tell) as derived:
            derived.engine.subtract(posted)
            new = posting.post_lines(derived, month=month, posted_at=closed_at, entity=entity, tell=tell)
            try:
                with transaction.atomic():
                    found = checklist.to_lock_derived(
                        derived, month=month, at=closed_at, entity=entity, tell=tell
                    )
                    _lock(found, closed_at=closed_at, actor=actor, entity=entity, seen=seen, tell=tell)
            except NotReadyToClose as not_ready:
                refusal = not_ready
    if refusal:
        raise refusal
    return new.line_count


def _lock(
    found: Checklist, *, closed_at: datetime, actor: str, entity: str, seen: int, tell: Tell
) -> ledger.PeriodRow:
    found = _with_gate_closed(found, entity=entity, seen=seen, tell=tell)
    documents = subledger.digests_of_documents(entity=entity, month=found.month)
    return ledger.lock_period(
        entity=entity,
        month=found.month,
        closed_at=closed_at,
        closed_by=actor,
        checks=found.rows,
        tie_outs={**found.tie_outs, "documents": documents},
    )


def request_reopening(
    month: Month, *, requested_by: int, reason: str, requested_at: datetime, entity: str = ""
) -> ledger.ReopeningRequestRow:
    """Ask, as a controller, to open the latest locked month again; ``approve_reopening`` is for another one."""
    return ledger.request_reopening(
        entity=entity or settings.STOA_ENTITY,
        month=month,
        requested_by=requested_by,
        reason=reason,
        requested_at=requested_at,
    )


def approve_reopening(*, request_id: int, approved_by: int, approved_at: datetime) -> ledger.PeriodRow:
    """Open the month that was asked about. It is soft closed then: name each document that shall count in it."""
    return ledger.approve_reopening(request_id=request_id, approved_by=approved_by, approved_at=approved_at)


def allow_adjustment(
    month: Month, *, reference: str, reason: str, allowed_by: int, allowed_at: datetime, entity: str = ""
) -> ledger.PermitRow:
    """Let the document ``reference``, still to be filed, count in a soft closed month. Raises ``ReferenceFiled``."""
    if subledger.is_filed(reference):
        raise ReferenceFiled(
            f"{reference!r} is filed already and counts from its own month. File a document that corrects it, under a "
            "reference that you allow first."
        )
    return ledger.allow_adjustment(
        entity=entity or settings.STOA_ENTITY,
        month=month,
        reference=reference,
        reason=reason,
        allowed_by=allowed_by,
        allowed_at=allowed_at,
    )


def _with_gate_closed(found: Checklist, *, entity: str, seen: int, tell: Tell) -> Checklist:
    """Wait for filers under way, and refuse what is not ready, or when one of their documents came meanwhile."""
    month = found.month
    tell(f"{month}: waiting for documents on their way")
    ledger.hold_period_gate(entity)
    arrived = subledger.count_documents(entity=entity, month=month) - seen
    if arrived:
        words = (
            f"{arrived} came while the month was checked. Run stoa post --through {month}, then close again."
        )
        late = Check("gate", "No document came meanwhile", False, words)
        found = Checklist(month, (*found.checks, late), found.tie_outs)
    if not found.passed:
        raise NotReadyToClose(found)
    return found


def _period_or_none(entity: str, month: Month) -> ledger.PeriodRow | None:
    return next((period for period in ledger.periods_of(entity) if period.month == month), None)


@dataclass(frozen=True, slots=True)
class Verification:
    """What verifying the books found: words for each place that is not as it was posted."""

    batch_count: int
    problems: tuple[str, ...]


def verify(*, entity: str = "") -> Verification:
    """Compare rows, sealed files and seals with the chain of hashes, without changing anything."""
    entity = entity or settings.STOA_ENTITY
    batches = ledger.batch_rows(entity=entity)
    problems = [
        f"Batch {problem.batch_number}: {problem.words}." if problem.batch_number else f"{problem.words}."
        for problem in ledger.chain_problems(entity)
    ]
    problems += [
        f"Batch {b.number}: {words}." for b, words in ledger.file_problems(batches, folder=batch_folder())
    ]
    problems += [f"{month}: {words}." for month, words in ledger.seal_problems(entity)]
    return Verification(len(batches), tuple(problems))
