"""Answers and submissions: what is typed is kept, what is handed in is graded on the server."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from stoa.base import clock
from stoa.base.statuses import status_of
from stoa.flows import study
from stoa.kernel.refusals import Invalid, Refusal
from stoa.learning import api as learning
from stoa.web.actors import learner_id_of, signed_in
from stoa.web.learner.classroom import ClosedDoor, closed_door, enter, posted, time_zone_of
from stoa.web.learner.lesson import unit_page
from stoa.web.learner.problems import Given, answers_in


@signed_in
@posted
def save_answers(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    """Keep answers as they are given, and say when that was by the server's clock."""
    answers, at = answers_in(request.POST), clock.now()
    is_fragment = bool(request.headers.get("HX-Request"))
    try:
        study.save_answers(
            learner_id=learner_id_of(request), course_slug=slug, unit_key=key, answers=answers, at=at
        )
    except Refusal as refusal:
        if is_fragment:
            page = {"error": _words_of(refusal)}
            return render(request, "learner/_saved.html", page, status=max(422, status_of(refusal)))
        if isinstance(refusal, Invalid):
            return _refused(request, slug, key, answers, refusal)
        raise
    saved_at = _time_of_day(request, at)
    if is_fragment:
        return render(request, "learner/_saved.html", {"saved_at": saved_at, "at": at})
    messages.success(request, _("Your answers were saved at %(time)s.") % {"time": saved_at})
    return HttpResponseRedirect(reverse("learn_unit", args=[slug, key]))


@signed_in
@posted
def submit(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    """Hand in the graded work of a unit, or check one practice problem."""
    answers = answers_in(request.POST)
    problem_key = request.POST.get("problem", "")
    attempts_seen = request.POST.get("attempts_seen", "")
    try:
        handed_in = study.submit(
            learner_id=learner_id_of(request),
            course_slug=slug,
            unit_key=key,
            problem_keys=[problem_key] if problem_key else (),
            answers=answers,
            attempts_seen=int(attempts_seen)
            if attempts_seen.isdecimal() and len(attempts_seen) < 9
            else None,
            honor_code_accepted=request.POST.get("honor_code") == "yes",
            at=clock.now(),
        )
    except Invalid as refusal:
        return _refused(request, slug, key, answers, refusal)
    except learning.AlreadySubmitted as refusal:
        messages.info(request, str(refusal))
        return _back_to(slug, key, "results")
    except (learning.NoAttemptsLeft, learning.NothingToSubmit) as refusal:
        messages.warning(request, str(refusal))
        return _back_to(slug, key, "results")
    if handed_in.credential is not None:
        messages.success(request, _("You have passed the course. Your certificate is ready."))
    return _back_to(slug, key, request.POST.get("back", "results"))


@signed_in
@posted
def hint(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    """Give one more hint of a problem. Answers on the form are kept first."""
    learner_id, at = learner_id_of(request), clock.now()
    answers = answers_in(request.POST)
    if answers:
        try:
            study.save_answers(learner_id=learner_id, course_slug=slug, unit_key=key, answers=answers, at=at)
        except Invalid as refusal:
            return _refused(request, slug, key, answers, refusal)
    study.show_hint(
        learner_id=learner_id,
        course_slug=slug,
        unit_key=key,
        problem_key=request.POST.get("hint", ""),
        at=at,
    )
    return _back_to(slug, key, request.POST.get("back", ""))


def _refused(request: HttpRequest, slug: str, key: str, answers: Given, refusal: Invalid) -> HttpResponse:
    """The page again, everything typed kept, each error beside its field."""
    room = enter(request, slug, unit_key=key)
    if isinstance(room, ClosedDoor):
        return closed_door(request, room)
    errors = {name: _field_words(name) for name in refusal.fields}
    return unit_page(request, room, room.place_of(key), given=answers, errors=errors, status=422)


def _field_words(name: str) -> str:
    if name == "honor_code":
        return _("Tick this box to hand in graded work. Your answers are saved.")
    return _("This answer is too long: use at most 5,000 characters.")


def _words_of(refusal: Refusal) -> str:
    return next(iter(refusal.fields.values()), str(refusal)) if isinstance(refusal, Invalid) else str(refusal)


def _time_of_day(request: HttpRequest, at: datetime) -> str:
    return f"{at.astimezone(ZoneInfo(time_zone_of(request))):%H:%M:%S}"


def _back_to(slug: str, key: str, anchor: str) -> HttpResponseRedirect:
    fragment = f"#{anchor}" if anchor and anchor.replace("-", "").isalnum() else ""
    return HttpResponseRedirect(reverse("learn_unit", args=[slug, key]) + fragment)
