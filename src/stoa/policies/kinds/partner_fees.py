"""Fees of educator partners: owed with the revenue, paid, recouped, put into funds (policies ``partner_fees``,
``recoupable_advances``, ``development_fund``; ASC 705-10-25-1, 340-10, 360-10-35).

Each agreement and currency is one running total. What was paid beyond what is owed, because refunds came after the
payment or by mistake, is recouped out of later fees like an advance and stands with them.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from stoa.kernel.money import Money, exponent_of
from stoa.kernel.spans import Month
from stoa.policies import partner_fees as policy
from stoa.policies import recoupable_advances
from stoa.policies.grid import Grid
from stoa.policies.kinds.frame import Balance, DocumentFacts, Filed, MonthRevenue, RevenueFamily
from stoa.policies.kinds.manual_entries import CORPORATE
from stoa.policies.kinds.partner_agreements import (
    PartnerAgreementChanged,
    PartnerAgreementSigned,
    UsageReported,
)
from stoa.policies.kinds.partner_payments import (
    AdvancePaid,
    AdvanceWrittenOff,
    DevelopmentFundSpent,
    PartnerPaid,
)
from stoa.policies.kinds.partner_shares import Account, Agreement, agreements_of, shared

_FUND_EXPENSE = {
    "sales_and_marketing": "development_fund_expense",
    "research_and_development": "research_and_development",
    "cost_of_revenue": "partner_fees",
}
_FOLLOWING = (PartnerAgreementChanged, PartnerPaid, DevelopmentFundSpent, AdvancePaid, AdvanceWrittenOff)


@dataclass(frozen=True, slots=True)
class Standing:
    """How an agreement stands in one currency: what it earned, and the documents that paid, in order of effect."""

    agreement: Agreement
    currency: str
    account: Account
    paid: tuple[Filed, ...]

    def of_kind(self, form: type[DocumentFacts]) -> list[Filed]:
        """The documents of one kind."""
        return [each for each in self.paid if isinstance(each.facts, form)]

    def total(self, form: type[DocumentFacts], before: date = date.max) -> int:
        """Sum of the documents of one kind before a day, in minor units."""
        return sum(
            each.facts.minor(each.facts.amount) for each in self.of_kind(form) if each.effective_on < before
        )

    def advance(self) -> "list[tuple[Month, Filed | None, int, int, int]]":
        """Month by month: recouped, lost and left of the advances; write-offs are rows of their own, with document."""
        advances, losses = self.of_kind(AdvancePaid), self.of_kind(AdvanceWrittenOff)
        if not advances:
            return []
        scale = 10 ** exponent_of(self.currency)
        fees = self.account.payable_by_month()
        paid: dict[Month, Fraction] = defaultdict(Fraction)
        for each in advances:
            paid[Month.of(each.effective_on)] += each.facts.amount
        rows: list[tuple[Month, Filed | None, recoupable_advances.AdvancePeriod]] = []
        for month in sorted(fees.keys() | paid.keys() | {Month.of(each.effective_on) for each in losses}):
            fee = Fraction(fees.get(month, 0), scale)
            period = recoupable_advances.AdvancePeriod(id=str(month), fee=fee, advance_paid=paid[month])
            rows.append((month, None, period))
            for each in losses:
                if Month.of(each.effective_on) == month:
                    rows.append((month, each, _loss(each.facts)))
        steps = recoupable_advances.recoup(Fraction(0), (row[-1] for row in rows), Grid.of(self.currency))
        return [
            (month, document, int(step.recouped * scale), int(step.loss * scale), int(step.balance * scale))
            for (month, document, _), step in zip(rows, steps, strict=True)
        ]

    def owed(self, before: date = date.max) -> int:
        """Fees of the months begun before a day that are to be paid, what advances have recouped left out."""
        fees = self.account.payable_by_month()
        return sum(minor for month, minor in fees.items() if month.start_on < before) - sum(
            recouped for month, _, recouped, _, _ in self.advance() if month.start_on < before
        )

    def fund(self, before: date = date.max) -> int:
        """What the months begun before a day put into the development fund."""
        by_month = self.account.by_month()
        return sum(fund for month, (_, fund) in by_month.items() if month.start_on < before)


def _loss(facts: AdvanceWrittenOff) -> recoupable_advances.AdvancePeriod:
    return recoupable_advances.AdvancePeriod(
        id=facts.reference,
        fee=Fraction(0),
        written_off=facts.amount or Fraction(0),
        expected_future_fees=facts.expected_future_fees,
    )


def standings(known: Sequence[Filed], revenue: Sequence[MonthRevenue]) -> list[Standing]:
    """How every agreement stands, in order of effect, by currency."""
    agreements = agreements_of(known)
    accounts = shared(known, revenue).accounts
    paid: dict[tuple[str, str], list[Filed]] = defaultdict(list)
    for each in known:
        if isinstance(each.facts, _FOLLOWING) and not isinstance(each.facts, PartnerAgreementChanged):
            paid[each.facts.agreement, each.facts.currency].append(each)
    keys = sorted(
        (key for key in accounts.keys() | paid.keys() if key[0] in agreements),
        key=lambda key: (agreements[key[0]].signed.effective_on, key),
    )
    return [
        Standing(
            agreements[reference],
            currency,
            accounts.get((reference, currency)) or Account(agreements[reference], currency, ()),
            tuple(paid[reference, currency]),
        )
        for reference, currency in keys
    ]


def balances(known: Sequence[Filed], revenue: Sequence[MonthRevenue], day: date) -> Iterator[Balance]:
    """Fees and funds with their expense, advances and their parts, cash, and what waits in suspense."""
    for standing in standings(known, revenue):
        yield from _fee_balances(standing)
        yield from _advance_balances(standing)
        yield from _payment_balances(standing)
    for each in _orphans(known):
        if isinstance(each.facts, PartnerPaid | DevelopmentFundSpent | AdvancePaid):
            minor = each.facts.minor(each.facts.amount)
            for account, amount in (("suspense", minor), (_paid_from(each.facts), -minor)):
                yield _line(each.id, account, "payment", each.facts.currency, each.effective_on, amount, "")


def _fee_balances(standing: Standing) -> Iterator[Balance]:
    facts, document = standing.agreement.facts, standing.agreement.signed.id
    for (segment, product), (fee, fund) in standing.account.by_product().items():
        for account, amount in (
            ("partner_fees", fee - fund),
            ("partner_fees_payable", fund - fee),
            (_FUND_EXPENSE[facts.fund_nature], fund),
            ("development_funds", -fund),
        ):
            yield Balance(
                *(
                    document,
                    account,
                    "accrual",
                    standing.currency,
                    standing.agreement.signed.effective_on,
                    amount,
                ),
                *(segment, product, facts.partner),
            )


def _advance_balances(standing: Standing) -> Iterator[Balance]:
    """Advances paid, recouped out of the fees, lost; and what is left of them beyond a year's fees."""
    facts, currency = standing.agreement.facts, standing.currency
    rows = standing.advance()
    signed, first_on = standing.agreement.signed.id, standing.agreement.signed.effective_on
    for each in standing.of_kind(AdvancePaid):
        minor = each.facts.minor(each.facts.amount)
        for account, amount in (("partner_advances", minor), ("cash", -minor)):
            yield _line(each.id, account, "advance", currency, each.effective_on, amount, facts.partner)
    recouped = sum(row[2] for row in rows)
    for account, amount in (("partner_fees_payable", recouped), ("partner_advances", -recouped)):
        yield _line(signed, account, "recoupment", currency, first_on, amount, facts.partner)
    for _, document, _, loss, _ in rows:
        if document is not None:
            for account, amount in (("impairment", loss), ("partner_advances", -loss)):
                yield _line(
                    *(document.id, account, "write_off", currency, document.effective_on, amount),
                    facts.partner,
                )
    expected = [
        each.facts.minor(each.facts.expected_yearly_fees)
        for each in standing.of_kind(AdvancePaid)
        if each.facts.expected_yearly_fees is not None
    ]
    later = max(rows[-1][-1] - expected[-1], 0) if rows and expected else 0
    for account, amount in (("partner_advances", -later), ("partner_advances_non_current", later)):
        yield _line(signed, account, "reclassification", currency, first_on, amount, facts.partner)


