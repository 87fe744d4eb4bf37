"""Changes of a contract's scope or price (ASC 606-10-25-10 to 25-13, 32-42 to 32-45)."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from stoa.policies.facts import Amount, Facts, Price, Quantity, fact, refuse
from stoa.policies.frame import Explanation, Policy
from stoa.policies.grid import Grid, number_text, round_places


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """Progress of one obligation by an input or output measure, before and after the change."""

    done: Quantity = fact("Cost, hours or units so far.")
    expected_before: Quantity = fact("Total expected before the change.")
    expected_after: Quantity = fact("Total expected after the change.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """A performance obligation of the contract before the change."""

    id: str = fact("Name of the obligation.")
    quantity: Quantity = fact("Units, months or days promised.", default=Fraction(1))
    transferred: Quantity = fact("Of these, transferred before the change.", default=Fraction(0))
    removed: Quantity = fact("Of the rest, taken out by the change.", default=Fraction(0))
    price: Amount | None = fact(
        "Consideration allocated to it; allocated from contract_price and contract_variable when left out.",
        default=None,
    )
    standalone_selling_price: Price | None = fact(
        "Of one unit: at inception for the first allocation; then for sharing what remains.", default=None
    )
    remaining_is_distinct: bool = fact(
        "What remains is distinct from what was transferred (25-13(a)); false for one undivided service.",
        default=True,
    )
    price_change: Amount = fact("Part of the change of price that belongs to it alone.", default=Fraction(0))
    progress: Progress | None = fact("Its progress, when that is not transferred by quantity.", default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Addition:
    """Goods or services that the change adds."""

    id: str = fact("Name; that of an existing obligation when it is more of the same.")
    quantity: Quantity = fact("Units, months or days added.", default=Fraction(1))
    price: Amount | None = fact("Price of all of them; or give unit_price.", default=None)
    unit_price: Amount | None = fact("Price of one.", default=None)
    standalone_selling_price: Price | None = fact("Of one unit, at the time of the change.", default=None)
    selling_price_adjustment: Price = fact(
        "Off that price for this contract's circumstances, such as no selling cost (25-12(b)).",
        default=Fraction(0),
    )
    reflects_selling_price: bool | None = fact(
        "Judgement that its price reflects that adjusted price (25-12(b)); left out: when they are equal.",
        default=None,
    )
    is_distinct: bool = fact("Distinct from everything promised before (25-12(a)).", default=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class ModificationFacts(Facts):
    """A contract, a change to it, and what came after."""

    obligations: tuple[Promise, ...] = fact("The contract before the change.")
    contract_price: Amount | None = fact("Fixed price, when obligations do not carry theirs.", default=None)
    contract_variable: Amount = fact("Estimate of variable consideration in it.", default=Fraction(0))
    added: tuple[Addition, ...] = fact("What the change adds.", default=())
    price_change: Amount = fact(
        "Change of the price that is not the price of an addition; a bonus newly included counts here.",
        default=Fraction(0),
    )
    credit_for_transferred: Price = fact(
        "Credit for goods transferred before, such as poor quality: lowers revenue now.", default=Fraction(0)
    )
    is_approved: bool = fact("Approved by the parties (25-10).", default=True)
    is_enforceable: bool = fact(
        "Not approved in price yet, but rights are enforceable; the price is then an estimate (25-11).",
        default=False,
    )
    later_price_change: Amount = fact(
        "Change of variable consideration after the change.", default=Fraction(0)
    )
    later_change_was_promised_before: bool = fact(
        "That variable consideration was promised before the change (32-45(a)).", default=True
    )
    progress_places: int | None = fact(
        "Round progress to so many decimals first; 3 makes 51.2 %. Left out: exact.", default=None
    )


@dataclass(slots=True)
class _Item:
    """An obligation on its way: what was earned, what is left."""

    id: str
    is_distinct: bool
    price: Fraction
    earned: Fraction
    left: Fraction
    weight_price: Fraction | None
    later: Fraction = Fraction(0)


def decide(facts: ModificationFacts, explain: Explanation) -> dict[str, Any]:
    """Choose among the three treatments (and their combination) and carry the change out.

    Whatever the treatment, revenue before and after sums to the old price plus every change of it.
    """
    grid = facts.grid
    prices = _prices(facts, grid)
    items = [_item(each, prices[each.id], facts, grid) for each in facts.obligations]
    before = sum((each.earned for each in items), Fraction(0))
    values: dict[str, Any] = {
        "initial_allocation": {name: grid.text(price) for name, price in prices.items()},
        "recognized_before": grid.text(before),
        "later_price_change": grid.text(facts.later_price_change),
        "original_unit_revenue": {
            each.id: grid.text(prices[each.id] / each.quantity) for each in facts.obligations if each.quantity
        },
    }
    if not facts.is_approved and not facts.is_enforceable:
        explain.step("606-10-25-10", "Not approved and not enforceable: the contract stands as it was.")
        return values | {
            "treatment": "no_modification",
            "catch_up": grid.text(Fraction(0)),
            "total_revenue": grid.text(sum(prices.values(), Fraction(0))),
        }
    if not facts.is_approved:
        explain.step("606-10-25-11", "Enforceable though not agreed in price: the price is estimated.")
    additions = {each.id: _addition_price(each, index) for index, each in enumerate(facts.added)}
    if _is_separate(facts, additions):
        return values | _separate(facts, items, prices, additions, grid, explain)
    return values | _together(facts, items, prices, additions, grid, explain)


def _prices(facts: ModificationFacts, grid: Grid) -> dict[str, Fraction]:
    """The price of each obligation, allocated at inception where it is not given."""
    if len({each.id for each in facts.obligations}) < len(facts.obligations) or not facts.obligations:
        raise refuse("obligations", "need at least one, each with its own id.")
    for index, each in enumerate(facts.obligations):
        if each.transferred + each.removed > each.quantity:
            raise refuse(f"obligations[{index}].transferred", "is more than the quantity promised.")
    given = [each.price for each in facts.obligations]
    if facts.contract_price is None:
        if any(price is None for price in given):
            raise refuse("obligations", "give each its price, or contract_price for all.")
        return {each.id: each.price or Fraction(0) for each in facts.obligations}
    if any(price is not None for price in given):
        raise refuse("contract_price", "give either contract_price or a price per obligation, not both.")
    weights = [
        each.quantity
        * (Fraction(1) if each.standalone_selling_price is None else each.standalone_selling_price)
        for each in facts.obligations
    ]
    if not any(weights):
        raise refuse("obligations", "standalone selling prices are all zero.")
    parts = grid.split(facts.contract_price + facts.contract_variable, weights)
    return {each.id: part for each, part in zip(facts.obligations, parts, strict=True)}


def _share_done(promise: Promise, facts: ModificationFacts, *, is_after: bool) -> Fraction:
    if promise.progress is None:
        total = promise.quantity - (promise.removed if is_after else 0)
        if is_after and not promise.remaining_is_distinct:
            total += sum((a.quantity for a in facts.added if a.id == promise.id), Fraction(0))
        return promise.transferred / total if total else Fraction(1)
    expected = promise.progress.expected_after if is_after else promise.progress.expected_before
    if not expected:
        raise refuse("obligations", f"{promise.id}: expected totals of progress must be more than 0.")
    share = min(promise.progress.done / expected, Fraction(1))
    return share if facts.progress_places is None else round_places(share, facts.progress_places)


def _item(promise: Promise, price: Fraction, facts: ModificationFacts, grid: Grid) -> _Item:
    return _Item(
        id=promise.id,
        is_distinct=promise.remaining_is_distinct,
        price=price,
        earned=grid.round(price * _share_done(promise, facts, is_after=False)),
        left=promise.quantity - promise.transferred - promise.removed,
        weight_price=promise.standalone_selling_price,
    )


def _addition_price(addition: Addition, index: int) -> Fraction:
    if addition.price is None and addition.unit_price is None:
        raise refuse(f"added[{index}].price", "is missing; give price or unit_price.")
    if addition.price is not None:
        return addition.price
    return (addition.unit_price or Fraction(0)) * addition.quantity


def _is_separate(facts: ModificationFacts, additions: Mapping[str, Fraction]) -> bool:
    """Distinct additions at their standalone selling price, and nothing else changed (25-12)."""
    untouched = not (
        facts.price_change
        or facts.credit_for_transferred
        or any(each.removed or each.price_change for each in facts.obligations)
    )
    at_its_price = all(each.is_distinct and _reflects(each, additions[each.id]) for each in facts.added)
    return bool(facts.added) and untouched and at_its_price


def _reflects(addition: Addition, price: Fraction) -> bool:
    if addition.reflects_selling_price is not None:
        return addition.reflects_selling_price
    if addition.standalone_selling_price is None:
        return False
    unit_price = addition.standalone_selling_price - addition.selling_price_adjustment
    return price == addition.quantity * unit_price


def _separate(
    facts: ModificationFacts,
    items: list[_Item],
    prices: Mapping[str, Fraction],
    additions: Mapping[str, Fraction],
    grid: Grid,
    explain: Explanation,
) -> dict[str, Any]:
    explain.step(
        "606-10-25-12",
        "The additions are distinct and priced at their standalone selling price: a contract of their own.",
    )
    shares = _split_later(facts, items, grid)
    catch_up = sum((now for now, _ in shares.values()), Fraction(0))
    total = (
        sum(prices.values(), Fraction(0)) + sum(additions.values(), Fraction(0)) + facts.later_price_change
    )
    return {
        "treatment": "separate_contract",
        "added_unit_revenue": {
            each.id: grid.text(additions[each.id] / each.quantity) for each in facts.added
        },
        "catch_up": grid.text(catch_up),
        "remaining": {
            each.id: grid.text(each.price - each.earned + shares[each.id][1]) for each in items if each.left
        },
        "total_revenue": grid.text(total),
    }


def _split_later(
    facts: ModificationFacts, items: list[_Item], grid: Grid
) -> dict[str, tuple[Fraction, Fraction]]:
    """A later change of price per original obligation: (for what was satisfied, for the rest) (32-43, 32-44)."""
    whole = sum((each.price for each in items), Fraction(0))
    if not facts.later_price_change or not whole:
        return {each.id: (Fraction(0), Fraction(0)) for each in items}
    parts = grid.split(facts.later_price_change, [abs(each.price) for each in items])
    shares = {}
    for each, part in zip(items, parts, strict=True):
        now = grid.round(part * (each.earned / each.price if each.price else Fraction(1)))
        shares[each.id] = (now, part - now)
    return shares


def _together(
    facts: ModificationFacts,
    items: list[_Item],
    prices: Mapping[str, Fraction],
    additions: Mapping[str, Fraction],
    grid: Grid,
    explain: Explanation,
) -> dict[str, Any]:
    """Prospective for what is distinct, cumulative catch-up for what is not (25-13)."""
    undivided = [each for each in items if not each.is_distinct and each.left]
    pooled = [each for each in items if each.is_distinct and each.left]
    extra = [
        _Item(each.id, True, additions[each.id], Fraction(0), each.quantity, each.standalone_selling_price)
        for each in facts.added
        if each.is_distinct
    ]
    own_changes = {each.id: each.price_change for each in facts.obligations}
    # An obligation that is complete or taken out leaves its unearned price, and the change, with what remains.
    loose = facts.price_change + sum(
        (each.price - each.earned + own_changes[each.id] for each in items if not each.left), Fraction(0)
    )
    has_pool = bool(pooled or extra)
    caught = _caught_up(facts, undivided, additions, Fraction(0) if has_pool else loose, grid, explain)
    remaining = sum((each.price - each.earned + own_changes[each.id] for each in pooled), Fraction(0))
    remaining += sum((each.price for each in extra), Fraction(0)) + (loose if has_pool else 0)
    settled = Fraction(0) if has_pool or undivided else loose
    if settled:
        explain.step("606-10-32-43", f"Nothing remains to be provided: {grid.text(settled)} is settled now.")
    treatment = _treatment(has_pool, bool(undivided))
    if has_pool:
        explain.step(
            "606-10-25-13(a)",
            f"What remains is distinct from what was transferred: {grid.text(remaining)} is recognized "
            "prospectively, as if a new contract began.",
        )
    if facts.credit_for_transferred:
        explain.step(
            "606-10-32-43",
            f"The credit of {grid.text(facts.credit_for_transferred)} concerns goods already transferred and "
            "lowers revenue now.",
        )
    first = _share_out(remaining, [*pooled, *extra], grid)
    later = _later(facts, items, undivided, has_pool, grid, explain)
    final = _share_out(remaining + later["pool"], [*pooled, *extra], grid)
    quantities: dict[str, Fraction] = {}
    for each in [*pooled, *extra]:
        quantities[each.id] = quantities.get(each.id, Fraction(0)) + each.left
    units = sum(quantities.values(), Fraction(0))
    catch_up = caught["catch_up"] + settled - facts.credit_for_transferred + later["now"]
    before = sum((each.earned for each in items), Fraction(0))
    undivided_left = caught["remaining"] + later["undivided"]
    total = before + catch_up + sum(final.values(), Fraction(0)) + undivided_left
    return {
        "treatment": treatment,
        "remaining_consideration": grid.text(remaining),
        "after_modification": {name: grid.text(share) for name, share in first.items()},
        "remaining": {name: grid.text(share) for name, share in final.items()},
        "unit_revenue": {n: grid.text(share / quantities[n]) for n, share in final.items() if quantities[n]},
        "blended_unit_revenue": grid.text((remaining + later["pool"]) / units) if units else None,
        "catch_up": grid.text(catch_up),
        "catch_up_of_modification": grid.text(caught["catch_up"] + settled),
        "catch_up_of_later_change": {
            name: grid.text(share) for name, share in later["by_obligation"].items() if share
        },
        "obligations_caught_up": caught["rows"],
        "total_revenue": grid.text(total),
    }


def _treatment(is_prospective: bool, is_caught_up: bool) -> str:
    if is_prospective and is_caught_up:
        return "combination"
    return "prospective" if is_prospective else "cumulative_catch_up"


def _share_out(amount: Fraction, items: list[_Item], grid: Grid) -> dict[str, Fraction]:
    """Share what remains by standalone selling price, or by quantity when a price is unknown."""
    if not items:
        return {}
    known = all(each.weight_price for each in items)
    weights = [each.left * (each.weight_price or Fraction(1) if known else Fraction(1)) for each in items]
    shares: dict[str, Fraction] = {}
    for each, part in zip(items, grid.split(amount, weights), strict=True):
        shares[each.id] = shares.get(each.id, Fraction(0)) + part
    return shares


def _caught_up(
    facts: ModificationFacts,
    undivided: list[_Item],
    additions: Mapping[str, Fraction],
    loose: Fraction,
    grid: Grid,
    explain: Explanation,
) -> dict[str, Any]:
    """Progress and price are measured anew; the difference is revenue now (25-13(b))."""
    promises = {each.id: each for each in facts.obligations}
    joined = [each for each in facts.added if not each.is_distinct]
    if joined and not undivided:
        raise refuse(
            "added", "an addition that is not distinct needs an obligation whose rest is not distinct."
        )
    rows: dict[str, Any] = {}
    catch_up = remaining = Fraction(0)
    for position, each in enumerate(undivided):
        promise = promises[each.id]
        price = each.price + promise.price_change
        price += sum(
            (
                additions[a.id]
                for a in joined
                if a.id == each.id or (a.id not in {u.id for u in undivided} and position == 0)
            ),
            Fraction(0),
        )
        price += loose if position == 0 else 0
        share = _share_done(promise, facts, is_after=True)
        earned = grid.round(price * share)
        rows[each.id] = {
            "transaction_price_after": grid.text(price),
            "progress_before": number_text(_share_done(promise, facts, is_after=False)),
            "progress_after": number_text(share),
            "revenue_before": grid.text(each.earned),
            "revenue_after": grid.text(earned),
            "catch_up": grid.text(earned - each.earned),
        }
        explain.step(
            "606-10-25-13(b)",
            f"{each.id}: not distinct from what was transferred. {grid.text(price)} at "
            f"{number_text(share * 100, 4)} % is {grid.text(earned)}; {grid.text(earned - each.earned)} is caught up.",
        )
        catch_up += earned - each.earned
        remaining += price - earned
    return {"rows": rows, "catch_up": catch_up, "remaining": remaining}


def _later(
    facts: ModificationFacts,
    items: list[_Item],
    undivided: list[_Item],
    has_pool: bool,
    grid: Grid,
    explain: Explanation,
) -> dict[str, Any]:
    """A change of price after the modification (32-45): caught up for what was satisfied, pooled for the rest."""
    nothing = {"now": Fraction(0), "pool": Fraction(0), "undivided": Fraction(0), "by_obligation": {}}
    if not facts.later_price_change:
        return nothing
    if not facts.later_change_was_promised_before and has_pool:
        explain.step("606-10-32-45(b)", "The later change belongs to the contract as modified.")
        return nothing | {"pool": facts.later_price_change}
    explain.step(
        "606-10-32-45(a)",
        f"{grid.text(facts.later_price_change)} of variable consideration was promised before the change: it is "
        "allocated as at inception, and the part of what remains is shared anew.",
    )
    names = {each.id for each in undivided}
    promises = {each.id: each for each in facts.obligations}
    now = pool = rest_undivided = Fraction(0)
    by_obligation = {}
    for name, (satisfied, rest) in _split_later(facts, items, grid).items():
        if name in names:
            part = satisfied + rest
            satisfied = grid.round(part * _share_done(promises[name], facts, is_after=True))
            rest_undivided += part - satisfied
        elif has_pool:
            pool += rest
        else:
            satisfied += rest
        by_obligation[name] = satisfied
        now += satisfied
    return {"now": now, "pool": pool, "undivided": rest_undivided, "by_obligation": by_obligation}


POLICY = Policy(
    name="contract_modifications",
    title="Contract modifications",
    version="2",
    standard="ASC 606-10-25",
    paragraphs=(
        "606-10-25-10",
        "606-10-25-11",
        "606-10-25-12",
        "606-10-25-13",
        "606-10-25-13(a)",
        "606-10-25-13(b)",
        "606-10-32-43",
        "606-10-32-44",
        "606-10-32-45",
        "606-10-32-45(a)",
        "606-10-32-45(b)",
    ),
    requirements=("ACC-43",),
    note=(
        "A change that adds distinct services at their standalone selling price is a contract of its own. Otherwise "
        "the price of what remains, when it is distinct, is recognized over the changed remaining term; when it is "
        "not distinct, revenue to date is adjusted at once."
    ),
    facts=ModificationFacts,
    outputs={
        "treatment": "separate_contract, prospective, cumulative_catch_up, combination, or no_modification",
        "initial_allocation": "price per obligation before the change",
        "recognized_before": "revenue before the change (the first segment)",
        "later_price_change": "change of variable consideration after the change, as given",
        "original_unit_revenue": "revenue of a unit before the change",
        "added_unit_revenue": "revenue of an added unit, for a separate contract",
        "remaining_consideration": "what is recognized prospectively (the second segment)",
        "after_modification": "that amount per obligation",
        "remaining": "the same after the later change of price",
        "unit_revenue": "per unit of each remaining obligation",
        "blended_unit_revenue": "per unit over all that remains",
        "catch_up": "revenue recognized (or taken back) at once, in all",
        "catch_up_of_modification": "of this, from the change itself",
        "catch_up_of_later_change": "of this, from the later change of price, per obligation",
        "obligations_caught_up": "price, progress and revenue before and after, per undivided obligation",
        "total_revenue": "all revenue of the contract, before and after",
    },
    decide=decide,
    example={
        "obligations": [{"id": "goods", "quantity": "120", "transferred": "60", "price": "12000"}],
        "added": [{"id": "goods", "quantity": "30", "unit_price": "80", "standalone_selling_price": "95"}],
        "credit_for_transferred": "900",
    },
)
