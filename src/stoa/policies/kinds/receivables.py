"""What customers owe on a day: invoices less what was paid and written off, by age and by customer.

Payments settle their own invoice, as in the books. What came in after a write-off is a recovery: the receivable is
there again up to it, and paid. Customers under common control count as one.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import ClassVar

from stoa.policies.credit_losses import Bucket, age_class
from stoa.policies.facts import Price, fact, refuse
from stoa.policies.kinds.frame import DocumentFacts, Filed, Place
from stoa.policies.kinds.seat_contracts import (
    PRODUCT,
    CashReceived,
    InvoiceIssued,
    SeatContractSigned,
)

#: Days after which an invoice without a due day is due.
USUAL_TERMS_DAYS = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceivableWrittenOff(DocumentFacts):
    """A receivable was found uncollectible: it charges the allowance, never expense again."""

    kind: ClassVar[str] = "receivable_written_off"
    title: ClassVar[str] = "Receivable written off"

    invoice: str = fact("Reference of the invoice.")
    on: date = fact("Day on which it was found uncollectible.")
    amount: Price = fact("Amount, tax included.")
    reason: str = fact("On what evidence.")

    def __post_init__(self) -> None:
        DocumentFacts.__post_init__(self)
        if not self.minor(self.amount):
            raise refuse("amount", "must be more than 0.")

    def place(self) -> Place:
        return Place(self.on, self.invoice, "", PRODUCT)


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerRelated(DocumentFacts):
    """Customers are under common control: for concentration and by age they count as one, until told otherwise."""

    kind: ClassVar[str] = "customer_related"
    title: ClassVar[str] = "Customers under common control"

    group: str = fact("Name of the group.")
    customers: tuple[str, ...] = fact("Its customers; the last document of a group counts. None ends it.")
    on: date = fact("Day from which this holds.")

    def __post_init__(self) -> None:
        DocumentFacts.__post_init__(self)
        if len(set(self.customers)) < len(self.customers):
            raise refuse("customers", "must name each customer once.")

    def place(self) -> Place:
        return Place(self.on, self.group, self.group)


#: Kinds that say what customers owe. A kind that makes receivables of its own is added here, and in ``open_items``.
KINDS = (InvoiceIssued, CashReceived, SeatContractSigned)


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenItem:
    """An invoice and what is left of it on a day, in minor units.

    ``written_off_minor`` and ``recovered_minor`` are to date; ``open_minor`` is what the books hold of it.
    """

    document: int
    reference: str
    number: str
    customer: str
    currency: str
    invoiced_on: date
    due_on: date
    amount_minor: int
    paid_minor: int
    written_off_minor: int
    recovered_minor: int

    @property
    def open_minor(self) -> int:
        """What is still a receivable."""
        return self.amount_minor - self.paid_minor - self.written_off_minor + self.recovered_minor

    def days_past_due(self, day: date) -> int:
        """Days past due at the beginning of ``day``, counted through the day before; not more than 0 when not due."""
        return (day - timedelta(days=1) - self.due_on).days


def open_items(known: Sequence[Filed], *, terms_days: int = USUAL_TERMS_DAYS) -> list[OpenItem]:
    """Every invoice with what was paid, written off and recovered of it, from the documents known; in order of effect."""
    paid, written_off = _by_invoice(known, CashReceived), _by_invoice(known, ReceivableWrittenOff)
    customers = customers_of_contracts(known)
    found = []
    for each in known:
        facts = each.facts
        if not isinstance(facts, InvoiceIssued):
            continue
        key = facts.reference, facts.currency
        amount = facts.minor(facts.amount + facts.tax if facts.tax else facts.amount)
        settled = _within(paid[key], amount)
        lost = written_off[key]
        found.append(
            OpenItem(
                document=each.id,
                reference=facts.reference,
                number=facts.number or facts.reference,
                customer=facts.customer or customers.get((facts.contract, facts.currency), facts.contract),
                currency=facts.currency,
                invoiced_on=facts.on,
                due_on=facts.due_on or facts.on + timedelta(days=terms_days),
                amount_minor=amount,
                paid_minor=settled,
                written_off_minor=lost,
                recovered_minor=max(settled + lost - max(amount, 0), 0) if lost else 0,
            )
        )
    return found


def customers_of_contracts(known: Sequence[Filed]) -> dict[tuple[str, str], str]:
    """The customer of each contract."""
    return {
        (each.facts.reference, each.facts.currency): each.facts.customer
        for each in known
        if isinstance(each.facts, SeatContractSigned)
    }


def groups(known: Sequence[Filed]) -> dict[str, str]:
    """The group that each customer under common control belongs to."""
    latest: dict[str, tuple[str, ...]] = {}
    for each in known:
        if isinstance(each.facts, CustomerRelated):
            latest[each.facts.group] = each.facts.customers
    return {customer: group for group, customers in latest.items() for customer in customers}


def _by_invoice(
    known: Sequence[Filed], kind: type[CashReceived] | type[ReceivableWrittenOff]
) -> dict[tuple[str, str], int]:
    sums: dict[tuple[str, str], int] = defaultdict(int)
    for each in known:
        if isinstance(each.facts, kind):
            sums[each.facts.invoice, each.facts.currency] += each.facts.minor(each.facts.amount)
    return sums


def _within(amount: int, due: int) -> int:
    """``amount`` as far as it lies between nothing and what is due."""
    return min(max(amount, min(due, 0)), max(due, 0))


@dataclass(frozen=True, slots=True, kw_only=True)
class AgingRow:
    """What a customer (or a group under common control) owes, in all and by class of age."""

    customer: str
    currency: str
    total_minor: int
    by_class: tuple[int, ...]
    invoices: tuple[OpenItem, ...]
    share: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Aging:
    """The aging statement at the beginning of ``day``: classes of days past due, customers by size, and what no class takes."""

    day: date
    classes: tuple[str, ...]
    rows: tuple[AgingRow, ...]
    not_covered: tuple[OpenItem, ...]

    def totals(self, currency: str) -> tuple[int, ...]:
        """What is owed in each class, over all customers of a currency."""
        rows = [row.by_class for row in self.rows if row.currency == currency]
        return tuple(sum(column) for column in zip(*rows, strict=True)) if rows else (0,) * len(self.classes)


#: Classes of age where no estimate gives its own.
USUAL_CLASSES = (
    Bucket(name="not due", days_from=0, days_to=0),
    Bucket(name="1-30", days_from=1, days_to=30),
    Bucket(name="31-60", days_from=31, days_to=60),
    Bucket(name="61-90", days_from=61, days_to=90),
    Bucket(name="over 90", days_from=91),
)


def age(
    items: Iterable[OpenItem], classes: Sequence[Bucket], day: date, *, group_of: dict[str, str]
) -> Aging:
    """Sort what is open into classes of age, by customer and currency, the largest first."""
    sums: dict[tuple[str, str], list[int]] = {}
    behind: dict[tuple[str, str], list[OpenItem]] = defaultdict(list)
    not_covered = []
    for item in items:
        if not item.open_minor:
            continue
        index = age_class(classes, item.days_past_due(day))
        if index is None:
            not_covered.append(item)
            continue
        key = group_of.get(item.customer, item.customer), item.currency
        sums.setdefault(key, [0] * len(classes))[index] += item.open_minor
        behind[key].append(item)
    rows = [
        AgingRow(
            customer=customer,
            currency=currency,
            total_minor=sum(amounts),
            by_class=tuple(amounts),
            invoices=tuple(behind[customer, currency]),
        )
        for (customer, currency), amounts in sums.items()
    ]
    rows.sort(key=lambda row: (row.currency, -row.total_minor, row.customer))
    return Aging(
        day=day,
        classes=tuple(each.name for each in classes),
        rows=tuple(rows),
        not_covered=tuple(not_covered),
    )
