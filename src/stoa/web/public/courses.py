"""The pages of a course and of its partner."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from stoa.access import api as access
from stoa.base import clock
from stoa.catalog import api as catalog
from stoa.courseware import api as courseware
from stoa.discovery import api as discovery
from stoa.kernel.money import Money
from stoa.kernel.refusals import NotFound
from stoa.kernel.spans import add_months_at, day_in
from stoa.web.actors import for_everybody
from stoa.web.public.shared import absolute, piece

_ALTERNATIVES = 4


@for_everybody
@require_safe
def course(request: HttpRequest, slug: str) -> HttpResponse:
    """What one will be able to do, the modules, who teaches, what it costs, and two equal doors."""
    now = clock.now()
    on = day_in(now, settings.STOA_ENTITY_TIME_ZONE)
    page = catalog.course_page(slug, on=on)
    found = page.course
    if found.status == catalog.DRAFT:
        raise NotFound(_("There is no course at this address."))
    learner_id = request.user.pk if request.user.is_authenticated else None
    is_retired = found.status == catalog.RETIRED
    context = {
        "page": page,
        "course": found,
        "level": access.level_of(learner_id=learner_id, course_id=found.id, at=now) if learner_id else "none",
        "access_until": page.offering and add_months_at(now, page.offering.access_months),
        "modules": _modules(found),
        "is_retired": is_retired,
        "alternatives": catalog.alternatives_to(found.id, on=on, limit=_ALTERNATIVES) if is_retired else (),
        "canonical": absolute(f"/courses/{slug}"),
        "image": absolute(f"/covers/{slug}.svg?hue={found.subject_hue}"),
        "structured": structured_data(page, on=on),
        "steps": [
            (_("Browse"), "/browse"),
            *([(found.subject_name, f"/topics/{found.subject_slug}")] if found.subject_slug else []),
            (found.title, ""),
        ],
    }
    return render(request, "public/course.html", context)


@for_everybody
@require_safe
def partners(request: HttpRequest) -> HttpResponse:
    """Every partner that offers something."""

    def listed() -> Mapping[str, Any]:
        return {"partners": [counted for counted in catalog.list_partners() if counted.courses]}

    body = piece("public/_partners.html", catalog.edition(), context=listed)
    return render(request, "public/partners.html", {"body": body, "canonical": absolute("/partners")})


@for_everybody
@require_safe
def partner(request: HttpRequest, slug: str) -> HttpResponse:
    """Who a partner is, and its courses."""
    found = catalog.get_partner(slug)
    number = request.GET.get("page", "1")
    page = discovery.search(
        discovery.SearchQuery(
            partner=(slug,), sort="popular", page=int(number) if number.isdecimal() and len(number) < 6 else 1
        ),
        on=day_in(clock.now(), settings.STOA_ENTITY_TIME_ZONE),
    )
    context = {
        "partner": found,
        "page": page,
        "canonical": absolute(f"/partners/{slug}"),
        "steps": [(_("Partners"), "/partners"), (found.name, "")],
    }
    return render(request, "public/partner.html", context)


def structured_data(page: catalog.CourseDetail, *, on: date) -> dict[str, Any]:
    """The course as schema.org describes one (Course, Offer, CourseInstance)."""
    found = page.course
    address = absolute(f"/courses/{found.slug}")
    offers = [{"@type": "Offer", "category": "Free", "price": "0", "priceCurrency": "USD", "url": address}]
    if page.price:
        price = Money(page.price.amount_minor, page.price.currency)
        offers[0]["priceCurrency"] = price.currency
        offers.append(
            {
                "@type": "Offer",
                "category": "Paid",
                "price": f"{price.decimal:f}",
                "priceCurrency": price.currency,
                "url": address,
                "validFrom": on.isoformat(),
            }
        )
    return {
        "@context": "https://schema.org",
        "@type": "Course",
        "@id": address,
        "url": address,
        "name": found.title,
        "description": found.subtitle or found.title,
        "inLanguage": found.language,
        "educationalLevel": found.level,
        "image": absolute(f"/covers/{found.slug}.svg?hue={found.subject_hue}"),
        "provider": {
            "@type": "Organization",
            "name": page.partner.name,
            "url": absolute(f"/partners/{page.partner.slug}"),
        },
        "teaches": list(page.outcomes) or [skill.name for skill in page.skills],
        "about": found.subject_name,
        "offers": offers,
        "hasCourseInstance": [
            {
                "@type": "CourseInstance",
                "courseMode": "Online",
                "courseWorkload": f"PT{max(1, round(found.hours))}H",
                "instructor": [{"@type": "Person", "name": teacher.name} for teacher in page.instructors],
            }
        ],
    }


def _modules(course: catalog.CourseRow) -> str:
    """The table of contents; versions never change, so each is drawn once."""
    try:
        version_id = courseware.current_version_id(course.id)
    except NotFound:
        return ""

    def outline() -> Mapping[str, Any]:
        modules = courseware.outline(version_id).modules
        return {
            "modules": modules,
            "language": course.language,
            "minutes": sum(module.minutes for module in modules),
            "lessons": sum(len(module.lessons) for module in modules),
            "graded": sum(lesson.graded for module in modules for lesson in module.lessons),
        }

    return piece("public/_modules.html", version_id, course.language, context=outline)
