"""What the database itself promises about the books, and the chart of accounts that every set of books begins with."""

from django.db import migrations

PROMISES = """
CREATE FUNCTION ledger_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'posted is final: % on % is refused; post a correction in an open period', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
END $$;

-- Rows: never changed, never removed.
CREATE TRIGGER ledger_line_is_final BEFORE UPDATE OR DELETE ON ledger_journalline
    FOR EACH ROW EXECUTE FUNCTION ledger_refuse_change();
CREATE TRIGGER ledger_line_is_not_truncated BEFORE TRUNCATE ON ledger_journalline
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change();
CREATE TRIGGER ledger_entry_is_final BEFORE UPDATE OR DELETE ON ledger_journalentry
    FOR EACH ROW EXECUTE FUNCTION ledger_refuse_change();
CREATE TRIGGER ledger_entry_is_not_truncated BEFORE TRUNCATE ON ledger_journalentry
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change();
CREATE TRIGGER ledger_batch_is_final BEFORE UPDATE OR DELETE ON ledger_postingbatch
    FOR EACH ROW EXECUTE FUNCTION ledger_refuse_change();
CREATE TRIGGER ledger_batch_is_not_truncated BEFORE TRUNCATE ON ledger_postingbatch
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change();
CREATE TRIGGER ledger_period_is_not_truncated BEFORE TRUNCATE ON ledger_fiscalperiod
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change();
CREATE TRIGGER ledger_account_is_not_truncated BEFORE TRUNCATE ON ledger_ledgeraccount
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change();

-- An account keeps its meaning; one with lines is kept by its foreign key.
CREATE FUNCTION ledger_account_keeps_its_meaning() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.code, NEW.type, NEW.normal_side) IS DISTINCT FROM (OLD.code, OLD.type, OLD.normal_side) THEN
        RAISE EXCEPTION 'account % keeps its code, type and normal side', OLD.code USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER ledger_account_keeps_its_meaning BEFORE UPDATE ON ledger_ledgeraccount
    FOR EACH ROW EXECUTE FUNCTION ledger_account_keeps_its_meaning();

-- A period begins open, is locked once, in order, and never opens, moves or disappears.
CREATE FUNCTION ledger_period_only_closes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        IF OLD.status = 'closed' OR EXISTS (SELECT 1 FROM ledger_postingbatch WHERE period_id = OLD.id) THEN
            RAISE EXCEPTION 'period % of % is part of the books', OLD.month, OLD.entity USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN OLD;
    END IF;
    IF TG_OP = 'INSERT' THEN
        IF NEW.status <> 'open' THEN
            RAISE EXCEPTION 'a period begins open' USING ERRCODE = 'restrict_violation';
        END IF;
        IF EXISTS (SELECT 1 FROM ledger_fiscalperiod later
                    WHERE later.entity = NEW.entity AND later.month >= NEW.month AND later.status = 'closed') THEN
            RAISE EXCEPTION 'period % lies before a locked one', NEW.month USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN NEW;
    END IF;
    IF OLD.status = 'closed' THEN
        RAISE EXCEPTION 'period % of % is locked for good', OLD.month, OLD.entity USING ERRCODE = 'restrict_violation';
    END IF;
    IF (NEW.id, NEW.entity, NEW.month) IS DISTINCT FROM (OLD.id, OLD.entity, OLD.month) THEN
        RAISE EXCEPTION 'a period keeps its month and entity' USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.status = 'closed' AND EXISTS (
        SELECT 1 FROM ledger_fiscalperiod earlier
         WHERE earlier.entity = NEW.entity AND earlier.month < NEW.month AND earlier.status = 'open') THEN
        RAISE EXCEPTION 'an earlier period than % is still open', NEW.month USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER ledger_period_only_closes BEFORE INSERT OR UPDATE OR DELETE ON ledger_fiscalperiod
    FOR EACH ROW EXECUTE FUNCTION ledger_period_only_closes();

-- A locked period takes no batch and no entry; the row lock makes a close and a posting wait for each other.
CREATE FUNCTION ledger_period_must_be_open() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    state text;
    first_day date;
BEGIN
    SELECT status, month INTO state, first_day FROM ledger_fiscalperiod WHERE id = NEW.period_id FOR SHARE;
    IF state = 'closed' THEN
        RAISE EXCEPTION 'period % is locked', to_char(first_day, 'YYYY-MM') USING ERRCODE = 'restrict_violation';
    END IF;
    IF TG_TABLE_NAME = 'ledger_journalentry' THEN
        IF NEW.entry_on < first_day OR NEW.entry_on >= first_day + interval '1 month' THEN
            RAISE EXCEPTION 'entry day % lies outside its period', NEW.entry_on USING ERRCODE = 'restrict_violation';
        END IF;
        IF NEW.period_id <> (SELECT period_id FROM ledger_postingbatch WHERE id = NEW.batch_id) THEN
            RAISE EXCEPTION 'an entry lies in the period of its batch' USING ERRCODE = 'restrict_violation';
        END IF;
        NEW.transaction_id := pg_current_xact_id()::text::bigint;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER ledger_batch_needs_open_period BEFORE INSERT ON ledger_postingbatch
    FOR EACH ROW EXECUTE FUNCTION ledger_period_must_be_open();
CREATE TRIGGER ledger_entry_needs_open_period BEFORE INSERT ON ledger_journalentry
    FOR EACH ROW EXECUTE FUNCTION ledger_period_must_be_open();

-- Lines arrive with their entry, in its transaction, into an open period, and balance in every currency.
CREATE FUNCTION ledger_lines_balance() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    wrong record;
BEGIN
    SELECT entry.reference INTO wrong
      FROM ledger_journalentry entry
     WHERE entry.id IN (SELECT DISTINCT entry_id FROM arrived)
       AND entry.transaction_id <> pg_current_xact_id()::text::bigint LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'entry % is posted; it takes no more lines', wrong.reference USING ERRCODE = 'restrict_violation';
    END IF;
    SELECT period.month INTO wrong
      FROM ledger_journalentry entry JOIN ledger_fiscalperiod period ON period.id = entry.period_id
     WHERE entry.id IN (SELECT DISTINCT entry_id FROM arrived) AND period.status = 'closed' LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'period % is locked', to_char(wrong.month, 'YYYY-MM') USING ERRCODE = 'restrict_violation';
    END IF;
    SELECT line.entry_id, line.currency, sum(line.amount_minor) AS difference INTO wrong
      FROM ledger_journalline line
     WHERE line.entry_id IN (SELECT DISTINCT entry_id FROM arrived)
     GROUP BY line.entry_id, line.currency HAVING sum(line.amount_minor) <> 0 LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'entry % is out of balance by % %', wrong.entry_id, wrong.difference, wrong.currency
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER ledger_lines_balance AFTER INSERT ON ledger_journalline
    REFERENCING NEW TABLE AS arrived FOR EACH STATEMENT EXECUTE FUNCTION ledger_lines_balance();
CREATE INDEX ledger_entry_by_period ON ledger_journalentry (period_id, id);
"""

