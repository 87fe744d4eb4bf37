"""Income taxes (ASC 740): current and deferred tax, loss carryforwards, rates by date, valuation allowance.

The asset-and-liability method. Each section of the facts may be given alone: the provision of a period, deferred
balances from temporary differences at the rates enacted for their reversal, a change of rate, carryforwards used
against income, the reconciliation of the rate, an interim period.
"""

from collections.abc import Sequence
from datetime import date
from fractions import Fraction
from typing import Any

from stoa.policies.facts import refuse
from stoa.policies.frame import Explanation, Policy
from stoa.policies.grid import number_text
from stoa.policies.income_tax_facts import (
    Allowance,
    EnactedRate,
    Interim,
    LossUse,
    LossYear,
    Provision,
    RateChange,
    Reconciliation,
    TaxFacts,
    TemporaryDifference,
)

_ZERO = Fraction(0)


def decide(facts: TaxFacts, explain: Explanation) -> dict[str, Any]:
    """Decide each section that is given."""
    values: dict[str, Any] = {}
    if facts.temporary_differences:
        values["deferred"] = _deferred(facts, explain)
    if facts.provision is not None:
        values.update(_provision(facts, facts.provision, explain))
    if facts.rate_change is not None:
        values["rate_change"] = _rate_change(facts, facts.rate_change, explain)
    if facts.loss_use is not None:
        values["loss_use"] = _losses_used(facts, facts.loss_use, explain)
    if facts.valuation_allowance is not None:
        values["valuation_allowance"] = _allowance(facts, facts.valuation_allowance, explain)
    if facts.reconciliation is not None:
        values["reconciliation"] = _reconciled(facts, facts.reconciliation, explain)
    if facts.interim is not None:
        values["interim"] = _interim(facts, facts.interim, explain)
    if not values:
        raise refuse("provision", "is missing: give at least one section, such as provision or rate_change.")
    return values


def enacted_rate(
    rates: Sequence[EnactedRate], *, jurisdiction: str, law_on: date, applies_on: date
) -> Fraction | None:
    """The rate that ``applies_on`` a day, by what was law on ``law_on``; of several the last one effective."""
    known = [
        each
        for each in rates
        if each.jurisdiction == jurisdiction and each.enacted_on <= law_on and each.effective_on <= applies_on
    ]
    return max(known, key=lambda each: (each.effective_on, each.enacted_on)).rate if known else None


def _deferred(facts: TaxFacts, explain: Explanation) -> dict[str, Any]:
    grid = facts.grid
    asset = liability = _ZERO
    rows = []
    for index, each in enumerate(facts.temporary_differences):
        rate = _rate_of(each, facts, f"temporary_differences[{index}]")
        tax = grid.round(each.amount * rate)
        asset, liability = (asset + tax, liability) if each.is_deductible else (asset, liability + tax)
        rows.append(
            {
                "name": each.name,
                "rate": number_text(rate, 8),
                "tax": grid.text(tax if each.is_deductible else -tax),
            }
        )
        explain.step(
            "740-10-30-8", f"{each.name}: {grid.text(each.amount)} at {number_text(rate * 100, 6)} %."
        )
    return {
        "rows": rows,
        "asset": grid.text(asset),
        "liability": grid.text(liability),
        "net": grid.text(asset - liability),
    }


def _rate_of(each: TemporaryDifference, facts: TaxFacts, path: str) -> Fraction:
    if each.rate is not None:
        return each.rate
    if facts.enacted_rates:
        if facts.through is None:
            raise refuse("through", "is missing: the day by which a rate must be law.")
        rate = enacted_rate(
            facts.enacted_rates,
            jurisdiction=each.jurisdiction,
            law_on=facts.through,
            applies_on=each.reverses_on or facts.through,
        )
        if rate is not None:
            return rate
    if facts.provision is not None:
        return facts.provision.rate
    raise refuse(f"{path}.rate", f"is missing, and no rate of {each.jurisdiction} was law by then.")


