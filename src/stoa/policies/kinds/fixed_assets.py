"""Assets placed in service and disposed of: equipment, improvements, software (policy ``fixed_assets``; ASC 360-10-35)."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import ClassVar, Literal

from stoa.kernel.spans import Month
from stoa.policies import fixed_assets as policy
from stoa.policies.facts import Price, Quantity, fact
from stoa.policies.frame import Explanation
from stoa.policies.grid import Grid
from stoa.policies.kinds.frame import Balance, DocumentFacts, Family, Filed, Place
from stoa.policies.kinds.manual_entries import CORPORATE


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
    function: Literal[
        "cost_of_revenue", "research_and_development", "sales_and_marketing", "general_and_administrative"
    ] = fact("Function that bears the expense.", default="general_and_administrative")

    def __post_init__(self) -> None:
        DocumentFacts.__post_init__(self)
        self.minor(self.cost, "cost")
        self.minor(self.residual, "residual")
        policy.line_of(self.asset(), "full_month", "", Explanation())

    def place(self) -> Place:
        return Place(self.in_service_on, self.reference)

    def asset(self) -> policy.Asset:
        """The facts as the policy takes them."""
        return policy.Asset(
            name=self.name,
            kind=self.asset_kind,
            cost=self.cost,
            residual=self.residual,
            in_service_on=self.in_service_on,
            life_months=self.life_months,
            lease_ends_on=self.lease_ends_on,
            function=self.function,
        )

    def depreciated(self, through: date) -> int:
        """Depreciation from the first day of use through a day, in minor units."""
        line, _ = policy.line_of(self.asset(), "full_month", "", Explanation())
        return self.minor(Grid.of(self.currency).round(line.to_date(through)))


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
    """Cost, accumulated depreciation, expense by function; what a disposal took out."""
    gone = _disposals(known)
    for each in known:
        facts = each.facts
        if not isinstance(facts, AssetPlaced):
            continue
        disposal = gone.get((facts.reference, facts.currency))
        kept_through = day - timedelta(days=1)
        if disposal is not None:
            kept_through = min(kept_through, disposal.effective_on)
        cost, depreciated = facts.minor(facts.cost), facts.depreciated(kept_through)
        held, worn = _ACCOUNTS["software" if facts.asset_kind == "software" else "property"]
        amounts = [
            (each.id, held, "addition", cost),
            (each.id, "accounts_payable", "addition", -cost),
            (each.id, worn, "depreciation", -depreciated),
            (each.id, f"depreciation_in_{facts.function}", "depreciation", depreciated),
        ]
        if disposal is not None:
            proceeds = disposal.facts.minor(disposal.facts.proceeds)
            amounts += [
                (disposal.id, held, "disposal", -cost),
                (disposal.id, worn, "disposal", depreciated),
                (disposal.id, "cash", "disposal", proceeds),
                (disposal.id, "loss_on_disposal", "disposal", cost - depreciated - proceeds),
            ]
        for document, account, activity, amount in amounts:
            first_on = facts.in_service_on if document == each.id else disposal.effective_on  # type: ignore[union-attr]
            yield Balance(document, account, activity, facts.currency, first_on, amount, segment=CORPORATE)


_ACCOUNTS = {
    "property": ("property", "accumulated_depreciation"),
    "software": ("software", "accumulated_software_amortization"),
}


def active(known: Sequence[Filed], month: Month) -> Iterator[int]:
    """Assets that are depreciated in the month, and the disposals of it."""
    gone = _disposals(known)
    for each in known:
        if isinstance(each.facts, AssetPlaced):
            disposal = gone.get((each.facts.reference, each.facts.currency))
            last = month.end_on - timedelta(days=1)
            if disposal is not None:
                last = min(last, disposal.effective_on)
            before = min(month.start_on - timedelta(days=1), last)
            if each.facts.depreciated(last) != each.facts.depreciated(before):
                yield each.id


def problems(known: Sequence[Filed], day: date) -> Iterable[str]:
    """Disposals of assets that are not filed, or that are disposed of twice or before their use."""
    assets = {
        (each.facts.reference, each.facts.currency): each
        for each in known
        if isinstance(each.facts, AssetPlaced)
    }
    gone = _disposals(known)
    for each in known:
        if isinstance(each.facts, AssetDisposed):
            asset = assets.get((each.facts.asset, each.facts.currency))
            if asset is None:
                yield f"{each.facts.reference} disposes of {each.facts.asset!r}, which is not filed"
            elif gone[each.facts.asset, each.facts.currency].id != each.id:
                yield f"{each.facts.reference} disposes of {each.facts.asset!r}, which is gone already"


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
    balances=balances,
    active=active,
    problems=problems,
)
