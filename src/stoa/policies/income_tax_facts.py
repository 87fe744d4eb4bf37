"""Facts on income taxes, section by section, as the policy ``income_taxes`` reads them."""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from stoa.policies.facts import Amount, Facts, Number, Price, Share, fact

_ZERO, _ONE = Fraction(0), Fraction(1)
#: Share of taxable income that losses since 2018 may offset (IRC 172(a)(2)).
_LIMIT = Fraction(8, 10)


@dataclass(frozen=True, slots=True, kw_only=True)
class EnactedRate:
    """A tax rate, when it was enacted and from when it applies."""

    rate: Share = fact("Rate.")
    enacted_on: date = fact("Day it became law.")
    effective_on: date = fact("First day of the tax years it applies to.")
    jurisdiction: str = fact("Whose tax.", default="US federal")


@dataclass(frozen=True, slots=True, kw_only=True)
class TemporaryDifference:
    """A difference between book and tax basis."""

    name: str = fact("What it comes from.")
    amount: Price = fact("Gross difference.")
    is_deductible: bool = fact("Deductible later (an asset) or taxable later (a liability).", default=True)
    rate: Share | None = fact(
        "Rate of its reversal; else from enacted_rates, else the provision's.", default=None
    )
    reverses_on: date | None = fact("When it reverses, to find the rate enacted for then.", default=None)
    jurisdiction: str = fact("Whose tax.", default="US federal")


@dataclass(frozen=True, slots=True, kw_only=True)
class RateChange:
    """A change of the enacted rate."""

    old_rate: Share = fact("Rate before.")
    new_rate: Share = fact("Rate after.")
    deductible: Price = fact("Deductible temporary differences and carryforwards, gross.", default=_ZERO)
    taxable: Price = fact("Taxable temporary differences, gross.", default=_ZERO)
    valuation_allowance_share: Share = fact("Part of the asset covered by an allowance.", default=_ZERO)


@dataclass(frozen=True, slots=True, kw_only=True)
class LossYear:
    """A loss carried forward."""

    year: int = fact("Tax year of the loss.")
    amount: Price = fact("Unused loss.")
    expires_after: int | None = fact(
        "Last tax year in which it may be used; never expires when left out.", default=None
    )
    is_limited: bool | None = fact(
        "Limited to 80 % of taxable income; losses since 2018 are when left out.", default=None
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class LossUse:
    """Taxable income and the losses that may reduce it."""

    tax_year: int = fact("Tax year.")
    taxable_income: Amount = fact("Income before carryforwards; negative adds a loss.")
    losses: tuple[LossYear, ...] = fact("Carryforwards.", default=())
    rate: Share = fact("Tax rate.")
    limit: Share = fact("Share of taxable income that limited losses may offset.", default=_LIMIT)
    annual_ownership_limit: Price | None = fact(
        "Most that may be used in a year after an ownership change (382).", default=None
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Provision:
    """The provision of one period."""

    pretax: Amount = fact("Income (loss) before tax.")
    rate: Share = fact("Statutory rate.")
    permanent_differences: Amount = fact(
        "Never taxed or deducted: added to pretax (negative when deducted).", default=_ZERO
    )
    temporary_originating: Amount = fact(
        "Net deductible differences that arose (negative: reversed or taxable).", default=_ZERO
    )
    other_current_tax: Amount = fact("State and foreign current tax.", default=_ZERO)
    credits: Price = fact("Credits that reduce current tax.", default=_ZERO)
    deferred_asset_opening: Price = fact("Gross deferred tax asset, opening.", default=_ZERO)
    deferred_liability_opening: Price = fact("Deferred tax liability, opening.", default=_ZERO)
    valuation_allowance_opening: Price = fact("Valuation allowance, opening.", default=_ZERO)
    realizable: Price | None = fact(
        "Deferred asset that is more likely than not realized beyond the liability; none when there is an opening allowance.",
        default=None,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """One piece of evidence on realization."""

    text: str = fact("What it is.")
    is_positive: bool = fact("For or against realization.")
    weight: Number = fact("How much it weighs, as judged.", default=_ONE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowance:
    """Facts for a valuation allowance."""

    deferred_asset: Price = fact("Gross deferred tax asset.")
    realizable: Price | None = fact(
        "Part judged more likely than not realized, instead of its sources.", default=None
    )
    realizable_share: Share | None = fact("The same as a share.", default=None)
    rate: Share | None = fact("Rate, to turn sources of income into tax.", default=None)
    reversing_liabilities: Price = fact(
        "Deferred tax liabilities that reverse in time, as tax.", default=_ZERO
    )
    future_income: Price = fact(
        "Future taxable income judged more likely than not (needs rate).", default=_ZERO
    )
    carryback_income: Price = fact("Taxable income of carryback years (needs rate).", default=_ZERO)
    planning_strategies: Price = fact("Tax saved by prudent strategies.", default=_ZERO)
    cumulative_losses: bool = fact(
        "Cumulative losses in recent years: future income does not count alone.", default=False
    )
    evidence: tuple[Evidence, ...] = fact("Evidence weighed, for the record.", default=())
    opening: Price = fact("Allowance, opening.", default=_ZERO)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReconcilingItem:
    """A line of the rate reconciliation."""

    name: str = fact("Line.")
    tax: Amount | None = fact("Its effect on tax; or amount and rate.", default=None)
    amount: Amount | None = fact("Amount taxed differently.", default=None)
    rate: Number | None = fact("Rate on it; the statutory one when left out.", default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reconciliation:
    """From the statutory to the effective rate."""

    pretax: Amount = fact("Income (loss) before tax.")
    rate: Share = fact("Statutory rate.")
    items: tuple[ReconcilingItem, ...] = fact("Reconciling items.", default=())
    total_tax: Amount | None = fact(
        "Tax in the statement: what items do not explain is shown as other.", default=None
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Interim:
    """Tax of an interim period."""

    annual_ordinary_income: Amount = fact("Estimated ordinary income of the year.")
    annual_tax: Amount = fact("Estimated tax on it.")
    year_to_date_ordinary_income: Amount = fact("Ordinary income so far.")
    discrete_tax: Amount = fact("Tax of discrete items so far: settlements, rate changes.", default=_ZERO)
    recognized_before: Amount = fact("Tax of earlier interim periods.", default=_ZERO)


@dataclass(frozen=True, slots=True, kw_only=True)
class TaxFacts(Facts):
    """Sections; give those you need."""

    provision: Provision | None = fact("The period's provision.", default=None)
    enacted_rates: tuple[EnactedRate, ...] = fact("Rates by date.", default=())
    through: date | None = fact("Balance-sheet date: rates enacted by then count.", default=None)
    temporary_differences: tuple[TemporaryDifference, ...] = fact("For deferred balances.", default=())
    rate_change: RateChange | None = fact("A change of the enacted rate.", default=None)
    loss_use: LossUse | None = fact("Carryforwards against income.", default=None)
    valuation_allowance: Allowance | None = fact("How much of the asset is realizable.", default=None)
    reconciliation: Reconciliation | None = fact("Statutory to effective rate.", default=None)
    interim: Interim | None = fact("An interim period.", default=None)
