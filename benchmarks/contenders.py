"""Ways to recognize a quarter of obligations, each run by ``benchmarks/books.py`` in a process of its own.

A contender gets a Parquet table (obligation, currency, product, amount_minor, start_on, end_on) and how many of its
rows to take; it prints what it recognized and the processor seconds of the work, imports and sessions left out.
"""

import json
import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(PROJECT / "src"), str(PROJECT)]

FIRST, END = date(2025, 7, 1), date(2025, 10, 1)
EPOCH = date(1970, 1, 1)
FIRST_DAY, END_DAY = (FIRST - EPOCH).days, (END - EPOCH).days
Found = dict[str, Any]


def main() -> None:
    """Run the contender that the arguments name and print what it found as JSON."""
    name, table, rows = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3])
    found = CONTENDERS[name](table, rows)
    found.setdefault("peak_mb", _peak_mb("self"))
    print(json.dumps(found))


_SCAN = (
    "SELECT sum(amount_minor), min(start_on), max(end_on), count(*) FILTER (currency = 'USD'), "
    "count(*) FILTER (product = 'single_course') FROM {}"
)


def scan(table: Path, rows: int) -> Found:
    """Read every column once with DuckDB, in the cheapest way there is."""
    with _duckdb() as query:
        query(_SCAN.format(f"'{table}'"))
        with _measured() as measured:
            query(_SCAN.format(f"'{table}'"))
    return measured


def scan_in_memory(table: Path, rows: int) -> Found:
    """The same over a table that lies in DuckDB's memory."""
    with _duckdb() as query:
        query(f"CREATE TABLE obligations AS SELECT * FROM '{table}'")
        with _measured() as measured:
            query(_SCAN.format("obligations"))
    return measured


def stoa_totals(table: Path, rows: int) -> Found:
    """Totals by currency and product as ``stoa policy ratable_schedule --totals`` gives them: opened, checked, summed."""
    from stoa.policies import over_tables
    from stoa.policies.table_rules import Span

    with _measured() as measured:
        totals = over_tables.recognize(table, span=Span("2025-Q3", FIRST, END))
    recognized = sum(row["recognized_minor"] for row in totals.rows)
    return measured | {"recognized_minor": recognized, "digest": totals.digest}


def stoa_totals_in_memory(table: Path, rows: int) -> Found:
    """The statement alone over a table in memory."""
    from stoa.policies.engine import Engine
    from stoa.policies.statements import RECOGNITION, digest_of, for_duckdb, functions_of_period
    from stoa.policies.table_facts import view_of_facts

    columns = ["obligation", "currency", "product", "amount_minor", "start_on", "end_on"]
    with Engine() as engine:
        engine.query(view_of_facts(RECOGNITION, f"read_parquet('{table}') AS given", columns, ["USD"]))
        engine.query("CREATE TABLE held AS SELECT * FROM obligations")
        engine.query("CREATE OR REPLACE TEMPORARY VIEW obligations AS SELECT * FROM held")
        for definition in functions_of_period(FIRST, END):
            engine.query(for_duckdb(definition))
        with _measured() as measured:
            rows_found = engine.query(RECOGNITION.totals)
    return measured | {"recognized_minor": sum(row[4] for row in rows_found), "digest": digest_of(rows_found)}


def stoa_lines(table: Path, rows: int) -> Found:
    """A line for each obligation that is served in the quarter, sealed to Parquet with its SHA-256."""
    from stoa.policies import over_tables
    from stoa.policies.table_rules import Span

    into = table.with_name("lines.parquet")
    with _measured() as measured:
        sealed = over_tables.seal_recognized_lines(table, into, span=Span("2025-Q3", FIRST, END))
    with _duckdb() as query:
        recognized = int(query(f"SELECT sum(recognized_minor) FROM '{into}'")[0][0])
    return measured | {
        "recognized_minor": recognized,
        "lines": sealed.line_count,
        "mb": into.stat().st_size / 1e6,
    }


