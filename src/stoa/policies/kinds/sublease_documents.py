"""What is filed of a sublease (ASC 842-30-25-11; ACC-26, ACC-27)."""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import ClassVar

from stoa.policies.facts import Amount, Price, fact, refuse
from stoa.policies.kinds.frame import Debt, DocumentFacts, Place
from stoa.policies.kinds.lease_documents import check_periods, debt_for_direct_costs
from stoa.policies.time_value import PERIODS_AT_MOST


@dataclass(frozen=True, slots=True, kw_only=True)
class SubleaseSigned(DocumentFacts):
    """Leased space was sublet: its income is straight-line and reduces lease cost. The lease is tested for impairment."""

    kind: ClassVar[str] = "sublease_signed"
    title: ClassVar[str] = "Sublease signed"

    lease: str = fact("Reference of the lease whose space is sublet.")
    customer: str | None = fact("Who takes the space.", default=None)
    signed_on: date = fact("Day on which it was executed.")
    start_on: date = fact("First day of its first period.")
    payments: tuple[Price, ...] = fact("Rents to be received, one a period.")
    periods_a_year: int = fact("12 for months, 4 for quarters, 1 for years.", default=12)
    initial_direct_costs: Price = fact("Costs of obtaining it, spread over its term.", default=Fraction(0))

    def __post_init__(self) -> None:
        DocumentFacts.__post_init__(self)
        check_periods(self.periods_a_year)
        if not 0 < len(self.payments) <= PERIODS_AT_MOST:
            raise refuse("payments", f"must list the rents of 1 to {PERIODS_AT_MOST} periods.")
        for index, amount in enumerate(self.payments):
            self.minor(amount, f"payments[{index}]")
        self.minor(self.initial_direct_costs, "initial_direct_costs")

    def place(self) -> Place:
        return Place(min(self.signed_on, self.start_on), self.reference, self.customer or "")

    def owed(self) -> Debt | None:
        return debt_for_direct_costs(self.lease, self.minor(self.initial_direct_costs))


@dataclass(frozen=True, slots=True, kw_only=True)
class SubleaseRentReceived(DocumentFacts):
    """Rent of a sublease came in."""

    kind: ClassVar[str] = "sublease_rent_received"
    title: ClassVar[str] = "Rent of a sublease received"

    sublease: str = fact("Reference of the sublease.")
    on: date = fact("Day on which the money was there.")
    amount: Amount = fact("Amount; what is given back is negative.")

    def __post_init__(self) -> None:
        DocumentFacts.__post_init__(self)
        if not self.minor(self.amount):
            raise refuse("amount", "must not be 0.")

    def place(self) -> Place:
        return Place(self.on, self.sublease)


@dataclass(frozen=True, slots=True, kw_only=True)
class SubleaseEnded(DocumentFacts):
    """A sublease ended before its term: rent that was accrued and never falls due is taken back."""

    kind: ClassVar[str] = "sublease_ended"
    title: ClassVar[str] = "Sublease ended early"

    sublease: str = fact("Reference of the sublease.")
    on: date = fact("First day on which the space is back.")

    def place(self) -> Place:
        return Place(self.on, self.sublease)
