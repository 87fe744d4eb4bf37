"""Laws of the consumer policy, on random histories: its SQL against a naive oracle that walks day by day."""

import csv
import tempfile
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from stoa.kernel.money import round_half_up
from stoa.kernel.spans import Month
from stoa.policies.data import Cut
from stoa.policies.engine import Engine, balance_cuts, day_number, movement_cuts
from stoa.policies.registry import CONSUMER_SINGLE_COURSE

FIRST = date(2023, 11, 20)  # the terms drawn below meet 29 February 2024


@dataclass(frozen=True)
class Sale:
    number: int
    paid_on: date
    start_on: date
    end_on: date
    price: int
    tax: int
    fee: int
    refunds: tuple[tuple[date, int], ...]


@st.composite
def sales(draw: st.DrawFn, number: int = 1) -> Sale:
    paid_on = FIRST + timedelta(days=draw(st.integers(0, 120)))
    start_on = paid_on + timedelta(days=draw(st.sampled_from([0, 0, 0, 1, 12])))
    days = draw(st.one_of(st.integers(0, 10), st.integers(150, 200), st.integers(360, 800)))
    price = draw(st.one_of(st.integers(0, 3), st.integers(0, 10_000), st.integers(0, 10**9)))
    refunds: list[tuple[date, int]] = []
    if draw(st.booleans()):
        left = price
        day = paid_on
        for _ in range(draw(st.integers(1, 3))):
            day += timedelta(days=draw(st.integers(0, 40)))
            part = left if draw(st.booleans()) else draw(st.integers(0, left))
            refunds.append((day, part))
            left -= part
    return Sale(
        number,
        paid_on,
        start_on,
        start_on + timedelta(days=days),
        price,
        draw(st.integers(0, 900)),
        draw(st.integers(0, 200)),
        tuple(refunds),
    )


@st.composite
def histories(draw: st.DrawFn) -> list[Sale]:
    return [draw(sales(number)) for number in range(1, draw(st.integers(1, 6)) + 1)]


def documents(history: Iterable[Sale], *, order: int = 1) -> list[list[object]]:
    """Rows of the policy's input, each counting from the month it happens in."""
    rows: list[list[object]] = []
    for sale in history:
        rows.append(_row(sale.number, sale.number, True, sale.paid_on, sale, sale.price, sale.tax, sale.fee))
        for index, (day, part) in enumerate(sale.refunds):
            tax = sale.tax if index == 0 else 0
            rows.append(_row(sale.number * 100 + index, sale.number, False, day, sale, part, tax, 0))
    return rows[::order]


def _row(
    document: int, contract: int, is_receipt: bool, day: date, sale: Sale, price: int, tax: int, fee: int
) -> list[object]:
    term = [day_number(sale.start_on), day_number(sale.end_on)] if is_receipt else ["", ""]
    month = day_number(Month.of(day).start_on)
    return [
        document,
        contract,
        "receipt" if is_receipt else "refund_paid",
        "USD",
        "single_course",
        "p",
        month,
        day_number(day),
        *term,
        price,
        tax,
        fee,
        0,
        False,
    ]


ENGINE = Engine(memory="512MB", threads=1)


def run(rows: list[list[object]], cuts: tuple[Cut, ...]) -> dict[tuple[int, str], int]:
    """What the policy gives by contract and account."""
    return run_each(rows, [cuts])[0]


def run_each(rows: list[list[object]], cuts: Iterable[tuple[Cut, ...]]) -> list[dict[tuple[int, str], int]]:
    """What the policy gives for each set of cuts."""
    with tempfile.NamedTemporaryFile("w", newline="", suffix=".csv") as file:
        csv.writer(file, lineterminator="\n").writerows(rows)
        file.flush()
        ENGINE.load_documents(Path(file.name))
    results = []
    for each in cuts:
        ENGINE.run([CONSUMER_SINGLE_COURSE], each)
        found = ENGINE.query(
            "SELECT CASE WHEN document >= 100 THEN document // 100 ELSE document END, account, "
            "CAST(sum(amount_minor) AS BIGINT) FROM lines GROUP BY ALL"
        )
        results.append({(contract, account): amount for contract, account, amount in found if amount})
    return results