def _provision(facts: TaxFacts, given: Provision, explain: Explanation) -> dict[str, Any]:
    """Current tax on taxable income, deferred tax on what moved, and the allowance on what will not be realized."""
    grid = facts.grid
    taxable = given.pretax + given.permanent_differences + given.temporary_originating
    federal = grid.round(max(taxable, _ZERO) * given.rate)
    current = max(federal - given.credits, _ZERO) + given.other_current_tax
    unused_credits = max(given.credits - federal, _ZERO)
    loss = max(-taxable, _ZERO)
    explain.step("740-10-25-2(a)", f"Taxable income {grid.text(taxable)}; current tax {grid.text(current)}.")
    originated = grid.round((given.temporary_originating + loss) * given.rate) + unused_credits
    asset = given.deferred_asset_opening + originated
    explain.step(
        "740-10-25-2(b)",
        f"Temporary differences and loss carried forward at the rate: {grid.text(originated)}.",
    )
    liability = given.deferred_liability_opening
    if asset < 0:
        liability, asset = liability - asset, _ZERO
    if given.realizable is not None:
        allowance = max(asset - liability - given.realizable, _ZERO)
    elif given.valuation_allowance_opening > 0:
        # A full or part allowance stays in the same judgement: nothing new is realizable.
        allowance = max(given.valuation_allowance_opening + asset - given.deferred_asset_opening, _ZERO)
    else:
        allowance = _ZERO
    increase = allowance - given.valuation_allowance_opening
    explain.step(
        "740-10-30-5(e)",
        f"Allowance for what is not more likely than not realized: {grid.text(increase)} more.",
    )
    deferred = -originated + increase
    total = current + deferred
    pretax = given.pretax
    return {
        "taxable_income": grid.text(taxable),
        "current_tax": grid.text(current),
        "deferred_benefit_before_allowance": grid.text(originated),
        "allowance_increase": grid.text(increase),
        "deferred_tax": grid.text(deferred),
        "total_tax": grid.text(total),
        "effective_rate": number_text(total / pretax, 6) if pretax else None,
        "statutory_tax": grid.text(pretax * given.rate),
        "loss_carried_forward": grid.text(loss),
        "deferred_asset_closing": grid.text(asset),
        "deferred_liability_closing": grid.text(liability),
        "allowance_closing": grid.text(allowance),
        "net_deferred_closing": grid.text(asset - liability - allowance),
    }


def _rate_change(facts: TaxFacts, change: RateChange, explain: Explanation) -> dict[str, str]:
    grid = facts.grid
    old_asset, new_asset = (
        grid.round(change.deductible * rate) for rate in (change.old_rate, change.new_rate)
    )
    old_liability, new_liability = (
        grid.round(change.taxable * rate) for rate in (change.old_rate, change.new_rate)
    )
    allowance = grid.round((old_asset - new_asset) * change.valuation_allowance_share)
    expense = old_asset - new_asset - allowance - (old_liability - new_liability)
    explain.step(
        "740-10-35-4", "Deferred balances are remeasured in the period that includes the enactment date."
    )
    explain.step("740-10-45-15", f"The effect of {grid.text(expense)} is in tax of continuing operations.")
    return {
        "deferred_asset_old": grid.text(old_asset),
        "deferred_asset_new": grid.text(new_asset),
        "deferred_liability_old": grid.text(old_liability),
        "deferred_liability_new": grid.text(new_liability),
        "allowance_released": grid.text(allowance),
        "expense": grid.text(expense),
    }


