"""Why does this learner (not) have access? For anybody, at any time."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import TypeVar

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from stoa.access import api as access
from stoa.base import clock
from stoa.catalog import api as catalog
from stoa.kernel.refusals import NotFound
from stoa.people import api as people
from stoa.web.actors import with_role

Row = TypeVar("Row")


@never_cache
@require_safe
@with_role(people.OPERATOR)
def access_question(request: HttpRequest) -> HttpResponse:
    """``?learner=EMAIL&course=SLUG&at=`` answers in sentences; 422 names the field that leads nowhere."""
    values = {name: request.GET.get(name, "").strip()[:200] for name in ("learner", "course", "at")}
    errors: dict[str, str] = {}
    context: dict[str, object] = {"values": values, "errors": errors}
    if values["learner"] or values["course"]:
        at = _instant(values["at"], errors)
        learner = _or_error(lambda: people.find_person_by_email(values["learner"]), "learner", errors)
        course = _or_error(lambda: catalog.get_course(values["course"]), "course", errors)
        if learner is not None and course is not None and at is not None:
            context |= {
                "learner": learner,
                "course": course,
                "decision": access.explain(learner_id=learner.id, course_id=course.id, at=at),
            }
    return render(request, "operations/access.html", context, status=422 if errors else 200)


def _or_error(find: Callable[[], Row], name: str, errors: dict[str, str]) -> Row | None:
    try:
        return find()
    except NotFound as refusal:
        errors[name] = str(refusal)
        return None


def _instant(text: str, errors: dict[str, str]) -> datetime | None:
    if not text:
        return clock.now()
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        errors["at"] = _("Enter a time such as 2025-09-01T12:00, in UTC.")
        return None
    return instant if instant.tzinfo else instant.replace(tzinfo=UTC)
