"""What was paid, refunded and receipted is kept: the database refuses to delete it or to change its amounts.

Facts that come later (a refund asked for, a gateway's word) may still be added.
"""

from django.db import migrations

#: table: when its rows are final, and the columns that then never change.
KEPT = {
    "commerce_order": (
        "OLD.paid_at IS NOT NULL",
        "number learner_id offering_id course_id currency price_minor tax_minor total_minor tax_country tax_rate "
        "placed_at paid_at access_from access_until refund_until",
    ),
    "commerce_payment": (
        "OLD.succeeded_at IS NOT NULL",
        "order_id gateway gateway_reference amount_minor currency succeeded_at processing_fee_minor",
    ),
    "commerce_refund": ("TRUE", "order_id price_minor tax_minor currency asked_at"),
    "commerce_receipt": ("TRUE", "order_id series serial issued_at"),
}

FORWARD = """
CREATE FUNCTION commerce_refuses_change() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE kept text;
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION '% is kept for ever', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
    END IF;
    FOREACH kept IN ARRAY TG_ARGV LOOP
        IF to_jsonb(OLD) -> kept IS DISTINCT FROM to_jsonb(NEW) -> kept THEN
            RAISE EXCEPTION '%.% is final', TG_TABLE_NAME, kept USING ERRCODE = 'restrict_violation';
        END IF;
    END LOOP;
    RETURN NEW;
END $$;
""" + "".join(
    f"""
CREATE TRIGGER {table}_is_final BEFORE UPDATE OR DELETE ON {table}
    FOR EACH ROW WHEN ({final}) EXECUTE FUNCTION commerce_refuses_change({", ".join(f"'{name}'" for name in columns.split())});
"""
    for table, (final, columns) in KEPT.items()
)

BACKWARD = (
    "".join(f"DROP TRIGGER {table}_is_final ON {table};\n" for table in KEPT)
    + "DROP FUNCTION commerce_refuses_change();"
)


class Migration(migrations.Migration):
    dependencies = [("commerce", "0002_tax_rates")]

    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
