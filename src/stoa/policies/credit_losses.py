"""Expected credit losses on receivables and contract assets (ASC 326-20).

Receivables with like risk are pooled by age and multiplied by loss rates adjusted for forecasts; a customer that
no longer shares the pool's risk is taken out and judged alone. Write-offs charge the allowance, never expense
again; the period's expense is what brings the allowance to where it should be.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any, Literal

from stoa.policies.facts import Amount, Facts, Number, Price, Quantity, Share, fact, refuse
from stoa.policies.frame import Explanation, Policy
from stoa.policies.grid import number_text
from stoa.policies.time_value import present_value

_ZERO, _ONE = Fraction(0), Fraction(1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bucket:
    """One age (or risk) class of the pool."""

    name: str = fact('Label, such as "1-30".')
    balance: Amount = fact("Amortized cost in the class; 0 when invoices are listed.", default=_ZERO)
    loss_rate: Share | None = fact("Historical loss rate; or losses over exposure.", default=None)
    historical_losses: Price | None = fact("Losses of past balances in this class.", default=None)
    historical_exposure: Price | None = fact("Those balances.", default=None)
    days_from: int | None = fact("First day past due of the class (0 or less: not due).", default=None)
    days_to: int | None = fact("Last day past due of the class; open-ended when left out.", default=None)
    forecast_multiplier: Quantity | None = fact("Forecast adjustment of this class alone.", default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Invoice:
    """One open invoice or unbilled amount."""

    reference: str = fact("Number of the invoice.", default="")
    customer: str = fact("Customer.", default="")
    amount: Amount = fact("Open amount.")
    due_on: date | None = fact("Due date; unbilled amounts have none and are not past due.", default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Specific:
    """A receivable judged alone."""

    customer: str = fact("Customer.")
    balance: Price | None = fact("Amortized cost; from invoices when left out.", default=None)
    expected_collection: Price = fact("What is expected to be collected.", default=_ZERO)
    in_bucket: str | None = fact(
        "Class whose balance contains it and from which it is taken out.", default=None
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Pool:
    """A pool measured by another method than aging."""

    name: str = fact("Name of the pool.")
    method: Literal["loss_rate", "probability_of_default", "discounted_cash_flow"] = fact(
        "How losses are estimated."
    )
    balance: Price = fact("Amortized cost.")
    loss_rate: Share | None = fact("loss_rate: losses over the life.", default=None)
    adjustment: Number = fact(
        'loss_rate: added for conditions and forecasts; "0.0025" is 25 basis points.', default=_ZERO
    )
    probability_of_default: Share | None = fact("Over the remaining life.", default=None)
    loss_given_default: Share | None = fact("Share lost on default.", default=None)
    expected_cash_flows: tuple[Price, ...] = fact(
        "discounted_cash_flow: cash flows expected, one a period.", default=()
    )
    effective_rate: Number | None = fact("discounted_cash_flow: effective rate of one period.", default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditLossFacts(Facts):
    """The receivables, the rates, and what happened to the allowance."""

    buckets: tuple[Bucket, ...] = fact("Age classes with their loss rates.", default=())
    invoices: tuple[Invoice, ...] = fact(
        "Open invoices, sorted into the classes by days past due.", default=()
    )
    through: date | None = fact("Balance-sheet date, to age invoices.", default=None)
    forecast_multiplier: Quantity = fact(
        'Adjustment of all rates for forecasts; "1.10" raises them by 10 %.', default=_ONE
    )
    forecast_addition: Number = fact("Or an addition to each rate, before the multiplier.", default=_ZERO)
    specific: tuple[Specific, ...] = fact("Receivables judged alone.", default=())
    pools: tuple[Pool, ...] = fact("Pools measured by other methods.", default=())
    opening_allowance: Price = fact("Allowance at the beginning of the period.", default=_ZERO)
    write_offs: Price = fact("Receivables written off in the period.", default=_ZERO)
    recoveries: Price = fact("Collected on receivables written off before.", default=_ZERO)
    translation: Amount = fact("Effect of exchange rates on the allowance.", default=_ZERO)
    receivables_written_off: tuple[str, ...] = fact(
        "References behind the write-offs, for the record.", default=()
    )


def decide(facts: CreditLossFacts, explain: Explanation) -> dict[str, Any]:
    """Estimate the allowance and roll it forward."""
    grid = facts.grid
    if not (facts.buckets or facts.specific or facts.pools):
        raise refuse("buckets", "is missing: give age classes, receivables judged alone, or pools.")
    alone = _judged_alone(facts, explain)
    balances = _balances(facts, explain)
    base, adjusted = _by_bucket(facts, balances, explain)
    pools = [
        grid.round(_pool_loss(pool, f"pools[{index}]", explain)) for index, pool in enumerate(facts.pools)
    ]
    base_total, general, specific = (
        sum(base, _ZERO),
        sum(adjusted, _ZERO) + sum(pools, _ZERO),
        sum(alone.values(), _ZERO),
    )
    closing = general + specific
    before = facts.opening_allowance - facts.write_offs + facts.recoveries + facts.translation
    explain.step(
        "326-20-35-8",
        "Write-offs charge the allowance and recoveries add to it; neither is expense by itself.",
    )
    explain.step(
        "326-20-30-1",
        f"Allowance {grid.text(closing)}; the expense brings it there from {grid.text(before)}.",
    )
    gross = sum(balances, _ZERO) + sum((pool.balance for pool in facts.pools), _ZERO)
    gross += sum((_own_balance(each, facts) for each in facts.specific), _ZERO)
    return {
        "balance_by_bucket": grid.texts(balances),
        "rates_by_bucket": [number_text(_rate(bucket, facts, "buckets"), 8) for bucket in facts.buckets],
        "base_allowance_by_bucket": grid.texts(base),
        "base_total": grid.text(base_total),
        "adjusted_by_bucket": grid.texts(adjusted),
        "adjusted_total": grid.text(sum(adjusted, _ZERO)),
        "pools": dict(zip((pool.name for pool in facts.pools), grid.texts(pools), strict=True)),
        "general_allowance": grid.text(general),
        "specific_allowance": grid.text(specific),
        "specific_by_customer": {name: grid.text(loss) for name, loss in alone.items()},
        "allowance": grid.text(closing),
        "gross": grid.text(gross),
        "net": grid.text(gross - closing),
        "expense": grid.text(closing - before),
        "roll_forward": {
            "opening": grid.text(facts.opening_allowance),
            "expense": grid.text(closing - before),
            "write_offs": grid.text(-facts.write_offs),
            "recoveries": grid.text(facts.recoveries),
            "translation": grid.text(facts.translation),
            "closing": grid.text(closing),
        },
    }


def _own_balance(each: Specific, facts: CreditLossFacts) -> Fraction:
    if each.balance is not None:
        return each.balance
    return sum((invoice.amount for invoice in facts.invoices if invoice.customer == each.customer), _ZERO)


def _judged_alone(facts: CreditLossFacts, explain: Explanation) -> dict[str, Fraction]:
    losses: dict[str, Fraction] = {}
    for each in facts.specific:
        balance = _own_balance(each, facts)
        losses[each.customer] = max(facts.grid.round(balance - each.expected_collection), _ZERO)
        explain.step(
            "326-20-30-2",
            f"{each.customer} does not share the pool's risk: {facts.grid.text(balance)} less expected collection "
            f"{facts.grid.text(each.expected_collection)}.",
        )
    return losses


def _balances(facts: CreditLossFacts, explain: Explanation) -> list[Fraction]:
    balances = [bucket.balance for bucket in facts.buckets]
    names = [bucket.name for bucket in facts.buckets]
    alone = {each.customer for each in facts.specific}
    for index, invoice in enumerate(facts.invoices):
        if invoice.customer and invoice.customer in alone:
            continue
        balances[_class_of(invoice, facts, f"invoices[{index}]")] += invoice.amount
    if facts.invoices:
        explain.step("326-20-55-37", "Invoices are sorted into classes by days past due.")
    for index, each in enumerate(facts.specific):
        if each.in_bucket is not None:
            if each.in_bucket not in names:
                raise refuse(f"specific[{index}].in_bucket", f"is not one of {', '.join(names)}.")
            balances[names.index(each.in_bucket)] -= _own_balance(each, facts)
    return balances


def _class_of(invoice: Invoice, facts: CreditLossFacts, path: str) -> int:
    if facts.through is None:
        raise refuse("through", "is missing: the day on which invoices are aged.")
    late = (facts.through - invoice.due_on).days if invoice.due_on else 0
    index = age_class(facts.buckets, late)
    if index is None:
        raise refuse(
            path, f"is {late} days past due and no class of buckets takes it; set days_from and days_to."
        )
    return index


def age_class(buckets: Sequence[Bucket], days_past_due: int) -> int | None:
    """Which class takes a receivable that is so many days past due; ``None`` when none does."""
    for index, bucket in enumerate(buckets):
        starts = bucket.days_from if bucket.days_from is not None else days_past_due
        ends = bucket.days_to if bucket.days_to is not None else days_past_due
        is_first_open = bucket.days_from is None and bucket.days_to is None
        if starts <= days_past_due <= ends and not is_first_open:
            return index
        if bucket.days_from is not None and bucket.days_from <= 0 and days_past_due <= 0:
            return index
    return None


def _rate(bucket: Bucket, facts: CreditLossFacts, path: str) -> Fraction:
    if bucket.loss_rate is not None:
        return bucket.loss_rate
    if bucket.historical_losses is None or not bucket.historical_exposure:
        raise refuse(
            f"{path}.loss_rate", f"of {bucket.name} is missing: give it, or historical losses and exposure."
        )
    return bucket.historical_losses / bucket.historical_exposure


def _by_bucket(
    facts: CreditLossFacts, balances: Sequence[Fraction], explain: Explanation
) -> tuple[list[Fraction], list[Fraction]]:
    base, adjusted = [], []
    for index, (bucket, balance) in enumerate(zip(facts.buckets, balances, strict=True)):
        rate = _rate(bucket, facts, f"buckets[{index}]")
        multiplier = (
            facts.forecast_multiplier if bucket.forecast_multiplier is None else bucket.forecast_multiplier
        )
        expected = min(max((rate + facts.forecast_addition) * multiplier, _ZERO), _ONE)
        owed = max(balance, _ZERO)  # a credit balance is owed to the customer and cannot be lost
        base.append(facts.grid.round(owed * rate))
        adjusted.append(facts.grid.round(owed * expected))
        explain.step(
            "326-20-30-7" if expected == rate else "326-20-30-9",
            f"{bucket.name}: {facts.grid.text(balance)} at {number_text(expected * 100, 6)} %: "
            f"{facts.grid.text(adjusted[-1])}.",
        )
    return base, adjusted


def _pool_loss(pool: Pool, path: str, explain: Explanation) -> Fraction:
    if pool.method == "loss_rate":
        if pool.loss_rate is None:
            raise refuse(f"{path}.loss_rate", "is missing.")
        explain.step(
            "326-20-55-18", f"{pool.name}: historical loss rate adjusted for conditions and forecasts."
        )
        return pool.balance * max(pool.loss_rate + pool.adjustment, _ZERO)
    if pool.method == "probability_of_default":
        if pool.probability_of_default is None or pool.loss_given_default is None:
            raise refuse(path, "needs probability_of_default and loss_given_default.")
        explain.step("326-20-30-3", f"{pool.name}: probability of default times loss given default.")
        return pool.balance * pool.probability_of_default * pool.loss_given_default
    if pool.effective_rate is None or not pool.expected_cash_flows:
        raise refuse(path, "needs expected_cash_flows and effective_rate.")
    if pool.effective_rate <= -1:
        raise refuse(f"{path}.effective_rate", "must be more than -1 (a loss of everything).")
    explain.step(
        "326-20-30-4", f"{pool.name}: amortized cost less expected cash flows at the effective rate."
    )
    return max(pool.balance - present_value(pool.expected_cash_flows, pool.effective_rate, "arrears"), _ZERO)


POLICY = Policy(
    name="credit_losses",
    title="Receivables and allowance for credit losses",
    standard="ASC 326-20",
    paragraphs=(
        "326-20-30-1",
        "326-20-30-2",
        "326-20-30-3",
        "326-20-30-4",
        "326-20-30-7",
        "326-20-30-9",
        "326-20-35-8",
        "326-20-55-18",
        "326-20-55-37",
    ),
    requirements=("ACC-09", "ACC-10", "ACC-11", "ACC-12", "ACC-13"),
    note=(
        "Receivables are billed and unbilled amounts less an allowance for expected credit losses over their life. "
        "The allowance is estimated by age from collection history, adjusted for current conditions and forecasts; "
        "customers that do not share the pool's risk are judged alone. Receivables found uncollectible are written "
        "off against the allowance."
    ),
    facts=CreditLossFacts,
    outputs={
        "balance_by_bucket": "Pooled balance by class.",
        "rates_by_bucket": "Historical loss rates.",
        "base_allowance_by_bucket": "Balance times historical rate.",
        "base_total": "Their sum.",
        "adjusted_by_bucket": "With the forecast.",
        "adjusted_total": "Their sum.",
        "pools": "Allowance of pools measured by other methods.",
        "general_allowance": "Allowance of all pools.",
        "specific_allowance": "Allowance of receivables judged alone.",
        "specific_by_customer": "By customer.",
        "allowance": "Allowance at the end of the period.",
        "gross": "Receivables.",
        "net": "Receivables less the allowance.",
        "expense": "Credit loss expense of the period.",
        "roll_forward": "Opening, expense, write-offs, recoveries, translation, closing.",
    },
    decide=decide,
    example={
        "buckets": [
            {"name": "current", "balance": "100000", "loss_rate": "0.003"},
            {"name": "1-30", "balance": "8000", "loss_rate": "0.08"},
        ],
        "forecast_multiplier": "1.10",
        "opening_allowance": "900",
        "write_offs": "200",
    },
)
