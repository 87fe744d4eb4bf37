"""Terms of online degrees: their start, estimates of the tuition, and the university's final report."""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import ClassVar

from stoa.policies import degree_fees as policy
from stoa.policies.facts import Price, Quantity, Share, fact, refuse
from stoa.policies.kinds.frame import DocumentFacts, Place

SEGMENT = "Degrees"
PRODUCT = "degree"


@dataclass(frozen=True, slots=True, kw_only=True)
class DegreeTermStarted(DocumentFacts):
    """A term of a degree began: the fee on its tuition is earned by day until the next term begins."""

    kind: ClassVar[str] = "degree_term_started"
    title: ClassVar[str] = "Degree term started"

    university: str = fact("University: the customer, whose students they are.")
    program: str = fact("Degree program.")
    term_start_on: date = fact("First day of the term.")
    next_term_start_on: date | None = fact(
        "First day of the next term; a planned day may be corrected by a later estimate.", default=None
    )
    agreed_on: date | None = fact(
        "Day on which the term was agreed, when it can be invoiced before it begins.", default=None
    )
    fee_rate: Share = fact('Service fee as a share of tuition net of refunds; "0.45" is 45 %.')
    tuition_per_student: Price | None = fact("Tuition of one student for the term.", default=None)
    scenarios: tuple[policy.Scenario, ...] = fact("Outcomes for the expected value.", default=())
    students: Quantity | None = fact("Or a point estimate of students.", default=None)
    tuition: Price | None = fact("Or a point estimate of tuition net of refunds.", default=None)
    expected_refunds: Price = fact("Tuition expected to be refunded, off the above.", default=Fraction(0))
    constraint_cap: Price | None = fact(
        "The most tuition that can be counted without a probable significant reversal.", default=None
    )

    def __post_init__(self) -> None:
        DocumentFacts.__post_init__(self)
        if self.next_term_start_on is not None and self.next_term_start_on <= self.term_start_on:
            raise refuse("next_term_start_on", "must come after term_start_on.")
        if self.has_estimate:
            policy.tuitions(self.degree_facts((_estimate(self, self.known_on),)))

    def place(self) -> Place:
        return Place(self.known_on, self.reference, self.university, PRODUCT)

    @property
    def known_on(self) -> date:
        """Day from which the term is known."""
        return min(self.agreed_on or self.term_start_on, self.term_start_on)

    @property
    def has_estimate(self) -> bool:
        """Whether tuition was estimated when the term began."""
        return bool(self.scenarios) or self.students is not None or self.tuition is not None

    def degree_facts(
        self, estimates: tuple[policy.Estimate, ...], next_term_start_on: date | None = None
    ) -> policy.DegreeFacts:
        """The term as the policy takes it, with its estimates so far."""
        return policy.DegreeFacts(
            currency=self.currency,
            fee_rate=self.fee_rate,
            tuition_per_student=self.tuition_per_student,
            term_start_on=self.term_start_on,
            next_term_start_on=next_term_start_on or self.next_term_start_on,
            estimates=estimates,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class TuitionEstimated(DocumentFacts):
    """The tuition of a term is estimated anew; what the term has earned so far is caught up."""

    kind: ClassVar[str] = "tuition_estimated"
    title: ClassVar[str] = "Tuition estimated"

    term: str = fact("Reference of the term.")
    on: date = fact("Day of the estimate, usually the last of a month.")
    scenarios: tuple[policy.Scenario, ...] = fact("Outcomes for the expected value.", default=())
    students: Quantity | None = fact("Or a point estimate of students.", default=None)
    tuition: Price | None = fact("Or a point estimate of tuition net of refunds.", default=None)
    expected_refunds: Price = fact("Tuition expected to be refunded, off the above.", default=Fraction(0))
    constraint_cap: Price | None = fact(
        "The most tuition that can be counted without a probable significant reversal.", default=None
    )
    next_term_start_on: date | None = fact(
        "First day of the next term, when it became known or moved.", default=None
    )

    def __post_init__(self) -> None:
        DocumentFacts.__post_init__(self)
        if not self.scenarios and self.students is None and self.tuition is None:
            raise refuse("tuition", "is missing: give scenarios, students or tuition.")

    def place(self) -> Place:
        return Place(self.on, self.term, "", PRODUCT)


@dataclass(frozen=True, slots=True, kw_only=True)
class TermReported(DocumentFacts):
    """The university's final enrollment report: the fee of the term is what it says, also after its months closed."""

    kind: ClassVar[str] = "term_reported"
    title: ClassVar[str] = "Degree term reported"

    term: str = fact("Reference of the term.")
    on: date = fact("Day of the report.")
    students: Quantity | None = fact("Students who paid; or tuition.", default=None)
    tuition: Price | None = fact("Tuition collected net of refunds.", default=None)
    next_term_start_on: date | None = fact(
        "First day of the next term, when it became known or moved.", default=None
    )

    def __post_init__(self) -> None:
        DocumentFacts.__post_init__(self)
        if (self.students is None) == (self.tuition is None):
            raise refuse("tuition", "give either tuition or students.")

    def place(self) -> Place:
        return Place(self.on, self.term, "", PRODUCT)


def estimates_of(term: DegreeTermStarted, followed: list[DocumentFacts]) -> tuple[policy.Estimate, ...]:
    """Every estimate of a term in order, the final report's last."""
    first = (_estimate(term, term.known_on),) if term.has_estimate else ()
    return (*first, *(_followed(each) for each in followed))


def _followed(facts: DocumentFacts) -> policy.Estimate:
    if isinstance(facts, TermReported):
        return policy.Estimate(
            through=facts.on, students=facts.students, tuition=facts.tuition, is_final=True
        )
    assert isinstance(facts, TuitionEstimated)
    return _estimate(facts, facts.on)


def _estimate(facts: DegreeTermStarted | TuitionEstimated, through: date) -> policy.Estimate:
    return policy.Estimate(
        through=through,
        scenarios=facts.scenarios,
        students=facts.students,
        tuition=facts.tuition,
        expected_refunds=facts.expected_refunds,
        constraint_cap=facts.constraint_cap,
    )
