"""The door of the subledger."""

from stoa.subledger.bulk import file_receipts_table
from stoa.subledger.commands import ReferenceTaken, file, file_many
from stoa.subledger.data import (
    KINDS,
    RECEIPT,
    REFUND_PAID,
    Document,
    DocumentPage,
    DocumentRow,
    FiledDocument,
    FilingReport,
    KindRow,
    Receipt,
    RefundPaid,
)
from stoa.subledger.facts import write_all_facts, write_facts_that_move
from stoa.subledger.queries import (
    count_documents,
    counts_by_day,
    counts_by_month,
    documents_by_id,
    documents_of_contract,
    documents_of_order,
    filed_through,
    find_document,
    first_month,
    get_document,
    list_documents,
)
from stoa.subledger.rules import amount_minor_of, document_from, kinds, policy_of, schema_of

__all__ = [
    "KINDS",
    "RECEIPT",
    "REFUND_PAID",
    "Document",
    "DocumentPage",
    "DocumentRow",
    "FiledDocument",
    "FilingReport",
    "KindRow",
    "Receipt",
    "ReferenceTaken",
    "RefundPaid",
    "amount_minor_of",
    "count_documents",
    "counts_by_day",
    "counts_by_month",
    "document_from",
    "documents_by_id",
    "documents_of_contract",
    "documents_of_order",
    "file",
    "file_many",
    "file_receipts_table",
    "filed_through",
    "find_document",
    "first_month",
    "get_document",
    "kinds",
    "list_documents",
    "policy_of",
    "schema_of",
    "write_all_facts",
    "write_facts_that_move",
]
