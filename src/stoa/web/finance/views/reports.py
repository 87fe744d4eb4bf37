"""Reports of a month as pages: every figure leads to what made it."""

from collections import defaultdict
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
        "margins": _margins(asked),
        **names_of(report.rows),
    }
    return page(request, "revenue", "revenue", context)


def _margins(asked: Asked) -> list[tuple[str, list[reporting.SegmentMargin], object]]:
    """The last twelve months of each segment, with a plot of what is left after partners' fees."""
    groups: dict[str, list[reporting.SegmentMargin]] = defaultdict(list)
    first = asked.month.plus(-11)
    for row in reporting.margin_by_month(entity=asked.entity, through=asked.month, currency=asked.currency):
        if row.month >= first:
            groups[row.segment].append(row)
    return [
        (
            segment,
            rows,
            bars_svg([(row.month, row.margin_minor) for row in rows], asked.currency, words=segment),
        )
        for segment, rows in groups.items()
    ]


def _about(asked: Asked) -> dict[str, Any]:
    return {"entity": asked.entity, "month": asked.month, "currency": asked.currency}