def _losses_used(facts: TaxFacts, given: LossUse, explain: Explanation) -> dict[str, Any]:
    """Oldest losses first; those since 2018 offset at most 80 % of the income the older ones leave."""
    grid = facts.grid
    income = max(given.taxable_income, _ZERO)
    left = income
    budget = given.annual_ownership_limit if given.annual_ownership_limit is not None else None
    rows, expired = [], _ZERO
    unlimited = [each for each in given.losses if not _is_limited(each)]
    limited = [each for each in given.losses if _is_limited(each)]
    remaining: dict[int, Fraction] = {}
    used_total = _ZERO
    for group, is_limited in ((unlimited, False), (limited, True)):
        room = given.limit * left if is_limited else left
        for each in sorted(group, key=lambda own: own.year):
            if each.expires_after is not None and each.expires_after < given.tax_year:
                expired += each.amount
                rows.append(
                    {
                        "year": each.year,
                        "used": grid.text(_ZERO),
                        "left": grid.text(_ZERO),
                        "expired": grid.text(each.amount),
                    }
                )
                continue
            used = min(each.amount, room, left)
            if budget is not None:
                used = min(used, budget - used_total)
            room, left, used_total = room - used, left - used, used_total + used
            remaining[each.year] = remaining.get(each.year, _ZERO) + each.amount - used
            rows.append(
                {
                    "year": each.year,
                    "used": grid.text(used),
                    "left": grid.text(each.amount - used),
                    "expired": grid.text(_ZERO),
                }
            )
    if given.taxable_income < 0:
        remaining[given.tax_year] = remaining.get(given.tax_year, _ZERO) - given.taxable_income
    if limited:
        explain.step(
            "IRC 172(a)(2)",
            f"Losses since 2018 offset at most {number_text(given.limit * 100)} % of taxable income.",
        )
    carried = sum(remaining.values(), _ZERO)
    explain.step("740-10-30-5(b)", f"Used {grid.text(used_total)}; carried forward {grid.text(carried)}.")
    return {
        "rows": rows,
        "used": grid.text(used_total),
        "expired": grid.text(expired),
        "taxable_after": grid.text(left),
        "current_tax": grid.text(left * given.rate),
        "carried_forward": grid.text(carried),
        "deferred_asset": grid.text(carried * given.rate),
    }


def _is_limited(each: LossYear) -> bool:
    return each.year >= 2018 if each.is_limited is None else each.is_limited


def _allowance(facts: TaxFacts, given: Allowance, explain: Explanation) -> dict[str, Any]:
    grid = facts.grid
    if given.rate is None and (given.future_income or given.carryback_income):
        raise refuse("valuation_allowance.rate", "is missing: it turns taxable income into tax.")
    rate = given.rate or _ZERO
    future = _ZERO if given.cumulative_losses else given.future_income * rate
    if given.cumulative_losses:
        explain.step(
            "740-10-30-21", "Cumulative losses are negative evidence that forecasts alone do not overcome."
        )
    sources = {
        "reversing_liabilities": given.reversing_liabilities,
        "future_income": future,
        "carryback_income": given.carryback_income * rate,
        "planning_strategies": given.planning_strategies,
    }
    judged = given.realizable
    if judged is None and given.realizable_share is not None:
        judged = given.deferred_asset * given.realizable_share
    judged = judged if judged is not None else sum(sources.values(), _ZERO)
    realizable = grid.round(min(judged, given.deferred_asset))
    allowance = given.deferred_asset - realizable
    explain.step("740-10-30-18", f"Four sources of taxable income make {grid.text(realizable)} realizable.")
    score = sum((each.weight if each.is_positive else -each.weight for each in given.evidence), _ZERO)
    return {
        "sources": {name: grid.text(amount) for name, amount in sources.items()},
        "realizable": grid.text(realizable),
        "allowance": grid.text(allowance),
        "change": grid.text(allowance - given.opening),
        "evidence_balance": number_text(score, 4),
    }


def _reconciled(facts: TaxFacts, given: Reconciliation, explain: Explanation) -> dict[str, Any]:
    grid = facts.grid
    statutory = grid.round(given.pretax * given.rate)
    rows = [{"name": "statutory", "tax": grid.text(statutory), "rate": number_text(given.rate, 6)}]
    total = statutory
    for index, item in enumerate(given.items):
        tax = item.tax
        if tax is None:
            if item.amount is None:
                raise refuse(f"reconciliation.items[{index}]", "needs tax, or an amount with its rate.")
            tax = grid.round(item.amount * (item.rate if item.rate is not None else given.rate))
        total += tax
        rows.append(_share_row(facts, item.name, tax, given.pretax))
    if given.total_tax is not None and given.total_tax != total:
        rows.append(_share_row(facts, "other", given.total_tax - total, given.pretax))
        total = given.total_tax
    explain.step("740-10-50-12", f"From {grid.text(statutory)} at the statutory rate to {grid.text(total)}.")
    return {
        "statutory": grid.text(statutory),
        "rows": rows,
        "total_tax": grid.text(total),
        "effective_rate": number_text(total / given.pretax, 6) if given.pretax else None,
    }


