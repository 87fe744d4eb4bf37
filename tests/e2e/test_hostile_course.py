"""A course by somebody who means no good: nothing of it runs, and none of its words widens a phone's page."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.e2e import people
from tests.e2e.conftest import Marketplace

pytestmark = pytest.mark.e2e

LONG = "W" * 250
EVIL = (
    "<script>alert(1)</script><img src='x' onerror='alert(1)'><svg onload='alert(1)'></svg>"
    "<a href='javascript:alert(1)'>here</a><style>body { display: none }</style>"
    "<p style='position: fixed; inset: 0'>cover</p><form action='https://evil.example'><button>Sign in</button></form>"
    f"<a hx-get='/logout' hx-trigger='load'>{LONG}</a><p>{LONG}</p><table><tr><td>{LONG}</td></tr></table>"
    f"<pre>{LONG}</pre><iframe src='https://evil.example'></iframe>"
)


def a_hostile_course(folder: Path) -> Path:
    (folder / "html").mkdir(parents=True)
    (folder / "html" / "evil.html").write_text(EVIL)
    (folder / "html" / "evil.xml").write_text('<html filename="evil" display_name="x"/>')
    (folder / "course.xml").write_text(
        f"""<course url_name="run" org="Evil" course="W1" display_name="Hostile {LONG}">
        <chapter url_name="c" display_name="{LONG}"><sequential url_name="s" display_name="{LONG}">
        <vertical url_name="v" display_name="{LONG}"><html url_name="evil"/>
        <problem url_name="p" display_name="&lt;script&gt;alert(1)&lt;/script&gt;{LONG}"><multiplechoiceresponse>
        <label>{LONG}</label><choicegroup><choice correct="true">{LONG}</choice><choice correct="false">b</choice>
        </choicegroup></multiplechoiceresponse></problem></vertical></sequential></chapter></course>"""
    )
    return folder


def test_a_hostile_course_runs_nothing_and_fits_a_phone(
    browser: Browser, marketplace: Marketplace, tmp_path: Path
) -> None:
    said = marketplace.stoa("import", str(a_hostile_course(tmp_path / "course")))
    slug = said.split("/courses/")[1].split(".")[0]
    context = browser.new_context(base_url=marketplace.url, viewport={"width": 390, "height": 844})
    page = context.new_page()
    surprises: list[str] = []
    page.on("dialog", lambda dialog: (surprises.append(dialog.message), dialog.dismiss()))
    page.on("request", lambda sent: surprises.append(sent.url) if marketplace.url not in sent.url else None)
    people.sign_up(page, name=LONG[:100])
    page.goto(f"/courses/{slug}")
    page.get_by_role("button", name="Audit free").first.click()
    page.wait_for_url("**/learn/**")
    for address in (
        *(f"/courses/{slug}", f"/learn/{slug}", f"/learn/{slug}/units/v", f"/learn/{slug}/progress"),
        *(f"/learn/{slug}/grades", f"/learn/{slug}/access", "/home", "/account", "/account/email"),
    ):
        answer = page.goto(address)
        assert answer is not None
        assert answer.status == 200, address
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), address
    assert surprises == []
    context.close()
