"""The books of a group as one: every entity in the reporting currency, and nothing of what they owe each other.

An entity's lines in other currencies are remeasured into its functional currency, that is translated into the
reporting currency, and what entities did with each other is taken out. The result is a cube like that of one entity,
so every table that can be made of one entity's journal can be made of the group's.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from stoa.kernel.money import Money, exponent_of
from stoa.kernel.refusals import Conflict, NotFound
from stoa.kernel.spans import Month
from stoa.ledger import api as ledger
from stoa.policies import translation
from stoa.policies.cash_activities import CASH_ACCOUNTS
from stoa.policies.kinds.entities import INTERCOMPANY, EntityRegistered, ExchangeRatePublished
from stoa.policies.registry import ACCOUNT_CODES
from stoa.reporting.cube import Cube
from stoa.subledger import api as subledger

_DUE = (ACCOUNT_CODES["due_from_group"], ACCOUNT_CODES["due_to_group"])
#: Accounts that exist between entities alone: whatever moves them goes, what rates do to them included.
_BETWEEN = (*_DUE, "1710")
_ADJUSTMENT = ACCOUNT_CODES["cumulative_translation_adjustment"]
_ELIMINATION = "elimination"


class RateMissing(Conflict):
    """A group cannot be consolidated without an exchange rate; ``str()`` names each and what to file."""

    code = "rate_missing"


@dataclass(frozen=True, slots=True)
class GroupEntity:
    """A company of the group."""

    entity: str
    name: str
    parent: str
    functional_currency: str


@dataclass(frozen=True, slots=True)
class Disagreement:
    """Two entities whose balances with each other do not cancel, in the currency they are kept in."""

    entity: str
    counterparty: str
    currency: str
    difference_minor: int

    @property
    def words(self) -> str:
        """What to do about it."""
        return (
            f"{self.entity} and {self.counterparty} differ by {Money(self.difference_minor, self.currency)} "
            "in what they owe each other: file the side that is missing as intercompany_recorded."
        )


@dataclass(frozen=True, slots=True)
class Group:
    """A group's journal in the reporting currency, its entities, and what was taken out.

    ``eliminated`` are amounts taken out by account, ``translation_minor`` what translating added to equity.
    """

    cube: Cube
    entities: tuple[GroupEntity, ...]
    eliminated: tuple[tuple[str, int], ...]
    translation_minor: int
    disagreements: tuple[Disagreement, ...]


def read_group(*, head: str, through: Month, currency: str) -> Group:
    """Read the books of ``head`` and of every entity registered below it, through a month, in ``currency``.

    Raises ``NotFound`` when ``head`` is not registered, and ``RateMissing``.
    """
    registered, rates = _facts(through)
    members = _members(head, registered)
    chart = {account.code: account for account in ledger.chart_of_accounts()}
    natures = {code: translation.nature_of(code, account.type) for code, account in chart.items()}
    needed = _Needed(rates)
    movements = [
        row for member in members for row in _in_currency(member, currency, natures, needed, through)
    ]
    needed.refuse()
    disagreements = _disagreements([member.entity for member in members], through)
    kept, eliminated = _eliminated(movements, against=ledger.SUSPENSE if disagreements else _ADJUSTMENT)
    rows: dict[str, list[ledger.MovementRow]] = defaultdict(list)
    for row in kept:
        rows[row.account].append(
            ledger.MovementRow(
                *(row.month, row.account, row.activity, row.segment, row.product, row.is_late),
                row.amount_minor,
            )
        )
    return Group(
        cube=Cube(head, currency, chart, {code: tuple(mine) for code, mine in rows.items()}),
        entities=members,
        eliminated=eliminated,
        translation_minor=sum(row.amount_minor for row in rows.get(_ADJUSTMENT, ())),
        disagreements=disagreements,
    )


def _facts(
    through: Month,
) -> tuple[dict[str, EntityRegistered], dict[tuple[str, str, Month], ExchangeRatePublished]]:
    """The entities that are registered by the end of a month, and every rate published."""
    registered: dict[str, EntityRegistered] = {}
    rates: dict[tuple[str, str, Month], ExchangeRatePublished] = {}
    for entity in ledger.entities():
        for each in subledger.filed_through(entity=entity, month=through):
            if isinstance(each.facts, EntityRegistered) and each.facts.from_on < through.end_on:
                registered.setdefault(each.facts.entity, each.facts)
            elif isinstance(each.facts, ExchangeRatePublished):
                rates[each.facts.one, each.facts.into, Month.parse(each.facts.month)] = each.facts
    return registered, rates


def _members(head: str, registered: Mapping[str, EntityRegistered]) -> tuple[GroupEntity, ...]:
    """The head and all that it owns, directly or through others, the head first."""
    if head not in registered:
        raise NotFound(
            f"{head} is not registered as an entity: file entity_registered for it and for each of its subsidiaries."
        )
    found = [head]
    for entity in found:
        found += sorted(
            each.entity for each in registered.values() if each.parent == entity and each.entity not in found
        )
    return tuple(
        GroupEntity(
            entity,
            registered[entity].name,
            registered[entity].parent or "",
            registered[entity].functional_currency,
        )
        for entity in found
    )


class _Needed:
    """Finds rates, and remembers those that are missing, so that all of them are told at once."""

    def __init__(self, rates: Mapping[tuple[str, str, Month], ExchangeRatePublished]) -> None:
        self._rates = rates
        self._missing: dict[tuple[str, str], set[Month]] = defaultdict(set)

    def rates(self, one: str, into: str, months: Iterable[Month]) -> translation.Rates:
        """Rates of one currency in another, by its own publication or by the inverse of the other's."""
        closing: dict[Month, Fraction] = {}
        average: dict[Month, Fraction] = {}
        for month in months:
            direct, inverse = self._rates.get((one, into, month)), self._rates.get((into, one, month))
            if direct is not None:
                closing[month], average[month] = direct.closing, direct.average
            elif inverse is not None:
                closing[month], average[month] = 1 / inverse.closing, 1 / inverse.average
            else:
                self._missing[one, into].add(month)
                closing[month] = average[month] = Fraction(1)
        return translation.Rates(closing, average, Fraction(10) ** (exponent_of(into) - exponent_of(one)))

    def refuse(self) -> None:
        """Raise ``RateMissing`` naming every rate that was asked for in vain."""
        if self._missing:
            words = "; ".join(
                f"{one} in {into} for {', '.join(map(str, sorted(months)))}"
                for (one, into), months in sorted(self._missing.items())
            )
            raise RateMissing(
                f"Exchange rates are missing: {words}. File exchange_rate_published for each month."
            )


