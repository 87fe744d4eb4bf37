"""Source documents: the list, and one with everything that follows from it."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import NoReverseMatch, reverse
from django.utils.text import slugify

from stoa.catalog import api as catalog
from stoa.flows import posting
from stoa.kernel.spans import Month
from stoa.ledger import api as ledger
from stoa.policies.registry import find_policy
from stoa.reporting import api as reporting
from stoa.subledger import api as subledger
from stoa.web.actors import with_role
from stoa.web.finance.charts import heat_svg
from stoa.web.finance.facts import listed, told
from stoa.web.finance.views.numbers import whole_number
from stoa.web.finance.views.shared import READERS, asked_of, names_of, page


@with_role(*READERS)
def documents(request: HttpRequest) -> HttpResponse:
    """Documents that count from a month, or all of them, newest effect first."""
    asked = asked_of(request)
    kind = request.GET.get("kind", "")
    text = request.GET.get("about", "").replace("\x00", "").strip()[:200]
    everything = request.GET.get("period", "") == "" and bool(text)
    found = subledger.list_documents(
        entity=asked.entity,
        month=None if everything else asked.month,
        kind=kind if kind in subledger.KINDS else "",
        text=_as_filed(text),
        page=whole_number(request.GET.get("page"), 1),
    )
    context = {
        "asked": asked,
        "found": found,
        "kind": kind,
        "about": text,
        "kinds": subledger.KINDS,
        **names_of(found.rows),
    }
    return page(request, "documents", "documents", context)


def _as_filed(text: str) -> str:
    """Documents name partners and courses by slug; people type the names that the page shows."""
    if not any(letter.isalpha() for letter in text) or any(letter.isdecimal() for letter in text):
        return text
    wanted = text.casefold()
    partners = [found.partner for found in catalog.list_partners() if found.partner.name.casefold() == wanted]
    return partners[0].slug if partners else slugify(text) if " " in text else text


@with_role(*READERS)
def document(request: HttpRequest, document_id: int) -> HttpResponse:
    """One document: its facts, its journal lines, its contract's schedule by day, its policy and its order."""
    asked = asked_of(request)
    row = subledger.get_document(document_id)
    contract = subledger.documents_of_contract(row.contract)
    schedule = reporting.schedule_of(contract)
    batches = ledger.batch_rows(entity=row.entity)
    first = Month.of(min((each.counts_from for each in contract), default=row.counts_from))
    lines = ledger.contract_lines(
        [batch for batch in batches if batch.month >= first],
        folder=posting.batch_folder(),
        documents=[row.id],
        page_size=400,
    )
    names = {account.code: account.name for account in ledger.chart_of_accounts()}
    is_sale = row.kind in (subledger.RECEIPT, subledger.REFUND_PAID)
    own = {} if is_sale else row.facts
    context = {
        "asked": asked,
        "document": row,
        "contract": contract,
        "schedule": schedule,
        "heat": heat_svg(schedule.days, schedule.currency) if schedule else "",
        "lines": [
            (line, names.get(line.account, ""))
            for line in sorted(
                lines.rows, key=lambda line: (line.month, line.batch_id, line.account, line.activity)
            )
        ],
        "is_sale": is_sale,
        "facts": told(own, currency=row.currency),
        "tables": listed(own, currency=row.currency),
        "policy": find_policy(subledger.policy_of(row.kind, product=row.product)),
        **names_of([row]),
        "is_read": any(
            batch.posted_at >= row.recorded_at and batch.month >= Month.of(row.counts_from)
            for batch in batches
        ),
        "order_url": _order_url(contract[0].reference if contract else row.contract),
    }
    return page(request, "document", "documents", context)


def _order_url(reference: str) -> str:
    """The operations page of the order behind ``receipt:<order id>``; empty when there is none."""
    try:
        return reverse("operations_order", args=[UUID(reference.partition(":")[2])])
    except (ValueError, NoReverseMatch):
        return ""
