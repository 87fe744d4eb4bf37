"""A partner's course comes in: read the file, save its page, store its content, make it findable, set it on sale."""

import html
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from django.db import transaction

from stoa.catalog import api as catalog
from stoa.courseware import api as courseware
from stoa.discovery import api as discovery
from stoa.kernel.identifiers import slug_of
from stoa.kernel.money import Money
from stoa.kernel.refusals import NotFound

_LONGEST_BODY = 200_000


@dataclass(frozen=True, slots=True)
class ImportedCourse:
    """What an import made: the course as offered, the version of its content, and what it keeps unplayed."""

    course: catalog.CourseRow
    version: courseware.VersionRow
    unsupported: tuple[courseware.UnsupportedBlock, ...]
    is_new: bool


def import_course(
    parsed: courseware.ParsedCourse,
    *,
    imported_at: datetime,
    price: Money | None,
    partner_slug: str | None = None,
) -> ImportedCourse:
    """Store a course that was read, as a new version of the one with the same source key.

    With ``price`` the course is published and sold at that price from this day (a course that has a price keeps
    it); with ``None`` it stays as it is: a draft when it is new. One transaction, so a kill leaves nothing.
    Raises ``NotFound`` for an unknown partner.
    """
    own = OwnFacts(parsed.about.own)
    if partner_slug:
        catalog.get_partner(partner_slug)  # refused before any file is kept
    courseware.keep_files(parsed)
    with transaction.atomic():
        partner = _partner(parsed, own, partner_slug)
        known = catalog.find_course_by_source_key(parsed.source_key)
        course = _save_course(parsed, own, partner, imported_at)
        version = courseware.store_version(course_id=course.id, parsed=parsed, imported_at=imported_at)
        if price is not None:
            course = _offer(course, own.price or price, imported_at)
        body = "\n".join(text for text in parsed.texts() if text)[:_LONGEST_BODY]
        discovery.index_course(course_id=course.id, on=imported_at.date(), body=body)
    return ImportedCourse(course, version, parsed.unsupported, is_new=known is None)


class OwnFacts:
    """The optional ``stoa.json`` of a course folder; whatever is missing or strange in it is ignored."""

    def __init__(self, facts: Mapping[str, Any]) -> None:
        self.facts = facts

    def text(self, name: str, default: str = "") -> str:
        value = self.facts.get(name)
        return value.strip() if isinstance(value, str) and value.strip() else default

    def texts(self, name: str) -> tuple[str, ...]:
        value = self.facts.get(name)
        texts = (each.strip() for each in value if isinstance(each, str)) if isinstance(value, list) else ()
        return tuple(text for text in texts if text)

    def mapping(self, name: str) -> "OwnFacts":
        value = self.facts.get(name)
        return OwnFacts(value if isinstance(value, dict) else {})

    def mappings(self, name: str) -> Sequence["OwnFacts"]:
        value = self.facts.get(name)
        return [OwnFacts(each) for each in value if isinstance(each, dict)] if isinstance(value, list) else []

    @property
    def price(self) -> Money | None:
        stated = self.mapping("price")
        try:
            money = Money.of(str(stated.facts["amount"]), str(stated.facts.get("currency", "USD")))
        except (KeyError, ValueError, InvalidOperation):
            return None
        return money if money.amount_minor > 0 else None

    @property
    def hours(self) -> Decimal | None:
        try:
            hours = Decimal(str(self.facts["hours"]))
        except (KeyError, InvalidOperation):
            return None
        return hours if 0 < hours < 10_000 else None


def _partner(parsed: courseware.ParsedCourse, own: OwnFacts, partner_slug: str | None) -> catalog.PartnerRow:
    """The named partner, the one the course states, or one made of the course's organization."""
    if partner_slug:
        return catalog.get_partner(partner_slug)
    stated = own.mapping("partner")
    name = stated.text("name", parsed.about.org)[:200]
    slug = slug_of(stated.text("slug") or own.text("partner") or name) or "partner"
    if not stated.text("name"):
        try:
            return catalog.get_partner(slug)
        except NotFound:
            pass
    kind = stated.text("kind", "university")
    return catalog.save_partner(
        slug=slug,
        name=name,
        kind=kind if kind in catalog.PARTNER_KINDS else "university",
        region=stated.text("region"),
        about=stated.text("about"),
    )


