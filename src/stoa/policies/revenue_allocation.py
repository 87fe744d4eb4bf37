"""Allocating the transaction price to performance obligations (ASC 606-10-32-28 to 32-41)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any, Literal

from stoa.policies.facts import Amount, Facts, Number, Price, fact, refuse
from stoa.policies.frame import Explanation, Policy
from stoa.policies.grid import Grid, number_text

Shares = dict[str, Fraction]


@dataclass(frozen=True, slots=True, kw_only=True)
class DatedPrice:
    """One line of a dated table of standalone selling prices."""

    starts_on: date = fact("First day on which this price was the standalone selling price.")
    price: Price = fact("Standalone selling price from that day.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Obligation:
    """A performance obligation and the evidence of its standalone selling price."""

    id: str = fact("Name of the obligation, unique in these facts.")
    standalone_selling_price: Price | None = fact(
        "Observable price, or the estimate by the adjusted market approach.", default=None
    )
    approach: Literal["observable", "adjusted_market", "cost_plus_margin", "residual"] = fact(
        "How the standalone selling price is found (32-33, 32-34).", default="observable"
    )
    prices: tuple[DatedPrice, ...] = fact(
        "Dated standalone selling prices; the one at inception counts (32-43).", default=()
    )
    expected_cost: Price | None = fact("For cost_plus_margin: expected cost of satisfying it.", default=None)
    margin: Number | None = fact('For cost_plus_margin: margin on that cost; "0.30" is 30 %.', default=None)
    residual_because: Literal["highly_variable", "uncertain"] = fact(
        "For residual: why no price can be observed or estimated (32-34(c)).", default="highly_variable"
    )
    range_low: Price | None = fact(
        "For residual: lowest amount at which it is sold; a result outside the range is not faithful.",
        default=None,
    )
    range_high: Price | None = fact("For residual: highest amount at which it is sold.", default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bundle:
    """A bundle that is regularly sold at a discount: evidence of where the contract's discount belongs."""

    obligations: tuple[str, ...] = fact("Ids of the obligations in the bundle.")
    price: Price = fact("Price at which the bundle is regularly sold.")
    is_regularly_sold: bool = fact(
        "The bundle and each of its goods are regularly sold by themselves (32-37(a), (b)).", default=True
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class VariableAmount:
    """A variable amount, and whether it belongs to one part of the contract."""

    id: str = fact("Name of the variable amount.", default="variable")
    estimate: Amount = fact("Estimate included in the transaction price.")
    obligations: tuple[str, ...] = fact("Obligations whose satisfaction it relates to.", default=())
    relates_specifically: bool = fact(
        "Its terms relate specifically to satisfying those obligations (32-40(a)).", default=True
    )
    meets_objective: bool | None = fact(
        "Judgement that allocating it entirely to them meets the allocation objective (32-40(b)); "
        "left out: met when no obligation then exceeds its relative standalone share.",
        default=None,
    )
    is_sales_based_royalty: bool = fact(
        "Recognized only as the sales or usage occur (55-65); not part of the amounts now.", default=False
    )
    earned: Amount = fact("Royalties that have occurred so far.", default=Fraction(0))


@dataclass(frozen=True, slots=True, kw_only=True)
class AllocationFacts(Facts):
    """A contract's price and its obligations."""

    price: Amount = fact("Transaction price without the amounts listed under variable.")
    obligations: tuple[Obligation, ...] = fact("The performance obligations, in order.")
    bundles: tuple[Bundle, ...] = fact("Bundles regularly sold at a discount.", default=())
    variable: tuple[VariableAmount, ...] = fact("Variable amounts.", default=())
    inception_on: date | None = fact("Contract inception, for dated prices.", default=None)


def decide(facts: AllocationFacts, explain: Explanation) -> dict[str, Any]:
    """Allocate by relative standalone selling price, with the standard's exceptions in their order.

    Discounts go to a subset first when a bundle proves it (32-37), the residual approach comes after that
    (32-38), variable amounts go to one part when both conditions hold (32-40); everything else is relative
    (32-31, 32-36, 32-41). Parts sum to the price exactly: largest remainder, ties to the earlier obligation.
    """
    grid = facts.grid
    _check(facts)
    prices = {
        each.id: _standalone_price(each, f"obligations[{index}]", facts.inception_on, explain)
        for index, each in enumerate(facts.obligations)
    }
    if any(each.approach == "residual" for each in facts.obligations):
        return _with_residual(facts, prices, grid, explain)
    known = {name: price for name, price in prices.items() if price is not None}
    values = _with_variable(facts, known, grid, explain)
    values["standalone_selling_prices"] = _texts(known, grid)
    values["discount"] = grid.text(sum(known.values(), Fraction(0)) - facts.price - _estimates(facts))
    return values


def _check(facts: AllocationFacts) -> None:
    names = [each.id for each in facts.obligations]
    if not names:
        raise refuse("obligations", "name at least one performance obligation.")
    if len(set(names)) < len(names):
        raise refuse("obligations", "two obligations have the same id; give each its own.")
    for label, rows in (("bundles", facts.bundles), ("variable", facts.variable)):
        for index, row in enumerate(rows):
            for name in row.obligations:  # type: ignore[attr-defined]
                if name not in names:
                    raise refuse(f"{label}[{index}].obligations", f"{name!r} is not one of the obligations.")
    members = [name for bundle in facts.bundles for name in bundle.obligations]
    residual = {each.id for each in facts.obligations if each.approach == "residual"}
    if residual & set(members):
        raise refuse(
            "bundles", "an obligation at the residual cannot be in a bundle; it has no price (32-38)."
        )
    if len(set(members)) < len(members):
        raise refuse("bundles", "an obligation is in two bundles; keep the one that proves the discount.")


def _standalone_price(
    obligation: Obligation, path: str, inception_on: date | None, explain: Explanation
) -> Fraction | None:
    """The standalone selling price at inception (32-32 to 32-34); ``None`` for the residual approach."""
    if obligation.approach == "cost_plus_margin":
        if obligation.expected_cost is None or obligation.margin is None:
            raise refuse(path, "cost_plus_margin needs expected_cost and margin.")
        if obligation.margin < -1:
            raise refuse(f"{path}.margin", "must be at least -1: a selling price is not negative.")
        price = obligation.expected_cost * (1 + obligation.margin)
        explain.step(
            "606-10-32-34(b)", f"{obligation.id}: expected cost plus margin is {number_text(price)}."
        )
        return price
    if obligation.prices:
        if inception_on is None:
            raise refuse("inception_on", "is needed to choose among dated prices.")
        valid = [each for each in obligation.prices if each.starts_on <= inception_on]
        if not valid:
            raise refuse(f"{path}.prices", f"no price is valid on {inception_on}; add an earlier one.")
        latest = max(valid, key=lambda each: each.starts_on)
        explain.step(
            "606-10-32-33",
            f"{obligation.id}: the price since {latest.starts_on} holds at inception; later ones do not (32-43).",
        )
        return latest.price
    if obligation.approach == "residual":
        return None
    if obligation.standalone_selling_price is None:
        raise refuse(f"{path}.standalone_selling_price", "is missing; give a price or another approach.")
    return obligation.standalone_selling_price


def _relative(amount: Fraction, weights: Mapping[str, Fraction], grid: Grid) -> Shares:
    if not any(weights.values()):
        raise refuse(
            "obligations", "all standalone selling prices are zero; nothing can be relative to them."
        )
    return dict(zip(weights, grid.split(amount, list(weights.values())), strict=True))


def _discounted(price: Fraction, prices: Mapping[str, Fraction], facts: AllocationFacts) -> Shares | None:
    """Standalone prices with bundle discounts applied, when they explain the whole discount (32-37)."""
    bundles = [bundle for bundle in facts.bundles if bundle.is_regularly_sold]
    shown = sum((_bundle_discount(bundle, prices) for bundle in bundles), Fraction(0))
    if not bundles or shown != sum(prices.values(), Fraction(0)) - price:
        return None
    return _after_bundles(prices, bundles)


def _bundle_discount(bundle: Bundle, prices: Mapping[str, Fraction]) -> Fraction:
    return sum((prices[name] for name in bundle.obligations), Fraction(0)) - bundle.price


def _after_bundles(prices: Mapping[str, Fraction], bundles: list[Bundle]) -> Shares:
    after = dict(prices)
    for bundle in bundles:
        whole = sum((prices[name] for name in bundle.obligations), Fraction(0))
        if not whole:
            raise refuse("bundles", "the goods of a bundle have no standalone selling price.")
        after |= {name: prices[name] * bundle.price / whole for name in bundle.obligations}
    return after


def _fixed(
    price: Fraction, prices: Mapping[str, Fraction], facts: AllocationFacts, grid: Grid, explain: Explanation
) -> Shares:
    after = _discounted(price, prices, facts)
    if after is not None:
        explain.step(
            "606-10-32-37",
            "Bundles regularly sold show that the whole discount belongs to "
            + "; ".join(" and ".join(bundle.obligations) for bundle in facts.bundles)
            + "; the others take their standalone selling price.",
        )
        return _relative(price, after, grid)
    if facts.bundles:
        explain.step(
            "606-10-32-36",
            "The bundles do not explain the contract's whole discount, so it is spread over all obligations.",
        )
    shares = _relative(price, prices, grid)
    explain.step(
        "606-10-32-31",
        f"{grid.text(price)} is allocated relative to standalone selling prices: "
        + ", ".join(f"{name} {grid.text(share)}" for name, share in shares.items())
        + ".",
    )
    return shares


def _with_variable(
    facts: AllocationFacts, prices: Mapping[str, Fraction], grid: Grid, explain: Explanation
) -> dict[str, Any]:
    total = facts.price + _estimates(facts)
    whole = sum(prices.values(), Fraction(0))
    fair = {name: total * price / whole for name, price in prices.items()} if whole else dict(prices)
    own: Shares = dict.fromkeys(prices, Fraction(0))
    pooled = facts.price
    split_later: list[VariableAmount] = []
    royalties: Shares = dict.fromkeys(prices, Fraction(0))
    for each in facts.variable:
        weights = {name: prices[name] for name in each.obligations or prices}
        subset = _relative(each.estimate, weights, grid)
        fits = all(own[name] + share <= fair[name] for name, share in subset.items())
        entirely = (
            bool(each.obligations)
            and each.relates_specifically
            and (fits if each.meets_objective is None else each.meets_objective)
        )
        if entirely:
            explain.step("606-10-32-40", f"{each.id} is allocated entirely to {', '.join(each.obligations)}.")
            own = {name: own[name] + subset.get(name, Fraction(0)) for name in own}
            earned = _relative(each.earned, weights, grid)
        else:
            explain.step("606-10-32-41", f"{each.id} is allocated to all obligations like the fixed price.")
            split_later.append(each)
            earned = _relative(each.earned, prices, grid)
            if not each.is_sales_based_royalty:
                pooled += each.estimate
        royalties = {name: royalties[name] + earned.get(name, Fraction(0)) for name in royalties}
    if any(own.values()):
        room = {name: max(fair[name] - own[name], Fraction(0)) for name in prices}
        shares = _relative(pooled, room if any(room.values()) else prices, grid)
        explain.step(
            "606-10-32-28",
            "The rest of the price goes where each obligation reaches its relative standalone share.",
        )
    else:
        shares = _fixed(pooled, prices, facts, grid, explain)
    later = [each for each in facts.variable if each.is_sales_based_royalty]
    now = dict(shares)
    for each in facts.variable:
        if each not in split_later and not each.is_sales_based_royalty:
            subset = _relative(each.estimate, {n: prices[n] for n in each.obligations}, grid)
            now = {name: now[name] + subset.get(name, Fraction(0)) for name in now}
    values: dict[str, Any] = {
        "allocation": _texts(now, grid),
        "total": grid.text(sum(now.values(), Fraction(0))),
    }
    if facts.variable:
        values["variable_allocated_entirely"] = _texts({n: v for n, v in own.items() if v}, grid)
    if later:
        explain.step("606-10-55-65", "Sales-based royalties are recognized as the sales occur, not before.")
        values["recognized_as_sales_occur"] = sorted(
            {name for each in later for name in (prices if each in split_later else each.obligations)}
        )
        values["royalties_earned_allocation"] = _texts(royalties, grid)
    return values


def _with_residual(
    facts: AllocationFacts, prices: Mapping[str, Fraction | None], grid: Grid, explain: Explanation
) -> dict[str, Any]:
    """The residual approach (32-34(c), 32-35), after discounts that belong to a bundle (32-38)."""
    if facts.variable:
        raise refuse("variable", "cannot be combined with the residual approach; add the estimate to price.")
    known = {name: price for name, price in prices.items() if price is not None}
    others = [each for each in facts.obligations if each.approach == "residual"]
    if not known:
        raise refuse("obligations", "the residual approach needs at least one observable price (32-34(c)).")
    if len(others) > 1 and any(each.standalone_selling_price is None for each in others):
        raise refuse(
            "obligations",
            "several residual obligations share one residual; give each an estimated standalone_selling_price "
            "to divide it by (32-35).",
        )
    bundles = [bundle for bundle in facts.bundles if bundle.is_regularly_sold]
    if bundles:
        explain.step(
            "606-10-32-38", "The bundle's discount is allocated before the residual approach is used."
        )
    after = _after_bundles(known, bundles)
    residual = facts.price - sum(after.values(), Fraction(0))
    weights = {each.id: each.standalone_selling_price or Fraction(1) for each in others}
    parts = _relative(residual, weights, grid) if residual > 0 else dict.fromkeys(weights, residual)
    is_faithful = residual > 0 and all(
        (each.range_low is None or parts[each.id] >= each.range_low)
        and (each.range_high is None or parts[each.id] <= each.range_high)
        for each in others
    )
    reasons = ", ".join(f"{each.id} is {each.residual_because.replace('_', ' ')}" for each in others)
    explain.step("606-10-32-34(c)", f"{reasons}: residual {grid.text(residual)} of {grid.text(facts.price)}.")
    values: dict[str, Any] = {
        "residual": grid.text(residual),
        "residual_is_faithful": is_faithful,
        "discount": None,
        "standalone_selling_prices": _texts(known, grid),
    }
    if is_faithful:
        rest = _relative(facts.price - residual, after, grid)
        shares = {each.id: (parts | rest)[each.id] for each in facts.obligations}
    else:
        explain.step(
            "606-10-32-35",
            "The residual lies outside the amounts at which it is sold: not a faithful depiction (32-28). "
            "Estimate the price by another approach.",
        )
        estimates = {each.id: each.standalone_selling_price for each in others}
        if any(value is None for value in estimates.values()):
            return {"allocation": None, **values}
        full = {each.id: (known | estimates)[each.id] or Fraction(0) for each in facts.obligations}
        shares = _fixed(facts.price, full, facts, grid, explain)
    return {
        "allocation": _texts(shares, grid),
        "total": grid.text(sum(shares.values(), Fraction(0))),
        **values,
    }


def _estimates(facts: AllocationFacts) -> Fraction:
    return sum((each.estimate for each in facts.variable), Fraction(0))


def _texts(shares: Mapping[str, Fraction], grid: Grid) -> dict[str, str]:
    return {name: grid.text(share) for name, share in shares.items()}


POLICY = Policy(
    name="revenue_allocation",
    title="Allocation of the transaction price",
    standard="ASC 606-10-32",
    paragraphs=(
        "606-10-32-28",
        "606-10-32-31",
        "606-10-32-33",
        "606-10-32-34",
        "606-10-32-34(b)",
        "606-10-32-34(c)",
        "606-10-32-35",
        "606-10-32-36",
        "606-10-32-37",
        "606-10-32-38",
        "606-10-32-40",
        "606-10-32-41",
        "606-10-55-65",
    ),
    requirements=("ACC-38",),
    note=(
        "When a contract promises several distinct services, its price is allocated to them relative to their "
        "standalone selling prices at inception: observable prices where there are any, otherwise estimates. "
        "Discounts and variable amounts are given to a part of the contract only where the evidence shows that "
        "they belong to it."
    ),
    facts=AllocationFacts,
    outputs={
        "allocation": "amount per obligation; sums to the price (royalties apart); null when no faithful one exists",
        "total": "sum of the allocation",
        "discount": "sum of standalone selling prices less the transaction price",
        "standalone_selling_prices": "price per obligation that was used",
        "variable_allocated_entirely": "variable amounts allocated to a part of the contract alone",
        "recognized_as_sales_occur": "obligations whose royalties are recognized as the sales occur",
        "royalties_earned_allocation": "royalties that occurred, per obligation",
        "residual": "what is left for the residual obligation",
        "residual_is_faithful": "whether the residual lies within the amounts at which it is sold",
    },
    decide=decide,
    example={
        "price": "100",
        "obligations": [
            {"id": "A", "standalone_selling_price": "50"},
            {"id": "B", "approach": "adjusted_market", "standalone_selling_price": "25"},
            {"id": "C", "approach": "cost_plus_margin", "expected_cost": "50", "margin": "0.5"},
        ],
    },
)
