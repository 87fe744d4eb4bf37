"""Rows of the catalog that cross the door."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Final

PARTNER_KINDS: Final = ("university", "company", "nonprofit", "public", "individual")
LEVELS: Final = ("beginner", "intermediate", "advanced", "mixed")
DRAFT: Final = "draft"
PUBLISHED: Final = "published"
RETIRED: Final = "retired"
STATUSES: Final = (DRAFT, PUBLISHED, RETIRED)
SINGLE_COURSE: Final = "single_course"
OFFERING_KINDS: Final = (SINGLE_COURSE,)

#: The subjects a new installation starts with: address, name, hue.
STANDARD_SUBJECTS: Final = (
    ("arts-and-design", "Arts and design", 345),
    ("business", "Business", 35),
    ("computing", "Computing", 245),
    ("data", "Data and statistics", 205),
    ("earth", "Earth and environment", 150),
    ("economics", "Economics and finance", 95),
    ("engineering", "Engineering", 225),
    ("health", "Health and medicine", 10),
    ("history", "History", 50),
    ("languages", "Languages", 320),
    ("law", "Law and government", 265),
    ("life-sciences", "Life sciences", 130),
    ("mathematics", "Mathematics", 278),
    ("music", "Music", 300),
    ("philosophy", "Philosophy and ideas", 290),
    ("physics-and-chemistry", "Physics and chemistry", 185),
    ("society", "Mind and society", 22),
    ("teaching", "Teaching and learning", 65),
    ("writing", "Writing and speaking", 80),
)


@dataclass(frozen=True, slots=True)
class PartnerRow:
    """An educator: a university, a company, a nonprofit, a public body or one person."""

    id: int
    slug: str
    name: str
    kind: str
    region: str
    about: str


@dataclass(frozen=True, slots=True)
class PartnerCount:
    """A partner with the number of its published courses."""

    partner: PartnerRow
    courses: int


@dataclass(frozen=True, slots=True)
class SubjectRow:
    """A field of study. ``hue`` (0–359) colors its covers and thin rules, nothing else."""

    slug: str
    name: str
    hue: int


@dataclass(frozen=True, slots=True)
class SubjectCount:
    """A subject with the number of its published courses."""

    subject: SubjectRow
    courses: int


@dataclass(frozen=True, slots=True)
class InstructorRow:
    """Who teaches, as the course page introduces her."""

    slug: str
    name: str
    title: str
    bio: str


@dataclass(frozen=True, slots=True)
class SkillRow:
    """Something a course teaches; ``slug`` is what filters carry."""

    slug: str
    name: str


@dataclass(frozen=True, slots=True)
class PriceRow:
    """What an offering costs from ``starts_on`` until the next price starts, before tax."""

    offering_id: int
    currency: str
    amount_minor: int
    starts_on: date


@dataclass(frozen=True, slots=True)
class OfferingRow:
    """A sellable right: ``access_months`` calendar months of full access to a course."""

    id: int
    course_id: int
    course_slug: str
    course_title: str
    kind: str
    access_months: int
    partner_slug: str
    partner_name: str


@dataclass(frozen=True, slots=True)
class CourseRow:
    """A course as lists and other rooms need it. ``hours`` is the learner's effort in all."""

    id: int
    slug: str
    source_key: str
    title: str
    subtitle: str
    partner_slug: str
    partner_name: str
    subject_slug: str
    subject_name: str
    subject_hue: int
    level: str
    language: str
    hours: Decimal
    status: str
    published_at: datetime | None


@dataclass(frozen=True, slots=True)
class CourseCard(CourseRow):
    """A course on a shelf: with its skills, the price of the day and how many have enrolled."""

    skills: tuple[str, ...]
    price: PriceRow | None
    enrollment_count: int


@dataclass(frozen=True, slots=True)
class CourseDetail:
    """All that a course page says beside its modules."""

    course: CourseRow
    description_html: str
    outcomes: tuple[str, ...]
    skills: tuple[SkillRow, ...]
    instructors: tuple[InstructorRow, ...]
    partner: PartnerRow
    price: PriceRow | None
    offering: OfferingRow | None
    enrollment_count: int
    saved_at: datetime


@dataclass(frozen=True, slots=True)
class CourseText:
    """What search reads of a course beside its card; ``skill_slugs`` in the order of the card's skills."""

    description_html: str
    skill_slugs: tuple[str, ...]
    instructor_names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CourseDraft:
    """What ``save_courses`` writes for one course; see ``save_course``."""

    source_key: str
    partner_slug: str
    title: str
    slug: str | None = None
    subtitle: str = ""
    description: str = ""
    subject_slug: str = ""
    level: str = "beginner"
    language: str = "en"
    hours: Decimal | int | float | str = 0
    skills: Sequence[str] = ()
    outcomes: Sequence[str] = ()
    instructor_slugs: Sequence[str] = ()
