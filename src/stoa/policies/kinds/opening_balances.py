"""Opening balances of books that come from another system: a whole balance sheet, and documents that explain it.

The opening says what every account holds at the beginning of its day. Documents from before are filed with their own
days, so that contracts, invoices and assets run on as they were signed; what they had put into accounts by then is part
of what the opening says, and is not put there again.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import ClassVar

from stoa.kernel.spans import Month
from stoa.policies.data import Cut
from stoa.policies.facts import Quantity, fact, refuse
from stoa.policies.kinds.frame import Balance, DocumentFacts, Family, Filed, Place
from stoa.policies.kinds.manual_entries import EntryLine

#: The activity of opening lines: roll-forwards and cash flows begin with them.
OPENING = "opening"
_SUSPENSE = "1990"


@dataclass(frozen=True, slots=True, kw_only=True)
class OpeningBalance(DocumentFacts):
    """The balance sheet (and the year's income so far) that books of another system ended with, one a currency."""

    kind: ClassVar[str] = "opening_balance"
    title: ClassVar[str] = "Opening balance"

    on: date = fact("First day of these books: the first of a month. Amounts are those at its beginning.")
    lines: tuple[EntryLine, ...] = fact(
        "Every account that holds something, also those that documents from before explain; debits equal credits."
    )
    shares_outstanding: Quantity = fact("Common shares outstanding then.", default=Fraction(0))
    source: str = fact("System and report it was taken from.")

    def __post_init__(self) -> None:
        DocumentFacts.__post_init__(self)
        if self.on.day != 1:
            raise refuse("on", "must be the first day of a month.")
        if len(self.lines) < 2:
            raise refuse("lines", "must be two or more.")
        total = 0
        for index, line in enumerate(self.lines):
            path = f"lines[{index}]"
            if bool(line.debit) == bool(line.credit):
                raise refuse(path, "needs either a debit or a credit, more than 0.")
            if line.account == _SUSPENSE:
                raise refuse(f"{path}.account", "is suspense: books begin with what can be explained.")
            if len(line.segment) > 40:
                raise refuse(f"{path}.segment", "must be text of at most 40 characters.")
            total += self.minor(line.debit, f"{path}.debit") - self.minor(line.credit, f"{path}.credit")
        if total:
            raise refuse("lines", f"do not balance: debits less credits are {total} minor units.")

    def place(self) -> Place:
        return Place(self.on, "opening balance")


def begins_on(documents: Iterable[Filed]) -> date | None:
    """The first day of the books, when an opening balance (also one that was voided) says so."""
    return min((each.facts.on for each in documents if isinstance(each.facts, OpeningBalance)), default=None)


def since_opening(cuts: Sequence[Cut], documents: Iterable[Filed]) -> tuple[Cut, ...]:
    """The cuts with what documents had put into accounts before the books began taken away.

    A cut and its opposite for the same knowledge need no such step: their difference is the same with and without.
    """
    first_on = begins_on(documents)
    if first_on is None:
        return tuple(cuts)
    signs: dict[tuple[bool, date], int] = defaultdict(int)
    for cut in cuts:
        if cut.on >= first_on:
            signs[cut.is_late, cut.counts_until] += cut.sign
    before = tuple(
        Cut("before the opening", -sign, is_late, first_on, counts_until)
        for (is_late, counts_until), sign in signs.items()
        if sign
    )
    return (*cuts, *before)


def balances(known: Sequence[Filed], day: date) -> Iterator[Balance]:
    """What the opening says, account by account."""
    for each in known:
        facts: OpeningBalance = each.facts
        for line in facts.lines:
            yield Balance(
                *(each.id, line.account, OPENING, facts.currency, facts.on),
                facts.minor(line.debit - line.credit),
                line.segment,
                line.product or "",
                line.partner or "",
            )


def active(known: Sequence[Filed], month: Month) -> Iterator[int]:
    """The opening of the month."""
    return (
        each.id for each in known if Month.of(each.effective_on) == month and any(_sums(each.facts).values())
    )


def _sums(facts: OpeningBalance) -> dict[tuple[str, ...], Fraction]:
    sums: dict[tuple[str, ...], Fraction] = defaultdict(Fraction)
    for line in facts.lines:
        sums[line.account, line.segment, line.product or "", line.partner or ""] += line.debit - line.credit
    return sums


def problems(known: Sequence[Filed], day: date) -> Iterator[str]:
    """Two openings of one currency, or openings of different days."""
    first: dict[str, str] = {}
    for each in known:
        other = first.setdefault(each.facts.currency, each.facts.reference)
        if other != each.facts.reference:
            yield f"{each.facts.reference} opens the books in {each.facts.currency}, as {other} does; void one of them"
    days = sorted({each.facts.on for each in known})
    if len(days) > 1:
        yield f"the books are opened on {days[0]} and on {days[-1]}; void the openings of one day"


FAMILY = Family(
    name="opening_balances",
    version="1",
    kinds=(OpeningBalance,),
    balances=balances,
    active=active,
    problems=problems,
)
