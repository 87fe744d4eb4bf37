"""Whoever alters the books behind their triggers is found, whatever they alter along with it."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime

import pytest
from django.conf import settings
from django.db import connection

from stoa.flows import month_end, posting, verification
from stoa.kernel.spans import Month
from stoa.ledger import api as ledger
from stoa.subledger import api as subledger
from tests.builders.books import ENTITY, a_receipt, a_refund_of
from tests.builders.company import a_commission, a_seat_contract, an_entry, an_invoice

pytestmark = pytest.mark.django_db

NOW = datetime(2025, 10, 1, 9, tzinfo=UTC)
JULY, AUGUST = Month(2025, 7), Month(2025, 8)


@pytest.fixture
def receipt() -> subledger.Receipt:
    receipt = a_receipt(on=date(2025, 7, 10))
    documents = (
        receipt,
        a_refund_of(a_receipt()),
        a_seat_contract(),
        an_invoice(),
        a_commission(),
        an_entry(),
    )
    for document in (documents[0], *documents[2:]):
        subledger.file(document)
    posting.post(through=AUGUST, posted_at=NOW)
    month_end.close(JULY, closed_at=NOW, actor="Ada")
    return receipt


@contextmanager
def behind_the_triggers(*tables: str) -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table in tables:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        yield
        for table in tables:
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


def sql(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


def test_untouched_books_are_the_same_byte_for_byte(receipt: subledger.Receipt) -> None:
    found = verification.verify_books(entity=ENTITY)
    assert found.problems == ()
    assert [each.outcome for each in found.months] == [verification.SAME_BYTES] * 2


def test_several_batches_of_a_month_are_compared_together(receipt: subledger.Receipt) -> None:
    subledger.file(a_receipt(on=date(2025, 8, 3)))
    assert verification.verify_books(entity=ENTITY).months[1].outcome == verification.NOT_POSTED
    posting.post(through=AUGUST, posted_at=NOW)
    found = verification.verify_books(entity=ENTITY)
    assert found.problems == ()
    assert found.months[1].outcome == verification.SAME_LINES


@pytest.mark.parametrize("reference", ["receipt", "seats:1", "entry:1"])
def test_an_altered_document_is_found(reference: str, receipt: subledger.Receipt) -> None:
    filed_as = receipt.reference if reference == "receipt" else reference
    entry = '[{"account": "6000", "debit": "1"}, {"account": "2010", "credit": "1"}]'
    change = {
        "receipt": "price_minor = 9900",
        "seats:1": """facts = facts || '{"price": "7300"}'""",
        "entry:1": f"""facts = facts || '{{"lines": {entry}}}'""",
    }[reference]
    with behind_the_triggers("subledger_sourcedocument"):
        sql(f"UPDATE subledger_sourcedocument SET {change} WHERE reference = '{filed_as}'")
    found = verification.verify_books(entity=ENTITY)
    assert found.months[0].outcome == verification.DIFFERENT
    assert any(filed_as in problem for problem in found.problems)


def test_a_spoilt_document_is_found(receipt: subledger.Receipt) -> None:
    with behind_the_triggers("subledger_sourcedocument"):
        sql("UPDATE subledger_sourcedocument SET facts = '{\"price\": 1}' WHERE reference = 'invoice:1'")
    found = verification.verify_books(entity=ENTITY)
    assert any("cannot be derived again" in problem for problem in found.problems)


def test_a_removed_document_is_found(receipt: subledger.Receipt) -> None:
    with behind_the_triggers("subledger_sourcedocument", "subledger_documentnumber"):
        sql("DELETE FROM subledger_documentnumber WHERE series = 'manual_entry'")
        sql("DELETE FROM subledger_sourcedocument WHERE reference = 'entry:1'")
    found = verification.verify_books(entity=ENTITY)
    assert any("which is gone" in problem for problem in found.problems)


def test_an_altered_row_is_found_also_when_its_hash_is_altered_with_it(receipt: subledger.Receipt) -> None:
    with behind_the_triggers("ledger_journalline"):
        sql("UPDATE ledger_journalline SET amount_minor = amount_minor + 1 WHERE account_id = '4000'")
    found = verification.verify_books(entity=ENTITY)
    assert any("its rows are not those" in problem for problem in found.problems)
    assert any("4000 are not the sums of the sealed lines" in problem for problem in found.problems)


def test_an_altered_or_missing_file_is_found(receipt: subledger.Receipt) -> None:
    batch = ledger.batch_rows(entity=ENTITY, month=JULY)[0]
    path = settings.DATA_FOLDER / "batches" / batch.file_name
    whole = path.read_bytes()
    try:
        path.write_bytes(whole[:-1] + b"x")
        found = verification.verify_books(entity=ENTITY)
        assert any("altered" in problem for problem in found.problems)
        path.unlink()
        found = verification.verify_books(entity=ENTITY)
        assert any("missing" in problem for problem in found.problems)
    finally:
        path.write_bytes(whole)


def test_the_command_says_it_in_words_and_for_programs(
    receipt: subledger.Receipt, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from stoa.cli import __main__ as command

    monkeypatch.setattr(command, "_open_database", lambda *_: None)
    assert command.main(["verify-books"]) == 0
    assert "the books are what their documents say" in capsys.readouterr().out
    with behind_the_triggers("ledger_journalline"):
        sql("UPDATE ledger_journalline SET partner = 'nobody' WHERE account_id = '4000'")
    assert command.main(["verify-books", "--json"]) == 2
    assert len(json.loads(capsys.readouterr().out)["problems"]) >= 2


@pytest.mark.parametrize(
    "change",
    [
        "customer = 'learner:9'",
        "\"order\" = 'S-9'",
        "course = 'geology'",
        "effective_on = effective_on + 1",
        "occurred_at = occurred_at + interval '1 hour'",
        "recorded_at = recorded_at - interval '1 day'",
        "gateway = 'another'",
        "facts = facts || '{\"x\": 1}'",
        "contract = 'another'",
    ],
)
def test_a_fact_that_moves_no_line_cannot_change_in_a_locked_month(
    receipt: subledger.Receipt, change: str
) -> None:
    with behind_the_triggers("subledger_sourcedocument"):
        sql(f"UPDATE subledger_sourcedocument SET {change} WHERE reference = '{receipt.reference}'")
    found = verification.verify_books(entity=ENTITY)
    assert (
        "2025-07: its documents of kind receipt are not those it was closed with: 1 then, 1 now."
        in found.problems
    )


def test_a_document_slipped_into_a_locked_month_or_taken_out_of_it_is_found(
    receipt: subledger.Receipt,
) -> None:
    columns = 'kind, entity, contract, "order", currency, product, course, partner, customer, counts_from, ends_on, facts'
    more = "occurred_at, gateway, effective_on, price_minor, tax_minor, fee_minor, credit_minor"
    with behind_the_triggers("subledger_sourcedocument"):
        sql(
            f"INSERT INTO subledger_sourcedocument (reference, {columns}, {more}) SELECT 'ghost', {columns}, {more} "
            "FROM subledger_sourcedocument WHERE kind = 'invoice_issued'"
        )
    found = verification.verify_books(entity=ENTITY)
    assert any(
        "kind invoice_issued are not those it was closed with: 1 then, 2 now" in w for w in found.problems
    )


@pytest.mark.parametrize("change", ["kind = 'zork'", "facts = '[]'", "currency = 'ZZZ'"])
def test_a_document_that_cannot_be_read_any_more_is_named_in_words(
    receipt: subledger.Receipt, change: str
) -> None:
    with behind_the_triggers("subledger_sourcedocument"):
        sql(f"UPDATE subledger_sourcedocument SET {change} WHERE reference = 'seats:1'")
    found = verification.verify_books(entity=ENTITY)
    assert any("seats:1 cannot be read" in words for words in found.problems)


@pytest.mark.parametrize("change", ["closed_by = 'Eve'", "closed_at = closed_at - interval '1 day'"])
def test_who_closed_a_month_and_when_is_part_of_its_seal(receipt: subledger.Receipt, change: str) -> None:
    with behind_the_triggers("ledger_fiscalperiod"):
        sql(f"UPDATE ledger_fiscalperiod SET {change} WHERE month = '2025-07-01'")
    found = verification.verify_books(entity=ENTITY)
    assert "2025-07: its seal is not the one it was closed with." in found.problems
