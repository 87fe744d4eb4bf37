"""The large table that a portable statement reads: its columns in a user's file, as a view that every engine understands."""

from collections.abc import Sequence

from stoa.kernel.money import exponent_of
from stoa.kernel.refusals import Invalid
from stoa.policies.statements import AGING, RECOGNITION, ROYALTIES, Statement

_NEEDED = {
    RECOGNITION: ("start_on", "end_on"),
    ROYALTIES: ("agreement", "earned_on"),
    AGING: ("due_on",),
}
_LARGEST_MINOR = 10**13
_LONGEST_SPAN_DAYS = 36_525


def view_of_facts(
    statement: Statement, source: str, columns: Sequence[str], currencies: Sequence[str]
) -> str:
    """The view over the large table ``source`` that a statement reads, as every engine understands it."""
    selected = ", ".join(_columns(statement, columns, currencies))
    return f"CREATE OR REPLACE TEMPORARY VIEW {statement.table} AS SELECT {selected} FROM {source}"  # noqa: S608


def check_columns(statement: Statement, columns: Sequence[str]) -> None:
    """Refuse a file that lacks a column the statement needs."""
    missing = [name for name in _NEEDED[statement] if name not in columns]
    if not {"amount", "amount_minor"} & set(columns):
        missing.append("amount (or amount_minor)")
    if missing:
        known = "; ".join(f"{each.name}: {each.words}" for each in statement.facts)
        raise Invalid(f"The table lacks the column {missing[0]}. Its columns are {known}.")


def count_of_problems(statement: Statement) -> str:
    """An expression that counts the rows of the view that cannot be used."""
    amount = "price_minor" if statement is RECOGNITION else "amount_minor"
    wrong = [f"{amount} IS NULL", f"{amount} NOT BETWEEN -{_LARGEST_MINOR} AND {_LARGEST_MINOR}"]
    if statement is RECOGNITION:
        wrong += [
            "start_day IS NULL",
            "end_day IS NULL",
            f"end_day - start_day NOT BETWEEN 1 AND {_LONGEST_SPAN_DAYS}",
        ]
    if statement is ROYALTIES:
        wrong += ["agreement IS NULL", "day IS NULL"]
    return f"sum(CASE WHEN {' OR '.join(wrong)} THEN 1 ELSE 0 END)"


def _columns(statement: Statement, columns: Sequence[str], currencies: Sequence[str]) -> list[str]:
    currency = "coalesce(CAST(currency AS STRING), 'USD')" if "currency" in columns else "'USD'"
    amount = "CAST(amount_minor AS BIGINT)" if "amount_minor" in columns else _scaled(currency, currencies)
    name = statement.facts[0].name
    texts = name if name in columns else f"'' AS {name}"
    if statement is RECOGNITION:
        product = "coalesce(CAST(product AS STRING), '')" if "product" in columns else "''"
        return [
            *(texts, f"{currency} AS currency", f"{product} AS product", f"{amount} AS price_minor"),
            *(_day("start_on", "start_day"), _day("end_on", "end_day")),
        ]
    if statement is ROYALTIES:
        units = "coalesce(CAST(units AS BIGINT), 0)" if "units" in columns else "0"
        return [
            *(texts, f"{currency} AS currency", _day("earned_on", "day")),
            *(f"{amount} AS amount_minor", f"{units} AS units"),
        ]
    return [texts, f"{currency} AS currency", f"{amount} AS amount_minor", _day("due_on", "due_day")]


def _scaled(currency: str, currencies: Sequence[str]) -> str:
    """Major units as minor ones; what is not whole becomes NULL and is refused with its row."""
    try:
        scales = {code: 10 ** exponent_of(code) for code in currencies}
    except ValueError as error:
        raise Invalid(f"{error}.") from None
    cases = " ".join(f"WHEN '{code}' THEN {scale}" for code, scale in sorted(scales.items()))
    exact = f"CAST(amount AS DECIMAL(24, 6)) * CASE {currency} {cases} END"
    return f"CASE WHEN {exact} = round({exact}, 0) THEN CAST({exact} AS BIGINT) END"


def _day(column: str, name: str) -> str:
    return f"CAST(CAST({column} AS DATE) - DATE '1970-01-01' AS BIGINT) AS {name}"
