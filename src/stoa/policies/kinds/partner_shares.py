"""Who shares in which revenue: from revenue by month and agreements in force to every partner's fee, step by step.

Revenue that names a partner is that partner's. Revenue of a product that belongs to no partner, such as a subscription
to the whole catalog, is a pool: the usage reported for the month spreads it by largest remainder, and each partner whose
agreement shares in the product is owed a fee on its part.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import NamedTuple

from stoa.kernel.money import exponent_of
from stoa.kernel.spans import Month
from stoa.policies import partner_fees as policy
from stoa.policies.grid import Grid
from stoa.policies.kinds.frame import Filed, MonthRevenue
from stoa.policies.kinds.partner_agreements import (
    AgreementTerm,
    PartnerAgreementChanged,
    PartnerAgreementSigned,
    UsageReported,
)


class Agreement(NamedTuple):
    """An agreement with what changed it, in order of effect."""

    signed: Filed
    terms: tuple[AgreementTerm, ...]
    ends_on: date | None

    @property
    def facts(self) -> PartnerAgreementSigned:
        """What was signed."""
        facts: PartnerAgreementSigned = self.signed.facts
        return facts

    def term_for(self, month: Month, segment: str, product: str, *, by_usage: bool) -> AgreementTerm | None:
        """The terms that hold for a product in a month; ``None`` when it is not shared then."""
        if self.ends_on is not None and self.ends_on <= month.start_on:
            return None
        found = None
        for term in self.terms:
            if term.starts_on < month.end_on and term.applies_to(segment, product, by_usage=by_usage):
                if found is None or term.starts_on >= found.starts_on:
                    found = term
        return found


@dataclass(frozen=True, slots=True)
class Part:
    """Revenue of a product in a month that an agreement shares in; ``pool_minor`` is what usage has spread."""

    month: Month
    segment: str
    product: str
    amount_minor: int
    units: Fraction = Fraction(0)
    pool_minor: int | None = None


@dataclass(frozen=True, slots=True)
class MonthFee:
    """What a month's revenue under one set of terms earns: the parts, and the steps from their sum to the fee."""

    month: Month
    parts: tuple[Part, ...]
    steps: policy.Fee

    def by_product(self, amount: Fraction) -> Iterable[tuple[tuple[str, str], Fraction]]:
        """``amount`` spread over the parts in proportion to their revenue."""
        total = sum(part.amount_minor for part in self.parts)
        for part in self.parts:
            if total:
                yield (part.segment, part.product), amount * part.amount_minor / total


@dataclass(frozen=True, slots=True)
class Account:
    """All that one agreement earned a partner in one currency, month by month."""

    agreement: Agreement
    currency: str
    fees: tuple[MonthFee, ...]

    def by_product(self) -> dict[tuple[str, str], tuple[int, int]]:
        """By segment and product: fee and the fund's part of it in minor units, of one running total rounded once."""
        fee: dict[tuple[str, str], Fraction] = defaultdict(Fraction)
        fund: dict[tuple[str, str], Fraction] = defaultdict(Fraction)
        for each in self.fees:
            for key, amount in each.by_product(each.steps.fee):
                fee[key] += amount
            for key, amount in each.by_product(each.steps.fund):
                fund[key] += amount
        keys = sorted(fee)
        fees = _running([fee[key] for key in keys], self.currency)
        funds = _running([fund[key] for key in keys], self.currency)
        return {key: (fees[index], funds[index]) for index, key in enumerate(keys)}

    def payable_by_month(self) -> dict[Month, int]:
        """What each month added to the fee that is paid to the partner, the fund's part left out, in minor units."""
        return {month: fee - fund for month, (fee, fund) in self.by_month().items()}

    def by_month(self) -> dict[Month, tuple[int, int]]:
        """What each month added to the fee, and to the fund's part of it, in minor units."""
        months = sorted({each.month for each in self.fees})
        fee = dict.fromkeys(months, Fraction(0))
        fund = dict.fromkeys(months, Fraction(0))
        for each in self.fees:
            if any(part.amount_minor for part in each.parts):
                fee[each.month] += each.steps.fee
                fund[each.month] += each.steps.fund
        return dict(
            zip(
                months,
                zip(
                    _running(list(fee.values()), self.currency),
                    _running(list(fund.values()), self.currency),
                    strict=True,
                ),
                strict=True,
            )
        )


