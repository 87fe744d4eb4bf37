"""The books at a glance: months, the next close, the pulse of documents."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from stoa.kernel.spans import Month
from stoa.reporting import api as reporting
from stoa.subledger import api as subledger
from stoa.web.actors import with_role
from stoa.web.finance.charts import pulse_svg
from stoa.web.finance.views.close import posting_context
from stoa.web.finance.views.shared import READERS, asked_of, page, this_month


@with_role(*READERS)
def home(request: HttpRequest) -> HttpResponse:
    """Months with their state, what is next to close, and four figures."""
    asked = asked_of(request)
    now = this_month()
    open_months = [period.month for period in asked.periods if not period.is_closed]
    counts = subledger.counts_by_month(entity=asked.entity)
    unknown = sorted(set(counts) - {period.month for period in asked.periods})
    next_month: Month | None = open_months[0] if open_months else unknown[0] if unknown else None
    shown = next_month or asked.month
    days = subledger.counts_by_day(entity=asked.entity, month=shown)
    balances = {
        row.code: row
        for row in reporting.trial_balance(entity=asked.entity, month=shown, currency=asked.currency).rows
    }
    return page(
        request,
        "home",
        "home",
        {
            "asked": asked,
            "next_month": next_month,
            "next_is_over": next_month is not None and next_month < now,
            "shown": shown,
            "periods": [(period, counts.get(period.month, 0)) for period in reversed(asked.periods)],
            "unposted_months": unknown,
            "counts": counts,
            "pulse": pulse_svg(shown, days),
            "days": days,
            "figures": _figures(balances),
            **posting_context(request),
            "entity": settings.STOA_ENTITY,
            "time_zone": settings.STOA_ENTITY_TIME_ZONE,
        },
    )


def _figures(balances: dict[str, reporting.TrialBalanceRow]) -> list[tuple[str, str, int]]:
    from django.utils.translation import gettext as _

    def movement(code: str) -> int:
        row = balances.get(code)
        return row.credit_minor - row.debit_minor if row else 0

    def closing(*codes: str, sign: int = 1) -> int:
        return sign * sum(balances[code].closing_minor for code in codes if code in balances)

    return [
        (_("Revenue of the month"), "4000", movement("4000")),
        (_("Deferred revenue"), "2100", closing("2100", "2110", sign=-1)),
        (_("Cash in transit"), "1050", closing("1050")),
        (_("Sales tax payable"), "2200", closing("2200", sign=-1)),
    ]
