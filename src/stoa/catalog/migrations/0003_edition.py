from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("catalog", "0002_standard_subjects")]

    operations = [
        migrations.CreateModel(
            name="Edition",
            fields=[
                (
                    "only",
                    models.BooleanField(default=True, editable=False, primary_key=True, serialize=False),
                ),
                ("stamp", models.UUIDField()),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("only", True)), name="catalog_edition_single_row"
                    )
                ],
            },
        ),
    ]
