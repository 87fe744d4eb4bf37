"""For the auditor: a sample chosen by a seed, whole populations to take along, and who may do what in finance."""

import tempfile
from pathlib import Path

from django.conf import settings
from django.http import FileResponse, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from stoa.flows import access_review, audit, audit_extracts, posting
from stoa.kernel.refusals import Invalid
from stoa.subledger import api as subledger
from stoa.web.actors import with_role
from stoa.web.finance.views.numbers import whole_number
from stoa.web.finance.views.shared import READERS, asked_period, page

_POPULATIONS = {
    audit.RECEIPTS: gettext_lazy("Receipts of learners"),
    audit.ENTRIES: gettext_lazy("Journal lines"),
    audit.MANUAL_ENTRIES: gettext_lazy("Entries by hand"),
    audit.DOCUMENTS: gettext_lazy("All source documents"),
}
_METHODS = {
    "random": gettext_lazy("Every row as likely as another"),
    "amount": gettext_lazy("Every cent as likely as another"),
}
_MOST_SHOWN = 500


@with_role(*READERS)
def sample(request: HttpRequest) -> HttpResponse:
    """Choose a sample; the address holds everything that is needed to choose it again."""
    asked = asked_period(request)
    typed = {
        "population": request.GET.get("population", audit.RECEIPTS),
        "size": request.GET.get("size", "25"),
        "seed": request.GET.get("seed", "")[:200],
        "method": request.GET.get("method", "random"),
    }
    context: dict[str, object] = {
        "asked": asked,
        "typed": typed,
        "populations": list(_POPULATIONS.items()),
        "methods": list(_METHODS.items()),
        "periods": [(str(each), each) for each in asked.known],
        "formats": audit_extracts.FORMATS,
    }
    if not typed["seed"]:
        return page(request, "audit", "audit", context)
    try:
        found = audit.sample(
            typed["population"],
            period=asked.period,
            entity=asked.entity,
            size=whole_number(typed["size"], 0),
            seed=typed["seed"],
            method=typed["method"],
            currency=asked.currency,
        )
    except Invalid as refusal:
        return page(request, "audit", "audit", {**context, "error": str(refusal)}, status=422)
    shown = found.picked[:_MOST_SHOWN]
    documents = subledger.documents_by_reference({each.key for each in shown})
    rows = [(each, documents.get(each.key)) for each in shown]
    return page(request, "audit", "audit", {**context, "found": found, "rows": rows})


@with_role(*READERS)
def extract(request: HttpRequest) -> FileResponse:
    """A whole population as a file."""
    asked = asked_period(request)
    population = request.GET.get("population", audit.RECEIPTS)
    form = request.GET.get("format", "csv")
    with tempfile.TemporaryDirectory(dir=posting.scratch_folder()) as folder:
        path = Path(folder) / f"{population}-{asked.period}.{form}"
        if population not in _POPULATIONS:
            raise Invalid(_("There is no such population."))
        written = audit_extracts.write(
            population, period=asked.period, entity=asked.entity, format=form, path=path
        )
        return FileResponse(written.path.open("rb"), as_attachment=True, filename=path.name)


@with_role(*READERS)
def access(request: HttpRequest) -> HttpResponse:
    """Who holds which role of finance, since when, from whom, and when it was last used."""
    return page(request, "access", "access", {"review": access_review.review(entity=settings.STOA_ENTITY)})
