"""Builds the demo marketplace by carrying the story out, step by step, through the flows that people use."""

import json
import random
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import singledispatchmethod
from pathlib import Path
from uuid import UUID

from django.db import transaction

from stoa.base import clock, jobs
from stoa.catalog import api as catalog
from stoa.cli.demo_market import answers, cast, story
from stoa.cli.demo_market.courses import FULL_COURSES, course_folders, demo_folder, read_demo_course
from stoa.cli.demo_market.telling import Part, Telling, quiet
from stoa.commerce import api as commerce
from stoa.courseware import api as courseware
from stoa.discovery import api as discovery
from stoa.flows import checkout, enroll, import_course, month_end, posting, refunds, study
from stoa.kernel.money import usd
from stoa.kernel.refusals import Conflict, NotFound
from stoa.learning import api as learning
from stoa.people import api as people
from stoa.subledger import api as subledger

_OPENED = datetime(2025, 6, 2, 8, tzinfo=UTC)
_GATEWAY_DELAY = timedelta(seconds=3)
_BOOKKEEPER = "Grace Adeyemi"


class NotEmpty(Conflict):
    """People use this installation already: the demo does not mix with them."""

    code = "not_empty"


@dataclass(frozen=True, slots=True)
class OpenCourse:
    """A course on sale, with what the loader needs to act in it."""

    slug: str
    course_id: int
    offering_id: int
    version_id: int
    units: Mapping[str, courseware.OutlineUnit]
    answers: answers.AnswerBook


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a load did. ``is_new`` is false when the demo was there already; then ``counts`` is empty."""

    is_new: bool
    counts: Mapping[str, int]


def is_loaded() -> bool:
    """Whether the demo marketplace is in this installation: its operator is the mark."""
    try:
        people.find_person_by_email(cast.OPERATOR)
    except NotFound:
        return False
    return True


def load(*, sizes: story.Sizes | None = None, telling: Telling | None = None) -> Loaded:
    """Load the demo marketplace and set the test clock to its present; a second time changes nothing.

    One transaction: killed at any moment, it leaves the installation as it was. Raises ``NotEmpty`` where
    other people have accounts.
    """
    sizes, telling = sizes or story.Sizes(), telling or quiet()
    if is_loaded():
        return Loaded(is_new=False, counts={})
    if people.find_people("", limit=1):
        raise NotEmpty(
            "There are accounts in this installation. Load the demo into an empty one: STOA_DATA=… stoa demo load"
        )
    with transaction.atomic():
        folders = course_folders()[: sizes.courses]
        with telling.part("Courses", len(folders)) as part:
            market = _Market([_open(folder, number, part) for number, folder in enumerate(folders)])
        market.hire_cast()
        market.file_company()
        steps = story.tell_story(market.courses_for_story(), sizes)
        with telling.part("Three months", len(steps)) as part:
            for step in steps:
                market.carry_out(step)
                part.tell(f"{step.at:%-d %B}, {market.counts['purchases']} purchases")
        # The mail of these months was sent in its time.
        jobs.discard_waiting("send_receipt_mail", "send_refund_mail", "deliver_gateway_events")
        discovery.refresh_popularity(on=story.NOW.date())
        clock.set_test_clock(to=story.NOW)
    return Loaded(is_new=True, counts=dict(market.counts))


def _open(folder: Path, number: int, part: Part) -> OpenCourse:
    at = _OPENED + timedelta(days=number, minutes=17 * number)
    with read_demo_course(folder) as parsed:
        part.tell(parsed.about.title)
        imported = import_course.import_course(parsed, imported_at=at, price=usd("29.00"))
    outline = courseware.outline(imported.version.id)
    return OpenCourse(
        slug=imported.course.slug,
        course_id=imported.course.id,
        offering_id=catalog.offering_of_course(imported.course.id).id,
        version_id=imported.version.id,
        units={
            unit.key: unit for module in outline.modules for lesson in module.lessons for unit in lesson.units
        },
        answers=answers.answer_book(folder),
    )


@dataclass
class _Market:
    """Carries steps out. Knows ids; decides nothing but how a wrong answer looks."""

    courses: list[OpenCourse]
    counts: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self._course = {course.slug: course for course in self.courses}
        self._person: dict[str, people.PersonRow] = {}
        self._order: dict[tuple[str, str], UUID] = {}
        self._enrollment: dict[tuple[str, str], int] = {}

    def courses_for_story(self) -> list[story.Course]:
        """The courses as the story sees them."""
        rows = catalog.courses_by_id([course.course_id for course in self.courses])
        return [
            story.Course(
                slug=course.slug,
                language=rows[course.course_id].language,
                units=tuple(course.units.values()),
                appeal=9 if course.slug in FULL_COURSES else 3 + len(course.slug) % 3,
            )
            for course in self.courses
        ]

    def hire_cast(self) -> None:
        """Open the accounts one can sign in to. Scrypt takes its time: they are few."""
        for member in cast.CAST:
            person = people.register_person(
                email=member.email,
                display_name=member.name,
                password=cast.PASSWORD,
                registered_at=_OPENED,
                country=member.country,
                locale=member.locale,
                time_zone=member.time_zone,
            )
            if member.role:
                people.grant_role(user_id=person.id, role=member.role, granted_at=_OPENED)
            self._person[member.email] = person

    def file_company(self) -> None:
        """File what the company behind the marketplace does: customers, staff, an office, securities, partners."""
        lines = (demo_folder() / "company.jsonl").read_text(encoding="utf-8").splitlines()
        report = subledger.file_many(subledger.document_from(json.loads(line)) for line in lines)
        assert not report.refused, report.refused
        self.counts["documents of the company"] = report.new

    @singledispatchmethod
    def carry_out(self, step: story.Step) -> None:
        """Let a step happen."""
        raise AssertionError(f"no flow for {step}")

    @carry_out.register
    def _(self, step: story.SignUp) -> None:
        learner = step.learner
        self._person[learner.email] = people.register_person(
            email=learner.email,
            display_name=learner.name,
            password=None,
            registered_at=step.at,
            country=learner.place.country,
            locale=learner.place.locale,
            time_zone=learner.place.time_zone,
        )
        self.counts["learners"] += 1

    @carry_out.register
    def _(self, step: story.Audit) -> None:
        enroll.audit(learner_id=self._person[step.email].id, course_slug=step.course, at=step.at)
        self.counts["audits"] += 1

    @carry_out.register
    def _(self, step: story.Buy) -> None:
        person = self._person[step.email]
        try:
            order = checkout.start(
                learner_id=person.id,
                offering_id=self._course[step.course].offering_id,
                card=commerce.Card(step.card, 12, 2029, "123"),
                idempotency_key=f"{step.email} {step.at.isoformat()}",
                country=person.country,
                started_at=step.at,
            )
        except commerce.CardDeclined:
            self.counts["declined cards"] += 1
        else:
            self._order[step.email, step.course] = order.id
            self.counts["purchases"] += 1
        checkout.deliver_in_process(at=step.at + _GATEWAY_DELAY)

    @carry_out.register
    def _(self, step: story.Read) -> None:
        self._visit(step.email, step.course, step.unit, step.at)
        earned = study.complete_unit(
            learner_id=self._person[step.email].id, course_slug=step.course, unit_key=step.unit, at=step.at
        )
        self.counts["pages studied"] += 1
        self.counts["certificates"] += earned is not None

    @carry_out.register
    def _(self, step: story.Answer) -> None:
        course = self._course[step.course]
        keys = course.units[step.unit].problem_keys
        self._visit(step.email, step.course, step.unit, step.at)
        chance = random.Random(f"{step.email} {step.unit} {step.at}")  # noqa: S311 - a story, not a secret
        given = {
            key: answers.give(view, course.answers[key], rightly=chance.random() < step.skill, chance=chance)
            for key, view in courseware.problems(course.version_id, keys).items()
        }
        try:
            submitted = study.submit(
                learner_id=self._person[step.email].id,
                course_slug=step.course,
                unit_key=step.unit,
                answers=given,
                at=step.at + timedelta(seconds=40 * len(keys)),
                honor_code_accepted=True,
            )
        except (learning.NothingToSubmit, learning.NoAttemptsLeft):
            return
        self.counts["answers graded"] += len(submitted.submissions)
        self.counts["certificates"] += submitted.credential is not None

    @carry_out.register
    def _(self, step: story.AskRefund) -> None:
        refunds.refund_in_full(
            learner_id=self._person[step.email].id,
            order_id=self._order[step.email, step.course],
            asked_at=step.at,
        )
        checkout.deliver_in_process(at=step.at + _GATEWAY_DELAY)
        self.counts["refunds"] += 1

    @carry_out.register
    def _(self, step: story.PostBooks) -> None:
        run = posting.post(through=step.through, posted_at=step.at)
        self.counts["journal lines"] += run.line_count

    @carry_out.register
    def _(self, step: story.CloseBooks) -> None:
        month_end.close(step.month, closed_at=step.at, actor=_BOOKKEEPER)
        self.counts["months closed"] += 1

    def _visit(self, email: str, course: str, unit: str, at: datetime) -> None:
        key = email, course
        if key not in self._enrollment:
            self._enrollment[key] = learning.get_enrollment_by_slug(
                learner_id=self._person[email].id, course_slug=course
            ).id
        learning.visit_unit(enrollment_id=self._enrollment[key], unit_key=unit, visited_at=at)
