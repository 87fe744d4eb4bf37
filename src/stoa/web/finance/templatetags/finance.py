"""How finance pages write amounts: no symbol, tabular figures, negatives in parentheses, a dash for nothing."""

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from babel.dates import format_date
from babel.numbers import format_compact_decimal, format_decimal, format_percent
from django import template
from django.urls import reverse
from django.utils.html import format_html
from django.utils.http import urlencode
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext_lazy

from stoa.kernel.money import Money, exponent_of
from stoa.kernel.spans import Month, Period
from stoa.reporting import api as reporting
from stoa.subledger import api as subledger
from stoa.web.finance.navigation import Stop, pages_beside, places

register = template.Library()
_TYPES = {
    "asset": gettext_lazy("Assets"),
    "liability": gettext_lazy("Liabilities"),
    "equity": gettext_lazy("Equity"),
    "revenue": gettext_lazy("Revenue"),
    "expense": gettext_lazy("Expenses"),
}


@register.simple_tag
def amount(amount_minor: int | None, currency: str) -> SafeString:
    """An amount as statements write it: ``1,234.56``, ``(1,234.56)``, or a dash for zero."""
    if amount_minor is None:
        return SafeString("")
    if amount_minor == 0:
        return format_html('<span class="amount amount--zero">{}</span>', "–")
    words = words_of(abs(amount_minor), currency)
    if amount_minor < 0:
        return format_html('<span class="amount amount--negative">({})</span>', words)
    return format_html('<span class="amount">{}</span>', words)


@register.simple_tag
def less(amount_minor: int, currency: str) -> SafeString:
    """An amount that is taken away: in parentheses when positive."""
    return amount(-amount_minor, currency)


@register.simple_tag
def document_amount(row: subledger.DocumentRow) -> SafeString:
    """What a document is about, with its currency; in parentheses what was paid back, nothing where it has no amount."""
    minor = subledger.amount_minor_of(row)
    if not minor:
        return amount(minor, row.currency)
    shown = amount(-minor if row.kind == subledger.REFUND_PAID else minor, row.currency)
    return format_html("{} {}", shown, row.currency)


@register.simple_tag
def statement_amount(value: int | None, line: reporting.Line, currency: str) -> SafeString:
    """An amount of a statement in its unit: money, shares, per cent, years or a count."""
    if line.unit == reporting.MONEY:
        return amount(value, currency)
    return format_html(
        '<span class="amount">{}</span>', reporting.amount_words(value, unit=line.unit, currency=currency)
    )


@register.simple_tag
def entries_of(line: reporting.Line, asked: Any) -> str:
    """Where the entries behind a line of a statement are listed."""
    parts = {
        "period": str(asked.period),
        "currency": asked.currency,
        "line": line.label,
        **{
            name: ",".join(getattr(line, name))
            for name in ("accounts", "activities", "segments", "products")
            if getattr(line, name)
        },
    }
    return f"{reverse('finance_lines')}?{urlencode(parts)}"


@register.simple_tag
def finance_places(area: str) -> tuple[Stop, ...]:
    """The places of the books, for the first row of its navigation."""
    return places(area)


@register.simple_tag
def finance_pages(area: str) -> tuple[Stop, ...]:
    """The pages of the place one is in, for the second row."""
    return pages_beside(area)


@register.simple_tag
def note_figure(words: str, number: object) -> str:
    """A figure of a note that is no amount: a rate in per cent, anything else in the reader's separators."""
    try:
        value = Decimal(str(number))
    except InvalidOperation:
        return str(number)
    if words.endswith("rate") or "volatility" in words:
        return percent(str(value))
    return str(format_decimal(value, "#,##0.##", locale=locale_name()))


@register.simple_tag
def made_of(table: reporting.Table) -> list[tuple[str, str]]:
    """How each line of a table was made, in words."""
    return [(line.label, reporting.made_words(line)) for line in table.lines if line.note or line.accounts]


@register.filter
def period_name(period: Period) -> str:
    """A period as people say it: September 2025, third quarter of 2025, 2025."""
    if period.count == 1:
        return month_name(period.first)
    if period.count == 12 and period.first.month == 1:
        return str(period.first.year)
    if period.count == 3 and period.first.month % 3 == 1:
        return str(format_date(period.first.start_on, "QQQQ y", locale=locale_name()))
    return f"{month_name(period.first)} – {month_name(period.last)}"


@register.filter
def percent(rate: str) -> str:
    """A rate such as ``0.45`` as people say it: 45 %."""
    return str(format_percent(Decimal(rate), "#,##0.####\N{NO-BREAK SPACE}%", locale=locale_name()))


@register.filter
def month_name(month: Month) -> str:
    """A month as people say it: September 2025."""
    return str(format_date(month.start_on, "LLLL y", locale=locale_name()))


@register.filter
def month_short(text: object) -> str:
    """A month in a table's head: Sep 2025; anything else as it is."""
    try:
        month = text if isinstance(text, Month) else Month.parse(str(text))
    except ValueError:
        return str(text)
    return str(format_date(month.start_on, "LLL y", locale=locale_name()))


@register.filter
def spoken(code: str) -> str:
    """A code such as ``refund_paid`` in words."""
    return str(code).replace("_", " ").replace("-", " ").replace(":", " ").capitalize()


@register.filter
def account_type(code: str) -> str:
    """The heading over accounts of a type in the trial balance."""
    return str(_TYPES.get(code, code))


@register.filter
def named(slug: str, names: Mapping[str, str]) -> str:
    """The name of a partner or course; its slug where the catalog does not know it."""
    return names.get(slug, slug) if names else slug


@register.filter
def as_day(text: str) -> date | None:
    """The day a document's fact tells as ``2025-09-30``."""
    try:
        return date.fromisoformat(str(text))
    except ValueError:
        return None


@register.filter
def last_day(text: str) -> date | None:
    """The last day before an exclusive end such as ``2026-03-30``."""
    end = as_day(text)
    return end - timedelta(days=1) if end is not None and end > date.min else end


@register.filter
def day_before(end: date) -> date:
    """The last day of a span whose end is exclusive."""
    return end - timedelta(days=1)


@register.filter
def short_hash(text: str) -> str:
    """The first twelve letters of a hash."""
    return text[:12]


def words_of(amount_minor: int, currency: str) -> str:
    """An amount in the reader's separators with the currency's own number of places."""
    places = "0" * exponent_of(currency)
    pattern = f"#,##0.{places}" if places else "#,##0"
    return str(format_decimal(Money(amount_minor, currency).decimal, pattern, locale=locale_name()))


def short_words(amount_minor: int, currency: str) -> str:
    """An amount that fits above a column: 12.5K, 1.23M; the table beside has all of it."""
    value = Money(amount_minor, currency).decimal
    if abs(value) < 1000:
        return str(format_decimal(value, "#,##0", locale=locale_name()))
    return str(format_compact_decimal(value, fraction_digits=1, locale=locale_name()))


def locale_name() -> str:
    """The reader's locale as Babel writes it."""
    return (get_language() or "en").replace("-", "_")
