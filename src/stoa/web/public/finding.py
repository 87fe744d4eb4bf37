"""Finding a course: home, search, browse, topics."""

from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from stoa.base import clock
from stoa.catalog import api as catalog
from stoa.discovery import api as discovery
from stoa.kernel.spans import day_in
from stoa.web.actors import for_everybody
from stoa.web.public.goals import GOALS
from stoa.web.public.shared import absolute, piece
from stoa.web.ui.templatetags.ui import language_name, level_name

#: Names of the filters in the address, and in the query they make.
_FILTERS: Final[Mapping[str, str]] = {
    "topic": "subject",
    "level": "level",
    "language": "language",
    "duration": "duration",
    "educator": "partner",
    "skill": "skill",
}
_SHELVES = 6
_SHELF = 4
_ENOUGH_FOR_A_SHELF = 3


@for_everybody
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Search first, then shelves by subject and by what one wants to become."""
    on = day_in(clock.now(), settings.STOA_ENTITY_TIME_ZONE)

    def shelves() -> Mapping[str, Any]:
        subjects = [found for found in catalog.list_subjects() if found.courses]
        cards = catalog.shelves([found.subject.slug for found in subjects], on=on, each=_SHELF)
        fullest = sorted(subjects, key=lambda found: -found.courses)[:_SHELVES]
        shelved = [found for found in fullest if found.courses >= _ENOUGH_FOR_A_SHELF]
        rest = [found for found in subjects if found not in shelved]
        stocked = {found.subject.slug for found in subjects}
        best = sorted(
            (card for shelf in cards.values() for card in shelf), key=lambda card: -card.enrollment_count
        )
        return {
            "subjects": subjects,
            "best": best[:_SHELF],
            "shelves": [(found, cards[found.subject.slug]) for found in shelved],
            "others": [card for found in rest for card in cards[found.subject.slug][:1]][: 2 * _SHELF],
            "goals": [goal for goal in GOALS if stocked.intersection(goal.subjects)],
        }

    body = piece("public/_home_shelves.html", catalog.edition(), on, context=shelves)
    return render(request, "public/home.html", {"body": body, "canonical": absolute("/")})


@for_everybody
@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """Results for words and filters in the address; htmx gets the results and the counts alone."""
    query = _query_of(request.GET)
    page = discovery.search(query, on=day_in(clock.now(), settings.STOA_ENTITY_TIME_ZONE))
    context = {
        "query": query,
        "page": page,
        "groups": _facet_groups(page),
        "removable": _removable(request.GET, page),
        "sorts": _sorts(),
        "corrected_url": f"/search?{urlencode({'q': page.did_you_mean})}",
        "original_text": query.text,
    }
    if not page.total:
        context["subjects"] = [found for found in catalog.list_subjects() if found.courses]
    is_fragment = request.htmx and not request.htmx.history_restore_request  # type: ignore[attr-defined]
    template = "public/_results.html" if is_fragment else "public/search.html"
    response = render(request, template, {**context, "is_fragment": is_fragment})
    patch_vary_headers(response, ["HX-Request", "HX-History-Restore-Request"])
    return response


@for_everybody
@require_safe
def browse(request: HttpRequest) -> HttpResponse:
    """Every subject with the number of its courses."""
    subjects = catalog.list_subjects()
    context = {
        "stocked": [found for found in subjects if found.courses],
        "empty": [found.subject.name for found in subjects if not found.courses],
        "canonical": absolute("/browse"),
    }
    return render(request, "public/browse.html", context)


@for_everybody
@require_safe
def topic(request: HttpRequest, slug: str) -> HttpResponse:
    """The courses of one subject, most enrolled first."""
    subject = catalog.get_subject(slug)
    query = discovery.SearchQuery(subject=(slug,), sort="popular", page=_page_number(request.GET))
    page = discovery.search(query, on=day_in(clock.now(), settings.STOA_ENTITY_TIME_ZONE))
    context = {
        "subject": subject,
        "page": page,
        "canonical": absolute(f"/topics/{slug}"),
        "levels": [(str(level_name(value.value)), value) for value in page.facets["level"]],
        "skills": page.facets["skill"],
        "steps": [(_("Browse"), "/browse"), (subject.name, "")],
    }
    return render(request, "public/topic.html", context)


def _query_of(asked: QueryDict) -> discovery.SearchQuery:
    filters = {field: tuple(filter(None, asked.getlist(name))) for name, field in _FILTERS.items()}
    return discovery.SearchQuery(
        text=asked.get("q", ""),
        free=asked.get("free") == "1",
        sort=asked.get("sort", "relevance"),
        page=_page_number(asked),
        **filters,
    )


def _page_number(asked: QueryDict) -> int:
    number = asked.get("page", "1")
    return int(number) if number.isdecimal() and number.isascii() and len(number) < 6 else 1


def _facet_groups(page: discovery.SearchPage) -> list[dict[str, Any]]:
    """The filter groups in reading order; each value as (value, label, count, is chosen)."""
    titles = {
        "topic": _("Subject"),
        "level": _("Level"),
        "duration": _("Duration"),
        "language": _("Language"),
        "skill": _("Skill"),
        "educator": _("Partner"),
    }
    groups = []
    for name, title in titles.items():
        values = [
            (found.value, _label(name, found), found.count, found.is_chosen)
            for found in page.facets[_FILTERS[name]]
        ]
        if name in _ORDER:
            values.sort(key=lambda value: _ORDER[name].index(value[0]) if value[0] in _ORDER[name] else 9)
        groups.append({"name": name, "title": title, "options": values})
    return groups


_ORDER: Final[Mapping[str, tuple[str, ...]]] = {
    "level": catalog.LEVELS,
    "duration": tuple(discovery.DURATIONS),
}


def _label(name: str, found: discovery.FacetValue) -> str:
    if name == "level":
        return str(level_name(found.value))
    if name == "language":
        return language_name(found.value)
    if name == "duration":
        names = {"short": _("Under 5 hours"), "medium": _("5 to 20 hours"), "long": _("20 hours and more")}
        return names.get(found.value, found.value)
    return found.label


def _removable(asked: QueryDict, page: discovery.SearchPage) -> list[tuple[str, str]]:
    """Each chosen filter as (words, the address without it)."""
    chosen = [
        (name, found.value, _label(name, found))
        for name, field in _FILTERS.items()
        for found in page.facets[field]
        if found.is_chosen
    ]
    if asked.get("free") == "1":
        chosen.append(("free", "1", _("No certificate fee")))
    return [(label, _without(asked, name, value)) for name, value, label in chosen]


def _without(asked: QueryDict, name: str, value: str) -> str:
    rest = asked.copy()
    rest.pop("page", None)
    rest.setlist(name, [kept for kept in rest.getlist(name) if kept != value])
    encoded = rest.urlencode()
    return f"/search?{encoded}" if encoded else "/search"


def _sorts() -> list[tuple[str, str]]:
    names = {
        "relevance": _("Best match"),
        "popular": _("Most enrolled"),
        "newest": _("Newest"),
        "shortest": _("Shortest first"),
        "title": _("Title"),
    }
    return [(sort, names[sort]) for sort in discovery.SORTS]