def _payment_balances(standing: Standing) -> Iterator[Balance]:
    """Fees paid and funds spent, and what went beyond what is owed or was put aside."""
    facts, currency = standing.agreement.facts, standing.currency
    signed, first_on = standing.agreement.signed.id, standing.agreement.signed.effective_on
    for form, liability, activity in (
        (PartnerPaid, "partner_fees_payable", "payment"),
        (DevelopmentFundSpent, "development_funds", "spending"),
    ):
        for each in standing.of_kind(form):
            minor = each.facts.minor(each.facts.amount)
            for account, amount in ((liability, minor), (_paid_from(each.facts), -minor)):
                yield _line(each.id, account, activity, currency, each.effective_on, amount, facts.partner)
        held = standing.owed() if form is PartnerPaid else standing.fund()
        beyond = max(standing.total(form) - held, 0)
        for account, amount in (("partner_advances", beyond), (liability, -beyond)):
            yield _line(signed, account, "overpayment", currency, first_on, amount, facts.partner)


def _paid_from(facts: DocumentFacts) -> str:
    return facts.paid_from if isinstance(facts, DevelopmentFundSpent) else "cash"


def _line(
    document: int, account: str, activity: str, currency: str, first_on: date, minor: int, partner: str
) -> Balance:
    return Balance(document, account, activity, currency, first_on, minor, CORPORATE, "", partner)


