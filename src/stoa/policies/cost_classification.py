"""Which line a cost belongs to (ASC 705-10, 720-35, 730-10): cost of revenue, research, advertising, facilities."""

from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Literal

from stoa.policies.facts import Amount, Facts, Quantity, fact, refuse
from stoa.policies.frame import Explanation, Policy

_ZERO = Fraction(0)
_LINES = ("cost_of_revenue", "research_and_development", "sales_and_marketing", "general_and_administrative")
_RULES: dict[str, tuple[str, str, str]] = {
    "partner_fee": ("cost_of_revenue", "705-10-25-1", "content cost of the period's revenue"),
    "learner_support": ("cost_of_revenue", "705-10-25-1", "support of paid learners and partners"),
    "hosting": ("cost_of_revenue", "705-10-25-1", "hosting and bandwidth"),
    "payment_processing": ("cost_of_revenue", "705-10-25-1", "payment processing"),
    "acquired_technology_amortization": (
        "cost_of_revenue",
        "705-10-25-1",
        "amortization of acquired technology and content",
    ),
    "internal_use_software_amortization": (
        "cost_of_revenue",
        "705-10-25-1",
        "amortization of internal-use software",
    ),
    "engineering": (
        "research_and_development",
        "730-10-25-1",
        "research and development, unless capitalized as internal-use software",
    ),
    "content_contribution": (
        "research_and_development",
        "730-10-25-1",
        "non-refundable contribution to a partner's content",
    ),
    "consulting_research": (
        "research_and_development",
        "730-10-25-1",
        "consultants of research and development",
    ),
    "workforce_amortization": (
        "research_and_development",
        "730-10-25-1",
        "amortization of an assembled workforce",
    ),
    "advertising": ("sales_and_marketing", "720-35-25-1", "advertising, expensed as incurred"),
    "commission_amortization": ("sales_and_marketing", "340-40-35-1", "amortization of deferred commissions"),
    "sales": ("sales_and_marketing", "705-10-25-1", "selling"),
    "administration": ("general_and_administrative", "705-10-25-1", "administration"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Expense:
    """One cost."""

    kind: Literal[
        "partner_fee",
        "learner_support",
        "hosting",
        "payment_processing",
        "acquired_technology_amortization",
        "internal_use_software_amortization",
        "engineering",
        "content_contribution",
        "consulting_research",
        "workforce_amortization",
        "advertising",
        "commission_amortization",
        "sales",
        "administration",
        "facilities",
        "depreciation",
    ] = fact("What it is; facilities and depreciation are attributed by headcount.")
    amount: Amount = fact("Amount.")


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpenseFacts(Facts):
    """Costs of a period."""

    expenses: tuple[Expense, ...] = fact("Costs.")
    headcount: dict[str, Quantity] = fact(
        "People by line, to attribute facilities and depreciation.", default={}
    )


def decide(facts: ExpenseFacts, explain: Explanation) -> dict[str, Any]:
    """Total each line; spread shared costs by headcount."""
    lines = dict.fromkeys(_LINES, _ZERO)
    advertising = shared = _ZERO
    for each in facts.expenses:
        if each.kind in ("facilities", "depreciation"):
            shared += each.amount
            continue
        line, paragraph, words = _RULES[each.kind]
        lines[line] += each.amount
        advertising += each.amount if each.kind == "advertising" else _ZERO
        explain.step(paragraph, f"{facts.grid.text(each.amount)} {words}: {line.replace('_', ' ')}.")
    if shared:
        for line, amount in _attributed(facts, shared).items():
            lines[line] += amount
        explain.step("705-10-25-1", "Facilities and depreciation are attributed to lines by headcount.")
    return {
        **{line: facts.grid.text(amount) for line, amount in lines.items()},
        "advertising": facts.grid.text(advertising),
        "total": facts.grid.text(sum(lines.values(), _ZERO)),
    }


def _attributed(facts: ExpenseFacts, shared: Fraction) -> dict[str, Fraction]:
    unknown = next((line for line in facts.headcount if line not in _LINES), None)
    if unknown is not None:
        raise refuse(f"headcount.{unknown}", f"is not one of {', '.join(_LINES)}.")
    if sum(facts.headcount.values()) == 0:
        raise refuse("headcount", "is missing: facilities and depreciation are attributed by it.")
    parts = facts.grid.split(shared, list(facts.headcount.values()))
    return dict(zip(facts.headcount, parts, strict=True))


POLICY = Policy(
    name="cost_classification",
    title="Cost of revenue, research and development, advertising",
    standard="ASC 705",
    paragraphs=(
        "340-40-35-1",
        "705-10-25-1",
        "720-35-25-1",
        "730-10-25-1",
    ),
    requirements=("ACC-57", "ACC-74", "ACC-75", "ACC-76"),
    note=(
        "Cost of revenue is partner fees, support of paid learners and partners, hosting and bandwidth, payment "
        "processing, amortization of acquired technology and internal-use software, and attributed depreciation and "
        "facilities. Research and development, with non-refundable contributions to partners' content, and advertising, "
        "in sales and marketing, are expensed as incurred."
    ),
    facts=ExpenseFacts,
    outputs={
        **{line: f"Total of {line.replace('_', ' ')}." for line in _LINES},
        "advertising": "Advertising within sales and marketing.",
        "total": "All costs.",
    },
    decide=decide,
    example={
        "expenses": [{"kind": "hosting", "amount": "1000"}, {"kind": "facilities", "amount": "300"}],
        "headcount": {"cost_of_revenue": "1", "research_and_development": "2"},
    },
)
