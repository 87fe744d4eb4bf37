"""Between open and locked: closing softly, letting a document in, and opening a locked month again by two people."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from stoa.base import clock
from stoa.flows import month_end
from stoa.kernel.refusals import Refusal
from stoa.kernel.spans import Month
from stoa.ledger import api as ledger
from stoa.people import api as people
from stoa.web.actors import actor_of, learner_id_of, with_role


@with_role(people.CONTROLLER)
@require_POST
def close_softly(request: HttpRequest, month: Month) -> HttpResponse:
    """Close a month softly: its documents count from the next one unless they are let in."""
    try:
        month_end.soft_close(month, closed_at=clock.now(), actor=actor_of(request).display_name)
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("{month} is closed softly.").format(month=month))
    return redirect("finance_close", month=month)


@with_role(people.CONTROLLER)
@require_POST
def let_in(request: HttpRequest, month: Month) -> HttpResponse:
    """Allow one document, still to be filed, to count in a softly closed month."""
    try:
        month_end.allow_adjustment(
            month,
            reference=request.POST.get("reference", "").strip(),
            reason=request.POST.get("reason", "").strip(),
            allowed_by=learner_id_of(request),
            allowed_at=clock.now(),
        )
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(
            request, _("The document may be filed now and counts in {month}.").format(month=month)
        )
    return redirect("finance_close", month=month)


@with_role(people.CONTROLLER)
@require_POST
def ask(request: HttpRequest, month: Month) -> HttpResponse:
    """Ask that a locked month be opened again; another controller has to approve."""
    try:
        month_end.request_reopening(
            month,
            requested_by=learner_id_of(request),
            reason=request.POST.get("reason", "").strip(),
            requested_at=clock.now(),
        )
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Another controller can approve now; the month is locked until then."))
    return redirect("finance_close", month=month)


@with_role(people.CONTROLLER)
@require_POST
def approve(request: HttpRequest, month: Month) -> HttpResponse:
    """Open the month that another controller asked about. Its old seal and both names stay on record."""
    waiting = waiting_for(month)
    try:
        if waiting is None:
            raise ledger.NotLocked(_("Nobody asks to open {month} again.").format(month=month))
        month_end.approve_reopening(
            request_id=waiting.id, approved_by=learner_id_of(request), approved_at=clock.now()
        )
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(
            request,
            _("{month} is open again, softly closed: let in what shall count in it.").format(month=month),
        )
    return redirect("finance_close", month=month)


def waiting_for(month: Month) -> ledger.ReopeningRequestRow | None:
    """The request about a month that nobody approved yet."""
    found = [each for each in ledger.waiting_reopenings(settings.STOA_ENTITY) if each.month == month]
    return found[-1] if found else None
