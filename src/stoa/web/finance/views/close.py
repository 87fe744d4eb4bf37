"""Closing a month: the checklist, and the lock."""

from datetime import timedelta

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from stoa.base import clock, jobs, progress
from stoa.flows import month_end
from stoa.kernel.spans import Month
from stoa.ledger import api as ledger
from stoa.people import api as people
from stoa.web.actors import actor_of, learner_id_of, with_role
from stoa.web.finance.views.reopening import waiting_for
from stoa.web.finance.views.shared import READERS, page

#: How long the last words of a posting stay on the page.
_SHOWN = timedelta(days=1)


@with_role(people.CONTROLLER)
@require_POST
def post_now(request: HttpRequest) -> HttpResponse:
    """Ask a worker to post what is new in every open month that has begun; the page shows how far it is."""
    progress.expect("post_books", asked_by=actor_of(request).display_name, asked_at=clock.now())
    jobs.enqueue("post_books", lock="post_books", once="post_books")
    messages.info(request, _("Posting has been asked for. It goes on when you leave this page."))
    return redirect("finance_home")


@with_role(*READERS)
def posting_progress(request: HttpRequest) -> HttpResponse:
    """How far posting is: a fragment that asks again until it is over."""
    return page(request, "_posting", "home", posting_context(request))


@with_role(people.CONTROLLER)
@require_POST
def stop_posting(request: HttpRequest) -> HttpResponse:
    """Ask posting to stop; months it has finished stay posted."""
    progress.ask_to_stop("post_books")
    return redirect("finance_home")


def posting_context(request: HttpRequest) -> dict[str, object]:
    """What the fragment shows: the job's last words, when it was asked for lately."""
    found = progress.of("post_books")
    is_recent = found is not None and clock.now() - found.asked_at < _SHOWN
    return {"posting": found if is_recent else None, "may_close": actor_of(request).has(people.CONTROLLER)}


@with_role(*READERS)
def close_page(request: HttpRequest, month: Month) -> HttpResponse:
    """The checklist of a month; a controller who confirms locks it."""
    if request.method == "POST":
        return _close(request, month)
    return _show(request, month, _checks(month))


@with_role(*READERS)
def checklist(request: HttpRequest, month: Month) -> HttpResponse:
    """The checklist alone, for the page that loads it after itself."""
    checks = _checks(month)
    return page(request, "_checklist", "home", {"checks": checks, "month": month, "passed": _passed(checks)})


def _close(request: HttpRequest, month: Month) -> HttpResponse:
    actor = actor_of(request)
    if not actor.has(people.CONTROLLER):
        from stoa.kernel.refusals import NotAllowed

        raise NotAllowed(_("Closing a month needs the role controller. An auditor reads."))
    if request.POST.get("confirmed") != "yes":
        return _show(
            request,
            month,
            _checks(month),
            error=_("Tick the box: only two people together open a locked month again."),
            status=422,
        )
    try:
        month_end.close(month, closed_at=clock.now(), actor=actor.display_name)
    except month_end.AlreadyClosed as already:
        messages.info(request, str(already))
    except month_end.NotReadyToClose as refused:
        return _show(request, month, refused.checks, status=409)
    else:
        messages.success(request, _("{month} is closed, locked and sealed.").format(month=month))
    return redirect("finance_close", month=month)


def _show(
    request: HttpRequest,
    month: Month,
    checks: tuple[month_end.Check, ...],
    *,
    error: str = "",
    status: int = 200,
) -> HttpResponse:
    period = next((row for row in ledger.periods_of(settings.STOA_ENTITY) if row.month == month), None)
    context = {
        "month": month,
        "period": period,
        "checks": checks,
        "passed": _passed(checks),
        "error": error,
        "may_close": actor_of(request).has(people.CONTROLLER),
        "history": _history(month),
        "waiting": _waiting(month, learner_id_of(request))
        if period is not None and period.is_closed
        else None,
        "is_latest": ledger.last_closed_month(settings.STOA_ENTITY) == month,
        "ties": _ties(period),
        "batches": ledger.batch_rows(entity=settings.STOA_ENTITY, month=month),
        "time_zone": settings.STOA_ENTITY_TIME_ZONE,
    }
    return page(request, "close", "home", context, status=status)


def _checks(month: Month) -> tuple[month_end.Check, ...]:
    period = next((row for row in ledger.periods_of(settings.STOA_ENTITY) if row.month == month), None)
    if period is not None and period.is_closed:
        return tuple(month_end.Check(**check) for check in period.checks)
    return month_end.check(month, checked_at=clock.now())


def _waiting(month: Month, reader_id: int) -> dict[str, object] | None:
    """The request to open the month again, with the name of who asks, and whether the reader may approve it."""
    found = waiting_for(month)
    if found is None:
        return None
    person = people.get_person(found.requested_by)
    return {"name": person.display_name, "reason": found.reason, "is_own": found.requested_by == reader_id}


def _ties(period: ledger.PeriodRow | None) -> list[dict[str, object]]:
    """What agreed when the month was closed: each figure beside the one it was compared with."""
    kept = period.tie_outs if period is not None else {}
    return [
        {
            "name": f"{row['code']} {row.get('name', '')}".strip() if row.get("code") else str(row["beside"]),
            "beside": str(row["beside"]),
            "currency": str(row["currency"]),
            "ledger_minor": int(row["ledger_minor"]),
            "beside_minor": int(row["beside_minor"]),
            "agrees": row["ledger_minor"] == row["beside_minor"],
        }
        for group in ("control", "cash", "equity", "cash_flow", "statements")
        for row in kept.get(group, ())
    ]


def _history(month: Month) -> dict[str, list[dict[str, object]]]:
    """Reopenings and permits of the month, with the names of who made them."""
    found = ledger.history_of(entity=settings.STOA_ENTITY, month=month)
    ids = {each.allowed_by for each in found.permits}
    ids |= {person for each in found.reopenings for person in (each.requested_by, each.approved_by)}
    names = {number: person.display_name for number, person in people.people_by_id(ids).items()}
    return {
        "reopenings": [
            {
                "approved_at": each.approved_at,
                "reason": each.reason,
                "asked_name": names[each.requested_by],
                "approved_name": names[each.approved_by],
                "seal": each.seal,
            }
            for each in found.reopenings
        ],
        "permits": [
            {"reference": each.reference, "reason": each.reason, "allowed_name": names[each.allowed_by]}
            for each in found.permits
        ],
    }


def _passed(checks: tuple[month_end.Check, ...]) -> int:
    return sum(check.passed for check in checks)
