"""What is filed of a software project: the gate, its costs, its use, its end (ASC 350-40; ACC-28 to ACC-31)."""

from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from typing import ClassVar, Literal

from stoa.policies import internal_use_software as policy
from stoa.policies.facts import Price, Quantity, fact, refuse
from stoa.policies.grid import Grid
from stoa.policies.kinds.frame import Debt, DocumentFacts, Place


@dataclass(frozen=True, slots=True, kw_only=True)
class SoftwareProjectAuthorized(DocumentFacts):
    """A project passed the gate: from this day on cost of application development is capitalized."""

    kind: ClassVar[str] = "software_project_authorized"
    title: ClassVar[str] = "Software project authorized"

    project: str = fact("Project, as its costs name it.")
    name: str = fact("Name in the register.")
    on: date = fact("Day on which all conditions were met.")
    authorized_by: str | None = fact("Who authorized and committed the funding.", default=None)
    preliminary_stage_complete: bool = fact("Alternatives are weighed and one is chosen.", default=True)
    funding_authorized: bool = fact("Management authorized and committed the funding.", default=True)
    completion_probable: bool = fact("It is probable that the project will be completed.", default=True)
    use_intended: bool = fact("And used as intended.", default=True)

    def place(self) -> Place:
        return Place(self.on, self.project)

    def gate(self) -> policy.Gate:
        """The conditions as the policy takes them."""
        return policy.Gate(
            preliminary_stage_complete=self.preliminary_stage_complete,
            funding_authorized=self.funding_authorized,
            completion_probable=self.completion_probable,
            use_intended=self.use_intended,
            passed_on=self.on,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class SoftwareCostIncurred(DocumentFacts):
    """Work or a purchase for a project: by amount, or by the hours of a time record."""

    kind: ClassVar[str] = "software_cost_incurred"
    title: ClassVar[str] = "Software cost incurred"

    project: str = fact("Project.")
    on: date = fact("Day on which it was incurred; the last one of a time record.")
    stage: Literal["preliminary", "application_development", "post_implementation"] = fact(
        "Stage of the work."
    )
    cost_kind: Literal[
        "payroll",
        "contractor",
        "third_party",
        "software",
        "travel",
        "interest",
        "conversion_software",
        "testing",
        "training",
        "data_conversion",
        "overhead",
        "maintenance",
        "other",
    ] = fact("What was paid for.")
    amount: Price | None = fact("Amount; or hours and hourly_cost.", default=None)
    hours: Quantity | None = fact("Hours of the time record.", default=None)
    hourly_cost: Price | None = fact("Pay and benefits of one hour.", default=None)
    has_time_record: bool = fact("Payroll: whether hours on the project were recorded.", default=True)
    worked_by: str | None = fact("Who worked, or who was paid.", default=None)
    module: str | None = fact("Module, when parts are put to use or given up by themselves.", default=None)
    paid: Literal["on_account", "cash"] = fact(
        "on_account: owed to staff or suppliers until it is paid; cash: paid that day.", default="on_account"
    )

    def __post_init__(self) -> None:
        DocumentFacts.__post_init__(self)
        if self.amount is not None:
            self.minor(self.amount)
        if not self.cost_minor():
            raise refuse("amount", "must not be 0.")

    def place(self) -> Place:
        return Place(self.on, self.project)

    def owed(self) -> Debt | None:
        if self.paid == "cash":
            return None
        return Debt(self.creditor_account, self.worked_by or "", ((self.payment, self.cost_minor()),))

    @property
    def creditor_account(self) -> str:
        """Where it is owed: to staff, or to suppliers."""
        return "accrued_compensation" if self.cost_kind == "payroll" else "accounts_payable"

    @property
    def payment(self) -> str:
        """What paying it is: an investment when this cost is one that can be capitalized."""
        return "payment" if policy.why_expensed(self.cost(), policy.Gate()) else "software_cost"

    def cost(self) -> policy.Cost:
        """The facts as the policy takes them."""
        return policy.Cost(
            stage=self.stage,
            kind=self.cost_kind,
            amount=self.amount,
            hours=self.hours,
            hourly_cost=self.hourly_cost,
            on=self.on,
            has_time_record=self.has_time_record,
            module=self.module or "",
        )

    def cost_minor(self) -> int:
        """The amount, or hours at their cost, in minor units."""
        return self.minor(
            Grid.of(self.currency).round(policy.amount_of(self.cost(), "software_cost_incurred"))
        )

    def is_capitalized(self, gate: policy.Gate | None) -> bool:
        """Whether it is capitalized, given the gate of its project; without one nothing is."""
        closed = replace(policy.Gate(), funding_authorized=False)
        return policy.why_expensed(self.cost(), gate or closed) is None


@dataclass(frozen=True, slots=True, kw_only=True)
class SoftwarePlaced(DocumentFacts):
    """A project, or a module of it, is ready for use: what was capitalized of it so far is amortized from now on."""

    kind: ClassVar[str] = "software_placed"
    title: ClassVar[str] = "Software placed in service"

    project: str = fact("Project.")
    on: date = fact("Day on which all substantial testing was complete; its month counts in full.")
    life_months: Quantity = fact("Useful life in months, about 24 to 60.", default=Fraction(36))
    module: str | None = fact("Module; everything not yet in use when left out.", default=None)
    name: str | None = fact("Name in the register; the project's when left out.", default=None)

    def __post_init__(self) -> None:
        DocumentFacts.__post_init__(self)
        if not 0 < self.life_months <= 1200:
            raise refuse("life_months", "must be more than 0 and at most 1200.")

    def place(self) -> Place:
        return Place(self.on, self.project)


@dataclass(frozen=True, slots=True, kw_only=True)
class SoftwareAbandoned(DocumentFacts):
    """A project, or a module, will not be completed, or is used no longer: what it is carried at is written off."""

    kind: ClassVar[str] = "software_abandoned"
    title: ClassVar[str] = "Software abandoned"

    project: str = fact("Project.")
    on: date = fact("Day on which completing it became improbable, or its use ended.")
    module: str | None = fact("Module; the whole project when left out.", default=None)

    def place(self) -> Place:
        return Place(self.on, self.project)
