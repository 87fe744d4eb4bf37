"""Accounts for the cost of stock awards, by function."""

from django.db import migrations

CHART = [
    # code, name, type, normal side, statement line, control account of the subledger
    ("5400", "Stock compensation in cost of revenue", "expense", "debit", "Cost of revenue", True),
    ("6020", "Stock compensation in research", "expense", "debit", "Research and development", True),
    ("6130", "Stock compensation in sales", "expense", "debit", "Sales and marketing", True),
    ("6220", "Stock compensation in administration", "expense", "debit", "General and administrative", True),
]


def write_chart(apps, schema_editor):
    account = apps.get_model("ledger", "LedgerAccount")
    account.objects.bulk_create(
        account(code=code, name=name, type=kind, normal_side=side, statement_line=line, is_control=control)
        for code, name, kind, side, line, control in CHART
    )


class Migration(migrations.Migration):
    dependencies = [("ledger", "0004_accounts_keep_their_place")]

    operations = [migrations.RunPython(write_chart, migrations.RunPython.noop)]
