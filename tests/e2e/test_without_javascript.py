"""A cheap phone without JavaScript does all that matters."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.e2e import people

pytestmark = pytest.mark.e2e


def test_buying_and_passing_works_at_390_pixels_without_javascript(phone: Page) -> None:
    people.audit(phone)
    _fits(phone)
    people.to_checkout(phone)
    _fits(phone)
    people.pay(phone)
    people.wait_until_paid(phone)
    people.finish_the_readings(phone)
    people.answer_the_quiz(phone)
    _fits(phone)
    phone.get_by_role("button", name="Save answers").click()
    phone.goto(f"/learn/{people.COURSE}/units/quiz-cash-page")
    expect(phone.get_by_label("What is the lowest end of a week?")).to_have_value("-1,500")
    people.hand_in(phone)
    phone.goto(f"/learn/{people.COURSE}/certificate")
    expect(phone.locator("main")).to_contain_text("Nadia Petrova")
    _fits(phone)


def test_search_filters_work_without_javascript(phone: Page) -> None:
    phone.goto("/search?q=cash")
    _fits(phone)
    expect(phone.get_by_role("link", name="Cash before profit").first).to_be_visible()
    phone.goto("/search?q=zzzzqqqq")
    expect(phone.locator("main")).to_contain_text(re.compile("Nothing|No course", re.IGNORECASE))


def _fits(page: Page) -> None:
    width, room = page.viewport_size["width"], page.locator("html").bounding_box()  # type: ignore[index]
    assert room is not None
    assert room["width"] <= width, f"{page.url} is wider than the phone"