def oracle(history: Iterable[Sale], day: date) -> dict[tuple[int, str], int]:
    """The same balances at the beginning of ``day``, by walking through every day of every contract."""
    balances: dict[tuple[int, str], int] = defaultdict(int)
    for sale in history:
        if sale.paid_on >= day:
            continue
        refunded = sum(part for on, part in sale.refunds if on < day)
        tax_back = sale.tax if any(on < day for on, _ in sale.refunds[:1]) else 0
        price = sale.price - refunded
        term = max((sale.end_on - sale.start_on).days, 1)
        served, served_in_a_year = 0, 0
        walk, a_year_later = sale.start_on, _year_later(day)
        for _ in range(term):
            served += walk < day
            served_in_a_year += walk < a_year_later
            walk += timedelta(days=1)
        # A refunded contract stops earning on the day of a full refund because nothing is left to earn.
        earned = round_half_up(Fraction(price * served, term))
        later = price - round_half_up(Fraction(price * served_in_a_year, term))
        balances[sale.number, "1050"] += sale.price + sale.tax - sale.fee - refunded - tax_back
        balances[sale.number, "5100"] += sale.fee
        balances[sale.number, "2200"] -= sale.tax - tax_back
        balances[sale.number, "4000"] -= earned
        balances[sale.number, "2110"] -= later
        balances[sale.number, "2100"] -= price - earned - later
    return {key: amount for key, amount in balances.items() if amount}


def _year_later(day: date) -> date:
    try:
        return day.replace(year=day.year + 1)
    except ValueError:
        return date(day.year + 1, 2, 28)


@settings(max_examples=60, deadline=None)
@given(histories(), st.integers(0, 900))
def test_the_sql_agrees_with_the_day_by_day_oracle(history: list[Sale], offset: int) -> None:
    day = FIRST + timedelta(days=offset)
    assert run(documents(history), balance_cuts(day, counts_until=day)) == oracle(history, day)


@settings(max_examples=5, deadline=None)
@given(histories())
def test_months_add_up_to_the_whole_and_every_month_balances(history: list[Sale]) -> None:
    rows = documents(history)
    total: dict[tuple[int, str], int] = defaultdict(int)
    months = [Month.of(FIRST).plus(number) for number in range(34)]
    for moved in run_each(rows, [movement_cuts(month) for month in months]):
        for contract in {number for number, _account in moved}:
            assert sum(amount for (number, _account), amount in moved.items() if number == contract) == 0
        for key, amount in moved.items():
            total[key] += amount
    assert {key: amount for key, amount in total.items() if amount} == oracle(history, months[-1].end_on)


@settings(max_examples=25, deadline=None)
@given(sales(), st.lists(st.integers(0, 900), max_size=6))
def test_any_cut_of_time_earns_the_price(sale: Sale, offsets: list[int]) -> None:
    rows = documents([sale])
    days = [FIRST, *sorted(FIRST + timedelta(days=offset) for offset in offsets), date(2030, 1, 1)]
    balances = run_each(rows, [balance_cuts(day, counts_until=day) for day in days])
    earned = [balance.get((1, "4000"), 0) for balance in balances]
    periods = [after - before for before, after in pairwise(earned)]
    assert -sum(periods) == sale.price - sum(part for _, part in sale.refunds)


@settings(max_examples=25, deadline=None)
@given(histories(), st.integers(0, 400))
def test_the_order_of_documents_does_not_matter(history: list[Sale], offset: int) -> None:
    cuts = balance_cuts(FIRST + timedelta(days=offset), counts_until=FIRST + timedelta(days=offset))
    assert run(documents(history), cuts) == run(documents(history, order=-1), cuts)


@settings(max_examples=25, deadline=None)
@given(sales(), st.integers(0, 60))
def test_a_full_refund_undoes_its_sale_but_for_the_fee(sale: Sale, after: int) -> None:
    refunded_on = sale.paid_on + timedelta(days=after)
    undone = Sale(
        sale.number,
        sale.paid_on,
        sale.start_on,
        sale.end_on,
        sale.price,
        sale.tax,
        sale.fee,
        ((refunded_on, sale.price),),
    )
    day = refunded_on + timedelta(days=1)
    fee = {(1, "5100"): sale.fee, (1, "1050"): -sale.fee} if sale.fee else {}
    assert run(documents([undone]), balance_cuts(day, counts_until=day)) == fee
