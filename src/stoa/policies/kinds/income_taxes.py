"""Income taxes of a period, by jurisdiction, and what was paid of them (policy ``income_taxes``; ASC 740).

A provision says what current tax a period bears and what deferred balances should be at its end; the journal moves
them there. Deferred assets and liabilities of one jurisdiction are presented net (740-10-45-6).
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import lru_cache, partial
from typing import Any, ClassVar, NamedTuple

from stoa.policies import income_tax_facts as sections
from stoa.policies import income_taxes as policy
from stoa.policies.facts import Amount, Price, fact, refuse
from stoa.policies.frame import Explanation
from stoa.policies.kinds.frame import Balance, DocumentFacts, Family, Filed, Place, documents_that_move
from stoa.policies.kinds.functions import CashAccount
from stoa.policies.kinds.manual_entries import CORPORATE
from stoa.policies.kinds.registers import Figure, Register, RegisterRow
from stoa.policies.registry import ACCOUNT_CODES

_ZERO = Fraction(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class IncomeTaxProvided(DocumentFacts):
    """Income tax of a period in one jurisdiction: current tax, and deferred balances at its end."""

    kind: ClassVar[str] = "income_tax_provided"
    title: ClassVar[str] = "Income tax provided"

    jurisdiction: str = fact("Whose tax: US federal, a state, a country.")
    period_start_on: date = fact("First day of the period.")
    on: date = fact("Last day of the period: the provision is recorded then.")
    provision: sections.Provision | None = fact(
        "The period's provision; its opening balances are taken from the books when left out.", default=None
    )
    enacted_rates: tuple[sections.EnactedRate, ...] = fact("Rates by date.", default=())
    temporary_differences: tuple[sections.TemporaryDifference, ...] = fact(
        "Temporary differences at the end of the period: they give the deferred balances.", default=()
    )
    loss_use: sections.LossUse | None = fact(
        "Carryforwards against income: it gives current tax, and the asset of what is left.", default=None
    )
    rate_change: sections.RateChange | None = fact(
        "A change of the enacted rate, for the note: balances follow from the rates.", default=None
    )
    valuation_allowance: sections.Allowance | None = fact("How much is realizable.", default=None)
    interim: sections.Interim | None = fact(
        "Interim period: the estimated annual rate gives the period's tax in all.", default=None
    )
    reconciliation: sections.Reconciliation | None = fact(
        "From the statutory to the effective rate, for the note.", default=None
    )
    basis: str | None = fact("Evidence and judgements it rests on.", default=None)

    def __post_init__(self) -> None:
        DocumentFacts.__post_init__(self)
        if self.on < self.period_start_on:
            raise refuse("on", "must not lie before period_start_on.")
        if not (self.provision or self.loss_use or self.interim or self.temporary_differences):
            raise refuse(
                "provision", "is missing: give it, or loss_use, interim, or the temporary differences."
            )
        self.decided(Deferred(0, 0, 0))

    def place(self) -> Place:
        return Place(self.on, f"income tax {self.jurisdiction}")

    def decided(self, opening: "Deferred") -> dict[str, Any]:
        """What the policy concludes, given the deferred balances in the books before."""
        return _decided(self, opening)


class Deferred(NamedTuple):
    """Deferred balances of a jurisdiction in minor units: gross asset, allowance on it, liability."""

    asset: int
    allowance: int
    liability: int

    @property
    def net(self) -> int:
        """What they are worth together."""
        return self.asset - self.allowance - self.liability


@lru_cache(maxsize=2048)
def _decided(facts: IncomeTaxProvided, opening: Deferred) -> dict[str, Any]:
    provision = facts.provision
    if provision is not None and not (
        provision.deferred_asset_opening
        or provision.deferred_liability_opening
        or provision.valuation_allowance_opening
    ):
        scale = facts.minor(Fraction(1))
        provision = _with_opening(provision, opening, scale)
    return policy.decide(
        sections.TaxFacts(
            currency=facts.currency,
            provision=provision,
            enacted_rates=facts.enacted_rates,
            through=facts.on,
            temporary_differences=facts.temporary_differences,
            rate_change=facts.rate_change,
            loss_use=facts.loss_use,
            valuation_allowance=facts.valuation_allowance,
            reconciliation=facts.reconciliation,
            interim=facts.interim,
        ),
        Explanation(),
    )


def _with_opening(given: sections.Provision, opening: Deferred, scale: int) -> sections.Provision:
    return sections.Provision(
        pretax=given.pretax,
        rate=given.rate,
        permanent_differences=given.permanent_differences,
        temporary_originating=given.temporary_originating,
        other_current_tax=given.other_current_tax,
        credits=given.credits,
        deferred_asset_opening=Fraction(opening.asset, scale),
        deferred_liability_opening=Fraction(opening.liability, scale),
        valuation_allowance_opening=Fraction(opening.allowance, scale),
        realizable=given.realizable,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class TaxPaid(DocumentFacts):
    """Income tax was paid, or refunded; interest and penalties on it are income tax expense (740-10-45-25)."""

    kind: ClassVar[str] = "tax_paid"
    title: ClassVar[str] = "Income tax paid"

    jurisdiction: str = fact("Whose tax.")
    on: date = fact("Day on which the money left.")
    amount: Amount = fact("Tax; negative for a refund.")
    interest: Price = fact("Interest paid with it.", default=_ZERO)
    penalties: Price = fact("Penalties paid with it.", default=_ZERO)
    paid_from: CashAccount = fact("Account it was paid from.", default="cash")

    def __post_init__(self) -> None:
        DocumentFacts.__post_init__(self)
        minor = [self.minor(self.amount), self.minor(self.interest), self.minor(self.penalties)]
        if not any(minor):
            raise refuse("amount", "must not be 0.")

    def place(self) -> Place:
        return Place(self.on, f"income tax {self.jurisdiction}")


class _Year(NamedTuple):
    """What one provision puts into the books."""

    current: int
    before: Deferred
    after: Deferred


def _measured(facts: IncomeTaxProvided, before: Deferred) -> _Year:
    values = facts.decided(before)
    minor = facts.minor

    def amount(text: str) -> int:
        return minor(Fraction(text))

    after = before
    if facts.provision is not None:
        after = Deferred(
            amount(values["deferred_asset_closing"]),
            amount(values["allowance_closing"]),
            amount(values["deferred_liability_closing"]),
        )
    if facts.temporary_differences:
        deferred = values["deferred"]
        carried = amount(values["loss_use"]["deferred_asset"]) if facts.loss_use is not None else 0
        after = Deferred(amount(deferred["asset"]) + carried, after.allowance, amount(deferred["liability"]))
    elif facts.loss_use is not None and facts.provision is None:
        after = Deferred(amount(values["loss_use"]["deferred_asset"]), before.allowance, before.liability)
    if facts.valuation_allowance is not None:
        after = after._replace(allowance=amount(values["valuation_allowance"]["allowance"]))
    if facts.interim is not None:
        current = amount(values["interim"]["period_tax"]) + after.net - before.net
    elif facts.loss_use is not None:
        current = amount(values["loss_use"]["current_tax"])
    elif facts.provision is not None:
        current = amount(values["current_tax"])
    else:
        current = 0
    return _Year(current, before, after)


def _provisions(known: Sequence[Filed]) -> Iterator[tuple[Filed, _Year]]:
    """Every provision with what it puts into the books, each from the balances that the one before left."""
    held: dict[tuple[str, str], Deferred] = defaultdict(lambda: Deferred(0, 0, 0))
    for each in known:
        facts = each.facts
        if isinstance(facts, IncomeTaxProvided):
            key = facts.jurisdiction, facts.currency
            year = _measured(facts, held[key])
            held[key] = year.after
            yield each, year


def balances(known: Sequence[Filed], day: date) -> Iterator[Balance]:
    """Current and deferred tax, the valuation allowance, tax payable (or receivable), and cash."""
    last: dict[tuple[str, str], Filed] = {}
    owed: dict[tuple[str, str], int] = defaultdict(int)
    held: dict[tuple[str, str], Deferred] = {}
    for each, year in _provisions(known):
        facts: IncomeTaxProvided = each.facts
        key = facts.jurisdiction, facts.currency
        last[key], held[key] = each, year.after
        owed[key] += year.current
        before, after = year.before, year.after
        for account, activity, minor in (
            ("income_tax_expense", "provision", year.current),
            ("income_taxes_payable", "provision", -year.current),
            ("deferred_tax_assets", "provision", after.asset - before.asset),
            ("valuation_allowance", "provision", before.allowance - after.allowance),
            ("deferred_tax_liabilities", "provision", before.liability - after.liability),
            ("deferred_income_tax_expense", "provision", before.net - after.net),
        ):
            yield _line(each, account, activity, minor)
    for each in known:
        paid = each.facts
        if isinstance(paid, TaxPaid):
            key = paid.jurisdiction, paid.currency
            last[key] = each
            tax, extra = paid.minor(paid.amount), paid.minor(paid.interest + paid.penalties)
            owed[key] -= tax
            yield _line(each, "income_taxes_payable", "payment", tax)
            yield _line(each, "income_tax_expense", "interest_and_penalties", extra)
            yield _line(each, paid.paid_from, "payment", -tax - extra)
    for key, each in last.items():
        receivable = max(-owed[key], 0)
        offset = _offset(held[key]) if key in held else 0
        for account, minor in (
            ("income_taxes_payable", -receivable),
            ("income_taxes_receivable", receivable),
            ("deferred_tax_assets", -offset),
            ("deferred_tax_liabilities", offset),
        ):
            yield _line(each, account, "reclassification", minor)


def _offset(held: Deferred) -> int:
    """What is presented net within a jurisdiction."""
    return max(min(held.asset - held.allowance, held.liability), 0)


def _line(each: Filed, account: str, activity: str, minor: int) -> Balance:
    return Balance(
        *(each.id, account, activity, each.facts.currency, each.effective_on, minor), segment=CORPORATE
    )


def problems(known: Sequence[Filed], day: date) -> Iterator[str]:
    """Provisions whose opening balances are not those of the books, that overlap, and tax paid without a provision."""
    through: dict[tuple[str, str], tuple[date, str]] = {}
    for each, year in _provisions(known):
        facts: IncomeTaxProvided = each.facts
        key = facts.jurisdiction, facts.currency
        if key in through and facts.period_start_on <= through[key][0]:
            yield (
                f"{facts.reference} begins on {facts.period_start_on}, but {through[key][1]} provides for "
                f"{facts.jurisdiction} through {through[key][0]}; void one of them"
            )
        through[key] = facts.on, facts.reference
        given = facts.provision
        if given is not None:
            said = Deferred(
                facts.minor(given.deferred_asset_opening),
                facts.minor(given.valuation_allowance_opening),
                facts.minor(given.deferred_liability_opening),
            )
            if any(said) and said != year.before:
                yield (
                    f"{facts.reference} begins with deferred balances of {facts.jurisdiction} that are not those of the "
                    "books; leave them out, or file the provision before it"
                )


def register(known: Sequence[Filed], day: date) -> Register:
    """Deferred balances and tax owed, by jurisdiction."""
    held: dict[tuple[str, str], tuple[Filed, Deferred]] = {}
    owed: dict[tuple[str, str], int] = defaultdict(int)
    first: dict[tuple[str, str], date] = {}
    for each, year in _provisions(known):
        key = each.facts.jurisdiction, each.facts.currency
        held[key] = each, year.after
        first.setdefault(key, each.facts.period_start_on)
        owed[key] += year.current
    for each in known:
        if isinstance(each.facts, TaxPaid):
            owed[each.facts.jurisdiction, each.facts.currency] -= each.facts.minor(each.facts.amount)
    rows = [
        RegisterRow(
            document=each.id,
            reference=each.facts.reference,
            name=jurisdiction,
            kind="deferred tax",
            currency=currency,
            begun_on=first[jurisdiction, currency],
            cost_minor=deferred.asset - deferred.liability,
            accumulated_minor=deferred.allowance,
            carrying_minor=deferred.net,
            account=ACCOUNT_CODES["deferred_tax_assets" if deferred.net >= 0 else "deferred_tax_liabilities"],
        )
        for (jurisdiction, currency), (each, deferred) in sorted(held.items(), key=lambda item: item[0])
    ]
    figures = [
        Figure(words=f"Income tax payable: {jurisdiction}", currency=currency, amount_minor=amount)
        for (jurisdiction, currency), amount in sorted(owed.items())
    ]
    return Register(family=FAMILY.name, day=day, rows=tuple(rows), figures=tuple(figures))


FAMILY = Family(
    name="income_taxes",
    version=policy.POLICY.version,
    kinds=(IncomeTaxProvided, TaxPaid),
    balances=balances,
    active=partial(documents_that_move, balances),
    problems=problems,
    register=register,
)
