"""Assets placed in service and disposed of: equipment, improvements, software (policy ``fixed_assets``; ASC 360-10-35)."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from fractions import Fraction
from functools import partial
from typing import ClassVar, Literal

from stoa.kernel.spans import add_months
from stoa.policies import fixed_assets as policy
from stoa.policies.facts import Price, Quantity, fact, refuse
from stoa.policies.frame import Explanation
from stoa.policies.kinds import lease_terms
from stoa.policies.kinds.frame import (
    Balance,
    Debt,
    DocumentFacts,
    Family,
    Filed,
    Place,
    documents_that_move,
)
from stoa.policies.kinds.impairments import ImpairmentTested, losses
from stoa.policies.kinds.long_lived import Accounts, Gone, LongLived, register_of
from stoa.policies.kinds.registers import Register
from stoa.policies.straight_line import NewBasis, StraightLine, months_between


@dataclass(frozen=True, slots=True, kw_only=True)
class AssetPlaced(DocumentFacts):
    """An asset was put to use; what it cost is owed to suppliers until it is paid."""

    kind: ClassVar[str] = "asset_placed"
    title: ClassVar[str] = "Asset placed in service"

    name: str = fact("Name in the register.")
    asset_kind: Literal[
        "equipment", "furniture", "computers", "software", "improvement", "building", "land"
    ] = fact("What it is; land is not depreciated.", default="equipment")
    cost: Price = fact("Cost, with what it took to make it ready.")
    residual: Price = fact("Residual value.", default=Fraction(0))
    in_service_on: date = fact("First day of use; its month counts in full.")
    life_months: Quantity = fact("Useful life in months, generally 24 to 60.", default=Fraction(0))
    lease_ends_on: date | None = fact(
        "Improvement: end of the remaining lease term (first day after it).", default=None
    )
    lease: str | None = fact(
        "Improvement: reference of the lease; its end, also when that changes, ends the improvement.",
        default=None,
    )
    paid: Literal["on_account", "cash"] = fact(
        "on_account: owed to suppliers until it is paid; cash: paid that day.", default="on_account"
    )
    function: Literal[
        "cost_of_revenue", "research_and_development", "sales_and_marketing", "general_and_administrative"
    ] = fact("Function that bears the expense.", default="general_and_administrative")

    def __post_init__(self) -> None:
        DocumentFacts.__post_init__(self)
        self.minor(self.cost, "cost")
        self.minor(self.residual, "residual")
        if self.lease is not None and self.asset_kind != "improvement":
            raise refuse("lease", "belongs to an improvement.")
        policy.line_of(self.asset(self.lease_ends_on or self._no_end()), "full_month", "", Explanation())

    def _no_end(self) -> date | None:
        """What stands for the end of a lease that is named and tells it itself."""
        return None if self.lease is None else add_months(self.in_service_on, 600)

    def place(self) -> Place:
        return Place(self.in_service_on, self.reference)

    def owed(self) -> Debt | None:
        if self.paid == "cash":
            return None
        return Debt("accounts_payable", self.name, (("purchase_of_assets", self.minor(self.cost)),))

    def asset(self, lease_ends_on: date | None) -> policy.Asset:
        """The facts as the policy takes them."""
        return policy.Asset(
            name=self.name,
            kind=self.asset_kind,
            cost=self.cost,
            residual=self.residual,
            in_service_on=self.in_service_on,
            life_months=self.life_months,
            lease_ends_on=lease_ends_on,
            function=self.function,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class AssetDisposed(DocumentFacts):
    """An asset was sold or scrapped: cost and depreciation leave the books, the difference is a gain or a loss."""

    kind: ClassVar[str] = "asset_disposed"
    title: ClassVar[str] = "Asset disposed of"

    asset: str = fact("Reference of the asset.")
    on: date = fact("Day of disposal: depreciation stops with the month before.")
    proceeds: Price = fact("What was received, less costs to sell.", default=Fraction(0))

    def __post_init__(self) -> None:
        DocumentFacts.__post_init__(self)
        self.minor(self.proceeds, "proceeds")

    def place(self) -> Place:
        return Place(self.on, self.asset)


def balances(known: Sequence[Filed], day: date) -> Iterator[Balance]:
    """Cost, accumulated depreciation, expense by function, losses; what a disposal took out."""
    for asset in _assets(known):
        yield from asset.balances(day)


def register(known: Sequence[Filed], day: date) -> Register:
    """Every asset that is there, and the depreciation of the years to come."""
    return register_of(FAMILY.name, _assets(known), day)


def problems(known: Sequence[Filed], day: date) -> Iterable[str]:
    """Disposals of assets that are not filed, or gone already; improvements of leases that are not filed."""
    assets = {
        (each.facts.reference, each.facts.currency): each
        for each in known
        if isinstance(each.facts, AssetPlaced)
    }
    gone, terms = _disposals(known), lease_terms.terms(known)
    for each in known:
        facts = each.facts
        if isinstance(facts, AssetDisposed):
            asset = assets.get((facts.asset, facts.currency))
            if asset is None:
                yield f"{facts.reference} disposes of {facts.asset!r}, which is not filed"
            elif gone[facts.asset, facts.currency].id != each.id:
                yield f"{facts.reference} disposes of {facts.asset!r}, which is gone already"
        elif isinstance(facts, AssetPlaced) and facts.lease is not None:
            if facts.lease_ends_on is None and facts.lease not in terms:
                yield (
                    f"{facts.reference} improves {facts.lease!r}, which is not filed or has not commenced: file its "
                    "lease_signed or lease_commenced, or place it with lease_ends_on"
                )


def _assets(known: Sequence[Filed]) -> Iterator[LongLived]:
    gone, lost, terms = _disposals(known), losses(known, "fixed_assets"), lease_terms.terms(known)
    for each in known:
        facts = each.facts
        if not isinstance(facts, AssetPlaced):
            continue
        key = facts.reference, facts.currency
        disposal = gone.get(key)
        line, lives = _line(facts, terms.get(facts.lease or "", ()))
        held, worn = _ACCOUNTS["software" if facts.asset_kind == "software" else "property"]
        yield LongLived(
            document=each.id,
            reference=facts.reference,
            name=facts.name,
            kind=facts.asset_kind,
            currency=facts.currency,
            begun_on=facts.in_service_on,
            cost_minor=facts.minor(facts.cost),
            line=line,
            accounts=Accounts(
                held=held,
                worn=worn,
                expense=f"depreciation_in_{facts.function}",
                paid="cash" if facts.paid == "cash" else "accounts_payable",
                payment="purchase_of_assets",
            ),
            losses=lost.get(key, ()),
            lives=lives,
            gone=None
            if disposal is None
            else Gone(
                document=disposal.id,
                on=disposal.effective_on,
                proceeds_minor=disposal.facts.minor(disposal.facts.proceeds),
            ),
        )


_ACCOUNTS = {
    "property": ("property", "accumulated_depreciation"),
    "software": ("software", "accumulated_software_amortization"),
}


def _line(
    facts: AssetPlaced, ends: Sequence[lease_terms.End]
) -> tuple[StraightLine | None, tuple[NewBasis, ...]]:
    """The straight line, and later changes of the remaining life where the lease of an improvement changed."""
    end_on = facts.lease_ends_on
    later: Sequence[lease_terms.End] = ()
    if facts.lease is not None and ends:
        first = [each for each in ends if each.from_on <= facts.in_service_on] or [ends[0]]
        end_on = end_on or first[-1].end_on
        later = [each for each in ends if each.from_on > max(facts.in_service_on, first[-1].from_on)]
    if facts.asset_kind == "land" or (facts.asset_kind == "improvement" and end_on is None):
        return None, ()
    if facts.asset_kind == "improvement" and end_on is not None:
        if months_between(facts.in_service_on, end_on) <= 0:  # the lease is over: expensed in its first month
            end_on = facts.in_service_on + timedelta(days=3)
    line, _ = policy.line_of(facts.asset(end_on), "full_month", "", Explanation())
    lives = []
    for each in later:
        on = each.from_on - timedelta(days=1)
        own = max(facts.life_months - replace(line, months=facts.life_months).months_elapsed(on), Fraction(0))
        lives.append(
            NewBasis(on, months_left=min(own, max(months_between(each.from_on, each.end_on), Fraction(0))))
        )
    return line, tuple(lives)


def _disposals(known: Sequence[Filed]) -> dict[tuple[str, str], Filed]:
    """The first disposal of each asset."""
    found: dict[tuple[str, str], Filed] = {}
    for each in known:
        if isinstance(each.facts, AssetDisposed):
            found.setdefault((each.facts.asset, each.facts.currency), each)
    return found


FAMILY = Family(
    name="fixed_assets",
    version=policy.POLICY.version,
    kinds=(AssetPlaced, AssetDisposed),
    sees=(ImpairmentTested, *lease_terms.KINDS),
    balances=balances,
    active=partial(documents_that_move, balances),
    problems=problems,
    register=register,
)
