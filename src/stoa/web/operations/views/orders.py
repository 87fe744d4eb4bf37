"""Orders: search, and one order's whole story."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from stoa.access import api as access
from stoa.base import clock
from stoa.catalog import api as catalog
from stoa.commerce import api as commerce
from stoa.people import api as people
from stoa.subledger import api as subledger
from stoa.web.actors import with_role

READERS = (people.OPERATOR, people.CONTROLLER, people.AUDITOR)
STATUSES = ("paid", "refunded", "open", "closed")


@never_cache
@require_safe
@with_role(*READERS)
def orders(request: HttpRequest) -> HttpResponse:
    """Orders by number, receipt, payment, address or name; newest first."""
    words = request.GET.get("q", "").strip()[:200]
    status = request.GET.get("status", "")
    number = request.GET.get("page", "1")
    found = _find(
        words, status, int(number) if number.isascii() and number.isdecimal() and len(number) < 9 else 1
    )
    buyers = people.people_by_id({order.learner_id for order in found.orders})
    courses = catalog.courses_by_id({order.course_id for order in found.orders})
    rows = [(order, buyers[order.learner_id], courses[order.course_id]) for order in found.orders]
    context = {"rows": rows, "found": found, "q": words, "status": status, "statuses": STATUSES}
    return render(request, "operations/orders.html", context)


@never_cache
@require_safe
@with_role(*READERS)
def order(request: HttpRequest, order_id: UUID) -> HttpResponse:
    """One order: what was agreed, what the gateway told, what it opened, what accounting got."""
    found = commerce.get_order(order_id)
    course = catalog.get_course_by_id(found.course_id)
    right = access.find_by_source(f"order:{found.id}")
    context = {
        "order": found,
        "buyer": people.get_person(found.learner_id),
        "course": course,
        "events": commerce.events_of(found.id),
        "right": right,
        "documents": subledger.documents_of_order(found.number),
        "now": clock.now(),
    }
    return render(request, "operations/order.html", context)


def _find(words: str, status: str, page: int) -> commerce.OrderPage:
    if not words:
        return commerce.find_orders(status=status, page=page)
    by_number = commerce.find_orders(number=words, status=status, page=page)
    if by_number.total or not words.strip("0123456789"):
        return by_number
    buyers = people.find_people(words)
    return commerce.find_orders(learner_ids=[buyer.id for buyer in buyers], status=status, page=page)
