"""Counts of registered learners, by region, at the ends of the periods that a quarter is compared with."""

from collections.abc import Iterator
from datetime import timedelta

from stoa.kernel.money import split_by_largest_remainder
from stoa.kernel.spans import add_months
from stoa.simulation.data import Row
from stoa.simulation.shape import Shape


def make_learners(shape: Shape) -> Iterator[Row]:
    """The counts a year ago, at the beginning of the quarter, and at its end."""
    learners = shape.learners
    counts = (
        (add_months(shape.end_on, -12), learners.registered - learners.new_in_year),
        (shape.start_on, learners.registered - learners.new_in_quarter),
        (shape.end_on, learners.registered),
    )
    weights = [int(region.share * 1_000_000) for region in learners.regions]
    for until, count in counts:
        on = until - timedelta(days=1)
        yield {
            "kind": "activity_reported",
            "reference": f"{shape.entity}:learners:{on}",
            "entity": shape.entity,
            "measure": "registered_learners",
            "on": str(on),
            "count": count,
            "definition": "Accounts registered by the end of the day, closed ones left out; customers' seats count once.",
            "regions": [
                {"region": region.name, "count": part}
                for region, part in zip(
                    learners.regions, split_by_largest_remainder(count, weights), strict=True
                )
            ],
            "source": "simulation",
        }
