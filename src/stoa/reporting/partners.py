"""What partners are owed, step by step: which revenue, less which deductions, at which terms, came to which fee."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from stoa.kernel.money import exponent_of, round_half_up
from stoa.kernel.spans import Month
from stoa.ledger import api as ledger
from stoa.policies.grid import number_text
from stoa.policies.kinds import listed
from stoa.policies.kinds.frame import Filed, MonthRevenue
from stoa.policies.kinds.partner_accounts import MonthFee
from stoa.policies.kinds.partner_payments import AdvancePaid, DevelopmentFundSpent, PartnerPaid
from stoa.policies.kinds.partner_shares import shared
from stoa.policies.kinds.partner_standings import Standing, books
from stoa.policies.registry import ACCOUNT_CODES
from stoa.subledger import api as subledger


@dataclass(frozen=True, slots=True, kw_only=True)
class PartnerRevenue:
    """Revenue of one product that a fee is taken of. ``pool_minor`` is what usage was spread over, else ``None``."""

    segment: str
    product: str
    revenue_minor: int
    pool_minor: int | None
    units: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PartnerFeeRow:
    """One month under one set of terms. Steps are rounded to be read; the fee is of one running total.

    ``counted_before_minor`` is the base that tiers had counted, ``tiers`` are pairs of an amount and the rate above it.
    """

    month: Month
    terms_from: date
    parts: tuple[PartnerRevenue, ...]
    revenue_minor: int
    deductions: tuple[tuple[str, int], ...]
    base_minor: int
    counted_before_minor: int
    tiers: tuple[tuple[int, str], ...]
    fee_minor: int
    fund_minor: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PartnerStatement:
    """How one agreement stands in one currency: fees to date, what was paid and recouped, what is left.

    ``payable_minor`` is owed to the partner; ``advance_minor`` is what later fees still recoup, overpayments included.
    """

    agreement: str
    document: int
    partner: str
    currency: str
    rows: tuple[PartnerFeeRow, ...]
    fee_minor: int
    fund_minor: int
    paid_minor: int
    recouped_minor: int
    lost_minor: int
    payable_minor: int
    advance_minor: int
    fund_left_minor: int


@dataclass(frozen=True, slots=True, kw_only=True)
class UnsharedRevenue:
    """Revenue of a partner that no agreement shares in: none is in force for it, or one is missing."""

    partner: str
    currency: str
    segment: str
    product: str
    revenue_minor: int


def partner_statements(*, entity: str, through: Month, partner: str = "") -> tuple[PartnerStatement, ...]:
    """Return how every agreement stands at the end of a month, of posted revenue; of one partner when named."""
    known = _known(entity, through)
    found = [
        _statement(standing)
        for standing in books(known, _revenue(entity, through)).standings
        if partner in ("", standing.agreement.facts.partner)
    ]
    return tuple(sorted(found, key=lambda each: (each.partner, each.agreement, each.currency)))


def unshared_revenue(*, entity: str, through: Month) -> tuple[UnsharedRevenue, ...]:
    """Return posted revenue that names a partner and that no agreement shares in, to date."""
    known = _known(entity, through)
    left: dict[tuple[str, str, str, str], int] = defaultdict(int)
    revenue = _revenue(entity, through)
    for each in revenue:
        if each.partner:
            left[each.partner, each.currency, each.segment, each.product] += each.amount_minor
    for account in shared(known, revenue).accounts.values():
        for fee in account.fees:
            for part in fee.parts:
                if part.pool_minor is None:
                    key = (account.agreement.facts.partner, account.currency, part.segment, part.product)
                    left[key] -= part.amount_minor
    return tuple(
        UnsharedRevenue(
            partner=partner, currency=currency, segment=segment, product=product, revenue_minor=amount
        )
        for (partner, currency, segment, product), amount in sorted(left.items())
        if amount
    )


def _known(entity: str, through: Month) -> list[Filed]:
    documents = subledger.filed_through(entity=entity, month=through)
    return listed.known_to(documents, "partner_fees", through.end_on)


def _revenue(entity: str, through: Month) -> list[MonthRevenue]:
    return [
        MonthRevenue(
            row.month, row.currency, row.segment, row.product, row.partner, row.is_late, -row.amount_minor
        )
        for row in ledger.sums(entity=entity, through=through, account=ACCOUNT_CODES["revenue"])
    ]


def _statement(standing: Standing) -> PartnerStatement:
    account = standing.account
    months = account.by_month
    fee = sum(fee for fee, _ in months.values())
    fund = standing.fund()
    paid, spent = standing.total(PartnerPaid), standing.total(DevelopmentFundSpent)
    advance = standing.advance
    recouped, lost = sum(row.recouped for row in advance), sum(row.loss for row in advance)
    owed = standing.owed()
    return PartnerStatement(
        agreement=standing.agreement.facts.reference,
        document=standing.agreement.signed.id,
        partner=standing.agreement.facts.partner,
        currency=standing.currency,
        rows=tuple(_row(each, standing.currency) for each in account.fees),
        fee_minor=fee,
        fund_minor=fund,
        paid_minor=paid,
        recouped_minor=recouped,
        lost_minor=lost,
        payable_minor=max(owed - paid, 0),
        advance_minor=standing.total(AdvancePaid)
        - recouped
        - lost
        + max(paid - owed, 0)
        + max(spent - fund, 0),
        fund_left_minor=max(fund - spent, 0),
    )


def _row(each: MonthFee, currency: str) -> PartnerFeeRow:
    steps = each.steps

    def minor(amount: Fraction) -> int:
        return round_half_up(amount * 10 ** exponent_of(currency))

    return PartnerFeeRow(
        month=each.month,
        terms_from=steps.term.starts_on,
        parts=tuple(
            PartnerRevenue(
                segment=part.segment,
                product=part.product,
                revenue_minor=part.amount_minor,
                pool_minor=part.pool_minor,
                units=number_text(part.units),
            )
            for part in each.parts
        ),
        revenue_minor=minor(steps.revenue.amount),
        deductions=tuple((name, minor(taken)) for name, taken in steps.deducted),
        base_minor=minor(steps.base),
        counted_before_minor=minor(steps.counted_before),
        tiers=tuple((minor(tier.above), number_text(tier.rate)) for tier in steps.term.tiers),
        fee_minor=minor(steps.fee),
        fund_minor=minor(steps.fund),
    )
