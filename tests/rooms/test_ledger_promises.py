# ruff: noqa: PT012 - several statements make one attack
"""SQL that tries to change the past, by psycopg itself: the database refuses; what a superuser forces, the chain shows."""

from collections.abc import Iterator
from datetime import UTC, date, datetime

import psycopg
import pytest
from django.db import connection, transaction

from stoa.flows import month_end, posting
from stoa.kernel.spans import Month
from stoa.ledger import api as ledger
from stoa.subledger import api as subledger
from tests.builders.books import ENTITY, a_receipt

pytestmark = pytest.mark.django_db(transaction=True)

JULY, AUGUST = Month(2025, 7), Month(2025, 8)
NOW = datetime(2025, 9, 1, 9, tzinfo=UTC)


ATTACKS = (
    "UPDATE ledger_journalline SET amount_minor = amount_minor + 1",
    "UPDATE ledger_journalline SET entry_id = (SELECT max(id) FROM ledger_journalentry)",
    "UPDATE ledger_journalline SET account_id = '1000'",
    "DELETE FROM ledger_journalline",
    "DELETE FROM ledger_journalentry",
    "DELETE FROM ledger_postingbatch",
    "TRUNCATE ledger_journalline",
    "TRUNCATE ledger_journalentry CASCADE",
    "TRUNCATE ledger_postingbatch CASCADE",
    "TRUNCATE ledger_fiscalperiod CASCADE",
    "TRUNCATE ledger_ledgeraccount CASCADE",
    "UPDATE ledger_journalentry SET entry_on = '2025-08-01'",
    "UPDATE ledger_journalentry SET period_id = (SELECT id FROM ledger_fiscalperiod WHERE month = '2025-08-01')",
    "UPDATE ledger_postingbatch SET hash = previous_hash",
    "UPDATE ledger_fiscalperiod SET status = 'open', closed_at = NULL, seal = '' WHERE month = '2025-07-01'",
    "UPDATE ledger_fiscalperiod SET seal = repeat('0', 64) WHERE month = '2025-07-01'",
    "UPDATE ledger_fiscalperiod SET month = '2025-06-01' WHERE month = '2025-08-01'",
    "DELETE FROM ledger_fiscalperiod WHERE month = '2025-07-01'",
    "DELETE FROM ledger_fiscalperiod WHERE month = '2025-08-01'",
    "INSERT INTO ledger_fiscalperiod (entity, month, status, closed_by, seal, checks)"
    " VALUES ('stoa-us', '2025-06-01', 'open', '', '', '[]')",
    "DELETE FROM ledger_ledgeraccount WHERE code = '4000'",
    "UPDATE ledger_ledgeraccount SET type = 'liability' WHERE code = '4000'",
    "UPDATE ledger_ledgeraccount SET code = '4001' WHERE code = '4000'",
    "UPDATE ledger_ledgeraccount SET statement_line = 'Other' WHERE code = '4000'",
    "UPDATE ledger_ledgeraccount SET name = 'Other' WHERE code = '4000'",
    "UPDATE ledger_ledgeraccount SET is_control = false",
    "INSERT INTO ledger_journalentry (reference, batch_id, period_id, entry_on, description, transaction_id)"
    " SELECT 'x', batch_id, period_id, entry_on, '', 0 FROM ledger_journalentry ORDER BY id LIMIT 1",
    "INSERT INTO ledger_postingbatch (entity, number, period_id, posted_at, policies, file_name, file_sha256,"
    " content_sha256, line_count, document_count, previous_hash, hash) SELECT entity, 99, period_id, posted_at,"
    " policies, file_name, file_sha256, content_sha256, 1, 1, 'x', 'x' FROM ledger_postingbatch"
    " ORDER BY number LIMIT 1",
    "INSERT INTO ledger_journalline (entry_id, account_id, activity, currency, segment, product, partner, is_late,"
    " belongs_from, belongs_until, amount_minor) SELECT entry_id, account_id, activity, currency, segment, product,"
    " partner, is_late, belongs_from, belongs_until, amount_minor * side FROM ledger_journalline,"
    " (VALUES (1), (-1)) AS sides (side)",
    "WITH gone AS (DELETE FROM ledger_journalline RETURNING 1) SELECT count(*) FROM gone",
    "MERGE INTO ledger_journalline AS l USING (VALUES (1)) AS v (x) ON TRUE"
    " WHEN MATCHED THEN UPDATE SET amount_minor = 1",
    "INSERT INTO ledger_ledgeraccount SELECT * FROM ledger_ledgeraccount WHERE code = '4000'"
    " ON CONFLICT (code) DO UPDATE SET type = 'asset'",
)


FORCED = (
    (
        "ledger_journalline",
        "UPDATE ledger_journalline SET partner = 'else' WHERE id = (SELECT min(id) FROM ledger_journalline)",
        "not those that were posted",
    ),
    (
        "ledger_journalline",
        "DELETE FROM ledger_journalline WHERE id = (SELECT max(id) FROM ledger_journalline)",
        "not those that were posted",
    ),
    (
        "ledger_journalentry",
        "UPDATE ledger_journalentry SET entry_on = entry_on - 1",
        "not those that were posted",
    ),
    ("ledger_postingbatch", "UPDATE ledger_postingbatch SET policies = '{}'", "not those that were posted"),
    ("ledger_fiscalperiod", "UPDATE ledger_fiscalperiod SET checks = '[]'", "seal"),
)


