"""Who does what and when, from 1 July to 1 October 2025: a list of steps, decided by a seed and nothing else."""

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from stoa.cli.demo_market import cast
from stoa.cli.demo_market.courses import FULL_COURSES
from stoa.cli.demo_market.names import LearnerName, learner_names
from stoa.courseware import api as courseware
from stoa.kernel.spans import Month

BEGINNING = datetime(2025, 7, 1, 6, tzinfo=UTC)
NOW = datetime(2025, 10, 1, 9, tzinfo=UTC)
_LAST = NOW - timedelta(hours=4)
GOOD_CARDS = ("4242424242424242", "5555555555554444")
DECLINED_CARDS = ("4000000000000002", "4000000000009995")


@dataclass(frozen=True, slots=True)
class Sizes:
    """How much happens. The defaults make the demo; tests tell a short version of the same story."""

    learners: int = 200
    courses: int | None = None
    seed: int = 20250701


@dataclass(frozen=True, slots=True)
class Course:
    """What the story needs to know of a course: its pages in order, and how much people like it."""

    slug: str
    language: str
    units: tuple[courseware.OutlineUnit, ...]
    appeal: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """Something happens at an instant."""

    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SignUp(Step):
    learner: LearnerName


@dataclass(frozen=True, slots=True, kw_only=True)
class Audit(Step):
    email: str
    course: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Buy(Step):
    email: str
    course: str
    card: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Read(Step):
    email: str
    course: str
    unit: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer(Step):
    """Answers a unit's problems, each rightly with probability ``skill``, and submits them."""

    email: str
    course: str
    unit: str
    skill: float


@dataclass(frozen=True, slots=True, kw_only=True)
class AskRefund(Step):
    email: str
    course: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PostBooks(Step):
    through: Month


@dataclass(frozen=True, slots=True, kw_only=True)
class CloseBooks(Step):
    month: Month


def tell_story(courses: Sequence[Course], sizes: Sizes) -> list[Step]:
    """All steps in order of time; equal instants keep the order in which they were thought of."""
    chance = random.Random(sizes.seed)  # noqa: S311 - a story, not a secret
    steps = list(_cast_steps({course.slug: course for course in courses}))
    names = learner_names(chance)
    for _ in range(sizes.learners):
        steps += _Life(next(names), courses, chance).steps()
    steps += _bookkeeping()
    return sorted(steps, key=lambda step: step.at)


@dataclass
class _Life:
    """One learner's three months."""

    learner: LearnerName
    courses: Sequence[Course]
    chance: random.Random
    _steps: list[Step] = field(default_factory=list)

    def steps(self) -> list[Step]:
        joined = self._instant_of_joining()
        self._steps.append(SignUp(at=joined, learner=self.learner))
        wanted = self._wanted(self.chance.choices((1, 2, 3), weights=(35, 45, 20))[0])
        purchases = self.chance.choices((0, 1, 2), weights=(36, 52, 12))[0]
        at = joined + timedelta(minutes=self.chance.uniform(2, 30))
        for index, course in enumerate(wanted):
            if index < purchases:
                self._buys_and_studies(course, at)
            else:
                self._audits(course, at)
            at += timedelta(days=self.chance.uniform(0.5, 16))
        return [step for step in self._steps if step.at < _LAST]

    def _instant_of_joining(self) -> datetime:
        # Slowly more each week, and in the hours when people are awake somewhere.
        day = 89 * self.chance.random() ** 0.85
        return BEGINNING + timedelta(days=int(day), hours=self.chance.triangular(0, 17, 11))

    def _wanted(self, count: int) -> list[Course]:
        readable = [course for course in self.courses if course.language in ("en", self.learner.place.locale)]
        weights = [
            course.appeal * (4 if course.language == self.learner.place.locale != "en" else 1)
            for course in readable
        ]
        chosen: dict[str, Course] = {}
        while len(chosen) < min(count, len(readable)):
            course = self.chance.choices(readable, weights)[0]
            chosen[course.slug] = course
        return list(chosen.values())

    def _audits(self, course: Course, at: datetime) -> None:
        self._steps.append(Audit(at=at, email=self.learner.email, course=course.slug))
        open_pages = [unit for unit in course.units if not unit.graded]
        pages = open_pages[: self.chance.choices((0, 1, 2, 4), weights=(30, 30, 25, 15))[0]]
        self._studies(course, pages, at, skill=0.7)

    def _buys_and_studies(self, course: Course, at: datetime) -> None:
        email = self.learner.email
        if self.chance.random() < 0.4:
            self._audits(course, at)
            at += timedelta(days=self.chance.uniform(1, 6))
        if self.chance.random() < 0.08:
            self._steps.append(
                Buy(at=at, email=email, course=course.slug, card=self.chance.choice(DECLINED_CARDS))
            )
            if self.chance.random() < 0.25:
                return
            at += timedelta(minutes=self.chance.uniform(1, 6))
        self._steps.append(Buy(at=at, email=email, course=course.slug, card=self.chance.choice(GOOD_CARDS)))
        if self.chance.random() < 0.075:
            asked_at = at + timedelta(days=self.chance.uniform(0.2, 12.5))
            self._studies(course, course.units[:2], at, skill=0.6, until=asked_at)
            self._steps.append(AskRefund(at=asked_at, email=email, course=course.slug))
            return
        share = self.chance.choices((0.15, 0.5, 1.0), weights=(18, 27, 55))[0]
        pages = course.units[: max(1, round(len(course.units) * share))]
        self._studies(course, pages, at, skill=self.chance.uniform(0.72, 0.98))

    def _studies(
        self,
        course: Course,
        pages: Sequence[courseware.OutlineUnit],
        at: datetime,
        *,
        skill: float,
        until: datetime = NOW,
    ) -> None:
        for unit in pages:
            at += timedelta(
                hours=self.chance.choice((0.3, 0.5, 1, 20, 26, 47)) * self.chance.uniform(0.7, 1.3)
            )
            if at >= until:
                return
            self._steps += _study(self.learner.email, course, unit, at, skill)
            if unit.graded and self.chance.random() < 0.5:
                at += timedelta(minutes=self.chance.uniform(4, 40))
                if at < until:
                    self._steps += _study(self.learner.email, course, unit, at, min(1.0, skill + 0.15))


