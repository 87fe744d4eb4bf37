"""Writes of the catalog."""

import re
from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal, InvalidOperation

from django.db import connection, transaction
from django.db.models import F

from stoa.catalog import words
from stoa.catalog.data import (
    DRAFT,
    LEVELS,
    PARTNER_KINDS,
    PUBLISHED,
    RETIRED,
    SINGLE_COURSE,
    STANDARD_SUBJECTS,
    CourseDraft,
    CourseRow,
    InstructorRow,
    PartnerRow,
    PriceRow,
)
from stoa.catalog.models import (
    Course,
    CourseInstructor,
    CourseSkill,
    Edition,
    Instructor,
    Offering,
    Partner,
    Price,
    Skill,
    Subject,
)
from stoa.catalog.queries import course_rows, instructor_row, partner_row
from stoa.kernel.identifiers import new_id, slug_of
from stoa.kernel.money import Money
from stoa.kernel.refusals import Conflict, Invalid, NotFound

#: A single course gives access for six calendar months.
_SINGLE_COURSE_MONTHS = 6
#: Serializes those who make slugs, so that two imports never choose the same one.
_SLUG_LOCK = 0x5704_0001


class CourseNotPublished(Conflict):
    """The course is a draft: what was asked needs a published one."""

    code = "course_not_published"


def save_partner(
    *, slug: str, name: str, kind: str = "university", region: str = "", about: str = ""
) -> PartnerRow:
    """Create the partner ``slug`` or change its facts. Raises ``Invalid``."""
    problems = {}
    if not slug or slug != slug_of(slug):
        problems["slug"] = "An address has lower-case letters, digits and hyphens."
    if not name.strip():
        problems["name"] = "A partner needs a name."
    if kind not in PARTNER_KINDS:
        problems["kind"] = f"{kind!r} is not a kind of partner; known are {', '.join(PARTNER_KINDS)}."
    _refuse(problems)
    partner, _ = Partner.objects.update_or_create(
        slug=slug,
        defaults={"name": name.strip()[:200], "kind": kind, "region": region[:100], "about": about.strip()},
    )
    _new_edition()
    return partner_row(partner)


def save_standard_subjects() -> None:
    """Create those of the standard subjects that are missing; what an operator renamed stays."""
    Subject.objects.bulk_create(
        [Subject(slug=slug, name=name, hue=hue) for slug, name, hue in STANDARD_SUBJECTS],
        ignore_conflicts=True,
    )
    _new_edition()


def save_instructor(
    *, partner_slug: str, slug: str, name: str, title: str = "", bio: str = ""
) -> InstructorRow:
    """Create the instructor ``slug`` of a partner or change what the course page says of her."""
    partner = Partner.objects.filter(slug=partner_slug).first()
    if partner is None:
        raise NotFound(f"There is no partner {partner_slug!r}.")
    instructor, _ = Instructor.objects.update_or_create(
        slug=slug,
        defaults={"partner": partner, "name": name.strip()[:200], "title": title[:200], "bio": bio.strip()},
    )
    _new_edition()
    return instructor_row(instructor)


def save_course(
    *,
    source_key: str,
    partner_slug: str,
    title: str,
    saved_at: datetime,
    slug: str | None = None,
    subtitle: str = "",
    description: str = "",
    subject_slug: str = "",
    level: str = "beginner",
    language: str = "en",
    hours: Decimal | int | float | str = 0,
    skills: Sequence[str] = (),
    outcomes: Sequence[str] = (),
    instructor_slugs: Sequence[str] = (),
) -> CourseRow:
    """Create the course of ``source_key`` (as a draft) or replace what the catalog says of it.

    ``description`` is HTML or Markdown and is sanitized here. Without ``slug`` an existing course keeps
    its address and a new one gets one of its title. Raises ``Invalid`` and ``NotFound``.
    """
    draft = CourseDraft(
        source_key=source_key,
        partner_slug=partner_slug,
        title=title,
        slug=slug,
        subtitle=subtitle,
        description=description,
        subject_slug=subject_slug,
        level=level,
        language=language,
        hours=hours,
        skills=skills,
        outcomes=outcomes,
        instructor_slugs=instructor_slugs,
    )
    return save_courses([draft], saved_at=saved_at)[0]


