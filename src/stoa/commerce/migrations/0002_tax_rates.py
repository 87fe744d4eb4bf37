"""The tax rates that Stoa starts with: standard rates on electronically supplied education."""

from datetime import date
from decimal import Decimal

from django.db import migrations

LONG_AGO = date(2020, 1, 1)
#: country, label, rate in percent, whether shown prices include it, first day
RATES = [
    ("", "Tax", "0", False, LONG_AGO),
    ("US", "Sales tax", "0", False, LONG_AGO),
    ("CA", "GST", "5", False, LONG_AGO),
    ("IN", "GST", "18", False, LONG_AGO),
    ("SG", "GST", "7", False, LONG_AGO),
    ("SG", "GST", "8", False, date(2023, 1, 1)),
    ("SG", "GST", "9", False, date(2024, 1, 1)),
    ("AT", "VAT", "20", True, LONG_AGO),
    ("AU", "GST", "10", True, LONG_AGO),
    ("BE", "VAT", "21", True, LONG_AGO),
    ("CH", "VAT", "7.7", True, LONG_AGO),
    ("CH", "VAT", "8.1", True, date(2024, 1, 1)),
    ("DE", "VAT", "19", True, LONG_AGO),
    ("ES", "VAT", "21", True, LONG_AGO),
    ("FR", "VAT", "20", True, LONG_AGO),
    ("GB", "VAT", "20", True, LONG_AGO),
    ("IE", "VAT", "23", True, LONG_AGO),
    ("IT", "VAT", "22", True, LONG_AGO),
    ("JP", "Consumption tax", "10", True, LONG_AGO),
    ("KE", "VAT", "16", True, LONG_AGO),
    ("MX", "VAT", "16", True, LONG_AGO),
    ("NL", "VAT", "21", True, LONG_AGO),
    ("NO", "VAT", "25", True, LONG_AGO),
    ("NZ", "GST", "15", True, LONG_AGO),
    ("PL", "VAT", "23", True, LONG_AGO),
    ("PT", "VAT", "23", True, LONG_AGO),
    ("SE", "VAT", "25", True, LONG_AGO),
    ("ZA", "VAT", "15", True, LONG_AGO),
]


def seed(apps, schema_editor):
    TaxRate = apps.get_model("commerce", "TaxRate")
    TaxRate.objects.bulk_create(
        TaxRate(
            country=country, label=label, rate=Decimal(percent) / 100, is_inclusive=inclusive, starts_on=day
        )
        for country, label, percent, inclusive, day in RATES
    )


class Migration(migrations.Migration):
    dependencies = [("commerce", "0001_initial")]

    operations = [migrations.RunPython(seed, migrations.RunPython.noop)]
