"""Facts of one lease, as the policy ``leases`` reads them."""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Literal

from stoa.policies.facts import Facts, Number, Price, Quantity, Share, fact
from stoa.policies.time_value import Compounding, Timing

_ZERO = Fraction(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rent:
    """Rent described by its terms instead of payment by payment."""

    amount: Price = fact("Rent of one period before escalation.")
    periods: int = fact("Periods of the lease term, free ones included.")
    free_periods: int = fact("Periods without rent at the beginning.", default=0)
    escalator: Number = fact('Increase at each escalation; "0.03" is 3 %.', default=_ZERO)
    escalates_every: int = fact(
        "Periods between escalations, counted from the first period of rent.", default=12
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """An option to extend, end or buy."""

    kind: Literal["extend", "terminate", "purchase"] = fact("What the option allows.")
    reasonably_certain: bool = fact(
        "extend, purchase: whether using it is reasonably certain. terminate: whether NOT using it is, so that the "
        "whole term counts; if false, the term ends after from_period and the penalty counts (842-10-30-1)."
    )
    payments: tuple[Price, ...] = fact(
        "extend: payments of the extension. purchase: its price, paid with the last payment.", default=()
    )
    from_period: int | None = fact("terminate: the shortened term ends after this period.", default=None)
    penalty: Price = fact(
        "terminate: penalty for ending early, paid with the last payment of the shortened term.",
        default=_ZERO,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A remeasurement or modification that is not a separate contract."""

    after_period: int = fact("At the end of this period (before the next one's payment).")
    payments: tuple[Price, ...] = fact("All payments from then on, one a period.")
    annual_rate: Number | None = fact("Discount rate of that day; the old one when left out.", default=None)
    initial_direct_costs: Price = fact("Costs of the change.", default=_ZERO)
    incentive: Price = fact("Incentive received at the change.", default=_ZERO)
    remaining_right: Share = fact(
        "Part of the right of use that remains (partial termination).", default=Fraction(1)
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Impairment:
    """An impairment of the right-of-use asset (see the policy ``impairment`` for its amount)."""

    after_period: int = fact("At the end of this period.")
    loss: Price | None = fact("Loss on the asset.", default=None)
    fair_value: Price | None = fact("Or the asset's fair value, when it is not recoverable.", default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sublease:
    """An operating sublease of the space."""

    payments: tuple[Price, ...] = fact("Rents received, one a period.")
    from_period: int = fact("First period of the sublease.", default=1)
    initial_direct_costs: Price = fact("Costs of obtaining it, spread over its term.", default=_ZERO)


@dataclass(frozen=True, slots=True, kw_only=True)
class Classification:
    """Facts for the five tests of a finance lease."""

    transfers_ownership: bool = fact("Ownership passes by the end.", default=False)
    specialized_asset: bool = fact("No other use to the lessor at the end.", default=False)
    economic_life_periods: Quantity | None = fact("Remaining economic life, in periods.", default=None)
    asset_fair_value: Price | None = fact("Fair value of the asset.", default=None)
    residual_guarantee: Price = fact("Residual value guaranteed by the lessee.", default=_ZERO)


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaseFacts(Facts):
    """Facts of one lease."""

    payments: tuple[Price, ...] = fact("Fixed payments, one a period (0 for free periods).", default=())
    rent: Rent | None = fact("Rent by its terms, instead of payments.", default=None)
    periods_a_year: int = fact("12 for months, 4 for quarters, 1 for years.", default=12)
    timing: Timing = fact(
        "Payments at the beginning (advance) or end (arrears) of their period.", default="advance"
    )
    annual_rate: Number | None = fact("Implicit rate when readily determinable.", default=None)
    incremental_borrowing_rate: Number | None = fact(
        "Used when the implicit rate is not known.", default=None
    )
    compounding: Compounding = fact(
        "periodic: rate / periods; annual: effective annual rate.", default="periodic"
    )
    initial_direct_costs: Price = fact("Incremental costs of obtaining the lease.", default=_ZERO)
    incentive_received: Price = fact("Incentives received at or before commencement.", default=_ZERO)
    incentives_receivable: tuple[Price, ...] = fact(
        "Incentives to be received, one a period: they reduce the payments.", default=()
    )
    prepaid: Price = fact("Rent paid before commencement, beside the payments.", default=_ZERO)
    variable_payments: tuple[Price, ...] = fact("Variable costs by period: expensed as incurred.", default=())
    non_lease_payments: tuple[Price, ...] = fact(
        "Fixed payments for services by period; not separated, so part of the payments.", default=()
    )
    options: tuple[Option, ...] = fact("Options to extend, end or buy.", default=())
    short_term_election: bool = fact(
        "Whether leases of twelve months or less stay off the balance sheet.", default=True
    )
    kind: Literal["operating", "finance"] | None = fact(
        "Classification; decided from classification when left out.", default=None
    )
    classification: Classification | None = fact("Facts for the classification test.", default=None)
    asset_life_periods: int | None = fact("finance: amortize over this when ownership passes.", default=None)
    changes: tuple[Change, ...] = fact("Remeasurements and modifications, in order.", default=())
    impairments: tuple[Impairment, ...] = fact("Impairments of the asset, in order.", default=())
    sublease: Sublease | None = fact("An operating sublease.", default=None)
    as_of_period: int | None = fact(
        "Period whose end balances are wanted; 0 is commencement. From through when left out.", default=None
    )
    commences_on: date | None = fact("First day of the first period, to count periods by days.", default=None)
    through: date | None = fact("Last day to count, when commences_on is given.", default=None)
