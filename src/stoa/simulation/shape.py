"""A shape: what a company of a certain size is, read from a file, scaled and renamed."""

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
from stoa.policies.facts import fact, read_facts, refuse, schema_of
from stoa.simulation.parts import Consumer, Corporate, Enterprise, Learners, Partners, check_name

SHIPPED = Path(__file__).parent / "shapes"


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
    corporate: Corporate = fact("What it has and costs beside its sales.", default=Corporate())

    def __post_init__(self) -> None:
        check_name(self.entity, "entity")
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


def scaled(shape: Shape, *, factor: Fraction) -> Shape:
    """The shape with everything that has a size made ``factor`` times as large; prices, rates and shares stay."""
    if not 0 < factor <= 100:
        raise refuse("scale", "must be above 0 and at most 100.")
    if factor == 1:
        return shape

    def count(number: int, least: int) -> int:
        return max(int(number * factor + Fraction(1, 2)), least)

    def cents(amount: Fraction) -> Fraction:
        return Fraction(int(amount * factor * 100 + Fraction(1, 2)), 100)

    enterprise, learners, corporate = shape.enterprise, shape.learners, shape.corporate
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
        corporate=replace(
            corporate,
            shares=Fraction(count(int(corporate.shares), 1)),
            paid_in=cents(corporate.paid_in),
            cash=cents(corporate.cash),
            money_market=cents(corporate.money_market),
            interest=cents(corporate.interest),
            income_tax=cents(corporate.income_tax),
            payroll=tuple(replace(each, amount=cents(each.amount)) for each in corporate.payroll),
            bills=tuple(replace(each, amount=cents(each.amount)) for each in corporate.bills),
            awards=tuple(replace(each, cost=cents(each.cost)) for each in corporate.awards),
            assets=tuple(replace(each, cost=cents(each.cost)) for each in corporate.assets),
            leases=tuple(replace(each, monthly=cents(each.monthly)) for each in corporate.leases),
            treasury_bills=cents(corporate.treasury_bills),
        ),
    )


def renamed(shape: Shape, *, entity: str) -> Shape:
    """The same shape for the books of another company."""
    return replace(shape, entity=entity)
