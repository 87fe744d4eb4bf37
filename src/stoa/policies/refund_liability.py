"""Rights of return and refund (ASC 606-10-32-10, 55-22 to 55-29)."""

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from stoa.policies.facts import Facts, Price, Quantity, Share, fact, refuse
from stoa.policies.frame import Explanation, Policy
from stoa.policies.grid import number_text


@dataclass(frozen=True, slots=True, kw_only=True)
class Update:
    """What is known at the end of a later period."""

    id: str = fact("Name of the period.")
    returned_to_date: Quantity = fact("Units returned (and refunded) so far.", default=Fraction(0))
    expected_returns: Quantity = fact("Units now expected to be returned in all.")
    period_has_ended: bool = fact("The return period is over: nothing more can come back.", default=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnFacts(Facts):
    """A portfolio of sales with a right of return."""

    units: Quantity = fact("Units sold.", default=Fraction(1))
    price: Price = fact("Price of a unit.")
    cost: Price = fact("Cost of a unit; 0 for services.", default=Fraction(0))
    expected_returns: Quantity | None = fact("Units expected to be returned.", default=None)
    expected_return_rate: Share | None = fact(
        "Share of the units expected to be returned, instead.", default=None
    )
    cost_to_recover: Price = fact(
        "Expected cost of getting a unit back, and loss of value on it (55-27).", default=Fraction(0)
    )
    restocking_fee: Price = fact("Fee kept by the entity per returned unit.", default=Fraction(0))
    can_estimate: bool = fact(
        "Whether returns can be estimated without a probable significant reversal; if not, nothing is recognized "
        "until the right lapses (32-11, 55-23).",
        default=True,
    )
    updates: tuple[Update, ...] = fact("Later periods in order.", default=())


def decide(facts: ReturnFacts, explain: Explanation) -> dict[str, Any]:
    """Recognize what is expected to stay; the rest is a refund liability, and an asset for what comes back."""
    grid = facts.grid
    expected = facts.expected_returns
    if expected is None:
        if facts.expected_return_rate is None and facts.can_estimate:
            raise refuse("expected_returns", "is missing; give it or expected_return_rate.")
        expected = facts.units * (facts.expected_return_rate or Fraction(0))
    if not facts.can_estimate:
        expected = facts.units
        explain.step(
            "606-10-55-23", "Returns cannot be estimated: nothing is revenue until the right lapses."
        )
    state = _state(facts, expected, Fraction(0), "expected_returns")
    explain.step(
        "606-10-55-23",
        f"{number_text(expected)} of {number_text(facts.units)} units are expected back: revenue of "
        f"{grid.text(state['revenue'])}, refund liability of {grid.text(state['refund_liability'])}.",
    )
    if facts.cost:
        explain.step("606-10-55-27", f"The asset for goods to recover is {grid.text(state['return_asset'])}.")
    values: dict[str, Any] = {name: grid.text(amount) for name, amount in state.items()}
    rows = []
    before = state
    for index, update in enumerate(facts.updates):
        total = update.returned_to_date if update.period_has_ended else update.expected_returns
        after = _state(facts, total, update.returned_to_date, f"updates[{index}]")
        rows.append(
            {"period": update.id}
            | {name: grid.text(amount) for name, amount in after.items()}
            | {"revenue_adjustment": grid.text(after["revenue"] - before["revenue"])}
            | {"cost_adjustment": grid.text(after["cost_of_sales"] - before["cost_of_sales"])}
        )
        explain.step(
            "606-10-55-26", f"{update.id}: the estimate is now {number_text(total)} units; revenue follows."
        )
        before = after
    return values | {"updates": rows}


def _state(facts: ReturnFacts, returns: Fraction, returned: Fraction, path: str) -> dict[str, Fraction]:
    """Cumulative revenue and cost, and what is still owed and expected back."""
    if not returned <= returns <= facts.units:
        raise refuse(path, "expected returns must lie between those that came back and the units sold.")
    grid = facts.grid
    refund = facts.price - facts.restocking_fee
    recovered = max(facts.cost - facts.cost_to_recover, Fraction(0))
    return {
        "revenue": grid.round(facts.units * facts.price) - grid.round(returns * refund),
        "refund_liability": grid.round((returns - returned) * refund),
        "cost_of_sales": grid.round(facts.units * facts.cost) - grid.round(returns * recovered),
        "return_asset": grid.round((returns - returned) * recovered),
    }


POLICY = Policy(
    name="refund_liability",
    title="Rights of return and refund liability",
    standard="ASC 606-10-55",
    paragraphs=("606-10-32-10", "606-10-55-22", "606-10-55-23", "606-10-55-26", "606-10-55-27"),
    requirements=("ACC-47",),
    note=(
        "What is expected to be refunded is not revenue but a refund liability, updated each period from the "
        "history of refunds."
    ),
    facts=ReturnFacts,
    outputs={
        "revenue": "revenue at the sale",
        "refund_liability": "expected refunds",
        "cost_of_sales": "cost of what is expected to stay",
        "return_asset": "right to recover what is expected back",
        "updates": "per later period: the same to date, with revenue_adjustment and cost_adjustment",
    },
    decide=decide,
    example={"units": "100", "price": "100", "cost": "60", "expected_returns": "3"},
)
