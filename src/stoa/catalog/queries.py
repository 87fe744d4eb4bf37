"""Reads of the catalog: rows, never models; the number of statements does not depend on how many rows there are."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any, TypeVar

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery, Window
from django.db.models.fields.json import JSONField
from django.db.models.functions import JSONObject, RowNumber

from stoa.catalog.data import (
    PUBLISHED,
    SINGLE_COURSE,
    CourseCard,
    CourseDetail,
    CourseRow,
    CourseText,
    InstructorRow,
    OfferingRow,
    PartnerCount,
    PartnerRow,
    PriceRow,
    SkillRow,
    SubjectCount,
    SubjectRow,
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
    Subject,
)
from stoa.kernel.refusals import NotFound

_COURSE_COLUMNS = (
    "pk", "slug", "source_key", "title", "subtitle", "partner__slug", "partner__name", "subject__slug",
    "subject__name", "subject__hue", "level", "language", "hours", "status", "published_at",
)  # fmt: skip
Row = TypeVar("Row")

_NEUTRAL_HUE = 240
_BEST_FIRST = ("-enrollment_count", "-published_at", "pk")


def get_course(slug: str) -> CourseRow:
    """Return the course at an address, whatever its status, or raise ``NotFound``."""
    return _one(course_rows(slug=slug), f"There is no course at {slug!r}.")


def get_course_by_id(course_id: int) -> CourseRow:
    """Return a course, or raise ``NotFound``."""
    return _one(course_rows(pk=course_id), f"There is no course number {course_id}.")


def find_course_by_source_key(source_key: str) -> CourseRow | None:
    """Return the course of a source, or ``None`` when none was saved yet."""
    return next(iter(course_rows(source_key=source_key)), None)


def courses_by_id(course_ids: Collection[int]) -> Mapping[int, CourseRow]:
    """Return those of ``course_ids`` that exist, in one query."""
    return {row.id: row for row in course_rows(pk__in=course_ids)}


def course_titles(slugs: Collection[str]) -> Mapping[str, str]:
    """Return the titles of those of ``slugs`` that are courses, in one query."""
    return dict(Course.objects.filter(slug__in=slugs).values_list("slug", "title"))


def list_courses(*, status: str = PUBLISHED) -> tuple[CourseRow, ...]:
    """Return all courses of a status by title."""
    return tuple(sorted(course_rows(status=status), key=lambda row: (row.title.casefold(), row.id)))


def course_rows(**conditions: Any) -> tuple[CourseRow, ...]:
    """Rows of the courses that meet ``conditions``; inside the room only."""
    return tuple(
        _course_row(values) for values in Course.objects.filter(**conditions).values_list(*_COURSE_COLUMNS)
    )


def cards(course_ids: Sequence[int], *, on: date, country: str = "") -> tuple[CourseCard, ...]:
    """Return cards in the order of ``course_ids`` with the prices of day ``on``; unknown ids are left out."""
    found = {
        card.id: card for card in _cards(Course.objects.filter(pk__in=course_ids), on=on, country=country)
    }
    return tuple(found[course_id] for course_id in course_ids if course_id in found)


def alternatives_to(course_id: int, *, on: date, limit: int = 4) -> tuple[CourseCard, ...]:
    """Published courses of the same subject, most enrolled first."""
    subject = Course.objects.filter(pk=course_id).values("subject")
    chosen = (
        Course.objects.filter(subject__in=subject, status=PUBLISHED)
        .exclude(pk=course_id)
        .order_by(*_BEST_FIRST)
    )
    return _cards(chosen[:limit], on=on, country="")


def course_page(slug: str, *, on: date, country: str = "") -> CourseDetail:
    """Return all that the course page says, with the price of day ``on``; one query. Raises ``NotFound``."""
    offering = Offering.objects.filter(course=OuterRef("pk"), kind=SINGLE_COURSE)
    skills = CourseSkill.objects.filter(course=OuterRef("pk")).order_by("position")
    instructors = CourseInstructor.objects.filter(course=OuterRef("pk")).order_by("position")
    found = (
        Course.objects.filter(slug=slug)
        .annotate(
            _price=_price_of_course(on, country),
            _offering=Subquery(offering.values(found=JSONObject(id="pk", months="access_months"))[:1]),
            _skills=ArraySubquery(skills.values(found=JSONObject(slug="skill__slug", name="skill__name"))),
            _teachers=ArraySubquery(
                instructors.values(
                    found=JSONObject(
                        slug="instructor__slug",
                        name="instructor__name",
                        title="instructor__title",
                        bio="instructor__bio",
                    )
                )
            ),
        )
        .values_list(
            *_COURSE_COLUMNS, "description_html", "outcomes", "enrollment_count", "saved_at", "_price",
            "_offering", "_skills", "_teachers", "partner_id", "partner__kind", "partner__region",
            "partner__about",
        )
        .first()
    )  # fmt: skip
    if found is None:
        raise NotFound(f"There is no course at {slug!r}.")
    course = _course_row(found[: len(_COURSE_COLUMNS)])
    html, outcomes, count, saved_at, price, right, taught, teachers, *partner = found[len(_COURSE_COLUMNS) :]
    return CourseDetail(
        course=course,
        description_html=html,
        outcomes=tuple(outcomes),
        skills=tuple(SkillRow(**skill) for skill in taught),
        instructors=tuple(InstructorRow(**teacher) for teacher in teachers),
        partner=PartnerRow(partner[0], course.partner_slug, course.partner_name, *partner[1:]),
        price=_price_row(price),
        offering=right
        and OfferingRow(
            right["id"], course.id, course.slug, course.title, SINGLE_COURSE, right["months"],
            course.partner_slug, course.partner_name,
        ),
        enrollment_count=count,
        saved_at=saved_at,
    )  # fmt: skip


def search_texts(course_ids: Collection[int]) -> Mapping[int, CourseText]:
    """Return what search reads of those of ``course_ids`` that exist, in one query."""
    skills = CourseSkill.objects.filter(course=OuterRef("pk")).order_by("position")
    teachers = CourseInstructor.objects.filter(course=OuterRef("pk")).order_by("position")
    rows = Course.objects.filter(pk__in=course_ids).values_list(
        "pk",
        "description_html",
        ArraySubquery(skills.values("skill__slug")),
        ArraySubquery(teachers.values("instructor__name")),
    )
    return {pk: CourseText(html, tuple(slugs), tuple(names)) for pk, html, slugs, names in rows}


def popularity(*, on: date) -> Mapping[int, tuple[int, bool]]:
    """Return for every published course how many enrolled, and whether its certificate has a price on day ``on``."""
    priced = Price.objects.filter(_in_force(on, ""), offering__course=OuterRef("pk"))
    rows = Course.objects.filter(status=PUBLISHED).values_list("pk", "enrollment_count", Exists(priced))
    return {course_id: (count, is_priced) for course_id, count, is_priced in rows}


def get_offering(offering_id: int) -> OfferingRow:
    """Return an offering, or raise ``NotFound``."""
    return _one(_offerings(pk=offering_id), f"There is no offer number {offering_id}.")


def offering_of_course(course_id: int) -> OfferingRow:
    """Return the single-course offering of a course, or raise ``NotFound`` when nothing is on sale."""
    return _one(
        _offerings(course_id=course_id, kind=SINGLE_COURSE), "This course has no certificate on sale."
    )


def price_of(offering_id: int, *, on: date, country: str = "") -> PriceRow:
    """Return the price of day ``on``: the country's own where there is one, else the general one.

    Raises ``NotFound`` when the offering is unknown or has no price yet.
    """
    price = (
        Price.objects.filter(_in_force(on, country), offering_id=offering_id)
        .order_by("-country", "-starts_on", "currency")
        .values_list("offering_id", "currency", "amount_minor", "starts_on")
        .first()
    )
    if price is None:
        raise NotFound("This offer has no price on that day.")
    return PriceRow(*price)


def list_subjects() -> tuple[SubjectCount, ...]:
    """Return every subject by name with the number of its published courses."""
    counted = Subject.objects.annotate(found=Count("courses", filter=Q(courses__status=PUBLISHED)))
    return tuple(
        SubjectCount(SubjectRow(slug, name, hue), count)
        for slug, name, hue, count in counted.order_by("name").values_list("slug", "name", "hue", "found")
    )


def get_subject(slug: str) -> SubjectRow:
    """Return a subject, or raise ``NotFound``."""
    found = Subject.objects.filter(slug=slug).values_list("slug", "name", "hue").first()
    if found is None:
        raise NotFound(f"There is no subject {slug!r}.")
    return SubjectRow(*found)


def list_partners() -> tuple[PartnerCount, ...]:
    """Return every partner by name with the number of its published courses."""
    counted = Partner.objects.annotate(found=Count("courses", filter=Q(courses__status=PUBLISHED)))
    return tuple(
        PartnerCount(partner_row(partner), partner.found) for partner in counted.order_by("name", "pk")
    )


def partner_names(slugs: Collection[str]) -> Mapping[str, str]:
    """Return the names of those of ``slugs`` that are partners, in one query."""
    return dict(Partner.objects.filter(slug__in=slugs).values_list("slug", "name"))


def get_partner(slug: str) -> PartnerRow:
    """Return a partner, or raise ``NotFound``."""
    return _one(
        [partner_row(partner) for partner in Partner.objects.filter(slug=slug)],
        f"There is no partner at {slug!r}.",
    )


def public_addresses() -> tuple[tuple[str, datetime], ...]:
    """Return the slug of every published course with the instant it was last saved, newest first."""
    found = Course.objects.filter(status=PUBLISHED).order_by("-saved_at", "slug")
    return tuple(found.values_list("slug", "saved_at"))


def shelves(
    subject_slugs: Collection[str], *, on: date, each: int = 4, country: str = ""
) -> Mapping[str, tuple[CourseCard, ...]]:
    """Return the most enrolled ``each`` published courses of each subject, by subject, in two queries."""
    place = Window(RowNumber(), partition_by=F("subject"), order_by=_BEST_FIRST)
    placed = Course.objects.filter(subject__slug__in=subject_slugs, status=PUBLISHED).annotate(_place=place)
    best = [pk for (pk,) in placed.filter(_place__lte=each).order_by(*_BEST_FIRST).values_list("pk")]
    found: dict[str, list[CourseCard]] = {slug: [] for slug in subject_slugs}
    for card in cards(best, on=on, country=country):
        found[card.subject_slug].append(card)
    return {slug: tuple(shelf) for slug, shelf in found.items()}


def edition() -> str:
    """Return a stamp that changes with everything visitors can see of the catalog, except enrollment counts."""
    return str(Edition.objects.values_list("stamp", flat=True).first() or "")


def partner_row(partner: Partner) -> PartnerRow:
    """The row of a loaded partner."""
    return PartnerRow(partner.pk, partner.slug, partner.name, partner.kind, partner.region, partner.about)


def instructor_row(instructor: Instructor) -> InstructorRow:
    """The row of a loaded instructor."""
    return InstructorRow(instructor.slug, instructor.name, instructor.title, instructor.bio)


def _cards(courses: QuerySet[Course], *, on: date, country: str) -> tuple[CourseCard, ...]:
    skills = CourseSkill.objects.filter(course=OuterRef("pk")).order_by("position")
    rows = courses.annotate(
        _skills=ArraySubquery(skills.values("skill__name")), _price=_price_of_course(on, country)
    ).values_list(*_COURSE_COLUMNS, "_skills", "_price", "enrollment_count")
    width = len(_COURSE_COLUMNS)
    return tuple(
        CourseCard(
            *(*_course_values(row[:width]), tuple(row[width]), _price_row(row[width + 1]), row[width + 2])
        )
        for row in rows
    )


def _course_row(values: Sequence[Any]) -> CourseRow:
    return CourseRow(*_course_values(values))


def _course_values(values: Sequence[Any]) -> tuple[Any, ...]:
    subject_slug, subject_name, subject_hue = values[7:10]
    hue = _NEUTRAL_HUE if subject_hue is None else subject_hue
    return (*values[:7], subject_slug or "", subject_name or "", hue, *values[10:])


def _price_of_course(on: date, country: str) -> Subquery:
    in_force = Price.objects.filter(
        _in_force(on, country), offering__course=OuterRef("pk"), offering__kind=SINGLE_COURSE
    ).order_by("-country", "-starts_on", "currency")
    found = JSONObject(offering="offering_id", currency="currency", amount="amount_minor", starts="starts_on")
    return Subquery(in_force.values(found=found)[:1], output_field=JSONField())


def _in_force(on: date, country: str) -> Q:
    return Q(starts_on__lte=on, country__in={"", country})


def _price_row(found: Mapping[str, Any] | None) -> PriceRow | None:
    if found is None:
        return None
    return PriceRow(
        found["offering"], found["currency"], found["amount"], date.fromisoformat(found["starts"])
    )


def _offerings(**conditions: Any) -> tuple[OfferingRow, ...]:
    return tuple(
        OfferingRow(*values)
        for values in Offering.objects.filter(**conditions).values_list(
            "pk", "course_id", "course__slug", "course__title", "kind", "access_months",
            "course__partner__slug", "course__partner__name",
        )
    )  # fmt: skip


def _one(rows: Sequence[Row], message: str) -> Row:
    if not rows:
        raise NotFound(message)
    return rows[0]
