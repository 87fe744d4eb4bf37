"""Treasury bills: half of them mature in the quarter and are bought anew, half run through it."""

from collections.abc import Iterator
from datetime import date, timedelta
from fractions import Fraction

from stoa.kernel.spans import add_months
from stoa.policies.grid import number_text
from stoa.simulation.data import Row
from stoa.simulation.shape import Shape

_DAYS_OF_A_YEAR = 360  # bills are quoted so


def make_bills(shape: Shape) -> Iterator[Row]:
    """Purchases at a discount, prices at the end of each month in which a bill is held, and what was paid back."""
    half = int(shape.corporate.treasury_bills / 2)
    if not half:
        return
    matures_on = shape.months[-1].start_on + timedelta(days=10)
    yield from _bill(shape, "first", half, add_months(matures_on, -6), matures_on)
    yield from _bill(shape, "again", half, matures_on, add_months(matures_on, 6))
    bought_on = add_months(shape.start_on, -2) + timedelta(days=14)
    yield from _bill(shape, "second", half, bought_on, add_months(bought_on, 8))


def _bill(shape: Shape, name: str, par: int, bought_on: date, matures_on: date) -> Iterator[Row]:
    shared = {"entity": shape.entity}
    reference = f"{shape.entity}:bill-{name}"
    rate = shape.corporate.treasury_yield

    def value_on(day: date, rate: Fraction) -> str:
        discount = Fraction((matures_on - day).days, _DAYS_OF_A_YEAR) * rate
        return number_text(Fraction(int(par * (1 - discount) * 100), 100))

    yield {
        "kind": "security_bought",
        "reference": reference,
        **shared,
        "name": f"Treasury bill due {matures_on}",
        "on": str(bought_on),
        "matures_on": str(matures_on),
        "par": str(par),
        "price": value_on(bought_on, rate),
    }
    for month in (shape.months[0].plus(-1), *shape.months):
        if bought_on <= month.last_on < matures_on:
            yield {
                "kind": "security_priced",
                "reference": f"{reference}:{month}",
                **shared,
                "security": reference,
                "on": str(month.last_on),
                "fair_value": value_on(month.last_on, rate - Fraction(month.month, 10_000)),
                "source": "simulation",
            }
    if matures_on < shape.end_on:
        yield {
            "kind": "security_matured",
            "reference": f"{reference}:matured",
            **shared,
            "security": reference,
            "on": str(matures_on),
            "amount": str(par),
        }
