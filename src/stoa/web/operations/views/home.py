"""Where an operator starts."""

from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from stoa.base import clock
from stoa.catalog import api as catalog
from stoa.commerce import api as commerce
from stoa.people import api as people
from stoa.web.actors import with_role
from stoa.web.operations.views.orders import READERS


@never_cache
@require_safe
@with_role(*READERS)
def home(request: HttpRequest) -> HttpResponse:
    """Refunds that have not arrived, the latest orders, and the way to everything else."""
    waiting = len(commerce.unsent_refunds(asked_before=clock.now() - timedelta(minutes=5)))
    latest = commerce.find_orders(status="paid").orders[:8]
    buyers = people.people_by_id({order.learner_id for order in latest})
    courses = catalog.courses_by_id({order.course_id for order in latest})
    rows = [(order, buyers[order.learner_id], courses[order.course_id]) for order in latest]
    return render(request, "operations/home.html", {"waiting": waiting, "rows": rows})
