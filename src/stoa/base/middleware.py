"""What every response carries: a request line in the log, and headers that allow nothing inline."""

import logging
import time
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.middleware.gzip import GZipMiddleware

from stoa.kernel.identifiers import new_id

GetResponse = Callable[[HttpRequest], HttpResponseBase]

_log = logging.getLogger("stoa.request")

CONTENT_SECURITY_POLICY = "; ".join(
    [
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "media-src 'self'",
        "font-src 'self'",
        "connect-src 'self'",
        "manifest-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    ]
)


def request_log(get_response: GetResponse) -> GetResponse:
    """Log method, path without query, status and milliseconds of each request under a request id."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        started = time.perf_counter()
        request_id = str(new_id())
        response = get_response(request)
        response["X-Request-Id"] = request_id
        if not request.path.startswith("/static/"):
            fields = {
                "request_id": request_id,
                "method": request.method,
                "path": request.path,
                "status": response.status_code,
                "milliseconds": round((time.perf_counter() - started) * 1000, 1),
            }
            _log.info("request", extra={"fields": fields})
        return response

    return middleware


class CompressPages(GZipMiddleware):
    """Compresses pages. Files are left alone: a part of a video must stay the part that was asked for."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        if response.streaming or not response.get("Content-Type", "").startswith("text/html"):
            return response
        return super().process_response(request, response)


def client_address(get_response: GetResponse) -> GetResponse:
    """Behind a reverse proxy, let ``REMOTE_ADDR`` be the address that the proxy itself saw.

    Without it everybody would share the proxy's address, and with it every limit on attempts. The last address
    of ``X-Forwarded-For`` is the proxy's word; those before it are what the client claims.
    """

    def middleware(request: HttpRequest) -> HttpResponseBase:
        seen = request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip()
        if settings.BEHIND_PROXY and seen:
            request.META["REMOTE_ADDR"] = seen[:45]
        return get_response(request)

    return middleware


def security_headers(get_response: GetResponse) -> GetResponse:
    """Add the content security policy unless the view set a stricter one, and close unused browser features."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        response.headers.setdefault("Content-Security-Policy", CONTENT_SECURITY_POLICY)
        if settings.SESSION_COOKIE_NAME in request.COOKIES:
            # A page made for somebody: no cache on the way may keep it, and the browser asks before it shows it again.
            response.headers.setdefault("Cache-Control", "private, no-cache")
        response.headers.setdefault(
            "Permissions-Policy", "camera=(), microphone=(), geolocation=(), payment=()"
        )
        return response

    return middleware
