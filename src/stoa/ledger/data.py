"""Rows of the ledger that cross the door."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from stoa.kernel.spans import Month

OPEN: Final = "open"
SOFT: Final = "soft"
CLOSED: Final = "closed"

ASSET: Final = "asset"
LIABILITY: Final = "liability"
EQUITY: Final = "equity"
REVENUE: Final = "revenue"
EXPENSE: Final = "expense"
ACCOUNT_TYPES: Final = (ASSET, LIABILITY, EQUITY, REVENUE, EXPENSE)

SUSPENSE: Final = "1990"


@dataclass(frozen=True, slots=True)
class AccountRow:
    """An account of the chart. ``statement_line`` names the line of the statement it is shown in."""

    code: str
    name: str
    type: str
    normal_side: str
    statement_line: str
    is_control: bool


@dataclass(frozen=True, slots=True)
class PeriodRow:
    """A fiscal month of an entity. ``seal`` is the hash taken when it was locked, ``tie_outs`` what agreed then."""

    entity: str
    month: Month
    status: str
    soft_closed_at: datetime | None
    soft_closed_by: str
    closed_at: datetime | None
    closed_by: str
    seal: str
    checks: tuple[Mapping[str, Any], ...]
    tie_outs: Mapping[str, Any]

    @property
    def is_closed(self) -> bool:
        """Whether the period is locked."""
        return self.status == CLOSED

    @property
    def is_soft_closed(self) -> bool:
        """Whether only documents that a controller allows by name still count in the period."""
        return self.status == SOFT


@dataclass(frozen=True, slots=True)
class ReopeningRequestRow:
    """Somebody asks to open a locked month again; another person may approve."""

    id: int
    month: Month
    seal: str
    reason: str
    requested_by: int
    requested_at: datetime


@dataclass(frozen=True, slots=True)
class ReopeningRow:
    """A locked month was opened again: who asked, who approved, why, and what it was sealed with before.

    ``head`` is the hash of the last batch that the old seal covered, ``permit_count`` how many permits it covered.
    """

    month: Month
    reason: str
    requested_by: int
    requested_at: datetime
    approved_by: int
    approved_at: datetime
    seal: str
    head: str
    closed_at: datetime
    closed_by: str
    checks: tuple[Mapping[str, Any], ...]
    tie_outs: Mapping[str, Any]
    permit_count: int


@dataclass(frozen=True, slots=True)
class PermitRow:
    """A controller lets one document count in a soft closed month."""

    month: Month
    reference: str
    reason: str
    allowed_by: int
    allowed_at: datetime


@dataclass(frozen=True, slots=True)
class PeriodHistory:
    """What was done to a month between its seals."""

    reopenings: tuple[ReopeningRow, ...]
    permits: tuple[PermitRow, ...]


@dataclass(frozen=True, slots=True)
class LineToPost:
    """One summarized journal line. ``amount_minor`` is signed, debit positive.

    ``activity`` says what moved the account (a sale, the service, a refund, a reclassification);
    ``is_late`` marks effects of earlier, locked months; ``belongs_from`` and ``belongs_until`` (exclusive)
    are the days the amount belongs to.
    """

    account: str
    activity: str
    currency: str
    segment: str
    product: str
    partner: str
    is_late: bool
    belongs_from: date
    belongs_until: date
    amount_minor: int


@dataclass(frozen=True, slots=True)
class SealedLines:
    """The contract-level lines of a batch: where they lie, what proves that they are unchanged, and their sums."""

    file_name: str
    file_sha256: str
    content_sha256: str
    line_count: int
    document_count: int
    sums: tuple[LineToPost, ...]


@dataclass(frozen=True, slots=True)
class BatchRow:
    """A posting batch and the entry it made."""

    id: int
    number: int
    entity: str
    month: Month
    entry_id: int
    entry_reference: str
    posted_at: datetime
    policies: Mapping[str, str]
    file_name: str
    file_sha256: str
    content_sha256: str
    line_count: int
    document_count: int
    previous_hash: str
    hash: str


@dataclass(frozen=True, slots=True)
class LineRow:
    """A posted journal line with its entry and account."""

    id: int
    batch_id: int
    batch_number: int
    entry_reference: str
    entry_on: date
    month: Month
    account: str
    account_name: str
    activity: str
    currency: str
    segment: str
    product: str
    partner: str
    is_late: bool
    belongs_from: date
    belongs_until: date
    amount_minor: int

    @property
    def credit_minor(self) -> int:
        """The amount as a credit; zero for a debit."""
        return max(-self.amount_minor, 0)


@dataclass(frozen=True, slots=True)
class BalanceRow:
    """What an account holds in one currency: before a month, in it, and after it (debit positive)."""

    account: AccountRow
    currency: str
    opening_minor: int
    debit_minor: int
    credit_minor: int
    closing_minor: int


@dataclass(frozen=True, slots=True)
class ChainProblem:
    """A place where the journal is not what was posted."""

    batch_number: int
    words: str


@dataclass(frozen=True, slots=True)
class ContractLineRow:
    """One document's part of an account in a batch, as its sealed file holds it."""

    batch_id: int
    month: Month
    document: int
    account: str
    activity: str
    currency: str
    segment: str
    product: str
    partner: str
    is_late: bool
    belongs_from: date
    belongs_until: date
    amount_minor: int


@dataclass(frozen=True, slots=True)
class ContractLinePage:
    """A page of contract-level lines, with the count and sum of all that were asked for."""

    rows: tuple[ContractLineRow, ...]
    total: int
    sum_minor: int
    page: int
    page_size: int

    @property
    def pages(self) -> int:
        """Number of pages, at least 1."""
        return max(1, -(-self.total // self.page_size))


@dataclass(frozen=True, slots=True)
class SumRow:
    """What one account gathered in one month, by activity and dimension; debit positive."""

    month: Month
    activity: str
    currency: str
    segment: str
    product: str
    partner: str
    is_late: bool
    amount_minor: int


@dataclass(frozen=True, slots=True)
class MovementRow:
    """What one account gathered in one month by activity, segment and product, over all partners; debit positive."""

    month: Month
    account: str
    activity: str
    segment: str
    product: str
    is_late: bool
    amount_minor: int


@dataclass(frozen=True, slots=True)
class LateRow:
    """What documents that came late put into a month, with the days it belongs to; debit positive."""

    month: Month
    account: str
    activity: str
    segment: str
    belongs_from: date
    belongs_until: date
    amount_minor: int
