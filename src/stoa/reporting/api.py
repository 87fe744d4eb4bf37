"""The door of reporting."""

from stoa.reporting.amounts import words as amount_words
from stoa.reporting.as_html import as_html, made_words
from stoa.reporting.as_rows import as_csv, as_json
from stoa.reporting.as_text import as_text
from stoa.reporting.as_xlsx import as_xlsx
from stoa.reporting.consolidated import consolidated
from stoa.reporting.data import (
    RevenueReport,
    RevenueRow,
    RollForward,
    RollForwardRow,
    Schedule,
    SchedulePeriod,
    SegmentMargin,
    TrialBalance,
    TrialBalanceRow,
)
from stoa.reporting.export import beancount, csv_lines, json_document
from stoa.reporting.group import RateMissing
from stoa.reporting.package import statements
from stoa.reporting.partners import (
    PartnerFeeRow,
    PartnerRevenue,
    PartnerStatement,
    UnsharedRevenue,
    partner_statements,
    unshared_revenue,
)
from stoa.reporting.plots import plot_of
from stoa.reporting.revenue import (
    deferred_by_month,
    deferred_revenue,
    margin_by_month,
    revenue,
    revenue_by_month,
)
from stoa.reporting.schedule import schedule_of
from stoa.reporting.tables import (
    COUNT,
    HEADING,
    LINE,
    MEMO,
    MONEY,
    PERCENT,
    SHARE_AMOUNT,
    SUM,
    TOTAL,
    YEARS,
    Column,
    Line,
    Statements,
    Table,
    Tie,
)
from stoa.reporting.ties import ties
from stoa.reporting.trial_balance import trial_balance

__all__ = [
    "COUNT",
    "HEADING",
    "LINE",
    "MEMO",
    "MONEY",
    "PERCENT",
    "SHARE_AMOUNT",
    "SUM",
    "TOTAL",
    "YEARS",
    "Column",
    "Line",
    "PartnerFeeRow",
    "PartnerRevenue",
    "PartnerStatement",
    "RateMissing",
    "RevenueReport",
    "RevenueRow",
    "RollForward",
    "RollForwardRow",
    "Schedule",
    "SchedulePeriod",
    "SegmentMargin",
    "Statements",
    "Table",
    "Tie",
    "TrialBalance",
    "TrialBalanceRow",
    "UnsharedRevenue",
    "amount_words",
    "as_csv",
    "as_html",
    "as_json",
    "as_text",
    "as_xlsx",
    "beancount",
    "consolidated",
    "csv_lines",
    "deferred_by_month",
    "deferred_revenue",
    "json_document",
    "made_words",
    "margin_by_month",
    "partner_statements",
    "plot_of",
    "revenue",
    "revenue_by_month",
    "schedule_of",
    "statements",
    "ties",
    "trial_balance",
    "unshared_revenue",
]
