"""Long-lived assets tested for impairment (policy ``impairment``; ASC 360-10-35-17 to 35-28; ACC-26, ACC-34).

A test names the assets of its group by register and reference, with what each was carried at. The loss follows from
the document alone; each register takes its part of it, on the day of the test, and goes on from the new basis.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import ClassVar, Literal

from stoa.policies import impairment as policy
from stoa.policies.facts import Price, Quantity, fact, refuse
from stoa.policies.frame import Explanation
from stoa.policies.kinds.frame import DocumentFacts, Filed, Place

#: The registers whose assets a group may hold, and what the policy calls each.
RegisterName = Literal[
    "fixed_assets", "internal_use_software", "intangibles", "leases", "deferred_partner_fees"
]
_KIND_OF: dict[
    RegisterName, Literal["property", "software", "intangible", "right_of_use", "deferred_partner_fee"]
] = {
    "fixed_assets": "property",
    "internal_use_software": "software",
    "intangibles": "intangible",
    "leases": "right_of_use",
    "deferred_partner_fees": "deferred_partner_fee",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class TestedAsset:
    """One asset of the group."""

    register: RegisterName = fact("Register that it is in.")
    reference: str = fact("Reference of its document there (for a right of use: of the lease).")
    carrying: Price = fact("What the register carried it at on the day of the test.")
    fair_value: Price | None = fact(
        "Its own fair value, when it can be determined: it is not written below it.", default=None
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class ImpairmentTested(DocumentFacts):
    """A group of long-lived assets was tested, because something happened that puts its recovery in doubt."""

    kind: ClassVar[str] = "impairment_tested"
    title: ClassVar[str] = "Impairment tested"

    group: str = fact("Name of the asset group.")
    on: date = fact("Day of the test: carrying amounts are those at its end.")
    trigger: str = fact("What happened, for example a sublease below the rent.")
    assets: tuple[TestedAsset, ...] = fact("Long-lived assets of the group.")
    other_assets: Price = fact("Other assets of the group, tested with it.", default=Fraction(0))
    liabilities: Price = fact("Liabilities of the group.", default=Fraction(0))
    undiscounted_cash_flows: Quantity | None = fact(
        "Sum of the cash flows expected from use and disposal.", default=None
    )
    scenarios: tuple[tuple[Quantity, ...], ...] = fact("Or [probability, sum] rows, weighted.", default=())
    fair_value: Price | None = fact("Fair value of the group, when it is not recoverable.", default=None)
    fair_value_from: policy.CashFlows | None = fact("Or the cash flows to discount for it.", default=None)

    def __post_init__(self) -> None:
        DocumentFacts.__post_init__(self)
        if not self.assets:
            raise refuse("assets", "is missing: name the assets of the group.")
        named = [(each.register, each.reference) for each in self.assets]
        if len(set(named)) < len(named):
            raise refuse("assets", "name each asset once.")
        for index, each in enumerate(self.assets):
            self.minor(each.carrying, f"assets[{index}].carrying")
        self.allocated()

    def place(self) -> Place:
        return Place(self.on, self.group)

    def allocated(self) -> dict[tuple[str, str], int]:
        """The loss of each asset that bears one, by register and reference, in minor units."""
        facts = policy.ImpairmentFacts(
            currency=self.currency,
            assets=tuple(
                policy.GroupAsset(
                    name=f"{each.register} {each.reference}",
                    carrying=each.carrying,
                    fair_value=each.fair_value,
                    kind=_KIND_OF[each.register],
                )
                for each in self.assets
            ),
            other_assets=self.other_assets,
            liabilities=self.liabilities,
            triggers=(self.trigger,),
            undiscounted_cash_flows=self.undiscounted_cash_flows,
            scenarios=self.scenarios,
            fair_value=self.fair_value,
            fair_value_from=self.fair_value_from,
        )
        parts = policy.decide(facts, Explanation())["allocated"]
        losses = {
            (each.register, each.reference): self.minor(Fraction(parts[f"{each.register} {each.reference}"]))
            for each in self.assets
        }
        return {asset: loss for asset, loss in losses.items() if loss}


@dataclass(frozen=True, slots=True)
class Loss:
    """What a test took from one asset at the end of its day."""

    document: int
    on: date
    minor: int


def losses(known: Sequence[Filed], register: RegisterName) -> dict[tuple[str, str], list[Loss]]:
    """The losses of each asset of a register, by reference and currency, in order of their days."""
    found: dict[tuple[str, str], list[Loss]] = {}
    for each in known:
        if isinstance(each.facts, ImpairmentTested):
            for (name, reference), minor in each.facts.allocated().items():
                if name == register:
                    of_one = found.setdefault((reference, each.facts.currency), [])
                    of_one.append(Loss(each.id, each.effective_on, minor))
    return found
