"""How much processor time a quarter of obligations costs: Stoa's statements beside others, in one run.

    make benchmark-books [ROWS=1000000]

Every contender works on the same Parquet table in a process of its own, two threads; processor seconds are those of all
processes that take part (PostgreSQL and Java included), imports and sessions left out. Slow ones take a sample, stated.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).resolve().parents[1]

#: Contender, what it is called, and the rows it takes at most.
ROUNDS = (
    ("scan", "plain scan of the columns, Parquet", 0),
    ("stoa_totals", "Stoa: totals, Parquet (open, check, sum)", 0),
    ("scan_in_memory", "plain scan of the columns, in memory", 0),
    ("stoa_totals_in_memory", "Stoa: totals, in memory", 0),
    ("stoa_lines", "Stoa: contract-level lines, sealed to Parquet", 0),
    ("stoa_royalties", "Stoa: partner fees of 400 agreements", 0),
    ("stoa_aging", "Stoa: receivables by age", 0),
    ("spark", "Stoa's statement on Spark, local[2]", 0),
    ("polars", "polars, lazy", 0),
    ("pandas_vectorized", "pandas, vectorized", 0),
    ("pandas_loop", "pandas, row by row", 100_000),
    ("hordak", "django-hordak, entry by entry", 2_000),
)
#: The shape of the table: product, share in ten, months of access.
_TABLE = """COPY (
SELECT i AS obligation, 'USD' AS currency,
       CASE WHEN i % 10 < 5 THEN 'catalog_subscription' WHEN i % 10 < 8 THEN 'single_course' ELSE 'specialization' END AS product,
       CAST(1900 + hash(i + 1) % 400 * 100 AS BIGINT) AS amount_minor, start_on,
       CAST(start_on + to_months(CASE WHEN i % 10 < 5 THEN 1 WHEN i % 10 < 8 THEN 6 ELSE 12 END) AS DATE) AS end_on
  FROM (SELECT i, DATE '2024-07-01' + CAST(hash(i) % 457 AS INTEGER) AS start_on FROM range({rows}) AS numbers (i))
) TO '{table}' (FORMAT parquet, COMPRESSION zstd)"""


def main() -> None:
    """Run every contender and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--rows", type=int, default=10_000_000)
    parser.add_argument("--without", action="append", default=[], choices=[name for name, _, _ in ROUNDS])
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="stoa-benchmark-") as folder:
        table = Path(folder) / "obligations.parquet"
        _make(table, arguments.rows)
        print(
            f"{arguments.rows:,} obligations begun from July 2024 to September 2025 (half for one month, 30 % for six,"
        )
        print(
            f"20 % for twelve), {table.stat().st_size / 1e6:.0f} MB of Parquet; recognized for the third quarter of 2025.\n"
        )
        _compare(table, arguments.rows, arguments.without)


def _compare(table: Path, rows: int, without: list[str]) -> None:
    print(
        f"{'':46}{'rows':>12}{'CPU s':>9}{'rows a CPU-second':>19}{'× scan':>10}{'CPU s for all':>15}{'peak MB':>9}"
    )
    found: dict[str, Any] = {}
    for name, title, most in ROUNDS:
        if name in without:
            continue
        taken = min(rows, most or rows)
        found[name] = one = _run(name, table, taken)
        scan = found["scan_in_memory" if name == "stoa_totals_in_memory" else "scan"]
        ratio = one["cpu"] / taken / (scan["cpu"] / rows)
        print(
            f"{title:46}{taken:>12,}{one['cpu']:>9.2f}{taken / one['cpu']:>19,.0f}{ratio:>10,.1f}"
            f"{one['cpu'] * rows / taken:>15,.1f}{one['peak_mb']:>9,.0f}",
            flush=True,
        )
    whole = {one["recognized_minor"] for name, one in found.items() if _is_whole(name, one)}
    digests = {one["digest"] for one in found.values() if "digest" in one}
    assert len(whole) == 1, f"contenders disagree: {whole}"
    assert len(digests) == 1, f"engines disagree: {digests}"
    print(
        f"\nAll that took every row recognized {whole.pop() / 100:,.2f}; digest {digests.pop()[:16]} on each engine."
    )
    if "stoa_lines" in found:
        lines = found["stoa_lines"]
        print(
            f"Sealed lines: {lines['lines']:,}, {lines['mb']:.0f} MB; {lines['lines'] / lines['cpu']:,.0f} lines a CPU-second."
        )


def _is_whole(name: str, one: dict[str, Any]) -> bool:
    return "recognized_minor" in one and next(most for each, _, most in ROUNDS if each == name) == 0


def _make(table: Path, rows: int) -> None:
    import duckdb

    with duckdb.connect(config={"threads": 2}) as connection:
        connection.execute(_TABLE.format(rows=rows, table=table))


def _run(name: str, table: Path, rows: int) -> dict[str, Any]:
    environment = os.environ | {"PYTHONPATH": f"{PROJECT / 'src'}:{PROJECT}", "POLARS_MAX_THREADS": "2"}
    done = subprocess.run(
        [sys.executable, str(PROJECT / "benchmarks" / "contenders.py"), name, str(table), str(rows)],
        capture_output=True,
        text=True,
        env=environment,
        check=False,
    )
    if done.returncode:
        sys.exit(f"{name} failed:\n{done.stderr[-3000:]}")
    result: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return result


if __name__ == "__main__":
    main()
