"""Certificates in public: anybody with the code sees what was earned, and whether it still stands."""

from dataclasses import dataclass
from typing import Final

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.views.decorators.http import require_safe

from stoa.credentials import api as credentials
from stoa.web.actors import for_everybody
from stoa.web.ui.covers import guilloche_svg

#: Unknown codes a minute from one address; a person with a paper in hand needs a few.
_MISSES_ALLOWED: Final = 20
_MINUTE: Final = 60


@dataclass(frozen=True)
class Shown:
    """A credential with its engraving and the address that proves it."""

    row: credentials.CredentialRow
    verify_url: str
    seal: SafeString


@for_everybody
@require_safe
def verify(request: HttpRequest) -> HttpResponse:
    """The form to check a certificate; ``?code=`` leads to its page."""
    typed = request.GET.get("code", "").strip()
    if not typed:
        return render(request, "learner/verify.html", {})
    code = credentials.code_from(typed)
    if code is None:
        return _unknown(request, typed)
    return HttpResponseRedirect(reverse("verify_code", args=[code]))


@for_everybody
@require_safe
def verify_code(request: HttpRequest, code: str) -> HttpResponse:
    """What a certificate says and whether it still stands; the address never goes away."""
    try:
        row = credentials.get_by_code(code)
    except credentials.UnknownCode:
        # Who holds a true code is answered, however much others behind the same address have guessed.
        if _is_guessing(request):
            slow = render(request, "learner/verify_slow.html", {}, status=429)
            slow["Retry-After"] = str(_MINUTE)
            return slow
        _count_miss(request)
        return _unknown(request, code)
    if row.code != code:
        return HttpResponseRedirect(reverse("verify_code", args=[row.code]), status=301)
    return render(request, "learner/verified.html", {"shown": shown(request, row), "row": row})


def shown(request: HttpRequest, row: credentials.CredentialRow) -> Shown:
    """A credential ready for a page."""
    return Shown(row, verify_url_of(row.code), mark_safe(guilloche_svg(row.code)))  # noqa: S308 - drawn by us


def verify_url_of(code: str) -> str:
    """The public address of a certificate, as it is printed."""
    return f"{settings.SITE_URL}{reverse('verify_code', args=[code])}"


def _unknown(request: HttpRequest, typed: str) -> HttpResponse:
    return render(request, "learner/verify.html", {"typed": typed[:60], "is_unknown": True}, status=404)


def _is_guessing(request: HttpRequest) -> bool:
    return bool(cache.get(_key(request), 0) >= _MISSES_ALLOWED)


def _count_miss(request: HttpRequest) -> None:
    if not cache.add(_key(request), 1, _MINUTE):
        try:
            cache.incr(_key(request))
        except ValueError:  # it expired in between
            cache.set(_key(request), 1, _MINUTE)


def _key(request: HttpRequest) -> str:
    return f"verify:{request.META.get('REMOTE_ADDR', '')}"
