"""Policies: the list, and each with its paragraphs, its judgments, and its schedule worked on facts."""

import json

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from stoa.kernel.refusals import Invalid, NotFound
from stoa.policies import registry, standalone, worked
from stoa.policies.frame import Policy, Result
from stoa.web.actors import with_role
from stoa.web.finance.views.shared import READERS, page
from stoa.web.finance.worked import arranged

#: Facts longer than this belong into a file and ``stoa policy``.
_LONGEST_FACTS = 40_000


@with_role(*READERS)
def policies(request: HttpRequest) -> HttpResponse:
    """Every policy, in the order of the note."""
    return page(request, "policies", "policies", {"policies": registry.all_policies()})


@with_role(*READERS)
def policy(request: HttpRequest, name: str) -> HttpResponse:
    """One policy, as it is applied; worked on its example, or on facts that the reader gives."""
    found = registry.find_policy(name)
    if found is None:
        raise NotFound(_("There is no such policy. The list shows what there is."))
    statement = registry.statement_of(found) if found.sql else ""
    context: dict[str, object] = {"policy": found, "statement": statement}
    rule = worked.find(name)
    if rule is None:
        return page(request, "policy", "policies", context)
    facts = request.POST.get("facts", "") or json.dumps(rule.example, indent=1, ensure_ascii=False)
    context |= {"facts": facts, "inputs": tuple(rule.inputs.items()), "given": request.method == "POST"}
    try:
        result = _worked(rule, facts)
    except Invalid as refusal:
        return page(request, "policy", "policies", {**context, "error": str(refusal)}, status=422)
    return page(request, "policy", "policies", {**context, "steps": result.steps, "worked": arranged(result)})


def _worked(rule: Policy, facts: str) -> Result:
    if len(facts) > _LONGEST_FACTS:
        raise Invalid(
            _(
                "These facts are longer than a page should hold. Run them with: stoa policy {name} --facts FILE"
            ).format(name=rule.name)
        )
    given = list(standalone.parse_json(facts, name=_("The facts")))
    if len(given) != 1:
        raise Invalid(_("Give the facts of one case: a single JSON object."))
    return rule.run(given[0])