@pytest.fixture
def books() -> None:
    """July closed, August open, one receipt each."""
    subledger.file(a_receipt(on=date(2025, 7, 10)))
    subledger.file(a_receipt(on=date(2025, 8, 10)))
    posting.post(through=AUGUST, posted_at=NOW)
    month_end.close(JULY, closed_at=NOW, actor="Ada")


@pytest.fixture
def plain(books: None) -> Iterator[psycopg.Connection]:
    """A connection that Django knows nothing of."""
    parameters = connection.get_connection_params()
    parameters = {
        name: parameters[name]
        for name in ("host", "user", "dbname", "port", "password")
        if parameters.get(name)
    }
    with psycopg.connect(**parameters, autocommit=True) as plain:
        yield plain


def test_the_past_cannot_be_changed_in_plain_sql(plain: psycopg.Connection) -> None:
    before = ledger.lines(entity=ENTITY)
    for statement in ATTACKS:
        with pytest.raises((psycopg.errors.RestrictViolation, psycopg.errors.IntegrityError)):
            plain.execute(statement)
            raise AssertionError(statement)
    assert ledger.lines(entity=ENTITY) == before
    assert month_end.verify(entity=ENTITY).problems == ()


def test_a_locked_month_takes_no_copied_rows(plain: psycopg.Connection) -> None:
    entry, account = (
        plain.execute("SELECT id, '4000' FROM ledger_journalentry ORDER BY id LIMIT 1").fetchone() or ()
    )
    columns = "entry_id, account_id, activity, currency, segment, product, partner, is_late, belongs_from, belongs_until, amount_minor"
    with (
        pytest.raises(psycopg.errors.RestrictViolation),
        plain.cursor().copy(f"COPY ledger_journalline ({columns}) FROM STDIN") as copy,
    ):
        for amount in (5, -5):
            copy.write_row(
                (entry, account, "sale", "USD", "", "", "", False, date(2025, 7, 1), date(2025, 8, 1), amount)
            )


def test_an_unbalanced_entry_is_refused_whole_also_across_currencies(plain: psycopg.Connection) -> None:
    for currency, amount in (("USD", 2), ("EUR", -1)):
        with pytest.raises(psycopg.errors.CheckViolation, match="out of balance"), plain.transaction():
            batch = plain.execute(
                "INSERT INTO ledger_postingbatch (entity, number, period_id, posted_at, policies, file_name, file_sha256,"
                " content_sha256, line_count, document_count, previous_hash, hash) SELECT 'stoa-us', 3, id, now(), '{}',"
                " '', '', '', 0, 0, 'p', 'h' FROM ledger_fiscalperiod WHERE month = '2025-08-01' RETURNING id, period_id"
            ).fetchone()
            assert batch is not None
            entry = plain.execute(
                "INSERT INTO ledger_journalentry (reference, batch_id, period_id, entry_on, description, transaction_id)"
                " VALUES ('u', %s, %s, '2025-08-31', '', 0) RETURNING id",
                batch,
            ).fetchone()
            assert entry is not None
            plain.execute(
                "INSERT INTO ledger_journalline (entry_id, account_id, activity, currency, segment, product, partner,"
                " is_late, belongs_from, belongs_until, amount_minor) VALUES"
                " (%(e)s, '1000', '', 'USD', '', '', '', FALSE, '2025-08-01', '2025-09-01', 1),"
                " (%(e)s, '4000', '', %(c)s, '', '', '', FALSE, '2025-08-01', '2025-09-01', %(a)s)",
                {"e": entry[0], "c": currency, "a": amount if currency == "EUR" else -amount},
            )


def test_a_document_cannot_slip_into_a_locked_month(plain: psycopg.Connection) -> None:
    with pytest.raises(psycopg.errors.RestrictViolation, match="locked"):
        plain.execute(
            'INSERT INTO subledger_sourcedocument (reference, kind, entity, contract, "order", currency, product, course,'
            " partner, customer, effective_on, counts_from, ends_on, occurred_at, facts) SELECT 'slip', kind, entity, 'slip',"
            ' "order", currency, product, course, partner, customer, effective_on, counts_from, ends_on, occurred_at, facts'
            " FROM subledger_sourcedocument ORDER BY id LIMIT 1"
        )


def test_what_was_forced_behind_the_triggers_is_found(books: None) -> None:
    assert month_end.verify(entity=ENTITY).problems == ()
    for table, statement, words in FORCED:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
            cursor.execute(statement)
            assert any(words in problem for problem in month_end.verify(entity=ENTITY).problems), statement
            transaction.set_rollback(True)


def test_an_altered_or_missing_sealed_file_is_found(books: None) -> None:
    batch = ledger.batch_rows(entity=ENTITY, month=AUGUST)[0]
    path = posting.batch_folder() / batch.file_name
    whole = path.read_bytes()
    try:
        path.write_bytes(whole[:-9] + b"x" + whole[-8:])
        assert any("altered" in problem for problem in month_end.verify(entity=ENTITY).problems)
        path.unlink()
        assert any("missing" in problem for problem in month_end.verify(entity=ENTITY).problems)
        with pytest.raises(month_end.NotReadyToClose, match="missing"):
            month_end.close(AUGUST, closed_at=NOW, actor="Ada")
    finally:
        path.write_bytes(whole)
    assert month_end.verify(entity=ENTITY).problems == ()