def _save_course(
    parsed: courseware.ParsedCourse, own: OwnFacts, partner: catalog.PartnerRow, at: datetime
) -> catalog.CourseRow:
    about = parsed.about
    level = own.text("level", "beginner" if not own.facts else "mixed")
    draft = catalog.CourseDraft(
        source_key=parsed.source_key[:255],
        slug=own.text("slug") or None,
        partner_slug=partner.slug,
        title=own.text("title", about.title),
        subtitle=own.text("subtitle", about.short_description),
        description=own.text("description", about.overview_html)
        or f"<p>{html.escape(about.short_description or about.title)}</p>",
        subject_slug=_known_subject(own.text("subject")),
        level=level if level in catalog.LEVELS else "mixed",
        language=_language(own.text("language", about.language)),
        hours=own.hours or _hours(parsed),
        skills=own.texts("skills"),
        outcomes=own.texts("outcomes"),
        instructor_slugs=_instructors(own, partner),
    )
    try:
        return catalog.save_courses([draft], saved_at=at)[0]
    except NotFound:  # an instructor named by an address that nobody here has
        return catalog.save_courses([replace(draft, instructor_slugs=())], saved_at=at)[0]


def _instructors(own: OwnFacts, partner: catalog.PartnerRow) -> tuple[str, ...]:
    """Instructors the course introduces are saved; those it names by address must be known already."""
    introduced = [
        catalog.save_instructor(
            partner_slug=partner.slug,
            slug=each.text("slug", slug_of(each.text("name")) or "instructor"),
            name=each.text("name"),
            title=each.text("title"),
            bio=each.text("bio"),
        ).slug
        for each in own.mappings("instructors")
        if each.text("name")
    ]
    return tuple(dict.fromkeys([*introduced, *own.texts("instructors")]))


def _language(code: str) -> str:
    """Catalogs know "en" and "pt-br"; courses also write "en_US" and "English"."""
    plain = code.strip().replace("_", "-").lower()
    return plain if re.fullmatch(r"[a-z]{2,3}(-[a-z0-9]{2,8})?", plain) else "en"


def _known_subject(slug: str) -> str:
    try:
        return catalog.get_subject(slug).slug if slug else ""
    except NotFound:
        return ""


def _hours(parsed: courseware.ParsedCourse) -> Decimal:
    """The effort the partner states ("10 hours", "4 hours a week for 6 weeks"), else the outline's minutes."""
    stated = re.search(r"(\d+(?:\.\d+)?)\s*(?:-\s*\d+\s*)?h(?:ou)?rs?", parsed.about.effort, re.IGNORECASE)
    weeks = re.search(r"(\d+)\s*weeks", parsed.about.effort, re.IGNORECASE)
    if stated and 0 < Decimal(stated[1]) < 1000:
        a_week = "week" in parsed.about.effort.lower()
        return Decimal(stated[1]) * (int(weeks[1]) if weeks and a_week and int(weeks[1]) < 100 else 1)
    minutes = sum(module.minutes for module in parsed.modules)
    return Decimal(max(1, math.ceil(minutes / 60)))


def _offer(course: catalog.CourseRow, price: Money, at: datetime) -> catalog.CourseRow:
    if course.status == "draft":
        catalog.publish_course(course_id=course.id, published_at=at)
    try:
        offering = catalog.offering_of_course(course.id)
        catalog.price_of(offering.id, on=at.date())
    except NotFound:
        catalog.set_price(course_id=course.id, price=price, starts_on=at.date())
    return catalog.get_course_by_id(course.id)
