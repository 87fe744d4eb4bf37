"""Figures that come from documents: customers, retention, remaining obligations, shares. No database."""

from datetime import date
from typing import Any

from stoa.kernel.spans import Month, Period
from stoa.policies.kinds import listed
from stoa.policies.kinds.frame import Filed
from stoa.reporting.cube import Cube
from stoa.reporting.customers import key_figures
from stoa.reporting.obligations import obligations_by_year
from stoa.reporting.papers import Papers
from stoa.reporting.shares import per_share

SEPTEMBER = Period.parse("2025-09")


def papers(*rows: dict[str, Any]) -> Papers:
    found = []
    for number, row in enumerate(rows, start=1):
        given = {"reference": f"document:{number}", "entity": "stoa-us"} | row
        facts = listed.read(given.pop("kind"), given)
        on = facts.place().effective_on
        found.append(Filed(number, on, Month.of(on).start_on, facts))
    return Papers(tuple(found), "USD", date(2025, 10, 1))


def seats(customer: str, start_on: str, end_on: str, price: str, **more: str) -> dict[str, Any]:
    signed = {"kind": "seat_contract_signed", "customer": customer, "signed_on": start_on, "price": price}
    return signed | {"start_on": start_on, "end_on": end_on, "access_on": start_on} | more


def test_retention_counts_those_who_were_customers_a_year_ago() -> None:
    known = papers(
        seats("alder", "2024-07-01", "2025-07-01", "1000"),
        seats("alder", "2025-07-01", "2026-07-01", "800"),
        seats("birch", "2024-07-01", "2025-07-01", "1000"),
        seats("cedar", "2025-09-01", "2026-09-01", "5000"),
    )
    figures = key_figures(known, SEPTEMBER)
    assert figures.line("Paid enterprise customers").amounts_minor == (2, 2)
    assert figures.line("Annual recurring value of seat contracts").amounts_minor == (580_000, 200_000)
    retained = figures.line("Net retention rate of paid enterprise customers")
    assert retained.amounts_minor == (4_000, None)
    assert "a year ago" in retained.note


def test_a_customer_without_access_pays_for_nothing_yet() -> None:
    known = papers(seats("alder", "2025-07-01", "2026-07-01", "1000") | {"access_on": None})
    assert key_figures(known, SEPTEMBER).line("Paid enterprise customers").amounts_minor[0] == 0


def test_a_count_says_its_definition_and_its_document() -> None:
    counted = {"kind": "activity_reported", "measure": "registered_learners", "definition": "Open accounts"}
    known = papers(
        counted | {"on": "2025-06-30", "count": 90},
        counted | {"on": "2025-09-30", "count": 100},
        counted | {"on": "2025-10-31", "count": 999},
    )
    line = key_figures(known, SEPTEMBER).line("Registered learners")
    assert line.amounts_minor == (100, None)
    assert line.note == "2025-09-30: Open accounts (document:2)"
    assert key_figures(papers(), SEPTEMBER).words[0].startswith("Registered learners: not filed")


def test_what_remains_is_split_by_the_year_it_is_earned_in() -> None:
    known = papers(seats("alder", "2025-10-01", "2028-10-01", "1096"))
    table = obligations_by_year(Cube("stoa-us", "USD", {}, {}), known, SEPTEMBER)
    assert table.line("Seat contracts").amounts_minor == (0, 0, 0, 0, 0)
    known = papers(seats("alder", "2025-10-01", "2028-10-01", "1096", signed_on="2025-09-15"))
    table = obligations_by_year(Cube("stoa-us", "USD", {}, {}), known, SEPTEMBER)
    assert table.line("Seat contracts").amounts_minor == (36_500, 36_500, 36_600, 0, 109_600)


def test_a_loss_is_divided_by_shares_weighted_by_days() -> None:
    assert per_share(papers(), SEPTEMBER, -1_000) is None
    issued = {"kind": "share_issued", "price_per_share": "1"}
    known = papers(
        issued | {"on": "2025-01-01", "shares": "100"},
        issued | {"on": "2025-09-16", "shares": "100"},
    )
    found = per_share(known, SEPTEMBER, -15_000)
    assert found is not None
    assert (found.weighted_shares, found.amount_minor) == (150, -100)
