"""One operating lease measured on any day: the policy's schedule by period, and by day within a period.

The liability is what the schedule says plus what fell due and was not paid; the cost is the running total of the
schedule, so liability and right of use end at nothing to the cent.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from fractions import Fraction
from functools import lru_cache

from stoa.kernel.money import exponent_of
from stoa.kernel.refusals import Invalid
from stoa.kernel.spans import add_months
from stoa.policies import leases as policy
from stoa.policies.frame import Explanation
from stoa.policies.grid import Grid
from stoa.policies.kinds.frame import Filed
from stoa.policies.kinds.impairments import Loss
from stoa.policies.kinds.lease_documents import LeaseCommenced, LeaseModified, LeaseSigned
from stoa.policies.lease_facts import Change, Impairment, LeaseFacts
from stoa.policies.lease_schedule import Row, rate_of, schedule
from stoa.policies.time_value import Timing, present_value

_ZERO = Fraction(0)


@dataclass(frozen=True, slots=True)
class Remeasured:
    """What a change did to liability and right of use, in minor units; a gain is positive."""

    document: int
    on: date
    liability: int
    asset: int
    gain: int
    direct_costs: int
    incentive: int


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a lease stands at the beginning of a day, in minor units. ``due`` is what payments fell due until then."""

    liability: int
    asset: int
    due: int
    cost: int
    interest: int
    changes: tuple[Remeasured, ...] = ()
    losses: tuple[Loss, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Lease:
    """A lease with what followed it, that can be measured: made by :func:`lease_of`."""

    signed: Filed
    commences_on: date
    facts: LeaseFacts
    plan: tuple[Fraction, ...]
    is_short_term: bool
    rate: Fraction
    opening_liability: Fraction
    opening_asset: Fraction
    changes: tuple[tuple[Filed, int], ...]
    losses: tuple[tuple[Loss, int], ...]

    @property
    def months(self) -> int:
        """Months of a period."""
        return 12 // self.facts.periods_a_year

    @property
    def payments(self) -> list[Fraction]:
        """All payments as the documents now have them, one a period."""
        payments = list(self.plan)
        for filed, after in self.changes:
            payments = [*payments[:after], *filed.facts.payments]
        return payments

    @property
    def ends_on(self) -> date:
        """The first day after the term."""
        return self.start_of(len(self.payments))

    def start_of(self, period: int) -> date:
        """First day of a period, counted from 0."""
        return add_months(self.commences_on, self.months * period)

    def minor(self, amount: Fraction) -> int:
        """An amount rounded, in minor units."""
        return int(Grid.of(self.facts.currency).round(amount) * 10 ** exponent_of(self.facts.currency))

    def elapsed(self, day: date) -> tuple[int, Fraction]:
        """Whole periods that ended by the beginning of a day, and the part of the next one that has passed."""
        most = len(self.payments)
        whole = (day.year - self.commences_on.year) * 12 + day.month - self.commences_on.month
        done = min(max(whole // self.months + 1, 0), most)
        while done > 0 and self.start_of(done) > day:
            done -= 1
        if done == most or day <= self.commences_on:
            return done, _ZERO
        start, end = self.start_of(done), self.start_of(done + 1)
        return done, Fraction((day - start).days, (end - start).days)

    def due(self, day: date) -> Fraction:
        """Payments that fell due before a day; at the beginning, rent paid before less incentives received."""
        if day <= self.commences_on:
            return _ZERO
        done, part = self.elapsed(day)
        payments = self.payments
        due = sum(payments[:done], self.facts.prepaid - self.facts.incentive_received)
        return due + payments[done] if part and self.facts.timing == "advance" else due

    def rows(self) -> list[Row]:
        """The policy's schedule with every change and loss."""
        changes = tuple(
            Change(
                after_period=after,
                payments=filed.facts.payments,
                annual_rate=filed.facts.annual_rate,
                initial_direct_costs=filed.facts.initial_direct_costs,
                incentive=filed.facts.incentive,
                remaining_right=filed.facts.remaining_right,
            )
            for filed, after in self.changes
        )
        by_period: dict[int, int] = {}
        for loss, after in self.losses:
            by_period[after] = by_period.get(after, 0) + loss.minor
        scale = 10 ** exponent_of(self.facts.currency)
        impairments = tuple(
            Impairment(after_period=after, loss=Fraction(minor, scale))
            for after, minor in sorted(by_period.items())
        )
        facts = replace(self.facts, changes=changes, impairments=impairments)
        return _scheduled(facts, self.plan, self.rate, self.opening_asset)

    def scheduled_liability(self, day: date) -> Fraction:
        """The present value of what falls due from ``day`` on, as the schedule has it."""
        rows = self.rows()
        done, part = self.elapsed(day)
        liability = rows[done - 1].liability if done else self.opening_liability
        if not part:
            return liability
        paid = rows[done].payment if self.facts.timing == "advance" else _ZERO
        return liability - paid + rows[done].interest * part

    def standing(self, day: date) -> Standing:
        """Where it stands at the beginning of a day after its first; off the balance sheet only cost and what is due."""
        if self.is_short_term:
            return self._off_balance_sheet(day)
        rows, (done, part) = self.rows(), self.elapsed(day)
        opening = self.minor(self.opening_liability)
        facts = self.facts
        liability, due = self.minor(self.scheduled_liability(day)), self.minor(self.due(day))
        before = self.minor(facts.prepaid - facts.incentive_received)
        changes = tuple(
            self._remeasured(filed, after, rows) for filed, after in self.changes if after <= done
        )
        interest = (
            liability + (due - before) - opening - sum(each.liability for each in changes)
            if due or done
            else 0
        )
        if day > self.commences_on:
            interest = liability + (due - before) - opening - sum(each.liability for each in changes)
        losses = self._borne(rows, day)
        lost = sum(loss.minor for loss in losses)
        gross = self.minor(self.opening_asset) + sum(each.asset for each in changes)
        cost = self.minor(
            sum((row.cost for row in rows[:done]), _ZERO) + (rows[done].cost * part if part else 0)
        )
        if done == len(rows):
            cost = gross - lost + interest  # what is left goes with the last day
        return Standing(liability, gross - lost - (cost - interest), due, cost, interest, changes, losses)

    def _off_balance_sheet(self, day: date) -> Standing:
        done, part = self.elapsed(day)
        facts, count = self.facts, len(self.plan)
        total = sum(self.plan, facts.initial_direct_costs + facts.prepaid - facts.incentive_received)
        cost = self.minor(total * (done + part) / count)
        return Standing(0, 0, self.minor(self.due(day)), cost, 0)

    def _remeasured(self, filed: Filed, after: int, rows: Sequence[Row]) -> Remeasured:
        row = rows[after - 1]
        before = rows[after - 2].liability if after > 1 else self.opening_liability
        change: LeaseModified = filed.facts
        liability = self.minor(row.liability - (before + row.interest - row.payment))
        gain = self.minor(row.gain)
        costs, incentive = change.minor(change.initial_direct_costs), change.minor(change.incentive)
        return Remeasured(
            filed.id, change.on, liability, liability + gain + costs - incentive, gain, costs, incentive
        )

    def _borne(self, rows: Sequence[Row], day: date) -> tuple[Loss, ...]:
        """Losses before a day, no more in a period than what its asset was carried at."""
        left = {after: self.minor(rows[after - 1].impairment) for _, after in self.losses}
        found = []
        for loss, after in self.losses:
            if loss.on < day:
                minor = min(loss.minor, left[after])
                left[after] -= minor
                found.append(Loss(loss.document, loss.on, minor))
        return tuple(found)


@lru_cache(maxsize=512)
def _present_value(plan: tuple[Fraction, ...], rate: Fraction, timing: Timing) -> Fraction:
    return present_value(plan, rate, timing)


@lru_cache(maxsize=512)
def _scheduled(facts: LeaseFacts, plan: tuple[Fraction, ...], rate: Fraction, asset: Fraction) -> list[Row]:
    return schedule(facts, list(plan), rate, asset, "operating", Explanation())


def lease_of(
    signed: Filed, commenced: Sequence[Filed], modified: Sequence[Filed], lost: Sequence[Loss]
) -> Lease | str | None:
    """The lease, or in words why it cannot be measured; ``None`` before it commences.

    A change that fits no period, and a loss outside the term, are left out.
    """
    facts: LeaseSigned = signed.facts
    begun: LeaseCommenced | None = commenced[0].facts if commenced else None
    commences_on = begun.on if begun is not None else facts.commences_on
    if commences_on is None:
        return None
    given = facts.lease_facts(begun)
    plan = tuple(facts.plan())
    short = policy.is_short_term(given, plan)
    rate = _ZERO
    if not short:
        worth = given.classification.asset_fair_value if given.classification is not None else None
        if given.annual_rate is None and given.incremental_borrowing_rate is None and worth is None:
            return (
                "has no discount rate: file lease_commenced with the implicit rate, or with the incremental "
                "borrowing rate of the day it commenced"
            )
        try:
            rate = rate_of(given, given.annual_rate, plan, Explanation())
        except Invalid as refusal:
            return f"cannot be measured: {refusal}"
    liability = _ZERO if short else _present_value(plan, rate, given.timing)
    asset = liability + given.initial_direct_costs + given.prepaid - given.incentive_received
    if not short and policy.classified(given, plan, liability, Explanation()) == "finance":
        return "is a finance lease by its classification, and these books carry operating leases: void it, or correct it"
    lease = Lease(
        signed=signed,
        commences_on=commences_on,
        facts=given,
        plan=plan,
        is_short_term=short,
        rate=rate,
        opening_liability=liability,
        opening_asset=_ZERO if short else asset,
        changes=(),
        losses=(),
    )
    if asset < 0:
        return "cannot be measured: its incentives are more than it is worth"
    if short:
        return lease
    for filed in modified:
        after, _ = lease.elapsed(filed.facts.on)
        taken = {period for _, period in lease.changes}
        if after and lease.start_of(after) == filed.facts.on and after not in taken:
            changed = replace(lease, changes=(*lease.changes, (filed, after)))
            try:
                changed.rows()
            except Invalid:
                continue
            lease = changed
    fitting = []
    for loss in lost:
        done, part = lease.elapsed(loss.on + timedelta(days=1))
        after = done + 1 if part else done
        if loss.on >= commences_on and loss.on < lease.ends_on:
            fitting.append((loss, after))
    return replace(lease, losses=tuple(fitting))
