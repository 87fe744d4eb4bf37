"""What a family's register holds on a day: a row a thing, what later years will bear, and figures for the notes."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import pairwise

from stoa.kernel.spans import add_months

#: Years that a note shows one by one; what lies beyond them is "thereafter".
YEARS_SHOWN = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterRow:
    """One thing of a register: what it cost, what left the books of it by a day, what it is carried at.

    ``carrying_minor`` is ``cost_minor - accumulated_minor`` (of a security: its fair value; ``accumulated_minor`` is
    then what fair value and credit loss take from amortized cost). ``next_movement_minor`` is what the next month will
    take from it (add to it when negative), and ``end_on`` the day on which it has left the books if nothing happens.
    ``reference`` is its document's; ``document`` its number; ``account`` the code of its account. ``level`` is the fair-value level of a security.
    """

    document: int
    reference: str
    name: str
    kind: str
    currency: str
    begun_on: date
    cost_minor: int
    accumulated_minor: int
    carrying_minor: int
    next_movement_minor: int = 0
    end_on: date | None = None
    account: str = ""
    level: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class YearAmount:
    """What a year from the day bears: ``number`` 1 is the next twelve months, 0 all that lies beyond those shown.

    ``words`` says what it is: amortization to come, undiscounted payments, contractual maturities.
    """

    words: str
    currency: str
    number: int
    ends_on: date | None
    amount_minor: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A figure of the notes: an amount in minor units, or a number as text (years, a rate)."""

    words: str
    currency: str
    amount_minor: int | None = None
    number: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Register:
    """What a family's register holds at the beginning of ``day``."""

    family: str
    day: date
    rows: tuple[RegisterRow, ...] = ()
    years: tuple[YearAmount, ...] = ()
    figures: tuple[Figure, ...] = field(default=())


def year_ends(day: date) -> list[date]:
    """The ends (exclusive) of the years from ``day`` that a note shows one by one."""
    return [add_months(day, 12 * number) for number in range(1, YEARS_SHOWN + 1)]


def years_of(words: str, currency: str, day: date, to_dates: list[int], total: int) -> list[YearAmount]:
    """Years from running totals at ``day`` and at each of its :func:`year_ends`, and what remains of ``total``."""
    ends = year_ends(day)
    amounts = [after - before for before, after in pairwise(to_dates)]
    years = [
        YearAmount(words=words, currency=currency, number=number, ends_on=end, amount_minor=amount)
        for number, (end, amount) in enumerate(zip(ends, amounts, strict=True), start=1)
    ]
    rest = YearAmount(
        words=words, currency=currency, number=0, ends_on=None, amount_minor=total - to_dates[-1]
    )
    return [*years, rest]


def summed(years: list[YearAmount]) -> tuple[YearAmount, ...]:
    """The years of many things, added up by what they are, currency and year."""
    sums: dict[tuple[str, str, int], YearAmount] = {}
    for each in years:
        key = each.words, each.currency, each.number
        before = sums[key].amount_minor if key in sums else 0
        sums[key] = YearAmount(
            words=each.words,
            currency=each.currency,
            number=each.number,
            ends_on=each.ends_on,
            amount_minor=before + each.amount_minor,
        )
    return tuple(sums.values())


def last_day(day: date) -> date:
    """The day before ``day``: the last one that a balance at its beginning knows."""
    return day - timedelta(days=1)
