"""Documents of a company beside its marketplace: contracts, invoices, commissions, assets, entries."""

from typing import Any

from stoa.policies.kinds import listed
from stoa.policies.kinds.frame import DocumentFacts
from tests.builders.books import ENTITY


def a_document(kind: str, reference: str, **facts: Any) -> DocumentFacts:
    """A document of a kind, from facts as a file would give them."""
    return listed.read(kind, {"reference": reference, "entity": ENTITY, **facts})


def a_seat_contract(reference: str = "seats:1", **facts: Any) -> DocumentFacts:
    """A year of seats for 3,650.00 from 1 July 2025, access on the first day: ten dollars a day."""
    given = {
        "customer": "alder",
        "signed_on": "2025-07-01",
        "start_on": "2025-07-01",
        "end_on": "2026-07-01",
        "access_on": "2025-07-01",
        "price": "3650",
    }
    return a_document("seat_contract_signed", reference, **given | facts)


def an_invoice(reference: str = "invoice:1", **facts: Any) -> DocumentFacts:
    """The whole price of that contract, invoiced on 5 July 2025."""
    given = {"contract": "seats:1", "on": "2025-07-05", "amount": "3650"}
    return a_document("invoice_issued", reference, **given | facts)


def a_payment(reference: str = "cash:1", **facts: Any) -> DocumentFacts:
    """That invoice, paid on 4 August 2025."""
    return a_document(
        "cash_received", reference, **{"invoice": "invoice:1", "on": "2025-08-04", "amount": "3650"} | facts
    )


def a_commission(reference: str = "commission:1", **facts: Any) -> DocumentFacts:
    """360.00 on an initial contract: ten dollars a month for three years from July 2025."""
    given = {"contract": "seats:1", "earned_on": "2025-07-01", "amount": "360"}
    return a_document("commission_earned", reference, **given | facts)


def an_asset(reference: str = "asset:1", **facts: Any) -> DocumentFacts:
    """Servers for 3,600.00, put to use in July 2025, for three years."""
    given = {
        "name": "servers",
        "asset_kind": "computers",
        "cost": "3600",
        "in_service_on": "2025-07-10",
        "life_months": 36,
    }
    return a_document("asset_placed", reference, **given | facts)


def an_entry(reference: str = "entry:1", **facts: Any) -> DocumentFacts:
    """Salaries of July 2025, accrued."""
    lines = [{"account": "6000", "debit": "1000"}, {"account": "2010", "credit": "1000"}]
    return a_document(
        "manual_entry", reference, **{"on": "2025-07-31", "reason": "Salaries", "lines": lines} | facts
    )
