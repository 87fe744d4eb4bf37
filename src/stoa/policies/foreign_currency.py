"""Documents in a foreign currency (ASC 830-20, 830-10-45-18): monetary items follow the rate, others keep theirs."""

from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Literal

from stoa.policies.facts import Amount, Facts, Quantity, fact, refuse
from stoa.policies.frame import Explanation, Policy

_ZERO = Fraction(0)
#: Which items are money or claims to fixed amounts of it.
_MONETARY = {
    "cash": True,
    "receivable": True,
    "payable": True,
    "accrued_liability": True,
    "refund_liability": True,
    "lease_liability": True,
    "contract_asset": True,
    "deferred_tax": True,
    "contract_liability": False,
    "prepaid": False,
    "right_of_use_asset": False,
    "property": False,
    "intangible": False,
    "deferred_cost": False,
    "equity": False,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One balance that arose in a foreign currency."""

    name: str = fact("Name.")
    kind: Literal[
        "cash",
        "receivable",
        "payable",
        "accrued_liability",
        "refund_liability",
        "lease_liability",
        "contract_asset",
        "deferred_tax",
        "contract_liability",
        "prepaid",
        "right_of_use_asset",
        "property",
        "intangible",
        "deferred_cost",
        "equity",
        "other",
    ] = fact("What it is; decides whether it is monetary.")
    is_monetary: bool | None = fact("For kind other, or to overrule.", default=None)
    amount: Amount = fact("Amount in the foreign currency, debit positive.")
    original_rate: Quantity = fact("Functional currency for one unit when it arose.")
    previous_rate: Quantity | None = fact(
        "Rate of the last remeasurement; the original one when left out.", default=None
    )
    closing_rate: Quantity | None = fact("Rate at the end of the period.", default=None)
    settlement_rate: Quantity | None = fact("Rate of the day it was settled in this period.", default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class CurrencyFacts(Facts):
    """Items. ``currency`` is the functional currency."""

    items: tuple[Item, ...] = fact("Balances in foreign currency.")


def decide(facts: CurrencyFacts, explain: Explanation) -> dict[str, Any]:
    """Remeasure each item; the difference of monetary ones is in earnings."""
    grid = facts.grid
    rows = []
    gain = _ZERO
    for index, item in enumerate(facts.items):
        path = f"items[{index}]"
        monetary = item.is_monetary if item.is_monetary is not None else _MONETARY.get(item.kind)
        if monetary is None:
            raise refuse(f"{path}.is_monetary", "is missing: say whether an item of kind other is monetary.")
        before = grid.round(
            item.amount
            * (item.previous_rate if monetary and item.previous_rate is not None else item.original_rate)
        )
        rate = item.settlement_rate if item.settlement_rate is not None else item.closing_rate
        if monetary and rate is None:
            raise refuse(
                f"{path}.closing_rate", "is missing: a monetary item is remeasured at each period's end."
            )
        after = grid.round(item.amount * rate) if monetary and rate is not None else before
        settled = item.settlement_rate is not None
        gain += after - before
        explain.step(
            "830-20-35-1" if monetary else "830-10-45-18",
            f"{item.name}: {'monetary, at the rate of the day' if monetary else 'not monetary, keeps its historical rate'}: "
            f"{grid.text(after)}.",
        )
        rows.append(
            {
                "name": item.name,
                "monetary": monetary,
                "before": grid.text(before),
                "carrying": grid.text(_ZERO if settled else after),
                "gain": grid.text(after - before),
            }
        )
    explain.step("830-20-45-1", f"Net gain (loss when negative) in other income: {grid.text(gain)}.")
    return {"items": rows, "gain": grid.text(gain)}


POLICY = Policy(
    name="foreign_currency",
    title="Foreign currency transactions",
    standard="ASC 830",
    paragraphs=(
        "830-10-45-18",
        "830-20-35-1",
        "830-20-45-1",
    ),
    requirements=("ACC-01",),
    note=(
        "Monetary assets and liabilities in a currency other than an entity's functional currency are remeasured at "
        "each period's end and the differences are in other (expense) income, net; other balances, deferred revenue "
        "among them, keep the rate of their day."
    ),
    facts=CurrencyFacts,
    outputs={"items": "Each item's carrying amount and gain.", "gain": "Net gain in earnings."},
    decide=decide,
    example={
        "items": [
            {
                "name": "invoice",
                "kind": "receivable",
                "amount": "1000",
                "original_rate": "1.05",
                "closing_rate": "1.10",
            },
            {
                "name": "deferred revenue",
                "kind": "contract_liability",
                "amount": "-600",
                "original_rate": "1.05",
            },
        ]
    },
)
