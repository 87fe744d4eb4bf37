"""Terms of online degrees in the books: the service fee alone, by day, refined and trued up (policy ``degree_fees``;
ASC 606-10-32-8, 32-14, 32-42, 55-38; 45-1 to 45-4).

What is earned before the university is invoiced is a contract asset; what is invoiced before it is earned a contract
liability, term by term. Invoices and payments are those of every customer: ``invoice_issued`` names the term.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from itertools import pairwise

from stoa.kernel.refusals import Invalid
from stoa.kernel.spans import DaySpan, add_months
from stoa.policies import degree_fees as policy
from stoa.policies.grid import Grid
from stoa.policies.kinds.degree_documents import (
    PRODUCT,
    SEGMENT,
    DegreeTermStarted,
    TermReported,
    TuitionEstimated,
    estimates_of,
)
from stoa.policies.kinds.frame import Balance, Family, Filed, documents_that_move
from stoa.policies.kinds.seat_contracts import InvoiceIssued


@dataclass(frozen=True, slots=True)
class _Term:
    """A term with its estimates and report, in order of effect."""

    started: Filed
    followed: tuple[Filed, ...]

    @property
    def facts(self) -> DegreeTermStarted:
        facts: DegreeTermStarted = self.started.facts
        return facts

    def steps(self) -> list[tuple[Filed, int, DaySpan]]:
        """Each document that said what the fee is: it, the fee, and the days it is earned in. ``Invalid`` if they cannot be."""
        facts = self.facts
        estimates = estimates_of(facts, [each.facts for each in self.followed])
        documents = [self.started, *self.followed][-len(estimates) :] if estimates else []
        grid, next_start = Grid.of(facts.currency), facts.next_term_start_on
        steps = []
        for each, tuition in zip(documents, policy.tuitions(facts.degree_facts(estimates)), strict=True):
            if each is not self.started:
                next_start = each.facts.next_term_start_on or next_start
            fee = facts.minor(grid.round(tuition * facts.fee_rate))
            if next_start is not None or each is documents[-1]:
                steps.append((each, fee, policy.span_of(facts.degree_facts((), next_start))))
        return steps

    def earned(self, step: tuple[Filed, int, DaySpan], through: date) -> int:
        """What of the fee as one document says it is earned by the end of a day, in minor units."""
        _, fee, span = step
        facts = self.facts
        grid = Grid.of(facts.currency)
        return facts.minor(policy.earned(fee * grid.unit, span, through, grid))

    def caught_up(self) -> list[tuple[Filed, int]]:
        """What each later estimate and the report changed of the days before them."""
        steps = self.steps()
        return [
            (after[0], self.earned(after, after[0].effective_on) - self.earned(before, after[0].effective_on))
            for before, after in pairwise(steps)
        ]


def balances(known: Sequence[Filed], day: date) -> Iterator[Balance]:
    """Contract assets and liabilities with their parts, and the fee earned: served, estimated anew, trued up."""
    invoiced: dict[tuple[str, str], int] = defaultdict(int)
    for each in known:
        if isinstance(each.facts, InvoiceIssued):
            invoiced[each.facts.contract, each.facts.currency] += each.facts.minor(each.facts.amount)
    terms, _ = _terms(known)
    for term in terms:
        facts = term.facts
        try:
            steps, caught_up = term.steps(), term.caught_up()
        except Invalid:  # told by problems(); until it is mended nothing is earned
            continue
        if not steps:
            continue
        through = day - timedelta(days=1)
        billed = invoiced[facts.reference, facts.currency]
        earned, fee = term.earned(steps[-1], through), steps[-1][1]
        in_a_year = term.earned(steps[-1], add_months(through, 12))
        covered = min(earned, max(billed, 0))
        # Not current is what will be earned after a year; what is billed beyond the fee is owed back, hence current.
        later = min(max(max(billed - earned, 0) - (in_a_year - earned), 0), max(fee - in_a_year, 0))
        rows = [
            (term.started, "contract_liability", "service", covered),
            (term.started, "contract_asset", "service", earned - covered),
            (term.started, "revenue", "service", sum(amount for _, amount in caught_up) - earned),
            (term.started, "contract_liability", "reclassification", later),
            (term.started, "contract_liability_non_current", "reclassification", -later),
        ]
        for document, amount in caught_up:
            is_final = isinstance(document.facts, TermReported)
            rows.append((document, "revenue", "true_up" if is_final else "term_estimate", -amount))
        for document, account, activity, amount in rows:
            yield Balance(
                *(document.id, account, activity, facts.currency, facts.known_on, amount),
                *(SEGMENT, PRODUCT, facts.university),
            )


def problems(known: Sequence[Filed], day: date) -> Iterator[str]:
    """Terms that cannot be measured, terms without an estimate, and what belongs to no term."""
    terms, orphans = _terms(known)
    for term in terms:
        reference = term.facts.reference
        try:
            if not term.steps():
                yield f"{reference} has no estimate of its tuition: file tuition_estimated, refined until term_reported"
        except Invalid as refusal:
            yield f"{reference} cannot be measured: {refusal}"
    for each in orphans:
        yield f"{each.facts.reference} belongs to the term {each.facts.term!r}, which is not filed in {each.facts.currency}"


def _terms(known: Sequence[Filed]) -> tuple[list[_Term], list[Filed]]:
    """Terms with what followed each, and what belongs to a term that is not there."""
    followed: dict[tuple[str, str], list[Filed]] = defaultdict(list)
    for each in known:
        if isinstance(each.facts, TuitionEstimated | TermReported):
            followed[each.facts.term, each.facts.currency].append(each)
    terms = [
        _Term(each, tuple(followed.pop((each.facts.reference, each.facts.currency), ())))
        for each in known
        if isinstance(each.facts, DegreeTermStarted)
    ]
    return terms, [each for orphans in followed.values() for each in orphans]


FAMILY = Family(
    name="degree_fees",
    version=policy.POLICY.version,
    kinds=(DegreeTermStarted, TuitionEstimated, TermReported),
    sees=(InvoiceIssued,),
    balances=balances,
    active=partial(documents_that_move, balances),
    problems=problems,
)
