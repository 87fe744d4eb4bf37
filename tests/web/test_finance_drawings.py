"""What finance pages draw and how they tell facts, without a database."""

import re

from django.utils.safestring import SafeString

from stoa.kernel.spans import Month
from stoa.reporting.data import RollForwardRow
from stoa.web.finance.charts import bars_svg, waterfall_svg
from stoa.web.finance.facts import listed, told

YEAR = [(Month(2025, number), 12_345_678_900 + number) for number in range(1, 13)]


def _bars(svg: SafeString) -> list[tuple[float, float]]:
    found = re.findall(r'<rect class="bar [^"]*" x="[^"]*" y="([^"]*)" width="[^"]*" height="([^"]*)"', svg)
    return [(float(y), float(height)) for y, height in found]


def test_a_year_of_large_months_has_few_short_figures_and_every_amount_in_full() -> None:
    svg = bars_svg(YEAR, "USD")
    assert len(_bars(svg)) == 12
    assert svg.count("figure-words") <= 2
    assert "123.5M" in svg
    assert "Jan 2025: 123,456,789.01" in svg


def test_a_negative_month_hangs_below_the_line() -> None:
    svg = bars_svg([(Month(2025, 1), 1000), (Month(2025, 2), -500)], "USD")
    (above_y, above), (below_y, _below) = _bars(svg)
    assert abs(below_y - (above_y + above)) < 0.2


def test_the_waterfall_draws_what_else_moved_the_balance_only_when_something_did() -> None:
    plain = RollForwardRow("", "", 100, 50, 30, 10, 0, 110)
    assert "Reserve" not in waterfall_svg(plain, "USD")
    reserved = RollForwardRow("", "", 100, 50, 30, 10, -5, 105)
    assert "Reserve" in waterfall_svg(reserved, "USD")


def test_every_step_of_the_waterfall_stays_inside_the_drawing_even_below_zero() -> None:
    svg = waterfall_svg(RollForwardRow("", "", 0, 0, 0, 50, 0, -50), "USD")
    for x in re.findall(r'<rect class="bar [^"]*" x="([^"]*)"', svg):
        assert 0 <= float(x) <= 640


def test_facts_are_told_in_words_and_codes_of_accounts_are_left_alone() -> None:
    facts = {
        "on": "2025-09-30",
        "amount": "1512.6",
        "rate": "0.072",
        "account": "5200",
        "paid": "",
        "kept": True,
    }
    words = {each.name: each.words for each in told(facts, currency="USD")}
    assert words == {
        "Day": "Sep 30, 2025",
        "Amount": "1,512.60",
        "Rate": "7.2\N{NO-BREAK SPACE}%",
        "Account": "5200",
        "Kept": "yes",
    }


def test_an_amount_finer_than_its_currency_keeps_its_places() -> None:
    (each,) = told({"price": "0.0001"}, currency="USD")
    assert each.words == "0.0001"
    (each,) = told({"amount": "1500"}, currency="JPY")
    assert each.words == "1,500"


def test_equal_neighbors_of_a_list_are_one_row_and_words_come_before_numbers() -> None:
    (payments,) = listed({"payments": ["0", "3000", "3000"]}, currency="USD")
    assert [[cell for cell, _number in row] for row in payments.rows] == [
        ["1", "0.00"],
        ["2 \N{EN DASH} 3", "3,000.00"],
    ]
    (usage,) = listed({"rows": [{"usage": "30600", "partner": "calder-bay"}]}, currency="USD")
    assert usage.columns == (("Partner", False), ("Usage", True))
    assert usage.rows == ((("calder-bay", False), ("30,600", True)),)


def test_nested_parts_stay_readable() -> None:
    (terms,) = listed(
        {"terms": [{"tiers": [{"rate": "0.35"}, {"above": "5", "rate": "0.4"}]}]}, currency="USD"
    )
    assert terms.rows[0][0][0] == "rate 35\N{NO-BREAK SPACE}%; above 5, rate 40\N{NO-BREAK SPACE}%"
