"""The trial balance: every account's opening, movement and closing."""

from stoa.kernel.spans import Month
from stoa.ledger import api as ledger
from stoa.reporting.data import TrialBalance, TrialBalanceRow


def trial_balance(*, entity: str, month: Month, currency: str = "USD") -> TrialBalance:
    """Return every account's opening, movement and closing. One query."""
    rows = tuple(
        TrialBalanceRow(
            row.account.code,
            row.account.name,
            row.account.type,
            row.opening_minor,
            row.debit_minor,
            row.credit_minor,
            row.closing_minor,
        )
        for row in ledger.balances(entity=entity, month=month)
        if row.currency == currency
    )
    return TrialBalance(
        entity,
        month,
        currency,
        rows,
        debit_minor=sum(row.debit_minor for row in rows),
        credit_minor=sum(row.credit_minor for row in rows),
        closing_debit_minor=sum(max(row.closing_minor, 0) for row in rows),
        closing_credit_minor=sum(max(-row.closing_minor, 0) for row in rows),
    )
