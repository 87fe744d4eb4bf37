"""The portable statements give the same digest on Spark as on DuckDB, the same text on both.

Needs the package pyspark (``make benchmark-books`` installs it into an environment of its own) and Java 17.
"""

import os
import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from stoa.kernel.spans import Month
from stoa.policies import over_tables, statements
from stoa.policies.data import Policy
from stoa.policies.engine import Engine, movement_cuts
from stoa.policies.registry import posting_policies, statement_of
from stoa.policies.table_facts import view_of_facts
from stoa.policies.table_rules import Span, view_of_classes, view_of_periods, views_of_agreements

pyspark_sql = pytest.importorskip("pyspark.sql", reason="pyspark is not installed; see docs/guide/scale.md")

_JAVA_17 = (
    "/usr/lib/jvm/java-17-openjdk-amd64",
    "/usr/lib/jvm/java-17-openjdk-arm64",
    "/usr/lib/jvm/openjdk-17",
)
ROWS = 20_000
QUARTER = Span("2025-Q3", date(2025, 7, 1), date(2025, 10, 1))
AGREEMENTS = [
    {
        "agreement": f"agreement-{number}",
        "base_before": str(1000 * number),
        "terms": [
            {
                "starts_on": "2025-01-01",
                "deductions": [
                    {"id": "processing", "kind": "share_of_gross", "value": "0.029"},
                    {"id": "store", "kind": "share_of_rest", "value": f"0.1{number}"},
                    {"id": "support", "kind": "per_unit", "value": "0.05"},
                ],
                "tiers": [{"rate": "0.40"}, {"above": "20000", "rate": "0.456789"}],
                "tier_basis": ("agreement", "year", "period")[number % 3],
                "fund_share": "0.05",
            },
            {"starts_on": "2025-06-15", "tiers": [{"rate": "0.333333"}, {"above": "1000.50", "rate": "0.5"}]},
        ],
    }
    for number in range(7)
]
CLASSES = {
    "buckets": [
        {"name": "not due", "days_to": 0},
        {"name": "1-30", "days_from": 1, "days_to": 30},
        {"name": "older", "days_from": 31},
    ]
}


