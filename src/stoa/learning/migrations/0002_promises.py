"""Submissions are facts: the database itself refuses to change or delete one."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION learning_submission_refuses_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a submission is never changed' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER learning_submission_is_final BEFORE UPDATE OR DELETE ON learning_submission
    FOR EACH ROW EXECUTE FUNCTION learning_submission_refuses_change();
"""

BACKWARD = """
DROP TRIGGER learning_submission_is_final ON learning_submission;
DROP FUNCTION learning_submission_refuses_change();
"""


class Migration(migrations.Migration):
    dependencies = [("learning", "0001_initial")]

    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
