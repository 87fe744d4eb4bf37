"""Cash, cash equivalents, restricted cash and marketable securities (ASC 230-10-20, 210-10-45, 230-10-50-8)."""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any, Literal

from stoa.kernel.spans import add_months
from stoa.policies.facts import Amount, Facts, fact, refuse
from stoa.policies.frame import Explanation, Policy

_ZERO = Fraction(0)
_LINES = (
    "cash_and_cash_equivalents",
    "restricted_cash_current",
    "restricted_cash_non_current",
    "marketable_securities_current",
    "marketable_securities_non_current",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Holding:
    """One balance or instrument."""

    name: str = fact("Name of the account or instrument.")
    kind: Literal["bank", "money_market_fund", "treasury", "deposit", "other_debt"] = fact("What it is.")
    amount: Amount = fact("Carrying amount.")
    purchased_on: date | None = fact("Day it was bought by the company.", default=None)
    matures_on: date | None = fact("Maturity.", default=None)
    restricted_until: date | None = fact(
        "Day a restriction ends (a letter of credit for a lease).", default=None
    )
    is_restricted: bool = fact("Whether its use is restricted.", default=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class CashFacts(Facts):
    """Holdings on a day."""

    holdings: tuple[Holding, ...] = fact("Balances and instruments.")
    through: date = fact("Balance-sheet date.")


def decide(facts: CashFacts, explain: Explanation) -> dict[str, Any]:
    """Put each holding in its line."""
    totals = dict.fromkeys(_LINES, _ZERO)
    rows = []
    for index, holding in enumerate(facts.holdings):
        line = line_of(holding, facts.through, f"holdings[{index}]", explain)
        totals[line] += holding.amount
        rows.append({"name": holding.name, "line": line, "amount": facts.grid.text(holding.amount)})
    in_flows = (
        totals["cash_and_cash_equivalents"]
        + totals["restricted_cash_current"]
        + totals["restricted_cash_non_current"]
    )
    explain.step(
        "230-10-50-8",
        "The statement of cash flows explains cash, cash equivalents and restricted cash together.",
    )
    return {
        "holdings": rows,
        **{line: facts.grid.text(total) for line, total in totals.items()},
        "cash_in_statement_of_cash_flows": facts.grid.text(in_flows),
    }


def line_of(holding: Holding, on: date, path: str, explain: Explanation) -> str:
    """The line of the balance sheet of ``on`` that a holding belongs to."""
    if holding.is_restricted or holding.restricted_until is not None:
        later = holding.restricted_until is None or holding.restricted_until > add_months(on, 12)
        explain.step("210-10-45-4", f"{holding.name}: restricted, shown apart.")
        return "restricted_cash_non_current" if later else "restricted_cash_current"
    if holding.kind in ("bank", "money_market_fund"):
        explain.step("230-10-20", f"{holding.name}: available on demand, cash and cash equivalents.")
        return "cash_and_cash_equivalents"
    if holding.purchased_on is None or holding.matures_on is None:
        raise refuse(path, "needs purchased_on and matures_on: the maturity at purchase decides.")
    if holding.matures_on <= holding.purchased_on:
        raise refuse(f"{path}.matures_on", "must lie after purchased_on.")
    if holding.matures_on <= add_months(holding.purchased_on, 3):
        explain.step(
            "230-10-20", f"{holding.name}: three months or less to maturity when bought, a cash equivalent."
        )
        return "cash_and_cash_equivalents"
    current = holding.matures_on <= add_months(on, 12)
    explain.step("210-10-45-1", f"{holding.name}: more than three months when bought, a marketable security.")
    return "marketable_securities_current" if current else "marketable_securities_non_current"


POLICY = Policy(
    name="cash_classification",
    title="Cash, cash equivalents and restricted cash",
    standard="ASC 230",
    paragraphs=(
        "210-10-45-1",
        "210-10-45-4",
        "230-10-20",
        "230-10-50-8",
    ),
    requirements=("ACC-03", "ACC-04", "ACC-05", "ACC-59"),
    note=(
        "Highly liquid investments with an original maturity of three months or less when bought are cash equivalents; "
        "cash and money market funds are stated at cost, which approximates fair value. Cash that secures a letter of "
        "credit for a lease is restricted and shown apart."
    ),
    facts=CashFacts,
    outputs={
        "holdings": "Each holding's line.",
        **{line: f"Total of {line.replace('_', ' ')}." for line in _LINES},
        "cash_in_statement_of_cash_flows": "Cash, cash equivalents and restricted cash.",
    },
    decide=decide,
    example={
        "through": "2025-09-30",
        "holdings": [
            {"name": "checking", "kind": "bank", "amount": "1000000"},
            {
                "name": "bill",
                "kind": "treasury",
                "amount": "500000",
                "purchased_on": "2025-08-01",
                "matures_on": "2026-02-01",
            },
        ],
    },
)
