"""Manual entries and invoices are numbered without gaps; an approval names somebody who holds the role controller."""

import django.db.models.deletion
from django.db import migrations, models

NUMBERS = """
-- Numbers are given in the transaction that files, one filer after another: what is rolled back leaves no gap.
CREATE FUNCTION subledger_number_documents() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    series record;
    wrong record;
BEGIN
    SELECT reference, facts ->> 'approved_by' AS approver INTO wrong FROM arrived
     WHERE kind = 'entry_approved' AND NOT EXISTS (
        SELECT 1 FROM people_user account JOIN people_roleassignment held ON held.user_id = account.id
         WHERE lower(account.email) = lower(arrived.facts ->> 'approved_by') AND held.role = 'controller') LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'document %: % does not hold the role controller', wrong.reference, wrong.approver
            USING ERRCODE = 'restrict_violation';
    END IF;
    FOR series IN SELECT DISTINCT entity, kind FROM arrived WHERE kind IN ('manual_entry', 'invoice_issued')
                   ORDER BY entity, kind LOOP
        PERFORM pg_advisory_xact_lock(7303, hashtext(series.entity || ' ' || series.kind));
        INSERT INTO subledger_documentnumber (document_id, entity, series, number)
        SELECT id, entity, kind,
               row_number() OVER (ORDER BY id) + (SELECT coalesce(max(number), 0) FROM subledger_documentnumber known
                                                   WHERE known.entity = series.entity AND known.series = series.kind)
          FROM arrived WHERE entity = series.entity AND kind = series.kind;
    END LOOP;
    RETURN NULL;
END $$;
CREATE TRIGGER subledger_number_documents AFTER INSERT ON subledger_sourcedocument
    REFERENCING NEW TABLE AS arrived FOR EACH STATEMENT EXECUTE FUNCTION subledger_number_documents();

-- Documents that were filed before are numbered in their order.
INSERT INTO subledger_documentnumber (document_id, entity, series, number)
SELECT id, entity, kind, row_number() OVER (PARTITION BY entity, kind ORDER BY id)
  FROM subledger_sourcedocument WHERE kind IN ('manual_entry', 'invoice_issued');

CREATE TRIGGER subledger_number_is_final BEFORE UPDATE OR DELETE ON subledger_documentnumber
    FOR EACH ROW EXECUTE FUNCTION subledger_refuse_change();
CREATE TRIGGER subledger_number_is_not_truncated BEFORE TRUNCATE ON subledger_documentnumber
    FOR EACH STATEMENT EXECUTE FUNCTION subledger_refuse_change();
CREATE FUNCTION subledger_number_has_no_gap() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF pg_trigger_depth() < 2 THEN
        RAISE EXCEPTION 'numbers are given when a document is filed' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER subledger_number_has_no_gap BEFORE INSERT ON subledger_documentnumber
    FOR EACH ROW EXECUTE FUNCTION subledger_number_has_no_gap();
"""


class Migration(migrations.Migration):
    dependencies = [("subledger", "0005_typed_columns"), ("people", "0003_reviewed_access")]

    operations = [
        migrations.CreateModel(
            name="DocumentNumber",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("entity", models.CharField(max_length=200)),
                ("series", models.CharField(max_length=40)),
                ("number", models.BigIntegerField()),
                (
                    "document",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="subledger.sourcedocument",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("entity", "series", "number"), name="subledger_document_numbered_once"
                    )
                ],
            },
        ),
        migrations.RunSQL(NUMBERS, migrations.RunSQL.noop),
    ]
