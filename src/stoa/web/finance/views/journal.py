"""From an account to its lines, from a line to the documents behind it; the journal and its exports."""

from collections.abc import Iterator, Sequence

from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils.translation import gettext as _

from stoa.flows import month_end, posting
from stoa.kernel.refusals import Invalid
from stoa.ledger import api as ledger
from stoa.reporting import api as reporting
from stoa.subledger import api as subledger
from stoa.web.actors import with_role
from stoa.web.finance.views.numbers import whole_number
from stoa.web.finance.views.shared import READERS, asked_of, names_of, page

_PAGE_SIZE = 200
_TYPES = {
    "beancount": "text/plain; charset=utf-8",
    "csv": "text/csv; charset=utf-8",
    "json": "application/json",
}


@with_role(*READERS)
def account(request: HttpRequest, code: str) -> HttpResponse:
    """One account in one month: opening, each posted line, closing."""
    asked = asked_of(request)
    found = ledger.get_account(code)
    trial = reporting.trial_balance(entity=asked.entity, month=asked.month, currency=asked.currency)
    balance = next((row for row in trial.rows if row.code == code), None)
    lines = [
        line
        for line in ledger.lines(entity=asked.entity, month=asked.month, account=code)
        if line.currency == asked.currency
    ]
    number, pages, shown = _page_of(request, lines)
    context = {
        "asked": asked,
        "account": found,
        "balance": balance,
        "lines": shown,
        "page_number": number,
        "pages": pages,
        **names_of(shown),
    }
    return page(request, "account", "trial-balance", context)


@with_role(*READERS)
def journal(request: HttpRequest) -> HttpResponse:
    """The batches of a month with their entries and hashes."""
    asked = asked_of(request)
    one = whole_number(request.GET.get("batch"), 0)
    batches = [
        batch
        for batch in ledger.batch_rows(entity=asked.entity, month=asked.month)
        if one in (0, batch.number)
    ]
    posted: dict[int, list[ledger.LineRow]] = {batch.id: [] for batch in batches}
    for line in ledger.lines(entity=asked.entity, month=asked.month):
        if line.batch_id in posted:
            posted[line.batch_id].append(line)
    number, pages, shown = _page_of(request, [line for lines in posted.values() for line in lines])
    kept = {line.batch_id for line in shown}
    entries = [
        (batch, [line for line in shown if line.batch_id == batch.id])
        for batch in batches
        if batch.id in kept or not posted[batch.id]
    ]
    context = {
        "asked": asked,
        "entries": entries,
        "one": one,
        "page_number": number,
        "pages": pages,
        "verified": month_end.verify(entity=asked.entity) if request.GET.get("verify") else None,
        **names_of(shown),
    }
    return page(request, "journal", "journal", context)


@with_role(*READERS)
def export(request: HttpRequest) -> HttpResponseBase:
    """The journal of a month, or through it, as a file for another program."""
    asked = asked_of(request)
    form = request.GET.get("format", "beancount")
    if form not in _TYPES:
        words = _("There is no format %(asked)s; known are %(known)s.")
        raise Invalid(words % {"asked": form, "known": ", ".join(_TYPES)})
    first = None if request.GET.get("span") == "all" else asked.month
    parts: Iterator[str]
    if form == "beancount":
        parts = reporting.beancount(entity=asked.entity, first=first, through=asked.month)
    else:
        lines = ledger.lines(entity=asked.entity, month=first, through=asked.month)
        parts = (
            reporting.csv_lines(lines)
            if form == "csv"
            else iter([reporting.json_document(entity=asked.entity, lines=lines)])
        )
    response = StreamingHttpResponse(parts, content_type=_TYPES[form])
    response["Content-Disposition"] = f'attachment; filename="{asked.entity}-{asked.month}.{form}"'
    return response


@with_role(*READERS)
def batch(request: HttpRequest, batch_id: int) -> HttpResponse:
    """The contract-level lines of a batch, each with its document."""
    asked = asked_of(request)
    found = ledger.get_batch(entity=asked.entity, batch_id=batch_id)
    wanted = {name: request.GET.get(name, "") for name in ("account", "activity", "product", "partner")}
    lines = ledger.contract_lines(
        [found],
        folder=posting.batch_folder(),
        page=whole_number(request.GET.get("page"), 1),
        account=wanted["account"],
        activity=wanted["activity"],
        product=wanted["product"],
        partner=wanted["partner"],
    )
    documents = subledger.documents_by_id({row.document for row in lines.rows})
    names = {account.code: account.name for account in ledger.chart_of_accounts()}
    context = {
        "asked": asked,
        "batch": found,
        "lines": lines,
        "rows": [(row, documents.get(row.document), names.get(row.account, "")) for row in lines.rows],
        "wanted": wanted,
        "account_name": names.get(wanted["account"], ""),
        **names_of(documents.values()),
    }
    return page(request, "batch", "journal", context)


def _page_of(
    request: HttpRequest, lines: Sequence[ledger.LineRow]
) -> tuple[int, int, Sequence[ledger.LineRow]]:
    """The page that is asked for, how many there are, and its lines."""
    pages = max(1, -(-len(lines) // _PAGE_SIZE))
    number = min(max(whole_number(request.GET.get("page"), 1), 1), pages)
    return number, pages, lines[(number - 1) * _PAGE_SIZE : number * _PAGE_SIZE]
