"""Recoupable advances to partners: an asset until later fees use it up (ASC 340-10, 360-10-35; ACC-17, ACC-34)."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from stoa.policies.facts import Amount, Facts, Price, fact
from stoa.policies.frame import Explanation, Policy
from stoa.policies.grid import Grid


@dataclass(frozen=True, slots=True, kw_only=True)
class AdvancePeriod:
    """Fees of a period, and advances paid in it."""

    id: str = fact("Name of the period.")
    fee: Amount = fact("Partner fee expensed in the period; negative when refunds outweigh it.")
    advance_paid: Price = fact("Further advance paid in the period.", default=Fraction(0))
    expected_future_fees: Price | None = fact(
        "Fees expected after the period, against which the advance can still be recouped; a shortfall is written off.",
        default=None,
    )
    written_off: Price = fact(
        "Written off because it will not be recouped, as far as it is left.", default=Fraction(0)
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class AdvanceFacts(Facts):
    """A recoupable advance and the fees that recoup it."""

    advance: Price = fact("Advance paid at the beginning.", default=Fraction(0))
    periods: tuple[AdvancePeriod, ...] = fact("Periods in order.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Recouped:
    """What a period did to the advance: recouped out of its fee, lost, and left."""

    period: AdvancePeriod
    recouped: Fraction
    loss: Fraction
    balance: Fraction


def recoup(advance: Fraction, periods: Iterable[AdvancePeriod], grid: Grid) -> Iterator[Recouped]:
    """Use the advance up period by period; a negative fee gives back at most what fees have recouped."""
    balance = grid.round(advance)
    so_far = Fraction(0)
    for each in periods:
        balance += grid.round(each.advance_paid)
        recouped = max(min(balance, grid.round(each.fee)), -so_far)
        balance -= recouped
        so_far += recouped
        loss = min(grid.round(each.written_off), balance)
        if each.expected_future_fees is not None:
            loss = max(loss, balance - grid.round(each.expected_future_fees))
        balance -= loss
        yield Recouped(period=each, recouped=recouped, loss=loss, balance=balance)


def decide(facts: AdvanceFacts, explain: Explanation) -> dict[str, Any]:
    """The expense is the fee; cash is paid only when the advance is used up; a shortfall is impaired."""
    grid = facts.grid
    rows = []
    for each in recoup(facts.advance, facts.periods, grid):
        name, fee = each.period.id, each.period.fee
        if each.loss:
            explain.step(
                "360-10-35-17", f"{name}: {grid.text(each.loss)} cannot be recouped and is written off."
            )
        explain.step(
            "705-10-25-1",
            f"{name}: of the fee of {grid.text(fee)}, {grid.text(each.recouped)} recoups the advance and "
            f"{grid.text(grid.round(fee) - each.recouped)} is paid.",
        )
        rows.append(
            {
                "period": name,
                "expense": grid.text(fee),
                "recouped": grid.text(each.recouped),
                "cash_paid": grid.text(grid.round(fee) - each.recouped),
                "impairment": grid.text(each.loss),
                "advance_balance": grid.text(each.balance),
            }
        )
    return {
        "periods": rows,
        "expense": [row["expense"] for row in rows],
        "cash_paid": [row["cash_paid"] for row in rows],
        "advance_balance": [row["advance_balance"] for row in rows],
    }


POLICY = Policy(
    name="recoupable_advances",
    title="Recoupable advances to partners",
    standard="ASC 340-10",
    paragraphs=("705-10-25-1", "360-10-35-17"),
    requirements=("ACC-17", "ACC-34", "ACC-49"),
    note=(
        "Advances that partners repay out of later fees are an asset until recouped; what later fees will not cover "
        "is written off."
    ),
    facts=AdvanceFacts,
    outputs={
        "periods": "per period: expense, recouped, cash_paid, impairment, advance_balance",
        "expense": "fees expensed, by period",
        "cash_paid": "fees paid in cash, by period",
        "advance_balance": "advance left, by period",
    },
    decide=decide,
    example={
        "advance": "100000",
        "periods": [
            {"id": "Q1", "fee": "30000"},
            {"id": "Q2", "fee": "45000"},
            {"id": "Q3", "fee": "40000"},
        ],
    },
)
