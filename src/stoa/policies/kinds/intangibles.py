"""Intangible assets acquired, amortized by what they are, and disposed of (policy ``intangibles``; ASC 350-30; ACC-32, ACC-33)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import partial
from typing import ClassVar, Literal

from stoa.policies import intangibles as policy
from stoa.policies.facts import Price, Quantity, fact, refuse
from stoa.policies.frame import Explanation
from stoa.policies.kinds.frame import Balance, Debt, DocumentFacts, Family, Filed, Place, documents_that_move
from stoa.policies.kinds.functions import Function
from stoa.policies.kinds.impairments import ImpairmentTested, losses
from stoa.policies.kinds.long_lived import Accounts, Gone, LongLived, register_of
from stoa.policies.kinds.registers import Register

#: Sales and administration have no account of their own for it: it stands with their depreciation.
_EXPENSE = {
    "cost_of_revenue": "intangible_amortization_in_cost_of_revenue",
    "research_and_development": "intangible_amortization_in_research_and_development",
    "sales_and_marketing": "depreciation_in_sales_and_marketing",
    "general_and_administrative": "depreciation_in_general_and_administrative",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class IntangibleAcquired(DocumentFacts):
    """An intangible asset was acquired: content, technology, a workforce that came with a purchase of assets."""

    kind: ClassVar[str] = "intangible_acquired"
    title: ClassVar[str] = "Intangible asset acquired"

    name: str = fact("Name in the register.")
    intangible_kind: Literal[
        "content",
        "developed_technology",
        "assembled_workforce",
        "customer_relationships",
        "trade_name",
        "other",
    ] = fact("What it is; decides the function that bears its amortization.")
    cost: Price = fact("Cost, or fair value when acquired with others.")
    acquired_on: date = fact("First day of use; its month counts in full.")
    life_months: Quantity | None = fact(
        "Useful life in months, 36 to 72; indefinite when left out.", default=None
    )
    residual: Price = fact("Residual value; 0 but for a committed buyer.", default=Fraction(0))
    function: Function | None = fact("Function that bears it, for kind other.", default=None)
    seller: str | None = fact("Who sold it.", default=None)
    paid: Literal["on_account", "cash"] = fact(
        "on_account: owed until it is paid; cash: paid that day.", default="on_account"
    )

    def __post_init__(self) -> None:
        DocumentFacts.__post_init__(self)
        self.minor(self.cost, "cost")
        self.minor(self.residual, "residual")
        if self.life_months is not None and self.life_months > 1200:
            raise refuse("life_months", "must be at most 1200; leave it out for an indefinite life.")
        policy.line_of(self.intangible(), "", "full_month", Explanation())

    def place(self) -> Place:
        return Place(self.acquired_on, self.reference, self.seller or "")

    def owed(self) -> Debt | None:
        if self.paid == "cash":
            return None
        parts = (("purchase_of_intangibles", self.minor(self.cost)),)
        return Debt("accounts_payable", self.seller or self.name, parts)

    def intangible(self) -> policy.Intangible:
        """The facts as the policy takes them."""
        return policy.Intangible(
            name=self.name,
            kind=self.intangible_kind,
            cost=self.cost,
            acquired_on=self.acquired_on,
            life_months=self.life_months,
            residual=self.residual,
            line=self.function,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class IntangibleDisposed(DocumentFacts):
    """An intangible asset was sold or given up: what it is carried at leaves the books."""

    kind: ClassVar[str] = "intangible_disposed"
    title: ClassVar[str] = "Intangible asset disposed of"

    intangible: str = fact("Reference of the intangible asset.")
    on: date = fact("Day of disposal: amortization stops with the month before.")
    proceeds: Price = fact("What was received, less costs to sell.", default=Fraction(0))

    def __post_init__(self) -> None:
        DocumentFacts.__post_init__(self)
        self.minor(self.proceeds, "proceeds")

    def place(self) -> Place:
        return Place(self.on, self.intangible)


def balances(known: Sequence[Filed], day: date) -> Iterator[Balance]:
    """Cost, accumulated amortization, expense by function, losses; what a disposal took out."""
    for asset in _assets(known):
        yield from asset.balances(day)


def register(known: Sequence[Filed], day: date) -> Register:
    """Every intangible asset, and the amortization of the years to come (350-30-50-2)."""
    return register_of(FAMILY.name, _assets(known), day)


def problems(known: Sequence[Filed], day: date) -> Iterator[str]:
    """Disposals of what is not filed, or gone already."""
    there = {
        (each.facts.reference, each.facts.currency)
        for each in known
        if isinstance(each.facts, IntangibleAcquired)
    }
    gone = _disposals(known)
    for each in known:
        if isinstance(each.facts, IntangibleDisposed):
            key = each.facts.intangible, each.facts.currency
            if key not in there:
                yield f"{each.facts.reference} disposes of {each.facts.intangible!r}, which is not filed"
            elif gone[key].id != each.id:
                yield f"{each.facts.reference} disposes of {each.facts.intangible!r}, which is gone already"


def _assets(known: Sequence[Filed]) -> Iterator[LongLived]:
    gone, lost = _disposals(known), losses(known, "intangibles")
    for each in known:
        facts = each.facts
        if not isinstance(facts, IntangibleAcquired):
            continue
        key = facts.reference, facts.currency
        disposal = gone.get(key)
        yield LongLived(
            document=each.id,
            reference=facts.reference,
            name=facts.name,
            kind=facts.intangible_kind.replace("_", " "),
            currency=facts.currency,
            begun_on=facts.acquired_on,
            cost_minor=facts.minor(facts.cost),
            line=policy.line_of(facts.intangible(), "", "full_month", Explanation()),
            accounts=Accounts(
                held="intangibles",
                worn="accumulated_intangible_amortization",
                expense=_EXPENSE[policy.presented_in(facts.intangible())],
                paid="cash" if facts.paid == "cash" else "accounts_payable",
                payment="purchase_of_intangibles",
                wear="amortization",
            ),
            losses=lost.get(key, ()),
            gone=None
            if disposal is None
            else Gone(
                document=disposal.id,
                on=disposal.effective_on,
                proceeds_minor=disposal.facts.minor(disposal.facts.proceeds),
            ),
        )


def _disposals(known: Sequence[Filed]) -> dict[tuple[str, str], Filed]:
    """The first disposal of each."""
    found: dict[tuple[str, str], Filed] = {}
    for each in known:
        if isinstance(each.facts, IntangibleDisposed):
            found.setdefault((each.facts.intangible, each.facts.currency), each)
    return found


FAMILY = Family(
    name="intangibles",
    version=policy.POLICY.version,
    kinds=(IntangibleAcquired, IntangibleDisposed),
    sees=(ImpairmentTested,),
    balances=balances,
    active=partial(documents_that_move, balances),
    problems=problems,
    register=register,
)
