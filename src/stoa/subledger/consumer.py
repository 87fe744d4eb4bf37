"""What consumers do, as documents: the kinds that come by the million and are accounted for by policies in SQL.

Amounts are whole minor units, zero or more; the kind says which way they go. ``course`` and ``partner`` are slugs
and may be empty where no single one is meant (a program, the catalog); ``gateway`` names the payment processor.
"""

from collections.abc import Mapping
from dataclasses import MISSING, Field, dataclass, fields
from datetime import date, datetime
from typing import Any, ClassVar, Final, NamedTuple


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """A learner paid in full for access during ``[start_on, end_on)``: a course, a program, or a billed month or year.

    ``price_minor`` is what the right costs without tax, coupons taken off; the learner paid ``price_minor +
    tax_minor``, of which ``credit_used_minor`` with credit given earlier. ``processing_fee_minor`` is what the
    payment processor keeps of it. ``start_on`` is the day on which access was granted, in the entity's time zone
    (which may be later than the payment). ``course`` and ``partner`` are slugs (of the course or program; both
    may be empty for a catalog subscription), ``customer`` is ``learner:<id>``, ``order`` the order's number, and
    ``reference`` ``receipt:<order id>``.
    """

    kind: ClassVar[str] = "receipt"

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
    gateway: str = ""
    credit_used_minor: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundPaid:
    """Part or all of a receipt was given back. ``receipt`` is the reference of that ``Receipt``.

    ``price_minor`` and ``tax_minor`` are the parts given back (all of them for a full refund), of which
    ``credited_minor`` as credit for later purchases instead of money. ``access_ended_on`` is the day on which
    access ended; left out when it goes on, at the lower price. What is kept of the price is earned by the day
    access ended. ``processing_fee_returned_minor`` is what the processor gave back of its fee.
    ``reference`` is ``refund:<refund id>``.
    """

    kind: ClassVar[str] = "refund_paid"

    reference: str
    entity: str
    receipt: str
    refunded_at: datetime
    access_ended_on: date | None = None
    currency: str
    price_minor: int
    tax_minor: int
    processing_fee_returned_minor: int = 0
    product: str = "single_course"
    course: str
    partner: str
    customer: str
    order: str
    gateway: str = ""
    credited_minor: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditSold:
    """Money came for something to be chosen later: a gift, a gift card, a prepaid balance. A liability until used.

    A later ``Receipt`` uses it by ``credit_used_minor``. What will never be used is a receipt of the product
    ``store_credit``, paid with it, that starts and ends on the day on which its use became remote.
    """

    kind: ClassVar[str] = "credit_sold"

    reference: str
    entity: str
    sold_at: datetime
    currency: str
    amount_minor: int
    processing_fee_minor: int = 0
    product: str = "store_credit"
    course: str = ""
    partner: str = ""
    customer: str
    order: str
    gateway: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditRefunded:
    """Money of a ``CreditSold`` that was not used was paid back. ``sale`` is its reference."""

    kind: ClassVar[str] = "credit_refunded"

    reference: str
    entity: str
    sale: str
    refunded_at: datetime
    currency: str
    amount_minor: int
    processing_fee_returned_minor: int = 0
    product: str = "store_credit"
    course: str = ""
    partner: str = ""
    customer: str
    order: str
    gateway: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DisputeOpened:
    """A learner's bank disputes a payment: the gateway holds back ``price_minor + tax_minor`` until it is decided."""

    kind: ClassVar[str] = "dispute_opened"

    reference: str
    entity: str
    receipt: str
    opened_at: datetime
    currency: str
    price_minor: int
    tax_minor: int
    dispute_fee_minor: int = 0
    product: str = "single_course"
    course: str
    partner: str
    customer: str
    order: str
    gateway: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DisputeWon:
    """A dispute was decided for us: the gateway gives back what it held. ``dispute`` is its reference."""

    kind: ClassVar[str] = "dispute_won"

    reference: str
    entity: str
    receipt: str
    dispute: str
    won_at: datetime
    currency: str
    price_minor: int
    tax_minor: int
    dispute_fee_returned_minor: int = 0
    product: str = "single_course"
    course: str
    partner: str
    customer: str
    order: str
    gateway: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DisputeLost:
    """A dispute was decided against us: what the gateway held is gone, and the price falls like with a refund.

    ``access_ended_on`` is left out when access goes on. ``dispute`` is the reference of the ``DisputeOpened``.
    """

    kind: ClassVar[str] = "dispute_lost"

    reference: str
    entity: str
    receipt: str
    dispute: str
    lost_at: datetime
    access_ended_on: date | None = None
    currency: str
    price_minor: int
    tax_minor: int
    product: str = "single_course"
    course: str
    partner: str
    customer: str
    order: str
    gateway: str = ""


ConsumerDocument = (
    Receipt | RefundPaid | CreditSold | CreditRefunded | DisputeOpened | DisputeWon | DisputeLost
)


class Form(NamedTuple):
    """How a kind lies in the table: which of its fields each column holds; an empty name is none of them."""

    type: type[Any]
    at: str
    contract: str
    start: str = ""
    end: str = ""
    price: str = ""
    tax: str = ""
    fee: str = ""
    credit: str = ""

    @property
    def kind(self) -> str:
        """The kind's name."""
        return str(self.type.kind)

    @property
    def columns(self) -> Mapping[str, str]:
        """The typed columns of the table and the field each one holds, those without a field left out."""
        named = {
            "start_on": self.start,
            "end_on": self.end,
            "price_minor": self.price,
            "tax_minor": self.tax,
            "fee_minor": self.fee,
            "credit_minor": self.credit,
        }
        return {column: field for column, field in named.items() if field}

    @property
    def others(self) -> tuple[str, ...]:
        """Fields that no column holds: they lie in ``facts``."""
        held = {*SHARED, self.at, self.contract, *self.columns.values()}
        return tuple(field.name for field in fields(self.type) if field.name not in held)


#: Fields that lie in a column of their own name, whatever the kind.
SHARED: Final = (
    *("reference", "entity", "order", "currency", "product", "course", "partner", "customer", "gateway"),
)
#: What another fact says already, or says nothing, is not stored: (field, the field it equals by default).
IMPLIED: Final = {"access_granted_at": "received_at", "tax_jurisdiction": ""}
#: Texts that may be empty: an empty course or partner means no single one.
MAY_BE_EMPTY: Final = ("tax_jurisdiction", "gateway", "course", "partner")

_PRICE: Final = ("price_minor", "tax_minor")
FORMS: Final[Mapping[str, Form]] = {
    form.kind: form
    for form in (
        Form(
            *(Receipt, "received_at", "reference", "start_on", "end_on", *_PRICE),
            *("processing_fee_minor", "credit_used_minor"),
        ),
        Form(
            *(RefundPaid, "refunded_at", "receipt", "", "access_ended_on", *_PRICE),
            *("processing_fee_returned_minor", "credited_minor"),
        ),
        Form(CreditSold, "sold_at", "reference", fee="processing_fee_minor", credit="amount_minor"),
        Form(
            CreditRefunded, "refunded_at", "sale", fee="processing_fee_returned_minor", credit="amount_minor"
        ),
        Form(DisputeOpened, "opened_at", "receipt", "", "", *_PRICE, "dispute_fee_minor"),
        Form(DisputeWon, "won_at", "receipt", "", "", *_PRICE, "dispute_fee_returned_minor"),
        Form(DisputeLost, "lost_at", "receipt", "", "access_ended_on", *_PRICE),
    )
}


def is_required(field: "Field[Any]") -> bool:
    """Whether a document cannot do without the field."""
    return field.default is MISSING
