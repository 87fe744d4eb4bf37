"""Draws the README's pictures: five pages of the demo marketplace in a real browser.

Usage: ``python docs/make_screenshots.py [URL]`` with the demo served at URL (default http://127.0.0.1:8000).
Pages are found the way a person finds them: signing in and following links.
"""

import sys
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tests.install_browser import installed_browser

PASSWORD = "daylight-colonnade"

FOLDER = Path(__file__).resolve().parent / "screenshots"
WIDE = {"width": 1280, "height": 860}
PHONE = {"width": 390, "height": 844}


def main() -> int:
    url = sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:8000"
    FOLDER.mkdir(exist_ok=True)
    with sync_playwright() as driver:
        browser = driver.chromium.launch(
            executable_path=installed_browser(), args=["--no-sandbox", "--disable-background-networking"]
        )
        home(_page(browser, url))
        course(_page(browser, url))
        course(_page(browser, url, viewport=PHONE), name="course-phone")
        lesson(_page(browser, url))
        certificate(_page(browser, url))
        statements(_page(browser, url, dark=True))
        browser.close()
    return 0


def home(page: Page) -> None:
    page.goto("/")
    _draw(page, "home")


def course(page: Page, name: str = "course") -> None:
    page.goto("/courses/reading-a-balance-sheet")
    _draw(page, name)


def lesson(page: Page) -> None:
    sign_in(page, "learner@stoa.example")
    page.goto("/home")
    page.get_by_role("link", name="Continue").first.click()
    _draw(page, "lesson")


def certificate(page: Page) -> None:
    sign_in(page, "graduate@stoa.example")
    page.goto("/accomplishments")
    page.locator("a[href*='/certificate'], a[href*='/verify/']").first.click()
    _draw(page, "certificate")


def statements(page: Page) -> None:
    sign_in(page, "controller@stoa.example")
    page.goto("/finance/deferred-revenue")
    _draw(page, "finance")


def sign_in(page: Page, email: str) -> None:
    page.goto("/login")
    page.get_by_label("Email").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    page.locator("main").get_by_role("button", name="Sign in").click()
    page.wait_for_load_state()


def _page(browser: Browser, url: str, *, viewport: dict[str, int] = WIDE, dark: bool = False) -> Page:
    context = browser.new_context(
        base_url=url, viewport=viewport, color_scheme="dark" if dark else "light", reduced_motion="reduce"
    )
    return context.new_page()


def _draw(page: Page, name: str) -> None:
    page.wait_for_load_state("networkidle")
    page.screenshot(path=FOLDER / f"{name}.png")
    print(f"docs/screenshots/{name}.png")


if __name__ == "__main__":
    sys.exit(main())
