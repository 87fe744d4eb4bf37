"""``stoa policy NAME --totals``: totals over a table, from the command line alone."""

import json
from pathlib import Path

import pytest

from stoa.cli.__main__ import main
from stoa.policies.engine import Engine


def write_table(path: Path, select: str) -> Path:
    """Write the rows of a SELECT as a Parquet file."""
    with Engine() as engine:
        engine.query(f"COPY ({select}) TO '{path}' (FORMAT parquet)")
    return path


@pytest.fixture
def obligations(tmp_path: Path) -> Path:
    """Two yearly obligations of 399.00, one begun in the quarter."""
    return write_table(
        tmp_path / "obligations.parquet",
        "SELECT * FROM (VALUES ('a', 'plus', 399.00, DATE '2025-01-15', DATE '2026-01-15'), "
        "('b', 'plus', 399.00, DATE '2025-09-01', DATE '2026-09-01')) "
        "AS given (obligation, product, amount, start_on, end_on)",
    )


def test_totals_of_a_quarter_are_printed_as_json(
    obligations: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code = main(
        [
            *("policy", "ratable_schedule", "--totals", "--facts", str(obligations)),
            *("--period", "2025-Q3", "--format", "json"),
        ]
    )
    found = json.loads(capsys.readouterr().out)
    assert code == 0
    assert found["facts"] == 2
    assert found["totals"] == [
        {
            "currency": "USD",
            "product": "plus",
            "opening": "216.44",
            "begun": "399.00",
            "recognized": "133.36",
            "closing": "482.08",
        }
    ]


def test_a_line_for_each_obligation_is_written(
    obligations: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = tmp_path / "lines.parquet"
    main(
        [
            *("policy", "ratable_schedule", "--totals", "--facts", str(obligations)),
            *("--period", "2025-09", "--lines", str(lines)),
        ]
    )
    assert capsys.readouterr().out.startswith("2 lines in")
    with Engine() as engine:
        rows = engine.query(f"SELECT obligation, recognized_minor FROM read_parquet('{lines}') ORDER BY 1")
    assert rows == [("a", 3280), ("b", 3279)]


def test_fees_of_partners_take_their_agreements_from_a_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    revenue = write_table(
        tmp_path / "revenue.parquet",
        "SELECT 'north' AS agreement, DATE '2025-06-30' + CAST(31 * i AS INTEGER) AS earned_on, 1000.00 AS amount "
        "FROM range(4) AS months (i)",
    )
    rules = tmp_path / "agreements.json"
    rules.write_text(
        json.dumps(
            [{"agreement": "north", "terms": [{"starts_on": "2025-01-01", "tiers": [{"rate": "0.4"}]}]}]
        )
    )
    main(
        [
            *("policy", "partner_fees", "--totals", "--facts", str(revenue), "--rules", str(rules)),
            *("--period", "2025-Q3", "--format", "json"),
        ]
    )
    totals = json.loads(capsys.readouterr().out)["totals"]
    assert [(row["period"], row["fee"]) for row in totals] == [("2025-07", "400.00"), ("2025-08", "400.00")]


def test_a_policy_without_a_statement_says_which_have_one(
    obligations: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["policy", "leases", "--totals", "--facts", str(obligations), "--period", "2025"]) == 2
    assert "ratable_schedule, partner_fees, credit_losses have one" in capsys.readouterr().err


def test_a_table_without_its_columns_says_which_it_needs(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    table = write_table(tmp_path / "table.parquet", "SELECT 1 AS amount, DATE '2025-01-01' AS start_on")
    assert main(["policy", "ratable_schedule", "--totals", "--facts", str(table), "--period", "2025"]) == 2
    assert "lacks the column end_on" in capsys.readouterr().err
