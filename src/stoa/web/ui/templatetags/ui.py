"""Template tags of the design system; a builtin of every template.

``{% money 4900 "USD" %}`` · ``{{ instant|when:"Europe/Athens" }}`` · ``{{ date|day }}`` · ``{{ 4.5|hours }}`` ·
``{{ 200|number }}`` · ``{% icon "search" %}`` · ``{% cover slug hue title %}`` · ``{% ui_static "ui/ui.css" %}`` ·
``{% address page=2 %}`` (this address with other query values) · ``<h1{% in_language course.language %}>``.
"""

import json
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_datetime
from babel.numbers import format_currency, format_decimal
from django import template
from django.core.serializers.json import DjangoJSONEncoder
from django.http import HttpRequest
from django.templatetags.static import static
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from stoa.kernel.money import Money
from stoa.web.ui.covers import cover_svg, frieze_svg, guilloche_svg
from stoa.web.ui.icons import icon_svg

register = template.Library()

_RIGHT_TO_LEFT = frozenset({"ar", "arc", "ckb", "dv", "fa", "he", "ps", "sd", "ug", "ur", "yi"})
_JSON_ESCAPES = {ord("<"): "\\u003C", ord(">"): "\\u003E", ord("&"): "\\u0026"}


@register.simple_tag
def ui_static(path: str) -> str:
    """The address of a static file, hashed where the installation hashes them."""
    return static(path)


@register.simple_tag
def money(amount_minor: int | None, currency: str) -> str:
    """An amount of whole minor units in the reader's way of writing money: ``$49.00``."""
    return "" if amount_minor is None else _money(amount_minor, currency, _language())


@register.filter
def number(value: int | float | Decimal | None) -> str:
    """A number with the reader's separators."""
    return "" if value is None else str(format_decimal(value, locale=_locale(_language())))


@register.filter
def when(instant: datetime | None, time_zone: str = "UTC") -> str:
    """An instant in ``time_zone``, the zone named: ``Jul 14, 2025, 10:42 AM UTC``, inside ``<time>``."""
    if instant is None:
        return ""
    local = instant.astimezone(_zone(time_zone))
    words = format_datetime(local, "medium", locale=_locale(_language())).replace("\u202f", "\u00a0")
    words = _without_seconds(words, local)
    return format_html('<time datetime="{}">{}\u00a0{}</time>', instant.isoformat(), words, local.tzname())


