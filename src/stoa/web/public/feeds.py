"""What machines read: sitemap, robots, and covers as files."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from stoa.catalog import api as catalog
from stoa.web.actors import for_everybody
from stoa.web.public.shared import absolute, piece
from stoa.web.ui.covers import cover_file

_STATIC_PAGES = (
    "/",
    "/browse",
    "/partners",
    "/help",
    "/legal/refunds",
    "/legal/terms",
    "/legal/accessibility",
)
_CLOSED = ("/account", "/checkout", "/finance", "/home", "/learn", "/login", "/ops", "/signup")


@for_everybody
@require_safe
def sitemap(request: HttpRequest) -> HttpResponse:
    """Every public page that has content of its own, at most 50,000 as the protocol allows."""
    body = piece(
        "public/sitemap.xml",
        catalog.edition(),
        context=lambda: {
            "pages": [absolute(path) for path in _STATIC_PAGES],
            "subjects": [
                absolute(f"/topics/{found.subject.slug}")
                for found in catalog.list_subjects()
                if found.courses
            ],
            "courses": [
                (absolute(f"/courses/{slug}"), saved_at)
                for slug, saved_at in catalog.public_addresses()[:49_000]
            ],
        },
    )
    return HttpResponse(body, content_type="application/xml; charset=utf-8")


@for_everybody
@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """Everything public may be read; private and endless addresses need not be."""
    closed = "".join(f"Disallow: {path}\n" for path in _CLOSED)
    words = f"User-agent: *\n{closed}Disallow: /search?\n\nSitemap: {absolute('/sitemap.xml')}\n"
    return HttpResponse(words, content_type="text/plain; charset=utf-8")


@for_everybody
@require_safe
def cover(request: HttpRequest, slug: str) -> HttpResponse:
    """A cover as a file. It depends on its address alone, so it never goes stale."""
    hue = request.GET.get("hue", "")
    drawn = cover_file(slug, hue=int(hue) % 360 if hue.isdecimal() and len(hue) < 5 else 240)
    response = HttpResponse(drawn, content_type="image/svg+xml")
    response["Cache-Control"] = "public, max-age=31536000, immutable"
    response["Content-Security-Policy"] = "default-src 'none'"
    return response
