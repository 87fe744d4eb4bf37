"""How the learner pages write points, shares and attempts. Load with ``{% load learner %}``."""

from collections.abc import Sequence
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal
from typing import Final

from babel.numbers import format_decimal, format_percent
from django import template
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

register = template.Library()

_RIGHT_TO_LEFT: Final = frozenset("ar arc ckb dv fa he iw ks ps sd ug ur yi".split())


@register.filter
def points(value: Decimal | int | None) -> str:
    """Points with at most two places: ``1``, ``0.67``."""
    rounded = Decimal(value or 0).quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)
    return str(format_decimal(rounded, "#,##0.##", locale=_locale()))


@register.filter
def points_words(value: Decimal | int | None) -> str:
    """Points with their noun: ``1 point``, ``2.5 points``."""
    return ngettext("%(points)s point", "%(points)s points", 1 if value == 1 else 2) % {
        "points": points(value)
    }


@register.filter
def share(value: Decimal | None) -> str:
    """A share of 1 in percent, rounded down to one place: never shows a mark as reached that is not."""
    cut = Decimal(value or 0).quantize(Decimal("0.001"), rounding=ROUND_DOWN)
    return str(format_percent(cut, decimal_quantization=False, locale=_locale()))


@register.filter
def attempts_policy(limits: Sequence[int]) -> str:
    """How often a question could be answered; 0 stands for any number of times."""
    limited = [limit for limit in limits if limit]
    if not limited:
        return _("not limited; the best result counts")
    lowest, highest = min(limited), max(limited)
    if lowest == highest:
        words = ngettext(
            "%(number)s attempt a question; the best result counts",
            "%(number)s attempts a question; the best result counts",
            lowest,
        ) % {"number": lowest}
    else:
        words = _("%(lowest)s to %(highest)s attempts a question; the best result counts") % {
            "lowest": lowest,
            "highest": highest,
        }
    if len(limited) < len(limits):
        return _("%(words)s; some questions without limit") % {"words": words}
    return words


def _locale() -> str:
    return (get_language() or "en").replace("-", "_")
