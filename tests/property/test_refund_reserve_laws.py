"""Laws of the refund reserve, on random sales and refunds: its SQL against the worked policy, cohort by cohort."""

import csv
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from stoa.kernel.money import round_half_up
from stoa.kernel.spans import Month
from stoa.policies.consumer_refund_reserve import POLICY
from stoa.policies.data import Cut
from stoa.policies.engine import Engine, balance_cuts, day_number, movement_cuts
from stoa.policies.kinds.refund_rates import RefundRate
from stoa.policies.registry import CONSUMER_REFUND_RESERVE

FIRST = date(2025, 7, 20)
RATE = 999
ENGINE = Engine(memory="512MB", threads=1)
Found = dict[tuple[str, str], int]


@dataclass(frozen=True)
class Sale:
    number: int
    sold_on: date
    term_days: int
    price: int
    refund: tuple[date, int] | None


@st.composite
def histories(draw: st.DrawFn) -> list[Sale]:
    found = []
    for number in range(1, draw(st.integers(1, 8)) + 1):
        sold_on = FIRST + timedelta(days=draw(st.integers(0, 30)))
        price = draw(st.one_of(st.integers(0, 5), st.integers(0, 100_000)))
        refund = None
        if draw(st.booleans()):
            refund = (
                sold_on + timedelta(days=draw(st.integers(0, 20))),
                draw(st.sampled_from([price, price // 2])),
            )
        found.append(Sale(number, sold_on, draw(st.sampled_from([1, 30, 184])), price, refund))
    return found


rates = st.sampled_from([0, 31_000, 333_333, 1_000_000])


def run(history: Iterable[Sale], millionths: int, cuts: tuple[Cut, ...], window_days: int = 14) -> Found:
    """What the statement gives by account and activity."""
    rows = []
    for sale in history:
        term = [day_number(sale.sold_on), day_number(sale.sold_on) + sale.term_days]
        rows.append(_row(sale.number, sale.number, "receipt", sale.sold_on, term, sale.price))
        if sale.refund:
            day, amount = sale.refund
            rows.append(_row(sale.number + 100, sale.number, "refund_paid", day, ["", ""], amount))
    with tempfile.NamedTemporaryFile("w", newline="", suffix=".csv") as file:
        csv.writer(file, lineterminator="\n").writerows(rows)
        file.flush()
        ENGINE.load_documents(Path(file.name))
    month = Month.of(FIRST).start_on
    ENGINE.load_refund_rates(
        [RefundRate(RATE, "single_course", millionths, window_days, month, month, None, None)]
    )
    ENGINE.run([CONSUMER_REFUND_RESERVE], cuts)
    found = ENGINE.query(
        "SELECT account, activity, CAST(sum(amount_minor) AS BIGINT) FROM lines GROUP BY ALL HAVING sum(amount_minor) <> 0"
    )
    assert sum(amount for _, _, amount in found) == 0
    return {(account, activity): amount for account, activity, amount in found}


def _row(
    document: int, contract: int, kind: str, day: date, term: Sequence[object], price: int
) -> list[object]:
    month = day_number(Month.of(day).start_on)
    shared = [document, contract, kind, "USD", "single_course", "p", month, day_number(day)]
    return [*shared, *term, price, 0, 0, 0, False]


def liability(found: Found) -> int:
    """The reserve; a credit, as a positive amount."""
    return -sum(amount for (account, _), amount in found.items() if account == "2025")


@settings(max_examples=60, deadline=None)
@given(histories(), rates, st.integers(0, 60))
def test_the_reserve_is_the_worked_policys_cohort_by_cohort(
    history: list[Sale], millionths: int, offset: int
) -> None:
    through = FIRST + timedelta(days=offset)
    cohorts: dict[tuple[date, int], list[Fraction]] = defaultdict(lambda: [Fraction(0), Fraction(0)])
    for sale in history:
        if sale.price and sale.sold_on <= through:
            sums = cohorts[sale.sold_on, sale.term_days]
            sums[0] += Fraction(sale.price, 100)
            if (
                sale.refund
                and sale.refund[0] <= through
                and sale.refund[0] < sale.sold_on + timedelta(days=14)
            ):
                sums[1] += Fraction(sale.refund[1], 100)
    facts = {
        "cohorts": [
            {"sold_on": str(on), "term_days": term, "sales": str(sales), "refunded": str(refunded)}
            for (on, term), (sales, refunded) in cohorts.items()
        ],
        "refund_rate": f"{millionths}/1000000",
        "through": str(through),
    }
    expected = POLICY.run(facts).values["refund_liability"] if cohorts else "0"
    day = through + timedelta(days=1)
    found = run(history, millionths, balance_cuts(day, counts_until=day))
    assert liability(found) == Fraction(expected) * 100


@settings(max_examples=20, deadline=None)
@given(histories(), rates)
def test_months_add_up_and_nothing_is_left_when_the_days_are_over(
    history: list[Sale], millionths: int
) -> None:
    total: dict[tuple[str, str], int] = defaultdict(int)
    for number in range(4):
        for key, amount in run(history, millionths, movement_cuts(Month.of(FIRST).plus(number))).items():
            total[key] += amount
    by_account: dict[str, int] = defaultdict(int)
    for (account, _), amount in total.items():
        by_account[account] += amount
    assert not any(by_account.values())
    provided = -total["2025", "provision"]
    assert provided == total["2025", "usage"] + total["2025", "release"]
    assert (provided == 0) or millionths > 0


@settings(max_examples=20, deadline=None)
@given(histories(), rates, st.integers(0, 60))
def test_the_part_that_would_be_revenue_is_the_reserves_share_of_the_days(
    history: list[Sale], millionths: int, offset: int
) -> None:
    day = FIRST + timedelta(days=offset)
    for sale in history:
        found = run([sale], millionths, balance_cuts(day, counts_until=day))
        elapsed = min(max((day - sale.sold_on).days, 0), sale.term_days)
        unearned = round_half_up(Fraction(liability(found) * elapsed, sale.term_days))
        assert found.get(("4000", "service"), 0) == unearned
