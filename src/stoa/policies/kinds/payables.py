"""Bills, payroll and their payments: a debt ends when it is paid (ASC 405-20-40-1).

A payment settles its own debt in order, up to its amount; what is above it, or has no debt, is suspense. Cash carries
the activity of what the debt was for, so that buying an asset on account is an investment on the day it is paid.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import ClassVar

from stoa.kernel.money import split_by_largest_remainder
from stoa.policies.facts import Amount, fact, refuse
from stoa.policies.kinds.commissions import CommissionEarned
from stoa.policies.kinds.fixed_assets import AssetPlaced
from stoa.policies.kinds.frame import Balance, Debt, DocumentFacts, Family, Filed, Place, documents_that_move
from stoa.policies.kinds.functions import CashAccount
from stoa.policies.kinds.intangibles import IntangibleAcquired
from stoa.policies.kinds.lease_documents import LeaseModified, LeaseSigned, LeaseVariableCost
from stoa.policies.kinds.manual_entries import CORPORATE
from stoa.policies.kinds.offerings import OfferingCostIncurred
from stoa.policies.kinds.partner_payments import DevelopmentFundSpent
from stoa.policies.kinds.payroll import PayrollPaid, PayrollRecorded, payroll_balances
from stoa.policies.kinds.prepaid_partner_fees import PartnerFeePrepaid
from stoa.policies.kinds.registers import Register, RegisterRow
from stoa.policies.kinds.software_documents import SoftwareCostIncurred
from stoa.policies.kinds.sublease_documents import SubleaseSigned
from stoa.policies.kinds.supplier_bills import SupplierBill, bill_balances
from stoa.policies.registry import ACCOUNT_CODES


@dataclass(frozen=True, slots=True, kw_only=True)
class SupplierPaid(DocumentFacts):
    """A bill, or an asset without a bill, was paid."""

    kind: ClassVar[str] = "supplier_paid"
    title: ClassVar[str] = "Supplier paid"

    bill: str = fact(
        "Reference of the bill, or of the document that says what is owed, such as asset_placed."
    )
    supplier: str | None = fact("Supplier.", default=None)
    on: date = fact("Day on which the money left.")
    amount: Amount = fact("Amount; negative when the supplier gave money back.")
    paid_from: CashAccount = fact("Account it was paid from.", default="cash")

    def __post_init__(self) -> None:
        DocumentFacts.__post_init__(self)
        if not self.minor(self.amount):
            raise refuse("amount", "must not be 0.")

    def place(self) -> Place:
        return Place(self.on, self.bill, "", "supplier_bill")


Payment = SupplierPaid | PayrollPaid


def balances(known: Sequence[Filed], day: date) -> Iterator[Balance]:
    """Expense, prepaid expense and assets; what is owed for them; cash."""
    placed = {
        (each.facts.reference, each.facts.currency) for each in known if isinstance(each.facts, AssetPlaced)
    }
    for each in known:
        if isinstance(each.facts, SupplierBill):
            yield from bill_balances(each, placed, day)
        elif isinstance(each.facts, PayrollRecorded):
            yield from payroll_balances(each)
    yield from _payment_balances(known)


def _payment_balances(known: Sequence[Filed]) -> Iterator[Balance]:
    debts, paid = _debts(known), _Paid()
    for each in known:
        facts = each.facts
        if not isinstance(facts, Payment):
            continue
        amount, debt = facts.minor(facts.amount), debts.get((_debt_of(facts), facts.currency))
        parts = paid.settle(_debt_of(facts), facts.currency, amount, debt) if debt else []
        applied = sum(minor for _, minor in parts)
        entries = [(debt.account if debt else "", activity, minor) for activity, minor in parts]
        entries += [(facts.paid_from, activity, -minor) for activity, minor in parts]
        entries += [("suspense", "payment", amount - applied), (facts.paid_from, "payment", applied - amount)]
        for account, activity, minor in entries:
            if minor:
                yield Balance(
                    *(each.id, account, activity, facts.currency, facts.on, minor), segment=CORPORATE
                )


class _Paid:
    """What was paid of each debt so far, in order of effect."""

    def __init__(self) -> None:
        self.to_date: dict[tuple[str, str], int] = defaultdict(int)

    def settle(self, name: str, currency: str, amount: int, debt: Debt) -> list[tuple[str, int]]:
        """What a payment settles of a debt, by activity: parts of the running total, never above what is owed."""
        before = self.to_date[name, currency]
        self.to_date[name, currency] = before + amount
        after = _parts_of(debt, _within(before + amount, debt.total))
        return [
            (activity, now - then)
            for (activity, now), (_, then) in zip(
                after, _parts_of(debt, _within(before, debt.total)), strict=True
            )
        ]


def _parts_of(debt: Debt, settled: int) -> list[tuple[str, int]]:
    """``settled`` split over what the debt is for. A debt whose parts have two signs is settled as its first part."""
    weights = [abs(minor) for _, minor in debt.parts]
    if len({minor > 0 for _, minor in debt.parts}) > 1 or not any(weights):
        weights = [1, *([0] * (len(debt.parts) - 1))]
    sign = -1 if settled < 0 else 1
    shares = split_by_largest_remainder(abs(settled), weights)
    return [(activity, sign * share) for (activity, _), share in zip(debt.parts, shares, strict=True)]


def _within(amount: int, due: int) -> int:
    """``amount`` as far as it lies between nothing and what is due."""
    return min(max(amount, min(due, 0)), max(due, 0))


def _debts(known: Sequence[Filed]) -> dict[tuple[str, str], Debt]:
    found = {}
    for each in known:
        debt = each.facts.owed()
        if debt is not None and debt.parts:
            found[each.facts.reference, each.facts.currency] = debt
    return found


def _debt_of(payment: Payment) -> str:
    return payment.bill if isinstance(payment, SupplierPaid) else payment.payroll


def problems(known: Sequence[Filed], day: date) -> Iterator[str]:
    """Payments whose bill or payroll is not filed or that are above it, and bills that are more than their asset cost."""
    debts, paid = _debts(known), _Paid()
    for each in known:
        facts = each.facts
        if not isinstance(facts, Payment):
            continue
        name = _debt_of(facts)
        debt = debts.get((name, facts.currency))
        if debt is None:
            yield f"{facts.reference} pays {name!r}, which is not filed in {facts.currency}; file its supplier_bill"
            continue
        amount = facts.minor(facts.amount)
        if sum(minor for _, minor in paid.settle(name, facts.currency, amount, debt)) != amount:
            yield f"{facts.reference} pays more than is owed for {name!r}"
    yield from _problems_with_assets(known)


def _problems_with_assets(known: Sequence[Filed]) -> Iterator[str]:
    costs = {
        (each.facts.reference, each.facts.currency): each.facts.minor(each.facts.cost)
        for each in known
        if isinstance(each.facts, AssetPlaced)
    }
    billed: dict[tuple[str, str], int] = defaultdict(int)
    for each in known:
        if isinstance(each.facts, SupplierBill):
            for line in each.facts.lines:
                if line.asset is not None:
                    billed[line.asset, each.facts.currency] += each.facts.minor(line.amount)
    for key, minor in billed.items():
        if key in costs and minor > costs[key]:
            yield f"bills for {key[0]!r} are more than its cost; correct the bill, or void the asset and file its cost"
    for each in known:
        if isinstance(each.facts, SupplierPaid) and billed.get((each.facts.bill, each.facts.currency)):
            yield f"{each.facts.reference} pays the asset {each.facts.bill!r}, which has a bill; pay the bill instead"


def register(known: Sequence[Filed], day: date) -> Register:
    """What is still owed, debt by debt, and what is prepaid, line by line."""
    paid: dict[tuple[str, str], int] = defaultdict(int)
    billed_assets = {
        (line.asset, each.facts.currency)
        for each in known
        if isinstance(each.facts, SupplierBill)
        for line in each.facts.lines
    }
    for each in known:
        if isinstance(each.facts, Payment):
            paid[_debt_of(each.facts), each.facts.currency] += each.facts.minor(each.facts.amount)
    rows = []
    for each in known:
        facts, debt = each.facts, each.facts.owed()
        key = (facts.reference, facts.currency)
        if debt is None or key in billed_assets or not debt.total - _within(paid[key], debt.total):
            continue
        rows.append(
            RegisterRow(
                document=each.id,
                reference=facts.reference,
                name=debt.creditor,
                kind=facts.kind,
                currency=facts.currency,
                begun_on=each.effective_on,
                cost_minor=debt.total,
                accumulated_minor=_within(paid[key], debt.total),
                carrying_minor=debt.total - _within(paid[key], debt.total),
                end_on=debt.due_on,
                account=ACCOUNT_CODES[debt.account],
            )
        )
    return Register(family=FAMILY.name, day=day, rows=tuple(rows))


FAMILY = Family(
    name="payables",
    version="1",
    kinds=(SupplierBill, SupplierPaid, PayrollRecorded, PayrollPaid),
    balances=balances,
    active=partial(documents_that_move, balances),
    problems=problems,
    sees=(
        *(AssetPlaced, CommissionEarned, IntangibleAcquired, SoftwareCostIncurred, OfferingCostIncurred),
        *(LeaseSigned, LeaseModified, LeaseVariableCost, SubleaseSigned),
        *(DevelopmentFundSpent, PartnerFeePrepaid),
    ),
    register=register,
)
