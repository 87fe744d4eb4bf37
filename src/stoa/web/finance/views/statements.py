"""Statements as pages: every table of a month, quarter or year, and from each line to the entries that made it."""

import json

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from stoa.kernel.refusals import Invalid
from stoa.ledger import api as ledger
from stoa.reporting import api as reporting
from stoa.web.actors import with_role
from stoa.web.finance.views.shared import READERS, AskedPeriod, asked_period, names_of, page

_GROUPS = {
    "statements": gettext_lazy("Statements"),
    "measures": gettext_lazy("Margins and measures"),
    "roll-forwards": gettext_lazy("Roll-forwards"),
    "notes": gettext_lazy("Notes"),
    "key-figures": gettext_lazy("Key figures"),
    "ties": gettext_lazy("Tie-outs"),
}
_FORMATS = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
    "json": "application/json",
    "html": "text/html; charset=utf-8",
}
#: Entries that one page shows; the journal's export has all of them.
_MOST_LINES = 500


@with_role(*READERS)
def statements(request: HttpRequest) -> HttpResponse:
    """One group of tables of a period: the statements, roll-forwards, notes, measures, key figures or tie-outs."""
    asked = asked_period(request)
    report = _report(asked)
    show = request.GET.get("show", "statements")
    show = show if show in _GROUPS else "statements"
    tables = _tables(report, show)
    context = {
        "asked": asked,
        "report": report,
        "show": show,
        "groups": [
            (name, words) for name, words in _GROUPS.items() if name == "ties" or _tables(report, name)
        ],
        "tables": [
            (table, reporting.plot_of(table, currency=asked.currency)) for table in tables if table.lines
        ],
        "empty": [table for table in tables if not table.lines],
        "formats": list(_FORMATS),
    }
    return page(request, "statements", "statements", context)


@with_role(*READERS)
def export(request: HttpRequest) -> HttpResponse:
    """Every table of a period as a workbook, rows, JSON or one page to keep."""
    asked = asked_period(request)
    form = request.GET.get("format", "xlsx")
    if form not in _FORMATS:
        words = _("There is no format %(asked)s; known are %(known)s.")
        raise Invalid(words % {"asked": form, "known": ", ".join(_FORMATS)})
    report = _report(asked)
    response = HttpResponse(_written(report, form), content_type=_FORMATS[form])
    response["Content-Disposition"] = f'attachment; filename="{asked.entity}-{asked.period}.{form}"'
    return response


@with_role(*READERS)
def lines(request: HttpRequest) -> HttpResponse:
    """The entries behind a line of a statement: of its accounts, activities, segments and products, in its period."""
    asked = asked_period(request)
    wanted = {name: _several(request, name) for name in ("accounts", "activities", "segments", "products")}
    found = [
        line
        for month in asked.period.months
        for line in ledger.lines(entity=asked.entity, month=month)
        if line.currency == asked.currency
        and (not wanted["accounts"] or line.account in wanted["accounts"])
        and (not wanted["activities"] or line.activity in wanted["activities"])
        and (not wanted["segments"] or line.segment in wanted["segments"])
        and (not wanted["products"] or line.product in wanted["products"])
    ]
    found.sort(key=lambda line: -abs(line.amount_minor))
    shown = found[:_MOST_LINES]
    context = {
        "asked": asked,
        "title": request.GET.get("line", "")[:200] or _("Entries"),
        "lines": shown,
        "total": len(found),
        "sum_minor": sum(line.amount_minor for line in found),
        **names_of(shown),
    }
    return page(request, "lines", "statements", context)


def _report(asked: AskedPeriod) -> reporting.Statements:
    return reporting.statements(
        entity=asked.entity, period=asked.period, compare=asked.compare, currency=asked.currency
    )


def _written(report: reporting.Statements, form: str) -> str | bytes:
    if form == "xlsx":
        return reporting.as_xlsx(report, tables=report.tables)
    if form == "json":
        return json.dumps(reporting.as_json(report, tables=report.tables), indent=2)
    if form == "html":
        return reporting.as_html(report, tables=report.tables)
    return "".join(reporting.as_csv(report, tables=report.tables))


def _tables(report: reporting.Statements, show: str) -> tuple[reporting.Table, ...]:
    if show == "ties":
        return ()
    if show == "key-figures":
        return (report.key_figures,) if report.key_figures.lines else ()
    found: tuple[reporting.Table, ...] = getattr(report, show.replace("-", "_"))
    return found


def _several(request: HttpRequest, name: str) -> frozenset[str]:
    return frozenset(each for each in request.GET.get(name, "").split(",") if each)
