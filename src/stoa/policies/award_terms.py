"""Awards whose terms were changed (ASC 718-20-35-3 to 35-4, 55-107 to 55-121), day by day.

A change ends the attribution under the old terms and begins one under the new: cost of the vested part stays, cost of
the unvested part goes on over the service that is left, and what the change added is borne with it. No day before
the change is told otherwise.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from fractions import Fraction

from stoa.policies.facts import Price, fact, refuse
from stoa.policies.stock_compensation import (
    Assessment,
    Award,
    AwardFacts,
    Modification,
    Tranche,
    award_of,
    effect_of,
    total_of,
)

_ZERO = Fraction(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeOfTerms:
    """A change of an award's terms on a day."""

    on: date = fact("Day of the change.")
    fair_value_before: Price = fact("Fair value of the whole award just before the change.")
    fair_value_after: Price = fact("Fair value of the whole award just after the change.")
    probable_before: bool = fact("Whether vesting was probable under the old terms.", default=True)
    probable_after: bool = fact(
        "Whether vesting is probable under the new terms; if only the old ones were, their cost goes on.",
        default=True,
    )
    tranches: tuple[Tranche, ...] = fact(
        "Vesting of what had not vested, by day; as before the change when left out.", default=()
    )


@dataclass(frozen=True, slots=True)
class _Terms:
    """An award under the terms of one time: cost that is settled, and cost that is being attributed."""

    settled: Fraction
    begun: Fraction
    facts: AwardFacts

    def award(self, through: date) -> Award:
        """The award with the events that had come by the end of ``through``."""
        return replace(award_of(_with_events(self.facts, through)), begun=self.begun)

    def cost_before(self, day: date) -> Fraction:
        """Exact cost of the days before ``day``."""
        award = self.award(day - timedelta(days=1))
        return self.settled + total_of(self.facts) * award.share_at(_served(self.facts, day))


def cost_before(facts: AwardFacts, changes: Sequence[ChangeOfTerms], day: date) -> Fraction:
    """Cost recognized on the days before ``day``, rounded; ``changes`` in order of time, each before ``day``."""
    return facts.grid.round(_terms(facts, changes).cost_before(day))


def vested_share_on(facts: AwardFacts, day: date) -> Fraction:
    """The share of the award that had vested by the end of ``day``."""
    return award_of(facts).vested(_served(facts, day))


def unrecognized_before(facts: AwardFacts, changes: Sequence[ChangeOfTerms], day: date) -> Fraction:
    """Cost of what was not forfeited that is still to come after the days before ``day``."""
    terms = _terms(facts, changes)
    award = terms.award(day - timedelta(days=1))
    whole = terms.settled + total_of(terms.facts) * award.remaining(_served(terms.facts, day))
    return facts.grid.round(max(whole - terms.cost_before(day), _ZERO))


def _terms(facts: AwardFacts, changes: Sequence[ChangeOfTerms]) -> _Terms:
    terms = _Terms(_ZERO, _ZERO, facts)
    for change in changes:
        terms = _changed(terms, change)
    return terms


def _changed(old: _Terms, change: ChangeOfTerms) -> _Terms:
    facts = old.facts
    award = old.award(change.on)
    at = _served(facts, change.on)
    total, remaining, recognized = total_of(facts), award.remaining(at), total_of(facts) * award.share_at(at)
    # What vested of a probable award is settled, with its part of what the change adds.
    vested = award.vested(at) if change.probable_before else _ZERO
    kept = _unvested(award, at) if change.probable_before else remaining
    of_vested = min(recognized, total * (remaining - kept))
    _, taken_back, to_attribute = effect_of(
        Modification(
            fair_value_before=change.fair_value_before * (1 - vested),
            fair_value_after=change.fair_value_after * (1 - vested),
            unrecognized=total * remaining - recognized,
            recognized_to_date=recognized - of_vested,
            probable_before=change.probable_before,
            probable_after=change.probable_after,
        )
    )
    added = max(change.fair_value_after - change.fair_value_before, _ZERO)
    begun = recognized - of_vested + taken_back
    if not _waits(change):
        to_attribute += begun
    else:  # what it costs once it is probable
        to_attribute = total * remaining - of_vested + added * (1 - vested)
    return _Terms(
        old.settled + of_vested + added * vested,
        begun / to_attribute if to_attribute else _ZERO,
        replace(
            facts,
            total_fair_value=to_attribute,
            units=facts.units * kept if facts.units is not None else None,
            fair_value_per_unit=None,
            granted_on=change.on,
            method="accelerated" if award.accelerated else "straight_line",
            tranches=change.tranches or _tranches_left(award, facts, change.on),
            has_condition=award.has_condition or _waits(change),
            assessments=_assessments(facts, award, change),
            forfeitures=tuple(each for each in facts.forfeitures if _day(each.on) > change.on),
        ),
    )


def _unvested(award: Award, at: Fraction) -> Fraction:
    """The share of the whole award that is still active and has not vested."""
    active = Fraction(1)
    for when, share in award.forfeitures:
        if when <= at:
            active *= 1 - share
    return active * (1 - award.vested(at))


def _tranches_left(award: Award, facts: AwardFacts, on: date) -> tuple[Tranche, ...]:
    at = _served(facts, on)
    left = [part for part in award.parts if part.vests_at > at]
    whole = sum((part.share for part in left), _ZERO)
    if not left:
        return (Tranche(share=Fraction(1), vests_on=on),)
    return tuple(
        Tranche(share=part.share / whole, vests_on=on + timedelta(days=int(part.vests_at - at)))
        for part in left
    )


def _assessments(facts: AwardFacts, award: Award, change: ChangeOfTerms) -> tuple[Assessment, ...]:
    later = tuple(each for each in facts.assessments if _day(each.on) > change.on)
    if not (award.has_condition or _waits(change)):
        return later
    return (Assessment(probable=not _waits(change), on=change.on), *later)


def _waits(change: ChangeOfTerms) -> bool:
    """Whether there is no cost for now: terms that were probable go on costing their grant-date value (718-20-35-3)."""
    return not (change.probable_before or change.probable_after)


def _with_events(facts: AwardFacts, through: date) -> AwardFacts:
    return replace(
        facts,
        assessments=tuple(each for each in facts.assessments if _day(each.on) <= through),
        forfeitures=tuple(each for each in facts.forfeitures if _day(each.on) <= through),
    )


def _served(facts: AwardFacts, day: date) -> Fraction:
    if facts.granted_on is None:
        raise refuse("granted_on", "is missing: service is counted in days from the grant.")
    return Fraction(max((day - facts.granted_on).days, 0))


def _day(on: date | None) -> date:
    if on is None:
        raise refuse("on", "is missing: an award in the books knows the day of everything that follows it.")
    return on
