"""Filing source documents: once, for good, in an open month."""

from dataclasses import replace
from datetime import date

import psycopg
import pytest
from django.db import DatabaseError, connection, transaction

from stoa.kernel.refusals import Invalid
from stoa.subledger import api as subledger
from tests.builders.books import a_receipt, a_refund_of

pytestmark = pytest.mark.django_db


def test_filing_a_receipt_keeps_its_facts() -> None:
    receipt = a_receipt(on=date(2025, 7, 31), price_minor=4900, tax_minor=435)
    filed = subledger.file(receipt)
    assert filed.is_new
    assert (filed.effective_on, filed.counts_from) == (date(2025, 7, 31), date(2025, 7, 1))
    document = subledger.get_document(filed.id)
    assert document.reference == receipt.reference == document.contract
    assert document.facts["price_minor"] == 4900
    assert document.facts["end_on"] == "2026-01-31"
    assert document.ends_on == date(2026, 1, 31)


def test_filing_twice_is_filing_once() -> None:
    receipt = a_receipt()
    first, again = subledger.file(receipt), subledger.file(receipt)
    assert again == replace(first, is_new=False)
    assert subledger.list_documents(entity=receipt.entity).total == 1


def test_other_content_under_the_same_reference_is_refused() -> None:
    receipt = a_receipt()
    subledger.file(receipt)
    with pytest.raises(subledger.ReferenceTaken):
        subledger.file(replace(receipt, price_minor=5900))


def test_a_refund_belongs_to_the_contract_of_its_receipt() -> None:
    receipt = a_receipt()
    subledger.file(receipt)
    subledger.file(a_refund_of(receipt))
    kinds = [row.kind for row in subledger.documents_of_contract(receipt.reference)]
    assert kinds == ["receipt", "refund_paid"]
    assert len(subledger.documents_of_order(receipt.order)) == 2


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("price_minor", -1),
        ("price_minor", 49.0),
        ("currency", "usd"),
        ("end_on", date(2025, 7, 9)),
        ("order", " "),
        ("reference", "x" * 201),
        ("course", "nul\x00"),
    ],
)
def test_an_impossible_receipt_is_refused_by_field(field: str, value: object) -> None:
    with pytest.raises(Invalid) as refused:
        subledger.file(replace(a_receipt(), **{field: value}))
    assert field in refused.value.fields


def test_filing_many_reports_each_refused_row_and_keeps_the_rest() -> None:
    good, bad, taken = a_receipt(), replace(a_receipt(), tax_minor=-5), a_receipt()
    subledger.file(taken)
    report = subledger.file_many([good, bad, replace(taken, price_minor=1), good, taken])
    assert (report.new, report.known) == (1, 2)
    assert dict(report.refused) == {
        bad.reference: "tax_minor must be a whole number of minor units, zero or more",
        taken.reference: "another document is filed under this reference",
    }


def test_a_document_survives_its_trip_through_json() -> None:
    receipt = a_receipt(tax_minor=12)
    row = {"kind": "receipt"} | {
        name: value.isoformat() if hasattr(value, "isoformat") else value
        for name, value in ((name, getattr(receipt, name)) for name in receipt.__dataclass_fields__)
        if name != "kind"
    }
    assert subledger.document_from(row) == receipt
    with pytest.raises(ValueError, match="missing field currency"):
        subledger.document_from({name: value for name, value in row.items() if name != "currency"})
    with pytest.raises(ValueError, match="unknown field color"):
        subledger.document_from(row | {"color": "blue"})


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE subledger_sourcedocument SET facts = facts || '{\"price_minor\": 1}'",
        "UPDATE subledger_sourcedocument SET counts_from = '2030-01-01'",
        "DELETE FROM subledger_sourcedocument",
        "TRUNCATE subledger_sourcedocument CASCADE",
    ],
)
def test_plain_sql_cannot_change_a_document(statement: str) -> None:
    subledger.file(a_receipt())
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
        connection.cursor().execute(statement)


def test_plain_sql_cannot_count_a_document_before_it_happens() -> None:
    filed = subledger.file(a_receipt())
    with pytest.raises(DatabaseError, match="before it happens") as refused, transaction.atomic():
        connection.cursor().execute(
            'INSERT INTO subledger_sourcedocument (reference, kind, entity, contract, "order", currency, product,'
            " course, partner, customer, effective_on, counts_from, ends_on, occurred_at, facts)"
            " SELECT 'x', kind, entity, 'x', \"order\", currency, product, course, partner, customer,"
            " effective_on, '2020-01-01', ends_on, occurred_at, facts FROM subledger_sourcedocument WHERE id = %s",
            [filed.id],
        )
    assert isinstance(refused.value.__cause__, psycopg.errors.CheckViolation)
