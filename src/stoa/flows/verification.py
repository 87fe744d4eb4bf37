"""Verifying the books: derive every month again from its documents and compare it with what was posted and sealed.

The chain of hashes shows that rows and files are those that were posted. This shows that they are also what the
documents say: whoever alters a document, a row, a sealed file, or all of them with their hashes, is found.
"""

import tempfile
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.db import transaction

from stoa.flows import evidence, month_end
from stoa.flows.posting import Derived, Tell, batch_folder, derive, scratch_folder
from stoa.kernel.refusals import Invalid
from stoa.kernel.spans import Month
from stoa.ledger import api as ledger
from stoa.subledger import api as subledger

#: Documents named in the words about a month.
_NAMED = 5

SAME_BYTES = "same bytes"
SAME_LINES = "same lines"
NOT_POSTED = "not posted yet"
DIFFERENT = "different"


@dataclass(frozen=True, slots=True)
class MonthVerified:
    """What deriving a month again gave.

    ``outcome`` is "same bytes" (its one sealed file, written again, is the file), "same lines" (the same for several
    batches, added up), "not posted yet" (an open month with documents still to post), or "different".
    """

    month: Month
    is_closed: bool
    batch_count: int
    line_count: int
    outcome: str


@dataclass(frozen=True, slots=True)
class BooksVerified:
    """Every month, and words for each place that is not as it should be."""

    months: tuple[MonthVerified, ...]
    batch_count: int
    problems: tuple[str, ...]


def verify_books(*, entity: str = "", tell: Tell = lambda words: None) -> BooksVerified:
    """Verify chain, files and seals, then derive every month and compare; changes nothing."""
    entity = entity or settings.STOA_ENTITY
    tell("comparing rows, files and seals with the chain")
    chain = month_end.verify(entity=entity)
    problems = [*chain.problems, *evidence.problems(entity=entity)]
    problems += [f"{words}." for words in subledger.numbering_problems(entity)]
    months = []
    for period in ledger.periods_of(entity):
        batches = ledger.batch_rows(entity=entity, month=period.month)
        problems += _document_problems(period)
        with transaction.atomic():
            months.append(_verify_month(period, batches, problems, tell))
    return BooksVerified(tuple(months), chain.batch_count, tuple(problems))


def _document_problems(period: ledger.PeriodRow) -> list[str]:
    """Documents of a locked month that are not what they were when it was closed, also where no line shows it."""
    kept = period.tie_outs.get("documents")
    if not period.is_closed or kept is None:
        return []
    changed = subledger.changed_documents(kept, entity=period.entity, month=period.month)
    return [f"{period.month}: {words}." for words in changed]


def _verify_month(
    period: ledger.PeriodRow, batches: Sequence[ledger.BatchRow], problems: list[str], tell: Tell
) -> MonthVerified:
    month = period.month
    if ledger.file_problems(batches, folder=batch_folder()):  # told with the chain
        return MonthVerified(month, period.is_closed, len(batches), 0, DIFFERENT)
    try:
        sealed = ledger.sealed_paths(batches, folder=batch_folder())
        with derive(month, entity=period.entity, tell=tell) as derived:
            tell(f"{month}: comparing")
            line_count, _ = derived.engine.counts()
            has_same_bytes = len(batches) == 1 and _bytes_are_those_of(derived, batches[0])
            problems.extend(_row_problems(derived, month, period.entity, sealed))
            derived.engine.subtract(sealed)
            missing, _ = derived.engine.counts()
            if missing and period.is_closed:
                problems.append(f"{month}: deriving it again gives other lines {_documents_of(derived)}.")
    except Invalid as refusal:
        problems.append(f"{month}: it cannot be derived again: {refusal}")
        return MonthVerified(month, period.is_closed, len(batches), 0, DIFFERENT)
    outcome = SAME_BYTES if has_same_bytes else SAME_LINES
    if missing:
        outcome = DIFFERENT if period.is_closed else NOT_POSTED
    return MonthVerified(month, period.is_closed, len(batches), line_count, outcome)


def _bytes_are_those_of(derived: Derived, batch: ledger.BatchRow) -> bool:
    """Whether sealing the month again would give the very file."""
    with tempfile.TemporaryDirectory(dir=scratch_folder()) as folder:
        again = ledger.seal(derived.engine, folder=Path(folder), month=str(batch.month))
    return again.file_sha256 == batch.file_sha256


def _row_problems(derived: Derived, month: Month, entity: str, sealed: Sequence[Path]) -> list[str]:
    """Journal rows that are not the sums of the sealed lines: rows and hashes may have been altered together."""
    sums: dict[tuple[object, ...], int] = defaultdict(int)
    for line in ledger.lines(entity=entity, month=month):
        sums[line.account, line.activity, line.currency, line.segment, line.product, line.partner] += (
            line.amount_minor
        )
    for *key, amount in derived.engine.sums_of_files(sealed):
        sums[tuple(key)] -= amount
    wrong = sorted({str(key[0]) for key, amount in sums.items() if amount})
    return [f"{month}: rows of {', '.join(wrong)} are not the sums of the sealed lines."] if wrong else []


def _documents_of(derived: Derived) -> str:
    """Which documents the lines that are left belong to."""
    ids = [row[0] for row in derived.engine.query("SELECT DISTINCT document FROM lines ORDER BY document")]
    known = subledger.documents_by_id(ids[:_NAMED])
    names = [
        known[each].reference if each in known else f"number {each}, which is gone" for each in ids[:_NAMED]
    ]
    return f"for {', '.join(names)}" + (f" and {len(ids) - _NAMED} more" if len(ids) > _NAMED else "")
