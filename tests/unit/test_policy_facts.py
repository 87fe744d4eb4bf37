"""Facts are read as declared, and every refusal says where and what to do."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from stoa.kernel.refusals import Invalid
from stoa.policies.facts import Amount, Facts, Price, Share, fact, read_facts, schema_of
from stoa.policies.grid import Grid, number_text, round_places


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    id: str = fact("Name.")
    amount: Price = fact("Amount.")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Facts(Facts):
    rows: tuple[_Row, ...] = fact("Rows.")
    rate: Share = fact("Rate.", default=Fraction(1, 2))
    credit: Amount | None = fact("Credit.", default=None)
    on: date | None = fact("Day.", default=None)
    count: int = fact("Count.", default=1)
    is_open: bool = fact("Open.", default=False)


_GOOD: dict[str, Any] = {"rows": [{"id": "a", "amount": "1.10"}]}


def test_text_becomes_exact_values() -> None:
    read = read_facts(_Facts, _GOOD | {"rate": "1/3", "credit": -2, "on": "2025-02-28", "is_open": "true"})
    assert read.rows[0].amount == Fraction(11, 10)
    assert (read.rate, read.credit, read.on) == (Fraction(1, 3), Fraction(-2), date(2025, 2, 28))
    assert read.is_open


def test_numbers_with_an_exponent_and_the_true_of_a_spreadsheet_are_read() -> None:
    read = read_facts(_Facts, _GOOD | {"rate": 1e-05, "credit": Decimal("-1E+2"), "is_open": "TRUE"})
    assert (read.rate, read.credit, read.is_open) == (Fraction(1, 100_000), Fraction(-100), True)


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"rows": []} | {"surprise": 1}, "surprise"),
        ({"rows": [{"id": "a"}]}, r"rows\[0\].amount: is missing"),
        ({"rows": [{"id": " ", "amount": "1"}]}, r"rows\[0\].id"),
        ({"rows": [{"id": "a", "amount": "-1"}]}, r"rows\[0\].amount: -1 is less than 0"),
        ({"rows": [{"id": "a", "amount": "1e999999"}]}, "not a number"),
        ({"rows": [{"id": "a", "amount": "NaN"}]}, "not a number"),
        ({"rows": [{"id": "a", "amount": True}]}, "not a number"),
        ({"rows": [{"id": "a", "amount": "1/0"}]}, "divides by zero"),
        ({"rows": {"id": "a"}}, "rows: expected a list"),
        ({"rows": [7]}, r"rows\[0\]: expected an object"),
        ({"rate": "1.01"}, "rate: 1.01 is more than 1"),
        ({"on": "30.9.2025"}, "on: .* is not a day"),
        ({"count": "1.5"}, "count: '1.5' is not a whole number"),
        ({"is_open": "yes"}, "is_open: must be true or false"),
        ({"round_to": "0"}, "round_to: must be more than 0"),
        ({"currency": "XX"}, "currency: .* is not a currency code"),
    ],
)
def test_a_refusal_names_the_field(change: dict[str, Any], path: str) -> None:
    with pytest.raises(Invalid, match=path) as refused:
        read_facts(_Facts, _GOOD | change)
    assert refused.value.fields


def test_a_null_means_left_out_where_a_default_stands() -> None:
    assert read_facts(_Facts, _GOOD | {"rate": None}).rate == Fraction(1, 2)
    with pytest.raises(Invalid, match="rows"):
        read_facts(_Facts, {"rows": None})


def test_the_schema_follows_the_declaration() -> None:
    schema = schema_of(_Facts)
    assert schema["required"] == ["rows"]
    assert schema["properties"]["rate"]["default"] == "1/2"
    assert schema["properties"]["rows"]["items"]["properties"]["amount"]["minimum"] == 0


def test_the_grid_rounds_half_away_from_zero_and_splits_without_loss() -> None:
    cents = Grid.of("USD")
    assert cents.text(Fraction("2.675")) == "2.68"
    assert cents.text(Fraction("-2.675")) == "-2.68"
    assert Grid.of("JPY").text(Fraction("10.5")) == "11"
    assert Grid.of("USD", Fraction(1)).text(Fraction("10.5")) == "11.00"
    assert cents.texts(cents.split(Fraction(1), [Fraction(1)] * 3)) == ["0.34", "0.33", "0.33"]
    assert cents.texts(cents.split(Fraction(-1), [Fraction(1, 3), Fraction(2, 3)])) == ["-0.33", "-0.67"]
    assert (number_text(Fraction(1, 8)), number_text(Fraction(300))) == ("0.125", "300")
    assert round_places(Fraction(420, 820), 3) == Fraction(512, 1000)
