"""Options that give the customer a material right (ASC 606-10-55-41 to 55-45)."""

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from stoa.policies.facts import Facts, Price, Share, fact, refuse
from stoa.policies.frame import Explanation, Policy


@dataclass(frozen=True, slots=True, kw_only=True)
class Good:
    """A good or service delivered under the contract."""

    id: str = fact("Name.")
    standalone_selling_price: Price = fact("Its standalone selling price.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """A customer's option to buy more."""

    id: str = fact("Name of the option.", default="option")
    discount: Share = fact('Discount it gives; "0.40" is 40 %.', default=Fraction(0))
    discount_for_others: Share = fact(
        "Discount that customers of that class get without the option (55-42, 55-43).", default=Fraction(0)
    )
    expected_purchases: Price = fact(
        "Undiscounted purchases expected when it is exercised.", default=Fraction(0)
    )
    likelihood: Share = fact("Likelihood of exercise (55-44(b)).", default=Fraction(1))
    standalone_selling_price: Price | None = fact(
        "Directly observable price of the option, instead of the estimate.", default=None
    )
    is_material: bool | None = fact(
        "Judgement; left out: material when it gives an increment over what others get (55-42).", default=None
    )
    exercised: Share = fact("Share of the option exercised so far.", default=Fraction(0))
    has_expired: bool = fact("Whether the option has expired.", default=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class RightFacts(Facts):
    """A sale with options."""

    price: Price = fact("Transaction price of the sale.")
    goods: tuple[Good, ...] = fact("What is delivered.")
    options: tuple[Option, ...] = fact("Options that come with the sale.")


def decide(facts: RightFacts, explain: Explanation) -> dict[str, Any]:
    """Defer to each material option its relative share, until it is exercised or expires (55-42)."""
    grid = facts.grid
    if not facts.goods:
        raise refuse("goods", "name at least one good or service that is delivered.")
    weights = {each.id: each.standalone_selling_price for each in facts.goods}
    estimates: dict[str, Fraction] = {}
    material: dict[str, bool] = {}
    for index, each in enumerate(facts.options):
        if each.id in weights:
            raise refuse(f"options[{index}].id", "is used twice.")
        estimate = _selling_price(each)
        material[each.id] = estimate > 0 if each.is_material is None else each.is_material
        if not material[each.id]:
            explain.step("606-10-55-43", f"{each.id}: nothing beyond what others get; a marketing offer.")
            continue
        explain.step(
            "606-10-55-44",
            f"{each.id}: its standalone selling price is {grid.text(estimate)}: the increment of the discount "
            "times expected purchases times likelihood.",
        )
        weights[each.id] = estimates[each.id] = estimate
    if not any(weights.values()):
        raise refuse("goods", "all standalone selling prices are zero.")
    parts = dict(zip(weights, grid.split(facts.price, list(weights.values())), strict=True))
    deferred = {
        each.id: Fraction(0)
        if each.has_expired
        else parts[each.id] - grid.round(parts[each.id] * each.exercised)
        for each in facts.options
        if each.id in estimates
    }
    liability = sum(deferred.values(), Fraction(0))
    explain.step(
        "606-10-55-42", f"{grid.text(liability)} is deferred until the options are exercised or expire."
    )
    return {
        "allocation": {name: grid.text(part) for name, part in parts.items()},
        "is_material_right": material,
        "option_selling_price": {name: grid.text(value) for name, value in estimates.items()},
        "revenue": grid.text(facts.price - liability),
        "contract_liability": grid.text(liability),
    }


def _selling_price(option: Option) -> Fraction:
    if option.standalone_selling_price is not None:
        return option.standalone_selling_price
    increment = max(option.discount - option.discount_for_others, Fraction(0))
    return increment * option.expected_purchases * option.likelihood


POLICY = Policy(
    name="material_rights",
    title="Material rights: options to buy more",
    standard="ASC 606-10-55",
    paragraphs=("606-10-55-41", "606-10-55-42", "606-10-55-43", "606-10-55-44"),
    requirements=("ACC-37", "ACC-38"),
    note=(
        "An option that gives a customer a discount others do not get is an obligation: part of the price is "
        "deferred to it until it is exercised or expires."
    ),
    facts=RightFacts,
    outputs={
        "allocation": "price per good and material option",
        "is_material_right": "per option",
        "option_selling_price": "estimated standalone selling price of each material option",
        "revenue": "recognized so far: goods, exercised and expired options",
        "contract_liability": "deferred to options that are still open",
    },
    decide=decide,
    example={
        "price": "100",
        "round_to": "1",
        "goods": [{"id": "product", "standalone_selling_price": "100"}],
        "options": [
            {
                "id": "voucher",
                "discount": "0.40",
                "discount_for_others": "0.10",
                "expected_purchases": "50",
                "likelihood": "0.80",
            }
        ],
    },
)
