"""Where the pages of the books are: five places, each with its own pages."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

#: Each place with its pages: the area that a view names, the address and the words.
_PLACES: tuple[tuple[Promise | str, tuple[tuple[str, str, Promise | str], ...]], ...] = (
    (
        gettext_lazy("Close"),
        (
            ("home", "finance_home", gettext_lazy("Months")),
            ("audit", "finance_audit", gettext_lazy("Audit samples")),
            ("access", "finance_access", gettext_lazy("Access review")),
        ),
    ),
    (
        gettext_lazy("Reports"),
        (
            ("statements", "finance_statements", gettext_lazy("Statements")),
            ("trial-balance", "finance_trial_balance", gettext_lazy("Trial balance")),
            ("revenue", "finance_revenue", gettext_lazy("Revenue")),
            ("deferred-revenue", "finance_deferred_revenue", gettext_lazy("Deferred")),
        ),
    ),
    (
        gettext_lazy("Journal"),
        (
            ("journal", "finance_journal", gettext_lazy("Journal")),
            ("documents", "finance_documents", gettext_lazy("Documents")),
            ("entries", "finance_entries", gettext_lazy("Entries by hand")),
        ),
    ),
    (
        gettext_lazy("Registers"),
        (
            ("registers", "finance_registers", gettext_lazy("Registers")),
            ("partners", "finance_partners", gettext_lazy("Partners")),
        ),
    ),
    (gettext_lazy("Policies"), (("policies", "finance_policies", gettext_lazy("Policies")),)),
)


@dataclass(frozen=True, slots=True)
class Stop:
    """A page one may go to."""

    words: Promise | str
    url_name: str
    is_here: bool


def places(area: str) -> tuple[Stop, ...]:
    """The places of the books; the one that holds ``area`` is here."""
    return tuple(Stop(words, pages[0][1], any(page[0] == area for page in pages)) for words, pages in _PLACES)


def pages_beside(area: str) -> tuple[Stop, ...]:
    """The pages of the place that holds ``area``; none when the page is alone there."""
    for _words, pages in _PLACES:
        if any(page[0] == area for page in pages):
            stops = tuple(Stop(words, url_name, name == area) for name, url_name, words in pages)
            return stops if len(stops) > 1 else ()
    return ()
