"""What educator partners are owed: every agreement, and where each cent of one came from."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from stoa.kernel.refusals import NotFound
from stoa.reporting import api as reporting
from stoa.web.actors import with_role
from stoa.web.finance.charts import bars_svg
from stoa.web.finance.views.shared import READERS, asked_of, names_of, page


@with_role(*READERS)
def partners(request: HttpRequest) -> HttpResponse:
    """Every agreement with its fees to date, what was paid and what is owed; revenue that nobody shares in."""
    asked = asked_of(request)
    statements = reporting.partner_statements(entity=asked.entity, through=asked.month)
    unshared = reporting.unshared_revenue(entity=asked.entity, through=asked.month)
    context = {
        "asked": asked,
        "statements": statements,
        "unshared": unshared,
        **names_of([*statements, *unshared]),
    }
    return page(request, "partners", "partners", context)


@with_role(*READERS)
def partner(request: HttpRequest, partner: str) -> HttpResponse:
    """One partner: each month from revenue over deductions, base and tier to the fee."""
    asked = asked_of(request)
    statements = reporting.partner_statements(entity=asked.entity, through=asked.month, partner=partner)
    if not statements:
        raise NotFound(
            _("No agreement with {partner} is filed by then. File one: partner_agreement_signed.").format(
                partner=partner
            )
        )
    context = {
        "asked": asked,
        "partner": partner,
        "statements": [
            (
                each,
                bars_svg(
                    [(row.month, row.fee_minor) for row in each.rows][-12:],
                    each.currency,
                    words=_("Partner fees"),
                ),
            )
            for each in statements
        ],
        **names_of(statements),
    }
    return page(request, "partner", "partners", context)
