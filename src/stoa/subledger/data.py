"""Rows of the subledger that cross the door: the kinds of document, and what filing them answers."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from stoa.kernel.spans import Month
from stoa.policies.kinds import listed
from stoa.policies.kinds.frame import DocumentFacts
from stoa.policies.registry import CONSUMER_KINDS
from stoa.subledger.consumer import ConsumerDocument

RECEIPT: Final = "receipt"
REFUND_PAID: Final = "refund_paid"
#: Kinds that come by the million, accounted for by policies in SQL (their forms: ``subledger.consumer``).
IN_SQL: Final = CONSUMER_KINDS
KINDS: Final = (*IN_SQL, *listed.KINDS)
#: Kinds whose documents are numbered without gaps (the trigger of migration 0006 knows them, too).
NUMBERED: Final = ("manual_entry", "invoice_issued")


@dataclass(frozen=True, slots=True)
class KindRow:
    """A kind of document: its name, what it is called, what it says, and the policy that accounts for it."""

    kind: str
    title: str
    words: str
    policy: str


Document = ConsumerDocument | DocumentFacts


@dataclass(frozen=True, slots=True)
class FiledDocument:
    """What filing answered. ``is_new`` is false when the same content had been filed before."""

    id: int
    reference: str
    kind: str
    effective_on: date
    counts_from: date
    is_new: bool

    @property
    def is_late(self) -> bool:
        """Whether the month it belongs to was locked before it came."""
        return Month.of(self.counts_from) > Month.of(self.effective_on)


@dataclass(frozen=True, slots=True)
class FilingReport:
    """What filing many documents answered: counts, and each refused reference with its reason."""

    new: int
    known: int
    refused: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class DocumentRow:
    """A filed document as pages and commands show it. ``facts`` holds what is special to its kind.

    Amounts of receipts and refunds are ``…_minor`` there; those of other kinds are decimal text.
    """

    id: int
    reference: str
    kind: str
    entity: str
    contract: str
    order: str
    currency: str
    product: str
    course: str
    partner: str
    customer: str
    effective_on: date
    counts_from: date
    ends_on: date
    occurred_at: datetime
    recorded_at: datetime
    facts: Mapping[str, Any]

    @property
    def is_late(self) -> bool:
        """Whether the month it belongs to was locked before it came."""
        return Month.of(self.counts_from) > Month.of(self.effective_on)


@dataclass(frozen=True, slots=True)
class DocumentPage:
    """One page of documents, newest first, and how many there are in all."""

    rows: tuple[DocumentRow, ...]
    total: int
    page: int
    page_size: int

    @property
    def pages(self) -> int:
        """Number of pages, at least 1."""
        return max(1, -(-self.total // self.page_size))
