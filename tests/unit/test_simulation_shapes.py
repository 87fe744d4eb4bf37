"""Shapes of companies: read as declared, refused in words, made larger and smaller."""

import copy
import json
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from stoa.kernel.refusals import Invalid, NotFound
from stoa.simulation import api as simulation

SHIPPED = "reported-quarter"
FOLDER = Path(simulation.__file__).parent / "shapes"


def given() -> dict[str, Any]:
    shape: dict[str, Any] = json.loads((FOLDER / f"{SHIPPED}.json").read_text())
    return copy.deepcopy(shape)


def read(tmp_path: Path, shape: object) -> simulation.Shape:
    path = tmp_path / "shape.json"
    path.write_text(json.dumps(shape))
    return simulation.read_shape(str(path))


def test_the_shape_that_ships_has_the_size_of_the_largest_company_of_the_field() -> None:
    shape = simulation.read_shape(SHIPPED)
    assert SHIPPED in simulation.shipped_shapes()
    assert (shape.start_on, shape.end_on) == (date(2025, 7, 1), date(2025, 10, 1))
    assert (shape.consumer.revenue, shape.consumer.margin) == (Fraction(130_300_000), Fraction("0.612"))
    assert (shape.enterprise.revenue, shape.enterprise.margin) == (Fraction(63_900_000), Fraction("0.696"))
    assert (shape.enterprise.customers, shape.enterprise.net_retention) == (1724, Fraction("0.89"))
    assert 189_500_000 <= shape.learners.registered < 191_500_000


@pytest.mark.parametrize(
    ("path", "value", "words"),
    [
        (("quarter",), "third of 2025", "quarter: 'third of 2025' is not a quarter"),
        (("entity",), "My Company", "entity: must be lower case"),
        (("consumer", "margin"), "0.9", "consumer.margin: leaves partners 10.0% of revenue"),
        (("consumer", "plans"), [], "consumer.plans: must be one or more"),
        (("consumer", "plans", 0, "prices"), ["59.001"], "consumer.plans.prices: must be whole cents"),
        (("consumer", "plans", 0, "term_months"), 24, "consumer.plans.term_months: must be between 1 and 12"),
        (("consumer", "plans", 0, "product"), "degree", "consumer.plans[0].product: must be one of"),
        (("consumer", "revenue"), "much", "consumer.revenue: 'much' is not a number"),
        (("consumer", "revenue"), "0", "consumer.revenue: must be more than 0"),
        (("enterprise", "revenue"), "0", "enterprise.revenue: must be more than 0"),
        (("enterprise", "kept"), "1.2", "enterprise.kept: 1.2 is more than 1"),
        (("enterprise", "customers"), 100, "enterprise.kept: leaves more customers than there are"),
        (("enterprise", "terms"), [{"months": 24, "weight": "1"}], "enterprise.terms: must have one of 12"),
        (("partners", "shares"), [], "partners.shares: must be one or more"),
        (("learners", "new_in_quarter"), 10**9, "learners.registered: must not be less than"),
        (("learners", "regions", 0, "share"), "0.5", "learners.regions: must have shares that add up to 1"),
        (("corporate", "cash"), "9000000000", "corporate.cash: must not be more than was paid in"),
        (("size",), 3, "size: is not a field"),
    ],
)
def test_a_shape_that_makes_no_sense_is_refused_in_words(
    tmp_path: Path, path: tuple[Any, ...], value: object, words: str
) -> None:
    shape = given()
    place: Any = shape
    for name in path[:-1]:
        place = place[name]
    place[path[-1]] = value
    with pytest.raises(Invalid) as refusal:
        read(tmp_path, shape)
    assert str(refusal.value).startswith(words)


def test_a_file_that_is_no_shape_is_refused_in_words(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="neither a file nor a shape that ships with Stoa"):
        simulation.read_shape("something-else")
    broken = tmp_path / "broken.json"
    broken.write_text("{")
    with pytest.raises(Invalid, match="cannot be read as JSON"):
        simulation.read_shape(str(broken))
    with pytest.raises(Invalid, match="title: is missing"):
        read(tmp_path, {})


def test_a_scaled_shape_keeps_prices_and_shares_and_changes_sizes() -> None:
    shape = simulation.read_shape(SHIPPED)
    small = simulation.scaled(shape, factor=Fraction(1, 100))
    assert small.consumer.revenue == shape.consumer.revenue / 100
    assert small.consumer.plans == shape.consumer.plans
    assert small.enterprise.customers == 17
    assert small.enterprise.net_retention == shape.enterprise.net_retention
    assert small.learners.registered == shape.learners.registered // 100
    assert simulation.scaled(shape, factor=Fraction(1)) is shape
    assert simulation.renamed(shape, entity="other").entity == "other"
    for factor in (Fraction(0), Fraction(-1), Fraction(101)):
        with pytest.raises(Invalid, match="scale: must be above 0"):
            simulation.scaled(shape, factor=factor)


def test_the_schema_of_a_shape_names_every_field() -> None:
    schema = simulation.schema_of_shape()
    assert set(schema["properties"]) >= set(given())
    assert schema["additionalProperties"] is False
