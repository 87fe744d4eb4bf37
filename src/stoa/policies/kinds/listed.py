"""Every kind of document that enters the books by plain Python, and the lines all of them make."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any, TypeVar

from stoa.kernel.refusals import Invalid
from stoa.kernel.spans import Month
from stoa.policies.data import Cut
from stoa.policies.facts import read_facts, schema_of
from stoa.policies.kinds import (
    activity,
    awards,
    cash_movements,
    commissions,
    credit_losses,
    degree_terms,
    entities,
    fixed_assets,
    impairment_tests,
    income_taxes,
    intangibles,
    leases,
    manual_entries,
    offerings,
    opening_balances,
    partner_fees,
    payables,
    prepaid_partner_fees,
    purchase_plans,
    refund_rates,
    seat_contracts,
    securities,
    settlements,
    share_capital,
    software,
    uncertain_tax,
    voids,
)
from stoa.policies.kinds.frame import (
    Balance,
    DocumentFacts,
    Family,
    Filed,
    MonthRevenue,
    RevenueFamily,
)
from stoa.policies.kinds.registers import Register, last_day
from stoa.policies.registry import ACCOUNT_CODES

FAMILIES: tuple[Family, ...] = (
    manual_entries.FAMILY,
    seat_contracts.FAMILY,
    commissions.FAMILY,
    fixed_assets.FAMILY,
    leases.FAMILY,
    software.FAMILY,
    intangibles.FAMILY,
    impairment_tests.FAMILY,
    securities.FAMILY,
    offerings.FAMILY,
    awards.FAMILY,
    activity.FAMILY,
    refund_rates.FAMILY,
    settlements.FAMILY,
    entities.FAMILY,
    payables.FAMILY,
    cash_movements.FAMILY,
    share_capital.FAMILY,
    purchase_plans.FAMILY,
    credit_losses.FAMILY,
    income_taxes.FAMILY,
    uncertain_tax.FAMILY,
    opening_balances.FAMILY,
    degree_terms.FAMILY,
    prepaid_partner_fees.FAMILY,
)

#: Families that are asked after those: what they say follows the revenue of the month.
REVENUE_FAMILIES: tuple[RevenueFamily, ...] = (partner_fees.FAMILY,)

_ALL: tuple[Family | RevenueFamily, ...] = (*FAMILIES, *REVENUE_FAMILIES)

_FORMS: tuple[type[DocumentFacts], ...] = (
    *(form for family in _ALL for form in family.kinds),
    voids.DocumentVoided,
)
KINDS: Mapping[str, type[DocumentFacts]] = {form.kind: form for form in _FORMS}

Line = tuple[int, str, str, str, str, str, str, bool, date, date, int]
_F = TypeVar("_F", bound=Family | RevenueFamily)


def read(kind: str, given: Mapping[str, Any]) -> DocumentFacts:
    """Read a document of a kind from parsed JSON; raises ``Invalid`` with the path of the first bad field."""
    return read_facts(KINDS[kind], given)


def family_of(kind: str) -> Family | RevenueFamily | None:
    """The family that accounts for a kind; ``None`` for voids, which concern every family."""
    return next((family for family in _ALL if KINDS[kind] in family.kinds), None)


def schema_of_kind(kind: str) -> dict[str, Any]:
    """The JSON schema of a document of a kind, as one line of a file."""
    form = KINDS[kind]
    schema = schema_of(form)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": form.title,
        "description": " ".join((form.__doc__ or "").split()),
        **schema,
        "properties": {"kind": {"const": kind}} | schema["properties"],
        "required": ["kind", *schema["required"]],
    }


def lines(documents: Iterable[Filed], cuts: Sequence[Cut]) -> list[Line]:
    """What the documents put into each account between cuts, in canonical order: sums of balances with their sign.

    Columns are ``engine.LINE_COLUMNS``. Each document's own lines need not balance; all of them together do.
    """
    by_family = _by_family(documents, FAMILIES)

    def held(cut: Cut) -> Iterator[Balance]:
        for family, mine in by_family:
            yield from _balances(family, _known(mine, cut), cut.on)

    given = [document for _, mine in by_family for document in mine]
    return _between(_that_differ(cuts, lambda cut: _before(given, cut)), held)


#: Balances of a family by day, with the documents they came from: a month's end is valued when it is posted, when it is
#: closed, and as the next month's beginning.
_HELD: dict[tuple[str, date], tuple[list[Filed], tuple[Balance, ...]]] = {}
_DAYS_KEPT = 100


def _balances(family: Family, known: list[Filed], day: date) -> tuple[Balance, ...]:
    """What the family holds at the beginning of ``day``; worked out once while the documents are the same."""
    kept = _HELD.get((family.name, day))
    if kept is not None and kept[0] == known:
        return kept[1]
    held = tuple(family.balances(known, day))
    if len(_HELD) >= _DAYS_KEPT:
        _HELD.clear()
    _HELD[family.name, day] = (known, held)
    return held


def lines_on_revenue(
    documents: Iterable[Filed], revenue: Sequence[MonthRevenue], cuts: Sequence[Cut]
) -> list[Line]:
    """What the families that follow revenue put into each account between cuts; else as :func:`lines`."""
    by_family = [(family, mine) for family, mine in _by_family(documents, REVENUE_FAMILIES) if mine]

    def held(cut: Cut) -> Iterator[Balance]:
        for family, mine in by_family:
            yield from family.balances(_known(mine, cut), _recognized(revenue, cut), cut.on)

    given = [document for _, mine in by_family for document in mine]
    return _between(_that_differ(cuts, lambda cut: (_before(given, cut), _recognized(revenue, cut))), held)


def _that_differ(cuts: Sequence[Cut], known: Callable[[Cut], object]) -> list[Cut]:
    """The cuts without the late ones when these cancel: nothing came late, so both know the same on the same day."""
    late = [cut for cut in cuts if cut.is_late]
    if len(late) == 2 and late[0].on == late[1].on and known(late[0]) == known(late[1]):
        return [cut for cut in cuts if not cut.is_late]
    return list(cuts)


def _between(cuts: Sequence[Cut], held: Callable[[Cut], Iterable[Balance]]) -> list[Line]:
    first, last = min(cut.on for cut in cuts if not cut.is_late), max(cut.on for cut in cuts)
    sums: dict[tuple[Any, ...], int] = defaultdict(int)
    began: dict[int, date] = {}
    for cut in cuts:
        for balance in held(cut):
            sums[_key(balance, cut)] += cut.sign * balance.amount_minor
            began[balance.document] = min(began.get(balance.document, balance.first_on), balance.first_on)
    return sorted(
        (
            *key,
            (began[key[0]] if key[-1] else first),
            (first if key[-1] else last),
            amount,
        )
        for key, amount in sums.items()
        if amount
    )


def _recognized(revenue: Sequence[MonthRevenue], cut: Cut) -> list[MonthRevenue]:
    """The revenue a cut knows: of months begun before it, and what the month that begins with it took up late."""
    return [
        each
        for each in revenue
        if each.month.start_on < cut.on
        or (each.is_late and each.month.start_on == cut.on <= cut.counts_until)
    ]


def families_used(documents: Iterable[Filed]) -> dict[str, str]:
    """Name and version of each family that accounts for one of the documents."""
    return {family.name: family.version for family, mine in _by_family(documents, _ALL) if mine}


def known_to(documents: Iterable[Filed], name: str, day: date) -> list[Filed]:
    """The documents that the family called ``name`` knows at the beginning of ``day``, in order of effect."""
    cut = Cut("known", 1, False, day, last_day(day))
    return next(_known(mine, cut) for family, mine in _by_family(documents, _ALL) if family.name == name)


def register(documents: Iterable[Filed], name: str, day: date) -> Register:
    """The register of the family called ``name`` at the beginning of ``day``; raises ``Invalid`` where there is none."""
    cut = Cut("register", 1, False, day, last_day(day))
    for family, mine in _by_family(documents, _ALL):
        if family.name == name and family.register is not None:
            return _registered(family, mine, cut)
    raise Invalid(f"{name} keeps no register; those that do are {', '.join(families_with_register())}.")


def registers(documents: Iterable[Filed], day: date) -> dict[str, Register]:
    """Every register at the beginning of ``day`` by its family's name; sorts the documents once."""
    cut = Cut("register", 1, False, day, last_day(day))
    return {
        family.name: _registered(family, mine, cut)
        for family, mine in _by_family(documents, _ALL)
        if family.register is not None
    }


