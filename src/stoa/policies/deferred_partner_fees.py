"""Partner fees paid before the service, spread over the customer's term; and development funds (ACC-18, ACC-56)."""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any, Literal

from stoa.policies.deferred_revenue import earned_and_within_a_year
from stoa.policies.facts import Facts, Price, fact, refuse
from stoa.policies.frame import Explanation, Policy


@dataclass(frozen=True, slots=True, kw_only=True)
class Payment:
    """A fee paid to a partner before the obligations it belongs to are met."""

    id: str = fact("Name or reference.")
    amount: Price = fact("Amount paid.")
    paid_on: date = fact("Day of payment.")
    start_on: date = fact("First day of the customer's term.")
    end_on: date = fact("Day after its last day.")


@dataclass(frozen=True, slots=True, kw_only=True)
class DeferredFeeFacts(Facts):
    """Payments and a day."""

    payments: tuple[Payment, ...] = fact("Payments.")
    through: date = fact("Last day to count.")


def decide(facts: DeferredFeeFacts, explain: Explanation) -> dict[str, Any]:
    """Amortize ratably by day over the customer's subscription term, into cost of revenue."""
    grid = facts.grid
    rows = []
    amortized = current = non_current = Fraction(0)
    for index, each in enumerate(facts.payments):
        if each.paid_on > facts.through:
            continue
        earned, by_then = earned_and_within_a_year(
            each.amount, each.start_on, each.end_on, facts.through, grid, f"payments[{index}]"
        )
        whole = grid.round(each.amount)
        rows.append(
            {
                "id": each.id,
                "amortized": grid.text(earned),
                "current": grid.text(by_then - earned),
                "non_current": grid.text(whole - by_then),
            }
        )
        amortized, current, non_current = (
            amortized + earned,
            current + by_then - earned,
            non_current + whole - by_then,
        )
    explain.step("340-10-05-4", "Paid before the obligations are met: a prepaid cost, not an expense yet.")
    explain.step(
        "705-10-25-1", f"Spread by day with the revenue: {grid.text(amortized)} through {facts.through}."
    )
    return {
        "amortized": grid.text(amortized),
        "deferred": grid.text(current + non_current),
        "current": grid.text(current),
        "non_current": grid.text(non_current),
        "payments": rows,
    }


POLICY = Policy(
    name="deferred_partner_fees",
    title="Deferred partner fees",
    standard="ASC 340-10",
    paragraphs=("340-10-05-4", "705-10-25-1"),
    requirements=("ACC-56", "ACC-34"),
    note=(
        "Partner fees paid before the related obligations are met are deferred and amortized ratably over the "
        "customer's subscription term, into cost of revenue."
    ),
    facts=DeferredFeeFacts,
    outputs={
        "amortized": "expensed to date",
        "deferred": "asset",
        "current": "to be amortized within twelve months (prepaid and other current)",
        "non_current": "later (other assets)",
        "payments": "the same per payment",
    },
    decide=decide,
    example={
        "payments": [
            {
                "id": "P-1",
                "amount": "7300",
                "paid_on": "2025-07-01",
                "start_on": "2025-07-01",
                "end_on": "2027-07-01",
            }
        ],
        "through": "2025-09-30",
    },
)


@dataclass(frozen=True, slots=True, kw_only=True)
class FundMovement:
    """What a period adds to a development fund, or spends from it."""

    id: str = fact("Name of the period or document.")
    accrued: Price = fact(
        "Part of partner fees allocated to the fund, with the revenue.", default=Fraction(0)
    )
    spent: Price = fact("Spent under the agreed plan.", default=Fraction(0))
    nature: Literal["sales_and_marketing", "research_and_development", "cost_of_revenue"] = fact(
        "Nature of the planned spending: where the expense belongs.", default="sales_and_marketing"
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class FundFacts(Facts):
    """A development fund."""

    opening: Price = fact("Liability at the beginning.", default=Fraction(0))
    movements: tuple[FundMovement, ...] = fact("Movements in order.")


def run_fund(facts: FundFacts, explain: Explanation) -> dict[str, Any]:
    """Expense and liability arise with the revenue; spending only settles the liability."""
    grid = facts.grid
    balance = grid.round(facts.opening)
    expense: dict[str, Fraction] = {}
    rows = []
    for index, each in enumerate(facts.movements):
        balance += grid.round(each.accrued) - grid.round(each.spent)
        if balance < 0:
            raise refuse(f"movements[{index}].spent", "is more than the fund holds; accrue first.")
        expense[each.nature] = expense.get(each.nature, Fraction(0)) + grid.round(each.accrued)
        rows.append({"id": each.id, "expense": grid.text(each.accrued), "liability": grid.text(balance)})
    explain.step(
        "705-10-25-1", "The fund's part of the fee is expensed with the revenue, by nature of the spending."
    )
    return {
        "liability": grid.text(balance),
        "expense": {name: grid.text(amount) for name, amount in expense.items()},
        "movements": rows,
    }


DEVELOPMENT_FUND = Policy(
    name="development_fund",
    title="Development funds held for partners",
    standard="ASC 705-10",
    paragraphs=("705-10-25-1",),
    requirements=("ACC-18",),
    note="Development funds are a liability and an expense when the partner fee would be, not when they are spent.",
    facts=FundFacts,
    outputs={
        "liability": "what is still to be spent",
        "expense": "expense by nature",
        "movements": "per movement: expense and the liability after it",
    },
    decide=run_fund,
    example={"movements": [{"id": "Q1", "accrued": "1552", "spent": "500"}, {"id": "Q2", "accrued": "900"}]},
)