def _share_row(facts: TaxFacts, name: str, tax: Fraction, pretax: Fraction) -> dict[str, str]:
    return {"name": name, "tax": facts.grid.text(tax), "rate": number_text(tax / pretax, 6) if pretax else ""}


def _interim(facts: TaxFacts, given: Interim, explain: Explanation) -> dict[str, Any]:
    grid = facts.grid
    if given.annual_ordinary_income == 0:
        raise refuse(
            "interim.annual_ordinary_income", "is 0: no annual rate can be estimated; use the year to date."
        )
    rate = given.annual_tax / given.annual_ordinary_income
    ordinary = grid.round(given.year_to_date_ordinary_income * rate)
    total = ordinary + given.discrete_tax
    explain.step(
        "740-270-25-2", f"Estimated annual rate {number_text(rate * 100, 4)} % on ordinary income so far."
    )
    explain.step("740-270-25-2", f"Discrete items {grid.text(given.discrete_tax)} in the period they occur.")
    return {
        "estimated_annual_rate": number_text(rate, 6),
        "year_to_date_tax": grid.text(total),
        "period_tax": grid.text(total - given.recognized_before),
    }


POLICY = Policy(
    name="income_taxes",
    title="Income taxes",
    standard="ASC 740",
    paragraphs=(
        "740-10-25-2(a)",
        "740-10-25-2(b)",
        "740-10-30-5(b)",
        "740-10-30-5(e)",
        "740-10-30-8",
        "740-10-30-18",
        "740-10-30-21",
        "740-10-35-4",
        "740-10-45-15",
        "740-10-50-12",
        "740-270-25-2",
        "IRC 172(a)(2)",
    ),
    requirements=("ACC-61", "ACC-62", "ACC-63", "ACC-64", "ACC-83"),
    note=(
        "Income taxes follow the asset-and-liability method: deferred tax is recognized for temporary differences, "
        "loss and credit carryforwards at the rates enacted for the years of their reversal, and a change of rates in "
        "the period of its enactment. A valuation allowance is recognized for what is not more likely than not "
        "realized, weighing positive and negative evidence. Some earnings of foreign subsidiaries are reinvested "
        "indefinitely. The effective rate of interim periods is the estimated annual rate plus discrete items."
    ),
    facts=TaxFacts,
    outputs={
        "taxable_income": "Provision: taxable income.",
        "current_tax": "Provision: current tax.",
        "deferred_benefit_before_allowance": "Provision: deferred benefit before the allowance.",
        "allowance_increase": "Provision: increase of the valuation allowance.",
        "deferred_tax": "Provision: deferred tax expense (benefit negative).",
        "total_tax": "Provision: tax expense.",
        "effective_rate": "Provision: tax over pretax income.",
        "statutory_tax": "Provision: pretax income at the statutory rate.",
        "loss_carried_forward": "Provision: loss of the period.",
        "deferred_asset_closing": "Provision: gross deferred tax asset.",
        "deferred_liability_closing": "Provision: deferred tax liability.",
        "allowance_closing": "Provision: valuation allowance.",
        "net_deferred_closing": "Provision: net deferred tax.",
        "deferred": "Deferred balances by temporary difference.",
        "rate_change": "Remeasurement when a rate changes.",
        "loss_use": "Carryforwards used, expired and left.",
        "valuation_allowance": "Realizable amount and allowance.",
        "reconciliation": "From statutory to effective rate.",
        "interim": "Tax of an interim period.",
    },
    decide=decide,
    example={
        "provision": {
            "pretax": "-45900000",
            "rate": "0.21",
            "other_current_tax": "5100000",
            "deferred_asset_opening": "200000000",
            "valuation_allowance_opening": "200000000",
        }
    },
)
