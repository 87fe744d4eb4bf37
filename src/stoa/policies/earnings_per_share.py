"""Earnings per share (ASC 260): weighted shares, two-class method, dilution in sequence, what was left out.

Each potential share brings a change of income and of shares; they are tried from the most to the least dilutive,
and one counts while it lowers the result. With a loss from continuing operations nothing counts.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any, Literal

from stoa.policies.facts import Amount, Facts, Number, Price, Quantity, Share, fact, refuse
from stoa.policies.frame import Explanation, Policy
from stoa.policies.grid import Grid, number_text
from stoa.policies.weighted_shares import ShareMovement, weighted_average

_ZERO, _ONE = Fraction(0), Fraction(1)
_CENTS = Grid("USD", Fraction(1, 100))


@dataclass(frozen=True, slots=True, kw_only=True)
class ParticipatingClass:
    """A class of shares that takes part in undistributed earnings beside the common shares."""

    name: str = fact("Name of the class.")
    shares: Quantity = fact("Weighted shares outstanding.")
    distributed: Price | None = fact("Dividends declared on the class in the period.", default=None)
    dividend_per_share: Price | None = fact("Or those of one share.", default=None)
    weight: Quantity = fact(
        "Part of undistributed earnings of one share, against the common share's.", default=_ONE
    )
    shares_losses: bool = fact("Whether holders are obliged to share losses.", default=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class PotentialShare:
    """Something that may become common shares."""

    name: str = fact("Name.")
    kind: Literal[
        "option",
        "warrant",
        "rsu",
        "restricted_stock",
        "purchase_right",
        "early_exercised_option",
        "convertible_debt",
        "convertible_preferred",
        "contingent",
        "written_put",
    ] = fact("What it is; decides between treasury stock, if-converted and contingent methods.")
    units: Quantity = fact("Options, units, preferred shares, or shares on conversion of debt.")
    exercise_price: Price = fact("Paid by the holder for one share.", default=_ZERO)
    average_price: Price | None = fact("Average market price, when other than the period's.", default=None)
    unrecognized_compensation: Price = fact(
        "Average unrecognized compensation cost of all units: assumed proceeds.", default=_ZERO
    )
    conversion_ratio: Quantity = fact("Common shares for one unit.", default=_ONE)
    dividend_per_unit: Price = fact("Preferred: dividend of one unit that conversion saves.", default=_ZERO)
    principal: Price = fact("Debt: principal.", default=_ZERO)
    interest_rate: Number = fact("Debt: rate for the period.", default=_ZERO)
    interest: Price | None = fact(
        "Debt: interest of the period with amortized discount, instead of principal and rate.", default=None
    )
    tax_rate: Share = fact("Debt: tax rate on the interest saved.", default=_ZERO)
    outstanding_share: Share = fact("Part of the period it was outstanding.", default=_ONE)
    incremental_shares: Quantity | None = fact(
        "Shares it adds, when computed elsewhere (averaged over quarters); takes the place of the method.",
        default=None,
    )
    income_effect: Amount | None = fact("Income it adds, when computed elsewhere.", default=None)
    condition_met: bool = fact(
        "Contingent: whether the condition would be met if the period's end were its end.", default=True
    )
    replaces_class: str | None = fact("Participating class that conversion removes.", default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class EarningsFacts(Facts):
    """Income, shares and what may become shares."""

    net_income: Amount | None = fact("Net income or (negative) loss.", default=None)
    income_from_continuing_operations: Amount | None = fact(
        "When operations were discontinued.", default=None
    )
    preferred_dividends: Price = fact(
        "Preferred dividends, declared or cumulative, of classes not listed as participating.", default=_ZERO
    )
    preferred_adjustments: Amount = fact(
        "Deemed dividends and gains on redemption that reduce (add to) common income.", default=_ZERO
    )
    weighted_shares: Quantity | None = fact(
        "Weighted common shares; from movements when left out.", default=None
    )
    opening_shares: Quantity = fact("Common shares at the beginning.", default=_ZERO)
    movements: tuple[ShareMovement, ...] = fact("Issues, purchases, splits, vesting.", default=())
    period_starts_on: date | None = fact("First day of the period.", default=None)
    through: date | None = fact("Last day of the period.", default=None)
    weighting: Literal["days", "months"] = fact(
        "Weight movements by days (our policy) or by months, as many published examples do.", default="days"
    )
    unvested_shares: Quantity = fact(
        "Issued but unvested or early-exercised: not in weighted shares.", default=_ZERO
    )
    common_distributed: Price | None = fact("Common dividends declared.", default=None)
    common_dividend_per_share: Price | None = fact("Or those of one share.", default=None)
    common_weight: Quantity = fact("Common share's part of undistributed earnings.", default=_ONE)
    participating: tuple[ParticipatingClass, ...] = fact(
        "Participating classes (two-class method).", default=()
    )
    potential: tuple[PotentialShare, ...] = fact("Potential common shares.", default=())
    average_price: Price | None = fact("Average market price of the period.", default=None)


@dataclass(frozen=True, slots=True)
class _Effect:
    """What one potential share does to income and shares."""

    source: PotentialShare
    income: Fraction
    shares: Fraction

    @property
    def incremental(self) -> Fraction | None:
        return self.income / self.shares if self.shares > 0 else None


@dataclass(frozen=True, slots=True)
class _Base:
    """Income and shares before dilution."""

    income: Fraction
    shares: Fraction
    common_distributed: Fraction
    common_weight: Fraction
    classes: tuple[tuple[ParticipatingClass, Fraction], ...]

    def undistributed(self, effects: Sequence[_Effect] = ()) -> Fraction:
        gone = {effect.source.replaces_class for effect in effects}
        paid = sum((paid for each, paid in self.classes if each.name not in gone), _ZERO)
        return (
            self.income + sum((effect.income for effect in effects), _ZERO) - paid - self.common_distributed
        )

    def per_share(self, effects: Sequence[_Effect] = ()) -> Fraction:
        """Income of one common share after ``effects``."""
        shares = self.shares + sum((effect.shares for effect in effects), _ZERO)
        left = self.undistributed(effects)
        weights = shares * self.common_weight
        gone = {effect.source.replaces_class for effect in effects}
        total = weights + sum(
            (
                each.shares * each.weight
                for each, _ in self.classes
                if each.name not in gone and (left >= 0 or each.shares_losses)
            ),
            _ZERO,
        )
        common = left * weights / total if total else _ZERO
        return (self.common_distributed + common) / shares

    def of_class(self, each: ParticipatingClass, paid: Fraction) -> Fraction:
        """Income of one share of a participating class, undiluted."""
        left = self.undistributed()
        sharing = [
            (own, own.shares * own.weight) for own, _ in self.classes if left >= 0 or own.shares_losses
        ]
        total = self.shares * self.common_weight + sum((weight for _, weight in sharing), _ZERO)
        part = next((weight for own, weight in sharing if own is each), _ZERO)
        return (paid + (left * part / total if total else _ZERO)) / each.shares


def decide(facts: EarningsFacts, explain: Explanation) -> dict[str, Any]:
    """Weight the shares and, when income is given, compute basic and diluted amounts per share."""
    shares = _weighted(facts, explain)
    values: dict[str, Any] = {"weighted_shares": number_text(shares, 4)}
    if facts.net_income is None and facts.income_from_continuing_operations is None:
        return values
    if shares <= 0:
        raise refuse("weighted_shares", "must be more than 0.")
    control = facts.income_from_continuing_operations
    control = control if control is not None else facts.net_income
    base = _base(facts, control or _ZERO, shares)
    basic = base.per_share()
    if facts.participating:
        explain.step(
            "260-10-45-60B",
            f"Two-class: {facts.grid.text(base.undistributed())} undistributed"
            + (
                " (a loss: only classes obliged to share losses bear it)."
                if base.undistributed() < 0
                else "."
            ),
        )
        values["undistributed"] = facts.grid.text(base.undistributed())
        values["per_share_by_class"] = {
            each.name: _CENTS.text(base.of_class(each, paid)) for each, paid in base.classes
        }
    explain.step(
        "260-10-45-10",
        f"Basic: {_CENTS.text(basic)} a common share on {number_text(shares, 4)} weighted shares.",
    )
    effects = [
        _effect(each, facts, f"potential[{index}]", basic) for index, each in enumerate(facts.potential)
    ]
    included, excluded, sequence = _sequenced(base, effects, basic, explain)
    diluted = base.per_share(included)
    diluted_shares = shares + sum((effect.shares for effect in included), _ZERO)
    explain.step(
        "260-10-45-16", f"Diluted: {_CENTS.text(diluted)} on {number_text(diluted_shares, 4)} shares."
    )
    values.update(
        {
            "income_to_common": facts.grid.text(base.income - sum((paid for _, paid in base.classes), _ZERO)),
            "basic": _CENTS.text(basic),
            "diluted": _CENTS.text(diluted),
            "diluted_shares": number_text(diluted_shares, 4),
            "incremental": {
                effect.source.name: None if effect.incremental is None else _CENTS.text(effect.incremental)
                for effect in effects
            },
            "sequence": sequence,
            "included": [effect.source.name for effect in included],
            "excluded": [effect.source.name for effect in excluded],
            "excluded_units": {
                effect.source.name: number_text(_as_shares(effect.source), 4) for effect in excluded
            },
            "antidilutive_excluded": number_text(
                sum((_as_shares(effect.source) for effect in excluded), _ZERO), 4
            ),
        }
    )
    if facts.income_from_continuing_operations is not None and facts.net_income is not None:
        values.update(_with_discontinued(facts, base, included, basic, diluted, explain))
    return values


def _with_discontinued(
    facts: EarningsFacts,
    base: _Base,
    included: Sequence[_Effect],
    basic: Fraction,
    diluted: Fraction,
    explain: Explanation,
) -> dict[str, Any]:
    """Per-share amounts of net income on the same shares as continuing operations (the control number)."""
    explain.step(
        "260-10-45-18", "Income from continuing operations is the control number; net income uses its shares."
    )
    net = _Base(
        facts.net_income - facts.preferred_dividends - facts.preferred_adjustments
        if facts.net_income is not None
        else _ZERO,
        base.shares,
        base.common_distributed,
        base.common_weight,
        base.classes,
    )
    net_basic, net_diluted = net.per_share(), net.per_share(included)
    return {
        "basic_net": _CENTS.text(net_basic),
        "diluted_net": _CENTS.text(net_diluted),
        "basic_discontinued": _CENTS.text(net_basic - basic),
        "diluted_discontinued": _CENTS.text(net_diluted - diluted),
    }


def _weighted(facts: EarningsFacts, explain: Explanation) -> Fraction:
    if facts.weighted_shares is not None:
        if facts.unvested_shares > facts.weighted_shares:
            raise refuse("unvested_shares", "are more than the weighted shares that contain them.")
        return facts.weighted_shares - facts.unvested_shares
    if facts.period_starts_on is None or facts.through is None:
        raise refuse(
            "weighted_shares", "is missing: give it, or opening_shares and movements with the period's days."
        )
    shares = weighted_average(
        opening=facts.opening_shares - facts.unvested_shares,
        movements=facts.movements,
        starts_on=facts.period_starts_on,
        ends_on=facts.through,
        by=facts.weighting,
    )
    explain.step(
        "260-10-55-2", f"Shares weighted by {facts.weighting} outstanding: {number_text(shares, 4)}."
    )
    return shares


def _base(facts: EarningsFacts, control: Fraction, shares: Fraction) -> _Base:
    common = facts.common_distributed
    if common is None:
        common = (facts.common_dividend_per_share or _ZERO) * shares
    classes = tuple(
        (
            each,
            each.distributed
            if each.distributed is not None
            else (each.dividend_per_share or _ZERO) * each.shares,
        )
        for each in facts.participating
    )
    for index, (each, _) in enumerate(classes):
        if each.shares <= 0:
            raise refuse(f"participating[{index}].shares", "must be more than 0.")
    income = control - facts.preferred_dividends - facts.preferred_adjustments
    return _Base(income, shares, common, facts.common_weight, classes)


def _effect(each: PotentialShare, facts: EarningsFacts, path: str, basic: Fraction) -> _Effect:
    part = each.outstanding_share
    if each.incremental_shares is not None or each.income_effect is not None:
        shares = each.incremental_shares if each.incremental_shares is not None else _as_shares(each) * part
        return _Effect(each, each.income_effect or _ZERO, shares)
    if each.kind == "convertible_debt":
        interest = each.interest if each.interest is not None else each.principal * each.interest_rate
        return _Effect(each, interest * (1 - each.tax_rate) * part, each.units * each.conversion_ratio * part)
    if each.kind == "convertible_preferred":
        return _Effect(
            each, each.units * each.dividend_per_unit * part, each.units * each.conversion_ratio * part
        )
    if each.kind == "contingent":
        return _Effect(
            each, _ZERO, each.units * each.conversion_ratio * part if each.condition_met else _ZERO
        )
    shares = each.units * each.conversion_ratio
    if basic < 0:
        return _Effect(each, _ZERO, shares * part)
    price = each.average_price if each.average_price is not None else facts.average_price
    if price is None and (each.exercise_price or each.unrecognized_compensation):
        raise refuse(
            "average_price", f"is missing: assumed proceeds of {path} buy shares at the average price."
        )
    if each.kind == "written_put":
        needed = shares * each.exercise_price / price - shares if price else _ZERO
        return _Effect(each, _ZERO, max(needed, _ZERO) * part)
    proceeds = shares * each.exercise_price + each.unrecognized_compensation
    bought = proceeds / price if price else _ZERO
    return _Effect(each, _ZERO, max(shares - bought, _ZERO) * part)


def _sequenced(
    base: _Base, effects: Sequence[_Effect], basic: Fraction, explain: Explanation
) -> tuple[list[_Effect], list[_Effect], list[dict[str, str | bool]]]:
    """Try effects from the most dilutive on; keep those that lower the result."""
    if base.per_share() < 0:
        if effects:
            explain.step("260-10-45-19", "A loss: every potential share would lessen it and is left out.")
        return [], list(effects), []
    ranked = sorted(
        (effect for effect in effects if effect.incremental is not None),
        key=lambda effect: effect.incremental or _ZERO,
    )
    without = [effect for effect in effects if effect.incremental is None]
    included: list[_Effect] = []
    excluded: list[_Effect] = []
    sequence: list[dict[str, str | bool]] = []
    current, shown = basic, list[_Effect]()
    for effect in ranked:
        shown = [*shown, effect]
        after = base.per_share([*included, effect])
        dilutes = after < current and not excluded
        sequence.append(
            {"name": effect.source.name, "per_share": _CENTS.text(base.per_share(shown)), "dilutive": dilutes}
        )
        if dilutes:
            included.append(effect)
            current = after
        else:
            excluded.append(effect)
    if ranked:
        order = ", ".join(effect.source.name for effect in ranked)
        explain.step("260-10-45-18", f"Tried from the most dilutive on: {order}.")
    return included, [*excluded, *(effect for effect in without if _as_shares(effect.source))], sequence


def _as_shares(each: PotentialShare) -> Fraction:
    return each.units * each.conversion_ratio


POLICY = Policy(
    name="earnings_per_share",
    title="Net income (loss) per share",
    standard="ASC 260",
    paragraphs=(
        "260-10-45-10",
        "260-10-45-16",
        "260-10-45-18",
        "260-10-45-19",
        "260-10-45-60B",
        "260-10-55-2",
    ),
    requirements=("ACC-72",),
    note=(
        "Net income (loss) per share follows the two-class method; preferred holders have no obligation to share "
        "losses, so none is allocated to them. Basic net income (loss) per share is net income (loss) divided by "
        "weighted shares outstanding, unvested and early-exercised shares excluded. Diluted net income (loss) per "
        "share adds potential shares only when they are dilutive; with a net loss none is."
    ),
    facts=EarningsFacts,
    outputs={
        "weighted_shares": "Weighted common shares, four decimals.",
        "undistributed": "Two-class: undistributed earnings.",
        "per_share_by_class": "Two-class: amount of each participating class.",
        "income_to_common": "Income available to common shares before two-class sharing.",
        "basic": "Basic amount per common share (of the control number).",
        "diluted": "Diluted amount per common share.",
        "diluted_shares": "Shares of the diluted amount.",
        "incremental": "Income per incremental share of each potential share; null without incremental shares.",
        "sequence": "Order tried, result after each, and whether it was dilutive.",
        "included": "Potential shares counted.",
        "excluded": "Potential shares left out as anti-dilutive.",
        "excluded_units": "How many shares each of them is.",
        "antidilutive_excluded": "All of them together.",
        "basic_net": "Net income per share with discontinued operations.",
        "diluted_net": "The same, diluted.",
        "basic_discontinued": "Part of discontinued operations.",
        "diluted_discontinued": "The same, diluted.",
    },
    decide=decide,
    example={
        "net_income": "-79530000",
        "weighted_shares": "156900000",
        "potential": [{"name": "options", "kind": "option", "units": "9000000"}],
    },
)
