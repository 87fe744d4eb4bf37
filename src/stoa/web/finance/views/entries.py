"""Entries by hand: writing one, and approving what another person wrote."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from stoa.base import clock
from stoa.flows import approvals
from stoa.kernel.identifiers import new_code
from stoa.kernel.refusals import Conflict, Invalid, NotAllowed
from stoa.kernel.spans import day_in
from stoa.ledger import api as ledger
from stoa.people import api as people
from stoa.subledger import api as subledger
from stoa.web.actors import learner_id_of, with_role
from stoa.web.finance.views.shared import READERS, page

_FEWEST_LINES, _MOST_LINES = 4, 40
#: An amount in groups of three digits: "1,200.50" or "1 200.50", never "12,50".
_WITH_THOUSANDS = re.compile(r"-?[0-9]{1,3}(?:,[0-9]{3}|[ \N{NO-BREAK SPACE}][0-9]{3})+(?:\.[0-9]+)?")
_SEGMENTS = ("Corporate", "Consumer", "Enterprise", "Degrees")


@dataclass(frozen=True, slots=True)
class TypedLine:
    """A line of the form as it was typed, with what is wrong about it."""

    number: int
    account: str
    debit: str
    credit: str
    segment: str
    error: str = ""


@with_role(*READERS)
def entries(request: HttpRequest) -> HttpResponse:
    """What waits for approval, and where to write an entry."""
    context = {
        "waiting": approvals.waiting(entity=settings.STOA_ENTITY),
        "recent": subledger.list_documents(
            entity=settings.STOA_ENTITY, kind="manual_entry", page_size=20
        ).rows,
    }
    return page(request, "entries", "entries", context)


@with_role(people.CONTROLLER)
def new_entry(request: HttpRequest) -> HttpResponse:
    """The form of an entry; what is refused keeps what was typed."""
    if request.method != "POST":
        return _form(request, {"token": new_code(), "on": str(_today())}, _lines({}, _FEWEST_LINES))
    typed = {
        name: request.POST.get(name, "").strip()
        for name in ("token", "on", "reason", "reverses_on", "evidence", "currency")
    }
    count = min(max(_count(request.POST), _FEWEST_LINES), _MOST_LINES)
    lines = _lines(request.POST, count)
    if "more" in request.POST:
        return _form(request, typed, _lines(request.POST, min(count + 4, _MOST_LINES)))
    try:
        filed = approvals.prepare_entry(
            given=_given(typed, lines), preparer=people.get_person(learner_id_of(request))
        )
    except (Invalid, Conflict) as refusal:
        fields = getattr(refusal, "fields", {})
        return _form(
            request, typed, _with_errors(lines, fields), error=str(refusal), fields=fields, status=422
        )
    messages.success(request, _("The entry is filed. It is posted with the next posting run."))
    return redirect("finance_document", document_id=filed.id)


@with_role(people.CONTROLLER)
@require_POST
def approve(request: HttpRequest, document_id: int) -> HttpResponse:
    """Approve an entry that another person prepared."""
    row = subledger.get_document(document_id)
    try:
        approvals.approve_entry(
            entry=row.reference, approver=people.get_person(learner_id_of(request)), approved_on=_today()
        )
    except (Invalid, Conflict, NotAllowed) as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The entry is approved. It is posted with the next posting run."))
    return redirect("finance_entries")


def _form(
    request: HttpRequest,
    typed: Mapping[str, str],
    lines: list[TypedLine],
    *,
    error: str = "",
    fields: Mapping[str, str] | None = None,
    status: int = 200,
) -> HttpResponse:
    chart = [
        account
        for account in ledger.chart_of_accounts()
        if not (account.is_control and account.type in (ledger.ASSET, ledger.LIABILITY))
    ]
    context = {
        "typed": typed,
        "lines": lines,
        "accounts": [("", "—"), *((each.code, f"{each.code} {each.name}") for each in chart)],
        "segments": _SEGMENTS,
        "error": error,
        "fields": dict(fields or {}),
        "currency": typed.get("currency") or "USD",
    }
    return page(request, "entry_form", "entries", context, status=status)


def _given(typed: Mapping[str, str], lines: list[TypedLine]) -> dict[str, Any]:
    """The entry as a document says it; lines that were left empty are left out."""
    given: dict[str, Any] = {
        "reference": f"entry:{typed['token'] or new_code()}",
        "entity": settings.STOA_ENTITY,
        "currency": typed["currency"] or "USD",
        "on": typed["on"],
        "reason": typed["reason"],
        "lines": [
            {"account": line.account, "segment": line.segment}
            | {side: amount for side in ("debit", "credit") if (amount := _plain(getattr(line, side)))}
            for line in lines
            if line.account or line.debit or line.credit
        ],
    }
    if typed["reverses_on"]:
        given["reverses_on"] = typed["reverses_on"]
    if typed["evidence"]:
        given["evidence"] = [{"address": typed["evidence"]}]
    return given


def _plain(amount: str) -> str:
    """An amount as typed, without separators of thousands; a decimal comma stays, and is refused."""
    return re.sub(r"[, \N{NO-BREAK SPACE}]", "", amount) if _WITH_THOUSANDS.fullmatch(amount) else amount


def _lines(posted: Mapping[str, str], count: int) -> list[TypedLine]:
    def typed(name: str, number: int) -> str:
        return posted.get(f"{name}_{number}", "").strip()[:200]

    return [
        TypedLine(
            number,
            account=typed("account", number),
            debit=typed("debit", number),
            credit=typed("credit", number),
            segment=typed("segment", number) or _SEGMENTS[0],
        )
        for number in range(1, count + 1)
    ]


def _count(posted: Mapping[str, str]) -> int:
    """How many lines the form had."""
    numbers = (re.fullmatch(r"account_([0-9]{1,3})", name) for name in posted)
    return max((int(found[1]) for found in numbers if found), default=0)


def _with_errors(lines: list[TypedLine], fields: Mapping[str, str]) -> list[TypedLine]:
    """Lines beside what is wrong with each: refusals count the lines that were filled in."""
    filled = [line.number for line in lines if line.account or line.debit or line.credit]
    errors: dict[int, str] = {}
    for path, words in _line_errors(fields):
        if path < len(filled):
            errors[filled[path]] = words
    return [
        TypedLine(
            line.number, line.account, line.debit, line.credit, line.segment, errors.get(line.number, "")
        )
        for line in lines
    ]


def _line_errors(fields: Mapping[str, str]) -> Iterator[tuple[int, str]]:
    for path, words in fields.items():
        found = re.match(r"lines\[([0-9]+)\]\.?(\w*)", path)
        if found:
            yield int(found[1]), f"{found[2]} {words}".strip()


def _today() -> Any:
    return day_in(clock.now(), settings.STOA_ENTITY_TIME_ZONE)