CHART = [
    # code, name, type, normal side, statement line, control account of the subledger
    ("1000", "Cash at bank", "asset", "debit", "Cash and cash equivalents", False),
    ("1050", "Payment processor clearing", "asset", "debit", "Cash in transit from payment processors", True),
    ("1990", "Suspense", "asset", "debit", "Suspense", False),
    ("2100", "Contract liability, current", "liability", "credit", "Deferred revenue, current", True),
    ("2110", "Contract liability, non-current", "liability", "credit", "Deferred revenue, non-current", True),
    ("2200", "Sales tax payable", "liability", "credit", "Sales tax payable", True),
    ("3000", "Contributed capital", "equity", "credit", "Contributed capital", False),
    ("3100", "Retained earnings", "equity", "credit", "Retained earnings", False),
    ("4000", "Revenue", "revenue", "credit", "Revenue", True),
    ("5100", "Payment processing fees", "expense", "debit", "Cost of revenue", True),
]


def write_chart(apps, schema_editor):
    account = apps.get_model("ledger", "LedgerAccount")
    account.objects.bulk_create(
        account(code=code, name=name, type=kind, normal_side=side, statement_line=line, is_control=control)
        for code, name, kind, side, line, control in CHART
    )


class Migration(migrations.Migration):
    dependencies = [("ledger", "0001_initial")]

    operations = [
        migrations.RunSQL(PROMISES, migrations.RunSQL.noop),
        migrations.RunPython(write_chart, migrations.RunPython.noop),
    ]