def _registered(family: Family | RevenueFamily, mine: Sequence[Filed], cut: Cut) -> Register:
    """A family's register, its accounts by their codes."""
    assert family.register is not None
    if not mine:
        return Register(family=family.name, day=cut.on)
    found = family.register(_known(mine, cut), cut.on)
    rows = (replace(row, account=ACCOUNT_CODES.get(row.account, row.account)) for row in found.rows)
    return replace(found, rows=tuple(rows))


def families_with_register() -> tuple[str, ...]:
    """Names of the families that keep a register."""
    return tuple(family.name for family in _ALL if family.register is not None)


def active(
    documents: Sequence[Filed], month: Month, revenue: Sequence[MonthRevenue] = ()
) -> dict[str, list[int]]:
    """By family: the documents that must have an entry in ``month``, given the revenue through it."""
    cut = _closing(month)
    found = {
        family.name: sorted(set(family.active(_known(mine, cut), month)))
        for family, mine in _by_family(documents, FAMILIES)
        if mine
    }
    return found | {
        family.name: sorted(set(family.active(_known(mine, cut), _recognized(revenue, cut), month)))
        for family, mine in _by_family(documents, REVENUE_FAMILIES)
        if mine
    }


def problems(documents: Sequence[Filed], month: Month, revenue: Sequence[MonthRevenue] = ()) -> list[str]:
    """What keeps the documents of a month from being accounted for, in words."""
    cut = _closing(month)
    all_known = sorted(_before(documents, cut), key=_in_order)
    found = list(voids.problems(all_known, month.end_on))
    for family, mine in _by_family(documents, FAMILIES):
        found += family.problems(_known(mine, cut), month.end_on)
    for family_on_revenue, mine in _by_family(documents, REVENUE_FAMILIES):
        if mine:
            known = _known(mine, cut)
            found += family_on_revenue.problems(known, _recognized(revenue, cut), month.end_on)
    return found


