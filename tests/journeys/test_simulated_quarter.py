"""A company of the shape that ships, at a hundredth of its size: made, filed, posted, closed, and read."""

import hashlib
import json
from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path

import pytest
from pytest_django import Settings

from stoa.cli.documents import file_path
from stoa.flows import closing_books
from stoa.kernel.spans import Period
from stoa.ledger import api as ledger
from stoa.reporting import api as reporting
from stoa.simulation import api as simulation
from stoa.subledger import api as subledger

pytestmark = pytest.mark.django_db

AT = datetime(2025, 10, 5, 9, tzinfo=UTC)
QUARTER = Period.parse("2025-Q3")


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> simulation.Simulation:
    return made(tmp_path_factory.mktemp("company"), seed=1)


@pytest.fixture
def closed(company: simulation.Simulation, settings: Settings, tmp_path: Path) -> simulation.Simulation:
    settings.DATA_FOLDER = tmp_path
    report = file_path(str(company.folder))
    assert report.refused == ()
    assert report.new == sum(company.documents.values())
    closing_books.close_through(QUARTER.last, entity=company.entity, closed_at=AT, actor="controller")
    return company


def made(folder: Path, *, seed: int, scale: Fraction = Fraction(1, 100)) -> simulation.Simulation:
    shape = simulation.scaled(simulation.read_shape("reported-quarter"), factor=scale)
    return simulation.write_company(shape, seed=seed, folder=folder)


def digests(company: simulation.Simulation) -> dict[str, str]:
    return {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(company.folder.iterdir())
    }


def earned(entity: str, segment: str, account: str) -> int:
    rows = ledger.sums(entity=entity, through=QUARTER.last, account=account)
    return sum(row.amount_minor for row in rows if row.segment == segment and row.month >= QUARTER.first)


def test_closing_the_quarter_prints_the_figures_of_the_shape(closed: simulation.Simulation) -> None:
    periods = ledger.periods_of(closed.entity)
    assert [period.month for period in periods] == list(QUARTER.months)
    assert all(period.is_closed for period in periods)
    consumer = -earned(closed.entity, "Consumer", "4000")
    enterprise = -earned(closed.entity, "Enterprise", "4000")
    assert abs(consumer - 130_300_000) < 100
    assert enterprise == 63_900_000
    assert abs(earned(closed.entity, "Consumer", "5000") - consumer * Fraction(388, 1000)) < 100
    assert abs(earned(closed.entity, "Enterprise", "5000") - enterprise * Fraction(304, 1000)) < 100
    report = reporting.statements(entity=closed.entity, period=QUARTER)
    assert [tie.name for tie in report.ties if not tie.holds] == []
    filed = subledger.filed_through(entity=closed.entity, month=QUARTER.last)
    assert reporting.ties(entity=closed.entity, period=QUARTER, currency="USD", filed=filed) == report.ties
    lines = list(reporting.as_text(report, tables=report.tables))
    for words, figure in (
        ("Consumer margin, share of revenue", "61.2 %"),
        ("Enterprise margin, share of revenue", "69.6 %"),
        ("Paid enterprise customers", "17"),
        ("Net retention rate of paid enterprise customers", "89.0 %"),
        ("Registered learners", "1,906,000"),
    ):
        assert any(words in line and figure in line for line in lines), words
    again = file_path(str(closed.folder))
    assert (again.new, again.refused) == (0, ())


def test_the_same_seed_gives_the_same_bytes_and_another_one_other_documents(
    company: simulation.Simulation, tmp_path: Path
) -> None:
    again, other = made(tmp_path / "again", seed=1), made(tmp_path / "other", seed=2)
    assert digests(again) == digests(company)
    same = {name for name, digest in digests(other).items() if digest == digests(company)[name]}
    assert same == {"learners.jsonl"}
    for mine, theirs in zip(company.aims, other.aims, strict=True):
        assert mine.wanted == theirs.wanted
        if mine.name != "Consumer revenue":
            assert mine.made == theirs.made
    assert abs(float(company.aims[0].made.replace(",", "")) - 1_303_000) < 1
    assert abs(float(other.aims[0].made.replace(",", "")) - 1_303_000) < 1


def test_a_company_can_be_made_at_any_size(tmp_path: Path) -> None:
    small = made(tmp_path / "small", seed=1, scale=Fraction(1, 1000))
    assert small.documents["receipts.parquet"] < 5_000
    for path in small.files:
        if path.suffix == ".jsonl":
            for line in path.read_text().splitlines():
                subledger.document_from(json.loads(line))
