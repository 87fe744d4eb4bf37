"""In a soft closed month only documents count that a controller allowed by name."""

from django.db import migrations

COUNTING = """
CREATE OR REPLACE FUNCTION subledger_counts_in_an_open_month() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    wrong record;
BEGIN
    -- The same lock that filing takes and a close excludes: also for who comes by plain SQL.
    PERFORM pg_advisory_xact_lock_shared(7302, hashtext(entity)) FROM (SELECT DISTINCT entity FROM arrived) AS entities;
    SELECT reference, counts_from INTO wrong FROM arrived
     WHERE counts_from < date_trunc('month', effective_on)::date LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'document % counts before it happens', wrong.reference USING ERRCODE = 'check_violation';
    END IF;
    SELECT arrived.reference, arrived.counts_from INTO wrong
      FROM arrived
      JOIN (SELECT entity, max(month) AS month FROM ledger_fiscalperiod WHERE status = 'closed' GROUP BY entity) locked
        ON locked.entity = arrived.entity
     WHERE arrived.counts_from <= locked.month LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'document % counts in %, which is locked', wrong.reference, to_char(wrong.counts_from, 'YYYY-MM')
            USING ERRCODE = 'restrict_violation';
    END IF;
    SELECT arrived.reference, arrived.counts_from INTO wrong
      FROM arrived
      JOIN (SELECT entity, max(month) AS month FROM ledger_fiscalperiod WHERE status = 'soft' GROUP BY entity) closing
        ON closing.entity = arrived.entity
     WHERE arrived.counts_from <= closing.month
       AND NOT EXISTS (SELECT 1 FROM ledger_adjustmentpermit permit
                         JOIN ledger_fiscalperiod period ON period.id = permit.period_id
                        WHERE permit.reference = arrived.reference AND period.entity = arrived.entity
                          AND period.month = arrived.counts_from) LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'document % counts in %, which is soft closed, and no controller allowed it', wrong.reference,
            to_char(wrong.counts_from, 'YYYY-MM') USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NULL;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("subledger", "0003_the_few"), ("ledger", "0008_reopening_promises")]

    operations = [migrations.RunSQL(COUNTING, migrations.RunSQL.noop)]
