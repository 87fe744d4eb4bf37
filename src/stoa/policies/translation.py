"""Books in several currencies, as one (ASC 830): remeasured into an entity's functional currency, and translated from it.

Both work on the movements of a journal by month, so that every table made from movements can be made of the result.
Rates are exact; every balance is rounded once, at its own rate, and a month's movements differ from the last balance
by what the rate did, which is a movement of its own.

*Remeasuring* (830-20, 830-10-45-18): money and claims to fixed amounts of it stand at the closing rate, and what that
changes is earnings. What is not monetary keeps the rate at which it came, on average, and what leaves it takes that
rate along: deferred revenue is earned at the rate at which it was received. *Translating* (830-30-45): assets and
liabilities at the closing rate, income, expense and equity at the average rate of their month; what is missing is the
cumulative translation adjustment.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from stoa.kernel.spans import Month
from stoa.policies.registry import ACCOUNT_CODES

EXCHANGE: Final = "exchange"
TRANSLATION: Final = "translation"
_EARNINGS: Final = ACCOUNT_CODES["foreign_exchange_loss"]
_ADJUSTMENT: Final = ACCOUNT_CODES["cumulative_translation_adjustment"]

MONETARY: Final = "monetary"
NON_MONETARY: Final = "non_monetary"
EQUITY: Final = "equity"
RESULT: Final = "result"

#: Assets and liabilities that are no money and no claim to a fixed amount of it (830-10-45-18).
NON_MONETARY_ACCOUNTS: Final = frozenset(
    ("1200", "1210", "1220", "1230", "1300", "1310", "1320", "1330", "1360", "1500", "1510", "1520", "1530")
) | frozenset(("1540", "1550", "1560", "1710", "2100", "2110"))


@dataclass(frozen=True, slots=True)
class Movement:
    """What moved an account in a month; minor units of a currency, debit positive."""

    month: Month
    account: str
    activity: str
    segment: str
    product: str
    is_late: bool
    amount_minor: int


@dataclass(frozen=True, slots=True)
class Rates:
    """Units of the target currency for one of the source, by month: at its end, and on average in it.

    ``scale`` is the ratio of the currencies' minor units: 100 from yen to dollars.
    """

    closing: Mapping[Month, Fraction]
    average: Mapping[Month, Fraction]
    scale: Fraction = Fraction(1)

    def at_end(self, month: Month) -> Fraction:
        """Minor units for one minor unit at the month's end."""
        return self.closing[month] * self.scale

    def in_month(self, month: Month) -> Fraction:
        """Minor units for one minor unit on average in the month."""
        return self.average[month] * self.scale


def nature_of(account: str, type_: str) -> str:
    """What an account of the chart is to a rate: monetary, not monetary, equity or result."""
    if type_ in ("asset", "liability"):
        return NON_MONETARY if account in NON_MONETARY_ACCOUNTS else MONETARY
    return EQUITY if type_ == "equity" else RESULT


def remeasured(
    movements: Iterable[Movement], natures: Mapping[str, str], rates: Rates, *, through: Month
) -> list[Movement]:
    """Movements in a foreign currency as the functional currency has them, with each month's exchange loss (gain).

    ``through`` is the last month whose rates count. ``KeyError`` for a month without rates: see ``months_of``.
    """
    found: list[Movement] = []
    kept = _Carried(natures)
    for month, mine in _by_month(movements, through):
        rate = rates.in_month(month)
        averages = kept.averages(mine, rate)
        measured = [row for group in _groups(mine) for row in kept.measured(group, rate, averages)]
        found += _settled(
            *(month, measured, mine, kept, {MONETARY}, rates.at_end(month)),
            activity=EXCHANGE,
            against=_EARNINGS,
        )
    return found


def translated(
    movements: Iterable[Movement], natures: Mapping[str, str], rates: Rates, *, through: Month
) -> list[Movement]:
    """Movements in the functional currency as the reporting currency has them, with each month's translation adjustment.

    ``through`` is the last month whose rates count. ``KeyError`` for a month without rates: see ``months_of``.
    """
    found: list[Movement] = []
    kept = _Carried(natures)
    for month, mine in _by_month(movements, through):
        rate = rates.in_month(month)
        measured = [_at(row, rounded(row.amount_minor * rate)) for row in mine]
        found += _settled(
            *(month, measured, mine, kept, {MONETARY, NON_MONETARY}, rates.at_end(month)),
            activity=TRANSLATION,
            against=_ADJUSTMENT,
        )
    return found


def months_of(movements: Iterable[Movement], through: Month) -> list[Month]:
    """The months whose rates are needed: from the first movement through ``through``."""
    return [month for month, _ in _by_month(movements, through)]


