"""The public pages: what they answer, what they cost, and what they withstand."""

import json
import re
from datetime import UTC, date, datetime
from html.parser import HTMLParser

import pytest
from django.contrib.auth import get_user_model
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from stoa.access import api as access
from stoa.catalog import api as catalog
from stoa.discovery import api as discovery
from stoa.kernel.money import usd
from stoa.kernel.spans import InstantSpan
from stoa.people import api as people
from tests.builders.catalog import SAVED_AT, a_course, a_partner, an_instructor

pytestmark = pytest.mark.django_db
ON = date(2025, 7, 1)
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


def on_the_shelves(number: int = 1, **facts: object) -> list[catalog.CourseRow]:
    facts = {"subject_slug": "computing", "title": "Python from the beginning", **facts}
    courses = [a_course(**facts) for _ in range(number)]  # type: ignore[arg-type]
    discovery.index_courses([course.id for course in courses], on=ON)
    return courses


def words(client: Client, address: str, status: int = 200, **headers: str) -> str:
    response = client.get(address, headers=headers)
    assert response.status_code == status, address
    return response.content.decode()


class _Audit(HTMLParser):
    """Collects what a strict content security policy would block, and broken structure."""

    def __init__(self) -> None:
        super().__init__()
        self.inline: list[str] = []
        self.headings: list[str] = []
        self.ids: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "style" or "style" in given or any(name.startswith("on") for name in given):
            self.inline.append(self.get_starttag_text() or tag)
        if tag == "script" and "src" not in given and given.get("type") != "application/ld+json":
            self.inline.append(self.get_starttag_text() or tag)
        if tag == "h1":
            self.headings.append(tag)
        if given.get("id"):
            self.ids.append(str(given["id"]))


PAGES = [
    "/", "/search", "/search?q=python", "/search?q=pyhton", "/search?q=nothing+at+all", "/browse", "/topics/computing",
    "/courses/python-from-the-beginning", "/partners", "/partners/lyceum", "/help", "/legal/refunds", "/legal/terms",
    "/legal/privacy", "/legal/honour-code", "/legal/accessibility", "/ui",
]  # fmt: skip


@pytest.mark.parametrize("address", PAGES)
def test_every_page_is_whole_and_carries_nothing_inline(client: Client, address: str) -> None:
    on_the_shelves(instructor_slugs=[an_instructor().slug])
    audit = _Audit()
    html = words(client, address)
    audit.feed(html)
    assert audit.inline == []
    assert audit.headings == ["h1"]
    assert len(audit.ids) == len(set(audit.ids)), "ids are unique"
    assert "<title>" in html
    assert address == "/ui" or ("{{" not in html and "{%" not in html)


@pytest.mark.parametrize(
    "address", ["/courses/nowhere", "/topics/nothing", "/partners/nobody", "/legal/nothing", "/no/such/page"]
)
def test_a_missing_page_offers_search(client: Client, address: str) -> None:
    html = words(client, address, status=404)
    assert 'action="/search"' in html
    assert "<h1>There is nothing at this address</h1>" in html


@pytest.mark.parametrize(
    "address", ["/", "/search?q=python", "/browse", "/topics/computing", "/partners", "/partners/lyceum"]
)
def test_a_page_asks_as_often_for_thirty_courses_as_for_one(client: Client, address: str) -> None:
    def statements() -> int:
        with CaptureQueriesContext(connection) as asked:
            words(client, address)
        return len(asked)

    on_the_shelves(3)
    words(client, "/help")
    few = statements()
    on_the_shelves(30)
    assert statements() == few <= 5


def test_the_course_page_asks_little(client: Client) -> None:
    (course,) = on_the_shelves(skills=[f"Skill {number}" for number in range(30)])
    words(client, "/help")
    with CaptureQueriesContext(connection) as asked:
        words(client, f"/courses/{course.slug}")
    assert len(asked) <= 4


def test_a_typo_shows_what_was_meant(client: Client) -> None:
    on_the_shelves()
    html = words(client, "/search?q=pyhton")
    assert "Did you mean" in html
    assert '<a href="/search?q=python"><strong>python</strong></a>' in html
    assert "Python from the beginning" in html


def test_the_address_holds_every_filter(client: Client) -> None:
    on_the_shelves(level="advanced", language="fr", hours=2)
    on_the_shelves(level="beginner")
    html = words(
        client,
        "/search?level=advanced&language=fr&duration=short&topic=computing&skill=navigation&educator=lyceum",
    )
    assert html.count("<article") == 1
    for chosen in (
        "level-advanced",
        "language-fr",
        "duration-short",
        "topic-computing",
        "skill-navigation",
        "educator-lyceum",
    ):
        assert re.search(rf'id="filter-{chosen}" checked', html), chosen


def test_zero_hits_offer_removable_filters_and_subjects(client: Client) -> None:
    on_the_shelves()
    html = words(client, "/search?q=python&level=advanced&language=fr")
    assert 'href="/search?q=python&amp;language=fr"' in html
    assert 'href="/search?q=python&amp;level=advanced"' in html
    assert "/topics/computing" in html


def test_htmx_gets_the_results_alone_and_history_gets_the_page(client: Client) -> None:
    on_the_shelves()
    fragment = words(client, "/search?q=python", **{"HX-Request": "true"})
    assert fragment.startswith('<section id="results"')
    assert 'id="facet-level" hx-swap-oob="true"' in fragment
    assert "<html" not in fragment
    again = words(client, "/search?q=python", **{"HX-Request": "true", "HX-History-Restore-Request": "true"})
    assert "<html" in again
    assert "HX-Request" in client.get("/search").headers["Vary"]


