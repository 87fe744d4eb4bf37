"""Shares and what a share lost: weighted by days from the documents that issue and take back shares (ASC 260-10-45)."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from stoa.kernel.money import exponent_of
from stoa.kernel.spans import Period
from stoa.policies import earnings_per_share as policy
from stoa.policies.frame import Explanation
from stoa.policies.kinds.awards import AwardForfeited, AwardGranted
from stoa.policies.kinds.opening_balances import OpeningBalance
from stoa.policies.kinds.purchase_plans import PurchasePlanBought
from stoa.policies.kinds.shares import (
    AwardVested,
    EarlyExerciseRepurchased,
    OptionExercised,
    ShareIssued,
    SharesRepurchased,
)
from stoa.policies.weighted_shares import ShareMovement
from stoa.reporting.cube import Cube
from stoa.reporting.layout import Layout, flow_columns
from stoa.reporting.papers import Papers
from stoa.reporting.tables import COUNT, MEMO, PER_SHARE, Column, Table

NOT_FILED = "Per share: not filed. File share_issued (and what else changes shares) to have it."
_ZERO = Fraction(0)
_BEFORE = date(1970, 1, 1)


@dataclass(frozen=True, slots=True)
class PerShare:
    """What a period lost a share, in minor units, and on how many shares; ``excluded`` is what would have been anti-dilutive."""

    basic_minor: int
    diluted_minor: int
    weighted_shares: int
    diluted_shares: int
    excluded: dict[str, int]


def movements(papers: Papers, day: date) -> list[ShareMovement]:
    """Every change of the shares outstanding before ``day``; early-exercised shares count from their exercise on what had vested."""
    found = []
    for each in papers.known(day):
        facts, shares = each.facts, _ZERO
        if isinstance(facts, OpeningBalance) and facts.shares_outstanding:
            # They were outstanding before these books began; since when, no document says.
            found.append(ShareMovement(on=_BEFORE, shares=facts.shares_outstanding))
        elif isinstance(facts, ShareIssued | PurchasePlanBought):
            shares = facts.shares
        elif isinstance(facts, SharesRepurchased):
            shares = -facts.shares
        elif isinstance(facts, OptionExercised):
            shares = facts.shares - facts.unvested_shares
        elif isinstance(facts, AwardVested):
            shares = facts.shares - facts.shares_withheld
        if shares:
            found.append(ShareMovement(on=facts.on, shares=shares))
    return found


def potential_shares(papers: Papers, day: date) -> dict[str, int]:
    """Units of awards that may become shares after ``day``, by kind: granted less vested, exercised and forfeited."""
    left: dict[str, Fraction] = {}
    kinds: dict[str, str] = {}
    early: dict[str, Fraction] = defaultdict(Fraction)
    for each in papers.known(day):
        facts = each.facts
        if isinstance(facts, AwardGranted) and facts.units is not None:
            left[facts.reference], kinds[facts.reference] = facts.units, facts.award_kind
        elif isinstance(facts, AwardForfeited) and facts.award in left:
            share = facts.share_of_unvested
            left[facts.award] -= facts.units or (left[facts.award] * share if share else _ZERO)
        elif isinstance(facts, AwardVested | OptionExercised) and facts.award in left:
            left[facts.award] -= facts.shares
            if isinstance(facts, OptionExercised):
                early[facts.award] += facts.unvested_shares
        elif isinstance(facts, EarlyExerciseRepurchased):
            early[facts.exercise] -= facts.shares
    units: dict[str, Fraction] = defaultdict(Fraction)
    for reference, count in left.items():
        units[kinds[reference]] += max(count, _ZERO)
    units["early_exercised_option"] = max(sum(early.values(), _ZERO), _ZERO)
    return {kind: int(count) for kind, count in sorted(units.items()) if count}


def per_share(papers: Papers, span: Period, net_minor: int) -> PerShare | None:
    """The loss of a share in a span; ``None`` while no share is filed."""
    known = movements(papers, span.end_on)
    if not known:
        return None
    opening = sum((each.shares for each in known if each.on < span.start_on), _ZERO)
    inside = tuple(each for each in known if each.on >= span.start_on)
    potential = potential_shares(papers, span.end_on)
    scale = 10 ** exponent_of(papers.currency)
    if not opening and not any(each.shares > 0 for each in inside):
        return None
    facts = policy.EarningsFacts(
        currency=papers.currency,
        net_income=Fraction(net_minor, scale),
        opening_shares=opening,
        movements=inside,
        period_starts_on=span.start_on,
        through=span.last.last_on,
        potential=tuple(
            policy.PotentialShare(name=kind, kind=_kind(kind), units=Fraction(count), condition_met=True)
            for kind, count in potential.items()
        )
        if net_minor < 0
        else (),
    )
    values = policy.decide(facts, Explanation())
    excluded = potential if net_minor < 0 else {}
    return PerShare(
        basic_minor=_minor(values["basic"], scale),
        diluted_minor=_minor(values["diluted"], scale),
        weighted_shares=round(Fraction(values["weighted_shares"])),
        diluted_shares=round(Fraction(values["diluted_shares"])),
        excluded=excluded,
    )


def _kind(kind: str) -> Any:
    return kind


def _minor(text: str, scale: int) -> int:
    return int(Fraction(text) * scale)


def loss_per_share(cube: Cube, papers: Papers, period: Period, *, compare: bool) -> Table:
    """Return the loss per share, its shares, and what was left out because it would have lowered the loss."""
    sheet = Layout("per-share", "Loss per share", flow_columns(period, compare=compare))
    found = [_of_column(cube, papers, column) for column in sheet.columns]
    if not any(found):
        sheet.say(NOT_FILED)
        return sheet.table()
    net = [
        None if column.first is None or column.through is None else _net(cube, column)
        for column in sheet.columns
    ]
    sheet.line("Net loss", net, accounts=cube.results)
    for label, name, unit in (
        ("Weighted shares, basic", "weighted_shares", COUNT),
        ("Weighted shares, diluted", "diluted_shares", COUNT),
        ("Net loss per share, basic", "basic_minor", PER_SHARE),
        ("Net loss per share, diluted", "diluted_minor", PER_SHARE),
    ):
        sheet.line(
            label,
            [None if each is None else getattr(each, name) for each in found],
            unit=unit,
            note="Shares weighted by days outstanding, from share_issued and the documents that follow awards.",
        )
    kinds = sorted({kind for each in found if each for kind in each.excluded})
    if kinds:
        sheet.heading("Left out because anti-dilutive, at the end of the period")
    for kind in kinds:
        sheet.line(
            kind.replace("_", " ").capitalize(),
            [None if each is None else each.excluded.get(kind, 0) for each in found],
            unit=COUNT,
            kind=MEMO,
            note="Units granted less vested, exercised and forfeited (260-10-50-1(c)).",
        )
    return sheet.table()


def _net(cube: Cube, column: Column) -> int:
    assert column.first is not None
    assert column.through is not None
    return -cube.moved(cube.results, column.first, column.through)


def _of_column(cube: Cube, papers: Papers, column: Column) -> PerShare | None:
    if column.first is None or column.through is None:
        return None
    span = Period(column.first, column.through.months_since(column.first) + 1)
    return per_share(papers, span, _net(cube, column))