def active(known: Sequence[Filed], revenue: Sequence[MonthRevenue], month: Month) -> Iterator[int]:
    """Agreements whose fees move in the month, and every payment, advance and loss of it."""
    before = [each for each in known if each.effective_on < month.start_on]
    earlier = [each for each in revenue if each.month < month or each.is_late]
    sums: dict[tuple[int, str, str, str, str], int] = defaultdict(int)
    for sign, documents, then, day in (
        (1, known, revenue, month.end_on),
        (-1, before, earlier, month.start_on),
    ):
        for each in balances(documents, then, day):
            key = (each.document, each.account, each.activity, each.segment, each.product)
            sums[key] += sign * each.amount_minor
    return iter(sorted({key[0] for key, amount in sums.items() if amount}))


def problems(known: Sequence[Filed], revenue: Sequence[MonthRevenue], day: date) -> Iterator[str]:
    """Revenue that cannot be shared, payments beyond what is owed, and what belongs to no agreement."""
    for _, words in shared(known, revenue).problems:
        yield words
    month = Month.of(day - timedelta(days=1))
    for standing in standings(known, revenue):
        yield from _payment_problems(standing, month)
    for each in _orphans(known):
        yield f"{each.facts.reference} belongs to the agreement {each.facts.agreement!r}, which is not filed"


def _payment_problems(standing: Standing, month: Month) -> Iterator[str]:
    """Payments of the month that left more paid than was owed before or after; refunds alone are no problem."""
    reference = standing.agreement.facts.reference
    for form, held, words in (
        (PartnerPaid, standing.owed, "its fees: file what is paid in advance as advance_paid"),
        (
            DevelopmentFundSpent,
            standing.fund,
            "its development fund: void what the company spends on its own",
        ),
    ):
        if any(Month.of(each.effective_on) == month for each in standing.of_kind(form)):
            beyond = standing.total(form, month.end_on) - max(held(month.start_on), held(month.end_on))
            if beyond > 0:
                yield f"{reference} was paid {Money(beyond, standing.currency)} more than {words}"
    for _, document, _, loss, _ in standing.advance():
        if document is not None and document.facts.amount is not None:
            if loss < document.facts.minor(document.facts.amount):
                yield (
                    f"{document.facts.reference} writes off more than the "
                    f"{Money(loss, standing.currency)} that is left of the advances of {reference}"
                )
    if standing.of_kind(AdvanceWrittenOff) and not standing.of_kind(AdvancePaid):
        yield f"{standing.of_kind(AdvanceWrittenOff)[0].facts.reference} writes off an advance that was not paid"


def _orphans(known: Sequence[Filed]) -> list[Filed]:
    agreements = agreements_of(known)
    return [
        each
        for each in known
        if isinstance(each.facts, _FOLLOWING) and each.facts.agreement not in agreements
    ]


FAMILY = RevenueFamily(
    name="partner_fees",
    version=policy.POLICY.version,
    kinds=(
        *(PartnerAgreementSigned, PartnerAgreementChanged, UsageReported),
        *(PartnerPaid, DevelopmentFundSpent, AdvancePaid, AdvanceWrittenOff),
    ),
    balances=balances,
    active=active,
    problems=problems,
)
