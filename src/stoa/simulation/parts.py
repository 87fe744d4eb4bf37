"""The parts of a shape: its segments, partners, learners, and what it has and costs beside its sales."""

import re
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from stoa.policies.facts import Price, Quantity, Share, fact, refuse
from stoa.policies.kinds.functions import Function


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
        check_name(self.name, "consumer.plans.name")
        if not 1 <= self.term_months <= 12:
            raise refuse("consumer.plans.term_months", "must be between 1 and 12.")
        if not self.prices or not all(self.prices):
            raise refuse("consumer.plans.prices", "must be one or more amounts above 0.")
        if any((price * 100).denominator != 1 for price in self.prices):
            raise refuse("consumer.plans.prices", "must be whole cents.")


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
        if not self.revenue:
            raise refuse("consumer.revenue", "must be more than 0.")
        if not self.plans or not any(plan.weight for plan in self.plans):
            raise refuse("consumer.plans", "must be one or more, with a weight above 0.")
        names = [plan.name for plan in self.plans]
        if len(set(names)) < len(names):
            raise refuse("consumer.plans", "must have different names.")
        if not 1 <= self.courses <= 100_000:
            raise refuse("consumer.courses", "must be between 1 and 100,000.")


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
    new_size: Quantity = fact("Size of new customers, beside the others on average.", default=Fraction(1))
    initial_commission: Share = fact(
        "Commission on a first contract, of its price.", default=Fraction(8, 100)
    )
    renewal_commission: Share = fact("Commission on a renewal, of its price.", default=Fraction(2, 100))
    payroll_tax: Share = fact("Employer's payroll tax on commissions.", default=Fraction(765, 10_000))

    def __post_init__(self) -> None:
        if not self.revenue:
            raise refuse("enterprise.revenue", "must be more than 0.")
        if not 1 <= self.customers <= 100_000:
            raise refuse("enterprise.customers", "must be between 1 and 100,000.")
        if not 2 <= self.customers_a_year_ago <= 100_000:
            raise refuse("enterprise.customers_a_year_ago", "must be between 2 and 100,000.")
        if not self.seat_prices or [tier.seats for tier in self.seat_prices] != sorted(
            {tier.seats for tier in self.seat_prices}
        ):
            raise refuse("enterprise.seat_prices", "must be one or more, by rising number of seats.")
        if not all(tier.price for tier in self.seat_prices):
            raise refuse("enterprise.seat_prices", "must be above 0.")
        if not any(term.weight for term in self.terms if term.months == 12):
            raise refuse(
                "enterprise.terms", "must have one of 12 months with a weight above 0: others follow from it."
            )
        if not self.new_size:
            raise refuse("enterprise.new_size", "must be more than 0.")
        if self.largest_to_smallest < 1:
            raise refuse("enterprise.largest_to_smallest", "must be 1 or more.")
        if self.kept_customers > self.customers:
            raise refuse("enterprise.kept", "leaves more customers than there are at the end of the quarter.")
        if self.kept_customers >= self.customers:
            raise refuse(
                "enterprise.customers", "must be more than those kept: the last new one makes up the cents."
            )

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
            raise refuse("partners.count", "must be between 1 and 10,000.")
        if not self.shares:
            raise refuse("partners.shares", "must be one or more.")


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
            raise refuse(
                "learners.registered", "must not be less than those who came in the year or the quarter."
            )
        if sum(region.share for region in self.regions) != 1:
            raise refuse("learners.regions", "must have shares that add up to 1.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Payroll:
    """What the staff of a function earns."""

    function: Function = fact("Function they work in.")
    amount: Price = fact("Wages, benefits and the employer's taxes of the quarter.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Bill:
    """What a supplier bills every month."""

    supplier: str = fact("Supplier.")
    function: Function = fact("Function that bears it.")
    nature: str = fact("What it buys, such as advertising or hosting.")
    amount: Price = fact("Amount of the quarter.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Awards:
    """Units that a function's staff hold: granted every quarter, vesting over four years."""

    function: Function = fact("Function they work in.")
    cost: Price = fact("Their cost in the quarter.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asset:
    """An asset in use since before the quarter."""

    name: str = fact("Name in the register.")
    asset_kind: Literal["equipment", "furniture", "computers", "software"] = fact("What it is.")
    function: Function = fact("Function that bears it.")
    cost: Price = fact("Cost.")
    life_months: int = fact("Useful life in months.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Rent:
    """A lease of offices."""

    name: str = fact("Name in the register.")
    monthly: Price = fact("Rent of a month, paid in advance.")
    months: int = fact("Months of the lease, from January of the quarter's year.")
    rate: Share = fact("Incremental borrowing rate.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Corporate:
    """What a company has and costs beside its sales."""

    shares: Quantity = fact("Shares outstanding since before the books begin.", default=Fraction(1_000_000))
    share_price: Price = fact("Price of a share, at which units are granted.", default=Fraction(10))
    paid_in: Price = fact("What its shareholders have paid.", default=Fraction(0))
    cash: Price = fact(
        "Cash when the books begin; the rest of what was paid in was lost before.", default=Fraction(0)
    )
    money_market: Price = fact("Of the cash, what lies in money-market funds.", default=Fraction(0))
    interest: Price = fact("Interest of the quarter.", default=Fraction(0))
    income_tax: Price = fact("Income tax of the quarter.", default=Fraction(0))
    payroll: tuple[Payroll, ...] = fact("Staff by function.", default=())
    bills: tuple[Bill, ...] = fact("Suppliers.", default=())
    awards: tuple[Awards, ...] = fact("Stock awards by function.", default=())
    assets: tuple[Asset, ...] = fact("Property and software.", default=())
    leases: tuple[Rent, ...] = fact("Offices.", default=())
    treasury_bills: Price = fact(
        "Face amount of the Treasury bills it holds all the time.", default=Fraction(0)
    )
    treasury_yield: Share = fact("Discount at which bills are bought, a year.", default=Fraction(4, 100))
    credit_loss: Share = fact(
        "Loss expected of receivables that are not due; more of those past due.", default=Fraction(5, 10_000)
    )

    def __post_init__(self) -> None:
        if not self.shares or not self.share_price:
            raise refuse("corporate.shares", "and share_price must be more than 0.")
        if self.cash > self.paid_in:
            raise refuse("corporate.cash", "must not be more than was paid in.")
        if self.money_market > self.cash:
            raise refuse("corporate.money_market", "must not be more than the cash.")
        if any(not 1 <= each.life_months <= 600 for each in self.assets):
            raise refuse("corporate.assets", "must have a life of 1 to 600 months.")
        if any(not 13 <= each.months <= 240 or not each.rate for each in self.leases):
            raise refuse("corporate.leases", "must last 13 to 240 months and have a rate above 0.")


def check_name(name: str, path: str) -> None:
    """Refuse (``Invalid``, under ``path``) what is no name of a company or plan."""
    if not re.fullmatch(r"[a-z0-9][a-z0-9-]{0,39}", name):
        raise refuse(path, "must be lower case letters, digits and hyphens, at most 40.")