def _closing(month: Month) -> Cut:
    return Cut("closing", 1, False, month.end_on, month.start_on)


def _by_family(documents: Iterable[Filed], families: Iterable[_F]) -> list[tuple[_F, list[Filed]]]:
    """Each family with its documents, and with every void, in order of effect whatever the order of filing."""
    in_order = sorted(documents, key=_in_order)
    taken_back = [each for each in in_order if isinstance(each.facts, voids.DocumentVoided)]
    found = []
    for family in families:
        if any(isinstance(each.facts, family.kinds) for each in in_order):
            seen = (*family.kinds, *family.sees)
            mine = [each for each in in_order if isinstance(each.facts, seen)]
            found.append((family, [*mine, *taken_back]))
        else:
            found.append((family, []))
    return found


def known_before(documents: Iterable[Filed], day: date) -> list[Filed]:
    """The documents that took effect before ``day`` and were not taken back, in order of effect."""
    return voids.without_voided(
        sorted((each for each in documents if each.effective_on < day), key=_in_order)
    )


def _in_order(each: Filed) -> tuple[date, str]:
    return each.effective_on, each.facts.reference


def _before(documents: Iterable[Filed], cut: Cut) -> list[Filed]:
    return [each for each in documents if each.counts_from <= cut.counts_until and each.effective_on < cut.on]


def _known(documents: Sequence[Filed], cut: Cut) -> list[Filed]:
    return voids.without_voided(_before(documents, cut))


def _key(balance: Balance, cut: Cut) -> tuple[Any, ...]:
    return (
        balance.document,
        ACCOUNT_CODES.get(balance.account, balance.account),
        balance.activity,
        balance.currency,
        balance.segment,
        balance.product,
        balance.partner,
        cut.is_late,
    )