@transaction.atomic
def save_courses(drafts: Sequence[CourseDraft], *, saved_at: datetime) -> tuple[CourseRow, ...]:
    """``save_course`` for many at once: a fixed number of statements, all or nothing, in the order given."""
    for draft in drafts:
        _refuse_unusable(draft)
    partners = _ids_of(Partner, {draft.partner_slug for draft in drafts}, "partner")
    subjects = _ids_of(Subject, {draft.subject_slug for draft in drafts} - {""}, "subject")
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_SLUG_LOCK])
    slugs = _slugs_for(drafts)
    Course.objects.bulk_create(
        [
            Course(
                source_key=draft.source_key,
                slug=slugs[draft.source_key],
                partner_id=partners[draft.partner_slug],
                subject_id=subjects.get(draft.subject_slug),
                title=" ".join(draft.title.split())[:300],
                subtitle=" ".join(draft.subtitle.split())[:500],
                description_html=words.safe_html(draft.description),
                outcomes=words.tidy(draft.outcomes, limit=500),
                level=draft.level,
                language=draft.language,
                hours=_hours(draft),
                saved_at=saved_at,
            )
            for draft in drafts
        ],
        update_conflicts=True,
        unique_fields=["source_key"],
        update_fields=[
            "slug", "partner", "subject", "title", "subtitle", "description_html", "outcomes", "level",
            "language", "hours", "saved_at",
        ],
    )  # fmt: skip
    rows = {row.source_key: row for row in course_rows(source_key__in=[draft.source_key for draft in drafts])}
    _save_skills(drafts, rows)
    _save_instructors(drafts, rows)
    _new_edition()
    return tuple(rows[draft.source_key] for draft in drafts)


def publish_course(*, course_id: int, published_at: datetime) -> CourseRow:
    """Show a course to everybody; publishing twice keeps the first date. Raises ``NotFound``."""
    publish_courses([course_id], published_at=published_at)
    return course_rows(pk=course_id)[0]


@transaction.atomic
def publish_courses(course_ids: Collection[int], *, published_at: datetime) -> None:
    """``publish_course`` for many at once."""
    known = set(Course.objects.select_for_update().filter(pk__in=course_ids).values_list("pk", flat=True))
    if missing := set(course_ids) - known:
        raise NotFound(f"There is no course number {min(missing)}.")
    Course.objects.filter(pk__in=course_ids, status=DRAFT).update(status=PUBLISHED, published_at=published_at)
    Course.objects.filter(pk__in=course_ids, status=RETIRED).update(status=PUBLISHED, retired_at=None)
    _new_edition()


def retire_course(*, course_id: int, retired_at: datetime) -> CourseRow:
    """Take a published course off the shelves; its page stays, with alternatives.

    Raises ``CourseNotPublished`` for a draft and ``NotFound``; retiring twice changes nothing.
    """
    changed = Course.objects.filter(pk=course_id, status=PUBLISHED).update(
        status=RETIRED, retired_at=retired_at, saved_at=retired_at
    )
    found = course_rows(pk=course_id)
    if not found:
        raise NotFound(f"There is no course number {course_id}.")
    if not changed and found[0].status == DRAFT:
        raise CourseNotPublished("Only a published course can be retired.")
    _new_edition()
    return found[0]


@transaction.atomic
def set_price(*, course_id: int, price: Money, starts_on: date, country: str = "") -> PriceRow:
    """Let the course's single-course offering cost ``price`` from ``starts_on`` on, and open it when absent.

    ``country`` (ISO 3166 alpha-2) narrows the price to one country. The last word for one first day counts.
    Raises ``Invalid`` and ``NotFound``.
    """
    if price.amount_minor <= 0:
        raise Invalid("A price is more than nothing.", fields={"price": "Enter an amount above zero."})
    if not re.fullmatch(r"([A-Z]{2})?", country):
        raise Invalid(
            "A country is a two-letter code such as GR.", fields={"country": "Enter a code such as GR."}
        )
    if not Course.objects.filter(pk=course_id).exists():
        raise NotFound(f"There is no course number {course_id}.")
    offering, _ = Offering.objects.get_or_create(
        course_id=course_id, kind=SINGLE_COURSE, defaults={"access_months": _SINGLE_COURSE_MONTHS}
    )
    Price.objects.update_or_create(
        offering=offering,
        country=country,
        currency=price.currency,
        starts_on=starts_on,
        defaults={"amount_minor": price.amount_minor},
    )
    _new_edition()
    return PriceRow(offering.pk, price.currency, price.amount_minor, starts_on)


