"""Runs the portable statements on Parquet or CSV files with DuckDB: millions of rows, no platform, no database."""

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from stoa.kernel.refusals import Invalid
from stoa.kernel.spans import Month
from stoa.policies.engine import Engine
from stoa.policies.statements import (
    AGING,
    RECOGNITION,
    ROYALTIES,
    Statement,
    digest_of,
    for_duckdb,
    functions_of_period,
)
from stoa.policies.table_facts import check_columns, count_of_problems, view_of_facts
from stoa.policies.table_rules import Span, view_of_classes, view_of_periods, views_of_agreements


@dataclass(frozen=True, slots=True)
class Totals:
    """What a statement gave: named rows in canonical order, how many facts it read, and the digest of the rows."""

    statement: Statement
    facts: int
    rows: tuple[dict[str, Any], ...]
    digest: str

    def only(self, key: str, values: Collection[str]) -> "Totals":
        """The rows whose ``key`` is one of ``values``."""
        rows = tuple(row for row in self.rows if row[key] in values)
        return replace(self, rows=rows, digest=digest_of(tuple(row.values()) for row in rows))


@dataclass(frozen=True, slots=True)
class Sealed:
    """Contract-level lines in a Parquet file, with its SHA-256."""

    path: Path
    line_count: int
    sha256: str


def recognize(source: Path, *, span: Span) -> Totals:
    """Revenue of the obligations in ``source`` by currency and product. Raises ``Invalid``."""
    with Engine() as engine:
        _set_period(engine, span)
        return _totals(engine, RECOGNITION, source)


def seal_recognized_lines(source: Path, into: Path, *, span: Span) -> Sealed:
    """Write a line for each obligation that is served in the span to the Parquet file ``into``. Raises ``Invalid``."""
    with Engine() as engine:
        _set_period(engine, span)
        _open(engine, RECOGNITION, source)
        count = engine.query(
            f"COPY ({RECOGNITION.text}) TO '{_quoted(into)}' (FORMAT parquet, COMPRESSION zstd)"
        )
    with into.open("rb") as file:
        return Sealed(into, int(count[0][0]), hashlib.file_digest(file, "sha256").hexdigest())


def royalties(source: Path, *, agreements: Sequence[object], through: Month) -> Totals:
    """Fees by agreement and month, from the first month of revenue in ``source`` to ``through``. Raises ``Invalid``."""
    with Engine() as engine:
        for view in views_of_agreements(agreements):
            engine.query(view)
        facts = _open(engine, ROYALTIES, source)
        engine.query(view_of_periods(_months_of_revenue(engine, through)))
        _check_terms(engine)
        return _run(engine, ROYALTIES, facts)


def aged(source: Path, *, classes: object, through: date) -> Totals:
    """Receivables in ``source`` by class of age at the end of ``through``. Raises ``Invalid``."""
    with Engine() as engine:
        engine.query(view_of_classes(classes, through=through))
        found = _totals(engine, AGING, source)
    taken = sum(row["receivables"] for row in found.rows)
    if taken != found.facts:
        raise Invalid(
            f"{found.facts - taken} receivables lie in no class; set days_from and days_to of the buckets."
        )
    return found


def _set_period(engine: Engine, span: Span) -> None:
    for definition in functions_of_period(span.start_on, span.end_on):
        engine.query(for_duckdb(definition))


def _totals(engine: Engine, statement: Statement, source: Path) -> Totals:
    return _run(engine, statement, _open(engine, statement, source))


def _run(engine: Engine, statement: Statement, facts: int) -> Totals:
    rows = engine.query(statement.totals)
    names = (*statement.keys, *statement.sums)
    return Totals(
        statement, facts, tuple(dict(zip(names, row, strict=True)) for row in rows), digest_of(rows)
    )


def _open(engine: Engine, statement: Statement, source: Path) -> int:
    """Make the view of the facts and check every row; return how many there are."""
    given = _source(source)
    try:
        columns = [row[0] for row in engine.query(f"DESCRIBE SELECT * FROM {given}")]  # noqa: S608
        currencies = ["USD"]
        if "currency" in columns:
            currencies = [row[0] or "USD" for row in engine.query(f"SELECT DISTINCT currency FROM {given}")]  # noqa: S608
        check_columns(statement, columns)
        engine.query(view_of_facts(statement, given, columns, currencies))
        problems = engine.query(f"SELECT count(*), {count_of_problems(statement)} FROM {statement.table}")[0]  # noqa: S608
    except Invalid:
        raise
    except Exception as error:  # DuckDB has many, all about what the file holds
        raise Invalid(f"{source} cannot be read: {str(error).splitlines()[0]}.") from None
    count, wrong = int(problems[0]), int(problems[1] or 0)
    if wrong:
        raise Invalid(
            f"{wrong} of {count} rows cannot be used: an amount or day is missing, an amount is not whole minor units "
            "or above 10^13 of them, or a span does not end after it starts or lasts more than a hundred years."
        )
    return count


def _check_terms(engine: Engine) -> None:
    """Terms must hold on the last day of the first month with revenue of each agreement."""
    starts = dict(engine.query("SELECT agreement, min(first_day) FROM terms GROUP BY agreement"))
    first_ends = engine.query(
        "SELECT first.agreement, periods.end_day FROM (SELECT agreement, min(day) AS day FROM revenue GROUP BY agreement) AS first "
        "JOIN periods ON first.day >= periods.first_day AND first.day < periods.end_day ORDER BY first.agreement"
    )
    for agreement, end_day in first_ends:
        if agreement not in starts or starts[agreement] >= end_day:
            raise Invalid(
                f"No terms hold for the first revenue of {agreement!r}; add them to the agreements."
            )


def _months_of_revenue(engine: Engine, through: Month) -> list[Span]:
    row = engine.query("SELECT DATE '1970-01-01' + CAST(min(day) AS INTEGER) FROM revenue")[0]
    first = Month.of(row[0]) if row[0] else through
    count = max(through.months_since(first) + 1, 1)
    if count > 1_200:
        raise Invalid("The revenue spans more than a hundred years.")
    months = [first.plus(number) for number in range(count)]
    return [Span(str(month), month.start_on, month.end_on) for month in months]


def _source(source: Path) -> str:
    files = [source]
    if source.is_dir():
        files = sorted(path for path in source.iterdir() if path.suffix in (".parquet", ".csv"))
    if not files or len({path.suffix for path in files}) > 1 or files[0].suffix not in (".parquet", ".csv"):
        raise Invalid(f"{source} must be a .parquet or .csv file, or a folder of one kind of them.")
    names = ", ".join(f"'{_quoted(path)}'" for path in files)
    return f"read_{files[0].suffix[1:]}([{names}]) AS given"


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")
