"""Uncertain tax positions: measured, measured anew, settled (policy ``uncertain_tax_positions``; ASC 740-10-25-6).

A position's last document holds. Interest runs by day on what is not recognized; interest and penalties are income tax
expense. A settlement, or the end of a statute, ends the liability.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from functools import lru_cache, partial
from typing import ClassVar, NamedTuple

from stoa.policies import uncertain_tax_positions as policy
from stoa.policies.facts import Number, Price, Share, fact, refuse
from stoa.policies.frame import Explanation
from stoa.policies.kinds.frame import Balance, DocumentFacts, Family, Filed, Place, documents_that_move
from stoa.policies.kinds.manual_entries import CORPORATE
from stoa.policies.kinds.registers import Register, RegisterRow
from stoa.policies.registry import ACCOUNT_CODES

_ZERO = Fraction(0)
_LONGEST_DAYS = 36_600


@dataclass(frozen=True, slots=True, kw_only=True)
class UncertainTaxPositionRecorded(DocumentFacts):
    """A tax position was taken, judged anew, or settled. What it says holds until the position's next document."""

    kind: ClassVar[str] = "uncertain_tax_position_recorded"
    title: ClassVar[str] = "Uncertain tax position recorded"

    position: str = fact("Name of the position: later documents about it use the same.")
    jurisdiction: str = fact("Whose tax.")
    on: date = fact("Day from which this holds.")
    benefit_claimed: Price = fact("Benefit taken in the return.", default=_ZERO)
    probability_sustained: Share | None = fact(
        "Probability of being sustained on its technical merits; else that of any benefit among outcomes.",
        default=None,
    )
    sustained_on_merits: bool | None = fact("Whether that is more likely than not.", default=None)
    outcomes: tuple[policy.Outcome, ...] = fact("Possible settlements; probabilities sum to 1.", default=())
    interest_rate: Number = fact("Annual statutory interest on underpaid tax, from this day.", default=_ZERO)
    compounds_daily: bool = fact(
        "Whether interest compounds daily (as the US federal one does).", default=False
    )
    penalty_rate: Share = fact("Penalty on the unrecognized benefit.", default=_ZERO)
    is_settled: bool = fact("Settled, or its statute expired: the liability ends.", default=False)
    settlement_paid: Price = fact("Paid on settlement, with interest and penalties.", default=_ZERO)

    def __post_init__(self) -> None:
        DocumentFacts.__post_init__(self)
        self.minor(self.benefit_claimed, "benefit_claimed")
        if self.settlement_paid and not self.is_settled:
            raise refuse("settlement_paid", "belongs to a position that is_settled.")
        self.minor(self.settlement_paid, "settlement_paid")
        self.measured(0)

    def place(self) -> Place:
        return Place(self.on, f"tax position {self.position}")

    def measured(self, days: int) -> "Measured":
        """The liability, after so many days of interest."""
        return _measured(self, min(max(days, 0), _LONGEST_DAYS))


class Measured(NamedTuple):
    """A position's unrecognized benefit with interest and penalties, in minor units."""

    unrecognized: int
    interest: int
    penalties: int


@lru_cache(maxsize=8192)
def _measured(facts: UncertainTaxPositionRecorded, days: int) -> Measured:
    if facts.is_settled:
        return Measured(0, 0, 0)
    values = policy.decide(
        policy.PositionFacts(
            currency=facts.currency,
            positions=(
                policy.Position(
                    name=facts.position,
                    benefit_claimed=facts.benefit_claimed,
                    probability_sustained=facts.probability_sustained,
                    sustained_on_merits=facts.sustained_on_merits,
                    outcomes=facts.outcomes,
                    interest_rate=facts.interest_rate,
                    days_outstanding=days,
                    compounds_daily=facts.compounds_daily,
                    penalty_rate=facts.penalty_rate,
                ),
            ),
        ),
        Explanation(),
    )
    return Measured(*(facts.minor(Fraction(values[name])) for name in Measured._fields))


class _Held(NamedTuple):
    """A position between two documents: the one in force, the next one, and interest of the ones before."""

    filed: Filed
    measured: Measured
    interest_before: int
    paid: int


def _positions(known: Sequence[Filed], day: date) -> dict[tuple[str, str, str], list[_Held]]:
    """Each position's documents in order, each with what it makes of the liability by its end."""
    chains: dict[tuple[str, str, str], list[Filed]] = defaultdict(list)
    for each in known:
        chains[each.facts.jurisdiction, each.facts.position, each.facts.currency].append(each)
    found = {}
    for key, chain in chains.items():
        held, interest = [], 0
        for number, each in enumerate(chain):
            until = chain[number + 1].effective_on if number + 1 < len(chain) else day - timedelta(days=1)
            measured = each.facts.measured((until - each.effective_on).days)
            if each.facts.is_settled:
                interest = 0
            held.append(_Held(each, measured, interest, each.facts.minor(each.facts.settlement_paid)))
            interest += measured.interest
        found[key] = held
    return found


def balances(known: Sequence[Filed], day: date) -> Iterator[Balance]:
    """The liability by what made it, against income tax expense; what a settlement paid."""
    for chain in _positions(known, day).values():
        benefit = penalties = interest = 0
        for held in chain:
            is_settled = held.filed.facts.is_settled
            entries = [
                ("settlement" if is_settled else "provision", held.measured.unrecognized - benefit),
                ("interest", -interest if is_settled else held.measured.interest),
                ("penalties", held.measured.penalties - penalties),
            ]
            for activity, minor in entries:
                yield _line(held.filed, "uncertain_tax_positions", activity, -minor)
                yield _line(held.filed, "income_tax_expense", activity, minor)
            yield _line(held.filed, "income_tax_expense", "settlement", held.paid)
            yield _line(held.filed, "cash", "settlement", -held.paid)
            benefit, penalties = held.measured.unrecognized, held.measured.penalties
            interest = 0 if is_settled else interest + held.measured.interest


def _line(each: Filed, account: str, activity: str, minor: int) -> Balance:
    return Balance(
        *(each.id, account, activity, each.facts.currency, each.effective_on, minor), segment=CORPORATE
    )


def problems(known: Sequence[Filed], day: date) -> Iterator[str]:
    """Settlements of positions that are not filed."""
    for chain in _positions(known, day).values():
        first: UncertainTaxPositionRecorded = chain[0].filed.facts
        if first.is_settled:
            yield f"{first.reference} settles {first.position!r} of {first.jurisdiction}, which is not filed"


def register(known: Sequence[Filed], day: date) -> Register:
    """Every position that stands, with the benefit claimed and the liability."""
    rows = []
    for (jurisdiction, position, currency), chain in _positions(known, day).items():
        last = chain[-1]
        facts: UncertainTaxPositionRecorded = last.filed.facts
        if facts.is_settled:
            continue
        owed = (
            last.measured.unrecognized
            + last.measured.penalties
            + last.interest_before
            + last.measured.interest
        )
        rows.append(
            RegisterRow(
                document=last.filed.id,
                reference=facts.reference,
                name=position,
                kind=jurisdiction,
                currency=currency,
                begun_on=chain[0].filed.effective_on,
                cost_minor=owed,
                accumulated_minor=0,
                carrying_minor=owed,
                account=ACCOUNT_CODES["uncertain_tax_positions"],
            )
        )
    return Register(family=FAMILY.name, day=day, rows=tuple(rows))


FAMILY = Family(
    name="uncertain_tax_positions",
    version=policy.POLICY.version,
    kinds=(UncertainTaxPositionRecorded,),
    balances=balances,
    active=partial(documents_that_move, balances),
    problems=problems,
    register=register,
)
