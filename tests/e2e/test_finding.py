"""Finding a course in a browser: filters without reloads, and the way back."""

from playwright.sync_api import Page, expect


def test_filters_change_the_list_without_a_reload_and_back_restores_it(page: Page) -> None:
    page.goto("/search")
    everything = page.locator("#result-count").inner_text()
    page.evaluate("window.unloaded = false")
    box = page.locator("#facet-level input").first
    name = box.get_attribute("id")
    box.check()
    expect(page.locator("#result-count")).not_to_have_text(everything)
    assert page.evaluate("window.unloaded") is False, "the page stayed"
    assert page.evaluate("document.activeElement.id") == name, "the focus stayed"
    assert "level=" in page.url
    narrowed = page.locator("#result-count").inner_text()

    page.locator("#results article a").first.click()
    page.wait_for_url("**/courses/*")
    page.go_back()
    expect(page.locator("#result-count")).to_have_text(narrowed)
    expect(page.locator(f"#{name}")).to_be_checked()
    page.go_back()
    expect(page.locator("#result-count")).to_have_text(everything)
    expect(page.locator(f"#{name}")).not_to_be_checked()


def test_nothing_on_the_public_pages_offends_the_content_security_policy(page: Page) -> None:
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto("/search")
    course = page.locator("#results article a").first.get_attribute("href")
    for address in ("/", "/browse", "/partners", "/ui", str(course)):
        page.goto(address)
    assert complaints == []


def test_light_or_dark_is_chosen_once_and_stays(page: Page) -> None:
    page.goto("/")
    page.get_by_role("button", name="Dark").click()
    assert page.locator("html").get_attribute("data-theme") == "dark"
    page.goto("/browse")
    assert page.locator("html").get_attribute("data-theme") == "dark"


def test_nothing_scrolls_sideways_at_four_hundred_percent(page: Page) -> None:
    page.set_viewport_size({"width": 320, "height": 640})
    page.goto("/search")
    course = page.locator("#results article a").first.get_attribute("href")
    for address in ("/", "/search", "/browse", "/partners", "/help", "/legal/refunds", "/ui", str(course)):
        page.goto(address)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), address
