"""What every finance page needs: who may read, which month is asked for."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from stoa.base import clock
from stoa.catalog import api as catalog
from stoa.kernel.refusals import Invalid
from stoa.kernel.spans import Month, Period, day_in
from stoa.ledger import api as ledger
from stoa.people import api as people

READERS = (people.CONTROLLER, people.AUDITOR)


class MonthInAddress:
    """``2025-09`` in a path."""

    regex = "[0-9]{4}-(?:0[1-9]|1[0-2])"

    def to_python(self, value: str) -> Month:
        return Month.parse(value)

    def to_url(self, value: Month | str) -> str:
        return str(value)


@dataclass(frozen=True, slots=True)
class Asked:
    """The month and currency a page is about, and what one may choose instead."""

    entity: str
    month: Month
    currency: str
    periods: tuple[ledger.PeriodRow, ...]

    @property
    def is_closed(self) -> bool:
        """Whether the month is locked."""
        return any(period.is_closed for period in self.periods if period.month == self.month)

    @property
    def is_known(self) -> bool:
        """Whether anything was ever posted in the month."""
        return any(period.month == self.month for period in self.periods)


@dataclass(frozen=True, slots=True)
class AskedPeriod:
    """The period and currency that statements are asked for, and the periods one may choose instead."""

    entity: str
    period: Period
    currency: str
    compare: bool
    known: tuple[Period, ...]

    @property
    def month(self) -> Month:
        """Its last month, for the pages of a month."""
        return self.period.last


def asked_of(request: HttpRequest) -> Asked:
    """Read ``?period=2025-09&currency=USD``; the latest month of the books unless told. Raises ``Invalid``."""
    entity = settings.STOA_ENTITY
    periods = ledger.periods_of(entity)
    text = request.GET.get("period", "")
    try:
        month = Month.parse(text) if text else periods[-1].month if periods else this_month()
    except ValueError as error:
        raise Invalid(_("The period in the address cannot be read: {reason}.").format(reason=error)) from None
    return Asked(entity, month, currency_of(request), periods)


def asked_period(request: HttpRequest) -> AskedPeriod:
    """Read ``?period=2025-Q3&currency=USD&compare=yes``; the latest month unless told. Raises ``Invalid``."""
    entity = settings.STOA_ENTITY
    months = [row.month for row in ledger.periods_of(entity)]
    text = request.GET.get("period", "")
    try:
        period = Period.parse(text) if text else Period(months[-1] if months else this_month(), 1)
    except ValueError as error:
        raise Invalid(_("The period in the address cannot be read: {reason}.").format(reason=error)) from None
    return AskedPeriod(
        entity, period, currency_of(request), request.GET.get("compare") == "yes", _periods(months, period)
    )


def _periods(months: Sequence[Month], asked: Period) -> tuple[Period, ...]:
    """Every month, quarter and year that the books touch, latest first, and the one that is asked for."""
    quarters = {Period(Month(each.year, 3 * ((each.month - 1) // 3) + 1), 3) for each in months}
    years = {Period(Month(each.year, 1), 12) for each in months}
    found = {*(Period(each, 1) for each in months), *quarters, *years, asked}
    return tuple(sorted(found, key=lambda each: (each.last, each.count), reverse=True))


def currency_of(request: HttpRequest) -> str:
    """Read ``?currency=USD``. Raises ``Invalid``."""
    currency = request.GET.get("currency", "USD").upper()
    if len(currency) != 3 or not currency.isascii() or not currency.isalpha():
        raise Invalid(_("The currency in the address must be a code such as USD."))
    return currency


def this_month() -> Month:
    """The month that today falls in, in the entity's time zone."""
    return Month.of(day_in(clock.now(), settings.STOA_ENTITY_TIME_ZONE))


def names_of(rows: Iterable[object]) -> dict[str, Mapping[str, str]]:
    """The names behind the partner and course slugs of ``rows``: two template variables, two queries."""
    rows = list(rows)
    partners = {slug for row in rows if (slug := getattr(row, "partner", ""))}
    courses = {slug for row in rows if (slug := getattr(row, "course", ""))}
    return {
        "partner_names": catalog.partner_names(partners) if partners else {},
        "course_titles": catalog.course_titles(courses) if courses else {},
    }


def page(
    request: HttpRequest, template: str, area: str, context: Mapping[str, object], *, status: int = 200
) -> HttpResponse:
    """Render a finance page; ``area`` marks its tab."""
    return render(request, f"finance/{template}.html", {"area": area, **context}, status=status)
