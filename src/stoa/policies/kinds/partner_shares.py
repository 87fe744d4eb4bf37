"""Who shares in which revenue: from revenue by month and agreements in force to every partner's fee, step by step.

Revenue that names a partner is that partner's. Revenue of a product that belongs to no partner, such as a subscription
to the whole catalog, is a pool: the usage reported for the month spreads it by largest remainder, and each partner whose
agreement shares in the product is owed a fee on its part.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from stoa.kernel.money import exponent_of
from stoa.kernel.spans import Month
from stoa.policies.grid import Grid
from stoa.policies.kinds.frame import Filed, MonthRevenue
from stoa.policies.kinds.partner_accounts import Account, Agreement, Part, fees_of
from stoa.policies.kinds.partner_agreements import (
    AgreementTerm,
    PartnerAgreementChanged,
    PartnerAgreementSigned,
    UsageReported,
)
from stoa.policies.kinds.partner_payments import PartnerAccountOpened


@dataclass(frozen=True, slots=True)
class Shared:
    """Every agreement's account by agreement and currency, and what could not be shared, with its month, in words."""

    accounts: dict[tuple[str, str], Account]
    problems: tuple[tuple[Month, str], ...]


def agreements_of(known: Sequence[Filed]) -> dict[str, Agreement]:
    """The agreements by reference, in order of effect."""
    changes: dict[str, list[PartnerAgreementChanged]] = defaultdict(list)
    opened: dict[str, list[PartnerAccountOpened]] = defaultdict(list)
    for each in known:
        if isinstance(each.facts, PartnerAgreementChanged):
            changes[each.facts.agreement].append(each.facts)
        elif isinstance(each.facts, PartnerAccountOpened):
            opened[each.facts.agreement].append(each.facts)
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
                tuple(opened[facts.reference]),
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
                self._agreements[reference],
                currency,
                fees_of(self._agreements[reference], self._parts[reference, currency], currency),
            )
            for reference, currency in sorted(self._parts)
        }
        return Shared(accounts, tuple(self._problems))

    def _spread(self, currency: str, pool: Part) -> None:
        """Spread a pool by the month's usage, when anybody shares in it."""
        month, segment, product = pool.month, pool.segment, pool.product
        sharing = (
            agreement
            for agreement in self._by_usage
            if agreement.term_for(month, segment, product, by_usage=True) is not None
        )
        if (first := next(sharing, None)) is None:
            return
        report = self._report(month, segment, product)
        if report is None:
            self._tell(
                month,
                f"{first.facts.reference} shares in {product} by usage, and no usage of {product} is reported "
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
