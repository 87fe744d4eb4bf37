"""An auditor takes a population that ties to the ledger, chooses a sample that anybody chooses again, and traces it."""

import csv
import json
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from stoa.flows import audit, audit_extracts, audit_samples, audit_traces, posting
from stoa.kernel.refusals import Invalid, NotFound
from stoa.kernel.spans import Month, Period
from stoa.ledger import api as ledger
from stoa.policies.engine import Engine
from stoa.subledger import api as subledger
from tests.builders.books import ENTITY, a_receipt, a_refund_of
from tests.builders.company import a_seat_contract, an_entry, an_invoice

pytestmark = pytest.mark.django_db

NOW = datetime(2025, 10, 1, 9, tzinfo=UTC)
QUARTER = Period.parse("2025-Q3")


@pytest.fixture
def books() -> None:
    receipts = [
        a_receipt(on=date(2025, 7 + number % 3, 3 + number), price_minor=1_000 * (number + 1), tax_minor=7)
        for number in range(20)
    ]
    subledger.file_many([*receipts, a_refund_of(receipts[0]), a_seat_contract(), an_invoice(), an_entry()])
    posting.post(through=Month(2025, 9), posted_at=NOW)


@pytest.mark.parametrize("population", audit.POPULATIONS)
@pytest.mark.parametrize("form", audit_extracts.FORMATS)
def test_an_extract_is_complete_and_ties_to_the_books(
    books: None, population: str, form: str, tmp_path: Path
) -> None:
    path = tmp_path / "it's.out"
    found = audit_extracts.write(population, period=QUARTER, entity=ENTITY, format=form, path=path)
    assert {total.difference for total in found.totals} == {0}
    assert [each.name for each in tmp_path.iterdir()] == [path.name]
    if form == "csv":
        rows = list(csv.DictReader(path.open()))
    elif form == "jsonl":
        rows = [json.loads(line) for line in path.read_text().splitlines()]
    else:
        with Engine() as engine:
            (count,) = engine.query("SELECT count(*) FROM read_parquet(?)", [str(path)])[0]
        rows = [{}] * count
    assert len(rows) == found.row_count > 0
    if form != "parquet":
        assert tuple(rows[0]) == audit.columns_of(population)


def test_what_is_not_in_the_ledger_shows_as_a_difference(books: None, tmp_path: Path) -> None:
    subledger.file(a_receipt(on=date(2025, 9, 9), price_minor=500))
    found = audit_extracts.write(
        audit.RECEIPTS, period=QUARTER, entity=ENTITY, format="csv", path=tmp_path / "receipts.csv"
    )
    assert [total.difference for total in found.totals] == [0, 500]


def test_a_formula_is_no_formula_in_a_spreadsheet(tmp_path: Path) -> None:
    subledger.file(an_entry("=HYPERLINK(1)"))
    path = tmp_path / "entries.csv"
    audit_extracts.write(audit.MANUAL_ENTRIES, period=QUARTER, entity=ENTITY, format="csv", path=path)
    assert next(csv.DictReader(path.open()))["reference"] == "'=HYPERLINK(1)"


@pytest.mark.parametrize("method", ["random", "amount"])
@pytest.mark.parametrize("population", audit.POPULATIONS)
def test_a_sample_is_the_same_again_and_another_with_another_seed(
    books: None, population: str, method: str
) -> None:
    def choose(seed: str) -> audit.Sample:
        return audit.sample(
            population, period=QUARTER, entity=ENTITY, size=5, seed=seed, method=method, currency="USD"
        )

    assert choose("2025") == choose("2025")
    assert choose("2025").digest == choose("x").digest
    if choose("2025").population_count > 10:
        assert any(choose("2025").picked != choose(seed).picked for seed in "abcdef")


def test_monetary_units_always_choose_what_is_larger_than_the_interval() -> None:
    items = [("small", 10), ("large", 900), ("none", 0), ("credit", -90)]
    for seed in map(str, range(20)):
        picked = audit_samples.by_amount(items, size=4, seed=seed)
        assert sum(each.hits for each in picked) == 4
        assert {each.key: each.hits for each in picked}["large"] >= 3
        assert "none" not in {each.key for each in picked}
        assert picked == audit_samples.by_amount(reversed(items), size=4, seed=seed)
    assert audit_samples.by_amount([("a", 0)], size=3, seed="") == ()
    assert len(audit_samples.at_random(items, size=9, seed="s")) == 4


def test_a_document_is_traced_to_the_lines_of_the_statements(books: None) -> None:
    receipt = next(audit.rows_of(audit.RECEIPTS, period=QUARTER, entity=ENTITY))
    found = audit_traces.trace(receipt["reference"])
    assert sum(line.amount_minor for line in found.lines) == 0
    assert "Revenue" in {line.statement_line for line in found.lines}
    entries = {line.entry_reference for line in ledger.lines(entity=ENTITY)}
    assert {line.entry for line in found.lines} <= entries
    with pytest.raises(NotFound):
        audit_traces.trace("nothing")


def test_what_is_unknown_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="no population"):
        audit.columns_of("everything")
    with pytest.raises(Invalid, match="no method"):
        audit.sample("receipts", period=QUARTER, entity=ENTITY, size=1, seed="", method="x", currency="USD")
    for size in (0, 100_001):
        with pytest.raises(Invalid):
            audit_samples.at_random([], size=size, seed="")
    with pytest.raises(Invalid, match="cannot be written"):
        audit_extracts.write(
            "receipts", period=QUARTER, entity=ENTITY, format="csv", path=tmp_path / "no" / "where.csv"
        )