def _in_currency(
    member: GroupEntity, currency: str, natures: Mapping[str, str], needed: _Needed, through: Month
) -> list[translation.Movement]:
    """An entity's movements in the reporting currency."""
    functional: list[translation.Movement] = []
    for each in ledger.currencies_of(entity=member.entity, through=through):
        mine = [
            translation.Movement(
                row.month, row.account, row.activity, row.segment, row.product, row.is_late, row.amount_minor
            )
            for row in ledger.movements_by_activity(entity=member.entity, through=through, currency=each)
        ]
        if each != member.functional_currency:
            rates = needed.rates(each, member.functional_currency, translation.months_of(mine, through))
            mine = translation.remeasured(mine, natures, rates, through=through)
        functional += mine
    if member.functional_currency == currency:
        return functional
    rates = needed.rates(member.functional_currency, currency, translation.months_of(functional, through))
    return translation.translated(functional, natures, rates, through=through)


def _disagreements(entities: Sequence[str], through: Month) -> tuple[Disagreement, ...]:
    """Pairs of entities whose balances with each other are not zero together, currency by currency."""
    sums: dict[tuple[str, str, str], int] = defaultdict(int)
    for (entity, partner, currency), amount in ledger.balances_by_partner(
        accounts=_DUE, through=through
    ).items():
        if entity in entities:
            first, second = sorted((entity, partner))
            sums[first, second, currency] += amount
    return tuple(Disagreement(*key, amount) for key, amount in sorted(sums.items()) if amount)


def _eliminated(
    movements: Iterable[translation.Movement], *, against: str
) -> tuple[list[translation.Movement], tuple[tuple[str, int], ...]]:
    """The movements without those between entities, and what was taken out of each account.

    Cash that left one entity and has not reached the other yet stays cash. What else does not cancel goes to the
    account ``against``: the work of rates to equity, a missing side to suspense.
    """
    kept: list[translation.Movement] = []
    taken: dict[str, int] = defaultdict(int)
    cash: dict[tuple[Month, str], int] = defaultdict(int)
    rest: dict[Month, int] = defaultdict(int)
    for row in movements:
        if row.product != INTERCOMPANY and row.account not in _BETWEEN:
            kept.append(row)
        elif row.account in CASH_ACCOUNTS:
            cash[row.month, row.account] += row.amount_minor
        else:
            taken[row.account] += row.amount_minor
            rest[row.month] += row.amount_minor
    for (month, account), amount in cash.items():
        if amount:
            kept.append(translation.Movement(month, account, "transfer", "Corporate", "", False, amount))
    for month, amount in rest.items():
        if amount:
            kept.append(translation.Movement(month, against, _ELIMINATION, "Corporate", "", False, amount))
    return kept, tuple(sorted((account, amount) for account, amount in taken.items() if amount))
