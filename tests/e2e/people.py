"""What people do again and again in the browser tests, by the names that they see."""

import re
from itertools import count

from playwright.sync_api import Page, expect

PASSPHRASE = "a long enough phrase"
COURSE = "cash-before-profit"
GOOD_CARD, DECLINED_CARD = "4242 4242 4242 4242", "4000 0000 0000 0002"
_numbers = count(1)


def sign_up(page: Page, *, name: str = "Nadia Petrova") -> str:
    """Open an account on the sign-up page that is shown, or on ``/signup``; return the address."""
    if "/login" in page.url:
        page.locator("main").get_by_role("link", name="Create an account").click()
    elif "/signup" not in page.url:
        page.goto("/signup")
    email = f"guest{next(_numbers)}@stoa.example"
    page.get_by_label("Email").fill(email)
    page.get_by_label("Your name").fill(name)
    page.get_by_label("Password").fill(PASSPHRASE)
    page.get_by_role("button", name="Create account").click()
    expect(page).not_to_have_url(re.compile("/signup"))
    return email


def sign_in(page: Page, email: str, password: str) -> None:
    page.goto("/login")
    page.get_by_label("Email").fill(email)
    page.get_by_label("Password").fill(password)
    page.locator("main").get_by_role("button", name="Sign in").click()
    expect(page).not_to_have_url(re.compile("/login"))


def audit(page: Page, course: str = COURSE) -> str:
    """Audit a course as a new learner, the sign-up on the way included; return her address."""
    page.goto(f"/courses/{course}")
    page.get_by_role("button", name="Audit free").first.click()
    email = sign_up(page)
    if "/learn/" not in page.url:
        page.get_by_role("button", name="Audit free").first.click()
    expect(page).to_have_url(re.compile(f"/learn/{course}"))
    return email


def to_checkout(page: Page, course: str = COURSE) -> None:
    page.goto(f"/courses/{course}")
    page.locator("main").get_by_role("link", name=re.compile("Get the certificate")).first.click()
    expect(page).to_have_url(re.compile("/checkout/"))


def fill_card(page: Page, number: str = GOOD_CARD) -> None:
    page.get_by_label("Card number").fill(number)
    page.get_by_label("Expires").fill("12/30")
    page.get_by_label("Security code").fill("123")


def pay(page: Page, number: str = GOOD_CARD) -> None:
    fill_card(page, number)
    page.get_by_role("button", name=re.compile(r"^Pay")).click()


def wait_until_paid(page: Page) -> None:
    """Wait for the bank: the page asks by itself with JavaScript, and by its link without."""
    for _ in range(40):
        if page.get_by_role("link", name="Start learning").count():
            return
        page.wait_for_timeout(250)
        if page.get_by_role("link", name="Check again").count() and "/complete" in page.url:
            page.goto(page.url)
    expect(page.get_by_role("link", name="Start learning")).to_be_visible()


def buy(page: Page, course: str = COURSE) -> None:
    to_checkout(page, course)
    pay(page)
    wait_until_paid(page)


def answer_the_quiz(page: Page) -> None:
    """The three right answers of the course that these tests study."""
    page.goto(f"/learn/{COURSE}/units/quiz-cash-page")
    page.get_by_label("What is the lowest end of a week?").fill("-1,500")
    page.get_by_label("Asking for a deposit with the order").check()
    page.get_by_label("Billing on the day of delivery").check()
    page.get_by_role("radio", name="In June").check()


def hand_in(page: Page) -> None:
    page.get_by_label("follow the honor code").check()
    page.get_by_role("button", name=re.compile("^Submit")).click()
    page.wait_for_load_state()


def finish_the_readings(page: Page) -> None:
    for unit in ("a-good-month", "the-plan"):
        page.goto(f"/learn/{COURSE}/units/{unit}")
        page.get_by_role("button", name=re.compile("Done")).first.click()
        page.wait_for_load_state()
