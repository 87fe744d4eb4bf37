"""What policies in SQL read of a document gets columns of its own, so that reading a million of them is a plain copy."""

from django.db import migrations, models

_KINDS = (
    *("receipt", "refund_paid", "credit_sold", "credit_refunded"),
    *("dispute_opened", "dispute_won", "dispute_lost"),
)

MOVE_FACTS = """
SET CONSTRAINTS ALL IMMEDIATE;
ALTER TABLE subledger_sourcedocument DISABLE TRIGGER subledger_document_is_final;
UPDATE subledger_sourcedocument SET
    start_on = (facts ->> 'start_on')::date, end_on = (facts ->> 'end_on')::date,
    price_minor = (facts ->> 'price_minor')::bigint, tax_minor = (facts ->> 'tax_minor')::bigint,
    fee_minor = (facts ->> 'processing_fee_minor')::bigint, credit_minor = 0,
    facts = (facts - ARRAY['received_at', 'price_minor', 'tax_minor', 'processing_fee_minor', 'start_on', 'end_on'])
        - CASE WHEN facts ->> 'tax_jurisdiction' = '' THEN 'tax_jurisdiction' ELSE '' END
        - CASE WHEN facts ->> 'access_granted_at' = facts ->> 'received_at' THEN 'access_granted_at' ELSE '' END
 WHERE kind = 'receipt';
UPDATE subledger_sourcedocument SET
    end_on = (facts ->> 'access_ended_on')::date,
    price_minor = (facts ->> 'price_minor')::bigint, tax_minor = (facts ->> 'tax_minor')::bigint,
    fee_minor = (facts ->> 'processing_fee_returned_minor')::bigint, credit_minor = 0, facts = '{}'
 WHERE kind = 'refund_paid';
ALTER TABLE subledger_sourcedocument ENABLE TRIGGER subledger_document_is_final;
"""


class Migration(migrations.Migration):
    dependencies = [("subledger", "0004_soft_closed_months")]

    operations = [
        migrations.AddField("sourcedocument", "gateway", models.CharField(db_default="", max_length=200)),
        *(
            migrations.AddField("sourcedocument", name, models.DateField(null=True))
            for name in ("start_on", "end_on")
        ),
        *(
            migrations.AddField("sourcedocument", name, models.BigIntegerField(null=True))
            for name in ("price_minor", "tax_minor", "fee_minor", "credit_minor")
        ),
        migrations.RunSQL(MOVE_FACTS, migrations.RunSQL.noop),
        migrations.RemoveIndex("sourcedocument", "subledger_document_contract"),
        migrations.AddIndex(
            "sourcedocument",
            models.Index(
                fields=["contract"],
                condition=models.Q(("kind", "receipt"), _negated=True),
                name="subledger_document_contract",
            ),
        ),
        migrations.RemoveIndex("sourcedocument", "subledger_document_few"),
        migrations.AddIndex(
            "sourcedocument",
            models.Index(
                fields=["entity", "counts_from"],
                condition=models.Q(("kind__in", _KINDS), _negated=True),
                name="subledger_document_few",
            ),
        ),
    ]
