"""Which database this process talks to: the operator's own by ``DATABASE_URL``, else the embedded one."""

import atexit
import contextlib
from collections.abc import Mapping
from typing import Any

from stoa.base import environment
from stoa.base.postgres import EmbeddedPostgres

_embedded: EmbeddedPostgres | None = None


def is_external() -> bool:
    """Whether the operator brought a PostgreSQL server."""
    return bool(environment.text("DATABASE_URL"))


def embedded() -> EmbeddedPostgres:
    """The project's own server (``STOA_DATA/postgres``). ``STOA_VOLATILE_DATABASE=1`` trades safety for speed."""
    global _embedded
    if _embedded is None:
        durable = not environment.flag("STOA_VOLATILE_DATABASE")
        _embedded = EmbeddedPostgres(environment.data_folder() / "postgres", durable=durable)
    return _embedded


def django_settings() -> Mapping[str, Any]:
    """Return ``DATABASES["default"]``; computed without starting anything."""
    pool = {"pool": {"min_size": 1, "max_size": 8, "timeout": 30}} if environment.flag("STOA_DB_POOL") else {}
    if is_external():
        settings = dict(environment.database(environment.text("DATABASE_URL")))
    else:
        settings = {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": "stoa",
            "USER": EmbeddedPostgres.user,
            "HOST": str(embedded().socket_folder),
            "OPTIONS": {},
        }
    settings["OPTIONS"] = {**settings["OPTIONS"], **pool}
    settings["CONN_MAX_AGE"] = 0 if pool else 60
    settings["TEST"] = {"NAME": environment.text("STOA_TEST_DATABASE", "test_stoa")}
    return settings


def ensure_running() -> None:
    """Start the embedded server when this process needs it, and see that the database exists."""
    if is_external():
        return
    server = embedded()
    server.acquire()
    atexit.register(server.release)
    import psycopg

    with psycopg.connect(
        host=str(server.socket_folder), user=server.user, dbname="postgres", autocommit=True
    ) as connection:
        known = connection.execute("SELECT 1 FROM pg_database WHERE datname = 'stoa'").fetchone()
        if known is None:
            with contextlib.suppress(psycopg.errors.DuplicateDatabase):
                connection.execute("CREATE DATABASE stoa")


def outstanding_migrations() -> int:
    """Return how many migrations of this version the database lacks. Needs Django to be set up."""
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    return len(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def is_new() -> bool:
    """Whether the database was never set up."""
    from django.db import connection

    return "django_migrations" not in connection.introspection.table_names()
