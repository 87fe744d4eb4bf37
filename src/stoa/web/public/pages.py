"""Help and rules, in plain words."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from stoa.kernel.refusals import NotFound
from stoa.web.actors import for_everybody
from stoa.web.public.shared import absolute

_LEGAL = ("refunds", "terms", "privacy", "honour-code", "accessibility")


@for_everybody
@require_safe
def help_page(request: HttpRequest) -> HttpResponse:
    """Answers to what people ask most."""
    return render(request, "public/help.html", {"canonical": absolute("/help")})


@for_everybody
@require_safe
def legal(request: HttpRequest, name: str) -> HttpResponse:
    """One of the rules of the house."""
    if name not in _LEGAL:
        raise NotFound(_("There is no such page."))
    titles = {
        "refunds": _("Refunds"),
        "terms": _("Terms"),
        "privacy": _("Privacy"),
        "honour-code": _("Honor code"),
        "accessibility": _("Accessibility"),
    }
    tabs = [(titles[other], f"/legal/{other}", other == name) for other in _LEGAL]
    context = {"title": titles[name], "tabs": tabs, "canonical": absolute(f"/legal/{name}")}
    return render(request, f"public/legal/{name}.html", context)
