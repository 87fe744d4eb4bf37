"""Significant financing components (ASC 606-10-32-15 to 32-20)."""

from dataclasses import dataclass
from decimal import Decimal, localcontext
from fractions import Fraction
from typing import Any, Literal

from stoa.policies.facts import Amount, Facts, Number, Price, Quantity, fact, refuse
from stoa.policies.frame import Explanation, Policy
from stoa.policies.grid import Grid, number_text

_DIGITS = 50
_MONTHS_AT_MOST = 1200


@dataclass(frozen=True, slots=True, kw_only=True)
class Payment:
    """A payment, or a row of equal payments."""

    amount: Amount = fact("Amount of each payment.")
    after_months: Quantity = fact("Months from inception to the (first) payment.", default=Fraction(0))
    count: int = fact("Number of equal payments.", default=1)
    every_months: Quantity = fact("Months between them.", default=Fraction(1))


@dataclass(frozen=True, slots=True, kw_only=True)
class FinancingFacts(Facts):
    """When the customer pays, when control passes, and which rate finances the gap."""

    payments: tuple[Payment, ...] = fact("What the customer pays, and when.")
    transfer_after_months: Quantity = fact("Months from inception until control passes.", default=Fraction(0))
    discount_rate: Number | None = fact(
        'Annual rate of a separate financing at inception, with the borrower\'s credit (32-19); "0.06" is 6 %.',
        default=None,
    )
    contract_rate: Number | None = fact("Annual rate that the contract states, for comparison.", default=None)
    cash_selling_price: Price | None = fact(
        "What the customer would pay in cash when control passes (32-15, 32-16(a)).", default=None
    )
    compounding: Literal["annual", "monthly"] = fact(
        "annual: (1 + rate) to the years; monthly: rate / 12 a month.", default="annual"
    )
    interest_starts_after_months: Quantity | None = fact(
        "Months until a receivable exists, when a right of return delays it (interest starts then).",
        default=None,
    )
    customer_controls_timing: bool = fact(
        "Paid in advance and transferred when the customer asks (32-17(a)).", default=False
    )
    varies_beyond_control: bool = fact(
        "Substantially variable, on an event that neither party controls (32-17(b)).", default=False
    )
    differs_for_other_reasons: bool = fact(
        "The difference to the cash price protects a party and is proportionate to that (32-17(c)).",
        default=False,
    )
    use_expedient: bool = fact("No adjustment when the gap is a year or less (32-18).", default=True)
    is_significant: bool | None = fact(
        "Judgement whether financing is significant to the contract; left out: it is, unless excepted.",
        default=None,
    )


def decide(facts: FinancingFacts, explain: Explanation) -> dict[str, Any]:
    """Revenue is the cash price when control passes; the rest is interest at the rate set at inception."""
    grid = facts.grid
    flows = _flows(facts)
    promised = sum((amount for _, amount in flows), Fraction(0))
    at = facts.transfer_after_months
    values: dict[str, Any] = {"promised_consideration": grid.text(promised)}
    implicit = None
    if facts.cash_selling_price is not None:
        implicit = _implicit_rate(flows, at, facts.cash_selling_price, facts.compounding)
        values["implicit_rate"] = None if implicit is None else number_text(implicit, 6)
        values["implicit_rate_pct"] = None if implicit is None else number_text(implicit * 100, 1)
    reason = _exception(facts, flows)
    if reason is not None:
        explain.step(*reason)
        return values | {
            "has_significant_financing": False,
            "revenue": grid.text(promised),
            "interest": grid.text(Fraction(0)),
            "rate": None,
            "schedule": [],
        }
    rate = facts.discount_rate if facts.discount_rate is not None else implicit
    if rate is None:
        raise refuse("discount_rate", "is missing: give it, or the cash_selling_price that implies a rate.")
    explain.step(
        "606-10-32-19",
        f"The rate of a separate financing at inception is {number_text(rate * 100, 4)} %"
        + (
            ""
            if facts.contract_rate is None or facts.contract_rate == rate
            else f"; the contract's own {number_text(facts.contract_rate * 100, 4)} % does not reflect it"
        )
        + "; it is not updated later.",
    )
    revenue = grid.round(_value_at(flows, at, rate, facts.compounding))
    if facts.discount_rate is None and facts.cash_selling_price is not None:
        revenue = grid.round(facts.cash_selling_price)
    interest = revenue - promised
    explain.step(
        "606-10-32-15",
        f"Revenue is {grid.text(revenue)}; {grid.text(abs(interest))} of interest "
        + ("expense on the advance." if interest > 0 else "income on the receivable."),
    )
    advance = any(when < at for when, _ in flows)
    schedule, effective = _schedule(facts, flows, revenue, rate, grid)
    return values | {
        "has_significant_financing": True,
        "rate": number_text(rate, 6),
        "effective_rate": None if effective is None else number_text(effective, 6),
        "revenue": grid.text(revenue),
        "interest": grid.text(abs(interest)),
        "interest_is": "expense" if interest > 0 else "income",
        "liability_end": grid.text(revenue) if advance else None,
        "schedule": schedule,
    }


