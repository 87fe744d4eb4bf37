"""The learner's own pages: home, and what she has accomplished."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from stoa.access import api as access
from stoa.base import clock
from stoa.catalog import api as catalog
from stoa.courseware import api as courseware
from stoa.credentials import api as credentials
from stoa.learning import api as learning
from stoa.web.actors import learner_id_of, signed_in
from stoa.web.learner.classroom import places_of, time_zone_of
from stoa.web.learner.verify import Shown, shown


@dataclass(frozen=True)
class Shelved:
    """One course of a learner as a list shows it."""

    course: catalog.CourseRow
    enrollment: learning.EnrollmentRow
    level: access.Level
    credential: credentials.CredentialRow | None

    @property
    def is_completed(self) -> bool:
        """Passed, or every step done."""
        return self.enrollment.passed_at is not None or self.enrollment.finished_at is not None


@dataclass(frozen=True)
class NextStep:
    """The page to go on with."""

    key: str
    title: str
    lesson_title: str
    module_title: str


@signed_in
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Continue where she stopped, then what is in progress, then what is completed."""
    shelved = _shelved(learner_id_of(request))
    open_ones = [row for row in shelved if not row.is_completed]
    first = open_ones[0] if open_ones else None
    page = {
        "first": first,
        "next": _next_step(first.enrollment) if first else None,
        "others": open_ones[1:],
        "completed": [row for row in shelved if row.is_completed],
        "certificates": sum(
            row.credential is not None and row.credential.status == "valid" for row in shelved
        ),
        "time_zone": time_zone_of(request),
    }
    return render(request, "learner/home.html", page)


@signed_in
@require_safe
def accomplishments(request: HttpRequest) -> HttpResponse:
    """Every certificate a learner has earned."""
    rows = credentials.credentials_of(learner_id_of(request))
    courses = catalog.courses_by_id([row.course_id for row in rows])
    certificates: list[tuple[Shown, catalog.CourseRow | None]] = [
        (shown(request, row), courses.get(row.course_id)) for row in rows
    ]
    return render(request, "learner/accomplishments.html", {"certificates": certificates})


def _shelved(learner_id: int) -> list[Shelved]:
    enrollments = learning.enrollments_of(learner_id)
    courses = catalog.courses_by_id([row.course_id for row in enrollments])
    levels = access.levels_of(learner_id=learner_id, at=clock.now())
    earned = {row.course_id: row for row in credentials.credentials_of(learner_id)}
    return [
        Shelved(courses[row.course_id], row, levels.get(row.course_id, "none"), earned.get(row.course_id))
        for row in enrollments
        if row.course_id in courses
    ]


def _next_step(enrollment: learning.EnrollmentRow) -> NextStep | None:
    places = tuple(places_of(courseware.outline(enrollment.version_id)))
    here = next((place for place in places if place.unit.key == enrollment.last_unit_key), None)
    place = here or (places[0] if places else None)
    if place is None:
        return None
    return NextStep(place.unit.key, place.unit.title, place.lesson.title, place.module.title)
