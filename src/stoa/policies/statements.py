"""The portable statements: policies over tables of millions of rows, the same text on DuckDB and on Spark.

A statement reads named tables and returns rows; it is the SQL file beside this module, unchanged. An engine needs
three things to run it: the shared functions, the tables, and the text.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from stoa.policies.data import FactColumn

#: A day that no span of these books reaches: what has no end ends here.
NEVER = date(2999, 12, 31)


@dataclass(frozen=True, slots=True)
class Statement:
    """A portable statement: the policy it carries out, its file, what it reads first, and how its totals are told.

    ``facts`` are the columns of its large table; ``keys`` and ``sums`` are the columns of its totals.
    """

    policy: str
    file: str
    table: str
    facts: tuple[FactColumn, ...]
    keys: tuple[str, ...]
    sums: tuple[str, ...]

    @property
    def text(self) -> str:
        """The SQL, as a controller reads it."""
        return _read(self.file)

    @property
    def totals(self) -> str:
        """The statement's totals by its keys, in canonical order."""
        sums = ", ".join(f"CAST(sum({name}) AS BIGINT) AS {name}" for name in self.sums)
        keys = ", ".join(self.keys)
        return f"SELECT {keys}, {sums} FROM ({self.text}) AS line GROUP BY {keys} ORDER BY {keys}"  # noqa: S608 - files of ours


RECOGNITION = Statement(
    policy="ratable_schedule",
    file="recognition.sql",
    table="obligations",
    facts=(
        FactColumn("obligation", "VARCHAR", "its name; only for contract-level lines"),
        FactColumn("currency", "VARCHAR", "ISO 4217 code; USD when there is no such column"),
        FactColumn("product", "VARCHAR", "what was sold; may be left out"),
        FactColumn(
            "amount", "DECIMAL", "its part of the price, taxes excluded; or amount_minor, whole minor units"
        ),
        FactColumn("start_on", "DATE", "first day"),
        FactColumn("end_on", "DATE", "day after the last"),
    ),
    keys=("currency", "product"),
    sums=("opening_minor", "begun_minor", "recognized_minor", "closing_minor"),
)
ROYALTIES = Statement(
    policy="partner_fees",
    file="royalties.sql",
    table="revenue",
    facts=(
        FactColumn("agreement", "VARCHAR", "agreement of the educator partner"),
        FactColumn("currency", "VARCHAR", "ISO 4217 code; USD when there is no such column"),
        FactColumn("earned_on", "DATE", "day the revenue was recognized"),
        FactColumn("amount", "DECIMAL", "revenue, taxes excluded; or amount_minor"),
        FactColumn("units", "BIGINT", "units behind it, for deductions per unit; may be left out"),
    ),
    keys=("agreement", "currency", "period"),
    sums=("revenue_minor", "base_minor", "fee_minor", "fund_minor", "payable_minor"),
)
AGING = Statement(
    policy="credit_losses",
    file="aging.sql",
    table="receivables",
    facts=(
        FactColumn("reference", "VARCHAR", "number of the invoice; may be left out"),
        FactColumn("currency", "VARCHAR", "ISO 4217 code; USD when there is no such column"),
        FactColumn("amount", "DECIMAL", "what is open; or amount_minor"),
        FactColumn("due_on", "DATE", "due date; empty is not past due"),
    ),
    keys=("position", "class", "currency"),
    sums=("receivables", "amount_minor"),
)
STATEMENTS = (RECOGNITION, ROYALTIES, AGING)


def find(policy: str) -> Statement | None:
    """The statement that carries out a policy over tables, if there is one."""
    return next((each for each in STATEMENTS if each.policy == policy), None)


def functions() -> tuple[str, ...]:
    """The definitions that every statement shares, as standard SQL: one ``CREATE TEMPORARY FUNCTION`` each."""
    code = "\n".join(line for line in _read("functions.sql").splitlines() if not line.startswith("--"))
    return tuple(part.strip() for part in code.split(";") if part.strip())


def functions_of_period(start_on: date, end_on: date) -> tuple[str, str]:
    """The definitions of ``period_start()`` and ``period_end()``: the days ``[start_on, end_on)``."""
    define = "CREATE OR REPLACE TEMPORARY FUNCTION {}() RETURNS BIGINT\nRETURN CAST({} AS BIGINT)"
    epoch = date(1970, 1, 1)
    return (
        define.format("period_start", (start_on - epoch).days),
        define.format("period_end", (end_on - epoch).days),
    )


def for_duckdb(definition: str) -> str:
    """A definition of a function as DuckDB writes it."""
    head, body = definition.split(" RETURNS BIGINT\nRETURN ")
    return f"{head.replace(' BIGINT', '').replace('FUNCTION', 'MACRO')} AS {body}"


def functions_for_duckdb() -> tuple[str, ...]:
    """The shared definitions as DuckDB writes them, and ``div``, which it spells ``//``."""
    return (
        "CREATE TEMPORARY MACRO div(dividend, divisor) AS dividend // divisor",
        *(for_duckdb(each) for each in functions()),
    )


def digest_of(rows: Iterable[Sequence[object]]) -> str:
    """A SHA-256 of rows in canonical order, the same whichever engine gave them."""
    lines = sorted("|".join("" if value is None else str(value) for value in row) for row in rows)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


@cache
def _read(file: str) -> str:
    return (Path(__file__).parent / file).read_text(encoding="utf-8")
