"""Manual entries and invoices are numbered without gaps, whoever files at the same time and whatever is undone."""

import pytest
from django.db import connection, transaction
from django.db.utils import IntegrityError

from stoa.subledger import api as subledger
from tests.builders.books import ENTITY, a_receipt
from tests.builders.company import a_document, a_seat_contract, an_entry, an_invoice
from tests.builders.races import at_once

pytestmark = pytest.mark.django_db(transaction=True)


def number(reference: str) -> int | None:
    return subledger.number_of(subledger.find_document(reference).id)


def test_each_kind_has_its_series_and_what_is_known_keeps_its_number() -> None:
    subledger.file(an_entry("entry:1"))
    subledger.file(an_entry("entry:1"))
    subledger.file_many(
        [a_seat_contract(), an_invoice(), an_entry("entry:2"), an_entry("entry:1"), a_receipt()]
    )
    assert [number(name) for name in ("entry:1", "entry:2", "invoice:1", "seats:1")] == [1, 2, 1, None]
    assert subledger.numbering_problems(ENTITY) == ()


def test_what_is_rolled_back_leaves_no_gap() -> None:
    subledger.file(an_entry("entry:1"))
    with transaction.atomic():
        subledger.file(an_entry("entry:2"))
        transaction.set_rollback(True)
    subledger.file(an_entry("entry:3"))
    assert number("entry:3") == 2


def test_filers_at_once_are_numbered_one_after_another() -> None:
    def file(name: str) -> None:
        subledger.file_many([an_entry(f"entry:{name}:{n}") for n in range(3)])

    at_once(*[lambda name=name: file(name) for name in "abcdef"])
    rows = subledger.list_documents(entity=ENTITY, kind="manual_entry").rows
    assert sorted(subledger.number_of(row.id) or 0 for row in rows) == list(range(1, 19))
    assert subledger.numbering_problems(ENTITY) == ()


def test_numbers_cannot_be_made_changed_or_taken_in_plain_sql() -> None:
    subledger.file(an_entry("entry:1"))
    subledger.file(a_seat_contract())
    for statement in (
        "UPDATE subledger_documentnumber SET number = 7",
        "DELETE FROM subledger_documentnumber",
        "INSERT INTO subledger_documentnumber (document_id, entity, series, number)"
        " SELECT id, entity, kind, 9 FROM subledger_sourcedocument WHERE kind = 'seat_contract_signed'",
    ):
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE subledger_documentnumber DISABLE TRIGGER USER")
        cursor.execute("UPDATE subledger_documentnumber SET number = 7")
        assert subledger.numbering_problems(ENTITY) == ("manual_entry: 6 of its 7 numbers are missing",)
        transaction.set_rollback(True)


def test_an_approval_by_nobody_who_holds_the_role_is_refused_in_plain_sql_too() -> None:
    approval = a_document(
        "entry_approved",
        "approval:1",
        entry="entry:1",
        entry_on="2025-07-31",
        amount="1000",
        approved_by="ghost@stoa.example",
        approved_on="2025-08-01",
    )
    with pytest.raises(IntegrityError, match="role controller"):
        subledger.file(approval)
