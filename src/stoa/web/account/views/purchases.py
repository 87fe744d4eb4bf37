"""What was bought: the list, the receipt, the refund."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from stoa.base import clock
from stoa.catalog import api as catalog
from stoa.commerce import api as commerce
from stoa.credentials import api as credentials
from stoa.flows import refunds
from stoa.people import api as people
from stoa.web.account.choices import country_name
from stoa.web.actors import learner_id_of, signed_in


@never_cache
@require_safe
@signed_in
def purchases(request: HttpRequest) -> HttpResponse:
    """Everything the learner paid for, newest first."""
    learner = people.get_person(learner_id_of(request))
    now = clock.now()
    orders = commerce.orders_of(learner.id)
    courses = catalog.courses_by_id({order.course_id for order in orders})
    rows = [
        {
            "order": order,
            "course": courses[order.course_id],
            "refundable": order.status == "paid" and order.refund_until and now <= order.refund_until,
            "running": order.status == "paid" and order.access_until and now < order.access_until,
        }
        for order in orders
    ]
    return render(request, "purchases/list.html", {"rows": rows, "learner": learner})


@never_cache
@require_safe
@signed_in
def purchase(request: HttpRequest, order_id: UUID) -> HttpResponse:
    """One order as a receipt that prints well."""
    order = commerce.get_order(order_id, learner_id=learner_id_of(request))
    if not order.receipt_number:
        return redirect("checkout_complete", order_id=order.id)
    now = clock.now()
    context = {
        "order": order,
        "course": catalog.get_course_by_id(order.course_id),
        "learner": people.get_person(order.learner_id),
        "country_name": country_name(order.tax_country),
        "why_not": refunds.why_not(order, asked_at=now),
        "running": order.access_until and now < order.access_until and order.status == "paid",
    }
    return render(request, "purchases/purchase.html", context)


@never_cache
@require_safe
@signed_in
def receipt_pdf(request: HttpRequest, order_id: UUID) -> HttpResponse:
    """The receipt as PDF."""
    order = commerce.get_order(order_id, learner_id=learner_id_of(request))
    paper = commerce.receipt_pdf(order_id, learner_id=order.learner_id)
    response = HttpResponse(paper, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="receipt-{order.receipt_number}.pdf"'
    return response


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def purchase_refund(request: HttpRequest, order_id: UUID) -> HttpResponse:
    """GET: what a refund does, or the rule against it. POST: refund now; asking twice refunds once."""
    learner_id = learner_id_of(request)
    now = clock.now()
    status = 200
    if request.method == "POST":
        try:
            refunds.refund_in_full(learner_id=learner_id, order_id=order_id, asked_at=now)
        except commerce.NotRefundable:
            status = 409
        else:
            messages.success(request, _("Your refund is on its way."))
            return redirect("purchase", order_id=order_id)
    order = commerce.get_order(order_id, learner_id=learner_id)
    if order.refund_id:
        return redirect("purchase", order_id=order_id)
    certificate = credentials.find_for_course(learner_id=learner_id, course_id=order.course_id)
    context = {
        "order": order,
        "course": catalog.get_course_by_id(order.course_id),
        "learner": people.get_person(learner_id),
        "why_not": refunds.why_not(order, asked_at=now),
        "certificate": certificate if certificate and certificate.revoked_at is None else None,
    }
    return render(request, "purchases/refund.html", context, status=status)
