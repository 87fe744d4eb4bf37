"""The certificate of a course, for its holder."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from stoa.base import clock
from stoa.catalog import api as catalog
from stoa.credentials import api as credentials
from stoa.flows import study
from stoa.kernel.identifiers import slug_of
from stoa.kernel.refusals import NotFound
from stoa.web.actors import learner_id_of, signed_in
from stoa.web.learner.classroom import ClosedDoor, closed_door, enter, tabs_of, time_zone_of
from stoa.web.learner.verify import shown, verify_url_of
from stoa.web.ui.covers import guilloche_svg


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def certificate(request: HttpRequest, slug: str) -> HttpResponse:
    """The certificate, or what is missing for it. Posting asks to issue what is earned but not issued yet."""
    course = catalog.get_course(slug)
    learner_id = learner_id_of(request)
    if request.method == "POST":
        study.issue_if_earned(learner_id=learner_id, course_id=course.id, at=clock.now())
        return HttpResponseRedirect(reverse("learn_certificate", args=[slug]))
    row = credentials.find_for_course(learner_id=learner_id, course_id=course.id)
    if row is not None:
        page = {
            "course": course,
            "row": row,
            "shown": shown(request, row),
            "time_zone": time_zone_of(request),
        }
        return render(request, "learner/certificate.html", page)
    room = enter(request, slug)
    if isinstance(room, ClosedDoor):
        return closed_door(request, room)
    page = {"room": room, "course": course, "tabs": tabs_of(room, "learn_certificate")}
    return render(request, "learner/certificate_missing.html", page)


@signed_in
@require_safe
def certificate_pdf(request: HttpRequest, slug: str) -> HttpResponse:
    """The certificate on paper."""
    course = catalog.get_course(slug)
    row = credentials.find_for_course(learner_id=learner_id_of(request), course_id=course.id)
    if row is None:
        raise NotFound(_("You have no certificate of this course yet."))
    paper = credentials.certificate_pdf(
        row.code, verify_url=verify_url_of(row.code), seal_svg=guilloche_svg(row.code)
    )
    name = slug_of(f"certificate {row.course_title}") or "certificate"
    return HttpResponse(
        paper,
        content_type="application/pdf",
        headers={"Content-Disposition": f'attachment; filename="{name}.pdf"', "Cache-Control": "private"},
    )
