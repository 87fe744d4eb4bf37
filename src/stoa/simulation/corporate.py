"""What a company costs beside its sales: entries by function."""

from collections.abc import Iterator
from fractions import Fraction

from stoa.policies.grid import number_text
from stoa.simulation.data import Row
from stoa.simulation.shape import Shape


def make_corporate(shape: Shape, seed: int) -> Iterator[Row]:
    """The costs of each month of the quarter."""
    for number, month in enumerate(shape.months):
        for index, expense in enumerate(shape.expenses):
            cents = int(expense.amount * 100)
            part = cents * (number + 1) // 3 - cents * number // 3
            if part:
                amount = number_text(Fraction(part, 100))
                yield {
                    "kind": "manual_entry",
                    "reference": f"{shape.entity}:expense:{month}-{index + 1}",
                    "entity": shape.entity,
                    "on": str(month.last_on),
                    "reason": expense.words,
                    "lines": [
                        {"account": expense.account, "debit": amount},
                        {"account": "1000", "credit": amount},
                    ],
                }