@dataclass(frozen=True, slots=True)
class Shared:
    """Every agreement's account by agreement and currency, and what could not be shared, with its month, in words."""

    accounts: dict[tuple[str, str], Account]
    problems: tuple[tuple[Month, str], ...]


def agreements_of(known: Sequence[Filed]) -> dict[str, Agreement]:
    """The agreements by reference, in order of effect."""
    changes: dict[str, list[PartnerAgreementChanged]] = defaultdict(list)
    for each in known:
        if isinstance(each.facts, PartnerAgreementChanged):
            changes[each.facts.agreement].append(each.facts)
    found = {}
    for each in known:
        facts = each.facts
        if isinstance(facts, PartnerAgreementSigned):
            then = changes[facts.reference]
            ends = [change.ends_on for change in then if change.ends_on is not None]
            found[facts.reference] = Agreement(
                each,
                (*facts.terms, *(term for change in then for term in change.terms)),
                ends[-1] if ends else facts.ends_on,
            )
    return found


def shared(known: Sequence[Filed], revenue: Iterable[MonthRevenue]) -> Shared:
    """Share the revenue of every month among the agreements known now."""
    return _Sharing(known).of(revenue)


class _Sharing:
    """The agreements and usage reports of one moment, asked for every amount of revenue in order."""

    def __init__(self, known: Sequence[Filed]) -> None:
        self._agreements = agreements_of(known)
        self._of_partner: dict[str, list[Agreement]] = defaultdict(list)
        for agreement in self._agreements.values():
            self._of_partner[agreement.facts.partner].append(agreement)
        self._by_usage = [
            each for each in self._agreements.values() if any(term.by_usage for term in each.terms)
        ]
        self._reports: dict[tuple[Month, str, str | None], UsageReported] = {}
        self._problems: list[tuple[Month, str]] = []
        for each in known:
            facts = each.facts
            if isinstance(facts, UsageReported):
                key = (facts.month, facts.product, facts.segment)
                if key in self._reports:
                    self._tell(
                        facts.month,
                        f"{self._reports[key].reference} and {facts.reference} both report the usage of "
                        f"{facts.product} in {facts.month}: void one of them",
                    )
                self._reports[key] = facts
        self._parts: dict[tuple[str, str], list[tuple[AgreementTerm, Part]]] = defaultdict(list)

    def of(self, revenue: Iterable[MonthRevenue]) -> Shared:
        """The accounts and problems of this revenue."""
        sums: dict[tuple[Month, str, str, str, str], int] = defaultdict(int)
        for each in revenue:
            sums[each.month, each.currency, each.segment, each.product, each.partner] += each.amount_minor
        for (month, currency, segment, product, partner), amount in sorted(sums.items()):
            if partner:
                self._add(partner, currency, Part(month, segment, product, amount))
            elif amount:
                self._spread(currency, Part(month, segment, product, amount))
        accounts = {
            (reference, currency): Account(
                self._agreements[reference], currency, _fees_of(self._parts[reference, currency], currency)
            )
            for reference, currency in sorted(self._parts)
        }
        return Shared(accounts, tuple(self._problems))

    def _spread(self, currency: str, pool: Part) -> None:
        """Spread a pool by the month's usage, when anybody shares in it."""
        month, segment, product = pool.month, pool.segment, pool.product
        sharing = [
            agreement
            for agreement in self._by_usage
            if agreement.term_for(month, segment, product, by_usage=True) is not None
        ]
        if not sharing:
            return
        report = self._report(month, segment, product)
        if report is None:
            self._tell(
                month,
                f"{sharing[0].facts.reference} shares in {product} by usage, and no usage of {product} is reported "
                f"for {month}: file usage_reported",
            )
            return
        weights = [row.usage for row in report.rows]
        unit = Fraction(1, 10 ** exponent_of(currency))
        for row, amount in zip(
            report.rows, Grid.of(currency).split(pool.amount_minor * unit, weights), strict=True
        ):
            part = Part(month, segment, product, int(amount / unit), row.units, pool.amount_minor)
            self._add(row.partner, currency, part)

    def _add(self, partner: str, currency: str, part: Part) -> None:
        """Put revenue into the account of the agreement that shares in it, if one does."""
        by_usage = part.pool_minor is not None
        month, segment, product = part.month, part.segment, part.product
        in_force = [
            (agreement, term)
            for agreement in self._of_partner.get(partner, ())
            if (term := agreement.term_for(month, segment, product, by_usage=by_usage)) is not None
        ]
        if not in_force:
            return
        own = [each for each in in_force if each[0].facts.currency == currency]
        fitting = own or [each for each in in_force if not each[1].states_money]
        if not fitting:
            agreement, _ = in_force[0]
            self._tell(
                month,
                f"{agreement.facts.reference} states amounts in {agreement.facts.currency}, but {partner} has revenue "
                f"in {currency} in {month}: file an agreement in {currency}",
            )
            return
        if len(fitting) > 1:
            both = " and ".join(agreement.facts.reference for agreement, _ in fitting[:2])
            self._tell(
                month,
                f"{both} both give {partner} a share of {product} in {month}: limit the products of one",
            )
        agreement, term = fitting[0]
        if term.asks_for_units and not by_usage:
            part = self._with_units(partner, agreement, part)
        self._parts[agreement.facts.reference, currency].append((term, part))

    def _with_units(self, partner: str, agreement: Agreement, part: Part) -> Part:
        report = self._report(part.month, part.segment, part.product)
        if report is None:
            self._tell(
                part.month,
                f"{agreement.facts.reference} deducts an amount per unit, and no units of {part.product} are reported "
                f"for {part.month}: file usage_reported with units",
            )
            return part
        units = sum((row.units for row in report.rows if row.partner == partner), Fraction(0))
        return Part(part.month, part.segment, part.product, part.amount_minor, units)

    def _report(self, month: Month, segment: str, product: str) -> UsageReported | None:
        return self._reports.get((month, product, segment)) or self._reports.get((month, product, None))

    def _tell(self, month: Month, words: str) -> None:
        if (month, words) not in self._problems:
            self._problems.append((month, words))


def _fees_of(parts: Sequence[tuple[AgreementTerm, Part]], currency: str) -> tuple[MonthFee, ...]:
    """The fees of parts that come in order of month: one row for each month and set of terms."""
    rows: dict[tuple[Month, AgreementTerm], list[Part]] = defaultdict(list)
    for term, part in parts:
        rows[part.month, term].append(part)
    scale = 10 ** exponent_of(currency)
    steps = policy.fees(
        (
            term,
            policy.Revenue(
                id=str(month),
                on=month.end_on - timedelta(days=1),
                amount=Fraction(sum(part.amount_minor for part in mine), scale),
                units=sum((part.units for part in mine), Fraction(0)),
            ),
        )
        for (month, term), mine in rows.items()
    )
    return tuple(
        MonthFee(month, tuple(mine), step)
        for ((month, _), mine), step in zip(rows.items(), steps, strict=True)
    )


def _running(amounts: Sequence[Fraction], currency: str) -> list[int]:
    """Amounts in minor units whose every running total is rounded once."""
    scale = 10 ** exponent_of(currency)
    to_date, sums = Fraction(0), []
    for amount in amounts:
        to_date += amount
        sums.append(to_date)
    return [int(each * scale) for each in Grid.of(currency).differences(sums)]