def stoa_royalties(table: Path, rows: int) -> Found:
    """Fees of 400 agreements with three deductions and two tiers by month, from as many rows of revenue."""
    from stoa.kernel.spans import Month
    from stoa.policies import over_tables

    agreement = {
        "terms": [
            {
                "starts_on": "2024-01-01",
                "deductions": [
                    {"id": "processing", "kind": "share_of_gross", "value": "0.029"},
                    {"id": "store", "kind": "share_of_rest", "value": "0.15"},
                    {"id": "support", "kind": "per_unit", "value": "0.05"},
                ],
                "tiers": [{"rate": "0.40"}, {"above": "100000", "rate": "0.45"}],
                "tier_basis": "year",
                "fund_share": "0.05",
            }
        ]
    }
    revenue = table.with_name("revenue.parquet")
    with _duckdb() as query:
        query(
            "COPY (SELECT 'agreement-' || obligation % 400 AS agreement, start_on AS earned_on, amount_minor, 1 AS units "
            f"FROM '{table}') TO '{revenue}' (FORMAT parquet)"
        )
    agreements = [agreement | {"agreement": f"agreement-{number}"} for number in range(400)]
    with _measured() as measured:
        over_tables.royalties(revenue, agreements=agreements, through=Month(2025, 9))
    return measured


def stoa_aging(table: Path, rows: int) -> Found:
    """As many receivables by four classes of age."""
    from stoa.policies import over_tables

    receivables = table.with_name("receivables.parquet")
    with _duckdb() as query:
        query(
            f"COPY (SELECT obligation AS reference, currency, amount_minor, end_on AS due_on FROM '{table}') "
            f"TO '{receivables}' (FORMAT parquet)"
        )
    classes = [
        {"name": "not due", "days_to": 0},
        {"name": "1-30", "days_from": 1, "days_to": 30},
        {"name": "31-90", "days_from": 31, "days_to": 90},
        {"name": "older", "days_from": 91},
    ]
    with _measured() as measured:
        over_tables.aged(receivables, classes={"buckets": classes}, through=END - timedelta(days=1))
    return measured


def spark(table: Path, rows: int) -> Found:
    """The same statement, unchanged, on Spark in local mode with two threads; the second run is measured."""
    import psutil
    from pyspark.sql import SparkSession

    from stoa.policies import statements
    from stoa.policies.table_facts import view_of_facts

    session = (
        SparkSession.builder.master("local[2]")
        .config("spark.ui.enabled", "false")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.driver.memory", "2g")
        .config("spark.sql.shuffle.partitions", "2")
        .getOrCreate()
    )
    columns = ["obligation", "currency", "product", "amount_minor", "start_on", "end_on"]
    for text in (
        *statements.functions(),
        *statements.functions_of_period(FIRST, END),
        view_of_facts(statements.RECOGNITION, f"parquet.`{table}` AS given", columns, ["USD"]),
    ):
        session.sql(text)
    machine = next(child for child in psutil.Process().children(recursive=True) if "java" in child.name())
    session.sql(statements.RECOGNITION.totals).collect()
    before = machine.cpu_times()
    with _measured() as measured:
        found = session.sql(statements.RECOGNITION.totals).collect()
    after = machine.cpu_times()
    measured["cpu"] += after.user + after.system - before.user - before.system
    peak = _peak_mb(str(machine.pid))
    session.stop()
    recognized = sum(row["recognized_minor"] for row in found)
    return measured | {
        "recognized_minor": recognized,
        "digest": statements.digest_of(tuple(row) for row in found),
        "peak_mb": peak,
    }


def pandas_vectorized(table: Path, rows: int) -> Found:
    """Columns of pandas, integer arithmetic, rows outside the quarter pruned first."""
    import pandas

    with _measured() as measured:
        frame = pandas.read_parquet(
            table, columns=["currency", "product", "amount_minor", "start_on", "end_on"]
        )
        start = frame["start_on"].astype("datetime64[s]").astype("int64") // 86400
        end = frame["end_on"].astype("datetime64[s]").astype("int64") // 86400
        served = (start < END_DAY) & (end > FIRST_DAY)
        frame, start, end = frame[served], start[served], end[served]
        price, term = frame["amount_minor"], end - start
        before = (FIRST_DAY - start).clip(lower=0)
        after = (END_DAY - start).clip(upper=term)
        earned = (2 * price * after + term) // (2 * term) - (2 * price * before + term) // (2 * term)
        totals = earned.groupby([frame["currency"], frame["product"]]).sum()
    return measured | {"recognized_minor": int(totals.sum())}


