"""An account that a locked month used keeps its name and its place on the statements: they tell the past, too."""

from django.db import migrations

PLACE = """
CREATE OR REPLACE FUNCTION ledger_account_keeps_its_meaning() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.code, NEW.type, NEW.normal_side) IS DISTINCT FROM (OLD.code, OLD.type, OLD.normal_side) THEN
        RAISE EXCEPTION 'account % keeps its code, type and normal side', OLD.code USING ERRCODE = 'restrict_violation';
    END IF;
    IF (NEW.name, NEW.statement_line, NEW.is_control) IS DISTINCT FROM (OLD.name, OLD.statement_line, OLD.is_control)
       AND EXISTS (SELECT 1 FROM ledger_journalline line
                     JOIN ledger_journalentry entry ON entry.id = line.entry_id
                     JOIN ledger_fiscalperiod period ON period.id = entry.period_id
                    WHERE line.account_id = OLD.code AND period.status = 'closed') THEN
        RAISE EXCEPTION 'account % is part of a locked month: it keeps its name and its place', OLD.code
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("ledger", "0003_grown_chart")]

    operations = [migrations.RunSQL(PLACE, migrations.RunSQL.noop)]
