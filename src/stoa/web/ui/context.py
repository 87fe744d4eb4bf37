"""What every page may show without asking: theme, demo clock, and where staff may go from here."""

from typing import Final

from django.core.cache import caches
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from stoa.base import clock
from stoa.people import api as people

THEMES: Final = ("light", "dark")
_ROLES_SECONDS = 60


def page(request: HttpRequest) -> dict[str, object]:
    """Template variables of every page."""
    theme = request.COOKIES.get("theme", "")
    return {
        "test_clock": clock.is_test_clock(),
        "theme": theme if theme in THEMES else "",
        "staff_areas": SimpleLazyObject(lambda: _staff_areas(request)),
    }


def _staff_areas(request: HttpRequest) -> dict[str, bool]:
    """Which staff areas to link. Links only, not rights: up to a minute old, so that pages pay no query."""
    if not request.user.is_authenticated:
        return {"finance": False, "operations": False}
    person = request.user.pk
    roles: frozenset[str] = (
        caches["local"].get_or_set(f"ui:roles:{person}", lambda: people.roles_of(person), _ROLES_SECONDS)
        or frozenset()
    )
    return {
        "finance": not roles.isdisjoint({people.CONTROLLER, people.AUDITOR}),
        "operations": people.OPERATOR in roles,
    }
