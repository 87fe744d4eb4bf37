"""Runs policies over sets of facts with DuckDB: tables in, tables out, nothing else touched."""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from stoa.kernel.spans import Month, add_months
from stoa.policies.data import Cut, FactColumn, Policy
from stoa.policies.registry import ACCOUNT_CODES, SEGMENT_OF_PRODUCT, statement_of
from stoa.policies.statements import functions_for_duckdb

EPOCH = date(1970, 1, 1)

#: What lines have in common (``LINE_COLUMNS`` without document and amount), how many they are, sum and digest.
LineSums = tuple[Any, ...]

#: The table ``documents`` that a revenue policy reads. Days count from 1970-01-01; amounts are zero or more.
FACT_COLUMNS = (
    FactColumn("document", "BIGINT", "number of the document"),
    FactColumn("contract", "BIGINT", "number of the receipt it belongs to; empty while unknown"),
    FactColumn("kind", "VARCHAR", "kind of the document: receipt, refund_paid, dispute_lost, …"),
    FactColumn("currency", "VARCHAR", "ISO 4217 code"),
    FactColumn("product", "VARCHAR", "what was sold"),
    FactColumn("partner", "VARCHAR", "whose course it is"),
    FactColumn("counts_from_day", "INTEGER", "first day of the month the document counts from"),
    FactColumn("effective_day", "INTEGER", "day it happened"),
    FactColumn("start_day", "INTEGER", "of a receipt: first day of access"),
    FactColumn(
        "end_day", "INTEGER", "day after the last day of access; of a refund: day it ended, if it did"
    ),
    FactColumn("price_minor", "BIGINT", "price without tax"),
    FactColumn("tax_minor", "BIGINT", "tax"),
    FactColumn("fee_minor", "BIGINT", "processor's fee"),
    FactColumn("credit_minor", "BIGINT", "credit used, given, sold or paid back"),
    FactColumn(
        "is_restated", "BOOLEAN", "whether the contract has a document that came after its month was locked"
    ),
)

#: The table ``refund_rates`` that the refund reserve reads; empty where no refund is expected.
RATE_COLUMNS = (
    FactColumn("document", "BIGINT", "number of the estimate"),
    FactColumn("product", "VARCHAR", "product it concerns"),
    FactColumn("rate_millionths", "BIGINT", "share of sales that is refunded, in millionths"),
    FactColumn("window_days", "INTEGER", "days after payment in which a refund is given"),
    FactColumn("counts_from_day", "INTEGER", "first day of the month the estimate counts from"),
    FactColumn("effective_day", "INTEGER", "first day of sales it holds for"),
    FactColumn("void_counts_from_day", "INTEGER", "month from which it is taken back"),
    FactColumn("void_day", "INTEGER", "day from which it is taken back"),
)

#: The table ``lines``: what policies made of the documents, one row a document and account.
LINE_COLUMNS = (
    *("document", "account", "activity", "currency", "segment", "product", "partner", "is_late"),
    *("belongs_from", "belongs_until", "amount_minor"),
)
_LINE_LIST = ", ".join(LINE_COLUMNS)
_SHARED_LIST = ", ".join(LINE_COLUMNS[1:-1])
_KEY_LIST = ", ".join(LINE_COLUMNS[:-1])
_LINE_TYPES = (
    "document BIGINT, account VARCHAR, activity VARCHAR, currency VARCHAR, segment VARCHAR, product VARCHAR, partner VARCHAR, "
    "is_late BOOLEAN, belongs_from DATE, belongs_until DATE, amount_minor BIGINT"
)


