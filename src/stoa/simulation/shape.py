"""What a shape declares; its JSON schema and the reading of files follow from these classes."""

import json
import re
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any, Literal

from stoa.kernel.refusals import Invalid, NotFound
from stoa.kernel.spans import Month
from stoa.policies.facts import Price, Quantity, Share, fact, read_facts, refuse, schema_of

SHIPPED = Path(__file__).parent / "shapes"


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Something consumers buy, and how they behave with it."""

    name: str = fact("Name, used in references: lower case, digits and hyphens.")
    product: Literal[
        "single_course", "specialization", "professional_certificate", "catalog_subscription"
    ] = fact("What is sold.")
    term_months: int = fact("Months that one payment covers.")
    prices: tuple[Price, ...] = fact("Prices, chosen with equal chances.")
    weight: Quantity = fact("Weight among the plans, in buyers.")
    existing: Share = fact(
        "Share of the buyers who had bought within one term before the quarter; the others come in it.",
        default=Fraction(1, 2),
    )
    renewal: Share = fact("Chance that a term is followed by another.", default=Fraction(0))
    refund: Share = fact("Chance that the last payment is refunded within two weeks.", default=Fraction(0))

    def __post_init__(self) -> None:
        _check_name(self.name, "name")
        if not 1 <= self.term_months <= 12:
            raise refuse("term_months", "must be between 1 and 12.")
        if not self.prices or not all(self.prices):
            raise refuse("prices", "must be one or more amounts above 0.")
        if any((price * 100).denominator != 1 for price in self.prices):
            raise refuse("prices", "must be whole cents.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Consumer:
    """The consumer segment: what it shall come to, and the plans whose sale makes it so."""

    revenue: Price = fact("Revenue of the quarter: plans are sold until it is reached.")
    margin: Share = fact("Revenue less partners' content costs, as a share of revenue.")
    plans: tuple[Plan, ...] = fact("What is sold.")
    courses: int = fact("Courses in the catalog.", default=1000)
    taxed: Share = fact("Share of buyers who pay sales tax.", default=Fraction(0))
    tax_rate: Share = fact("Its rate.", default=Fraction(8, 100))
    processing_rate: Share = fact("Part of a payment that the processor keeps.", default=Fraction(29, 1000))
    processing_fixed: Price = fact("What it keeps of every payment beside that.", default=Fraction(3, 10))

    def __post_init__(self) -> None:
        if not self.plans or not any(plan.weight for plan in self.plans):
            raise refuse("plans", "must be one or more, with a weight above 0.")
        names = [plan.name for plan in self.plans]
        if len(set(names)) < len(names):
            raise refuse("plans", "must have different names.")
        if not 1 <= self.courses <= 100_000:
            raise refuse("courses", "must be between 1 and 100,000.")


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatPrice:
    """The yearly price of a seat from a number of seats on."""

    seats: int = fact("From this number of seats.")
    price: Price = fact("Price of a seat for a year.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """A length that contracts have."""

    months: Literal[12, 24, 36] = fact("Months of the term, invoiced a year in advance.")
    weight: Quantity = fact("Weight among the terms.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Enterprise:
    """The enterprise segment: its customers now and a year ago, and what their seats shall come to."""

    revenue: Price = fact("Revenue of the quarter.")
    margin: Share = fact("Revenue less partners' content costs, as a share of revenue.")
    customers: int = fact("Paying customers at the end of the quarter.")
    customers_a_year_ago: int = fact("Paying customers a year earlier.")
    kept: Share = fact("Share of those customers who still are.")
    net_retention: Share = fact(
        "What customers of a year ago pay a year now, as a share of what they paid then."
    )
    seat_prices: tuple[SeatPrice, ...] = fact("Price list by number of seats.")
    terms: tuple[Term, ...] = fact("Terms of contracts.")
    largest_to_smallest: Quantity = fact(
        "How many times the largest customer is the smallest.", default=Fraction(400)
    )
    initial_commission: Share = fact(
        "Commission on a first contract, of its price.", default=Fraction(8, 100)
    )
    renewal_commission: Share = fact("Commission on a renewal, of its price.", default=Fraction(2, 100))
    payroll_tax: Share = fact("Employer's payroll tax on commissions.", default=Fraction(765, 10_000))

    def __post_init__(self) -> None:
        if not 1 <= self.customers <= 100_000:
            raise refuse("customers", "must be between 1 and 100,000.")
        if not 2 <= self.customers_a_year_ago <= 100_000:
            raise refuse("customers_a_year_ago", "must be between 2 and 100,000.")
        if not self.seat_prices or [tier.seats for tier in self.seat_prices] != sorted(
            {tier.seats for tier in self.seat_prices}
        ):
            raise refuse("seat_prices", "must be one or more, by rising number of seats.")
        if not all(tier.price for tier in self.seat_prices):
            raise refuse("seat_prices", "must be above 0.")
        if not any(term.weight for term in self.terms if term.months == 12):
            raise refuse("terms", "must have one of 12 months with a weight above 0: others follow from it.")
        if self.largest_to_smallest < 1:
            raise refuse("largest_to_smallest", "must be 1 or more.")
        if self.kept_customers > self.customers:
            raise refuse("kept", "leaves more customers than there are at the end of the quarter.")
        if self.kept_customers >= self.customers:
            raise refuse("customers", "must be more than those kept: the last new one makes up the cents.")

    @property
    def kept_customers(self) -> int:
        """Customers of a year ago who still are; at least one is kept and one has left."""
        kept = int(self.customers_a_year_ago * self.kept + Fraction(1, 2))
        return min(max(kept, 1), self.customers_a_year_ago - 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Partners:
    """Educator partners and the terms of their agreements."""

    count: int = fact("Partners.")
    shares: tuple[Share, ...] = fact("Shares of revenue that agreements give them.")

    def __post_init__(self) -> None:
        if not 1 <= self.count <= 10_000:
            raise refuse("count", "must be between 1 and 10,000.")
        if not self.shares:
            raise refuse("shares", "must be one or more.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Region:
    """A part of the world and its share of learners."""

    name: str = fact("Name.")
    share: Share = fact("Share of the registered learners.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Learners:
    """Registered learners: counted, not paid for."""

    registered: int = fact("Registered learners at the end of the quarter.")
    new_in_quarter: int = fact("Of these, those who came in the quarter.")
    new_in_year: int = fact("Of these, those who came in the year before its end.")
    regions: tuple[Region, ...] = fact("Where they are; shares add up to 1.")

    def __post_init__(self) -> None:
        if not 0 <= self.new_in_quarter <= self.new_in_year <= self.registered <= 10**10:
            raise refuse("registered", "must not be less than those who came in the year or the quarter.")
        if sum(region.share for region in self.regions) != 1:
            raise refuse("regions", "must have shares that add up to 1.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Expense:
    """What a function costs in the quarter beside what contracts and registers say."""

    account: str = fact("Code of the expense account.")
    words: str = fact("What it is spent on.")
    amount: Price = fact("Amount of the quarter, spread over its months.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """A company of a certain size for one quarter."""

    title: str = fact("What the shape is, in words.")
    quarter: str = fact("The quarter, such as 2025-Q3.")
    entity: str = fact("Company whose books the documents enter.", default="simulated")
    currency: Literal["USD"] = fact("Currency of all documents.", default="USD")
    consumer: Consumer = fact("The consumer segment.")
    enterprise: Enterprise = fact("The enterprise segment.")
    partners: Partners = fact("Educator partners.")
    learners: Learners = fact("Registered learners.")
    expenses: tuple[Expense, ...] = fact("Other costs.", default=())

    def __post_init__(self) -> None:
        _check_name(self.entity, "entity")
        if not re.fullmatch(r"(19[5-9][0-9]|20[0-9]{2})-Q[1-4]", self.quarter):
            raise refuse("quarter", f'{self.quarter!r} is not a quarter; write it as "2025-Q3".')
        for name, margin in (("consumer", self.consumer.margin), ("enterprise", self.enterprise.margin)):
            if not min(self.partners.shares) <= 1 - margin <= max(self.partners.shares):
                raise refuse(
                    f"{name}.margin",
                    f"leaves partners {float(1 - margin):.1%} of revenue, which is none between their shares.",
                )

    @property
    def months(self) -> tuple[Month, Month, Month]:
        """The months of the quarter."""
        first = Month(int(self.quarter[:4]), 3 * int(self.quarter[-1]) - 2)
        return first, first.plus(1), first.plus(2)

    @property
    def start_on(self) -> date:
        """First day of the quarter."""
        return self.months[0].start_on

    @property
    def end_on(self) -> date:
        """Day after its last."""
        return self.months[2].end_on


def read_shape(name_or_path: str) -> Shape:
    """Read a shape that ships with Stoa, by its name, or one from a JSON file.

    Raises ``NotFound`` for neither, and ``Invalid`` with the path of the first field that is wrong.
    """
    path = Path(name_or_path)
    if name_or_path in shipped_shapes():
        path = SHIPPED / f"{name_or_path}.json"
    elif not path.is_file():
        known = ", ".join(shipped_shapes())
        raise NotFound(f"{name_or_path!r} is neither a file nor a shape that ships with Stoa ({known}).")
    try:
        given = json.loads(path.read_text(encoding="utf-8"), parse_float=Decimal)
    except (OSError, UnicodeDecodeError, ValueError, RecursionError) as error:
        raise Invalid(f"{path} cannot be read as JSON: {error}.") from None
    return read_facts(Shape, given)


def shipped_shapes() -> tuple[str, ...]:
    """Names of the shapes that ship with Stoa."""
    return tuple(sorted(path.stem for path in SHIPPED.glob("*.json")))


def schema_of_shape() -> dict[str, Any]:
    """The JSON schema of a shape file."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Shape of a company",
        **schema_of(Shape),
    }


