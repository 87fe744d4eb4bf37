"""Registers: what the books keep one by one (leases, assets, awards, securities), what it is carried at, what it will cost."""

from collections import defaultdict
from collections.abc import Iterable

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from stoa.kernel.refusals import NotFound
from stoa.subledger import api as subledger
from stoa.web.actors import with_role
from stoa.web.finance.charts import ages_svg, years_svg
from stoa.web.finance.views.numbers import whole_number
from stoa.web.finance.views.shared import READERS, asked_of, page

_PAGE_SIZE = 50
_RECEIVABLES = "credit_losses"
_TITLES = {
    "awards": gettext_lazy("Stock awards"),
    "stock_compensation": gettext_lazy("Stock awards"),
    "deferred_commissions": gettext_lazy("Deferred commissions"),
    "fixed_assets": gettext_lazy("Property and equipment"),
    "internal_use_software": gettext_lazy("Internal-use software"),
    "income_taxes": gettext_lazy("Income taxes"),
    "uncertain_tax_positions": gettext_lazy("Uncertain tax positions"),
    "credit_losses": gettext_lazy("Receivables"),
    "seat_contracts": gettext_lazy("Seat contracts"),
    "partner_fees": gettext_lazy("Partner agreements"),
}


#: What a register's three amounts are called: in all, what became of it, and what is left.
_USUAL = (gettext_lazy("Cost"), gettext_lazy("Accumulated"), gettext_lazy("Carried at"))
_AMOUNTS = {
    "credit_losses": (gettext_lazy("Billed"), gettext_lazy("Received"), gettext_lazy("Open")),
    "payables": (gettext_lazy("Billed"), gettext_lazy("Paid"), gettext_lazy("Owed")),
    "seat_contracts": (gettext_lazy("Price"), gettext_lazy("Earned"), gettext_lazy("To be earned")),
    "stock_compensation": (
        gettext_lazy("Fair value"),
        gettext_lazy("Recognized"),
        gettext_lazy("To be recognized"),
    ),
    "income_taxes": (gettext_lazy("Deferred tax"), gettext_lazy("Allowance"), gettext_lazy("Carried at")),
}


@with_role(*READERS)
def registers(request: HttpRequest) -> HttpResponse:
    """Every register with what it carries at the end of the month."""
    asked = asked_of(request)
    found = [
        (name, title_of(name), register, _totals(register))
        for name, register in subledger.registers(entity=asked.entity, day=asked.month.end_on).items()
    ]
    found.sort(key=lambda each: (not each[2].rows, str(each[1])))
    return page(request, "registers", "registers", {"asked": asked, "registers": found})


@with_role(*READERS)
def register(request: HttpRequest, name: str) -> HttpResponse:
    """One register: its rows, what later years will bear, and the figures of its note."""
    asked = asked_of(request)
    if name not in subledger.families_with_register():
        raise NotFound(_("There is no such register. The list shows those that are kept."))
    found = subledger.register(name, entity=asked.entity, day=asked.month.end_on)
    number = whole_number(request.GET.get("page"), 1)
    pages = max(1, -(-len(found.rows) // _PAGE_SIZE))
    number = min(max(number, 1), pages)
    aging = subledger.aging(entity=asked.entity, day=asked.month.end_on) if name == _RECEIVABLES else None
    context = {
        "asked": asked,
        "name": name,
        "aging": aging,
        "ages": _ages(aging) if aging else (),
        "title": title_of(name),
        "called": _AMOUNTS.get(name, _USUAL),
        "register": found,
        "rows": found.rows[(number - 1) * _PAGE_SIZE : number * _PAGE_SIZE],
        "page_number": number,
        "pages": pages,
        "totals": _totals(found),
        "years": _years(found.years),
        "kinds": [each for each in subledger.kinds() if each.policy == name],
    }
    return page(request, "register", "registers", context)


def title_of(name: str) -> str:
    """A register's name as people say it."""
    return str(_TITLES.get(name) or name.replace("_", " ").capitalize())


def _ages(aging: subledger.Aging) -> tuple[tuple[str, list[tuple[str, int]], object], ...]:
    """What is owed by class of age, a plot for each currency."""
    found = []
    for currency in sorted({row.currency for row in aging.rows}):
        ages = list(zip(aging.classes, aging.totals(currency), strict=True))
        found.append((currency, ages, ages_svg(_("Receivables"), currency, ages)))
    return tuple(found)


def _totals(register: subledger.Register) -> tuple[tuple[str, int, int, int], ...]:
    """Cost, accumulated and carrying amount of all rows, by currency."""
    sums: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
    for row in register.rows:
        each = sums[row.currency]
        each[0] += row.cost_minor
        each[1] += row.accumulated_minor
        each[2] += row.carrying_minor
    return tuple((currency, *amounts) for currency, amounts in sorted(sums.items()))  # type: ignore[misc]


def _years(
    years: Iterable[subledger.YearAmount],
) -> list[tuple[str, str, list[subledger.YearAmount], object]]:
    """The years by what they are and currency, each group with its plot."""
    groups: dict[tuple[str, str], list[subledger.YearAmount]] = defaultdict(list)
    for each in years:
        groups[each.words, each.currency].append(each)
    return [
        (words, currency, group, years_svg(words, currency, group))
        for (words, currency), group in groups.items()
        if any(each.amount_minor for each in group)
    ]
