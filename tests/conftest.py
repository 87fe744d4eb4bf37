"""Starts the database for every test run; settings are the project's own (tests/settings.py)."""

import pytest

from stoa.base import database, environment

(environment.data_folder() / "static").mkdir(parents=True, exist_ok=True)
database.ensure_running()


def _let_tests_empty_the_books() -> None:
    """Tests that commit end by truncating every table, which the books refuse: lift their triggers for that moment.

    What comes from migrations stays: the chart of accounts, standard subjects, tax rates.
    """
    from django.db.backends.postgresql.operations import DatabaseOperations

    plain_flush = DatabaseOperations.sql_flush
    kept = {"ledger_ledgeraccount", "catalog_subject", "commerce_taxrate"}
    final = (
        *("ledger_journalline", "ledger_journalentry", "ledger_postingbatch", "ledger_fiscalperiod"),
        *("ledger_reopeningrequest", "ledger_periodreopening", "ledger_adjustmentpermit"),
        *("subledger_documentnumber", "subledger_sourcedocument"),
    )

    def sql_flush(self, style, tables, **options):  # type: ignore[no-untyped-def]
        guarded = [table for table in final if table in tables]
        emptied = [table for table in tables if table not in kept]
        return [
            *(f"ALTER TABLE {table} DISABLE TRIGGER USER" for table in guarded),
            *plain_flush(self, style, emptied, **options),
            *(f"ALTER TABLE {table} ENABLE TRIGGER USER" for table in guarded),
        ]

    DatabaseOperations.sql_flush = sql_flush  # type: ignore[method-assign]


_let_tests_empty_the_books()


@pytest.fixture(autouse=True)
def _no_clock_of_the_test_before() -> None:
    """The clock remembers for seconds what its table said; the table of the test before is gone."""
    from stoa.base import clock

    clock._forget()