#: Cuts in pairs; what is taken away from a cut that stands by itself lies before all days.
_PERIODS = """
CREATE OR REPLACE TABLE periods AS
WITH numbered AS (SELECT *, row_number() OVER (PARTITION BY is_late, sign ORDER BY cut) AS number FROM cuts),
     plus AS (SELECT * FROM numbered WHERE sign > 0),
     minus AS (SELECT * FROM numbered WHERE sign < 0)
SELECT plus.sign, plus.is_late, plus.cut AS until_cut, plus.day AS until_day, plus.counts_until_day AS until_counts,
       plus.year_later_day AS until_year_later_day, coalesce(minus.cut, -1) AS from_cut,
       coalesce(minus.day, -1000000) AS from_day, coalesce(minus.counts_until_day, -1000000) AS from_counts,
       coalesce(minus.year_later_day, -1000000) AS from_year_later_day
  FROM plus LEFT JOIN minus ON minus.is_late = plus.is_late AND minus.number = plus.number
UNION ALL
SELECT minus.sign, minus.is_late, minus.cut, minus.day, minus.counts_until_day, minus.year_later_day,
       -1, -1000000, -1000000, -1000000
  FROM minus LEFT JOIN plus ON minus.is_late = plus.is_late AND minus.number = plus.number
 WHERE plus.cut IS NULL
"""
_ADDED_UP = """
SELECT document, currency, product, partner, is_late, account, activity, min(belongs_from_day) AS belongs_from_day,
       CAST(sum(amount_minor) AS BIGINT) AS amount_minor
  FROM ({}) AS part
 GROUP BY document, currency, product, partner, is_late, account, activity HAVING sum(amount_minor) <> 0
"""


def day_number(day: date) -> int:
    """Days since 1970-01-01."""
    return (day - EPOCH).days


def movement_cuts(month: Month) -> tuple[Cut, ...]:
    """The cuts whose sum is what happened in ``month``, with effects of locked months kept apart as late."""
    start, end = month.start_on, month.end_on
    return (
        Cut("closing", 1, False, end, start),
        Cut("opening", -1, False, start, start),
        Cut("opening restated", 1, True, start, start),
        Cut("opening as posted", -1, True, start, month.plus(-1).start_on),
    )


def balance_cuts(on: date, *, counts_until: date) -> tuple[Cut, ...]:
    """The single cut that gives balances at the beginning of ``on``."""
    return (Cut("balance", 1, False, on, counts_until),)


