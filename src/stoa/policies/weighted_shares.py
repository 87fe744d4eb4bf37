"""Weighted average shares (ASC 260-10-45-10, 55-2, 55-12 to 55-14): days outstanding, splits and rights restated."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Literal

from stoa.policies.facts import Number, Quantity, fact, refuse
from stoa.policies.straight_line import months_between


@dataclass(frozen=True, slots=True, kw_only=True)
class ShareMovement:
    """A change of the shares outstanding."""

    on: date = fact("First day on which the change counts.")
    shares: Number = fact("Shares issued or vested (negative: bought back).", default=Fraction(0))
    split: Quantity = fact(
        'Shares after a split or share dividend for one before: "2", "1.1".', default=Fraction(1)
    )
    rights_fair_value_before: Quantity | None = fact(
        "Rights issue below fair value: share price with the right.", default=None
    )
    rights_price: Quantity | None = fact("Rights issue: price of one new share.", default=None)
    rights_ratio: Quantity | None = fact("Rights issue: new shares for one old.", default=None)


def weighted_average(
    *,
    opening: Fraction,
    movements: Sequence[ShareMovement],
    starts_on: date,
    ends_on: date,
    by: Literal["days", "months"] = "days",
) -> Fraction:
    """Shares weighted by time outstanding; splits and the bonus of a rights issue count from the beginning."""
    if ends_on < starts_on:
        raise refuse("through", "lies before period_starts_on.")
    after = date.fromordinal(ends_on.toordinal() + 1)
    length = _between(starts_on, after, by)
    if length <= 0:
        raise refuse("weighting", "the period has no whole month to weight by; weight by days.")
    ordered = sorted(enumerate(movements), key=lambda pair: (pair[1].on, pair[0]))
    shares, weighted, since = opening, Fraction(0), starts_on
    for index, move in ordered:
        if not starts_on <= move.on <= ends_on:
            raise refuse(f"movements[{index}].on", "lies outside the period.")
        weighted += shares * _between(since, move.on, by)
        since = move.on
        factor = move.split * _bonus(move, f"movements[{index}]")
        if factor <= 0:
            raise refuse(f"movements[{index}].split", "must be more than 0.")
        weighted *= factor
        shares = shares * move.split + move.shares
        if move.rights_ratio is not None:
            shares *= 1 + move.rights_ratio
        if shares < 0:
            raise refuse(f"movements[{index}].shares", "leaves fewer than no shares.")
    weighted += shares * _between(since, after, by)
    return weighted / length


def _between(start_on: date, end_on: date, by: Literal["days", "months"]) -> Fraction:
    return Fraction((end_on - start_on).days) if by == "days" else months_between(start_on, end_on)


def _bonus(move: ShareMovement, path: str) -> Fraction:
    """Price before over the theoretical price after the rights: what was given away to holders."""
    if move.rights_ratio is None:
        return Fraction(1)
    if move.rights_fair_value_before is None or move.rights_price is None:
        raise refuse(path, "a rights issue needs rights_fair_value_before, rights_price and rights_ratio.")
    after = (move.rights_fair_value_before + move.rights_price * move.rights_ratio) / (1 + move.rights_ratio)
    if after <= 0:
        raise refuse(f"{path}.rights_fair_value_before", "must be more than 0.")
    return move.rights_fair_value_before / after