def rounded(amount: Fraction | int) -> int:
    """To a whole minor unit, half away from zero, so that debits and credits are rounded alike."""
    whole = int((2 * abs(Fraction(amount)) + 1) // 2)
    return whole if amount >= 0 else -whole


class _Carried:
    """What every account holds so far, in the source currency and as it is carried in the target currency."""

    def __init__(self, natures: Mapping[str, str]) -> None:
        self.natures = natures
        self.source: dict[str, int] = defaultdict(int)
        self.carried: dict[str, int] = defaultdict(int)

    def averages(self, mine: Sequence[Movement], rate: Fraction) -> dict[str, Fraction]:
        """The average rate at which each account that is not monetary is carried, this month's additions included."""
        source, carried = dict(self.source), dict(self.carried)
        for row in mine:
            if self.natures[row.account] == NON_MONETARY and not self._leaves(row):
                source[row.account] = source.get(row.account, 0) + row.amount_minor
                carried[row.account] = carried.get(row.account, 0) + rounded(row.amount_minor * rate)
        return {account: Fraction(carried[account], held) for account, held in source.items() if held}

    def measured(
        self, group: Sequence[Movement], rate: Fraction, averages: Mapping[str, Fraction]
    ) -> list[Movement]:
        """One event's movements at the month's rate; what leaves an account that is not monetary takes its own rate.

        Where something leaves so, the other side (what it becomes) takes the same amount.
        """
        leaving = [index for index, row in enumerate(group) if self._leaves(row)]
        rows = [_at(row, rounded(row.amount_minor * rate)) for row in group]
        for index in leaving:
            average = averages.get(group[index].account, rate)
            rows[index] = _at(group[index], rounded(group[index].amount_minor * average))
        taker = self._taker(group, leaving)
        if leaving and taker is not None and not sum(row.amount_minor for row in group):
            missing = -sum(row.amount_minor for row in rows)
            rows[taker] = _at(group[taker], rows[taker].amount_minor + missing)
        return rows

    def _leaves(self, row: Movement) -> bool:
        """Whether a movement takes something away: assets by credits, liabilities by debits."""
        is_asset = row.account < "2000"
        return self.natures[row.account] == NON_MONETARY and (row.amount_minor < 0) == is_asset

    def _taker(self, group: Sequence[Movement], leaving: Sequence[int]) -> int | None:
        for nature in (NON_MONETARY, RESULT):
            found = [
                index
                for index, row in enumerate(group)
                if index not in leaving and self.natures[row.account] == nature
            ]
            if found:
                return max(found, key=lambda index: abs(group[index].amount_minor))
        return None

    def take(self, mine: Iterable[Movement], measured: Iterable[Movement]) -> None:
        """Remember a month."""
        for row in mine:
            self.source[row.account] += row.amount_minor
        for row in measured:
            self.carried[row.account] += row.amount_minor


def _settled(
    month: Month,
    measured: list[Movement],
    mine: Sequence[Movement],
    kept: _Carried,
    natures: set[str],
    closing: Fraction,
    *,
    activity: str,
    against: str,
) -> list[Movement]:
    """A month's movements, with what brings accounts of those ``natures`` to the closing rate, and its other side."""
    kept.take(mine, measured)
    by_rate = []
    for account in sorted(kept.source):
        if kept.natures[account] in natures or not kept.source[account]:
            if kept.natures[account] in (EQUITY, RESULT):
                continue
            difference = rounded(kept.source[account] * closing) - kept.carried[account]
            if difference:
                by_rate.append(Movement(month, account, activity, "Corporate", "", False, difference))
    other = -sum(row.amount_minor for row in (*measured, *by_rate))
    if other:
        by_rate.append(Movement(month, against, activity, "Corporate", "", False, other))
    kept.take((), by_rate)
    return [row for row in (*measured, *by_rate) if row.amount_minor]


def _by_month(movements: Iterable[Movement], through: Month) -> list[tuple[Month, list[Movement]]]:
    """Movements of each month from the first on, months without any included: rates move in them, too."""
    months: dict[Month, list[Movement]] = defaultdict(list)
    for row in movements:
        if row.month <= through:
            months[row.month].append(row)
    if not months:
        return []
    first = min(months)
    count = through.months_since(first) + 1
    return [(month, months.get(month, [])) for month in (first.plus(number) for number in range(count))]


def _groups(rows: Iterable[Movement]) -> list[list[Movement]]:
    """Movements of one activity, segment and product: the two sides of what happened."""
    groups: dict[tuple[str, str, str, bool], list[Movement]] = defaultdict(list)
    for row in rows:
        groups[row.activity, row.segment, row.product, row.is_late].append(row)
    return list(groups.values())


def _at(row: Movement, amount_minor: int) -> Movement:
    return Movement(row.month, row.account, row.activity, row.segment, row.product, row.is_late, amount_minor)
