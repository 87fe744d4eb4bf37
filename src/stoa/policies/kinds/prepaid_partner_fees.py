"""Partner fees paid before the obligations are met: spread over the customer's subscription term (policy
``deferred_partner_fees``; ASC 340-10-05-4, 705-10-25-1; ACC-56), impaired when they are not recoverable (ACC-34)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from functools import partial
from typing import ClassVar, Final, Literal

from stoa.kernel.spans import add_months
from stoa.policies import deferred_partner_fees as policy
from stoa.policies.deferred_revenue import earned_and_within_a_year
from stoa.policies.facts import Price, fact, refuse
from stoa.policies.grid import Grid
from stoa.policies.kinds.frame import Balance, Debt, DocumentFacts, Family, Filed, Place, documents_that_move
from stoa.policies.kinds.impairments import ImpairmentTested, Loss, losses
from stoa.policies.kinds.manual_entries import CORPORATE
from stoa.policies.kinds.registers import Register, RegisterRow, last_day, summed, year_ends, years_of

NAME: Final = "deferred_partner_fees"


@dataclass(frozen=True, slots=True, kw_only=True)
class PartnerFeePrepaid(DocumentFacts):
    """A fee was paid to a partner before the service to the customer; it is expensed over the customer's term."""

    kind: ClassVar[str] = "partner_fee_prepaid"
    title: ClassVar[str] = "Partner fee prepaid"

    partner: str = fact("Partner.")
    paid_on: date = fact("Day of payment.")
    amount: Price = fact("Amount paid.")
    start_on: date = fact("First day of the customer's subscription term.")
    end_on: date = fact("Day after its last day.")
    paid_from: Literal["cash", "accounts_payable"] = fact(
        "Paid at once, or owed until supplier_paid names it.", default="cash"
    )
    segment: Literal["Consumer", "Enterprise", "Degrees"] = fact(
        "Segment of the customer.", default="Consumer"
    )
    product: str | None = fact("Product of the customer.", default=None)
    contract: str | None = fact("Reference of the customer's contract.", default=None)

    def __post_init__(self) -> None:
        DocumentFacts.__post_init__(self)
        if not self.minor(self.amount):
            raise refuse("amount", "must not be 0.")
        if self.end_on <= self.start_on:
            raise refuse("end_on", "must come after start_on.")

    def place(self) -> Place:
        return Place(self.paid_on, self.contract or self.reference, "", self.product or "")

    def owed(self) -> Debt | None:
        if self.paid_from == "cash":
            return None
        return Debt("accounts_payable", self.partner, (("payment", self.minor(self.amount)),))


@dataclass(frozen=True, slots=True)
class _Payment:
    """A prepaid fee and the losses it bore, in order."""

    filed: Filed
    losses: Sequence[Loss]

    @property
    def facts(self) -> PartnerFeePrepaid:
        facts: PartnerFeePrepaid = self.filed.facts
        return facts

    def steps(self, through: date) -> tuple[int, int, list[Loss]]:
        """Through a day, in minor units: expensed to date, to be expensed later than in a year, and the losses borne."""
        facts, grid = self.facts, Grid.of(self.facts.currency)
        basis, start_on, done = facts.amount, facts.start_on, Fraction(0)
        borne = []
        for loss in self.losses:
            if loss.on > through or loss.on < facts.paid_on:
                continue
            earned, _ = _spread(basis, start_on, facts.end_on, loss.on, grid)
            taken = min(loss.minor * grid.unit, basis - earned)
            done, basis = done + earned, basis - earned - taken
            start_on = max(start_on, loss.on + timedelta(days=1))
            borne.append(Loss(loss.document, loss.on, facts.minor(taken)))
        earned, within = _spread(basis, start_on, facts.end_on, through, grid)
        return facts.minor(done + earned), facts.minor(basis - within), borne

    def carried(self, through: date) -> int:
        """What is deferred at the end of a day, in minor units."""
        expensed, _, borne = self.steps(through)
        return self.facts.minor(self.facts.amount) - expensed - sum(loss.minor for loss in borne)


