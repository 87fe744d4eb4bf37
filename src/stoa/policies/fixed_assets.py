"""Property and equipment, leasehold improvements: cost, straight-line depreciation, disposal (ASC 360-10-35)."""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any, Literal

from stoa.policies.facts import Facts, Price, Quantity, fact, refuse
from stoa.policies.frame import Explanation, Policy
from stoa.policies.grid import number_text
from stoa.policies.straight_line import (
    Convention,
    NewBasis,
    StraightLine,
    amortized,
    months_between,
    period_start,
)

_ZERO = Fraction(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Disposal:
    """A sale or scrapping."""

    on: date = fact("Day of disposal: depreciation stops.")
    proceeds: Price = fact("What was received, less costs to sell.", default=_ZERO)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asset:
    """One owned asset."""

    name: str = fact("Name in the register.", default="asset")
    kind: Literal["equipment", "furniture", "computers", "software", "improvement", "building", "land"] = (
        fact("What it is; land is not depreciated.", default="equipment")
    )
    cost: Price = fact("Cost, with what it took to make it ready.")
    residual: Price = fact("Residual value.", default=_ZERO)
    in_service_on: date = fact("First day of use.")
    life_months: Quantity = fact("Useful life in months, generally 24 to 60.", default=_ZERO)
    lease_ends_on: date | None = fact(
        "Improvement: end of the remaining lease term (first day after it).", default=None
    )
    lease_remaining_months: Quantity | None = fact("Or that term in months.", default=None)
    function: str = fact("Function that bears the expense.", default="general_and_administrative")
    disposal: Disposal | None = fact("Sale or scrapping.", default=None)
    impairment: Price = fact("Impairment losses before the period, or on impaired_on.", default=_ZERO)
    impaired_on: date | None = fact(
        "Day of the impairment: from then what is carried is spread over what is left of the life.",
        default=None,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class FixedAssetFacts(Facts):
    """The assets and the period."""

    assets: tuple[Asset, ...] = fact("Assets of the register.")
    period_starts_on: date | None = fact(
        "First day of the period; the calendar year's when left out.", default=None
    )
    through: date = fact("Last day of the period.")
    convention: Convention = fact("Which part of the first month counts.", default="full_month")


def decide(facts: FixedAssetFacts, explain: Explanation) -> dict[str, Any]:
    """Depreciate each asset for the period; roll cost and accumulated depreciation forward."""
    grid = facts.grid
    rows = [_row(facts, asset, f"assets[{index}].", explain) for index, asset in enumerate(facts.assets)]
    explain.step("360-10-35-4", "Cost less residual value is spread evenly over the useful life.")
    by_function: dict[str, Fraction] = {}
    for asset, row in zip(facts.assets, rows, strict=True):
        by_function[asset.function] = by_function.get(asset.function, _ZERO) + row["expense"]
    return {
        "assets": [
            {"name": asset.name, "life_months": number_text(row["life"], 4)}
            | {name: grid.text(row[name]) for name in _AMOUNTS}
            for asset, row in zip(facts.assets, rows, strict=True)
        ],
        **{name: grid.text(sum((row[name] for row in rows), _ZERO)) for name in _AMOUNTS},
        "expense_by_function": {name: grid.text(amount) for name, amount in by_function.items()},
    }


_AMOUNTS = ("expense", "accumulated", "carrying", "gain_or_loss")


def _row(facts: FixedAssetFacts, asset: Asset, path: str, explain: Explanation) -> dict[str, Fraction]:
    line, life = line_of(asset, facts.convention, path, explain)
    grid = facts.grid
    gone = asset.disposal is not None and asset.disposal.on <= facts.through
    stop = asset.disposal.on if asset.disposal is not None and gone else facts.through
    starts_on = period_start(facts.period_starts_on, facts.through)
    before = date.fromordinal(starts_on.toordinal() - 1)
    losses = _losses(asset)
    opening, closing = (grid.round(amortized(line, losses, day)) for day in (min(before, stop), stop))
    carrying = line.cost - sum((each.loss for each in losses if each.on <= stop), _ZERO) - closing
    gain = _ZERO
    if asset.disposal is not None and gone:
        in_period = starts_on <= asset.disposal.on
        gain = asset.disposal.proceeds - carrying if in_period else _ZERO
        explain.step(
            "360-10-40-5", f"{asset.name}: proceeds less carrying amount is the gain or loss on disposal."
        )
        return {
            "expense": closing - opening,
            "accumulated": _ZERO,
            "carrying": _ZERO,
            "gain_or_loss": gain,
            "life": life,
        }
    return {
        "expense": closing - opening,
        "accumulated": closing,
        "carrying": carrying,
        "gain_or_loss": gain,
        "life": life,
    }


def line_of(
    asset: Asset, convention: Convention, path: str, explain: Explanation
) -> tuple[StraightLine, Fraction]:
    """The straight line that an asset is depreciated along, and its life in months."""
    if asset.residual > asset.cost:
        raise refuse(f"{path}residual", "is more than the cost.")
    life = _life(asset, path, explain)
    base = asset.cost - (asset.impairment if asset.impaired_on is None else _ZERO)
    if asset.kind == "land":
        return StraightLine(base, base, asset.in_service_on, Fraction(1)), life
    return StraightLine(base, min(asset.residual, base), asset.in_service_on, life, convention), life


def _losses(asset: Asset) -> tuple[NewBasis, ...]:
    return () if asset.impaired_on is None else (NewBasis(asset.impaired_on, asset.impairment),)


def _life(asset: Asset, path: str, explain: Explanation) -> Fraction:
    if asset.kind == "land":
        return _ZERO
    if asset.life_months <= 0:
        raise refuse(f"{path}life_months", "is missing or 0; give the useful life in months.")
    if asset.kind != "improvement":
        return asset.life_months
    term = asset.lease_remaining_months
    if term is None and asset.lease_ends_on is not None:
        term = months_between(asset.in_service_on, asset.lease_ends_on)
    if term is None or term <= 0:
        raise refuse(
            f"{path}lease_ends_on", "an improvement needs the remaining lease term, after its first use."
        )
    life = min(asset.life_months, term)
    explain.step(
        "842-20-35-12",
        f"{asset.name}: the shorter of useful life ({number_text(asset.life_months, 2)} months) and remaining lease "
        f"term ({number_text(term, 2)} months).",
    )
    return life


POLICY = Policy(
    name="fixed_assets",
    title="Property, equipment and leasehold improvements",
    standard="ASC 360",
    paragraphs=(
        "360-10-35-4",
        "360-10-40-5",
        "842-20-35-12",
    ),
    requirements=("ACC-14", "ACC-15"),
    note=(
        "Property and equipment are stated at cost less accumulated depreciation. Depreciation is straight-line over "
        "the useful life, generally two to five years; leasehold improvements are depreciated over the shorter of "
        "their useful life and the remaining lease term."
    ),
    facts=FixedAssetFacts,
    outputs={
        "assets": "Each asset's expense, accumulated depreciation, carrying amount and gain or loss.",
        "expense": "Depreciation of the period.",
        "accumulated": "Accumulated depreciation at its end.",
        "carrying": "Carrying amount at its end.",
        "gain_or_loss": "Gain (loss when negative) on disposals of the period.",
        "expense_by_function": "Depreciation by function.",
    },
    decide=decide,
    example={
        "assets": [
            {
                "name": "servers",
                "kind": "computers",
                "cost": "36000",
                "in_service_on": "2025-07-01",
                "life_months": 36,
            }
        ],
        "period_starts_on": "2025-01-01",
        "through": "2025-12-31",
    },
)