@register.filter
def day(value: date | datetime | None, time_zone: str = "UTC") -> str:
    """A calendar day in the reader's way of writing dates, inside ``<time>``."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        value = value.astimezone(_zone(time_zone)).date()
    words = format_date(value, "medium", locale=_locale(_language()))
    return format_html('<time datetime="{}">{}</time>', value.isoformat(), words)


@register.filter
def hours(value: int | float | Decimal | None) -> str:
    """A duration of study in hours: ``12 hours``, ``1.5 hours``."""
    if not value:
        return ""
    whole = format_decimal(value, "0.#", locale=_locale(_language()))
    return ngettext("%(hours)s hour", "%(hours)s hours", 1 if value == 1 else 2) % {"hours": whole}


@register.filter
def minutes(value: int | None) -> str:
    """A duration in minutes as people say it: ``45 min``, ``2 h 10 min``."""
    if not value:
        return ""
    whole_hours, rest = divmod(int(value), 60)
    if not whole_hours:
        return f"{rest} min"
    return f"{whole_hours} h {rest} min" if rest else f"{whole_hours} h"


@register.filter
def language_name(code: str) -> str:
    """A language's name in the reader's language: ``fr`` is French."""
    try:
        return str(Locale.parse(code.replace("-", "_")).get_display_name(_locale(_language())) or code)
    except (UnknownLocaleError, ValueError):
        return code


@register.filter
def direction(code: str) -> str:
    """The writing direction of a language: ``rtl`` for Arabic and its like, else ``ltr``."""
    return "rtl" if code.replace("_", "-").split("-")[0].lower() in _RIGHT_TO_LEFT else "ltr"


@register.simple_tag
def in_language(code: str) -> str:
    """The attributes of an element whose words are in ``code``; nothing where the page speaks it already."""
    if not code or code == _language():
        return ""
    return format_html(' lang="{}" dir="{}"', code, direction(code))


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """An inline icon; give ``label`` only where no words stand beside it."""
    return mark_safe(icon_svg(name, str(escape(label))))  # noqa: S308 - drawn here, label escaped


@register.simple_tag
def cover(slug: str, hue: int = 240, title: str = "") -> SafeString:
    """The drawn cover of a course. ``title`` names it for screen readers; leave it out beside the words."""
    return mark_safe(cover_svg(slug, hue=int(hue or 240), label=title))  # noqa: S308 - drawn here, label escaped


@register.simple_tag
def frieze() -> SafeString:
    """The wide colonnade of the home page; its light follows the theme."""
    return mark_safe(frieze_svg())  # noqa: S308 - drawn here


@register.simple_tag
def guilloche(code: str) -> SafeString:
    """The engraving of a credential, in the color of the text around it."""
    return mark_safe(guilloche_svg(code))  # noqa: S308 - drawn here


@register.simple_tag
def json_ld(value: object) -> SafeString:
    """Structured data for search engines: a data block that no browser runs, safe from ``</script>``."""
    text = json.dumps(value, ensure_ascii=False, cls=DjangoJSONEncoder).translate(_JSON_ESCAPES)
    return mark_safe(f'<script type="application/ld+json">{text}</script>')  # noqa: S308 - escaped above


@register.simple_tag(takes_context=True)
def address(context: template.Context, **changes: object) -> str:
    """This page's address with some query values replaced; an empty value removes one."""
    request: HttpRequest = context["request"]
    query = request.GET.copy()
    for name, value in changes.items():
        if value in (None, ""):
            query.pop(name, None)
        else:
            query[name] = str(value)
    encoded = query.urlencode()
    return f"{request.path}?{encoded}" if encoded else request.path


@register.simple_tag
def page_numbers(page: int, pages: int) -> list[int | None]:
    """The page numbers worth linking; ``None`` stands for a gap."""
    kept = sorted({1, pages, *range(max(1, page - 1), min(pages, page + 1) + 1)})
    numbers: list[int | None] = []
    for number_ in kept:
        if numbers and number_ - (numbers[-1] or 0) == 2:
            numbers.append(number_ - 1)
        elif numbers and number_ - (numbers[-1] or 0) > 2:
            numbers.append(None)
        numbers.append(number_)
    return numbers


@register.simple_tag
def level_name(level: str) -> str:
    """A course's level in words."""
    names = {
        "beginner": _("Beginner"),
        "intermediate": _("Intermediate"),
        "advanced": _("Advanced"),
        "mixed": _("All levels"),
    }
    return names.get(level, level)


@register.simple_tag
def cell_of(columns: Sequence[tuple[str, str]], index: int, cell: object) -> str:
    """One cell of ``ui/table.html``: a row header where its column is of the kind ``head``."""
    label, kind = columns[index] if index < len(columns) else ("", "")
    if kind == "head":
        return format_html('<th scope="row" data-label="{}">{}</th>', label, cell)
    if kind:
        return format_html('<td class="{}" data-label="{}">{}</td>', kind, label, cell)
    return format_html('<td data-label="{}">{}</td>', label, cell)


def _language() -> str:
    return get_language() or "en"


@lru_cache(maxsize=64)
def _locale(language: str) -> Locale:
    try:
        return Locale.parse(language.replace("-", "_"))
    except (UnknownLocaleError, ValueError):
        return Locale.parse("en")


@lru_cache(maxsize=4096)
def _money(amount_minor: int, currency: str, language: str) -> str:
    return str(format_currency(Money(amount_minor, currency).decimal, currency, locale=_locale(language)))


@lru_cache(maxsize=256)
def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name or "UTC")
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")


def _without_seconds(words: str, local: datetime) -> str:
    return words.replace(f":{local.minute:02d}:{local.second:02d}", f":{local.minute:02d}")
