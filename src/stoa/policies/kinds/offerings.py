"""Costs of an offering of shares: deferred, then taken from its proceeds or expensed (policy ``offering_costs``; ACC-16)."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import partial
from typing import ClassVar, Literal, NamedTuple

from stoa.kernel.money import exponent_of
from stoa.kernel.refusals import Invalid
from stoa.policies import offering_costs as policy
from stoa.policies.facts import Price, fact, refuse
from stoa.policies.frame import Explanation
from stoa.policies.kinds.frame import Balance, Debt, DocumentFacts, Family, Filed, Place, documents_that_move
from stoa.policies.kinds.manual_entries import CORPORATE
from stoa.policies.kinds.registers import Register, RegisterRow, last_day


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferingCostIncurred(DocumentFacts):
    """A cost around an offering: deferred when it is specific and incremental to it, else expensed."""

    kind: ClassVar[str] = "offering_cost_incurred"
    title: ClassVar[str] = "Offering cost incurred"

    offering: str = fact("Name of the offering, the same in all its documents.")
    on: date = fact("Day on which it was incurred.")
    cost_kind: Literal[
        "underwriting", "legal", "accounting", "printing", "filing", "management_salary", "overhead", "other"
    ] = fact("What was paid for.")
    amount: Price = fact("Amount.")
    is_direct: bool = fact("Specific and incremental to this offering.", default=True)
    supplier: str | None = fact("Who is paid.", default=None)
    paid: Literal["on_account", "cash"] = fact(
        "on_account: owed until it is paid; cash: paid that day.", default="on_account"
    )

    def __post_init__(self) -> None:
        DocumentFacts.__post_init__(self)
        if not self.minor(self.amount):
            raise refuse("amount", "must be more than 0.")

    def place(self) -> Place:
        return Place(self.on, self.offering)

    def owed(self) -> Debt | None:
        if self.paid == "cash":
            return None
        parts = ((self.payment, self.minor(self.amount)),)
        return Debt("accounts_payable", self.supplier or self.offering, parts)

    @property
    def payment(self) -> str:
        """What paying it is: financing when it is deferred."""
        return "offering_cost" if policy.is_deferred(self.cost()) else "payment"

    def cost(self) -> policy.OfferingCost:
        """The facts as the policy takes them."""
        return policy.OfferingCost(kind=self.cost_kind, amount=self.amount, is_direct=self.is_direct)


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferingCompleted(DocumentFacts):
    """The offering closed: its deferred costs reduce the proceeds in paid-in capital. Proceeds are a document of shares."""

    kind: ClassVar[str] = "offering_completed"
    title: ClassVar[str] = "Offering completed"

    offering: str = fact("Name of the offering.")
    on: date = fact("Day on which it closed.")
    gross_proceeds: Price = fact("Proceeds before costs.")

    def __post_init__(self) -> None:
        DocumentFacts.__post_init__(self)
        self.minor(self.gross_proceeds, "gross_proceeds")

    def place(self) -> Place:
        return Place(self.on, self.offering)


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferingPostponed(DocumentFacts):
    """The offering was postponed: after ninety days it counts as abandoned, unless it was completed until then."""

    kind: ClassVar[str] = "offering_postponed"
    title: ClassVar[str] = "Offering postponed"

    offering: str = fact("Name of the offering.")
    on: date = fact("Day on which it was postponed.")

    def place(self) -> Place:
        return Place(self.on, self.offering)


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferingAbandoned(DocumentFacts):
    """The offering was given up: its deferred costs are expensed."""

    kind: ClassVar[str] = "offering_abandoned"
    title: ClassVar[str] = "Offering abandoned"

    offering: str = fact("Name of the offering.")
    on: date = fact("Day on which it was given up.")

    def place(self) -> Place:
        return Place(self.on, self.offering)


class _Offering(NamedTuple):
    """An offering as its documents tell it; ``last`` is the document that decides where its costs stand."""

    name: str
    currency: str
    costs: list[Filed]
    turns: list[Filed]

    @property
    def deferred_minor(self) -> int:
        """All costs that were deferred, in minor units."""
        direct = [each.facts for each in self.costs if policy.is_deferred(each.facts.cost())]
        return sum(facts.minor(facts.amount) for facts in direct)

    def stands(self, day: date) -> tuple[int, int, int, Filed | None]:
        """Deferred, in equity and expensed at the beginning of a day, in minor units, and what decided it."""
        turn = next((each for each in self.turns if not isinstance(each.facts, OfferingPostponed)), None)
        postponed = next((each for each in self.turns if isinstance(each.facts, OfferingPostponed)), None)
        status: Literal["pending", "completed", "aborted"] = "pending"
        if turn is not None:
            status = "completed" if isinstance(turn.facts, OfferingCompleted) else "aborted"
        costs = tuple(each.facts.cost() for each in self.costs)
        given = policy.OfferingFacts(
            currency=self.currency,
            costs=costs,
            status=status,
            gross_proceeds=turn.facts.gross_proceeds if status == "completed" and turn else Fraction(0),
            postponed_on=postponed.facts.on if postponed is not None and turn is None else None,
            through=last_day(day),
        )
        values = policy.decide(given, Explanation())
        scale = 10 ** exponent_of(self.currency)
        deferred, equity, expensed = (
            int(Fraction(values[name]) * scale) for name in ("deferred", "charged_to_equity", "expensed")
        )
        return deferred, equity, expensed, turn or postponed


def balances(known: Sequence[Filed], day: date) -> Iterator[Balance]:
    """Costs deferred, taken to equity or expensed, and what is owed and paid for them."""
    for offering in _offerings(known):
        deferred = offering.deferred_minor
        for each in offering.costs:
            facts: OfferingCostIncurred = each.facts
            minor = facts.minor(facts.amount)
            is_deferred = policy.is_deferred(facts.cost())
            account = "deferred_offering_costs" if is_deferred else "general_and_administrative"
            yield _line(each, account, "offering_cost" if is_deferred else "accrual", minor)
            owed = "cash" if facts.paid == "cash" else "accounts_payable"
            yield _line(each, owed, facts.payment if is_deferred or owed == "cash" else "accrual", -minor)
        try:
            left, equity, _, turn = offering.stands(day)
        except Invalid:  # told by problems(); until it is mended the costs stay deferred
            continue
        if turn is not None and deferred != left:
            activity = "offering_cost" if equity else "write_off"
            account = "additional_paid_in_capital" if equity else "general_and_administrative"
            yield _line(turn, "deferred_offering_costs", activity, left - deferred)
            yield _line(turn, account, activity, deferred - left)


def _line(filed: Filed, account: str, activity: str, minor: int) -> Balance:
    return Balance(
        *(filed.id, account, activity, filed.facts.currency, filed.effective_on, minor), segment=CORPORATE
    )


def problems(known: Sequence[Filed], day: date) -> Iterator[str]:
    """Offerings that end twice or without costs, and costs above their proceeds."""
    for offering in _offerings(known):
        ends = [each for each in offering.turns if not isinstance(each.facts, OfferingPostponed)]
        for each in ends[1:]:
            yield f"{each.facts.reference} ends the offering {offering.name!r} a second time: void one of them"
        if not offering.costs:
            yield f"{offering.turns[0].facts.reference} is about {offering.name!r}, an offering without costs"
        try:
            offering.stands(day)
        except Invalid as refusal:
            yield f"the offering {offering.name!r} cannot be measured: {refusal}"


def register(known: Sequence[Filed], day: date) -> Register:
    """Offerings whose costs are deferred."""
    rows = []
    for offering in _offerings(known):
        try:
            deferred, _, _, _ = offering.stands(day)
        except Invalid:
            deferred = offering.deferred_minor
        if deferred:
            rows.append(
                RegisterRow(
                    document=offering.costs[0].id,
                    reference=offering.name,
                    name=offering.name,
                    kind="offering",
                    currency=offering.currency,
                    begun_on=offering.costs[0].effective_on,
                    cost_minor=deferred,
                    accumulated_minor=0,
                    carrying_minor=deferred,
                    account="deferred_offering_costs",
                )
            )
    return Register(family=FAMILY.name, day=day, rows=tuple(rows))


def _offerings(known: Sequence[Filed]) -> list[_Offering]:
    costs: dict[tuple[str, str], list[Filed]] = defaultdict(list)
    turns: dict[tuple[str, str], list[Filed]] = defaultdict(list)
    for each in known:
        if isinstance(each.facts, OfferingCostIncurred):
            costs[each.facts.offering, each.facts.currency].append(each)
        elif isinstance(each.facts, OfferingCompleted | OfferingPostponed | OfferingAbandoned):
            turns[each.facts.offering, each.facts.currency].append(each)
    return [_Offering(*key, costs[key], turns[key]) for key in dict.fromkeys((*costs, *turns))]


FAMILY = Family(
    name="offering_costs",
    version=policy.POLICY.version,
    kinds=(OfferingCostIncurred, OfferingCompleted, OfferingPostponed, OfferingAbandoned),
    balances=balances,
    active=partial(documents_that_move, balances),
    problems=problems,
    register=register,
)
