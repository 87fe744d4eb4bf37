"""The small tables beside a large one: periods, agreements with educator partners, classes of age.

They are made as SQL that every engine reads unchanged, from the same facts that the worked policies take.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from itertools import pairwise
from typing import Any

from stoa.policies.credit_losses import Bucket
from stoa.policies.engine import day_number
from stoa.policies.facts import Facts, Price, fact, read_facts, refuse
from stoa.policies.partner_fees import Term
from stoa.policies.statements import NEVER

_EVERY_DAY = 1_000_000
_PLACES = 6
_DEDUCTIONS_AT_MOST = 3


@dataclass(frozen=True, slots=True)
class Span:
    """A named span of days, ``end_on`` exclusive."""

    name: str
    start_on: date
    end_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement(Facts):
    """An agreement's terms, as policy ``partner_fees`` takes them."""

    agreement: str = fact("Name of the agreement, as the revenue has it.")
    terms: tuple[Term, ...] = fact("Terms by effective date.")
    base_before: Price = fact(
        "Base that counted for tiers before the first row of revenue.", default=Fraction(0)
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Classes(Facts):
    """The classes of age, as policy ``credit_losses`` takes them."""

    buckets: tuple[Bucket, ...] = fact("Classes by days past due.")


def view_of_periods(spans: Iterable[Span]) -> str:
    """The view ``periods``."""
    rows = [(span.name, day_number(span.start_on), day_number(span.end_on)) for span in spans]
    return _view("periods", "period STRING, first_day BIGINT, end_day BIGINT", rows)


def views_of_agreements(given: Sequence[object]) -> tuple[str, ...]:
    """The views ``terms``, ``deductions``, ``tiers`` and ``opening`` from agreements in JSON. Raises ``Invalid``."""
    terms: list[tuple[object, ...]] = []
    deductions: list[tuple[object, ...]] = []
    tiers: list[tuple[object, ...]] = []
    opening: list[tuple[object, ...]] = []
    for index, each in enumerate(given):
        here = f"agreements[{index}]"
        agreement = read_facts(Agreement, each, path=here)
        name, unit = agreement.agreement, agreement.grid.unit
        opening.append((name, _minor(agreement.base_before, unit, f"{here}.base_before")))
        in_order = sorted(agreement.terms, key=lambda term: term.starts_on)
        ends = [*(term.starts_on for term in in_order[1:]), NEVER]
        for number, (term, end_on) in enumerate(zip(in_order, ends, strict=True)):
            path, first = f"{here}.terms[{number}]", day_number(term.starts_on)
            terms.append(
                (
                    name,
                    first,
                    day_number(end_on),
                    term.tier_basis,
                    _exact(term.fund_share, f"{path}.fund_share"),
                )
            )
            deductions += [(name, first, *row) for row in _deductions(term, unit, path)]
            tiers += [(name, first, *row) for row in _tiers(term, unit, path)]
    if len({row[0] for row in opening}) < len(opening):
        raise refuse("agreements", "one agreement is given twice; put its terms into one.")
    return (
        _view(
            "terms",
            "agreement STRING, first_day BIGINT, end_day BIGINT, tier_basis STRING, fund_share DECIMAL(7, 6)",
            terms,
        ),
        _view(
            "deductions",
            "agreement STRING, first_day BIGINT, position INTEGER, kind STRING, amount DECIMAL(18, 6)",
            deductions,
        ),
        _view(
            "tiers",
            "agreement STRING, first_day BIGINT, above_minor DECIMAL(18, 0), until_minor DECIMAL(18, 0), rate DECIMAL(7, 6)",
            tiers,
        ),
        _view("opening", "agreement STRING, base_minor DECIMAL(18, 0)", opening),
    )


def view_of_classes(given: object, *, through: date) -> str:
    """The view ``classes`` for receivables aged at the end of ``through``. Raises ``Invalid``."""
    rows: list[tuple[str, int, int, int, int]] = []
    for position, bucket in enumerate(read_facts(Classes, given).buckets, start=1):
        if bucket.days_from is None and bucket.days_to is None:
            raise refuse(f"buckets[{position - 1}].days_from", "is missing: days past due decide the class.")
        days_from = -_EVERY_DAY if bucket.days_from is None else bucket.days_from
        first = -_EVERY_DAY if days_from <= 0 else days_from
        until = _EVERY_DAY if bucket.days_to is None else bucket.days_to + 1
        rows.append((bucket.name, position, first, until, day_number(through)))
    spans = sorted((row[2], row[3]) for row in rows)
    if any(after[0] < before[1] for before, after in pairwise(spans)):
        raise refuse("buckets", "overlap: each day past due must lie in one class.")
    return _view(
        "classes", "class STRING, position INTEGER, from_day BIGINT, until_day BIGINT, day BIGINT", rows
    )


def _deductions(term: Term, unit: Fraction, path: str) -> Iterable[tuple[int, str, str]]:
    if len(term.deductions) > _DEDUCTIONS_AT_MOST:
        raise refuse(
            f"{path}.deductions", f"has more than {_DEDUCTIONS_AT_MOST} rows; run the policy on its facts."
        )
    if sum(each.kind == "share_of_rest" for each in term.deductions) == _DEDUCTIONS_AT_MOST:
        raise refuse(f"{path}.deductions", "may hold at most two shares of the rest.")
    for position, each in enumerate(term.deductions, start=1):
        here = f"{path}.deductions[{position - 1}].value"
        is_share = each.kind.startswith("share")
        if is_share and each.value > 9:
            raise refuse(here, "is a share; 1 takes all.")
        yield position, each.kind, _exact(each.value if is_share else each.value / unit, here)


def _tiers(term: Term, unit: Fraction, path: str) -> Iterable[tuple[int, int | None, str]]:
    in_order = sorted((tier.above, tier.rate) for tier in term.tiers)
    if not in_order or in_order[0][0]:
        raise refuse(f"{path}.tiers", "the first must hold from 0.")
    starts = [_minor(above, unit, f"{path}.tiers") for above, _ in in_order]
    for (_, rate), above, until in zip(in_order, starts, [*starts[1:], None], strict=True):
        yield above, until, _exact(rate, f"{path}.tiers")


def _minor(amount: Fraction, unit: Fraction, path: str) -> int:
    scaled = amount / unit
    if scaled.denominator != 1 or scaled >= 10**14:
        raise refuse(path, "must be whole minor units, below 10^14 of them.")
    return int(scaled)


def _exact(value: Fraction, path: str) -> str:
    scaled = value * 10**_PLACES
    if scaled.denominator != 1 or scaled >= 10**18:
        raise refuse(
            path, f"has more than {_PLACES} decimal places; over tables rates must be exact in them."
        )
    return f"{int(scaled) // 10**_PLACES}.{int(scaled) % 10**_PLACES:06d}"


def _view(name: str, columns: str, rows: Sequence[tuple[Any, ...]]) -> str:
    named = [
        column.split(" ", 1) for column in columns.replace(", 6)", ";6)").replace(", 0)", ";0)").split(", ")
    ]
    names = ", ".join(column for column, _ in named)
    typed = ", ".join(f"CAST({column} AS {kind.replace(';', ', ')}) AS {column}" for column, kind in named)
    given = (
        ", ".join(f"({', '.join(map(_literal, row))})" for row in rows)
        or f"({', '.join(['NULL'] * len(named))})"
    )
    nothing = "" if rows else " WHERE 1 = 0"
    return f"CREATE OR REPLACE TEMPORARY VIEW {name} AS SELECT {typed} FROM (VALUES {given}) AS given ({names}){nothing}"  # noqa: S608 - literals are quoted


def _literal(value: object) -> str:
    if value is None:
        return "NULL"
    if isinstance(value, int):
        return str(value)
    text = str(value).replace("'", "''")
    return f"'{text}'"