def _flows(facts: FinancingFacts) -> list[tuple[Fraction, Fraction]]:
    flows = []
    for index, each in enumerate(facts.payments):
        if not 1 <= each.count <= _MONTHS_AT_MOST:
            raise refuse(f"payments[{index}].count", f"must be between 1 and {_MONTHS_AT_MOST}.")
        flows += [
            (each.after_months + number * each.every_months, each.amount) for number in range(each.count)
        ]
    if not flows:
        raise refuse("payments", "give at least one payment.")
    moments = [facts.transfer_after_months, facts.interest_starts_after_months or Fraction(0)]
    if max(*(when for when, _ in flows), *moments) > _MONTHS_AT_MOST:
        raise refuse("payments", f"reach beyond {_MONTHS_AT_MOST} months.")
    return sorted(flows)


def _exception(facts: FinancingFacts, flows: list[tuple[Fraction, Fraction]]) -> tuple[str, str] | None:
    if facts.customer_controls_timing:
        return "606-10-32-17(a)", "Paid in advance, and the customer decides when: no financing component."
    if facts.varies_beyond_control:
        return "606-10-32-17(b)", "The amount depends on events outside both parties' control: no financing."
    if facts.differs_for_other_reasons:
        return (
            "606-10-32-17(c)",
            "The difference to the cash price has another reason: no financing component.",
        )
    gap = max(abs(when - facts.transfer_after_months) for when, _ in flows)
    if facts.use_expedient and gap <= 12:
        return (
            "606-10-32-18",
            f"Transfer and payment lie {number_text(gap, 2)} months apart: the expedient applies.",
        )
    if facts.is_significant is False:
        return "606-10-32-16", "Financing is judged not to be significant to the contract."
    return None


def _growth(rate: Fraction, months: Fraction, compounding: str) -> Fraction:
    """What 1 becomes in ``months``; exact for whole periods, to fifty digits between them."""
    base, periods = (1 + rate / 12, months) if compounding == "monthly" else (1 + rate, months / 12)
    if periods.denominator == 1 and abs(periods) <= 60:
        return base ** int(periods)
    with localcontext() as context:
        context.prec = _DIGITS
        power = Decimal(periods.numerator) / Decimal(periods.denominator)
        return Fraction((Decimal(base.numerator) / Decimal(base.denominator)) ** power)


def _value_at(
    flows: list[tuple[Fraction, Fraction]], at: Fraction, rate: Fraction, compounding: str
) -> Fraction:
    if rate <= -1:
        raise refuse("discount_rate", "must be more than -1.")
    return sum((amount * _growth(rate, at - when, compounding) for when, amount in flows), Fraction(0))


