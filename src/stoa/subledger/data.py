"""Rows of the subledger that cross the door: the kinds of document, and what filing them answers."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, ClassVar, Final

from stoa.kernel.spans import Month
from stoa.policies.kinds import listed
from stoa.policies.kinds.frame import DocumentFacts

RECEIPT: Final = "receipt"
REFUND_PAID: Final = "refund_paid"
#: Kinds that come by the million, accounted for by a policy in SQL.
IN_SQL: Final = (RECEIPT, REFUND_PAID)
KINDS: Final = (*IN_SQL, *listed.KINDS)


@dataclass(frozen=True, slots=True)
class KindRow:
    """A kind of document: its name, what it is called, what it says, and the policy that accounts for it."""

    kind: str
    title: str
    words: str
    policy: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """A learner paid in full for access to a course during ``[start_on, end_on)``.

    ``price_minor`` is what the right costs without tax; the learner paid ``price_minor + tax_minor``.
    ``processing_fee_minor`` is what the payment processor keeps of it. ``start_on`` is the day on which
    access was granted, in the entity's time zone (which may be later than the payment). ``course`` and
    ``partner`` are slugs, ``customer`` is ``learner:<id>``, ``order`` the order's number, and
    ``reference`` ``receipt:<order id>``.
    """

    kind: ClassVar[str] = RECEIPT

    reference: str
    entity: str
    received_at: datetime
    access_granted_at: datetime
    currency: str
    price_minor: int
    tax_minor: int
    tax_jurisdiction: str
    processing_fee_minor: int
    start_on: date
    end_on: date
    product: str = "single_course"
    course: str
    partner: str
    customer: str
    order: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundPaid:
    """Money of a receipt was paid back. ``receipt`` is the reference of that ``Receipt``.

    ``price_minor`` and ``tax_minor`` are the parts paid back (all of them for a full refund);
    ``processing_fee_returned_minor`` is what the processor gave back of its fee.
    ``reference`` is ``refund:<refund id>``.
    """

    kind: ClassVar[str] = REFUND_PAID

    reference: str
    entity: str
    receipt: str
    refunded_at: datetime
    access_ended_on: date
    currency: str
    price_minor: int
    tax_minor: int
    processing_fee_returned_minor: int = 0
    product: str = "single_course"
    course: str
    partner: str
    customer: str
    order: str


Document = Receipt | RefundPaid | DocumentFacts


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
