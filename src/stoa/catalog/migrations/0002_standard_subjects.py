"""A new installation starts with subjects; an operator may rename them or add others."""

from django.db import migrations

from stoa.catalog.data import STANDARD_SUBJECTS


def add_subjects(apps, schema_editor):
    subject = apps.get_model("catalog", "Subject")
    subject.objects.bulk_create(
        [subject(slug=slug, name=name, hue=hue) for slug, name, hue in STANDARD_SUBJECTS],
        ignore_conflicts=True,
    )


class Migration(migrations.Migration):
    dependencies = [("catalog", "0001_initial")]

    operations = [migrations.RunPython(add_subjects, migrations.RunPython.noop)]
