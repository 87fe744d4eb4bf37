"""What is filed of a lease (ASC 842; ACC-19 to ACC-25)."""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import ClassVar, Literal

from stoa.policies import leases as policy
from stoa.policies.facts import Amount, Number, Price, Share, fact, refuse
from stoa.policies.frame import Explanation
from stoa.policies.grid import Grid
from stoa.policies.kinds.frame import Debt, DocumentFacts, Place
from stoa.policies.kinds.functions import Function
from stoa.policies.lease_facts import Classification, LeaseFacts, Option, Rent
from stoa.policies.time_value import Compounding, Timing

_NONE = Fraction(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class FunctionShare:
    """The part of the space that a function uses."""

    function: Function = fact("Function that bears the cost.")
    share: Share = fact("Its part of the cost.")


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaseSigned(DocumentFacts):
    """A lease was signed. Nothing is recognized before it commences: the day the space may be used."""

    kind: ClassVar[str] = "lease_signed"
    title: ClassVar[str] = "Lease signed"

    name: str = fact("Name in the register.")
    lessor: str | None = fact("Who leases it out.", default=None)
    signed_on: date = fact("Day of signing.")
    commences_on: date | None = fact(
        "First day of use and of the first period, when it is known at signing; else file lease_commenced.",
        default=None,
    )
    payments: tuple[Price, ...] = fact("Fixed payments, one a period (0 for free periods).", default=())
    rent: Rent | None = fact("Rent by its terms, instead of payments.", default=None)
    periods_a_year: int = fact("12 for months, 4 for quarters, 1 for years.", default=12)
    timing: Timing = fact(
        "Payments at the beginning (advance) or end (arrears) of their period.", default="advance"
    )
    annual_rate: Number | None = fact("Implicit rate when readily determinable.", default=None)
    incremental_borrowing_rate: Number | None = fact(
        "Used when the implicit rate is not known.", default=None
    )
    compounding: Compounding = fact(
        "periodic: rate / periods; annual: effective annual rate.", default="periodic"
    )
    initial_direct_costs: Price = fact("Incremental costs of obtaining the lease.", default=_NONE)
    incentive_received: Price = fact(
        "Incentives received at or before commencement; the money is a negative lease_paid.", default=_NONE
    )
    incentives_receivable: tuple[Price, ...] = fact(
        "Incentives to be received, one a period: they reduce the payments.", default=()
    )
    prepaid: Price = fact(
        "Rent paid before commencement, beside the payments; the money is a lease_paid.", default=_NONE
    )
    non_lease_payments: tuple[Price, ...] = fact(
        "Fixed payments for services by period; not separated, so part of the payments.", default=()
    )
    options: tuple[Option, ...] = fact("Options to extend, end or buy.", default=())
    short_term_election: bool = fact(
        "Whether a term of twelve months or less stays off the balance sheet.", default=True
    )
    classification: Classification | None = fact(
        "Facts of the five tests of a finance lease; the close refuses one, these books carry operating leases.",
        default=None,
    )
    functions: tuple[FunctionShare, ...] = fact(
        "Functions that use the space; general and administrative when left out.", default=()
    )

    def __post_init__(self) -> None:
        DocumentFacts.__post_init__(self)
        for name in ("initial_direct_costs", "incentive_received", "prepaid"):
            self.minor(getattr(self, name), name)
        if self.functions and sum((each.share for each in self.functions), _NONE) != 1:
            raise refuse("functions", "shares must sum to 1.")
        check_periods(self.periods_a_year)
        named = [each.function for each in self.functions]
        if len(set(named)) < len(named):
            raise refuse("functions", "name each function once.")
        if any(amount < 0 for amount in self.plan()):
            raise refuse("incentives_receivable", "are more than the payment of their period.")
        for rate in (self.annual_rate, self.incremental_borrowing_rate):
            _check_rate(rate)

    def place(self) -> Place:
        return Place(self.signed_on, self.reference, self.lessor or "")

    def owed(self) -> Debt | None:
        return debt_for_direct_costs(self.name, self.minor(self.initial_direct_costs))

    def plan(self) -> list[Fraction]:
        """The payments of the lease term, one a period, each rounded to what can be paid."""
        grid = Grid.of(self.currency)
        return [grid.round(each) for each in policy.payments_of(self.lease_facts(), Explanation())]

    def lease_facts(self, commenced: "LeaseCommenced | None" = None) -> LeaseFacts:
        """The lease as the policy takes it; rates determined at commencement stand for those of signing."""
        annual, borrowing = self.annual_rate, self.incremental_borrowing_rate
        if commenced is not None and (commenced.annual_rate, commenced.incremental_borrowing_rate) != (
            None,
            None,
        ):
            annual, borrowing = commenced.annual_rate, commenced.incremental_borrowing_rate
        return LeaseFacts(
            currency=self.currency,
            payments=self.payments,
            rent=self.rent,
            periods_a_year=self.periods_a_year,
            timing=self.timing,
            annual_rate=annual,
            incremental_borrowing_rate=borrowing,
            compounding=self.compounding,
            initial_direct_costs=self.initial_direct_costs,
            incentive_received=self.incentive_received,
            incentives_receivable=self.incentives_receivable,
            prepaid=self.prepaid,
            non_lease_payments=self.non_lease_payments,
            options=self.options,
            short_term_election=self.short_term_election,
            classification=self.classification,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaseCommenced(DocumentFacts):
    """The space was made available: right of use and liability are measured at the rate of this day."""

    kind: ClassVar[str] = "lease_commenced"
    title: ClassVar[str] = "Lease commenced"

    lease: str = fact("Reference of the lease.")
    on: date = fact("First day of use and of the first period.")
    annual_rate: Number | None = fact("Implicit rate when readily determinable.", default=None)
    incremental_borrowing_rate: Number | None = fact(
        "Else the incremental borrowing rate of this day.", default=None
    )

    def __post_init__(self) -> None:
        DocumentFacts.__post_init__(self)
        for rate in (self.annual_rate, self.incremental_borrowing_rate):
            _check_rate(rate)

    def place(self) -> Place:
        return Place(self.on, self.lease)


@dataclass(frozen=True, slots=True, kw_only=True)
class LeasePaid(DocumentFacts):
    """Rent was paid. Money that came from the lessor (an incentive) is negative."""

    kind: ClassVar[str] = "lease_paid"
    title: ClassVar[str] = "Rent paid"

    lease: str = fact("Reference of the lease.")
    on: date = fact("Day on which the money left.")
    amount: Amount = fact("Fixed payment; variable costs are lease_variable_cost.")

    def __post_init__(self) -> None:
        DocumentFacts.__post_init__(self)
        if not self.minor(self.amount):
            raise refuse("amount", "must not be 0.")

    def place(self) -> Place:
        return Place(self.on, self.lease)


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaseModified(DocumentFacts):
    """Term, space or payments changed, or were assessed anew: the liability is remeasured, no earlier day is restated."""

    kind: ClassVar[str] = "lease_modified"
    title: ClassVar[str] = "Lease modified or remeasured"

    lease: str = fact("Reference of the lease.")
    on: date = fact("Day on which it takes effect: the first day of one of the lease's periods.")
    why: Literal["modification", "term_or_option", "rate_index"] = fact(
        "modification, or a new assessment of term or option: at the rate of this day; rate_index: at the old one.",
        default="modification",
    )
    payments: tuple[Price, ...] = fact("All payments from then on, one a period.")
    annual_rate: Number | None = fact("Discount rate of this day.", default=None)
    initial_direct_costs: Price = fact("Costs of the change.", default=_NONE)
    incentive: Price = fact("Incentive received; the money is a negative lease_paid.", default=_NONE)
    remaining_right: Share = fact(
        "Part of the right of use that remains (partial termination).", default=Fraction(1)
    )

    def __post_init__(self) -> None:
        DocumentFacts.__post_init__(self)
        if not self.payments:
            raise refuse("payments", "is missing: list all payments from then on; 0 for a free period.")
        for index, amount in enumerate(self.payments):
            self.minor(amount, f"payments[{index}]")
        self.minor(self.initial_direct_costs, "initial_direct_costs")
        self.minor(self.incentive, "incentive")
        _check_rate(self.annual_rate)

    def place(self) -> Place:
        return Place(self.on, self.lease)

    def owed(self) -> Debt | None:
        return debt_for_direct_costs(self.lease, self.minor(self.initial_direct_costs))


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaseEnded(DocumentFacts):
    """A lease ended before its term: right of use and liability leave the books, the difference is lease cost."""

    kind: ClassVar[str] = "lease_ended"
    title: ClassVar[str] = "Lease ended early"

    lease: str = fact("Reference of the lease.")
    on: date = fact("First day without the space.")
    penalty: Price = fact("What is owed for ending it; the money is a lease_paid.", default=_NONE)

    def __post_init__(self) -> None:
        DocumentFacts.__post_init__(self)
        self.minor(self.penalty, "penalty")

    def place(self) -> Place:
        return Place(self.on, self.lease)


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaseVariableCost(DocumentFacts):
    """Maintenance of common areas, insurance, taxes and other costs that vary: expensed as incurred."""

    kind: ClassVar[str] = "lease_variable_cost"
    title: ClassVar[str] = "Variable lease cost"

    lease: str = fact("Reference of the lease.")
    on: date = fact("Day on which it was incurred.")
    amount: Amount = fact("Cost; what comes back of it is negative.")
    what: str = fact("What it is for.", default="common areas, insurance, taxes")
    paid: Literal["on_account", "cash"] = fact(
        "on_account: owed until it is paid; cash: paid that day.", default="on_account"
    )

    def __post_init__(self) -> None:
        DocumentFacts.__post_init__(self)
        if not self.minor(self.amount):
            raise refuse("amount", "must not be 0.")

    def place(self) -> Place:
        return Place(self.on, self.lease)

    def owed(self) -> Debt | None:
        if self.paid == "cash":
            return None
        return Debt("accounts_payable", self.lease, (("payment", self.minor(self.amount)),))


def _check_rate(rate: Fraction | None) -> None:
    if rate is not None and not -1 < rate <= 10:
        raise refuse("annual_rate", 'must be more than -1 and at most 10; "0.05" is 5 %.')


def check_periods(a_year: int) -> None:
    """Refuse periods that are not whole months."""
    if a_year not in (1, 2, 4, 12):
        raise refuse("periods_a_year", "must be 1, 2, 4 or 12: whole months.")


def debt_for_direct_costs(creditor: str, minor: int) -> Debt | None:
    """Costs of obtaining a lease are owed to those who brought it about."""
    return Debt("accounts_payable", creditor, (("payment", minor),)) if minor else None
