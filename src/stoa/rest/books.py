"""The books through the API: periods, journal and trial balance."""

from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from ninja import Router, Schema

from stoa.kernel.refusals import Invalid
from stoa.kernel.spans import Month
from stoa.ledger import api as ledger
from stoa.rest.access import READERS, RECOGNIZED, asker

router = Router(auth=RECOGNIZED, tags=["books"])


class PeriodState(Schema):
    """A month of the books, with the checks and tie-outs it was closed with; ``state`` is open, soft or closed."""

    month: str
    state: str
    soft_closed_at: datetime | None
    soft_closed_by: str
    closed_at: datetime | None
    closed_by: str
    seal: str
    checks: list[dict[str, Any]]
    tie_outs: dict[str, Any]


class JournalLine(Schema):
    """A posted line; the amount is in minor units, debit positive."""

    entry: str
    entry_on: date
    batch: int
    account: str
    account_name: str
    activity: str
    currency: str
    segment: str
    product: str
    partner: str
    is_late: bool
    belongs_from: date
    belongs_until: date
    amount_minor: int


class AccountBalance(Schema):
    """What an account held before a month, moved in it, and holds after it; minor units, debit positive."""

    account: str
    name: str
    currency: str
    opening_minor: int
    debit_minor: int
    credit_minor: int
    closing_minor: int


@router.get(
    "/periods", response=list[PeriodState], summary="Months of the books", operation_id="list_periods"
)
def list_periods(request: HttpRequest) -> list[PeriodState]:
    """Every month with its state, checks and tie-outs."""
    asker(request, *READERS)
    return [
        PeriodState(
            month=str(row.month),
            state=row.status,
            soft_closed_at=row.soft_closed_at,
            soft_closed_by=row.soft_closed_by,
            closed_at=row.closed_at,
            closed_by=row.closed_by,
            seal=row.seal,
            checks=[dict(check) for check in row.checks],
            tie_outs=dict(row.tie_outs),
        )
        for row in ledger.periods_of(settings.STOA_ENTITY)
    ]


@router.get(
    "/journal", response=list[JournalLine], summary="Posted lines of a month", operation_id="get_journal"
)
def get_journal(request: HttpRequest, period: str, account: str = "") -> list[JournalLine]:
    """The journal of a month, of one account where one is named."""
    asker(request, *READERS)
    return [
        JournalLine(
            entry=line.entry_reference,
            entry_on=line.entry_on,
            batch=line.batch_number,
            account=line.account,
            account_name=line.account_name,
            activity=line.activity,
            currency=line.currency,
            segment=line.segment,
            product=line.product,
            partner=line.partner,
            is_late=line.is_late,
            belongs_from=line.belongs_from,
            belongs_until=line.belongs_until,
            amount_minor=line.amount_minor,
        )
        for line in ledger.lines(
            entity=settings.STOA_ENTITY, month=month_of(period), account=account.replace("\x00", "")
        )
    ]


@router.get(
    "/trial-balance",
    response=list[AccountBalance],
    summary="Trial balance of a month",
    operation_id="get_trial_balance",
)
def get_trial_balance(request: HttpRequest, period: str) -> list[AccountBalance]:
    """Every account that was ever moved, by currency."""
    asker(request, *READERS)
    return [
        AccountBalance(
            account=row.account.code,
            name=row.account.name,
            currency=row.currency,
            opening_minor=row.opening_minor,
            debit_minor=row.debit_minor,
            credit_minor=row.credit_minor,
            closing_minor=row.closing_minor,
        )
        for row in ledger.balances(entity=settings.STOA_ENTITY, month=month_of(period))
    ]


def month_of(text: str) -> Month:
    """The month of ``?period=2025-09``. Raises ``Invalid``."""
    try:
        return Month.parse(text)
    except ValueError as error:
        raise Invalid(str(error), fields={"period": str(error)}) from None
