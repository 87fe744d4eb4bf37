"""Fees of educator partners: owed with the revenue, paid, recouped, put into funds (policies ``partner_fees``,
``recoupable_advances``, ``development_fund``; ASC 705-10-25-1, 340-10, 360-10-35).

Each agreement and currency is one running total. What was paid beyond what is owed, because refunds came after the
payment or by mistake, is recouped out of later fees like an advance and stands with them.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from stoa.kernel.money import Money
from stoa.kernel.spans import Month
from stoa.policies import partner_fees as policy
from stoa.policies.kinds.frame import Balance, DocumentFacts, Filed, MonthRevenue, RevenueFamily
from stoa.policies.kinds.manual_entries import CORPORATE
from stoa.policies.kinds.opening_balances import OPENING, OpeningBalance
from stoa.policies.kinds.partner_agreements import (
    PartnerAgreementChanged,
    PartnerAgreementSigned,
    UsageReported,
)
from stoa.policies.kinds.partner_payments import (
    AdvancePaid,
    AdvanceWrittenOff,
    DevelopmentFundSpent,
    PartnerAccountOpened,
    PartnerPaid,
)
from stoa.policies.kinds.partner_shares import agreements_of
from stoa.policies.kinds.partner_standings import PAYMENTS, Standing, books

_FUND_EXPENSE = {
    "sales_and_marketing": "development_fund_expense",
    "research_and_development": "research_and_development",
    "cost_of_revenue": "partner_fees",
}


def balances(known: Sequence[Filed], revenue: Sequence[MonthRevenue], day: date) -> Iterator[Balance]:
    """Fees and funds with their expense, advances and their parts, cash, and what waits in suspense."""
    for standing in books(known, revenue).standings:
        yield from _opened_balances(standing)
        yield from _fee_balances(standing)
        yield from _advance_balances(standing)
        yield from _payment_balances(standing)
    for each in _orphans(known):
        if isinstance(each.facts, PartnerPaid | DevelopmentFundSpent | AdvancePaid):
            minor = each.facts.minor(each.facts.amount)
            for account, amount in (("suspense", minor), (_paid_from(each.facts), -minor)):
                yield _line(each.id, account, "payment", each.facts.currency, each.effective_on, amount, "")


def _opened_balances(standing: Standing) -> Iterator[Balance]:
    """What other books owed and had expensed; the opening balance takes its place, so none of it is posted again."""
    partner = standing.agreement.facts.partner
    for each in standing.of_kind(PartnerAccountOpened):
        owed, fund = each.facts.minor(each.facts.fees_owed), each.facts.minor(each.facts.fund_held)
        for account, amount in (
            ("partner_fees", owed + fund),
            ("partner_fees_payable", -owed),
            ("development_funds", -fund),
        ):
            yield _line(each.id, account, OPENING, standing.currency, each.effective_on, amount, partner)


def _fee_balances(standing: Standing) -> Iterator[Balance]:
    facts, document = standing.agreement.facts, standing.agreement.signed.id
    for (segment, product), (fee, fund) in standing.account.by_product.items():
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
    steps = standing.advance
    signed, first_on = standing.agreement.signed.id, standing.agreement.signed.effective_on
    for each in standing.of_kind(AdvancePaid):
        minor = each.facts.minor(each.facts.amount)
        for account, amount in (("partner_advances", minor), ("cash", -minor)):
            yield _line(each.id, account, "advance", currency, each.effective_on, amount, facts.partner)
    recouped = sum(step.recouped for step in steps)
    for account, amount in (("partner_fees_payable", recouped), ("partner_advances", -recouped)):
        yield _line(signed, account, "recoupment", currency, first_on, amount, facts.partner)
    for step in steps:
        if step.write_off is not None:
            document, day = step.write_off.id, step.write_off.effective_on
            for account, amount in (("impairment", step.loss), ("partner_advances", -step.loss)):
                yield _line(document, account, "write_off", currency, day, amount, facts.partner)
    expected = [
        each.facts.minor(each.facts.expected_yearly_fees)
        for each in standing.of_kind(AdvancePaid)
        if each.facts.expected_yearly_fees is not None
    ]
    later = max(steps[-1].left - expected[-1], 0) if steps and expected else 0
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
    found = books(known, revenue)
    yield from found.problems
    month = Month.of(day - timedelta(days=1))
    for standing in found.standings:
        yield from _payment_problems(standing, month)
    openings = [each.facts.on for each in known if isinstance(each.facts, OpeningBalance)]
    for each in known:
        if isinstance(each.facts, PartnerAccountOpened) and not any(each.facts.on < on for on in openings):
            yield (
                f"{each.facts.reference} opens an account at {each.facts.on}, and no opening_balance follows that day"
            )
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
    for step in standing.advance:
        if step.write_off is not None and step.write_off.facts.amount is not None:
            facts = step.write_off.facts
            if step.loss < facts.minor(facts.amount):
                yield (
                    f"{facts.reference} writes off more than the "
                    f"{Money(step.loss, standing.currency)} that is left of the advances of {reference}"
                )
    if standing.of_kind(AdvanceWrittenOff) and not standing.of_kind(AdvancePaid):
        yield f"{standing.of_kind(AdvanceWrittenOff)[0].facts.reference} writes off an advance that was not paid"


def _orphans(known: Sequence[Filed]) -> list[Filed]:
    agreements = agreements_of(known)
    return [
        each
        for each in known
        if isinstance(each.facts, (PartnerAgreementChanged, *PAYMENTS))
        and each.facts.agreement not in agreements
    ]


FAMILY = RevenueFamily(
    name="partner_fees",
    version=policy.POLICY.version,
    kinds=(
        *(PartnerAgreementSigned, PartnerAgreementChanged, UsageReported),
        *(PartnerPaid, DevelopmentFundSpent, AdvancePaid, AdvanceWrittenOff, PartnerAccountOpened),
    ),
    sees=(OpeningBalance,),
    balances=balances,
    active=active,
    problems=problems,
)
