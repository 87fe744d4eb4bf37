"""Starting a course: the free door."""

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from stoa.base import clock
from stoa.catalog import api as catalog
from stoa.flows import enroll
from stoa.web.actors import for_everybody, learner_id_of

#: Session key: the course a visitor asked to audit before she signed in.
_INTENTION = "learner_audit_intention"


@for_everybody
@require_http_methods(["GET", "HEAD", "POST"])
def audit(request: HttpRequest, slug: str) -> HttpResponse:
    """Audit a course. A visitor signs in or up first, and what she asked for then happens by itself.

    Only her own earlier click (a posted form) is completed on return; a bare visit shows one button.
    """
    if request.method == "POST" and not request.user.is_authenticated:
        catalog.get_course(slug)
        request.session[_INTENTION] = slug
        return _to_sign_in(request, slug)
    if not request.user.is_authenticated:
        return _to_sign_in(request, slug)
    if request.method == "POST" or request.session.pop(_INTENTION, "") == slug:
        return _start(request, slug)
    course = catalog.get_course(slug)
    return render(request, "learner/start.html", {"course": course})


def _start(request: HttpRequest, slug: str) -> HttpResponse:
    enrollment = enroll.audit(learner_id=learner_id_of(request), course_slug=slug, at=clock.now())
    request.session.pop(_INTENTION, None)
    if enrollment.is_new or enrollment.last_unit_key:
        return HttpResponseRedirect(reverse("learn_continue", args=[slug]))
    return HttpResponseRedirect(reverse("learn_course", args=[slug]))


def _to_sign_in(request: HttpRequest, slug: str) -> HttpResponse:
    return redirect_to_login(reverse("audit_course", args=[slug]))
