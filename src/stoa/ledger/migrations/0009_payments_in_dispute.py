"""An account for money that a payment processor holds back while a learner's bank disputes the payment."""

from django.db import migrations


def write_account(apps, schema_editor):
    apps.get_model("ledger", "LedgerAccount").objects.create(
        code="1055",
        name="Payments in dispute",
        type="asset",
        normal_side="debit",
        statement_line="Prepaid expenses and other",
        is_control=True,
    )


class Migration(migrations.Migration):
    dependencies = [("ledger", "0008_reopening_promises")]

    operations = [migrations.RunPython(write_account, migrations.RunPython.noop)]
