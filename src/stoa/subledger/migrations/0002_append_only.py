"""Source documents are appended and never changed, and never count in a month that was locked before they came."""

from django.db import migrations

APPEND_ONLY = """
CREATE FUNCTION subledger_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'source documents are never changed: % is refused; file a correcting document', TG_OP
        USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER subledger_document_is_final BEFORE UPDATE OR DELETE ON subledger_sourcedocument
    FOR EACH ROW EXECUTE FUNCTION subledger_refuse_change();
CREATE TRIGGER subledger_document_is_not_truncated BEFORE TRUNCATE ON subledger_sourcedocument
    FOR EACH STATEMENT EXECUTE FUNCTION subledger_refuse_change();

CREATE FUNCTION subledger_counts_in_an_open_month() RETURNS trigger LANGUAGE plpgsql AS $$
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
    RETURN NULL;
END $$;
CREATE TRIGGER subledger_counts_in_an_open_month AFTER INSERT ON subledger_sourcedocument
    REFERENCING NEW TABLE AS arrived FOR EACH STATEMENT EXECUTE FUNCTION subledger_counts_in_an_open_month();
"""


class Migration(migrations.Migration):
    dependencies = [("subledger", "0001_initial"), ("ledger", "0002_promises")]

    operations = [migrations.RunSQL(APPEND_ONLY, migrations.RunSQL.noop)]
