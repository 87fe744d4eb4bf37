"""How agreements with partners stand: fees of every month, and the payments, advances and losses that followed."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import cached_property, lru_cache

from stoa.kernel.money import exponent_of
from stoa.kernel.spans import Month
from stoa.policies import recoupable_advances
from stoa.policies.grid import Grid
from stoa.policies.kinds.frame import DocumentFacts, Filed, MonthRevenue
from stoa.policies.kinds.partner_accounts import Account, Agreement
from stoa.policies.kinds.partner_payments import (
    AdvancePaid,
    AdvanceWrittenOff,
    DevelopmentFundSpent,
    PartnerAccountOpened,
    PartnerPaid,
)
from stoa.policies.kinds.partner_shares import agreements_of, shared

#: Kinds of documents that follow an agreement: payments, advances, losses, and what other books brought.
PAYMENTS = (PartnerPaid, DevelopmentFundSpent, AdvancePaid, AdvanceWrittenOff, PartnerAccountOpened)


@dataclass(frozen=True, slots=True)
class AdvanceStep:
    """What one month did to an agreement's advances, or one ``write_off``, in minor units; ``left`` is after it."""

    month: Month
    write_off: Filed | None
    recouped: int
    loss: int
    left: int


@dataclass(frozen=True)
class Standing:
    """How an agreement stands in one currency: what it earned, and the documents that paid, in order of effect."""

    agreement: Agreement
    currency: str
    account: Account
    paid: tuple[Filed, ...]

    def of_kind(self, form: type[DocumentFacts]) -> list[Filed]:
        """The documents of one kind."""
        return [each for each in self.paid if isinstance(each.facts, form)]

    def total(self, form: type[DocumentFacts], before: date = date.max) -> int:
        """Sum of the documents of one kind before a day, in minor units."""
        return sum(
            each.facts.minor(each.facts.amount) for each in self.of_kind(form) if each.effective_on < before
        )

    @cached_property
    def advance(self) -> list[AdvanceStep]:
        """What the months, and the write-offs after them, did to the advances; empty without an advance."""
        advances, losses = self.of_kind(AdvancePaid), self.of_kind(AdvanceWrittenOff)
        if not advances:
            return []
        scale = 10 ** exponent_of(self.currency)
        fees = self.account.payable_by_month
        paid: dict[Month, Fraction] = defaultdict(Fraction)
        for each in advances:
            paid[Month.of(each.effective_on)] += each.facts.amount
        rows: list[tuple[Month, Filed | None, recoupable_advances.AdvancePeriod]] = []
        for month in sorted(fees.keys() | paid.keys() | {Month.of(each.effective_on) for each in losses}):
            fee = Fraction(fees.get(month, 0), scale)
            period = recoupable_advances.AdvancePeriod(id=str(month), fee=fee, advance_paid=paid[month])
            rows.append((month, None, period))
            for each in losses:
                if Month.of(each.effective_on) == month:
                    rows.append((month, each, _loss(each.facts)))
        steps = recoupable_advances.recoup(Fraction(0), (row[-1] for row in rows), Grid.of(self.currency))
        return [
            AdvanceStep(
                month,
                document,
                int(step.recouped * scale),
                int(step.loss * scale),
                int(step.balance * scale),
            )
            for (month, document, _), step in zip(rows, steps, strict=True)
        ]

    def owed(self, before: date = date.max) -> int:
        """Fees of the months begun before a day that are to be paid, what advances have recouped left out."""
        fees = self.account.payable_by_month
        opened = sum(each.minor(each.fees_owed) for each in self._opened(before))
        return (
            opened
            + sum(minor for month, minor in fees.items() if month.start_on < before)
            - sum(step.recouped for step in self.advance if step.month.start_on < before)
        )

    def fund(self, before: date = date.max) -> int:
        """What the months begun before a day put into the development fund."""
        by_month = self.account.by_month
        opened = sum(each.minor(each.fund_held) for each in self._opened(before))
        return opened + sum(fund for month, (_, fund) in by_month.items() if month.start_on < before)

    def _opened(self, before: date) -> list[PartnerAccountOpened]:
        return [each.facts for each in self.of_kind(PartnerAccountOpened) if each.effective_on < before]


def _loss(facts: AdvanceWrittenOff) -> recoupable_advances.AdvancePeriod:
    return recoupable_advances.AdvancePeriod(
        id=facts.reference,
        fee=Fraction(0),
        written_off=facts.amount or Fraction(0),
        expected_future_fees=facts.expected_future_fees,
    )


@dataclass(frozen=True, slots=True)
class Books:
    """How every agreement stands, and what could not be shared, in words."""

    standings: tuple[Standing, ...]
    problems: tuple[str, ...]


class _Itself:
    """A document by identity, which is cheap to compare: documents never change."""

    __slots__ = ("filed",)

    def __init__(self, filed: Filed) -> None:
        self.filed = filed

    def __hash__(self) -> int:
        return id(self.filed)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Itself) and self.filed is other.filed


def books(known: Sequence[Filed], revenue: Sequence[MonthRevenue]) -> Books:
    """How every agreement stands, in order of effect, by currency.

    A month is derived, checked and told of from the same documents and revenue: the last answers are kept.
    """
    return _books(tuple(map(_Itself, known)), tuple(revenue))


@lru_cache(maxsize=4)
def _books(documents: tuple[_Itself, ...], revenue: tuple[MonthRevenue, ...]) -> Books:
    known = [each.filed for each in documents]
    agreements = agreements_of(known)
    found = shared(known, revenue)
    paid: dict[tuple[str, str], list[Filed]] = defaultdict(list)
    for each in known:
        if isinstance(each.facts, PAYMENTS):
            paid[each.facts.agreement, each.facts.currency].append(each)
    keys = sorted(
        (key for key in found.accounts.keys() | paid.keys() if key[0] in agreements),
        key=lambda key: (agreements[key[0]].signed.effective_on, key),
    )
    standings = (
        Standing(
            agreements[reference],
            currency,
            found.accounts.get((reference, currency)) or Account(agreements[reference], currency, ()),
            tuple(paid[reference, currency]),
        )
        for reference, currency in keys
    )
    return Books(tuple(standings), tuple(words for _, words in found.problems))