def polars(table: Path, rows: int) -> Found:
    """A lazy polars query of the same arithmetic."""
    import polars as pl

    price, term = pl.col("amount_minor"), pl.col("end") - pl.col("start")
    before = (FIRST_DAY - pl.col("start")).clip(lower_bound=0)
    after = pl.min_horizontal(END_DAY - pl.col("start"), term)
    with _measured() as measured:
        totals = (
            pl.scan_parquet(table)
            .filter((pl.col("start_on") < END) & (pl.col("end_on") > FIRST))
            .with_columns(
                start=pl.col("start_on").cast(pl.Date).cast(pl.Int32).cast(pl.Int64),
                end=pl.col("end_on").cast(pl.Date).cast(pl.Int32).cast(pl.Int64),
            )
            .with_columns(
                earned=(2 * price * after + term) // (2 * term) - (2 * price * before + term) // (2 * term)
            )
            .group_by("currency", "product")
            .agg(pl.col("earned").sum())
            .collect()
        )
    return measured | {"recognized_minor": int(totals["earned"].sum())}


def pandas_loop(table: Path, rows: int) -> Found:
    """A pandas frame, row by row, as a spreadsheet would be carried over."""
    frame = _sample(table, rows)
    totals: dict[tuple[str, str], int] = {}
    with _measured() as measured:
        for _, row in frame.iterrows():
            amount = _earned(row["amount_minor"], row["start_on"], row["end_on"])
            key = (row["currency"], row["product"])
            totals[key] = totals.get(key, 0) + amount
    return measured | {"recognized_minor": sum(totals.values())}


def hordak(table: Path, rows: int) -> Found:
    """An entry of two legs for each obligation, posted one by one through django-hordak's own API."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "benchmarks.hordak_settings"
    from stoa.base import database

    database.ensure_running()
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import transaction

    from benchmarks.measuring import own_database, server_cpu, server_peak_mb

    with own_database():
        call_command("migrate", verbosity=0)
        from hordak.models import Account, AccountType
        from moneyed import Money

        deferred = Account.objects.create(name="Deferred", type=AccountType.liability, currencies=["USD"])
        revenue = Account.objects.create(name="Revenue", type=AccountType.income, currencies=["USD"])
        frame = _sample(table, rows)
        posted, before = 0, server_cpu()
        with _measured() as measured:
            for row in frame.to_dict("records"):
                amount = _earned(row["amount_minor"], row["start_on"], row["end_on"])
                if amount:
                    with transaction.atomic():
                        revenue.transfer_to(
                            deferred,
                            Money(amount, "USD") / 100,
                            date=END - timedelta(days=1),
                            description="Q3",
                        )
                posted += amount
        measured["cpu"] += server_cpu() - before
        measured["peak_mb"] = _peak_mb("self") + server_peak_mb()
    return measured | {"recognized_minor": posted}


CONTENDERS: dict[str, Callable[[Path, int], Found]] = {
    each.__name__: each
    for each in (
        scan,
        scan_in_memory,
        stoa_totals,
        stoa_totals_in_memory,
        stoa_lines,
        stoa_royalties,
        stoa_aging,
        spark,
        polars,
        pandas_vectorized,
        pandas_loop,
        hordak,
    )
}


def _earned(price: int, start_on: date, end_on: date) -> int:
    term = (end_on - start_on).days
    before = min(max((FIRST - start_on).days, 0), term)
    after = min(max((END - start_on).days, 0), term)
    return int((2 * price * after + term) // (2 * term) - (2 * price * before + term) // (2 * term))


def _sample(table: Path, rows: int) -> Any:
    from pyarrow.parquet import ParquetFile

    return next(ParquetFile(table).iter_batches(batch_size=rows)).to_pandas()


@contextmanager
def _measured() -> Iterator[Found]:
    measured: Found = {}
    cpu, wall = time.process_time(), time.perf_counter()
    yield measured
    measured["cpu"], measured["seconds"] = time.process_time() - cpu, time.perf_counter() - wall


@contextmanager
def _duckdb() -> Iterator[Callable[[str], list[tuple[Any, ...]]]]:
    import duckdb

    with duckdb.connect(config={"threads": 2}) as connection:
        yield lambda sql: connection.execute(sql).fetchall()


def _peak_mb(process: str) -> float:
    """Peak resident memory of a process; 0 where /proc cannot tell."""
    try:
        lines = Path(f"/proc/{process}/status").read_text().splitlines()
    except OSError:
        return 0.0
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM")), 0.0)


if __name__ == "__main__":
    main()
