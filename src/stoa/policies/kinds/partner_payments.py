"""What is paid to partners: fees, recoupable advances, and what the company spends out of development funds."""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import ClassVar, Literal

from stoa.policies.facts import Amount, Price, fact, refuse
from stoa.policies.kinds.frame import Debt, DocumentFacts, Place


@dataclass(frozen=True, slots=True, kw_only=True)
class PartnerPaid(DocumentFacts):
    """Fees were paid to a partner. Money the partner gave back is negative."""

    kind: ClassVar[str] = "partner_paid"
    title: ClassVar[str] = "Partner fees paid"

    agreement: str = fact("Reference of the agreement.")
    on: date = fact("Day of payment.")
    amount: Amount = fact("Amount paid.")

    def __post_init__(self) -> None:
        DocumentFacts.__post_init__(self)
        if not self.minor(self.amount):
            raise refuse("amount", "must not be 0.")

    def place(self) -> Place:
        return Place(self.on, self.agreement)


@dataclass(frozen=True, slots=True, kw_only=True)
class DevelopmentFundSpent(DocumentFacts):
    """The company spent out of a partner's development fund, under the agreed plan."""

    kind: ClassVar[str] = "development_fund_spent"
    title: ClassVar[str] = "Development fund spent"

    agreement: str = fact("Reference of the agreement.")
    on: date = fact("Day on which it was spent.")
    amount: Price = fact("Amount spent.")
    paid_from: Literal["cash", "accounts_payable"] = fact(
        "Paid at once, or owed until supplier_paid names it.", default="cash"
    )
    supplier: str | None = fact("Supplier.", default=None)
    purpose: str | None = fact("What it was spent on.", default=None)

    def __post_init__(self) -> None:
        DocumentFacts.__post_init__(self)
        if not self.minor(self.amount):
            raise refuse("amount", "must not be 0.")

    def place(self) -> Place:
        return Place(self.on, self.agreement)

    def owed(self) -> Debt | None:
        if self.paid_from == "cash":
            return None
        return Debt("accounts_payable", self.supplier or "", (("payment", self.minor(self.amount)),))


@dataclass(frozen=True, slots=True, kw_only=True)
class AdvancePaid(DocumentFacts):
    """An advance was paid that later fees of the agreement recoup."""

    kind: ClassVar[str] = "advance_paid"
    title: ClassVar[str] = "Recoupable advance paid"

    agreement: str = fact("Reference of the agreement.")
    on: date = fact("Day of payment; fees of its month recoup it first.")
    amount: Price = fact("Advance.")
    expected_yearly_fees: Price | None = fact(
        "Fees expected within twelve months: what the advance exceeds them by is not current. All of it is when left "
        "out; the newest advance's estimate holds.",
        default=None,
    )

    def __post_init__(self) -> None:
        DocumentFacts.__post_init__(self)
        if not self.minor(self.amount):
            raise refuse("amount", "must not be 0.")
        if self.expected_yearly_fees is not None:
            self.minor(self.expected_yearly_fees, "expected_yearly_fees")

    def place(self) -> Place:
        return Place(self.on, self.agreement)


@dataclass(frozen=True, slots=True, kw_only=True)
class AdvanceWrittenOff(DocumentFacts):
    """Later fees will not cover an advance: what they will not is a loss."""

    kind: ClassVar[str] = "advance_written_off"
    title: ClassVar[str] = "Recoupable advance written off"

    agreement: str = fact("Reference of the agreement.")
    on: date = fact("Day of the assessment; the fees of its month have recouped before.")
    amount: Price | None = fact("Amount lost; or expected_future_fees.", default=None)
    expected_future_fees: Price | None = fact(
        "Fees still expected: what is left of the advance beyond them is lost.", default=None
    )
    reason: str | None = fact("Why, and on what evidence.", default=None)

    def __post_init__(self) -> None:
        DocumentFacts.__post_init__(self)
        if (self.amount is None) == (self.expected_future_fees is None):
            raise refuse("amount", "give either amount or expected_future_fees.")
        for name in ("amount", "expected_future_fees"):
            if (value := getattr(self, name)) is not None:
                self.minor(value, name)

    def place(self) -> Place:
        return Place(self.on, self.agreement)


@dataclass(frozen=True, slots=True, kw_only=True)
class PartnerAccountOpened(DocumentFacts):
    """What an agreement held in the books before these; the opening balance holds its amounts too (an advance is filed)."""

    kind: ClassVar[str] = "partner_account_opened"
    title: ClassVar[str] = "Partner account opened"

    agreement: str = fact("Reference of the agreement.")
    on: date = fact("Last day of the former books, before the opening balance.")
    base: Price = fact("Base that counted for tiers by then, in the year or in all.", default=Fraction(0))
    fees_owed: Price = fact("Fees owed to the partner and not paid.", default=Fraction(0))
    fund_held: Price = fact("What the development fund held.", default=Fraction(0))

    def __post_init__(self) -> None:
        DocumentFacts.__post_init__(self)
        for name in ("base", "fees_owed", "fund_held"):
            self.minor(getattr(self, name), name)

    def place(self) -> Place:
        return Place(self.on, self.agreement)
