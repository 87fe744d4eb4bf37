"""Subleases in the books: straight-line income that reduces lease cost (ASC 842-30-25-11; ACC-27)."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from stoa.kernel.money import exponent_of
from stoa.kernel.spans import Month, add_months
from stoa.policies.grid import Grid
from stoa.policies.kinds.frame import Balance, Filed
from stoa.policies.kinds.impairments import ImpairmentTested
from stoa.policies.kinds.lease_documents import FunctionShare
from stoa.policies.kinds.manual_entries import CORPORATE
from stoa.policies.kinds.sublease_documents import SubleaseEnded, SubleaseRentReceived, SubleaseSigned

_ZERO = Fraction(0)
#: Accrued rent is an other current asset; rent received ahead an accrued liability.
_ASSET, _LIABILITY = "prepaid_expenses", "accrued_expenses"


@dataclass(frozen=True, slots=True)
class Sublease:
    """A sublease with what followed it."""

    signed: Filed
    received: tuple[Filed, ...]
    ended: Filed | None

    def accrued(self, day: date) -> tuple[int, int]:
        """Income and rent due at the beginning of a day, in minor units."""
        facts: SubleaseSigned = self.signed.facts
        months, count = 12 // facts.periods_a_year, len(facts.payments)
        starts = [add_months(facts.start_on, months * number) for number in range(count + 1)]
        if self.ended is not None:
            day = min(day, self.ended.facts.on)
        done = sum(1 for start in starts[1:] if start <= day)
        part, due = _ZERO, sum(facts.payments[:done], _ZERO)
        if done < count and day > starts[done]:
            part = Fraction((day - starts[done]).days, (starts[done + 1] - starts[done]).days)
            due += facts.payments[done]
        total = sum(facts.payments, _ZERO) - facts.initial_direct_costs
        income = Grid.of(facts.currency).round(total * (done + part) / count)
        scale = 10 ** exponent_of(facts.currency)
        return int(income * scale), int(due * scale)

    def balances(self, day: date, functions: Sequence[FunctionShare]) -> Iterator[Balance]:
        """Income by function, what is accrued of it, and the money that came."""
        facts: SubleaseSigned = self.signed.facts
        income, due = self.accrued(day)
        costs = facts.minor(facts.initial_direct_costs) if facts.start_on < day else 0
        net = costs
        for function, minor in by_function(income, facts.currency, functions):
            yield self._line(self.signed, f"lease_cost_in_{function}", "sublease", -minor)
            net += minor
        yield self._line(self.signed, "accounts_payable", "accrual", -costs)
        ended = self.ended
        if ended is not None and ended.effective_on < day:
            gone = costs + income - due
            account = f"lease_cost_in_{by_function(0, facts.currency, functions)[0][0]}"
            yield self._line(ended, account, "sublease", gone)
            net -= gone
        for each in self.received:
            minor = each.facts.minor(each.facts.amount)
            yield self._line(each, "cash", "sublease_rent", minor)
            yield self._line(each, _ASSET, "sublease_rent", -minor)
        net_open = net - sum(each.facts.minor(each.facts.amount) for each in self.received)
        yield self._line(self.signed, _ASSET, "sublease", net - min(net_open, 0))
        yield self._line(self.signed, _LIABILITY, "sublease", min(net_open, 0))

    def _line(self, filed: Filed, account: str, activity: str, minor: int) -> Balance:
        facts: SubleaseSigned = self.signed.facts
        first_on = facts.start_on if filed is self.signed else filed.effective_on
        return Balance(filed.id, account, activity, facts.currency, first_on, minor, segment=CORPORATE)


def by_function(minor: int, currency: str, functions: Sequence[FunctionShare]) -> list[tuple[str, int]]:
    """An amount split by the functions that use the space; administration when none is named."""
    if not functions:
        return [("general_and_administrative", minor)]
    scale = 10 ** exponent_of(currency)
    parts = Grid.of(currency).split(Fraction(minor, scale), [each.share for each in functions])
    return [(each.function, int(part * scale)) for each, part in zip(functions, parts, strict=True)]


def subleases(known: Sequence[Filed]) -> tuple[list[Sublease], list[Filed]]:
    """Every sublease with what followed it, and what belongs to one that is not filed."""
    signed = {
        (each.facts.reference, each.facts.currency): each
        for each in known
        if isinstance(each.facts, SubleaseSigned)
    }
    received: dict[int, list[Filed]] = defaultdict(list)
    ended: dict[int, Filed] = {}
    orphans = []
    for each in known:
        if isinstance(each.facts, SubleaseRentReceived | SubleaseEnded):
            found = signed.get((each.facts.sublease, each.facts.currency))
            if found is None:
                orphans.append(each)
            elif isinstance(each.facts, SubleaseRentReceived):
                received[found.id].append(each)
            else:
                ended.setdefault(found.id, each)
    return [Sublease(each, tuple(received[each.id]), ended.get(each.id)) for each in signed.values()], orphans


def is_tested(sublease: Sublease, known: Sequence[Filed]) -> bool:
    """Whether the leased space was tested for impairment in the month the sublease was executed, or later (ACC-26)."""
    facts: SubleaseSigned = sublease.signed.facts
    return any(
        isinstance(each.facts, ImpairmentTested)
        and each.facts.on >= Month.of(facts.signed_on).start_on
        and any(asset.register == "leases" and asset.reference == facts.lease for asset in each.facts.assets)
        for each in known
    )
