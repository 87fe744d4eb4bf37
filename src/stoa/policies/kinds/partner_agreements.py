"""Agreements with educator partners, and the usage by which they share in revenue that belongs to no partner."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import ClassVar, Literal

from stoa.kernel.spans import Month
from stoa.policies import partner_fees as policy
from stoa.policies.facts import Quantity, fact, refuse
from stoa.policies.kinds.frame import DocumentFacts, Place

#: Segments in which the company is the principal, hence pays for content; in Degrees the university is (ACC-49, 50).
SHARED_SEGMENTS = ("Consumer", "Enterprise")


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreementTerm(policy.Term):
    """Terms from a day on, for some products; they hold for each month by its last day."""

    products: tuple[str, ...] = fact(
        "Products they apply to, such as single_course; every product when left out. Where several terms apply to a "
        "product, those that start last hold, and of these the last written.",
        default=(),
    )
    by_usage: tuple[str, ...] = fact(
        "Products whose revenue belongs to no partner and is shared by reported usage, such as catalog_subscription.",
        default=(),
    )
    segments: tuple[str, ...] = fact(
        "Segments they apply to; Consumer and Enterprise when left out.", default=()
    )

    @property
    def states_money(self) -> bool:
        """Whether tiers or deductions are amounts of money, which mean something in one currency alone."""
        kinds = {each.kind for each in self.deductions}
        return len(self.tiers) > 1 or bool(kinds & {"amount", "per_unit"})

    @property
    def asks_for_units(self) -> bool:
        """Whether a deduction is per unit."""
        return any(each.kind == "per_unit" for each in self.deductions)

    def applies_to(self, segment: str, product: str, *, by_usage: bool) -> bool:
        """Whether revenue of ``product`` in ``segment`` is shared, as the partner's own or ``by_usage``."""
        if segment not in (self.segments or SHARED_SEGMENTS):
            return False
        return product in self.by_usage if by_usage else not self.products or product in self.products


@dataclass(frozen=True, slots=True, kw_only=True)
class PartnerAgreementSigned(DocumentFacts):
    """A partner agreed to a share of revenue; the fee follows the revenue of every month from the first terms on."""

    kind: ClassVar[str] = "partner_agreement_signed"
    title: ClassVar[str] = "Partner agreement signed"

    partner: str = fact("Partner, as revenue names it.")
    signed_on: date = fact("Day of signing.")
    terms: tuple[AgreementTerm, ...] = fact("Terms by effective date.")
    ends_on: date | None = fact("First day on which no terms hold any more.", default=None)
    fund_nature: Literal["sales_and_marketing", "research_and_development", "cost_of_revenue"] = fact(
        "Nature of what the development fund is spent on: where its expense belongs.",
        default="sales_and_marketing",
    )

    def __post_init__(self) -> None:
        DocumentFacts.__post_init__(self)
        if not self.terms:
            raise refuse("terms", "is missing: say from which day on which share is owed.")
        _check(self, self.terms)
        if self.ends_on is not None and self.ends_on <= first_day(self.terms):
            raise refuse("ends_on", "must come after the first terms start.")

    def place(self) -> Place:
        return Place(min(self.signed_on, first_day(self.terms)), self.reference)


@dataclass(frozen=True, slots=True, kw_only=True)
class PartnerAgreementChanged(DocumentFacts):
    """Terms were added or corrected from their own start on, or the agreement ends."""

    kind: ClassVar[str] = "partner_agreement_changed"
    title: ClassVar[str] = "Partner agreement changed"

    agreement: str = fact("Reference of the agreement.")
    on: date = fact("Day of the change.")
    terms: tuple[AgreementTerm, ...] = fact(
        "Further terms; those that start with earlier ones for the same products take their place.",
        default=(),
    )
    ends_on: date | None = fact("First day on which no terms hold any more.", default=None)

    def __post_init__(self) -> None:
        DocumentFacts.__post_init__(self)
        if not self.terms and self.ends_on is None:
            raise refuse("terms", "is missing: say what changed, terms or ends_on.")
        _check(self, self.terms)

    def place(self) -> Place:
        days = [self.on, *(term.starts_on for term in self.terms)]
        return Place(min(days if self.ends_on is None else [*days, self.ends_on]), self.agreement)


@dataclass(frozen=True, slots=True, kw_only=True)
class UsageRow:
    """What learners used of one partner's content in the month."""

    partner: str = fact("Partner; the company itself for its own content.")
    usage: Quantity = fact("Minutes, lessons or a share: any measure, the same in every row.")
    units: Quantity = fact("Units behind it, for deductions per unit, such as learners.", default=Fraction(0))


@dataclass(frozen=True, slots=True, kw_only=True)
class UsageReported(DocumentFacts):
    """How the use of a product in a month was spread over partners. It shares the revenue in every currency."""

    kind: ClassVar[str] = "usage_reported"
    title: ClassVar[str] = "Usage reported"

    on: date = fact("A day of the month it reports.")
    product: str = fact("Product, such as catalog_subscription.")
    segment: str | None = fact(
        "Segment, when the product is sold in several with separate reports.", default=None
    )
    rows: tuple[UsageRow, ...] = fact("Partners and what was used of theirs.")

    def __post_init__(self) -> None:
        DocumentFacts.__post_init__(self)
        names = [row.partner for row in self.rows]
        if len(set(names)) < len(names):
            twice = next(name for index, name in enumerate(names) if name in names[:index])
            raise refuse("rows", f"name {twice} twice; add its rows up.")
        if not any(row.usage for row in self.rows):
            raise refuse("rows", "report no usage at all; give at least one row more than 0.")

    def place(self) -> Place:
        return Place(self.month.end_on - timedelta(days=1), self.reference, "", self.product)

    @property
    def month(self) -> Month:
        """The month it reports."""
        return Month.of(self.on)


def first_day(terms: Sequence[AgreementTerm]) -> date:
    """The day on which the first of the terms start."""
    return min(term.starts_on for term in terms)


def _check(facts: DocumentFacts, terms: Sequence[AgreementTerm]) -> None:
    for index, term in enumerate(terms):
        path = f"terms[{index}]"
        policy.check(term, f"{path}.tiers")
        for number, tier in enumerate(term.tiers):
            facts.minor(tier.above, f"{path}.tiers[{number}].above")
        for number, deduction in enumerate(term.deductions):
            if deduction.kind.startswith("share") and deduction.value > 1:
                raise refuse(
                    f"{path}.deductions[{number}].value", 'is a share between 0 and 1: "0.03" is 3 %.'
                )
