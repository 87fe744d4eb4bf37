"""Lists to choose from: countries, time zones, languages."""

from functools import lru_cache
from zoneinfo import available_timezones

from babel import Locale, UnknownLocaleError
from django.conf import settings
from django.utils.html import format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

_REGIONS = ("Africa/", "America/", "Asia/", "Atlantic/", "Australia/", "Europe/", "Indian/", "Pacific/")


def countries() -> tuple[tuple[str, str], ...]:
    """Every country's code and its name in the reader's language, by name."""
    return _countries(get_language() or "en")


def country_name(code: str) -> str:
    """A country's name in the reader's language."""
    return dict(countries()).get(code, code)


def country_options(selected: str) -> SafeString:
    """The options of a country list. Drawn once a language and country: 250 rows cost more than the page."""
    return _country_options(get_language() or "en", selected)


@lru_cache(maxsize=1)
def time_zones() -> tuple[tuple[str, str], ...]:
    """Every time zone that is named after a place, and UTC."""
    named = sorted(zone for zone in available_timezones() if zone.startswith(_REGIONS))
    return (("UTC", "UTC"), *((zone, zone.replace("_", " ")) for zone in named))


def languages() -> tuple[tuple[str, str], ...]:
    """The languages of the pages, each in its own words."""
    return tuple((code, name) for code, name in settings.LANGUAGES)


@lru_cache(maxsize=16)
def _countries(language: str) -> tuple[tuple[str, str], ...]:
    try:
        names = Locale.parse(language.replace("-", "_")).territories
    except (UnknownLocaleError, ValueError):
        names = Locale.parse("en").territories
    known = (
        (code, str(name))
        for code, name in names.items()
        if len(code) == 2 and code.isalpha() and code not in _NOT_COUNTRIES
    )
    return tuple(sorted(known, key=lambda pair: pair[1].casefold()))


@lru_cache(maxsize=256)
def _country_options(language: str, selected: str) -> SafeString:
    rows = (
        (code, mark_safe(" selected") if code == selected else "", name)
        for code, name in _countries(language)
    )
    return format_html_join("", '<option value="{}"{}>{}</option>', rows)


_NOT_COUNTRIES = {"EU", "EZ", "UN", "QO", "XA", "XB", "ZZ", "AC", "CP", "CQ", "DG", "EA", "IC", "TA"}
