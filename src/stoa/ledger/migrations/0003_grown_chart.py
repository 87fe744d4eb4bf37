"""The accounts of a whole company: receivables, contract costs, assets, payables, functions of expense."""

from django.db import migrations

CHART = [
    # code, name, type, normal side, statement line, control account of the subledger
    ("1100", "Accounts receivable", "asset", "debit", "Accounts receivable", True),
    ("1150", "Contract assets", "asset", "debit", "Contract assets (unbilled)", True),
    ("1200", "Prepaid expenses", "asset", "debit", "Prepaid expenses and other", False),
    ("1300", "Deferred commissions, current", "asset", "debit", "Deferred commissions, current", True),
    (
        "1310",
        "Deferred commissions, non-current",
        "asset",
        "debit",
        "Deferred commissions, non-current",
        True,
    ),
    ("1500", "Property and equipment", "asset", "debit", "Property and equipment, at cost", True),
    ("1510", "Accumulated depreciation", "asset", "credit", "Accumulated depreciation", True),
    ("1520", "Internal-use software", "asset", "debit", "Internal-use software, at cost", True),
    (
        "1530",
        "Accumulated software amortization",
        "asset",
        "credit",
        "Accumulated software amortization",
        True,
    ),
    ("2000", "Accounts payable", "liability", "credit", "Accounts payable", False),
    ("2010", "Accrued compensation", "liability", "credit", "Accrued compensation", False),
    ("2020", "Accrued expenses", "liability", "credit", "Accrued expenses and other", False),
    ("2050", "Income taxes payable", "liability", "credit", "Income taxes payable", False),
    ("3010", "Additional paid-in capital", "equity", "credit", "Additional paid-in capital", False),
    ("5000", "Partner fees", "expense", "debit", "Cost of revenue", False),
    ("5200", "Hosting and support", "expense", "debit", "Cost of revenue", False),
    ("5300", "Depreciation in cost of revenue", "expense", "debit", "Cost of revenue", True),
    ("6000", "Research and development", "expense", "debit", "Research and development", False),
    (
        "6010",
        "Depreciation in research and development",
        "expense",
        "debit",
        "Research and development",
        True,
    ),
    ("6100", "Sales and marketing", "expense", "debit", "Sales and marketing", False),
    ("6110", "Amortization of commissions", "expense", "debit", "Sales and marketing", True),
    ("6120", "Depreciation in sales and marketing", "expense", "debit", "Sales and marketing", True),
    ("6200", "General and administrative", "expense", "debit", "General and administrative", False),
    (
        "6210",
        "Depreciation in general and administrative",
        "expense",
        "debit",
        "General and administrative",
        True,
    ),
    ("7000", "Interest income", "expense", "credit", "Interest and other", False),
    ("7100", "Interest expense", "expense", "debit", "Interest and other", False),
    ("7200", "Loss (gain) on disposal of assets", "expense", "debit", "Interest and other", True),
    ("8000", "Income tax expense", "expense", "debit", "Income tax", False),
]


def write_chart(apps, schema_editor):
    account = apps.get_model("ledger", "LedgerAccount")
    account.objects.bulk_create(
        account(code=code, name=name, type=kind, normal_side=side, statement_line=line, is_control=control)
        for code, name, kind, side, line, control in CHART
    )


class Migration(migrations.Migration):
    dependencies = [("ledger", "0002_promises")]

    operations = [migrations.RunPython(write_chart, migrations.RunPython.noop)]
