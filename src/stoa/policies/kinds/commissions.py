"""Commissions earned: deferred, and amortized by full months (policy ``deferred_commissions``; ASC 340-40)."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import ClassVar, Literal

from stoa.kernel.spans import Month, add_months
from stoa.policies import deferred_commissions as policy
from stoa.policies.facts import Price, fact, refuse
from stoa.policies.grid import Grid
from stoa.policies.kinds.frame import Balance, Debt, DocumentFacts, Family, Filed, Place
from stoa.policies.kinds.registers import Register, RegisterRow, last_day, summed, year_ends, years_of


@dataclass(frozen=True, slots=True, kw_only=True)
class CommissionEarned(DocumentFacts):
    """A commission was earned by winning or renewing a contract."""

    kind: ClassVar[str] = "commission_earned"
    title: ClassVar[str] = "Commission earned"

    contract: str = fact("Reference of the contract it was earned on.")
    customer: str | None = fact("Customer.", default=None)
    earned_by: str | None = fact("Who earned it.", default=None)
    earned_on: date = fact("Day it is earned; its month counts in full.")
    on_a: Literal["initial", "renewal"] = fact("On an initial contract, or on a renewal.", default="initial")
    amount: Price = fact("Commission.")
    payroll_tax: Price = fact("Employer's payroll tax on it.", default=Fraction(0))
    benefit_months: int | None = fact(
        "Months of benefit: 36 for an initial commission, the renewal term (generally 24) for a renewal.",
        default=None,
    )

    def __post_init__(self) -> None:
        DocumentFacts.__post_init__(self)
        self.minor(self.amount)
        self.minor(self.payroll_tax, "payroll_tax")
        if not 1 <= policy.months_of(self.commission()) <= 600:
            raise refuse("benefit_months", "must be between 1 and 600.")

    def place(self) -> Place:
        return Place(self.earned_on, self.contract, self.customer or "", "commission")

    def owed(self) -> Debt:
        total = self.minor(self.amount + self.payroll_tax)
        return Debt("accrued_compensation", self.earned_by or "staff", (("payment", total),))

    def commission(self, ended_on: date | None = None) -> policy.Commission:
        """The facts as the policy takes them."""
        return policy.Commission(
            id=self.reference,
            kind=self.on_a,
            amount=self.amount,
            payroll_tax=self.payroll_tax,
            earned_on=self.earned_on,
            benefit_months=self.benefit_months,
            ended_on=ended_on,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class CommissionEnded(DocumentFacts):
    """The customer relationship behind a commission ended: what is still deferred of it is expensed."""

    kind: ClassVar[str] = "commission_ended"
    title: ClassVar[str] = "Benefit of a commission ended"

    commission: str = fact("Reference of the commission.")
    on: date = fact("Day on which the relationship ended.")

    def place(self) -> Place:
        return Place(self.on, self.commission, "", "commission")


def balances(known: Sequence[Filed], day: date) -> Iterator[Balance]:
    """Cost deferred, amortized to date, and the part that stays for more than a year."""
    ended = _ended(known)
    through = day - timedelta(days=1)
    for each in known:
        facts = each.facts
        if not isinstance(facts, CommissionEarned):
            continue
        commission = facts.commission(ended.get(facts.reference))
        cost = facts.minor(facts.amount + facts.payroll_tax)
        amortized = facts.minor(policy.amortized(commission, through, _grid(facts)))
        later = cost - facts.minor(policy.amortized(commission, add_months(through, 12), _grid(facts)))
        for account, activity, amount in (
            ("deferred_commissions", "capitalization", cost),
            ("accrued_compensation", "capitalization", -cost),
            ("deferred_commissions", "amortization", -amortized),
            ("commission_expense", "amortization", amortized),
            ("deferred_commissions", "reclassification", -later),
            ("deferred_commissions_non_current", "reclassification", later),
        ):
            yield Balance(
                *(each.id, account, activity, facts.currency, facts.earned_on, amount),
                segment="Enterprise",
                product="seat_contract",
            )


def active(known: Sequence[Filed], month: Month) -> Iterator[int]:
    """Commissions whose amortization moves in the month."""
    ended = _ended(known)
    for each in known:
        facts = each.facts
        if isinstance(facts, CommissionEarned):
            commission, grid = facts.commission(ended.get(facts.reference)), _grid(facts)
            last = month.end_on - timedelta(days=1)
            if policy.amortized(commission, last, grid) != policy.amortized(
                commission, month.start_on - timedelta(days=1), grid
            ):
                yield each.id


def problems(known: Sequence[Filed], day: date) -> Iterable[str]:
    """Ends of commissions that are not filed."""
    there = {each.facts.reference for each in known if isinstance(each.facts, CommissionEarned)}
    return [
        f"{each.facts.reference} ends the commission {each.facts.commission!r}, which is not filed"
        for each in known
        if isinstance(each.facts, CommissionEnded) and each.facts.commission not in there
    ]


def register(known: Sequence[Filed], day: date) -> Register:
    """Commissions that are still deferred, and the expense of the years to come."""
    ended, rows, years = _ended(known), [], []
    for each in known:
        facts = each.facts
        if not isinstance(facts, CommissionEarned):
            continue
        commission, cost = (
            facts.commission(ended.get(facts.reference)),
            facts.minor(facts.amount + facts.payroll_tax),
        )
        days = [last_day(day), *(last_day(end) for end in year_ends(day)), last_day(add_months(day, 1))]
        *to_dates, next_month = (facts.minor(policy.amortized(commission, on, _grid(facts))) for on in days)
        if to_dates[0] == cost:
            continue
        rows.append(
            RegisterRow(
                document=each.id,
                reference=facts.reference,
                name=facts.earned_by or facts.customer or facts.contract,
                kind=f"{facts.on_a} commission",
                currency=facts.currency,
                begun_on=facts.earned_on,
                cost_minor=cost,
                accumulated_minor=to_dates[0],
                carrying_minor=cost - to_dates[0],
                next_movement_minor=next_month - to_dates[0],
                end_on=add_months(facts.earned_on, policy.months_of(commission)),
                account="deferred_commissions",
            )
        )
        years += years_of("Amortization to come", facts.currency, day, to_dates, cost)
    return Register(family=FAMILY.name, day=day, rows=tuple(rows), years=summed(years))


def _ended(known: Sequence[Filed]) -> dict[str, date]:
    ends: dict[str, date] = {}
    for each in known:
        if isinstance(each.facts, CommissionEnded):
            ends[each.facts.commission] = min(ends.get(each.facts.commission, each.facts.on), each.facts.on)
    return ends


def _grid(facts: CommissionEarned) -> Grid:
    return Grid.of(facts.currency)


FAMILY = Family(
    name="deferred_commissions",
    version=policy.POLICY.version,
    kinds=(CommissionEarned, CommissionEnded),
    balances=balances,
    active=active,
    problems=problems,
    register=register,
)
