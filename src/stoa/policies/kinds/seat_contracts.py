"""Seat contracts of enterprises, and every customer's invoices and payments (policy ``seat_contracts``; ASC 606-10-25-31,
45-1 to 45-4).

An invoice is a receivable and, until it is earned, a contract liability; what is earned before it is invoiced is a
contract asset, contract by contract. Terms of degrees are invoiced here too, and accounted for by ``degree_terms``. An
invoice without its contract, a payment without its invoice or above it,
waits in suspense until the missing document comes.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import ClassVar, NamedTuple

from stoa.kernel.refusals import Invalid
from stoa.kernel.spans import Month
from stoa.policies import seat_contracts as policy
from stoa.policies.facts import Amount, Price, Quantity, fact, refuse
from stoa.policies.frame import Explanation
from stoa.policies.kinds import degree_documents
from stoa.policies.kinds.degree_documents import DegreeTermStarted
from stoa.policies.kinds.frame import Balance, DocumentFacts, Family, Filed, Place
from stoa.policies.kinds.registers import Register
from stoa.policies.kinds.seat_contract_register import register_of
from stoa.policies.layers import Layer

SEGMENT = "Enterprise"
PRODUCT = "seat_contract"


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatContractSigned(DocumentFacts):
    """A customer signed for seats over a term. Nothing is earned before access is granted."""

    kind: ClassVar[str] = "seat_contract_signed"
    title: ClassVar[str] = "Seat contract signed"

    customer: str = fact("Customer.")
    signed_on: date = fact("Day of signing.")
    start_on: date = fact("First day of the contract's term.")
    end_on: date | None = fact("Day after the last; or term_months.", default=None)
    term_months: int | None = fact("Months of the term, usually 12 to 36.", default=None)
    access_on: date | None = fact(
        "Day on which access was granted, when it is known at signing; else file seat_access_granted.",
        default=None,
    )
    seats: Quantity = fact("Seats.", default=Fraction(1))
    price: Price | None = fact("Price of the whole term, taxes excluded; or price_per_seat.", default=None)
    price_per_seat: Price | None = fact("Price of a seat for the whole term.", default=None)

    def __post_init__(self) -> None:
        DocumentFacts.__post_init__(self)
        _, total, _, _ = policy.measure(self.seat_facts((), self.start_on), Explanation())
        self.minor(total, "price")

    def place(self) -> Place:
        return Place(self.signed_on, self.reference, self.customer, PRODUCT)

    def seat_facts(self, followed: Sequence[DocumentFacts], through: date) -> policy.SeatFacts:
        """The contract and what followed it, as the policy takes them."""
        granted = [each.on for each in followed if isinstance(each, SeatAccessGranted)]
        if self.access_on is not None:
            granted.append(self.access_on)
        ends = [each for each in followed if isinstance(each, SeatContractEnded)]
        return policy.SeatFacts(
            currency=self.currency,
            customer=self.customer,
            start_on=self.start_on,
            end_on=self.end_on,
            term_months=self.term_months,
            access_on=min(granted, default=None),
            seats=self.seats,
            price=self.price,
            price_per_seat=self.price_per_seat,
            changes=tuple(
                policy.Change(
                    id=each.reference,
                    on=each.on,
                    seats_added=each.seats_added,
                    price_change=each.price_change,
                    standalone_selling_price=each.standalone_selling_price,
                    end_on=each.end_on,
                )
                for each in followed
                if isinstance(each, SeatContractChanged)
            ),
            ended_on=ends[0].on if ends else None,
            refund_at_end=ends[0].refund if ends else Fraction(0),
            through=through,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatAccessGranted(DocumentFacts):
    """The customer was given access: revenue begins."""

    kind: ClassVar[str] = "seat_access_granted"
    title: ClassVar[str] = "Access to seats granted"

    contract: str = fact("Reference of the seat contract.")
    on: date = fact("Day on which access was granted.")

    def place(self) -> Place:
        return Place(self.on, self.contract, "", PRODUCT)


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatContractChanged(DocumentFacts):
    """Seats, price or term were changed; prospectively, or as a separate contract at its own price."""

    kind: ClassVar[str] = "seat_contract_changed"
    title: ClassVar[str] = "Seat contract changed"

    contract: str = fact("Reference of the seat contract.")
    on: date = fact("Day on which the change takes effect.")
    seats_added: Quantity = fact("Seats added.", default=Fraction(0))
    price_change: Amount = fact("Change of the contract's price; negative for a credit.", default=Fraction(0))
    standalone_selling_price: Price | None = fact(
        "Standalone selling price of all the added seats until the end; equal to the price: a separate contract.",
        default=None,
    )
    end_on: date | None = fact("New end of the contract (day after the last), when it changes.", default=None)

    def __post_init__(self) -> None:
        DocumentFacts.__post_init__(self)
        self.minor(self.price_change, "price_change")

    def place(self) -> Place:
        return Place(self.on, self.contract, "", PRODUCT)


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatContractEnded(DocumentFacts):
    """A contract was ended early. What is refunded of it is invoiced as a credit memo (a negative invoice)."""

    kind: ClassVar[str] = "seat_contract_ended"
    title: ClassVar[str] = "Seat contract ended"

    contract: str = fact("Reference of the seat contract.")
    on: date = fact("Day on which it was ended.")
    refund: Price = fact("Part of the price that is given back.", default=Fraction(0))

    def __post_init__(self) -> None:
        DocumentFacts.__post_init__(self)
        self.minor(self.refund, "refund")

    def place(self) -> Place:
        return Place(self.on, self.contract, "", PRODUCT)


@dataclass(frozen=True, slots=True, kw_only=True)
class InvoiceIssued(DocumentFacts):
    """An invoice to a customer; the right to its amount is unconditional from its day. A credit memo is negative."""

    kind: ClassVar[str] = "invoice_issued"
    title: ClassVar[str] = "Invoice issued"

    contract: str = fact("Reference of the seat contract.")
    customer: str | None = fact("Customer.", default=None)
    number: str | None = fact("Number of the invoice.", default=None)
    on: date = fact("Day of the invoice.")
    due_on: date | None = fact("Day on which it is due.", default=None)
    amount: Amount = fact("Amount, taxes excluded; a credit memo is negative.")
    tax: Amount = fact("Sales tax on it.", default=Fraction(0))

    def __post_init__(self) -> None:
        DocumentFacts.__post_init__(self)
        self.minor(self.amount)
        self.minor(self.tax, "tax")
        if self.tax and (self.amount < 0) != (self.tax < 0):
            raise refuse("tax", "must have the sign of the amount.")
        if self.due_on is not None and self.due_on < self.on:
            raise refuse("due_on", "must not lie before the day of the invoice.")

    def place(self) -> Place:
        return Place(self.on, self.contract, self.customer or "", PRODUCT)


@dataclass(frozen=True, slots=True, kw_only=True)
class CashReceived(DocumentFacts):
    """Money came in for an invoice, tax included. Money given back on a credit memo is negative."""

    kind: ClassVar[str] = "cash_received"
    title: ClassVar[str] = "Cash received"

    invoice: str = fact("Reference of the invoice.")
    contract: str | None = fact("Reference of the contract, to find the payment there.", default=None)
    customer: str | None = fact("Customer.", default=None)
    on: date = fact("Day on which the money was there.")
    amount: Amount = fact("Amount, tax included.")

    def __post_init__(self) -> None:
        DocumentFacts.__post_init__(self)
        if not self.minor(self.amount):
            raise refuse("amount", "must not be 0.")

    def place(self) -> Place:
        return Place(self.on, self.contract or self.invoice, self.customer or "", PRODUCT)


class SignedContract(NamedTuple):
    """A contract with what followed it, in order of effect."""

    signed: Filed
    followed: list[Filed]

    def measured(self, through: date) -> tuple[list[Layer], int, int, int]:
        """The layers; the price, what is earned by the end of ``through`` and a year later, in minor units.

        Posting, closing, registers and statements ask about the same days: what was worked out is kept, and used
        while the documents are the very same.
        """
        key = (id(self.signed), *map(id, self.followed), through)
        known = _MEASURED.get(key)
        if known is None:
            if len(_MEASURED) >= _KEPT_AT_MOST:
                _MEASURED.clear()
            known = _MEASURED[key] = self, self._measured(through)
        return known[1]

    def _measured(self, through: date) -> tuple[list[Layer], int, int, int]:
        facts: SeatContractSigned = self.signed.facts
        given = facts.seat_facts([each.facts for each in self.followed], through)
        layers, total, earned, in_a_year = policy.measure(given, Explanation())
        return layers, facts.minor(total), facts.minor(earned), facts.minor(in_a_year)

    @property
    def invoices(self) -> list[Filed]:
        return [each for each in self.followed if isinstance(each.facts, InvoiceIssued)]


#: With the contract itself, whose documents' identities are in the key.
_MEASURED: dict[tuple[object, ...], tuple[SignedContract, tuple[list[Layer], int, int, int]]] = {}
_KEPT_AT_MOST = 50_000


def balances(known: Sequence[Filed], day: date) -> Iterator[Balance]:
    """Receivables, contract assets and liabilities with their parts, tax, cash, revenue, and what waits in suspense."""
    standing, orphans = contracts(known)
    unknown = {each.id for each in orphans}
    for contract in standing:
        yield from _contract_balances(contract, day)
    terms = _degree_terms(known)
    invoices: dict[tuple[str, str], InvoiceIssued] = {}
    for each in known:
        if isinstance(each.facts, InvoiceIssued):
            invoices[each.facts.reference, each.facts.currency] = each.facts
            other = "suspense" if each.id in unknown else "contract_liability"
            yield from _invoice_balances(each, other, _sold_by(each.facts, terms))
    yield from _cash_balances(known, invoices, terms)


def _contract_balances(contract: SignedContract, day: date) -> Iterator[Balance]:
    signed: SeatContractSigned = contract.signed.facts
    billed = sum(each.facts.minor(each.facts.amount) for each in contract.invoices)
    try:
        layers, total, earned, in_a_year = contract.measured(day - timedelta(days=1))
    except Invalid:  # told by problems(); until it is mended nothing is earned
        return
    liability = max(billed - earned, 0)
    # Not current is what will be earned after a year; what is billed beyond the price is owed back, hence current.
    later = min(max(liability - (in_a_year - earned), 0), max(total - in_a_year, 0)) if in_a_year else 0
    for account, activity, amount in (
        ("contract_liability", "service", min(earned, max(billed, 0))),
        ("contract_asset", "service", earned - min(earned, max(billed, 0))),
        ("revenue", "service", -earned),
        ("contract_liability", "reclassification", later),
        ("contract_liability_non_current", "reclassification", -later),
    ):
        yield Balance(
            *(contract.signed.id, account, activity, signed.currency),
            *(min(layers[0].start_on, signed.signed_on), amount, SEGMENT, PRODUCT),
        )


def _degree_terms(known: Sequence[Filed]) -> dict[tuple[str, str], DegreeTermStarted]:
    """The terms of degrees by reference and currency: contracts with universities."""
    return {
        (each.facts.reference, each.facts.currency): each.facts
        for each in known
        if isinstance(each.facts, DegreeTermStarted)
    }


def _sold_by(
    invoice: InvoiceIssued | None, terms: Mapping[tuple[str, str], DegreeTermStarted]
) -> tuple[str, str, str]:
    """Segment, product and partner that an invoice belongs to."""
    term = None if invoice is None else terms.get((invoice.contract, invoice.currency))
    if term is None:
        return SEGMENT, PRODUCT, ""
    return degree_documents.SEGMENT, degree_documents.PRODUCT, term.university


def _invoice_balances(each: Filed, other: str, sold: tuple[str, str, str]) -> Iterator[Balance]:
    facts: InvoiceIssued = each.facts
    amount, tax = facts.minor(facts.amount), facts.minor(facts.tax)
    for account, minor in (("receivable", amount + tax), (other, -amount), ("sales_tax_payable", -tax)):
        yield Balance(each.id, account, "sale", facts.currency, facts.on, minor, *sold)


def _cash_balances(
    known: Sequence[Filed],
    invoices: Mapping[tuple[str, str], InvoiceIssued],
    terms: Mapping[tuple[str, str], DegreeTermStarted],
) -> Iterator[Balance]:
    """Payments settle their invoice in order, up to its amount; the rest is suspense."""
    settled: dict[str, int] = defaultdict(int)
    for each in known:
        if not isinstance(each.facts, CashReceived):
            continue
        facts = each.facts
        amount, applied = facts.minor(facts.amount), 0
        invoice = invoices.get((facts.invoice, facts.currency))
        if invoice is not None:
            due = invoice.minor(invoice.amount + invoice.tax)
            before = settled[facts.invoice]
            settled[facts.invoice] += amount
            applied = _within(before + amount, due) - _within(before, due)
        sold = _sold_by(invoice, terms)
        for account, minor in (("cash", amount), ("receivable", -applied), ("suspense", applied - amount)):
            yield Balance(each.id, account, "payment", facts.currency, facts.on, minor, *sold)


def _within(amount: int, due: int) -> int:
    """``amount`` as far as it lies between nothing and what is due."""
    return min(max(amount, min(due, 0)), max(due, 0))


def active(known: Sequence[Filed], month: Month) -> Iterator[int]:
    """Contracts that are served in the month, and every invoice and payment of it."""
    standing, _ = contracts(known)
    for contract in standing:
        try:
            *_, before, _ = contract.measured(month.start_on - timedelta(days=1))
            *_, after, _ = contract.measured(month.end_on - timedelta(days=1))
        except Invalid:
            continue
        if after != before:
            yield contract.signed.id
    for each in known:
        if isinstance(each.facts, InvoiceIssued | CashReceived) and Month.of(each.effective_on) == month:
            if each.facts.amount:
                yield each.id


def problems(known: Sequence[Filed], day: date) -> Iterator[str]:
    """Contracts that cannot be measured, access that is overdue, and documents of contracts that are not filed."""
    standing, orphans = contracts(known)
    for contract in standing:
        signed: SeatContractSigned = contract.signed.facts
        try:
            contract.measured(day - timedelta(days=1))
        except Invalid as refusal:
            yield f"{signed.reference} cannot be measured: {refusal}"
    for each in orphans:
        yield f"{each.facts.reference} belongs to {each.facts.contract!r}, which is not filed in {each.facts.currency}"


def register(known: Sequence[Filed], day: date) -> Register:
    """Contracts that are not earned in full, and when the rest of their price will be."""
    return register_of(FAMILY.name, contracts(known)[0], day)


def contracts(known: Sequence[Filed]) -> tuple[list[SignedContract], list[Filed]]:
    """Contracts with what followed each, and what belongs to a contract that is not there."""
    found = {
        (each.facts.reference, each.facts.currency): SignedContract(each, [])
        for each in known
        if isinstance(each.facts, SeatContractSigned)
    }
    terms = _degree_terms(known)
    orphans = []
    for each in known:
        if not isinstance(each.facts, SeatContractSigned | CashReceived | DegreeTermStarted):
            key = (each.facts.contract, each.facts.currency)
            if key in found:
                found[key].followed.append(each)
            elif key not in terms or not isinstance(each.facts, InvoiceIssued):
                orphans.append(each)
    return list(found.values()), orphans


FAMILY = Family(
    name="seat_contracts",
    version=policy.POLICY.version,
    kinds=(
        *(SeatContractSigned, SeatAccessGranted, SeatContractChanged, SeatContractEnded),
        *(InvoiceIssued, CashReceived),
    ),
    sees=(DegreeTermStarted,),
    balances=balances,
    active=active,
    problems=problems,
    register=register,
)