class Engine:
    """A DuckDB of its own for one run. Use as a context manager.

    ``scratch`` is a folder for what does not fit into ``memory``.
    """

    def __init__(self, *, scratch: Path | None = None, memory: str = "2GB", threads: int = 2) -> None:
        self._duckdb = duckdb.connect(config={"threads": threads, "memory_limit": memory})
        if scratch is not None:
            scratch.mkdir(parents=True, exist_ok=True)
            self._duckdb.execute(f"SET temp_directory = '{_quoted(scratch)}'")

        for definition in functions_for_duckdb():
            self._duckdb.execute(definition)
        self._name_accounts()
        self.load_refund_rates(())

    def __enter__(self) -> "Engine":
        return self

    def __exit__(self, *_: object) -> None:
        self._duckdb.close()

    def query(self, sql: str, parameters: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """Run one statement and return its rows."""
        return self._duckdb.execute(sql, list(parameters)).fetchall()

    def load_documents(self, path: Path) -> None:
        """Read the facts (CSV without header, ``FACT_COLUMNS`` in order) into the table ``documents``."""
        columns = ", ".join(f"'{column.name}': '{column.type}'" for column in FACT_COLUMNS)
        self.query(
            "CREATE OR REPLACE TABLE documents AS SELECT * REPLACE (coalesce(partner, '') AS partner) FROM read_csv("  # noqa: S608
            f"'{_quoted(path)}', columns = {{{columns}}}, header = false, auto_detect = false, delim = ',', "
            "quote = '\"', escape = '\"', nullstr = '', new_line = '\\n')"
        )

    def load_refund_rates(self, rates: Iterable[Sequence[object]]) -> None:
        """Fill the table ``refund_rates`` (``RATE_COLUMNS`` in order, days as dates)."""
        columns = ", ".join(f"{column.name} {column.type}" for column in RATE_COLUMNS)
        self.query(f"CREATE OR REPLACE TABLE refund_rates ({columns})")
        for rate in rates:
            values = [day_number(value) if isinstance(value, date) else value for value in rate]
            self.query("INSERT INTO refund_rates VALUES (?, ?, ?, ?, ?, ?, ?, ?)", values)

    def run(self, policies: Iterable[Policy], cuts: Sequence[Cut], *, table: str = "lines") -> None:
        """Let the policies turn ``documents`` into the table ``table`` (``LINE_COLUMNS``), in canonical order.

        Current amounts belong to the days between the first and the last cut; late ones to the days from
        their document's first to the first cut.
        """
        is_paired = self._tell_cuts(cuts)
        first, last = min(cut.on for cut in cuts if not cut.is_late), max(cut.on for cut in cuts)
        self.query(f"CREATE OR REPLACE TABLE {table} ({_LINE_TYPES})")
        for policy in policies:
            statement = statement_of(policy)
            self.query(
                f"INSERT INTO {table} "  # noqa: S608 - the statement is a file of ours
                "SELECT line.document, accounts.code, line.activity, line.currency, coalesce(segments.segment, line.product), "
                "line.product, line.partner, line.is_late, "
                "CASE WHEN line.is_late THEN DATE '1970-01-01' + line.belongs_from_day ELSE CAST(? AS DATE) END, "
                "CAST(CASE WHEN line.is_late THEN ? ELSE ? END AS DATE), line.amount_minor "
                f"FROM ({statement if is_paired else _ADDED_UP.format(statement)}) AS line "
                "JOIN accounts ON accounts.account = line.account "
                "LEFT JOIN segments ON segments.product = line.product "
                "ORDER BY line.document, accounts.code, line.activity, line.is_late, line.currency, line.product, "
                "line.partner",
                [first, first, last],
            )

    def run_sums(self, policies: Iterable[Policy], cuts: Sequence[Cut], *, table: str) -> None:
        """Let the policies turn ``documents`` into sums by account and dimension, at a fraction of the price of lines."""
        self._tell_cuts(cuts)
        self.query(
            f"CREATE OR REPLACE TABLE {table} (account VARCHAR, currency VARCHAR, segment VARCHAR, product VARCHAR, "
            "partner VARCHAR, amount_minor BIGINT)"
        )
        for policy in policies:
            self.query(
                f"INSERT INTO {table} SELECT accounts.code, line.currency, coalesce(segments.segment, line.product), "  # noqa: S608
                "line.product, line.partner, line.amount_minor FROM (SELECT account, currency, product, partner, "
                f"CAST(sum(amount_minor) AS BIGINT) AS amount_minor FROM ({statement_of(policy)}) GROUP BY ALL) AS line "
                "JOIN accounts ON accounts.account = line.account LEFT JOIN segments ON segments.product = line.product"
            )

    @contextmanager
    def only_documents(self, condition: str) -> Iterator[None]:
        """Meanwhile ``documents`` are only those for which a condition in SQL holds; it may name ``all_documents``."""
        self.query("ALTER TABLE documents RENAME TO all_documents")
        self.query(f"CREATE TABLE documents AS SELECT * FROM all_documents WHERE {condition}")  # noqa: S608
        yield
        self.query("DROP TABLE documents")
        self.query("ALTER TABLE all_documents RENAME TO documents")

    def _tell_cuts(self, cuts: Sequence[Cut]) -> bool:
        """Fill the tables ``cuts`` and ``periods``: each cut that is added with one of its kind that is taken away.

        Returns whether one period of a kind holds them all, or the late ones concern no document: then a statement
        gives each line once.
        """
        assert all(abs(cut.sign) == 1 for cut in cuts), "cuts are added or taken away once"
        self.query(
            "CREATE OR REPLACE TABLE cuts (cut INTEGER, sign BIGINT, is_late BOOLEAN, day INTEGER, "
            "counts_until_day INTEGER, year_later_day INTEGER)"
        )
        for number, cut in enumerate(cuts):
            days = [day_number(day) for day in (cut.on, cut.counts_until, add_months(cut.on, 12))]
            self.query("INSERT INTO cuts VALUES (?, ?, ?, ?, ?, ?)", [number, cut.sign, cut.is_late, *days])
        self.query(_PERIODS)
        return self.query(
            "SELECT count(*) = count(DISTINCT is_late) OR (count(*) FILTER (WHERE NOT is_late) = 1 "
            "AND NOT EXISTS (SELECT 1 FROM documents WHERE is_restated)) FROM periods"
        )[0] == (True,)

    def add(self, lines: Sequence[Sequence[object]], *, table: str = "lines") -> None:
        """Put lines that were made elsewhere (``LINE_COLUMNS`` in order) behind those of the policies in SQL."""
        if not lines:
            return
        types = [column.rsplit(" ", 1)[1] for column in _LINE_TYPES.split(", ")]
        self.query(
            f"INSERT INTO {table} SELECT {', '.join(f'unnest(CAST(? AS {each}[]))' for each in types)}",
            [list(column) for column in zip(*lines, strict=True)],
        )

    def subtract(self, files: Sequence[Path], *, table: str = "lines") -> None:
        """Take what sealed files hold already away from ``table``; what remains is still to be posted."""
        if not files:
            return
        names = ", ".join(f"'{_quoted(path)}'" for path in files)
        if self._digest(table) == self._digest(f"read_parquet([{names}])"):
            self.query(f"DELETE FROM {table}")  # noqa: S608
            return
        self.query(
            f"CREATE OR REPLACE TABLE {table} AS "  # noqa: S608
            f"SELECT {_KEY_LIST}, CAST(sum(amount_minor) AS BIGINT) AS amount_minor FROM ("
            f"SELECT {_LINE_LIST} FROM {table} UNION ALL "
            f"SELECT {_KEY_LIST}, -amount_minor FROM read_parquet([{names}])) "
            f"GROUP BY {_KEY_LIST} HAVING sum(amount_minor) <> 0 ORDER BY {_KEY_LIST}"
        )

    def sums(self, *, table: str = "lines") -> list[LineSums]:
        """Return the lines added up by all they have in common, with what tells their documents and amounts apart.

        In canonical order: what the lines' content hash and the journal's rows are made of, in one reading.
        """
        # One cheap digest a row, gathered by what the rows have in common: formatting every column costs five times more.
        return self.query(
            f"SELECT {_SHARED_LIST}, count(*), sum(amount_minor), "  # noqa: S608
            f"bit_xor(md5_number(concat(document, ' ', amount_minor))) FROM {table} GROUP BY ALL ORDER BY ALL"
        )

    def sums_of_files(self, files: Sequence[Path]) -> list[tuple[Any, ...]]:
        """Return the sums of sealed files by account, activity, currency, segment, product and partner."""
        if not files:
            return []
        names = ", ".join(f"'{_quoted(path)}'" for path in files)
        return self.query(
            "SELECT account, activity, currency, segment, product, partner, CAST(sum(amount_minor) AS BIGINT) "  # noqa: S608
            f"FROM read_parquet([{names}]) GROUP BY ALL HAVING sum(amount_minor) <> 0 ORDER BY ALL"
        )

    def counts(self, *, table: str = "lines") -> tuple[int, int]:
        """Return the number of lines and of documents in ``table``."""
        row = self.query(f"SELECT count(*), count(DISTINCT document) FROM {table}")[0]  # noqa: S608
        return int(row[0]), int(row[1])

    def content_hash(self, *, table: str = "lines") -> str:
        """Return a SHA-256 that depends on the rows of ``table`` alone, not on their order or file format."""
        return content_hash_of(self.sums(table=table))

    def write_parquet(self, path: Path, *, table: str = "lines") -> None:
        """Write ``table`` in its order; the same rows give the same bytes with the same DuckDB."""
        self.query(
            f"COPY (SELECT {_LINE_LIST} FROM {table}) TO '{_quoted(path)}' "  # noqa: S608
            "(FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 122880)"
        )

    def _digest(self, source: str) -> tuple[Any, ...]:
        """Count and sums that tell sets of lines apart at the price of reading them."""
        return self.query(
            f"SELECT count(*), sum(amount_minor), sum(CAST(hash({_LINE_LIST}) AS HUGEINT)) FROM {source}"  # noqa: S608
        )[0]

    def _name_accounts(self) -> None:
        for table, columns, names in (
            ("accounts", "account, code", ACCOUNT_CODES),
            ("segments", "product, segment", SEGMENT_OF_PRODUCT),
        ):
            rows = ", ".join(f"('{left}', '{right}')" for left, right in names.items())
            self.query(f"CREATE TABLE {table} AS SELECT * FROM (VALUES {rows}) AS given ({columns})")  # noqa: S608


def content_hash_of(sums: Iterable[LineSums]) -> str:
    """The SHA-256 of the lines that add up to ``sums``."""
    return hashlib.sha256("\n".join("|".join(map(str, row)) for row in sums).encode()).hexdigest()


def summary_of(sums: Iterable[LineSums]) -> list[tuple[Any, ...]]:
    """Sums by account, activity, currency, segment, product, partner and lateness with the days they span, zeros left out."""
    found: dict[tuple[Any, ...], tuple[date, date, int]] = {}
    for *key, belongs_from, belongs_until, _, amount, _ in sums:
        first, last, before = found.get(tuple(key), (belongs_from, belongs_until, 0))
        found[tuple(key)] = min(first, belongs_from), max(last, belongs_until), before + amount
    return [(*key, *rest) for key, rest in found.items() if rest[-1]]


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")