@pytest.mark.parametrize(
    "query",
    [
        "q=" + "x" * 500, "q=%3Cscript%3Ealert(1)%3C/script%3E", "q=%00", "q='%22;--", "page=0", "page=-1", "page=99999999999",
        "page=²", "level=<b>", "level=%00", "skill=" + "y" * 5000, "sort=random()", "q=%F0%9F%99%82", "free=maybe",
        "&".join(f"topic=t{number}" for number in range(500)), "q=%ff%fe", "educator=../../etc/passwd",
    ],
)  # fmt: skip
def test_hostile_queries_are_text(client: Client, query: str) -> None:
    on_the_shelves()
    html = words(client, f"/search?{query}")
    assert "<script>alert" not in html
    assert "<b>" not in html


def test_structured_data_describes_the_course(client: Client) -> None:
    (course,) = on_the_shelves(title="</script><b>Bold & free</b>", instructor_slugs=[an_instructor().slug])
    html = words(client, f"/courses/{course.slug}")
    found = re.search(r'<script type="application/ld\+json">(.*?)</script>', html, re.DOTALL)
    assert found
    data = json.loads(found[1])
    assert (data["@type"], data["name"]) == ("Course", course.title)
    assert data["provider"]["name"] == "The Lyceum"
    assert [(offer["category"], offer["price"]) for offer in data["offers"]] == [
        ("Free", "0"),
        ("Paid", "49.00"),
    ]
    assert data["hasCourseInstance"][0]["courseWorkload"] == "PT12H"
    assert "<b>Bold" not in html


def test_two_equal_doors_stand_open(client: Client) -> None:
    (course,) = on_the_shelves()
    html = words(client, f"/courses/{course.slug}")
    offering = catalog.offering_of_course(course.id)
    assert f'action="/courses/{course.slug}/audit"' in html
    assert f'href="/checkout/{offering.id}"' in html
    assert "$49.00" in html
    assert "Full refund within 14 days of payment" in html


def test_who_has_access_continues(client: Client) -> None:
    (course,) = on_the_shelves()
    learner = people.register_person(
        email="ada@example.org", display_name="Ada", password=None, registered_at=LONG_AGO
    )
    access.grant(
        learner_id=learner.id, course_id=course.id, kind="gift", source_reference="gift:1",
        span=InstantSpan(LONG_AGO, None), granted_at=LONG_AGO,
    )  # fmt: skip
    client.force_login(
        get_user_model().objects.get(pk=learner.id),
        backend="allauth.account.auth_backends.AuthenticationBackend",
    )
    html = words(client, f"/courses/{course.slug}")
    assert f'href="/learn/{course.slug}"' in html
    assert "/checkout/" not in html


def test_a_retired_course_keeps_its_page_and_names_alternatives(client: Client) -> None:
    (course,) = on_the_shelves()
    (other,) = on_the_shelves(title="Python for the patient")
    catalog.retire_course(course_id=course.id, retired_at=SAVED_AT)
    html = words(client, f"/courses/{course.slug}")
    assert "This course has been retired" in html
    assert "/checkout/" not in html
    assert f"/courses/{other.slug}" in html


def test_a_draft_is_not_public(client: Client) -> None:
    course = a_course(published=False)
    words(client, f"/courses/{course.slug}", status=404)
    assert course.slug not in words(client, "/sitemap.xml")


def test_a_new_price_shows_at_once(client: Client) -> None:
    (course,) = on_the_shelves()
    assert "$49.00" in words(client, "/")
    catalog.set_price(course_id=course.id, price=usd(59), starts_on=date(2025, 2, 1))
    assert "$59.00" in words(client, "/")


def test_the_sitemap_lists_public_pages(client: Client) -> None:
    (course,) = on_the_shelves()
    sitemap = words(client, "/sitemap.xml")
    assert f"/courses/{course.slug}</loc>" in sitemap
    assert "/topics/computing</loc>" in sitemap
    assert "Sitemap: " in words(client, "/robots.txt")


def test_a_cover_is_a_file_that_never_changes(client: Client) -> None:
    response = client.get("/covers/astronomy.svg?hue=245")
    assert response["Content-Type"] == "image/svg+xml"
    assert "immutable" in response["Cache-Control"]
    assert client.get("/covers/astronomy.svg?hue=x").status_code == 200


def test_the_theme_is_remembered_and_leads_back(client: Client) -> None:
    response = client.post("/ui/theme", {"theme": "dark", "next": "/browse"})
    assert (response.status_code, response["Location"]) == (302, "/browse")
    assert 'data-theme="dark"' in words(client, "/browse")
    assert client.post("/ui/theme", {"theme": "", "next": "https://evil.example/"})["Location"] == "/"
    assert "data-theme=" not in words(client, "/browse").split("<body")[0]
    client.post("/ui/theme", {"theme": '"><script>'})
    assert "data-theme=" not in words(client, "/browse").split("<body")[0]


def test_arabic_readers_get_pages_from_right_to_left(client: Client, settings: Settings) -> None:
    settings.LANGUAGES = [("en", "English"), ("ar", "العربية")]
    on_the_shelves()
    html = words(client, "/", **{"Accept-Language": "ar"})
    assert '<html lang="ar" dir="rtl"' in html


def test_an_empty_installation_says_so(client: Client) -> None:
    a_partner()
    assert "The shelves are still empty" in words(client, "/")
    words(client, "/browse")
    words(client, "/search")
    words(client, "/partners")


def _user(user_id: int):  # type: ignore[no-untyped-def]
    from django.contrib.auth import get_user_model

    return get_user_model().objects.get(pk=user_id)
