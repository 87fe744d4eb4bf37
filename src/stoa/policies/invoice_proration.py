"""Prorating a price and its tax, rounded once (ASC 606-10-32-2A for the tax; rounding is the company's rule)."""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any, Literal

from stoa.kernel.spans import Month
from stoa.policies.facts import Amount, Facts, Price, Quantity, Share, fact, refuse
from stoa.policies.frame import Explanation, Policy
from stoa.policies.grid import number_text


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of an invoice, order, or credit."""

    id: str = fact("Name of the line.")
    price: Amount = fact("Price of a whole period, tax excluded, for one unit.")
    quantity: Quantity = fact("How many.", default=Fraction(1))
    tax_rate: Quantity = fact('Tax on the line; "0.25" is 25 %; 0 for an untaxed line.', default=Fraction(0))
    discount: Price = fact("Discount on the line, before tax, for the days billed.", default=Fraction(0))
    discount_rate: Share = fact('Discount as a share of the line; "0.20" is 20 %.', default=Fraction(0))
    price_includes_tax: bool = fact("The price (and the discount) is with tax.", default=False)
    days: Quantity | None = fact("Days used of the period; the whole period when left out.", default=None)
    period_days: Quantity | None = fact("Days of the whole period.", default=None)
    start_on: date | None = fact("First day used, instead of days.", default=None)
    end_on: date | None = fact("Day after the last day used.", default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class ProrationFacts(Facts):
    """Lines and where rounding happens."""

    lines: tuple[Line, ...] = fact("The lines.")
    day_count: Literal["actual", "actual_30", "strict_30"] = fact(
        "actual: days as they are; actual_30: actual days of a month of 30; strict_30: every month has 30 days.",
        default="actual",
    )
    tax_rounding: Literal["on_total", "per_line"] = fact(
        "on_total: one rounding of net plus tax, tax is the difference to net; per_line: each line's net and tax "
        "are rounded to the minor unit before totalling.",
        default="on_total",
    )


def decide(facts: ProrationFacts, explain: Explanation) -> dict[str, Any]:
    """Keep exact values to the end, and round once; the tax is a liability and never revenue."""
    grid = facts.grid
    rows = []
    net_exact = tax_exact = net_rounded = tax_rounded = Fraction(0)
    for index, line in enumerate(facts.lines):
        gross = line.price * line.quantity * _share(line, facts.day_count, f"lines[{index}]")
        net = gross * (1 - line.discount_rate) - line.discount
        if line.price_includes_tax:
            net /= 1 + line.tax_rate
        tax = net * line.tax_rate
        net_exact, tax_exact = net_exact + net, tax_exact + tax
        net_rounded += grid.round(net)
        tax_rounded += grid.round(tax)
        rows.append(
            {
                "id": line.id,
                "net_exact": number_text(net, 8),
                "net": grid.text(net),
                "tax_exact": number_text(tax, 8),
                "tax": grid.text(tax),
            }
        )
    if facts.tax_rounding == "per_line":
        net, total = net_rounded, net_rounded + tax_rounded
    else:
        net, total = grid.round(net_exact), grid.round(net_exact + tax_exact)
    explain.step("606-10-32-2A", f"Tax of {grid.text(total - net)} is owed to the authority, and no revenue.")
    return {
        "lines": rows,
        "net": grid.text(net),
        "tax": grid.text(total - net),
        "total": grid.text(total),
        "net_exact": number_text(net_exact, 8),
        "tax_exact": number_text(tax_exact, 8),
        "total_exact": number_text(net_exact + tax_exact, 8),
        "total_if_only_tax_is_rounded": number_text(net_exact + grid.round(tax_exact), 8),
    }


def _share(line: Line, day_count: str, path: str) -> Fraction:
    """Which part of the period's price is due."""
    days = line.days
    if line.start_on is not None and line.end_on is not None:
        days = Fraction(_days(line.start_on, line.end_on, day_count))
    if days is None:
        return Fraction(1)
    whole = Fraction(30) if day_count != "actual" else line.period_days
    if not whole:
        raise refuse(f"{path}.period_days", "is missing or 0; days are a part of a period.")
    return days / whole


def _days(start_on: date, end_on: date, day_count: str) -> int:
    if end_on < start_on:
        raise refuse("lines", f"{end_on} lies before {start_on}.")
    if day_count != "strict_30":
        return (end_on - start_on).days
    months = Month.of(end_on).months_since(Month.of(start_on))
    return months * 30 + min(end_on.day, 30) - min(start_on.day, 30)


POLICY = Policy(
    name="invoice_proration",
    title="Proration and taxes on invoices",
    standard="ASC 606-10-32",
    paragraphs=("606-10-32-2A",),
    requirements=("ACC-41",),
    note="Prorated prices and taxes are kept exact and rounded once; taxes collected are excluded from revenue.",
    facts=ProrationFacts,
    outputs={
        "lines": "per line: net and tax, exact and rounded",
        "net": "price without tax",
        "tax": "tax, as the difference of total and net",
        "total": "what is charged",
        "net_exact": "before rounding, to eight decimals",
        "tax_exact": "before rounding",
        "total_exact": "before rounding",
        "total_if_only_tax_is_rounded": "for comparison: what rounding too early would charge",
    },
    decide=decide,
    example={
        "lines": [{"id": "plan", "price": "200", "days": "29", "period_days": "30", "tax_rate": "0.25"}]
    },
)
