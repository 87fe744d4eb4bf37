"""The table of the cache that all processes share (``CACHES["default"]``)."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("base", "0001_initial")]

    operations = [
        migrations.RunSQL(
            # Unlogged: a cache may be lost in a crash, and costs no write-ahead log.
            sql="""
                CREATE UNLOGGED TABLE base_shared_cache (
                    cache_key varchar(255) NOT NULL PRIMARY KEY,
                    value text NOT NULL,
                    expires timestamptz NOT NULL
                );
                CREATE INDEX base_shared_cache_expires ON base_shared_cache (expires);
            """,
            reverse_sql="DROP TABLE base_shared_cache",
        )
    ]
