"""A credential keeps its code, its holder and its course for ever; revoking it is another fact beside them."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION credentials_refuses_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND (OLD.code, OLD.learner_id, OLD.course_id) = (NEW.code, NEW.learner_id, NEW.course_id) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'a credential keeps its code, learner and course' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER credentials_credential_is_kept BEFORE UPDATE OR DELETE ON credentials_credential
    FOR EACH ROW EXECUTE FUNCTION credentials_refuses_change();
"""

BACKWARD = """
DROP TRIGGER credentials_credential_is_kept ON credentials_credential;
DROP FUNCTION credentials_refuses_change();
"""


class Migration(migrations.Migration):
    dependencies = [("credentials", "0001_initial")]

    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