def count_enrollment(*, course_id: int) -> None:
    """Add one to the number of enrollments that the course shows."""
    Course.objects.filter(pk=course_id).update(enrollment_count=F("enrollment_count") + 1)


def _new_edition() -> None:
    Edition.objects.update_or_create(only=True, defaults={"stamp": new_id()})


def _slugs_for(drafts: Sequence[CourseDraft]) -> dict[str, str]:
    current = dict(
        Course.objects.filter(source_key__in=[draft.source_key for draft in drafts]).values_list(
            "source_key", "slug"
        )
    )
    taken = set(Course.objects.exclude(source_key__in=current).values_list("slug", flat=True))
    slugs: dict[str, str] = {}
    for draft in drafts:
        kept = None if draft.slug else current.get(draft.source_key)
        slugs[draft.source_key] = kept or words.free_slug(draft.slug or draft.title, draft.source_key, taken)
        taken.add(slugs[draft.source_key])
    return slugs


def _save_skills(drafts: Iterable[CourseDraft], rows: dict[str, CourseRow]) -> None:
    named = {
        draft.source_key: {words.skill_slug(name): name for name in words.tidy(draft.skills, limit=120)}
        for draft in drafts
    }
    known = {slug: name for skills in named.values() for slug, name in skills.items() if slug}
    Skill.objects.bulk_create(
        [Skill(slug=slug, name=name) for slug, name in sorted(known.items())], ignore_conflicts=True
    )
    ids = dict(Skill.objects.filter(slug__in=known).values_list("slug", "pk"))
    CourseSkill.objects.filter(course_id__in=[rows[key].id for key in named]).delete()
    CourseSkill.objects.bulk_create(
        CourseSkill(course_id=rows[key].id, skill_id=ids[slug], position=position)
        for key, skills in named.items()
        for position, slug in enumerate(slug for slug in skills if slug)
    )


def _save_instructors(drafts: Iterable[CourseDraft], rows: dict[str, CourseRow]) -> None:
    ids = _ids_of(Instructor, {slug for draft in drafts for slug in draft.instructor_slugs}, "instructor")
    CourseInstructor.objects.filter(course_id__in=[row.id for row in rows.values()]).delete()
    CourseInstructor.objects.bulk_create(
        CourseInstructor(course_id=rows[draft.source_key].id, instructor_id=ids[slug], position=position)
        for draft in drafts
        for position, slug in enumerate(dict.fromkeys(draft.instructor_slugs))
    )


def _ids_of(
    model: type[Partner] | type[Subject] | type[Instructor], slugs: Collection[str], noun: str
) -> dict[str, int]:
    ids: dict[str, int] = (
        dict(model.objects.filter(slug__in=slugs).values_list("slug", "pk")) if slugs else {}
    )
    if missing := set(slugs) - set(ids):
        raise NotFound(f"There is no {noun} {min(missing)!r}.")
    return ids


def _refuse_unusable(draft: CourseDraft) -> None:
    problems = {}
    if not draft.source_key.strip() or len(draft.source_key) > 255:
        problems["source_key"] = "A course needs the key of its source, of at most 255 characters."
    if not draft.title.strip():
        problems["title"] = "A course needs a title."
    if draft.level not in LEVELS:
        problems["level"] = f"{draft.level!r} is not a level; known are {', '.join(LEVELS)}."
    if not re.fullmatch(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})?", draft.language):
        problems["language"] = f"{draft.language!r} is not a language code such as en or pt-BR."
    try:
        hours_fit = 0 <= _hours(draft) < 100_000
    except InvalidOperation:
        hours_fit = False
    if not hours_fit:
        problems["hours"] = "Hours are a number from 0 up."
    _refuse(problems)


def _hours(draft: CourseDraft) -> Decimal:
    return Decimal(str(draft.hours)).quantize(Decimal("0.1"))


def _refuse(problems: dict[str, str]) -> None:
    if problems:
        raise Invalid(" ".join(problems.values()), fields=problems)
