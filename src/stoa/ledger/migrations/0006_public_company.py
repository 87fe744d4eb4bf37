"""The accounts of a public company: securities, leases, intangibles, partner balances, taxes, equity, entities."""

from django.db import migrations

CHART = [
    # code, name, type, normal side, statement line, control account of the subledger
    ("1005", "Money-market funds", "asset", "debit", "Cash and cash equivalents", True),
    ("1010", "Restricted cash", "asset", "debit", "Restricted cash", False),
    ("1060", "Marketable securities, at amortized cost", "asset", "debit", "Marketable securities", True),
    ("1065", "Marketable securities, unrealized", "asset", "debit", "Marketable securities", True),
    ("1069", "Credit losses on securities, allowance", "asset", "credit", "Marketable securities", True),
    ("1120", "Credit losses on receivables, allowance", "asset", "credit", "Accounts receivable", True),
    ("1210", "Deferred offering costs", "asset", "debit", "Prepaid expenses and other", True),
    ("1220", "Deferred partner fees, current", "asset", "debit", "Deferred partner fees, current", True),
    ("1230", "Partner advances, current", "asset", "debit", "Partner advances, current", True),
    ("1240", "Interest receivable", "asset", "debit", "Prepaid expenses and other", True),
    ("1250", "Income taxes receivable", "asset", "debit", "Prepaid expenses and other", False),
    (
        "1320",
        "Deferred partner fees, non-current",
        "asset",
        "debit",
        "Deferred partner fees, non-current",
        True,
    ),
    ("1330", "Partner advances, non-current", "asset", "debit", "Partner advances, non-current", True),
    ("1350", "Deferred tax assets", "asset", "debit", "Deferred tax assets, net", True),
    ("1355", "Deferred tax valuation allowance", "asset", "credit", "Deferred tax assets, net", True),
    (
        "1360",
        "Operating lease right-of-use assets",
        "asset",
        "debit",
        "Operating lease right-of-use assets",
        True,
    ),
    ("1540", "Intangible assets", "asset", "debit", "Intangible assets, at cost", True),
    (
        "1550",
        "Accumulated intangible amortization",
        "asset",
        "credit",
        "Accumulated intangible amortization",
        True,
    ),
    ("1560", "Software in development", "asset", "debit", "Internal-use software, at cost", True),
    ("1700", "Due from group companies", "asset", "debit", "Due from group companies", True),
    ("1710", "Investment in subsidiaries", "asset", "debit", "Investment in subsidiaries", False),
    ("2005", "Partner fees payable", "liability", "credit", "Educator partners payable", True),
    ("2015", "Development funds", "liability", "credit", "Accrued expenses and other", True),
    ("2025", "Refund liability", "liability", "credit", "Accrued expenses and other", True),
    ("2030", "Purchase plan withholdings", "liability", "credit", "Accrued compensation", True),
    (
        "2040",
        "Operating lease liabilities, current",
        "liability",
        "credit",
        "Operating lease liabilities, current",
        True,
    ),
    ("2060", "Customer deposits", "liability", "credit", "Customer deposits", True),
    ("2080", "Early-exercised shares", "liability", "credit", "Accrued expenses and other", True),
    (
        "2140",
        "Operating lease liabilities, non-current",
        "liability",
        "credit",
        "Operating lease liabilities, non-current",
        True,
    ),
    ("2150", "Uncertain tax positions", "liability", "credit", "Uncertain tax positions, non-current", True),
    (
        "2160",
        "Deferred tax liabilities",
        "liability",
        "credit",
        "Deferred tax liabilities, non-current",
        True,
    ),
    ("2700", "Due to group companies", "liability", "credit", "Due to group companies", True),
    ("3020", "Treasury stock", "equity", "debit", "Treasury stock", True),
    (
        "3040",
        "Unrealized gains and losses on securities",
        "equity",
        "credit",
        "Accumulated other comprehensive income",
        True,
    ),
    (
        "3050",
        "Cumulative translation adjustment",
        "equity",
        "credit",
        "Accumulated other comprehensive income",
        True,
    ),
    ("5020", "Amortization of deferred partner fees", "expense", "debit", "Cost of revenue", True),
    ("5320", "Amortization of intangibles in cost of revenue", "expense", "debit", "Cost of revenue", True),
    ("5500", "Lease cost in cost of revenue", "expense", "debit", "Cost of revenue", True),
    ("6030", "Amortization of intangibles in research", "expense", "debit", "Research and development", True),
    ("6040", "Lease cost in research and development", "expense", "debit", "Research and development", True),
    ("6140", "Partner development funds", "expense", "debit", "Sales and marketing", True),
    ("6150", "Lease cost in sales and marketing", "expense", "debit", "Sales and marketing", True),
    ("6230", "Provision for credit losses", "expense", "debit", "General and administrative", True),
    (
        "6240",
        "Lease cost in general and administrative",
        "expense",
        "debit",
        "General and administrative",
        True,
    ),
    ("6250", "Impairment of long-lived assets", "expense", "debit", "Impairment of long-lived assets", True),
    ("6300", "Restructuring", "expense", "debit", "Restructuring", False),
    ("7010", "Realized loss (gain) on securities", "expense", "debit", "Interest and other", True),
    ("7020", "Credit losses on securities", "expense", "debit", "Interest and other", True),
    ("7300", "Foreign exchange loss (gain)", "expense", "debit", "Interest and other", True),
    ("8010", "Deferred income tax expense", "expense", "debit", "Income tax", True),
]


def write_chart(apps, schema_editor):
    account = apps.get_model("ledger", "LedgerAccount")
    account.objects.bulk_create(
        account(code=code, name=name, type=kind, normal_side=side, statement_line=line, is_control=control)
        for code, name, kind, side, line, control in CHART
    )


class Migration(migrations.Migration):
    dependencies = [("ledger", "0005_stock_compensation")]

    operations = [migrations.RunPython(write_chart, migrations.RunPython.noop)]
