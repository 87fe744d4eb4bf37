"""The group: its entities, exchange rates, and what its entities charge, pay and give each other (ASC 810, 830).

Each entity keeps its own books, so what happens between two of them is two documents, one in the books of each. They
name each other; a consolidation takes both sides out, and says which pairs do not agree.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import ClassVar, Literal

from stoa.kernel.money import exponent_of
from stoa.kernel.spans import Month
from stoa.policies.facts import Price, Quantity, fact, refuse
from stoa.policies.kinds.frame import Balance, DocumentFacts, Family, Filed, Place

#: The product of every line between entities of a group: what a consolidation eliminates.
INTERCOMPANY = "intercompany"
_SEGMENT = "Corporate"
What = Literal["charged", "charged_to_us", "paid", "received", "capital_given", "capital_taken"]


@dataclass(frozen=True, slots=True, kw_only=True)
class EntityRegistered(DocumentFacts):
    """A company of the group: its functional currency, and the one that owns all of it. It moves no account."""

    kind: ClassVar[str] = "entity_registered"
    title: ClassVar[str] = "Entity registered"

    name: str = fact("Name of the company.")
    parent: str | None = fact("Entity that owns all of it; left out for the head of the group.", default=None)
    functional_currency: str = fact("Currency of the economy it works in (830-10-45-2).", default="USD")
    from_on: date = fact("First day on which it belongs to the group.")

    def __post_init__(self) -> None:
        DocumentFacts.__post_init__(self)
        _check_currency(self.functional_currency, "functional_currency")
        if self.parent == self.entity:
            raise refuse("parent", "must be another entity; leave it out for the head of the group.")

    def place(self) -> Place:
        return Place(self.from_on, self.entity)


@dataclass(frozen=True, slots=True, kw_only=True)
class ExchangeRatePublished(DocumentFacts):
    """An exchange rate of a month: at its end, and on average in it. It moves no account."""

    kind: ClassVar[str] = "exchange_rate_published"
    title: ClassVar[str] = "Exchange rate published"

    month: str = fact("The month, such as 2025-09.")
    one: str = fact("Currency of which one unit is valued, such as EUR.")
    into: str = fact("Currency it is valued in, such as USD.")
    closing: Quantity = fact("Units of into for one unit at the end of the month.")
    average: Quantity = fact("The same on average in the month.")
    source: str | None = fact("Who publishes it.", default=None)

    def __post_init__(self) -> None:
        DocumentFacts.__post_init__(self)
        try:
            Month.parse(self.month)
        except ValueError as error:
            raise refuse("month", f"{error}.") from None
        _check_currency(self.one, "one")
        _check_currency(self.into, "into")
        if self.one == self.into:
            raise refuse("into", "must be another currency.")
        for name in ("closing", "average"):
            if getattr(self, name) == 0:
                raise refuse(name, "must be more than 0.")

    def place(self) -> Place:
        return Place(Month.parse(self.month).start_on, f"{self.one}/{self.into}")


@dataclass(frozen=True, slots=True, kw_only=True)
class IntercompanyRecorded(DocumentFacts):
    """One side of what two entities of the group did: a charge, its payment, or capital. The other files its own."""

    kind: ClassVar[str] = "intercompany_recorded"
    title: ClassVar[str] = "Recorded between entities"

    counterparty: str = fact("The other entity.")
    what: What = fact(
        "charged (we charge them), charged_to_us, paid (we pay what we owe), received, capital_given (to a "
        "subsidiary), capital_taken (from the parent)."
    )
    on: date = fact("Day on which it happened.")
    amount: Price = fact("Amount.")
    account: Literal["4000", "5000", "5200", "6000", "6100", "6200", "7000", "7100"] | None = fact(
        "Income or expense account of a charge.", default=None
    )
    about: str | None = fact("What it was for.", default=None)

    def __post_init__(self) -> None:
        DocumentFacts.__post_init__(self)
        if not self.minor(self.amount):
            raise refuse("amount", "must be more than 0.")
        if self.counterparty == self.entity:
            raise refuse("counterparty", "must be another entity.")
        is_charge = self.what in ("charged", "charged_to_us")
        if is_charge != (self.account is not None):
            raise refuse(
                "account",
                "is missing: a charge is income of one and expense of the other."
                if is_charge
                else "belongs to charges alone.",
            )

    def place(self) -> Place:
        return Place(self.on, self.reference, self.counterparty, INTERCOMPANY)

    @property
    def sides(self) -> tuple[tuple[str, int], tuple[str, int]]:
        """The two accounts it moves, with their sign."""
        account = self.account or ""
        return {
            "charged": (("due_from_group", 1), (account, -1)),
            "charged_to_us": ((account, 1), ("due_to_group", -1)),
            "paid": (("due_to_group", 1), ("cash", -1)),
            "received": (("cash", 1), ("due_from_group", -1)),
            "capital_given": (("1710", 1), ("cash", -1)),
            "capital_taken": (("cash", 1), ("common_stock", -1)),
        }[self.what]


def balances(known: Sequence[Filed], day: date) -> Iterator[Balance]:
    """What each document moved; the lines name the counterparty as partner."""
    for each in known:
        facts = each.facts
        if isinstance(facts, IntercompanyRecorded):
            amount = facts.minor(facts.amount)
            for account, sign in facts.sides:
                yield Balance(
                    *(each.id, account, f"intercompany_{facts.what}", facts.currency, facts.on),
                    *(sign * amount, _SEGMENT, INTERCOMPANY, facts.counterparty),
                )


def active(known: Sequence[Filed], month: Month) -> Iterator[int]:
    """What happened between entities in the month."""
    return (
        each.id
        for each in known
        if isinstance(each.facts, IntercompanyRecorded) and Month.of(each.effective_on) == month
    )


def problems(known: Sequence[Filed], day: date) -> Iterator[str]:
    """Two rates for one month that differ, and an entity registered twice."""
    rates: dict[tuple[str, str, str], ExchangeRatePublished] = {}
    entities: dict[tuple[str, date], EntityRegistered] = {}
    for each in known:
        facts = each.facts
        if isinstance(facts, ExchangeRatePublished):
            first = rates.setdefault((facts.month, facts.one, facts.into), facts)
            if (first.closing, first.average) != (facts.closing, facts.average):
                yield f"{facts.reference} gives another rate than {first.reference}; void the one that is wrong"
        if isinstance(facts, EntityRegistered):
            other = entities.setdefault((facts.entity, facts.from_on), facts)
            if other is not facts:
                yield f"{facts.reference} registers {facts.entity} again; void it or {other.reference}"


def _check_currency(code: str, path: str) -> None:
    try:
        exponent_of(code)
    except ValueError as error:
        raise refuse(path, f"{error}.") from None


FAMILY = Family(
    name="consolidation",
    version="1",
    kinds=(EntityRegistered, ExchangeRatePublished, IntercompanyRecorded),
    balances=balances,
    active=active,
    problems=problems,
)
