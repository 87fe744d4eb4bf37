"""Shares outstanding day by day, and what may become shares: the counts behind earnings per share (ASC 260-10-45)."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from stoa.kernel.refusals import Invalid
from stoa.policies.kinds.awards import AwardForfeited, AwardGranted, AwardModified
from stoa.policies.kinds.frame import DocumentFacts, Filed
from stoa.policies.kinds.opening_balances import OpeningBalance
from stoa.policies.kinds.purchase_plans import PurchasePlanBought, PurchasePlanOffered
from stoa.policies.kinds.shares import (
    AwardVested,
    EarlyExerciseRepurchased,
    OptionExercised,
    ShareIssued,
    SharesRepurchased,
)

_ZERO = Fraction(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class ShareStep:
    """Shares outstanding from the beginning of ``from_on`` until the next step.

    Early-exercised shares count once they have vested; units that vested count without those withheld for taxes.
    """

    from_on: date
    shares: Fraction


@dataclass(frozen=True, slots=True, kw_only=True)
class PotentialShares:
    """Units of an award (or rights of an offering) that may become shares, at the end of a period, and on average in it.

    ``kind`` is that of ``earnings_per_share``: option, rsu, restricted_stock, purchase_right, early_exercised_option.
    """

    reference: str
    holder: str
    kind: str
    currency: str
    units: Fraction
    average_units: Fraction
    exercise_price: Fraction
    unrecognized_minor: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ShareCounts:
    """The shares of ``[from_on, until_on)``: steps (the first on ``from_on``), their weighted average, and what may come."""

    from_on: date
    until_on: date
    steps: tuple[ShareStep, ...]
    weighted_average: Fraction
    potential: tuple[PotentialShares, ...]

    @property
    def closing(self) -> Fraction:
        """Shares outstanding at the end."""
        return self.steps[-1].shares


def share_counts(known: Sequence[Filed], from_on: date, until_on: date) -> ShareCounts:
    """Count shares from the documents known; raises ``Invalid`` for a period without days."""
    if until_on <= from_on:
        raise Invalid(f"A period needs a day or more: {from_on} to {until_on} has none.")
    moves: dict[date, Fraction] = defaultdict(Fraction)
    for on, shares in _movements(known):
        if on < until_on:
            moves[max(on, from_on)] += shares
    steps, held = [], moves.pop(from_on, _ZERO)
    steps.append(ShareStep(from_on=from_on, shares=held))
    for on in sorted(moves):
        if moves[on]:
            held += moves[on]
            steps.append(ShareStep(from_on=on, shares=held))
    ends = [step.from_on for step in steps[1:]] + [until_on]
    days = (until_on - from_on).days
    weighted = sum(
        (step.shares * (end - step.from_on).days for step, end in zip(steps, ends, strict=True)), _ZERO
    )
    return ShareCounts(
        from_on=from_on,
        until_on=until_on,
        steps=tuple(steps),
        weighted_average=weighted / days,
        potential=tuple(_potential(known, from_on, until_on)),
    )


def _movements(known: Sequence[Filed]) -> Iterator[tuple[date, Fraction]]:
    """Each change of the shares outstanding with its day, whatever the order.

    An opening that says how many there are stands for every change before it.
    """
    opening = _opening(known)
    if opening is not None and opening.shares_outstanding:
        yield opening.on, opening.shares_outstanding
        yield from ((on, shares) for on, shares in _changes(known) if on >= opening.on)
    else:
        yield from _changes(known)


def _opening(known: Sequence[Filed]) -> OpeningBalance | None:
    return next((each.facts for each in known if isinstance(each.facts, OpeningBalance)), None)


def _changes(known: Sequence[Filed]) -> Iterator[tuple[date, Fraction]]:
    awards = {each.facts.reference: each.facts for each in known if isinstance(each.facts, AwardGranted)}
    for each in known:
        facts = each.facts
        if isinstance(facts, ShareIssued | PurchasePlanBought):
            yield facts.on, facts.shares
        elif isinstance(facts, SharesRepurchased):
            yield facts.on, -facts.shares
        elif isinstance(facts, AwardVested):
            yield facts.on, facts.shares - facts.shares_withheld
        elif isinstance(facts, OptionExercised):
            yield facts.on, facts.shares - facts.unvested_shares
            yield from _vestings(facts, awards.get(facts.award), _returned(known, facts.reference))


def _vestings(
    facts: OptionExercised, award: AwardGranted | None, returned: Fraction
) -> Iterator[tuple[date, Fraction]]:
    """The days on which early-exercised shares vest, in order of the award's tranches."""
    left = facts.unvested_shares - returned
    if award is None or award.units is None:
        return
    for on, share in award.vestings():
        if on > facts.on and left > 0:
            vested = min(award.units * share, left)
            left -= vested
            yield on, vested


