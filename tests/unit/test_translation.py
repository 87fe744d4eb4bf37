"""Books in several currencies: what stands at which rate, and where the difference goes."""

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from stoa.kernel.spans import Month
from stoa.policies.translation import (
    EQUITY,
    MONETARY,
    NON_MONETARY,
    RESULT,
    Movement,
    Rates,
    nature_of,
    remeasured,
    translated,
)

JULY, AUGUST, SEPTEMBER = Month(2025, 7), Month(2025, 8), Month(2025, 9)
MONTHS = (JULY, AUGUST, SEPTEMBER)
NATURES = {
    "1000": MONETARY,
    "1100": MONETARY,
    "1500": NON_MONETARY,
    "2000": MONETARY,
    "2100": NON_MONETARY,
    "3000": EQUITY,
    "3050": EQUITY,
    "4000": RESULT,
    "6000": RESULT,
    "7300": RESULT,
}


def rates(*closing: str, average: tuple[str, ...] = ()) -> Rates:
    ends = dict(zip(MONTHS, map(Fraction, closing), strict=False))
    means = dict(zip(MONTHS, map(Fraction, average or closing), strict=False))
    return Rates(ends, means)


def entry(month: Month, activity: str, amounts: dict[str, int]) -> list[Movement]:
    return [
        Movement(month, account, activity, "Consumer", "x", False, amount)
        for account, amount in amounts.items()
    ]


def held(movements: list[Movement], account: str, through: Month = SEPTEMBER) -> int:
    return sum(row.amount_minor for row in movements if row.account == account and row.month <= through)


def test_a_receivable_follows_the_rate_and_earnings_take_the_difference() -> None:
    sale = entry(JULY, "sale", {"1100": 100_00, "4000": -100_00})
    found = remeasured(sale, NATURES, rates("1.10", "1.20", "1.05"), through=SEPTEMBER)
    assert [held(found, "1100", month) for month in MONTHS] == [110_00, 120_00, 105_00]
    assert held(found, "4000") == -110_00
    assert [held(found, "7300", month) for month in MONTHS] == [0, -10_00, 5_00]


def test_deferred_revenue_is_earned_at_the_rate_at_which_it_came() -> None:
    movements = [
        *entry(JULY, "sale", {"1000": 300_00, "2100": -300_00}),
        *entry(AUGUST, "service", {"2100": 100_00, "4000": -100_00}),
        *entry(SEPTEMBER, "service", {"2100": 200_00, "4000": -200_00}),
    ]
    found = remeasured(movements, NATURES, rates("1.10", "1.30", "0.90"), through=SEPTEMBER)
    assert [held(found, "2100", month) for month in MONTHS] == [-330_00, -220_00, 0]
    assert held(found, "4000") == -330_00
    assert held(found, "1000") == 270_00
    assert held(found, "7300") == 60_00


def test_what_was_added_at_two_rates_leaves_at_their_average() -> None:
    movements = [
        *entry(JULY, "sale", {"1000": 100_00, "2100": -100_00}),
        *entry(AUGUST, "sale", {"1000": 100_00, "2100": -100_00}),
        *entry(SEPTEMBER, "service", {"2100": 100_00, "4000": -100_00}),
    ]
    found = remeasured(movements, NATURES, rates("1", "2", "5"), through=SEPTEMBER)
    assert held(found, "4000") == -150_00


def test_translation_puts_the_difference_into_equity() -> None:
    movements = [
        *entry(JULY, "issue", {"1000": 1000_00, "3000": -1000_00}),
        *entry(AUGUST, "sale", {"1000": 100_00, "4000": -100_00}),
    ]
    found = translated(
        movements, NATURES, rates("1.10", "1.20", "1.20", average=("1.10", "1.15", "1.20")), through=SEPTEMBER
    )
    assert held(found, "1000") == 1320_00
    assert held(found, "3000") == -1100_00
    assert held(found, "4000") == -115_00
    assert held(found, "3050") == -105_00


def test_yen_and_dollars_differ_in_their_minor_units() -> None:
    sale = entry(JULY, "sale", {"1100": 15_000, "4000": -15_000})
    yen = Rates({JULY: Fraction("0.0067")}, {JULY: Fraction("0.0067")}, Fraction(100))
    assert held(remeasured(sale, NATURES, yen, through=JULY), "1100") == 100_50


def test_the_chart_says_what_is_monetary() -> None:
    assert nature_of("1100", "asset") == MONETARY
    assert nature_of("2100", "liability") == NON_MONETARY
    assert nature_of("3010", "equity") == EQUITY
    assert nature_of("4000", "revenue") == RESULT


amounts = st.integers(-(10**9), 10**9)
accounts = st.sampled_from(sorted(NATURES))
entries = st.lists(
    st.tuples(st.sampled_from(MONTHS), st.sampled_from(["sale", "service"]), accounts, accounts, amounts),
    max_size=12,
)
rate = st.fractions(Fraction(1, 200), 200, max_denominator=10_000)


@given(entries, st.lists(rate, min_size=6, max_size=6))
def test_every_month_balances_and_monetary_accounts_stand_at_the_closing_rate(
    given_entries: list[tuple[Month, str, str, str, int]], some: list[Fraction]
) -> None:
    movements = [
        row
        for month, activity, left, right, amount in given_entries
        for row in (
            Movement(month, left, activity, "Consumer", "", False, amount),
            Movement(month, right, activity, "Consumer", "", False, -amount),
        )
    ]
    by_month = Rates(dict(zip(MONTHS, some[:3], strict=True)), dict(zip(MONTHS, some[3:], strict=True)))
    for convert in (remeasured, translated):
        found = convert(movements, NATURES, by_month, through=SEPTEMBER)
        for month in MONTHS:
            assert sum(row.amount_minor for row in found if row.month == month) == 0
        source = held(movements, "1000")
        target = held(found, "1000")
        assert abs(target - source * by_month.closing[SEPTEMBER]) <= Fraction(1, 2)


@given(entries)
def test_a_rate_of_one_changes_nothing(given_entries: list[tuple[Month, str, str, str, int]]) -> None:
    movements = [
        row
        for month, activity, left, right, amount in given_entries
        for row in (
            Movement(month, left, activity, "Consumer", "", False, amount),
            Movement(month, right, activity, "Consumer", "", False, -amount),
        )
    ]
    found = remeasured(movements, NATURES, rates("1", "1", "1"), through=SEPTEMBER)
    for account in NATURES:
        assert held(found, account) == held(movements, account)