def _study(
    email: str, course: Course, unit: courseware.OutlineUnit, at: datetime, skill: float
) -> Iterator[Step]:
    if unit.problem_keys and (unit.graded or skill > 0.8):
        yield Answer(at=at, email=email, course=course.slug, unit=unit.key, skill=skill)
    if not unit.graded:
        yield Read(at=at + timedelta(minutes=6), email=email, course=course.slug, unit=unit.key)


def _cast_steps(courses: dict[str, Course]) -> Iterator[Step]:
    python, balance, stars = (courses.get(slug) for slug in FULL_COURSES)
    if python:
        at = datetime(2025, 9, 8, 18, 10, tzinfo=UTC)
        yield Buy(at=at, email=cast.LEARNER, course=python.slug, card=GOOD_CARDS[0])
        days = _every(at, timedelta(days=2, hours=5, minutes=20))
        for unit in python.units[: len(python.units) // 2]:
            yield from _study(cast.LEARNER, python, unit, days(), 0.9)
    if stars:
        at = datetime(2025, 9, 29, 20, 40, tzinfo=UTC)
        yield Audit(at=at, email=cast.LEARNER, course=stars.slug)
        yield from _study(cast.LEARNER, stars, stars.units[0], at + timedelta(minutes=25), 0.7)
    if balance:
        at = datetime(2025, 7, 9, 7, 5, tzinfo=UTC)
        yield Audit(at=at - timedelta(days=2), email=cast.GRADUATE, course=balance.slug)
        yield Buy(at=at, email=cast.GRADUATE, course=balance.slug, card=GOOD_CARDS[1])
        days = _every(at, timedelta(days=1, hours=23))
        for unit in balance.units:
            yield from _study(cast.GRADUATE, balance, unit, days(), 1.0)
    regretted = courses.get("revenue-over-time") or next(iter(courses.values()))
    at = datetime(2025, 9, 22, 13, 30, tzinfo=UTC)
    yield Buy(at=at, email=cast.REFUNDED, course=regretted.slug, card=GOOD_CARDS[0])
    for unit in regretted.units[:1]:
        yield from _study(cast.REFUNDED, regretted, unit, at + timedelta(hours=2), 0.7)
    yield AskRefund(at=datetime(2025, 9, 30, 15, 10, tzinfo=UTC), email=cast.REFUNDED, course=regretted.slug)


def _every(start: datetime, pause: timedelta) -> Callable[[], datetime]:
    instants = (start + pause * number for number in range(1, 1000))
    return lambda: min(next(instants), _LAST)


def _bookkeeping() -> Iterator[Step]:
    for month in (Month(2025, 7), Month(2025, 8)):
        after = month.plus(1)
        morning = datetime(after.year, after.month, 2, 8, 30, tzinfo=UTC)
        yield PostBooks(at=morning, through=month)
        yield CloseBooks(at=morning + timedelta(minutes=30), month=month)
    yield PostBooks(at=NOW - timedelta(minutes=30), through=Month(2025, 9))
