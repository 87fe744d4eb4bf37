"""The API, version 1: JSON; its schema is at ``/api/v1/openapi.json``. Errors are problem+json.

Courses and certificates are read by anybody; the books need a role (see ``stoa.rest.access``).
"""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI, Query, Schema
from ninja.errors import HttpError, ValidationError

import stoa
from stoa.base import clock
from stoa.base.statuses import status_of
from stoa.catalog import api as catalog
from stoa.credentials import api as credentials
from stoa.discovery import api as discovery
from stoa.kernel.money import Money
from stoa.kernel.refusals import NotFound, Refusal
from stoa.rest import books, documents

api = NinjaAPI(
    title="Stoa",
    version=stoa.__version__,
    urls_namespace="api-v1",
    docs_url=None,
    description="Public read access to courses and certificates; source documents, journal and periods of the books for "
    "those who hold a role. Money of courses is a decimal string with its currency, of the books whole minor units.",
)
api.add_router("", documents.router)
api.add_router("", books.router)


class Problem(Schema):
    """RFC 9457: ``code`` is stable for programs, ``detail`` is for people."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str
    code: str


class Price(Schema):
    """What the certificate costs before tax. Auditing is free."""

    amount: str
    currency: str


class CourseSummary(Schema):
    """A course as search lists it."""

    slug: str
    title: str
    subtitle: str
    partner: str
    subject: str
    level: str
    language: str
    hours: Decimal
    skills: list[str]
    price: Price | None
    enrollments: int


class CoursePage(Schema):
    """One page of search results. ``did_you_mean`` holds a better spelling of ``q``."""

    courses: list[CourseSummary]
    total: int
    page: int
    pages: int
    did_you_mean: str


class CourseDetail(CourseSummary):
    """A course with what its page says."""

    description_html: str
    outcomes: list[str]
    instructors: list[str]
    refund_rule: str


class CertificateStatus(Schema):
    """What the public verification page says."""

    code: str
    holder: str
    course: str
    partner: str
    status: str
    issued_on: date
    revoked_at: datetime | None
    revoke_reason: str


class CourseFilters(Schema):
    """The same filters as the search page."""

    q: str = ""
    topic: list[str] = []
    level: list[str] = []
    language: list[str] = []
    educator: list[str] = []
    skill: list[str] = []
    duration: list[str] = []
    free: bool = False
    sort: str = "relevance"
    page: int = 1


@api.get(
    "/courses",
    response={200: CoursePage, 422: Problem},
    summary="Search published courses",
    operation_id="search_courses",
)
def search_courses(request: HttpRequest, filters: Annotated[CourseFilters, Query()]) -> CoursePage:
    """24 courses a page, tolerant of typos."""
    found = discovery.search(
        discovery.SearchQuery(
            text=filters.q,
            subject=tuple(filters.topic),
            level=tuple(filters.level),
            language=tuple(filters.language),
            partner=tuple(filters.educator),
            skill=tuple(filters.skill),
            duration=tuple(filters.duration),
            free=filters.free,
            sort=filters.sort,
            page=filters.page,
        ),
        on=clock.now().date(),
    )
    return CoursePage(
        courses=[
            CourseSummary(**_summary(card, card.skills, card.price, card.enrollment_count))
            for card in found.cards
        ],
        total=found.total,
        page=found.page,
        pages=found.pages,
        did_you_mean=found.did_you_mean,
    )


@api.get(
    "/courses/{slug}",
    response={200: CourseDetail, 404: Problem},
    summary="One course",
    operation_id="get_course",
)
def get_course(request: HttpRequest, slug: str) -> CourseDetail:
    """What the course page says."""
    if "\0" in slug:
        raise NotFound("There is no course at this address.")
    page = catalog.course_page(slug, on=clock.now().date())
    if page.course.status == catalog.DRAFT:
        raise NotFound("There is no course at this address.")
    skills = [skill.name for skill in page.skills]
    return CourseDetail(
        **_summary(page.course, skills, page.price, page.enrollment_count),
        description_html=page.description_html,
        outcomes=list(page.outcomes),
        instructors=[instructor.name for instructor in page.instructors],
        refund_rule="Full refund within 14 days of payment.",
    )


@api.get(
    "/certificates/{code}",
    response={200: CertificateStatus, 404: Problem},
    summary="Verify a certificate",
    operation_id="verify_certificate",
)
def verify_certificate(request: HttpRequest, code: str) -> CertificateStatus:
    """The same facts as the public verification page; a revoked certificate keeps its address."""
    found = credentials.get_by_code(code)
    return CertificateStatus(
        code=found.code,
        holder=found.holder_name,
        course=found.course_title,
        partner=found.partner_name,
        status=found.status,
        issued_on=found.issued_at.date(),
        revoked_at=found.revoked_at,
        revoke_reason=found.revoke_reason,
    )


@api.exception_handler(Refusal)
def refuse(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """Every refusal of the floors below as problem+json, with the same statuses as the pages."""
    status = 413 if isinstance(refusal, documents.BodyTooLarge) else status_of(refusal)
    return _problem(request, status=status, detail=str(refusal), code=refusal.code)


@api.exception_handler(HttpError)
def refuse_request(request: HttpRequest, error: HttpError) -> HttpResponse:
    """Who did not say who asks (401), or came with a session and without its form token (403)."""
    if error.status_code == 401:
        words = "Send the token of a credential: Authorization: Bearer TOKEN."
        answer = _problem(request, status=401, detail=words, code="not_recognized")
        answer["WWW-Authenticate"] = "Bearer"
        return answer
    return _problem(request, status=error.status_code, detail=str(error), code="refused")


@api.exception_handler(ValidationError)
def refuse_input(request: HttpRequest, error: ValidationError) -> HttpResponse:
    """Input that does not fit the schema: each field and what is wrong with it."""
    detail = "; ".join(
        f"{'.'.join(str(part) for part in each['loc'][1:])}: {each['msg']}" for each in error.errors
    )
    return _problem(request, status=422, detail=detail, code="invalid")


def _problem(request: HttpRequest, *, status: int, detail: str, code: str) -> HttpResponse:
    titles = {401: "Who asks?", 403: "Not allowed", 404: "Not found", 409: "Not now", 413: "Too large"}
    title = (titles | {422: "Invalid input"}).get(status, "Refused")
    answer = api.create_response(
        request, Problem(title=title, status=status, detail=detail, code=code), status=status
    )
    answer["Content-Type"] = "application/problem+json"
    return answer


def _summary(
    course: catalog.CourseRow, skills: Sequence[str], price: catalog.PriceRow | None, enrollments: int
) -> dict[str, Any]:
    return {
        "slug": course.slug,
        "title": course.title,
        "subtitle": course.subtitle,
        "partner": course.partner_slug,
        "subject": course.subject_slug,
        "level": course.level,
        "language": course.language,
        "hours": course.hours,
        "skills": list(skills),
        "price": price
        and Price(amount=f"{Money(price.amount_minor, price.currency).decimal:f}", currency=price.currency),
        "enrollments": enrollments,
    }
