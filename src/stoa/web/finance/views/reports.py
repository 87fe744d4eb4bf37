"""Reports of a month as pages: every figure leads to what made it."""

from typing import Any

from django.http import HttpRequest, HttpResponse

from stoa.reporting import api as reporting
from stoa.web.actors import with_role
from stoa.web.finance.charts import bars_svg, waterfall_svg
from stoa.web.finance.views.shared import READERS, Asked, asked_of, names_of, page


@with_role(*READERS)
def trial_balance(request: HttpRequest) -> HttpResponse:
    """Every account: opening, debit, credit, closing."""
    asked = asked_of(request)
    return page(
        request,
        "trial_balance",
        "trial-balance",
        {"asked": asked, "report": reporting.trial_balance(**_about(asked))},
    )


@with_role(*READERS)
def deferred_revenue(request: HttpRequest) -> HttpResponse:
    """The roll-forward as a waterfall, with its table."""
    asked = asked_of(request)
    report = reporting.deferred_revenue(**_about(asked))
    months = reporting.deferred_by_month(entity=asked.entity, through=asked.month, currency=asked.currency)
    context = {
        "asked": asked,
        "report": report,
        "months": months[-12:],
        "chart": waterfall_svg(report.total, asked.currency),
        **names_of(report.rows),
    }
    return page(request, "deferred_revenue", "deferred-revenue", context)


@with_role(*READERS)
def revenue(request: HttpRequest) -> HttpResponse:
    """Revenue by segment, product and partner."""
    asked = asked_of(request)
    report = reporting.revenue(**_about(asked))
    months = reporting.revenue_by_month(entity=asked.entity, through=asked.month, currency=asked.currency)
    context = {
        "asked": asked,
        "report": report,
        "months": months[-12:],
        "chart": bars_svg(months[-12:], asked.currency),
        **names_of(report.rows),
    }
    return page(request, "revenue", "revenue", context)


def _about(asked: Asked) -> dict[str, Any]:
    return {"entity": asked.entity, "month": asked.month, "currency": asked.currency}
