"""Money moved between the company's own accounts, and sales tax passed on (policy ``cash_classification``)."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from stoa.kernel.spans import Month
from stoa.policies import cash_classification as policy
from stoa.policies.facts import Amount, Price, fact, refuse
from stoa.policies.kinds.frame import Balance, DocumentFacts, Family, Filed, Place
from stoa.policies.kinds.functions import CashAccount


@dataclass(frozen=True, slots=True, kw_only=True)
class CashTransferred(DocumentFacts):
    """Money was moved between bank, money-market funds and restricted cash, such as security for a letter of credit."""

    kind: ClassVar[str] = "cash_transferred"
    title: ClassVar[str] = "Cash transferred"

    on: date = fact("Day on which it was moved.")
    amount: Price = fact("Amount.")
    moved_from: CashAccount = fact("Account it left.")
    moved_to: CashAccount = fact("Account it came to.")
    purpose: str | None = fact(
        "Why, such as the letter of credit that restricts it; restricted cash needs it.", default=None
    )

    def __post_init__(self) -> None:
        DocumentFacts.__post_init__(self)
        if not self.minor(self.amount):
            raise refuse("amount", "must be more than 0.")
        if self.moved_from == self.moved_to:
            raise refuse("moved_to", "must be another account than the one it left.")
        if self.moved_to == "restricted_cash" and not self.purpose:
            raise refuse("purpose", "is missing: say what restricts the cash.")

    def place(self) -> Place:
        return Place(self.on, self.reference)


@dataclass(frozen=True, slots=True, kw_only=True)
class SalesTaxRemitted(DocumentFacts):
    """Sales tax that customers paid was passed on to the authority."""

    kind: ClassVar[str] = "sales_tax_remitted"
    title: ClassVar[str] = "Sales tax remitted"

    jurisdiction: str = fact("Authority it was paid to.")
    on: date = fact("Day on which the money left.")
    amount: Amount = fact("Amount; negative when the authority gave some back.")
    paid_from: CashAccount = fact("Account it was paid from.", default="cash")

    def __post_init__(self) -> None:
        DocumentFacts.__post_init__(self)
        if not self.minor(self.amount):
            raise refuse("amount", "must not be 0.")

    def place(self) -> Place:
        return Place(self.on, f"sales tax {self.jurisdiction}")


def balances(known: Sequence[Filed], day: date) -> Iterator[Balance]:
    """Cash accounts, and sales tax payable."""
    for each in known:
        facts = each.facts
        amount = facts.minor(facts.amount)
        entries: tuple[tuple[str, str, int], ...]
        if isinstance(facts, CashTransferred):
            entries = ((facts.moved_to, "transfer", amount), (facts.moved_from, "transfer", -amount))
        else:
            entries = (("sales_tax_payable", "remittance", amount), (facts.paid_from, "remittance", -amount))
        for account, activity, minor in entries:
            yield Balance(each.id, account, activity, facts.currency, facts.on, minor)


def active(known: Sequence[Filed], month: Month) -> Iterator[int]:
    """Every one of the month."""
    return (each.id for each in known if Month.of(each.effective_on) == month)


def problems(known: Sequence[Filed], day: date) -> Iterable[str]:
    """None: each is complete by itself."""
    return ()


FAMILY = Family(
    name="cash_classification",
    version=policy.POLICY.version,
    kinds=(CashTransferred, SalesTaxRemitted),
    balances=balances,
    active=active,
    problems=problems,
)
