"""Transaction price allocated to remaining performance obligations (ASC 606-10-50-13 to 50-15)."""

from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from stoa.kernel.spans import DaySpan, add_months
from stoa.policies.facts import Amount, Facts, Price, Quantity, fact, refuse
from stoa.policies.frame import Explanation, Policy
from stoa.policies.grid import number_text

_MONTHS_AT_MOST = 1200


@dataclass(frozen=True, slots=True, kw_only=True)
class Contract:
    """A contract with something left to do, described by months, by days, or by its recognized revenue."""

    id: str = fact("Name or reference.", default="contract")
    monthly_fee: Price | None = fact("Fixed fee of a month.", default=None)
    price: Amount | None = fact("Fixed price of the whole contract, instead.", default=None)
    variable: Amount = fact(
        "Variable consideration included in the price, constrained; for the whole contract.",
        default=Fraction(0),
    )
    total_months: Quantity | None = fact("Months of the whole contract.", default=None)
    months_remaining: Quantity | None = fact("Months that remain.", default=None)
    start_on: date | None = fact("First day of service, instead of months.", default=None)
    end_on: date | None = fact("Day after the last.", default=None)
    recognized: Amount | None = fact("Revenue recognized so far, when it is known.", default=None)
    is_cancellable: bool = fact(
        "The customer can end the rest without a substantive penalty: it is no obligation.", default=False
    )
    right_to_invoice: bool = fact(
        "Revenue is what may be invoiced (55-18): may be left out (50-14(b)).", default=False
    )
    variable_is_for_remaining_services: bool = fact(
        "Its variable part is a royalty, or belongs wholly to unsatisfied services: left out (50-14A).",
        default=False,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class RemainingFacts(Facts):
    """Contracts at a date."""

    contracts: tuple[Contract, ...] = fact("Contracts.")
    through: date | None = fact("The reporting date; needed for contracts described by days.", default=None)
    use_expedients: bool = fact(
        "Leave out contracts of one year or less and those at the right to invoice (50-14).", default=True
    )
    band_months: tuple[Quantity, ...] = fact(
        "Ends of the time bands in months from the date; every 12 months when left out.", default=()
    )


def decide(facts: RemainingFacts, explain: Explanation) -> dict[str, Any]:
    """Show what is still to be recognized, and when."""
    grid = facts.grid
    left_out = []
    parts: list[list[Fraction]] = []
    ends: list[Fraction] = []
    shown: list[tuple[Contract, Fraction, Fraction]] = []
    for index, each in enumerate(facts.contracts):
        reason = _reason_to_leave_out(each, facts)
        if reason is not None:
            left_out.append({"id": each.id, "reason": reason[1], "paragraph": reason[0]})
            explain.step(reason[0], f"{each.id}: {reason[1]}.")
            continue
        months, amount = _remaining(each, facts, f"contracts[{index}]")
        if months > _MONTHS_AT_MOST:
            raise refuse(f"contracts[{index}].months_remaining", f"is more than {_MONTHS_AT_MOST} months.")
        shown.append((each, months, amount))
    longest = max((months for _, months, _ in shown), default=Fraction(0))
    ends = list(facts.band_months) or [
        Fraction(12 * number) for number in range(1, int(-(-longest // 12)) + 1)
    ]
    if any(not 0 < end <= _MONTHS_AT_MOST for end in ends) or sorted(set(ends)) != ends:
        raise refuse("band_months", f"must rise, each from 1 to {_MONTHS_AT_MOST} months.")
    if not ends or ends[-1] < longest:
        ends.append(max(longest, Fraction(12)))
    rows = []
    for each, months, amount in shown:
        to_dates = [amount * min(end / months, Fraction(1)) if months else amount for end in ends]
        if facts.through is not None and each.start_on is not None and each.end_on is not None:
            to_dates = _to_dates_by_day(each, facts.through, amount, ends)
        parts.append(grid.differences(to_dates))
        rows.append({"id": each.id, "total": grid.text(amount), "bands": grid.texts(parts[-1])})
        explain.step(
            "606-10-50-13", f"{each.id}: {grid.text(amount)} remains over {number_text(months, 2)} months."
        )
    bands = [sum((row[index] for row in parts), Fraction(0)) for index in range(len(ends))]
    return {
        "total": grid.text(sum(bands, Fraction(0))),
        "next_year": grid.text(bands[0] if bands else Fraction(0)),
        "year_after": grid.text(bands[1] if len(bands) > 1 else Fraction(0)),
        "bands": [
            {"until_month": number_text(end, 2), "amount": grid.text(amount)}
            for end, amount in zip(ends, bands, strict=True)
        ],
        "contracts": rows,
        "left_out": left_out,
    }


def _reason_to_leave_out(contract: Contract, facts: RemainingFacts) -> tuple[str, str] | None:
    if contract.is_cancellable:
        return "606-10-25-3", "cancellable without penalty, so nothing remains promised"
    if not facts.use_expedients:
        return None
    if contract.right_to_invoice:
        return "606-10-50-14(b)", "revenue is recognized as it may be invoiced"
    if contract.total_months is not None and contract.total_months <= 12:
        return "606-10-50-14(a)", "expected duration of one year or less"
    if contract.start_on and contract.end_on and contract.end_on <= add_months(contract.start_on, 12):
        return "606-10-50-14(a)", "expected duration of one year or less"
    return None


def _remaining(contract: Contract, facts: RemainingFacts, path: str) -> tuple[Fraction, Fraction]:
    """Months that remain and the amount that remains."""
    variable = Fraction(0) if contract.variable_is_for_remaining_services else contract.variable
    if contract.start_on is not None and contract.end_on is not None:
        if facts.through is None:
            raise refuse("through", "is missing; a contract is described by days.")
        if contract.price is None or contract.end_on <= contract.start_on:
            raise refuse(path, "needs a price, and end_on after start_on.")
        span = DaySpan(contract.start_on, contract.end_on)
        elapsed = Fraction(span.elapsed_before(facts.through + timedelta(days=1)), span.days)
        price = contract.price + variable
        done = price * elapsed if contract.recognized is None else contract.recognized
        first = max(contract.start_on, facts.through + timedelta(days=1))
        months = Fraction(max((contract.end_on - first).days, 0) * 12, 365)
        return months, facts.grid.round(price - facts.grid.round(done))
    if contract.months_remaining is None:
        raise refuse(f"{path}.months_remaining", "is missing; or describe the contract by days.")
    months = contract.months_remaining
    if contract.monthly_fee is not None:
        fixed = contract.monthly_fee * months
        total = contract.total_months
        if variable and not total:
            raise refuse(
                f"{path}.total_months", "is missing; a part of the variable price is already earned."
            )
        rest = variable * months / total if total else Fraction(0)
        return months, facts.grid.round(fixed + rest) if contract.recognized is None else fixed + rest
    if contract.price is None:
        raise refuse(path, "needs monthly_fee or price.")
    price = contract.price + variable
    if contract.recognized is not None:
        return months, facts.grid.round(price - contract.recognized)
    if not contract.total_months:
        raise refuse(f"{path}.total_months", "is missing; or give recognized.")
    return months, facts.grid.round(price * months / contract.total_months)


def _to_dates_by_day(
    contract: Contract, through: date, amount: Fraction, ends: list[Fraction]
) -> list[Fraction]:
    assert contract.start_on is not None
    assert contract.end_on is not None
    first = max(contract.start_on, through + timedelta(days=1))
    if contract.end_on <= first:
        return [amount] * len(ends)
    span = DaySpan(first, contract.end_on)
    shares = [
        Fraction(span.elapsed_before(add_months(through, int(end)) + timedelta(days=1)), span.days)
        for end in ends[:-1]
    ]
    return [*(amount * share for share in shares), amount]


POLICY = Policy(
    name="remaining_obligations",
    title="Remaining performance obligations",
    standard="ASC 606-10-50",
    paragraphs=(
        "606-10-25-3",
        "606-10-50-13",
        "606-10-50-14",
        "606-10-50-14A",
        "606-10-50-14(a)",
        "606-10-50-14(b)",
        "606-10-50-15",
    ),
    requirements=("ACC-53",),
    note=(
        "The transaction price of contracts longer than a year that is not yet recognized is disclosed with the "
        "time when it will be."
    ),
    facts=RemainingFacts,
    outputs={
        "total": "transaction price not yet recognized",
        "next_year": "of this, within the first band (twelve months)",
        "year_after": "in the second band",
        "bands": "per band: until_month and amount",
        "contracts": "per contract: total and bands",
        "left_out": "contracts left out, with the reason",
    },
    decide=decide,
    example={
        "contracts": [{"id": "B", "monthly_fee": "400", "total_months": "24", "months_remaining": "18"}]
    },
)
