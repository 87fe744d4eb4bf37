"""What the database promises about soft closes and reopenings; see docs/decisions/0125 and 0126."""

from django.db import migrations

PROMISES = """
-- The records are appended and never changed.
CREATE TRIGGER ledger_reopening_request_is_final BEFORE UPDATE OR DELETE ON ledger_reopeningrequest
    FOR EACH ROW EXECUTE FUNCTION ledger_refuse_change();
CREATE TRIGGER ledger_reopening_request_is_not_truncated BEFORE TRUNCATE ON ledger_reopeningrequest
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change();
CREATE TRIGGER ledger_reopening_is_final BEFORE UPDATE OR DELETE ON ledger_periodreopening
    FOR EACH ROW EXECUTE FUNCTION ledger_refuse_change();
CREATE TRIGGER ledger_reopening_is_not_truncated BEFORE TRUNCATE ON ledger_periodreopening
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change();
CREATE TRIGGER ledger_adjustment_is_final BEFORE UPDATE OR DELETE ON ledger_adjustmentpermit
    FOR EACH ROW EXECUTE FUNCTION ledger_refuse_change();
CREATE TRIGGER ledger_adjustment_is_not_truncated BEFORE TRUNCATE ON ledger_adjustmentpermit
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change();

CREATE FUNCTION ledger_require_controller(person bigint) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM people_roleassignment held
                     JOIN people_user account ON account.id = held.user_id AND account.is_active
                    WHERE held.user_id = person AND held.role = 'controller') THEN
        RAISE EXCEPTION 'person % does not hold the role controller', person USING ERRCODE = 'restrict_violation';
    END IF;
END $$;

-- Asking: by a controller, for a month that is locked, under the seal it has.
CREATE FUNCTION ledger_reopening_is_asked() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    period record;
BEGIN
    SELECT status, seal, month INTO period FROM ledger_fiscalperiod WHERE id = NEW.period_id FOR SHARE;
    IF period.status <> 'closed' OR period.seal <> NEW.seal THEN
        RAISE EXCEPTION 'period % is not locked under this seal', period.month USING ERRCODE = 'restrict_violation';
    END IF;
    PERFORM ledger_require_controller(NEW.requested_by_id);
    RETURN NEW;
END $$;
CREATE TRIGGER ledger_reopening_is_asked BEFORE INSERT ON ledger_reopeningrequest
    FOR EACH ROW EXECUTE FUNCTION ledger_reopening_is_asked();

-- Approving: by another controller, while the seal is the one that was asked about, and no later month is locked.
-- The record takes the old seal from the month itself, and the month opens with it: neither is there without the other.
CREATE FUNCTION ledger_reopening_is_approved() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    asked record;
    period record;
BEGIN
    SELECT * INTO asked FROM ledger_reopeningrequest WHERE id = NEW.request_id;
    SELECT * INTO period FROM ledger_fiscalperiod WHERE id = asked.period_id FOR UPDATE;
    IF period.status <> 'closed' OR period.seal <> asked.seal THEN
        RAISE EXCEPTION 'period % is not locked under the seal that was asked about', period.month
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF EXISTS (SELECT 1 FROM ledger_fiscalperiod later
                WHERE later.entity = period.entity AND later.month > period.month AND later.status = 'closed') THEN
        RAISE EXCEPTION 'a later period than % is locked', period.month USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.approved_by_id = asked.requested_by_id THEN
        RAISE EXCEPTION 'reopening needs two people' USING ERRCODE = 'restrict_violation';
    END IF;
    PERFORM ledger_require_controller(asked.requested_by_id);
    PERFORM ledger_require_controller(NEW.approved_by_id);
    NEW.period_id := period.id;
    NEW.seal := period.seal;
    NEW.closed_at := period.closed_at;
    NEW.closed_by := period.closed_by;
    NEW.checks := period.checks;
    NEW.tie_outs := period.tie_outs;
    NEW.head := coalesce((SELECT batch.hash FROM ledger_postingbatch batch
                            JOIN ledger_fiscalperiod of_batch ON of_batch.id = batch.period_id
                           WHERE batch.entity = period.entity AND of_batch.month <= period.month
                           ORDER BY batch.number DESC LIMIT 1), '');
    NEW.permit_count := (SELECT count(*) FROM ledger_adjustmentpermit permit WHERE permit.period_id = period.id);
    NEW.transaction_id := pg_current_xact_id()::text::bigint;
    RETURN NEW;
END $$;
CREATE TRIGGER ledger_reopening_is_approved BEFORE INSERT ON ledger_periodreopening
    FOR EACH ROW EXECUTE FUNCTION ledger_reopening_is_approved();

CREATE FUNCTION ledger_reopening_opens() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE ledger_fiscalperiod
       SET status = 'soft', seal = '', closed_at = NULL, closed_by = '', checks = '[]', tie_outs = '{}',
           soft_closed_at = coalesce(soft_closed_at, NEW.closed_at),
           soft_closed_by = CASE WHEN soft_closed_at IS NULL THEN NEW.closed_by ELSE soft_closed_by END
     WHERE id = NEW.period_id;
    RETURN NULL;
END $$;
CREATE TRIGGER ledger_reopening_opens AFTER INSERT ON ledger_periodreopening
    FOR EACH ROW EXECUTE FUNCTION ledger_reopening_opens();

-- An adjustment is allowed by a controller, in a soft closed month.
CREATE FUNCTION ledger_adjustment_is_allowed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    period record;
BEGIN
    SELECT status, month INTO period FROM ledger_fiscalperiod WHERE id = NEW.period_id FOR SHARE;
    IF period.status <> 'soft' THEN
        RAISE EXCEPTION 'period % is not soft closed', period.month USING ERRCODE = 'restrict_violation';
    END IF;
    PERFORM ledger_require_controller(NEW.allowed_by_id);
    RETURN NEW;
END $$;
CREATE TRIGGER ledger_adjustment_is_allowed BEFORE INSERT ON ledger_adjustmentpermit
    FOR EACH ROW EXECUTE FUNCTION ledger_adjustment_is_allowed();

-- A period begins open, is soft closed and locked in order, and never moves or disappears. A locked one opens only
-- by a reopening of the same transaction, under its own seal, and then only as far as soft closed.
CREATE OR REPLACE FUNCTION ledger_period_only_closes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        IF OLD.status <> 'open' OR EXISTS (SELECT 1 FROM ledger_postingbatch WHERE period_id = OLD.id) THEN
            RAISE EXCEPTION 'period % of % is part of the books', OLD.month, OLD.entity USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN OLD;
    END IF;
    IF TG_OP = 'INSERT' THEN
        IF NEW.status <> 'open' THEN
            RAISE EXCEPTION 'a period begins open' USING ERRCODE = 'restrict_violation';
        END IF;
        IF EXISTS (SELECT 1 FROM ledger_fiscalperiod later
                    WHERE later.entity = NEW.entity AND later.month >= NEW.month AND later.status <> 'open') THEN
            RAISE EXCEPTION 'period % lies before a closed one', NEW.month USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN NEW;
    END IF;
    IF (NEW.id, NEW.entity, NEW.month) IS DISTINCT FROM (OLD.id, OLD.entity, OLD.month) THEN
        RAISE EXCEPTION 'a period keeps its month and entity' USING ERRCODE = 'restrict_violation';
    END IF;
    IF OLD.status = 'closed' AND NOT (NEW.status = 'soft' AND EXISTS (
        SELECT 1 FROM ledger_periodreopening record
         WHERE record.period_id = OLD.id AND record.seal = OLD.seal
           AND record.transaction_id = pg_current_xact_id()::text::bigint)) THEN
        RAISE EXCEPTION 'period % of % is locked; only two people open it again, by a record', OLD.month, OLD.entity
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF OLD.status = 'soft' AND NEW.status = 'open' THEN
        RAISE EXCEPTION 'period % is soft closed; allow an adjustment by name', OLD.month
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.status = 'closed' AND EXISTS (
        SELECT 1 FROM ledger_fiscalperiod earlier
         WHERE earlier.entity = NEW.entity AND earlier.month < NEW.month AND earlier.status <> 'closed') THEN
        RAISE EXCEPTION 'an earlier period than % is still open', NEW.month USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.status = 'soft' AND EXISTS (
        SELECT 1 FROM ledger_fiscalperiod earlier
         WHERE earlier.entity = NEW.entity AND earlier.month < NEW.month AND earlier.status = 'open') THEN
        RAISE EXCEPTION 'an earlier period than % is still open', NEW.month USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

-- Batches of an entity are numbered without gaps.
CREATE FUNCTION ledger_batch_has_no_gap() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.number <> 1 + coalesce((SELECT max(number) FROM ledger_postingbatch WHERE entity = NEW.entity), 0) THEN
        RAISE EXCEPTION 'batch % would leave a gap', NEW.number USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER ledger_batch_has_no_gap BEFORE INSERT ON ledger_postingbatch
    FOR EACH ROW EXECUTE FUNCTION ledger_batch_has_no_gap();
"""


class Migration(migrations.Migration):
    dependencies = [("ledger", "0007_soft_close_and_reopening"), ("people", "0002_roles_in_use")]

    operations = [migrations.RunSQL(PROMISES, migrations.RunSQL.noop)]
