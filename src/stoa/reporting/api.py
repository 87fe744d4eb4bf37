"""The door of reporting."""

from stoa.reporting.data import (
    RevenueReport,
    RevenueRow,
    RollForward,
    RollForwardRow,
    Schedule,
    SchedulePeriod,
    Statement,
    StatementLine,
    TrialBalance,
    TrialBalanceRow,
)
from stoa.reporting.export import beancount, csv_lines, json_document
from stoa.reporting.revenue import deferred_by_month, deferred_revenue, revenue, revenue_by_month
from stoa.reporting.schedule import schedule_of
from stoa.reporting.statements import balance_sheet, currencies, income_statement, trial_balance

__all__ = [
    "RevenueReport",
    "RevenueRow",
    "RollForward",
    "RollForwardRow",
    "Schedule",
    "SchedulePeriod",
    "Statement",
    "StatementLine",
    "TrialBalance",
    "TrialBalanceRow",
    "balance_sheet",
    "beancount",
    "csv_lines",
    "currencies",
    "deferred_by_month",
    "deferred_revenue",
    "income_statement",
    "json_document",
    "revenue",
    "revenue_by_month",
    "schedule_of",
    "trial_balance",
]
