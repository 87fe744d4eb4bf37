"""Learners at work, made through the doors and flows."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count

from stoa.access import api as access
from stoa.catalog import api as catalog
from stoa.courseware import api as courseware
from stoa.flows import enroll
from stoa.kernel.spans import InstantSpan
from stoa.learning import api as learning
from tests.builders.people import Person, a_person
from tests.builders.studies import ACourse, a_small_course, store_course

STARTED_AT = datetime(2025, 7, 14, 10, 0, tzinfo=UTC)
_numbers = count(1)


@dataclass(frozen=True)
class Studying:
    """A learner in a course."""

    learner: Person
    course: catalog.CourseRow
    enrollment: learning.EnrollmentRow

    @property
    def outline(self) -> courseware.CourseOutline:
        return courseware.outline(self.enrollment.version_id)

    def unit(self, title: str) -> courseware.OutlineUnit:
        """The unit with this title (keys are capitalized as titles)."""
        for module in self.outline.modules:
            for lesson in module.lessons:
                for unit in lesson.units:
                    if unit.title == title:
                        return unit
        raise LookupError(title)

    def inputs(self, title: str) -> dict[str, list[courseware.QuestionPart]]:
        """The questions of a unit by problem."""
        views = courseware.problems(self.enrollment.version_id, self.unit(title).problem_keys)
        return {
            key: [part for part in view.parts if isinstance(part, courseware.QuestionPart)]
            for key, view in views.items()
        }

    def saved_answers(self, title: str) -> dict[str, Mapping[str, learning.Answer]]:
        """What is kept of the learner's answers to a unit, by problem; problems without any are absent."""
        keys = self.unit(title).problem_keys
        states = learning.problem_states(self.enrollment.id, in_full=keys)
        return {key: states[key].answers for key in keys if key in states and states[key].answers}

    def answers(self, title: str, *, right: bool = True) -> dict[str, dict[str, list[str]]]:
        """Answers to every problem of a unit of the small or large course."""
        return {
            key: {
                part.input_id: [_answer(part, right)]
                if part.kind != "multiple_choice"
                else _boxes(part, right)
                for part in parts
            }
            for key, parts in self.inputs(title).items()
        }


def a_course_with_content(
    content: ACourse | None = None, *, title: str = "The night sky", status: str = "published"
) -> catalog.CourseRow:
    """A published course with its first version."""
    number = f"sky{next(_numbers)}"
    catalog.save_partner(slug="lyceum", name="Lyceum", kind="university", region="GR", about="")
    course = catalog.save_course(
        source_key=f"lyceum+{number}", partner_slug="lyceum", title=title, hours=12, saved_at=STARTED_AT
    )
    store_course(course.id, content or a_small_course(), number=number)
    if status == "published":
        catalog.publish_course(course_id=course.id, published_at=STARTED_AT)
    return catalog.get_course_by_id(course.id)


def give_full_access(
    learner: Person, course: catalog.CourseRow, *, at: datetime = STARTED_AT, days: int = 180
) -> None:
    """What a purchase grants."""
    access.grant(
        learner_id=learner.id,
        course_id=course.id,
        kind="purchase",
        source_reference=f"order:{learner.id}:{course.id}",
        span=InstantSpan(at, at + timedelta(days=days)),
        granted_at=at,
    )


def an_auditor(
    *, learner: Person | None = None, course: catalog.CourseRow | None = None, content: ACourse | None = None
) -> Studying:
    """A learner who audits a course."""
    learner = learner or a_person()
    course = course or a_course_with_content(content)
    enrollment = enroll.audit(learner_id=learner.id, course_slug=course.slug, at=STARTED_AT)
    return Studying(learner, course, enrollment)


def a_paying_learner(
    *, learner: Person | None = None, course: catalog.CourseRow | None = None, content: ACourse | None = None
) -> Studying:
    """A learner with full access."""
    studying = an_auditor(learner=learner, course=course, content=content)
    give_full_access(studying.learner, studying.course)
    return studying


def _answer(part: courseware.QuestionPart, right: bool) -> str:
    if part.kind == "single_choice":
        return next(option.value for option in part.options if ("Polaris" in option.html) is right)
    if part.kind == "numerical":
        return "365" if right else "12"
    return "kepler" if right else "Newton"


def _boxes(part: courseware.QuestionPart, right: bool) -> list[str]:
    wanted = ("Mars", "Venus") if right else ("Moon", "Sun")
    return [option.value for option in part.options if any(name in option.html for name in wanted)]
