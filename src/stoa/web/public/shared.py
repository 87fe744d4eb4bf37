"""What the public pages share: pieces that are the same for everybody, and where this site lives."""

from collections.abc import Callable, Mapping
from typing import Any

from django.conf import settings
from django.core.cache import caches
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import get_language

_SECONDS = 600


def absolute(path: str) -> str:
    """The canonical address of ``path``."""
    return f"{settings.SITE_URL}{path}"


def piece(template: str, *key: object, context: Callable[[], Mapping[str, Any]]) -> SafeString:
    """Render a template that shows everybody the same, once for each ``key`` and language.

    ``key`` must change with everything the template shows; ``context`` is only asked when it is needed.
    """
    name = ":".join(["public", template, get_language() or "en", *map(str, key)])
    local = caches["local"]
    html: str | None = local.get(name)
    if html is None:
        html = str(render_to_string(template, dict(context())))
        local.set(name, html, _SECONDS)
    return SafeString(html)  # our own template rendered it
