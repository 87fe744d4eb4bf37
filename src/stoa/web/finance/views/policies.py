"""Policies: the list, and each with its paragraphs, judgements and statement."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from stoa.kernel.refusals import NotFound
from stoa.policies import registry
from stoa.web.actors import with_role
from stoa.web.finance.views.shared import READERS, page


@with_role(*READERS)
def policies(request: HttpRequest) -> HttpResponse:
    """Every policy, in the order of the note."""
    return page(request, "policies", "policies", {"policies": registry.all_policies()})


@with_role(*READERS)
def policy(request: HttpRequest, name: str) -> HttpResponse:
    """One policy, as it is applied."""
    found = registry.find_policy(name)
    if found is None:
        raise NotFound(_("There is no such policy. The list shows what there is."))
    statement = registry.statement_of(found) if found.sql else ""
    return page(request, "policy", "policies", {"policy": found, "statement": statement})
