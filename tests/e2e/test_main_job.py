"""The main job in a real browser: found, audited, bought, studied, certified, refunded, and in the books."""

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from stoa.cli.demo_market.cast import CONTROLLER, PASSWORD
from tests.e2e import people
from tests.e2e.conftest import Marketplace

pytestmark = pytest.mark.e2e


def test_a_typo_still_finds_the_course(page: Page) -> None:
    page.goto("/search?q=bfore+proffit")
    expect(page.get_by_text(re.compile("Did you mean|Showing results for"))).to_be_visible()
    page.get_by_role("link", name="Cash before profit").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Cash before profit")


def test_from_first_visit_to_refund(page: Page, browser: Browser, marketplace: Marketplace) -> None:
    people.audit(page)
    page.goto(f"/learn/{people.COURSE}/units/quiz-cash-page")
    expect(page.locator("main")).to_contain_text(re.compile("lock|certificate", re.IGNORECASE))
    expect(page.get_by_role("button", name=re.compile("^Submit"))).to_have_count(0)

    people.to_checkout(page)
    for promise in ("Access until", "Refund until", "Charged now"):
        expect(page.locator("main")).to_contain_text(promise)
    people.pay(page, people.DECLINED_CARD)
    expect(page.get_by_role("alert").get_by_text("Nothing was charged")).to_be_visible()
    people.pay(page)
    people.wait_until_paid(page)

    people.finish_the_readings(page)
    people.answer_the_quiz(page)
    expect(page.get_by_text(re.compile(r"Saved \d\d:\d\d:\d\d")).first).to_be_visible()
    page.wait_for_timeout(1200)
    page.reload()
    expect(page.get_by_label("What is the lowest end of a week?")).to_have_value("-1,500")
    expect(page.get_by_role("radio", name="In June")).to_be_checked()
    people.hand_in(page)
    expect(page.get_by_text("Correct").first).to_be_visible()

    page.goto(f"/learn/{people.COURSE}/certificate")
    expect(page.locator("main")).to_contain_text("Nadia Petrova")
    verify = page.locator("a[href*='/verify/']").first.get_attribute("href")
    assert verify
    with page.expect_download() as download:
        page.locator("a[href$='certificate.pdf']").first.evaluate(
            "link => { link.download = 'c.pdf'; link.click() }"
        )
    assert download.value.path().read_bytes().startswith(b"%PDF")

    stranger = browser.new_context(base_url=marketplace.url).new_page()
    stranger.goto(verify)
    expect(stranger.locator("main")).to_contain_text("Nadia Petrova")
    expect(stranger.locator("main")).to_contain_text(re.compile("valid", re.IGNORECASE))

    page.goto("/account/purchases")
    page.get_by_role("link", name=re.compile("Refund")).first.click()
    page.get_by_role("button", name=re.compile(r"^Refund \$\d+\.\d\d")).click()
    expect(page.locator("main")).to_contain_text(re.compile("Refunded|on its way back"))

    answer = stranger.goto(verify)
    assert answer is not None
    assert answer.status == 200, "a revoked certificate keeps its address"
    expect(stranger.locator("main")).to_contain_text(re.compile("revoked|withdrawn", re.IGNORECASE))
    stranger.context.close()
    page.goto(f"/learn/{people.COURSE}/access")
    expect(page.locator("main")).to_contain_text("audit")
    page.goto(f"/learn/{people.COURSE}/units/quiz-cash-page")
    expect(page.get_by_role("button", name=re.compile("^Submit"))).to_have_count(0)


def test_two_browsers_racing_at_checkout_pay_once(browser: Browser, marketplace: Marketplace) -> None:
    first = browser.new_context(base_url=marketplace.url)
    page = first.new_page()
    email = people.audit(page, "fair-negotiation")
    second = browser.new_context(base_url=marketplace.url)
    other = second.new_page()
    people.sign_in(other, email, people.PASSPHRASE)
    for each in (page, other):
        people.to_checkout(each, "fair-negotiation")
        people.fill_card(each)
    for each in (page, other):
        each.get_by_role("button", name=re.compile("^Pay")).click(no_wait_after=True)
    people.wait_until_paid(page)
    other.wait_for_load_state()
    page.goto("/account/purchases")
    expect(page.get_by_role("heading", name="Fair negotiation")).to_have_count(1)
    expect(page.locator("main").get_by_text("Paid", exact=True)).to_have_count(1)
    first.close()
    second.close()


def test_on_the_fifteenth_day_the_rule_is_shown_instead(page: Page, marketplace: Marketplace) -> None:
    people.sign_up(page)
    people.buy(page, "everyday-digital-safety")
    now = marketplace.stoa("clock").split("+")[0]
    day = int(now[8:10])
    marketplace.stoa("clock", "--to", f"2025-10-{day + 15:02d}T12:00")
    try:
        page.wait_for_timeout(2500)
        page.goto("/account/purchases")
        page.get_by_role("link", name=re.compile("digital safety", re.IGNORECASE)).first.click()
        expect(page.locator("main").get_by_role("link", name=re.compile(r"^Refund"))).to_have_count(0)
        expect(page.locator("main")).to_contain_text("14")
    finally:
        marketplace.stoa("clock", "--to", now)


def test_the_controller_closes_the_month_and_reaches_the_document(
    page: Page, marketplace: Marketplace
) -> None:
    marketplace.stoa("post")
    assert "2025-09" in marketplace.stoa("close", "2025-09")
    assert "already closed" in marketplace.stoa("close", "2025-08")
    marketplace.stoa("close", "2025-11", exit_code=2)
    people.sign_in(page, CONTROLLER, PASSWORD)
    page.goto("/finance/trial-balance?period=2025-09")
    expect(page.get_by_role("table").first).to_be_visible()
    page.get_by_role("link", name="4000 Revenue").click()
    page.locator("main a[href*='/finance/batches/']").first.click()
    page.locator("main table a[href*='/finance/documents/']").first.click()
    expect(page).to_have_url(re.compile("/finance/documents/"))
    expect(page.locator("main a[href*='/finance/policies/']").first).to_be_visible()
