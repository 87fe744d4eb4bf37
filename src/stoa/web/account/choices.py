"""Lists to choose from: countries, time zones, languages."""

from functools import lru_cache
from zoneinfo import available_timezones

from babel import Locale, UnknownLocaleError
from django.conf import settings
from django.utils.translation import get_language

_REGIONS = ("Africa/", "America/", "Asia/", "Atlantic/", "Australia/", "Europe/", "Indian/", "Pacific/")


def countries() -> tuple[tuple[str, str], ...]:
    """Every country's code and its name in the reader's language, by name."""
    return _countries(get_language() or "en")


def country_name(code: str) -> str:
    """A country's name in the reader's language."""
    return dict(countries()).get(code, code)


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


_NOT_COUNTRIES = {"EU", "EZ", "UN", "QO", "XA", "XB", "ZZ", "AC", "CP", "CQ", "DG", "EA", "IC", "TA"}
