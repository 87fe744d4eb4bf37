"""Stock awards: cost over the service they ask for (policy ``stock_compensation``; ASC 718-10-35-2)."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import ClassVar, Literal

from stoa.kernel.refusals import Invalid
from stoa.kernel.spans import Month
from stoa.policies import award_terms
from stoa.policies import stock_compensation as policy
from stoa.policies.facts import Price, Quantity, Share, fact, refuse
from stoa.policies.kinds.frame import Balance, DocumentFacts, Family, Filed, Place
from stoa.policies.kinds.functions import Function
from stoa.policies.kinds.manual_entries import CORPORATE
from stoa.policies.kinds.registers import Figure, Register, RegisterRow
from stoa.policies.registry import ACCOUNT_CODES


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
    function: Function = fact("Function that bears the expense.", default="general_and_administrative")
    exercise_price: Price | None = fact("Options: price of a share on exercise.", default=None)

    def __post_init__(self) -> None:
        DocumentFacts.__post_init__(self)
        if not self.tranches:
            raise refuse("tranches", "is missing: say when the award vests.")
        self.cost_before(self.granted_on, ())

    def place(self) -> Place:
        return Place(self.granted_on, self.reference, self.holder)

    def cost_before(self, day: date, followed: Sequence[DocumentFacts]) -> int:
        """Cost recognized on the days before ``day``, in minor units; ``Invalid`` when what followed makes no sense."""
        return self.minor(award_terms.cost_before(self._facts(followed), _changes(followed), day))

    def unrecognized_before(self, day: date, followed: Sequence[DocumentFacts]) -> int:
        """Cost that is still to come after the days before ``day``, in minor units."""
        return self.minor(award_terms.unrecognized_before(self._facts(followed), _changes(followed), day))

    def vested_share_on(self, day: date) -> Fraction:
        """The share of the award that had vested by the end of ``day``, by the terms of the grant."""
        return award_terms.vested_share_on(self._facts(()), day)

    def vestings(self) -> list[tuple[date, Fraction]]:
        """The days of vesting with their shares of the award, in order, by the terms of the grant."""
        parts = policy.award_of(self._facts(())).parts
        return sorted((self.granted_on + timedelta(days=int(part.vests_at)), part.share) for part in parts)

    def cost_events(self, known: Sequence[Filed], before: date) -> list[DocumentFacts]:
        """What followed the award before a day and bears on its cost, in order of effect."""
        return [
            each.facts
            for each in known
            if isinstance(each.facts, AwardForfeited | AwardConditionAssessed | AwardModified)
            and (each.facts.award, each.facts.currency) == (self.reference, self.currency)
            and each.effective_on < before
        ]

    def _facts(self, followed: Sequence[DocumentFacts]) -> policy.AwardFacts:
        return policy.AwardFacts(
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


@dataclass(frozen=True, slots=True, kw_only=True)
class AwardModified(DocumentFacts):
    """The terms of an award were changed: another vesting, price, or condition."""

    kind: ClassVar[str] = "award_modified"
    title: ClassVar[str] = "Stock award modified"

    award: str = fact("Reference of the award.")
    on: date = fact("Day of the change.")
    fair_value_before: Price = fact("Fair value of what is outstanding of it, just before the change.")
    fair_value_after: Price = fact("Fair value of the same just after the change.")
    probable_before: bool = fact("Whether vesting was probable under the old terms.", default=True)
    probable_after: bool = fact(
        "Whether vesting is probable under the new terms; if only the old ones were, their cost goes on.",
        default=True,
    )
    tranches: tuple[policy.Tranche, ...] = fact(
        "Vesting of what had not vested, by day or counted from the change; as before when left out.",
        default=(),
    )
    exercise_price: Price | None = fact("New exercise price, when that is what changed.", default=None)

    def place(self) -> Place:
        return Place(self.on, self.award)

    def change(self) -> award_terms.ChangeOfTerms:
        """The change as the policy takes it."""
        return award_terms.ChangeOfTerms(
            on=self.on,
            fair_value_before=self.fair_value_before,
            fair_value_after=self.fair_value_after,
            probable_before=self.probable_before,
            probable_after=self.probable_after,
            tranches=self.tranches,
        )


def _changes(followed: Sequence[DocumentFacts]) -> tuple[award_terms.ChangeOfTerms, ...]:
    return tuple(each.change() for each in followed if isinstance(each, AwardModified))


#: What it is called when one of these takes cost back at once (a change of terms also when it adds some).
_ACTIVITY: dict[type[DocumentFacts], str] = {
    AwardForfeited: "forfeiture",
    AwardConditionAssessed: "reversal",
    AwardModified: "modification",
}


def _cost_by_activity(facts: AwardGranted, followed: Sequence[DocumentFacts], day: date) -> dict[str, int]:
    """Cost to date: what service earned, and what forfeitures, conditions and changes of terms took back or added."""
    amounts: dict[str, int] = defaultdict(int)
    for number, event in enumerate(followed, start=1):
        after = event.place().effective_on + timedelta(days=1)
        effect = facts.cost_before(after, followed[:number]) - facts.cost_before(
            after, followed[: number - 1]
        )
        if effect < 0 or isinstance(event, AwardModified):
            amounts[_ACTIVITY[type(event)]] += effect
    amounts["service"] = facts.cost_before(day, followed) - sum(amounts.values())
    return amounts


def balances(known: Sequence[Filed], day: date) -> Iterator[Balance]:
    """Cost to date by function, against paid-in capital."""
    followed = _followed(known)
    for each in known:
        facts = each.facts
        if isinstance(facts, AwardGranted):
            try:
                costs = _cost_by_activity(facts, followed[facts.reference, facts.currency], day)
            except Invalid:  # told by problems(); until it is mended nothing is recognized
                continue
            for activity, cost in costs.items():
                for account, amount in (
                    (f"stock_compensation_in_{facts.function}", cost),
                    ("additional_paid_in_capital", -cost),
                ):
                    yield Balance(
                        *(each.id, account, activity, facts.currency, facts.granted_on, amount),
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
        if isinstance(each.facts, AwardForfeited | AwardConditionAssessed | AwardModified):
            found[each.facts.award, each.facts.currency].append(each.facts)
    return found


def register(known: Sequence[Filed], day: date) -> Register:
    """Every award with its fair value, the cost recognized and the cost still to come."""
    followed = _followed(known)
    rows = []
    to_come: dict[str, int] = defaultdict(int)
    for each in known:
        facts = each.facts
        if not isinstance(facts, AwardGranted):
            continue
        then = followed[facts.reference, facts.currency]
        try:
            cost, left = facts.cost_before(day, then), facts.unrecognized_before(day, then)
            next_month = facts.cost_before(Month.of(day).end_on, then) - cost
        except Invalid:  # told by problems()
            continue
        to_come[facts.currency] += left
        rows.append(
            RegisterRow(
                document=each.id,
                reference=facts.reference,
                name=facts.holder,
                kind=facts.award_kind,
                currency=facts.currency,
                begun_on=facts.granted_on,
                cost_minor=cost + left,
                accumulated_minor=cost,
                carrying_minor=left,
                next_movement_minor=next_month,
                end_on=facts.vestings()[-1][0],
                account=ACCOUNT_CODES[f"stock_compensation_in_{facts.function}"],
            )
        )
    figures = tuple(
        Figure(words="Stock compensation not yet recognized", currency=currency, amount_minor=amount)
        for currency, amount in sorted(to_come.items())
    )
    return Register(family=FAMILY.name, day=day, rows=tuple(rows), figures=figures)


FAMILY = Family(
    name="stock_compensation",
    version=policy.POLICY.version,
    kinds=(AwardGranted, AwardForfeited, AwardConditionAssessed, AwardModified),
    balances=balances,
    active=active,
    problems=problems,
    register=register,
)