def _spread(
    basis: Fraction, start_on: date, end_on: date, through: date, grid: Grid
) -> tuple[Fraction, Fraction]:
    """What of ``basis`` is expensed by a day and by a year later; all of it once the term is over."""
    if start_on >= end_on:
        return basis, basis
    return earned_and_within_a_year(basis, start_on, end_on, through, grid, NAME)


def balances(known: Sequence[Filed], day: date) -> Iterator[Balance]:
    """Fees deferred, their parts, what was expensed and what was lost."""
    for payment in _payments(known):
        facts, document = payment.facts, payment.filed.id
        expensed, later, borne = payment.steps(last_day(day))
        minor = facts.minor(facts.amount)
        rows = [
            (document, facts.paid_on, "deferred_partner_fees", "addition", minor),
            (document, facts.paid_on, "deferred_partner_fees", "amortization", -expensed),
            (document, facts.paid_on, "amortization_of_deferred_partner_fees", "amortization", expensed),
            (document, facts.paid_on, "deferred_partner_fees", "reclassification", -later),
            (document, facts.paid_on, "deferred_partner_fees_non_current", "reclassification", later),
        ]
        for loss in borne:
            rows += [
                (loss.document, loss.on, "deferred_partner_fees", "impairment", -loss.minor),
                (loss.document, loss.on, "impairment", "impairment", loss.minor),
            ]
        yield Balance(
            *(document, facts.paid_from, "payment", facts.currency, facts.paid_on, -minor),
            *(CORPORATE, "", facts.partner),
        )
        for number, first_on, account, activity, amount in rows:
            yield Balance(
                *(number, account, activity, facts.currency, first_on, amount),
                *(facts.segment, facts.product or "", facts.partner),
            )


def problems(known: Sequence[Filed], day: date) -> Iterator[str]:
    """Losses of prepaid fees that are not there, or that are more than was carried."""
    payments = {(each.facts.reference, each.facts.currency): each for each in _payments(known)}
    for (reference, currency), lost in losses(known, NAME).items():
        payment = payments.get((reference, currency))
        if payment is None:
            yield f"an impairment names the prepaid partner fee {reference!r}, which is not filed in {currency}"
        elif [loss.minor for loss in payment.steps(last_day(day))[2]] != [loss.minor for loss in lost]:
            yield f"{reference} was not carried at what its impairment takes: void the test and file it anew"


def register(known: Sequence[Filed], day: date) -> Register:
    """Every prepaid fee that is still carried, and the expense of the years to come."""
    through, rows, years = last_day(day), [], []
    for payment in _payments(known):
        facts = payment.facts
        expensed, _, borne = payment.steps(through)
        carried = payment.carried(through)
        if not carried:
            continue
        rows.append(
            RegisterRow(
                document=payment.filed.id,
                reference=facts.reference,
                name=facts.partner,
                kind=facts.product or facts.segment,
                currency=facts.currency,
                begun_on=facts.paid_on,
                cost_minor=facts.minor(facts.amount),
                accumulated_minor=facts.minor(facts.amount) - carried,
                carrying_minor=carried,
                next_movement_minor=carried - payment.carried(last_day(add_months(day, 1))),
                end_on=facts.end_on,
                account="deferred_partner_fees",
            )
        )
        to_dates = [expensed, *(payment.steps(last_day(end))[0] for end in year_ends(day))]
        total = facts.minor(facts.amount) - sum(loss.minor for loss in borne)
        years += years_of("amortization", facts.currency, day, to_dates, total)
    return Register(family=NAME, day=day, rows=tuple(rows), years=summed(years))


def _payments(known: Sequence[Filed]) -> list[_Payment]:
    lost = losses(known, NAME)
    return [
        _Payment(each, lost.get((each.facts.reference, each.facts.currency), ()))
        for each in known
        if isinstance(each.facts, PartnerFeePrepaid)
    ]


FAMILY = Family(
    name=NAME,
    version=policy.POLICY.version,
    kinds=(PartnerFeePrepaid,),
    sees=(ImpairmentTested,),
    balances=balances,
    active=partial(documents_that_move, balances),
    problems=problems,
    register=register,
)