@pytest.fixture(scope="module")
def spark(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """A local Spark with the shared functions."""
    known = next((path for path in _JAVA_17 if Path(path).is_dir()), None)
    if known is None and "JAVA_HOME" not in os.environ and shutil.which("java") is None:
        pytest.skip("Spark needs Java 17, which is not here")
    os.environ.setdefault("JAVA_HOME", known or "") if known else None
    session = (
        pyspark_sql.SparkSession.builder.master("local[2]")
        .config("spark.ui.enabled", "false")
        .config("spark.sql.shuffle.partitions", "2")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.sql.warehouse.dir", str(tmp_path_factory.mktemp("warehouse")))
        .getOrCreate()
    )
    session.sparkContext.setLogLevel("ERROR")
    for definition in statements.functions():
        session.sql(definition)
    yield session
    session.stop()


def totals_on_spark(
    spark: Any, statement: statements.Statement, table: Path, *, columns: list[str], views: tuple[str, ...]
) -> str:
    """The digest of a statement's totals on Spark."""
    for view in views:
        spark.sql(view)
    spark.sql(view_of_facts(statement, f"parquet.`{table}` AS given", columns, ["USD", "JPY"]))
    return statements.digest_of(tuple(row) for row in spark.sql(statement.totals).collect())


def test_recognition_totals_and_lines_have_the_same_digest(spark: Any, tmp_path: Path) -> None:
    table, lines = tmp_path / "obligations.parquet", tmp_path / "lines.parquet"
    columns = ["obligation", "currency", "product", "amount", "start_on", "end_on"]
    _write(
        table,
        "i AS obligation, CASE WHEN i % 9 = 0 THEN 'JPY' ELSE 'USD' END AS currency, 'product ' || i % 3 AS product, "
        "CAST(CASE WHEN i % 9 = 0 THEN i ELSE (i * 7919 % 100000 - 5000) / 100 END AS DECIMAL(18, 2)) AS amount, "
        "DATE '2024-07-01' + CAST(i * 31 % 450 AS INTEGER) AS start_on, "
        "DATE '2024-07-01' + CAST(i * 31 % 450 + 1 + i * 17 % 400 AS INTEGER) AS end_on",
    )
    here = over_tables.recognize(table, span=QUARTER)
    views = statements.functions_of_period(QUARTER.start_on, QUARTER.end_on)
    assert totals_on_spark(spark, statements.RECOGNITION, table, columns=columns, views=views) == here.digest

    over_tables.seal_recognized_lines(table, lines, span=QUARTER)
    with Engine() as engine:
        sealed = statements.digest_of(engine.query(f"SELECT * FROM read_parquet('{lines}')"))
    there = spark.sql(statements.RECOGNITION.text).collect()
    assert statements.digest_of(tuple(row) for row in there) == sealed
    assert len(there) > ROWS / 4


def test_royalties_have_the_same_digest(spark: Any, tmp_path: Path) -> None:
    table = tmp_path / "revenue.parquet"
    _write(
        table,
        "'agreement-' || i % 7 AS agreement, DATE '2025-01-01' + CAST(i * 13 % 272 AS INTEGER) AS earned_on, "
        "i * 104729 % 20000 AS amount_minor, i % 4 AS units",
    )
    here = over_tables.royalties(table, agreements=AGREEMENTS, through=Month(2025, 9))
    months = [Span(str(month), month.start_on, month.end_on) for month in map(Month(2025, 1).plus, range(9))]
    there = totals_on_spark(
        spark,
        statements.ROYALTIES,
        table,
        columns=["agreement", "earned_on", "amount_minor", "units"],
        views=(view_of_periods(months), *views_of_agreements(AGREEMENTS)),
    )
    assert len(here.rows) == 7 * 9
    assert there == here.digest


def test_aging_has_the_same_digest(spark: Any, tmp_path: Path) -> None:
    table = tmp_path / "receivables.parquet"
    _write(
        table,
        "'invoice ' || i AS reference, i * 7919 % 100000 - 500 AS amount_minor, "
        "CASE WHEN i % 10 > 0 THEN DATE '2025-09-30' - CAST(i % 100 - 10 AS INTEGER) END AS due_on",
    )
    here = over_tables.aged(table, classes=CLASSES, through=date(2025, 9, 30))
    there = totals_on_spark(
        spark,
        statements.AGING,
        table,
        columns=["reference", "amount_minor", "due_on"],
        views=(view_of_classes(CLASSES, through=date(2025, 9, 30)),),
    )
    assert len(here.rows) == 3
    assert there == here.digest


#: Receipts of three years; what followed every third of them, and now and then a receipt that is not known.
_RECEIPTS = """
SELECT i AS document, i AS contract, 'receipt' AS kind, CASE WHEN i % 9 = 0 THEN 'JPY' ELSE 'USD' END AS currency,
       'product ' || i % 3 AS product, 'partner ' || i % 5 AS partner, i * 31 % 640 AS day, i % 7 = 0 AS is_restated,
       i * 17 % 400 AS days, i * 7919 % 30000 AS price_minor, i % 500 AS tax_minor, i % 90 AS fee_minor, i % 11 AS credit_minor
  FROM range(1, {rows}) AS numbers (i)
"""
_FOLLOWERS = """
SELECT {rows} + i, CASE WHEN i % 13 > 0 THEN i * 3 END, kinds[1 + i % 6], CASE WHEN i % 3 = 0 THEN 'JPY' ELSE 'USD' END,
       'product ' || i * 3 % 3, 'partner ' || i * 3 % 5, i * 93 % 640 + i % 50, i % 4 = 0, CASE WHEN i % 2 = 0 THEN 0 END,
       i * 104729 % 20000, i % 300, i % 50, i % 23
  FROM range(1, {rows} // 3) AS numbers (i), (SELECT ['refund_paid', 'credit_sold', 'credit_refunded', 'dispute_opened',
                                                      'dispute_won', 'dispute_lost'] AS kinds)
"""
_DOCUMENTS = f"""
CREATE TABLE documents AS
SELECT document, contract, kind, currency, product, partner,
       CAST(CAST(date_trunc('month', DATE '2024-01-01' + CAST(day + CASE WHEN is_restated THEN 31 ELSE 0 END AS INTEGER))
                 AS DATE) - DATE '1970-01-01' AS INTEGER) AS counts_from_day,
       CAST(19723 + day AS INTEGER) AS effective_day, CAST(19723 + day AS INTEGER) AS start_day,
       CAST(19723 + day + days AS INTEGER) AS end_day,
       price_minor, tax_minor, fee_minor, credit_minor, is_restated
  FROM ({_RECEIPTS} UNION ALL {_FOLLOWERS})
""".replace("{rows}", str(ROWS))
RATES = (
    (900_001, "product 0", 31_234, 14, date(2024, 1, 1), date(2024, 1, 1), None, None),
    (900_002, "product 1", 50_000, 30, date(2025, 1, 1), date(2025, 1, 1), None, None),
    (
        900_003,
        "product 1",
        70_707,
        30,
        date(2025, 6, 1),
        date(2025, 5, 20),
        date(2025, 9, 1),
        date(2025, 8, 2),
    ),
)


@pytest.mark.parametrize("policy", posting_policies(), ids=lambda policy: str(policy.name))
def test_lines_of_consumers_have_the_same_digest(spark: Any, tmp_path: Path, policy: Policy) -> None:
    with Engine() as engine:
        engine.query(_DOCUMENTS)
        engine.load_refund_rates(RATES)
        engine.run([policy], movement_cuts(Month(2025, 8)))
        here = engine.query(statement_of(policy))
        for table in ("documents", "cuts", "periods", "refund_rates"):
            engine.query(f"COPY {table} TO '{tmp_path / table}.parquet' (FORMAT parquet)")
            spark.read.parquet(str(tmp_path / f"{table}.parquet")).createOrReplaceTempView(table)
    there = spark.sql(statement_of(policy)).collect()
    assert len(here) > 10
    assert statements.digest_of(tuple(row) for row in there) == statements.digest_of(here)


def _write(table: Path, columns: str) -> None:
    with Engine() as engine:
        engine.query(
            f"COPY (SELECT {columns} FROM range({ROWS}) AS numbers (i)) TO '{table}' (FORMAT parquet)"
        )
