"""The pages of a course beside its lessons: outline, progress, grades."""

from itertools import groupby

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from stoa.web.actors import signed_in
from stoa.web.learner.classroom import ClosedDoor, closed_door, enter, tabs_of


@signed_in
@require_safe
def course_home(request: HttpRequest, slug: str) -> HttpResponse:
    """The outline with what is done, and one next step."""
    room = enter(request, slug)
    if isinstance(room, ClosedDoor):
        return closed_door(request, room)
    page = {
        "room": room,
        "course": room.course,
        "next": room.place_of(room.continue_key) if room.places else None,
        "tabs": tabs_of(room, "learn_course"),
    }
    return render(request, "learner/course_home.html", page)


@signed_in
@require_safe
def continue_course(request: HttpRequest, slug: str) -> HttpResponse:
    """Lead to the page where the learner stopped."""
    room = enter(request, slug)
    if isinstance(room, ClosedDoor):
        return closed_door(request, room)
    if not room.places:
        return HttpResponseRedirect(reverse("learn_course", args=[slug]))
    return HttpResponseRedirect(reverse("learn_unit", args=[slug, room.continue_key]))


@signed_in
@require_safe
def progress(request: HttpRequest, slug: str) -> HttpResponse:
    """The declared rule, and what is missing by it."""
    room = enter(request, slug)
    if isinstance(room, ClosedDoor):
        return closed_door(request, room)
    by_module = groupby(room.progress.missing, key=lambda item: item.module_title)
    page = {
        "room": room,
        "course": room.course,
        "missing": [(title, list(items)) for title, items in by_module],
        "tabs": tabs_of(room, "progress"),
    }
    return render(request, "learner/progress.html", page)


@signed_in
@require_safe
def grades(request: HttpRequest, slug: str) -> HttpResponse:
    """How the grade comes about: categories, weights, drops, pass mark."""
    room = enter(request, slug)
    if isinstance(room, ClosedDoor):
        return closed_door(request, room)
    page = {
        "room": room,
        "course": room.course,
        "book": room.progress.grade_book,
        "tabs": tabs_of(room, "grades"),
    }
    return render(request, "learner/grades.html", page)
