"""Turns refusals into pages that help."""

from collections.abc import Callable

from django.db import DataError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from stoa.base.statuses import status_of
from stoa.kernel.refusals import Refusal

_NO_TEXT = gettext_lazy("The address or the form holds a character (NUL) that no text has. Type it again.")


class RefusalMiddleware:
    """Answers a refusal that no view handled with its page; a missing page offers search."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, Refusal):
            return refusal_page(request, status=status_of(exception), message=str(exception))
        if isinstance(exception, DataError) and "NUL (0x00)" in str(exception):
            # Asked once, where PostgreSQL refuses, instead of at every field that somebody may send it in.
            return refusal_page(request, status=400, message=str(_NO_TEXT))
        return None


def refusal_page(request: HttpRequest, *, status: int, message: str) -> HttpResponse:
    """Render ``ui/refusal.html`` with ``status`` and ``message``."""
    return render(request, "ui/refusal.html", {"status": status, "message": message}, status=status)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Django's 404 handler."""
    words = str(exception) if isinstance(exception, Http404) and exception.args else ""
    return refusal_page(request, status=404, message=words if len(words) < 200 else "")


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Django's 403 handler."""
    return refusal_page(request, status=403, message=str(exception))


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Explain that the form was too old, and how to go on."""
    return refusal_page(
        request,
        status=403,
        message=_(
            "This form has expired or came from another site. Go back, reload the page and send it again."
        ),
    )


def server_error(request: HttpRequest) -> HttpResponse:
    """Django's 500 handler: static words, nothing that could fail again."""
    return render(request, "ui/server_error.html", status=500)
