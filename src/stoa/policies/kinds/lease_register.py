"""The register of leases: right of use by lease, maturities of the liability, weighted averages (ASC 842-20-50-4, 50-6)."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, timedelta
from fractions import Fraction

from stoa.kernel.spans import add_months
from stoa.policies.grid import number_text
from stoa.policies.kinds.lease_books import Lease
from stoa.policies.kinds.registers import Figure, Register, RegisterRow, summed, year_ends, years_of


def register_of(family: str, leases: Sequence[tuple[Lease, int]], day: date) -> Register:
    """The register of running leases, each with what was paid of it so far in minor units."""
    years = []
    sums: dict[str, dict[str, Fraction]] = defaultdict(lambda: defaultdict(Fraction))
    for lease, paid in leases:
        if lease.is_short_term:
            continue
        currency, totals = lease.facts.currency, sums[lease.facts.currency]
        all_due = lease.minor(lease.due(lease.ends_on + timedelta(days=1)))
        to_dates = [paid, *(max(lease.minor(lease.due(end)), paid) for end in year_ends(day))]
        years += years_of("Lease payments to come, undiscounted", currency, day, to_dates, max(all_due, paid))
        standing = lease.standing(day)
        liability = Fraction(standing.liability + standing.due - paid)
        totals["undiscounted"] += max(all_due, paid) - paid
        totals["liability"] += liability
        totals["years"] += liability * Fraction((lease.ends_on - day).days * 4, 1461)
        totals["rate"] += liability * _annual_rate(lease)
    return Register(
        family=family,
        day=day,
        rows=tuple(_row(lease, day) for lease, _ in leases),
        years=summed(years),
        figures=tuple(figure for currency, totals in sums.items() for figure in _figures(currency, totals)),
    )


def _row(lease: Lease, day: date) -> RegisterRow:
    standing = lease.standing(day)
    gross = lease.minor(lease.opening_asset) + sum(each.asset for each in standing.changes)
    next_month = lease.standing(min(add_months(day, 1), lease.ends_on))
    return RegisterRow(
        document=lease.signed.id,
        reference=lease.signed.facts.reference,
        name=lease.signed.facts.name,
        kind="short-term lease" if lease.is_short_term else "operating lease",
        currency=lease.facts.currency,
        begun_on=lease.commences_on,
        cost_minor=gross,
        accumulated_minor=gross - standing.asset,
        carrying_minor=standing.asset,
        next_movement_minor=standing.asset - next_month.asset,
        end_on=lease.ends_on,
        account="right_of_use_assets",
    )


def _annual_rate(lease: Lease) -> Fraction:
    """The rate of the latest measurement, as it was given."""
    rates = [change.facts.annual_rate for change, _ in lease.changes if change.facts.annual_rate is not None]
    if rates:
        rate: Fraction = rates[-1]
        return rate
    given = lease.facts.annual_rate
    return given if given is not None else lease.facts.incremental_borrowing_rate or Fraction(0)


def _figures(currency: str, totals: dict[str, Fraction]) -> list[Figure]:
    liability = totals["liability"]
    figures = [
        Figure(
            words="Lease payments to come, undiscounted",
            currency=currency,
            amount_minor=int(totals["undiscounted"]),
        ),
        Figure(
            words="Imputed interest", currency=currency, amount_minor=int(totals["undiscounted"] - liability)
        ),
        Figure(words="Lease liabilities", currency=currency, amount_minor=int(liability)),
    ]
    if liability:
        for words, name in (
            ("Weighted average remaining lease term, years", "years"),
            ("Weighted average discount rate", "rate"),
        ):
            figures.append(
                Figure(words=words, currency=currency, number=number_text(totals[name] / liability, 4))
            )
    return figures
