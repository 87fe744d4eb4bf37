"""For the auditor: from a document to every line it caused, its journal entry and its line of the statements."""

from dataclasses import dataclass
from datetime import date

from stoa.flows.posting import batch_folder
from stoa.kernel.spans import Month
from stoa.ledger import api as ledger
from stoa.subledger import api as subledger

#: More lines than any single document causes.
_MOST_LINES = 10_000


@dataclass(frozen=True, slots=True)
class TracedLine:
    """One line that a document caused, as far as the statement that shows it."""

    month: Month
    batch: int
    entry: str
    account: str
    account_name: str
    statement_line: str
    activity: str
    currency: str
    amount_minor: int
    is_late: bool
    belongs_from: date
    belongs_until: date


@dataclass(frozen=True, slots=True)
class Trace:
    """A document and every line it caused, in order of posting; what else is filed about its contract."""

    document: subledger.DocumentRow
    policy: str
    lines: tuple[TracedLine, ...]
    related: tuple[str, ...]


def trace(reference: str) -> Trace:
    """From a document to every line it caused, its journal entry and its line of the statements.

    Raises ``NotFound``, and ``BatchMissing`` when a sealed file is not there.
    """
    document = subledger.find_document(reference)
    batches = [
        batch
        for batch in ledger.batch_rows(entity=document.entity)
        if batch.month.start_on >= document.counts_from
    ]
    by_id = {batch.id: batch for batch in batches}
    chart = {account.code: account for account in ledger.chart_of_accounts()}
    found = ledger.contract_lines(
        batches, folder=batch_folder(), documents=[document.id], page_size=_MOST_LINES
    ).rows
    lines = [
        TracedLine(
            line.month,
            by_id[line.batch_id].number,
            by_id[line.batch_id].entry_reference,
            line.account,
            chart[line.account].name,
            chart[line.account].statement_line,
            line.activity,
            line.currency,
            line.amount_minor,
            line.is_late,
            line.belongs_from,
            line.belongs_until,
        )
        for line in found
    ]
    related = [row.reference for row in subledger.documents_of_contract(document.contract)]
    return Trace(
        document,
        subledger.policy_of(document.kind),
        tuple(sorted(lines, key=lambda line: (line.batch, line.account, line.activity, -line.amount_minor))),
        tuple(name for name in related if name != reference),
    )
