"""What every page of a course needs to know before it can say anything: the course, the learner, her standing."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property, wraps
from typing import TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from stoa.access import api as access
from stoa.base import clock
from stoa.catalog import api as catalog
from stoa.courseware import api as courseware
from stoa.kernel.refusals import NotFound
from stoa.learning import api as learning
from stoa.web.actors import learner_id_of

View = TypeVar("View", bound=Callable[..., HttpResponseBase])


@dataclass(frozen=True)
class Place:
    """One unit with its lesson and module, and where it stands in them (counted from 1)."""

    unit: courseware.OutlineUnit
    lesson: courseware.OutlineLesson
    module: courseware.OutlineModule
    module_number: int
    number: int


@dataclass(frozen=True)
class Classroom:
    """A learner in a course she may open."""

    learner_id: int
    course: catalog.CourseRow
    level: access.Level
    standing: learning.Standing
    at: datetime
    time_zone: str

    @property
    def enrollment(self) -> learning.EnrollmentRow:
        return self.standing.enrollment

    @property
    def progress(self) -> learning.ProgressRow:
        return self.standing.progress

    @property
    def is_audit(self) -> bool:
        """Whether graded work is closed to her."""
        return self.level != "full"

    @cached_property
    def outline(self) -> courseware.CourseOutline:
        return courseware.outline(self.enrollment.version_id)

    @cached_property
    def places(self) -> tuple[Place, ...]:
        """Every unit in the order of study."""
        return tuple(places_of(self.outline))

    @property
    def continue_key(self) -> str:
        """Where she stopped; the first unit at the start."""
        keys = {place.unit.key for place in self.places}
        if self.enrollment.last_unit_key in keys:
            return self.enrollment.last_unit_key
        return self.places[0].unit.key if self.places else ""

    def place_of(self, unit_key: str) -> Place:
        """Return where a unit is, or raise ``NotFound``."""
        for place in self.places:
            if place.unit.key == unit_key:
                return place
        raise NotFound(_("This course has no such page. Its outline shows what there is."))

    def is_locked(self, unit: courseware.OutlineUnit) -> bool:
        """Whether the unit holds graded work that an audit does not open."""
        return self.is_audit and bool(learning.graded_keys(unit))


@dataclass(frozen=True)
class ClosedDoor:
    """Why a signed-in learner cannot open the course, with the course to offer its doors."""

    course: catalog.CourseRow
    decision: access.AccessDecision
    is_enrolled: bool


def enter(request: HttpRequest, slug: str, *, unit_key: str = "") -> Classroom | ClosedDoor:
    """Return the classroom, or why it is closed; raises ``NotFound`` for an unknown course. Four queries."""
    course = catalog.get_course(slug)
    learner_id, at = learner_id_of(request), clock.now()
    level = access.level_of(learner_id=learner_id, course_id=course.id, at=at)
    try:
        standing = learning.standing(learner_id=learner_id, course_id=course.id, unit_key=unit_key)
    except learning.NotEnrolled:
        standing = None
    if level == "none" or standing is None:
        decision = access.explain(learner_id=learner_id, course_id=course.id, at=at)
        return ClosedDoor(course, decision, standing is not None)
    return Classroom(learner_id, course, level, standing, at, time_zone_of(request))


def closed_door(request: HttpRequest, door: ClosedDoor) -> HttpResponse:
    """The page that says why the course is closed and offers both doors."""
    return render(request, "learner/closed_door.html", {"door": door, "course": door.course}, status=403)


def time_zone_of(request: HttpRequest) -> str:
    """The time zone in which the signed-in person reads clocks; UTC when hers is none."""
    name = str(getattr(request.user, "time_zone", "") or "UTC")
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return "UTC"
    return name


def posted(view: View) -> View:
    """Answer a bare visit (such as one that comes back from signing in) with the unit's page."""

    @wraps(view)
    def guarded(request: HttpRequest, slug: str, key: str) -> HttpResponseBase:
        if request.method != "POST":
            return HttpResponseRedirect(reverse("learn_unit", args=[slug, key]))
        return view(request, slug, key)

    return guarded  # type: ignore[return-value]


def tabs_of(room: Classroom, current: str) -> list[tuple[str, str, bool]]:
    """The pages of a course beside its lessons."""
    names = (
        ("learn_course", _("Outline")),
        ("progress", _("Progress")),
        ("grades", _("Grades")),
        ("learn_certificate", _("Certificate")),
    )
    return [(words, reverse(name, args=[room.course.slug]), name == current) for name, words in names]


def places_of(outline: courseware.CourseOutline) -> Iterator[Place]:
    """Every unit of an outline in the order of study."""
    number = 0
    for module_number, module in enumerate(outline.modules, start=1):
        for lesson in module.lessons:
            for unit in lesson.units:
                number += 1
                yield Place(unit, lesson, module, module_number, number)
