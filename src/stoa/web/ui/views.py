"""The living page of the design system, and the choice of light or dark."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe

from stoa.web.actors import for_everybody
from stoa.web.ui.context import THEMES
from stoa.web.ui.living import COLORS, PANELS, parts, sample

_A_YEAR = 365 * 24 * 3600


@for_everybody
@require_safe
def living_page(request: HttpRequest) -> HttpResponse:
    """Every component in light, dark, right-to-left and narrow, with its name and usage."""
    context = {"parts": parts(), "panels": PANELS, "colors": COLORS, "sample": sample()}
    return render(request, "ui/living.html", context)


@for_everybody
@require_POST
def choose_theme(request: HttpRequest) -> HttpResponse:
    """Remember light, dark or the system's choice in a cookie, and go back."""
    target = request.POST.get("next", "/")
    if not url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure()):
        target = "/"
    response = HttpResponseRedirect(target)
    chosen = request.POST.get("theme", "")
    if chosen in THEMES:
        response.set_cookie("theme", chosen, max_age=_A_YEAR, samesite="Lax", secure=request.is_secure())
    else:
        response.delete_cookie("theme", samesite="Lax")
    return response
