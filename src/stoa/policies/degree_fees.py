"""Degrees: the service fee on tuition, estimated, refined and trued up (ASC 606-10-32-5 to 32-9, 32-14, 32-42)."""

from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from stoa.kernel.spans import DaySpan
from stoa.policies.facts import Facts, Price, Quantity, Share, fact, refuse
from stoa.policies.frame import Explanation, Policy
from stoa.policies.grid import Grid, number_text


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """One outcome of a term."""

    probability: Share = fact("Its probability; they sum to 1.")
    students: Quantity | None = fact("Students who pay tuition.", default=None)
    tuition: Price | None = fact("Tuition collected net of refunds, instead.", default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """What is known at the end of one accounting period."""

    through: date = fact("Last day of the period.")
    scenarios: tuple[Scenario, ...] = fact("Outcomes for the expected value.", default=())
    students: Quantity | None = fact("A point estimate, or the count of the final report.", default=None)
    tuition: Price | None = fact(
        "Tuition net of refunds: a point estimate, or the final report's.", default=None
    )
    expected_refunds: Price = fact("Tuition expected to be refunded, off the above.", default=Fraction(0))
    constraint_cap: Price | None = fact(
        "The most tuition that can be counted without a probable significant reversal.", default=None
    )
    is_final: bool = fact("From the term's final enrollment report.", default=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class DegreeFacts(Facts):
    """One term of one degree."""

    fee_rate: Share = fact('Service fee as a share of tuition net of refunds; "0.45" is 45 %.')
    tuition_per_student: Price | None = fact("Tuition of one student for the term.", default=None)
    term_start_on: date = fact("First day of the term.")
    next_term_start_on: date | None = fact(
        "First day of the next term; service runs until then.", default=None
    )
    estimates: tuple[Estimate, ...] = fact("Estimates at each period's end, in order; the last may be final.")


def span_of(facts: DegreeFacts) -> DaySpan:
    """The days in which the fee is earned: from the start of the term to the start of the next."""
    if facts.next_term_start_on is None:
        raise refuse(
            "next_term_start_on",
            "is missing: enter the day the next term starts (or the planned day, and correct it later).",
        )
    if facts.next_term_start_on <= facts.term_start_on:
        raise refuse("next_term_start_on", "must come after term_start_on.")
    return DaySpan(facts.term_start_on, facts.next_term_start_on)


def tuitions(facts: DegreeFacts) -> list[Fraction]:
    """Tuition by each estimate, within its constraint."""
    found = []
    for index, each in enumerate(facts.estimates):
        if index and each.through <= facts.estimates[index - 1].through:
            raise refuse(f"estimates[{index}].through", "must come after the one before.")
        if index and facts.estimates[index - 1].is_final:
            raise refuse(f"estimates[{index - 1}].is_final", "the final report must be the last estimate.")
        found.append(_tuition(each, facts, f"estimates[{index}]"))
    return found


def earned(fee: Fraction, span: DaySpan, through: date, grid: Grid) -> Fraction:
    """What of a fee is earned by the end of ``through``."""
    return grid.round(fee * Fraction(span.elapsed_before(through + timedelta(days=1)), span.days))


def decide(facts: DegreeFacts, explain: Explanation) -> dict[str, Any]:
    """Fee to date is the newest estimate times elapsed days of the term; a change is caught up at once."""
    grid = facts.grid
    span = span_of(facts)
    explain.step(
        "606-10-55-38", "The university controls the degree: revenue is the service fee alone (net)."
    )
    rows: list[dict[str, Any]] = []
    cumulative = fee_before = share_before = Fraction(0)
    for each, tuition in zip(facts.estimates, tuitions(facts), strict=True):
        fee = grid.round(tuition * facts.fee_rate)
        elapsed = span.elapsed_before(each.through + timedelta(days=1))
        share = Fraction(elapsed, span.days)
        to_date = earned(fee, span, each.through, grid)
        catch_up = (fee - fee_before) * share_before if rows else Fraction(0)
        rows.append(
            {
                "through": str(each.through),
                "tuition": grid.text(tuition),
                "fee": grid.text(fee),
                "is_final": each.is_final,
                "elapsed_days": elapsed,
                "cumulative": grid.text(to_date),
                "revenue": grid.text(to_date - cumulative),
                "catch_up": grid.text(catch_up),
                "contract_remaining": grid.text(fee - to_date),
            }
        )
        explain.step(
            "606-10-32-42" if each.is_final else "606-10-32-8(a)" if each.scenarios else "606-10-32-14",
            f"{each.through}: fee of {grid.text(fee)} "
            + ("by the final report" if each.is_final else "as now estimated")
            + f", {number_text(share * 100, 2)} % of the term has passed: {grid.text(to_date)} to date"
            + (f", of which {grid.text(catch_up)} is caught up." if catch_up else "."),
        )
        cumulative, fee_before, share_before = to_date, fee, share
    return {
        "days": span.days,
        "periods": rows,
        "fee": grid.text(fee_before),
        "revenue_to_date": grid.text(cumulative),
        "is_final": bool(facts.estimates) and facts.estimates[-1].is_final,
    }


def _tuition(estimate: Estimate, facts: DegreeFacts, path: str) -> Fraction:
    """Expected tuition, net of refunds, within the constraint."""
    if estimate.scenarios:
        if (total := sum(each.probability for each in estimate.scenarios)) != 1:
            raise refuse(f"{path}.scenarios", f"probabilities sum to {float(total):g}, not to 1.")
        expected = sum(
            (
                each.probability * _outcome(each.students, each.tuition, facts, f"{path}.scenarios[{number}]")
                for number, each in enumerate(estimate.scenarios)
            ),
            Fraction(0),
        )
    else:
        expected = _outcome(estimate.students, estimate.tuition, facts, path)
    if estimate.expected_refunds > expected:
        raise refuse(f"{path}.expected_refunds", "is more than the tuition.")
    expected -= estimate.expected_refunds
    return expected if estimate.constraint_cap is None else min(expected, estimate.constraint_cap)


def _outcome(students: Fraction | None, tuition: Fraction | None, facts: DegreeFacts, path: str) -> Fraction:
    if tuition is not None:
        return tuition
    if students is None:
        raise refuse(path, "needs students, tuition or scenarios.")
    if facts.tuition_per_student is None:
        raise refuse("tuition_per_student", "is missing; students need a tuition each.")
    return students * facts.tuition_per_student


POLICY = Policy(
    name="degree_fees",
    title="Degrees revenue: service fees",
    standard="ASC 606-10-32",
    paragraphs=(
        "606-10-25-14(b)",
        "606-10-32-5",
        "606-10-32-8",
        "606-10-32-8(a)",
        "606-10-32-14",
        "606-10-32-42",
        "606-10-55-38",
    ),
    requirements=("ACC-50", "ACC-51", "ACC-52", "ACC-78", "ACC-79"),
    note=(
        "Universities are the customers of degree services, and the fee is a percentage of the tuition they "
        "collect net of refunds. Tuition of a term is estimated by expected value and refined each period until "
        "the final report; the fee is recognized by day from the start of a term to the start of the next, with "
        "changed estimates caught up in the period they become known."
    ),
    facts=DegreeFacts,
    outputs={
        "days": "days from the start of the term to the start of the next",
        "periods": "per estimate: tuition, fee, cumulative, revenue, catch_up, contract_remaining",
        "fee": "fee by the last estimate",
        "revenue_to_date": "after the last period",
        "is_final": "whether the term is trued up",
    },
    decide=decide,
    example={
        "fee_rate": "0.45",
        "tuition_per_student": "9000",
        "term_start_on": "2025-09-02",
        "next_term_start_on": "2026-01-12",
        "estimates": [
            {
                "through": "2025-09-30",
                "scenarios": [
                    {"probability": "0.25", "students": "1000"},
                    {"probability": "0.50", "students": "1100"},
                    {"probability": "0.25", "students": "1180"},
                ],
            },
            {"through": "2025-12-31", "students": "1065"},
            {"through": "2026-03-31", "students": "1052", "is_final": True},
        ],
    },
)