def scaled(shape: Shape, factor: Fraction) -> Shape:
    """The shape with everything that has a size made ``factor`` times as large; prices, rates and shares stay."""
    if not 0 < factor <= 100:
        raise refuse("scale", "must be above 0 and at most 100.")
    if factor == 1:
        return shape

    def count(number: int, least: int) -> int:
        return max(int(number * factor + Fraction(1, 2)), least)

    def cents(amount: Fraction) -> Fraction:
        return Fraction(int(amount * factor * 100 + Fraction(1, 2)), 100)

    enterprise, learners = shape.enterprise, shape.learners
    before = count(enterprise.customers_a_year_ago, 2)
    customers = max(
        count(enterprise.customers, 1),
        min(max(int(before * enterprise.kept + Fraction(1, 2)), 1), before - 1) + 1,
    )
    return replace(
        shape,
        title=f"{shape.title}, times {factor}",
        consumer=replace(shape.consumer, revenue=cents(shape.consumer.revenue)),
        enterprise=replace(
            enterprise,
            revenue=cents(enterprise.revenue),
            customers=customers,
            customers_a_year_ago=before,
        ),
        partners=replace(shape.partners, count=count(shape.partners.count, min(3, shape.partners.count))),
        learners=replace(
            learners,
            registered=count(learners.registered, 1),
            new_in_quarter=count(learners.new_in_quarter, 0),
            new_in_year=count(learners.new_in_year, 0),
        ),
        expenses=tuple(replace(each, amount=cents(each.amount)) for each in shape.expenses),
    )


def renamed(shape: Shape, entity: str) -> Shape:
    """The same shape for the books of another company."""
    return replace(shape, entity=entity)


def _check_name(name: str, path: str) -> None:
    if not re.fullmatch(r"[a-z0-9][a-z0-9-]{0,39}", name):
        raise refuse(path, "must be lower case letters, digits and hyphens, at most 40.")
