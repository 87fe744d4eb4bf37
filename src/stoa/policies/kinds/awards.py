"""Stock awards: cost over the service they ask for (policy ``stock_compensation``; ASC 718-10-35-2)."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import ClassVar, Literal

from stoa.kernel.refusals import Invalid
from stoa.kernel.spans import Month
from stoa.policies import stock_compensation as policy
from stoa.policies.facts import Price, Quantity, Share, fact, refuse
from stoa.policies.kinds.frame import Balance, DocumentFacts, Family, Filed, Place
from stoa.policies.kinds.manual_entries import CORPORATE


@dataclass(frozen=True, slots=True, kw_only=True)
class AwardGranted(DocumentFacts):
    """Shares, options or units were granted for service to come, at their fair value of that day."""

    kind: ClassVar[str] = "award_granted"
    title: ClassVar[str] = "Stock award granted"

    holder: str = fact("Who holds it.")
    granted_on: date = fact("Grant date: service is counted in days from then.")
    award_kind: Literal["rsu", "option", "restricted_stock", "purchase_right"] = fact(
        "What was granted.", default="rsu"
    )
    total_fair_value: Price | None = fact("Grant-date fair value of the award.", default=None)
    units: Quantity | None = fact("Units granted, with fair_value_per_unit.", default=None)
    fair_value_per_unit: Price | None = fact("Share price for shares, model value for options.", default=None)
    tranches: tuple[policy.Tranche, ...] = fact("Vesting tranches, in order.")
    method: Literal["straight_line", "accelerated"] | None = fact(
        "Attribution; when left out accelerated with a condition, straight-line without.", default=None
    )
    has_condition: bool = fact("Whether a performance or liquidity condition must be met.", default=False)
    function: Literal[
        "cost_of_revenue", "research_and_development", "sales_and_marketing", "general_and_administrative"
    ] = fact("Function that bears the expense.", default="general_and_administrative")

    def __post_init__(self) -> None:
        DocumentFacts.__post_init__(self)
        if not self.tranches:
            raise refuse("tranches", "is missing: say when the award vests.")
        self.cost_before(self.granted_on, ())

    def place(self) -> Place:
        return Place(self.granted_on, self.reference, self.holder)

    def cost_before(self, day: date, followed: Sequence[DocumentFacts]) -> int:
        """Cost recognized on the days before ``day``, in minor units; ``Invalid`` when what followed makes no sense."""
        facts = policy.AwardFacts(
            currency=self.currency,
            kind=self.award_kind,
            total_fair_value=self.total_fair_value,
            units=self.units,
            fair_value_per_unit=self.fair_value_per_unit,
            method=self.method,
            tranches=self.tranches,
            granted_on=self.granted_on,
            has_condition=self.has_condition,
            assessments=tuple(
                policy.Assessment(probable=each.probable, on=each.on)
                for each in followed
                if isinstance(each, AwardConditionAssessed)
            ),
            forfeitures=tuple(
                policy.Forfeiture(on=each.on, units=each.units, share_of_unvested=each.share_of_unvested)
                for each in followed
                if isinstance(each, AwardForfeited)
            ),
        )
        return self.minor(policy.cost_before(facts, day))


@dataclass(frozen=True, slots=True, kw_only=True)
class AwardForfeited(DocumentFacts):
    """The holder left: the cost of what had not vested comes back."""

    kind: ClassVar[str] = "award_forfeited"
    title: ClassVar[str] = "Stock award forfeited"

    award: str = fact("Reference of the award.")
    on: date = fact("Day of leaving.")
    units: Quantity | None = fact("Unvested units given up; or share_of_unvested.", default=None)
    share_of_unvested: Share | None = fact("Share of the unvested part given up.", default=None)

    def __post_init__(self) -> None:
        DocumentFacts.__post_init__(self)
        if (self.units is None) == (self.share_of_unvested is None):
            raise refuse("units", "give either units or share_of_unvested.")

    def place(self) -> Place:
        return Place(self.on, self.award)


@dataclass(frozen=True, slots=True, kw_only=True)
class AwardConditionAssessed(DocumentFacts):
    """A performance or liquidity condition became probable, or stopped being so."""

    kind: ClassVar[str] = "award_condition_assessed"
    title: ClassVar[str] = "Condition of a stock award assessed"

    award: str = fact("Reference of the award.")
    on: date = fact("Day from which this holds.")
    probable: bool = fact("Whether the condition is probable (a liquidity event: only once it happened).")

    def place(self) -> Place:
        return Place(self.on, self.award)


def balances(known: Sequence[Filed], day: date) -> Iterator[Balance]:
    """Cost to date by function, against paid-in capital."""
    followed = _followed(known)
    for each in known:
        facts = each.facts
        if isinstance(facts, AwardGranted):
            try:
                cost = facts.cost_before(day, followed[facts.reference, facts.currency])
            except Invalid:  # told by problems(); until it is mended nothing is recognized
                continue
            for account, amount in (
                (f"stock_compensation_in_{facts.function}", cost),
                ("additional_paid_in_capital", -cost),
            ):
                yield Balance(
                    *(each.id, account, "service", facts.currency, facts.granted_on, amount),
                    segment=CORPORATE,
                )


def active(known: Sequence[Filed], month: Month) -> Iterator[int]:
    """Awards whose cost moves in the month."""
    followed = _followed(known)
    for each in known:
        facts = each.facts
        if isinstance(facts, AwardGranted):
            then = followed[facts.reference, facts.currency]
            # What came in the month is part of its movement: the balance before knows nothing of it.
            before = [one for one in then if one.place().effective_on < month.start_on]
            start = max(month.start_on, facts.granted_on)
            try:
                if facts.cost_before(month.end_on, then) != facts.cost_before(start, before):
                    yield each.id
            except Invalid:
                continue


def problems(known: Sequence[Filed], day: date) -> Iterator[str]:
    """Awards whose documents contradict each other, and what belongs to an award that is not filed."""
    followed = _followed(known)
    awards = {}
    for each in known:
        facts = each.facts
        if isinstance(facts, AwardGranted):
            awards[facts.reference, facts.currency] = facts
            try:
                facts.cost_before(day, followed[facts.reference, facts.currency])
            except Invalid as refusal:
                yield f"{facts.reference} cannot be measured: {refusal}"
    for (award, currency), documents in followed.items():
        if documents and (award, currency) not in awards:
            names = ", ".join(each.reference for each in documents)
            yield f"{names} belong to the award {award!r}, which is not filed in {currency}"


def _followed(known: Sequence[Filed]) -> dict[tuple[str, str], list[DocumentFacts]]:
    """What followed each award, in order of effect."""
    found: dict[tuple[str, str], list[DocumentFacts]] = defaultdict(list)
    for each in known:
        if isinstance(each.facts, AwardForfeited | AwardConditionAssessed):
            found[each.facts.award, each.facts.currency].append(each.facts)
    return found


FAMILY = Family(
    name="stock_compensation",
    version=policy.POLICY.version,
    kinds=(AwardGranted, AwardForfeited, AwardConditionAssessed),
    balances=balances,
    active=active,
    problems=problems,
)
