"""axe finds nothing serious on any page, in light and dark, and the main job can be done by keyboard."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from stoa.cli.demo_market.cast import CONTROLLER, GRADUATE, LEARNER, OPERATOR, PASSWORD
from tests.e2e import people
from tests.e2e.conftest import Marketplace

pytestmark = pytest.mark.e2e

PAGES: dict[str, tuple[str, ...]] = {
    "": (
        *(
            "/",
            "/search?q=python",
            "/search?q=zzzzqqqq",
            "/browse",
            "/courses/reading-a-balance-sheet",
            "/partners",
        ),
        *(
            "/login",
            "/signup",
            "/password/reset",
            "/verify",
            "/verify/NONE-SUCH-CODE",
            "/help",
            "/legal/refunds",
        ),
        *("/ui", "/no-such-page"),
    ),
    LEARNER: (
        *("/home", "/learn/python-for-careful-beginners", "/learn/python-for-careful-beginners/continue"),
        *("/learn/python-for-careful-beginners/progress", "/learn/python-for-careful-beginners/grades"),
        *("/learn/python-for-careful-beginners/access", "/account", "/account/purchases", "/accomplishments"),
        "/finance/",
    ),
    GRADUATE: ("/home", "/accomplishments", "/learn/reading-a-balance-sheet/certificate"),
    CONTROLLER: (
        *("/finance/", "/finance/trial-balance?period=2025-09", "/finance/statements?period=2025-09"),
        *(
            "/finance/deferred-revenue?period=2025-09",
            "/finance/revenue?period=2025-09",
            "/finance/documents",
        ),
        *(
            "/finance/journal",
            "/finance/policies",
            "/finance/policies/consumer_single_course",
            "/finance/close/2025-09",
        ),
        *(
            f"/finance/statements?period=2025-Q3&compare=yes&show={group}"
            for group in ("statements", "measures", "roll-forwards", "notes", "key-figures", "ties")
        ),
        *("/finance/partners", "/finance/partners/calder-bay", "/finance/ledger/2100?period=2025-09"),
        *("/finance/entries", "/finance/entries/new", "/finance/audit", "/finance/access"),
        *("/finance/registers", "/finance/registers/leases", "/finance/registers/credit_losses"),
        *("/finance/registers/offering_costs", "/finance/documents/18", "/finance/documents/57"),
        "/finance/statements/entries?period=2025-09&accounts=4000",
    ),
    OPERATOR: ("/ops/", "/ops/orders", "/ops/access", "/ops/imports"),
}


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("email", PAGES, ids=lambda email: email.split("@")[0] or "visitor")
def test_no_serious_finding(browser: Browser, marketplace: Marketplace, email: str, scheme: str) -> None:
    context = browser.new_context(
        base_url=marketplace.url,
        color_scheme=scheme,
        viewport={"width": 1280, "height": 900},
        reduced_motion="reduce",
    )
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda said: complaints.append(said.text) if "Content Security" in said.text else None)
    if email:
        people.sign_in(page, email, PASSWORD)
    findings = []
    for address in PAGES[email]:
        page.goto(address)
        expect(page.locator("h1")).to_have_count(1)
        for finding in Axe().run(page).response["violations"]:
            if finding["impact"] in {"serious", "critical"}:
                where = [node["target"] for node in finding["nodes"]][:3]
                findings.append(f"{address}: {finding['id']} {where}")
    context.close()
    assert findings == []
    assert complaints == []


def test_buying_takes_a_keyboard_alone(page: Page) -> None:
    people.sign_up(page)
    page.goto("/courses/a-price-with-reasons")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name=re.compile("Skip"))).to_be_focused()
    _tab_to(page, re.compile("Get the certificate"))
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/checkout/"))
    for label, text in (("Card number", people.GOOD_CARD), ("Expires", "12/30"), ("Security code", "123")):
        page.get_by_label(label).focus()
        page.keyboard.type(text)
    _tab_to(page, re.compile("^Pay"))
    page.keyboard.press("Enter")
    people.wait_until_paid(page)


def _tab_to(page: Page, name: "re.Pattern[str]") -> None:
    for _ in range(80):
        page.keyboard.press("Tab")
        words = page.evaluate("document.activeElement.innerText || document.activeElement.value || ''")
        if name.search(str(words).strip()):
            outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
            assert outline != "none", "focus must be visible"
            return
    raise AssertionError(f"the keyboard never reached {name.pattern}")