def _implicit_rate(
    flows: list[tuple[Fraction, Fraction]], at: Fraction, price: Fraction, compounding: str
) -> Fraction | None:
    """The annual rate at which the payments are worth ``price`` when control passes; ``None`` without one."""
    low, high = Fraction(-9, 10), Fraction(10)

    def excess(rate: Fraction) -> Fraction:
        return _value_at(flows, at, rate, compounding) - price

    at_low = excess(low)
    if at_low == 0 or (at_low > 0) == (excess(high) > 0):
        return None
    for _ in range(60):
        middle = Fraction(round((low + high) / 2 * 10**15), 10**15)
        if (excess(middle) > 0) == (at_low > 0):
            low = middle
        else:
            high = middle
    return high


def _schedule(
    facts: FinancingFacts,
    flows: list[tuple[Fraction, Fraction]],
    revenue: Fraction,
    rate: Fraction,
    grid: Grid,
) -> tuple[list[dict[str, Any]], Fraction | None]:
    """Year by year from inception: interest, payments, balance (a liability is negative)."""
    start = facts.interest_starts_after_months
    effective = rate
    if start is not None and start > facts.transfer_after_months:
        later = [(when, amount) for when, amount in flows if when >= start]
        solved = _implicit_rate(later, start, revenue, facts.compounding)
        effective = rate if solved is None else solved
    moments: dict[Fraction, Fraction] = {}
    recognized_at = facts.transfer_after_months if start is None else start
    moments[recognized_at] = revenue
    for when, amount in flows:
        moments[when] = moments.get(when, Fraction(0)) - amount
    last = max(moments)
    rows: list[dict[str, Any]] = []
    balance = shown = Fraction(0)
    month = Fraction(0)
    year = 0
    while month < last:
        until = min(month + 12, last)
        opening, interest = shown, Fraction(0)
        cash = added = Fraction(0)
        position = month
        first = month == 0
        for moment in [
            *sorted(m for m in moments if (month <= m if first else month < m) and m <= until),
            until,
        ]:
            grown = balance * _growth(effective, moment - position, facts.compounding)
            interest += grown - balance
            balance, position = grown, moment
            if moment in moments:
                balance += moments.pop(moment)
                added += revenue if moment == recognized_at else Fraction(0)
                cash += sum((amount for when, amount in flows if when == moment), Fraction(0))
        year += 1
        # Everything is paid and transferred in the end: the last year's interest takes what rounding left.
        shown = Fraction(0) if until == last else grid.round(balance)
        rows.append(
            {
                "year": year,
                "opening": grid.text(opening),
                "recognized": grid.text(added),
                "payments": grid.text(cash),
                "interest": grid.text(shown - opening - added + cash),
                "closing": grid.text(shown),
            }
        )
        month = until
    return rows, effective


POLICY = Policy(
    name="significant_financing",
    title="Significant financing components",
    standard="ASC 606-10-32",
    paragraphs=(
        "606-10-32-15",
        "606-10-32-16",
        "606-10-32-17",
        "606-10-32-17(a)",
        "606-10-32-17(b)",
        "606-10-32-17(c)",
        "606-10-32-18",
        "606-10-32-19",
        "606-10-32-20",
    ),
    requirements=("ACC-41",),
    note=(
        "When payment and service lie more than a year apart, the price is adjusted for the time value of money "
        "at the rate of a separate financing, and interest is presented apart from revenue. For shorter gaps the "
        "practical expedient is used. None of the company's contracts contains a significant financing component."
    ),
    facts=FinancingFacts,
    outputs={
        "has_significant_financing": "whether the price is adjusted",
        "promised_consideration": "sum of all payments",
        "revenue": "revenue when control passes",
        "interest": "total interest, as a positive amount",
        "interest_is": "expense on an advance, income on a receivable",
        "implicit_rate": "annual rate at which the payments equal the cash selling price",
        "implicit_rate_pct": "the same in per cent with one decimal",
        "rate": "annual rate that was used",
        "effective_rate": "rate at which the balance grows, when interest starts later than transfer",
        "liability_end": "contract liability just before control passes, for an advance",
        "schedule": "per year: opening, recognized, payments, interest, closing (a liability is negative)",
    },
    decide=decide,
    example={
        "payments": [{"amount": "4000"}],
        "transfer_after_months": "24",
        "discount_rate": "0.06",
        "cash_selling_price": "5000",
    },
)