def _returned(known: Sequence[Filed], exercise: str) -> Fraction:
    return sum(
        (
            each.facts.shares
            for each in known
            if isinstance(each.facts, EarlyExerciseRepurchased) and each.facts.exercise == exercise
        ),
        _ZERO,
    )


def _potential(known: Sequence[Filed], from_on: date, until_on: date) -> Iterator[PotentialShares]:
    for each in known:
        facts = each.facts
        if isinstance(facts, AwardGranted) and facts.units is not None:
            yield from _of_award(facts, known, from_on, until_on)
        elif isinstance(facts, PurchasePlanOffered) and facts.start_on < until_on <= facts.purchase_on:
            days = (until_on - max(facts.start_on, from_on)).days
            yield PotentialShares(
                reference=facts.reference,
                holder="",
                kind="purchase_right",
                currency=facts.currency,
                units=facts.units,
                average_units=facts.units * Fraction(days, (until_on - from_on).days),
                exercise_price=facts.share_price * (1 - facts.discount),
                unrecognized_minor=facts.minor(facts.total_fair_value() - facts.cost_before(until_on)),
            )


def _of_award(
    facts: AwardGranted, known: Sequence[Filed], from_on: date, until_on: date
) -> Iterator[PotentialShares]:
    assert facts.units is not None
    followed = [
        each.facts
        for each in known
        if getattr(each.facts, "award", None) == facts.reference and each.facts.currency == facts.currency
    ]
    moves: dict[date, Fraction] = defaultdict(Fraction)
    moves[facts.granted_on] += facts.units
    opening = _opening(known)
    if opening is not None and facts.award_kind in BECOME_SHARES:
        # What had vested before these books is among the shares they began with, filed or not.
        moves[opening.on] -= vested_before_the_books(facts, followed, opening.on)
    early = _ZERO
    price = facts.exercise_price or _ZERO
    for event in followed:
        if isinstance(event, AwardForfeited):
            unvested = facts.units * (1 - facts.vested_share_on(event.on))
            lost = event.units if event.units is not None else unvested * (event.share_of_unvested or _ZERO)
            moves[event.on] -= lost
        elif isinstance(event, AwardVested | OptionExercised):
            moves[event.on] -= event.shares
            if isinstance(event, OptionExercised) and event.on < until_on:
                held = event.unvested_shares - _returned(known, event.reference)
                early += held - sum(
                    (
                        shares
                        for on, shares in _vestings(event, facts, _returned(known, event.reference))
                        if on < until_on
                    ),
                    _ZERO,
                )
        elif isinstance(event, AwardModified) and event.exercise_price is not None and event.on < until_on:
            price = event.exercise_price
    units = sum((shares for on, shares in moves.items() if on < until_on), _ZERO)
    weighted = sum(
        (shares * (until_on - max(on, from_on)).days for on, shares in moves.items() if on < until_on), _ZERO
    )
    try:
        unrecognized = facts.unrecognized_before(until_on, facts.cost_events(known, until_on))
    except Invalid:  # told by the family of the awards
        unrecognized = 0
    for kind, count, average in (
        (facts.award_kind, units, weighted / (until_on - from_on).days),
        ("early_exercised_option", early, early),
    ):
        if count > 0:
            yield PotentialShares(
                reference=facts.reference,
                holder=facts.holder,
                kind=kind,
                currency=facts.currency,
                units=count,
                average_units=average,
                exercise_price=price,
                unrecognized_minor=unrecognized if kind == facts.award_kind else 0,
            )


#: Awards whose units become shares by vesting alone.
BECOME_SHARES = ("rsu", "restricted_stock")


def vested_before_the_books(
    facts: AwardGranted, followed: Sequence[DocumentFacts], begins_on: date
) -> Fraction:
    """Units that had vested before the books begin and that no ``award_vested`` from before says."""
    if facts.units is None or facts.granted_on >= begins_on:
        return _ZERO
    due = facts.units * facts.vested_share_on(begins_on - timedelta(days=1))
    said = sum(
        (each.shares for each in followed if isinstance(each, AwardVested) and each.on < begins_on), _ZERO
    )
    return max(due - said, _ZERO)
