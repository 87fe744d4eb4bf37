"""Purchases, refunds, profile, sign-up and sign-in."""

from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client

from stoa.base import clock
from stoa.commerce import api as commerce
from stoa.people import api as people
from tests.builders.commerce import a_learner, a_paid_order
from tests.builders.people import PASSWORD, a_person

pytestmark = pytest.mark.django_db


@pytest.fixture
def learner():
    return a_learner(time_zone="Europe/Berlin")


@pytest.fixture
def client(learner):
    client = Client()
    client.force_login(learner.user)
    return client


def bought(learner, *, days_ago: float = 1):
    return a_paid_order(learner=learner, on=clock.now() - timedelta(days=days_ago))


def text_of(client, address, status=200):
    answer = client.get(address)
    assert answer.status_code == status
    return answer.content.decode()


def test_purchases_start_empty_and_help(client) -> None:
    assert "Nothing bought yet" in text_of(client, "/account/purchases")


def test_purchases_tell_until_when_a_refund_can_be_had(client, learner) -> None:
    order = bought(learner)
    page = text_of(client, "/account/purchases")
    assert "Refund until" in page
    assert "CE" in page  # CET or CEST: her own zone, named
    assert f"/account/purchases/{order.id}/refund" in page


def test_the_number_of_queries_does_not_grow_with_purchases(
    client, learner, django_assert_num_queries
) -> None:
    bought(learner)
    text_of(client, "/account/purchases")
    with django_assert_num_queries(5):
        text_of(client, "/account/purchases")
    for days in (2, 3):
        bought(learner, days_ago=days)
    with django_assert_num_queries(5):
        text_of(client, "/account/purchases")


def test_a_receipt_has_every_figure_and_a_pdf(client, learner) -> None:
    order = bought(learner)
    page = text_of(client, f"/account/purchases/{order.id}")
    for words in (order.receipt_number, order.number, "$49.00", "···· 4242"):
        assert words in page
    pdf = client.get(f"/account/purchases/{order.id}/receipt.pdf")
    assert pdf["Content-Type"] == "application/pdf"
    assert pdf.content.startswith(b"%PDF")


def test_a_refund_takes_two_clicks(client, learner) -> None:
    order = bought(learner)
    page = text_of(client, f"/account/purchases/{order.id}/refund")
    assert "Refund $49.00 now" in page
    assert "free audit" in page
    answer = client.post(f"/account/purchases/{order.id}/refund", follow=True)
    assert "is on its way back to the card" in answer.content.decode()
    assert commerce.get_order(order.id).status == "refunding"
    again = client.post(f"/account/purchases/{order.id}/refund")
    assert again.status_code == 302


def test_on_the_fifteenth_day_the_rule_stands_in_place_of_the_button(client, learner) -> None:
    order = bought(learner, days_ago=14.001)
    for address in (f"/account/purchases/{order.id}", f"/account/purchases/{order.id}/refund"):
        page = text_of(client, address)
        assert "14 × 24 hours" in page
        assert "now</button>" not in page
    assert client.post(f"/account/purchases/{order.id}/refund").status_code == 409
    assert commerce.get_order(order.id).status == "paid"


def test_anothers_purchase_is_not_found(client) -> None:
    order = a_paid_order()
    for tail in ("", "/refund", "/receipt.pdf"):
        assert client.get(f"/account/purchases/{order.id}{tail}").status_code == 404
    assert client.post(f"/account/purchases/{order.id}/refund").status_code == 404
    assert commerce.get_order(order.id).status == "paid"


def test_the_profile_is_saved_and_refuses_nonsense(client, learner, settings) -> None:
    settings.LANGUAGES = [("en", "English"), ("de", "Deutsch")]
    form = {
        "display_name": "Ada O.",
        "legal_name": "Ada Okafor",
        "country": "NG",
        "time_zone": "Africa/Lagos",
        "locale": "de",
    }
    answer = client.post("/account", form)
    assert answer.status_code == 302
    assert answer.cookies["django_language"].value == "de"
    assert people.get_person(learner.id).time_zone == "Africa/Lagos"
    broken = client.post(
        "/account", {**form, "display_name": "", "time_zone": "Mars/Olympus", "country": "<b>"}
    )
    assert broken.status_code == 422
    text = broken.content.decode()
    for field in ("display_name", "time_zone", "country"):
        assert f'id="{field}-error"' in text


def test_why_access_is_told_to_the_learner(client, learner) -> None:
    order = bought(learner)
    from stoa.catalog import api as catalog

    slug = catalog.get_course_by_id(order.course_id).slug
    page = text_of(client, f"/learn/{slug}/access")
    assert "Why you have full access" in page
    assert f"/account/purchases/{order.id}" in page
    assert f"order:{order.id}" not in page
    assert client.get("/learn/no-such-course/access").status_code == 404


def test_signing_up_leads_back_to_what_was_wanted() -> None:
    client = Client()
    form = {
        "display_name": "Kim Lind",
        "email": "kim@stoa.example",
        "password1": PASSWORD,
        "next": "/account",
    }
    answer = client.post("/signup?next=/account", form)
    assert (answer.status_code, answer["Location"]) == (302, "/account")
    person = people.find_person_by_email("kim@stoa.example")
    assert (person.display_name, person.legal_name) == ("Kim Lind", "Kim Lind")
    assert client.get("/account").status_code == 200


def test_a_sign_up_that_fails_keeps_what_was_typed() -> None:
    form = {"display_name": "Kim Lind", "email": "not an address", "password1": "short"}
    answer = Client().post("/signup", form)
    text = answer.content.decode()
    assert 'value="Kim Lind"' in text
    assert 'value="not an address"' in text
    assert "field__error" in text
    assert "short" not in text.replace("too short", "")


def test_signing_in_and_out() -> None:
    person = a_person(can_sign_in=True)
    client = Client()
    answer = client.post("/login", {"login": person.row.email.upper(), "password": PASSWORD})
    assert (answer.status_code, answer["Location"]) == (302, "/home")
    assert client.post("/logout").status_code == 302
    assert client.get("/account").status_code == 302


def test_too_many_wrong_passwords_are_stopped_in_every_process() -> None:
    person = a_person(can_sign_in=True)
    answers = [
        Client().post("/login", {"login": person.row.email, "password": f"wrong {number}"}).content.decode()
        for number in range(7)
    ]
    assert "Too many failed login attempts" in answers[-1]


def test_a_forgotten_password_is_set_anew_by_mail() -> None:
    person = a_person(can_sign_in=True)
    client = Client()
    assert client.post("/password/reset", {"email": person.row.email}).status_code == 302
    (message,) = mail.outbox
    link = next(word for word in message.body.split() if "/password/reset/key/" in word)
    page = client.get(link, follow=True)
    assert "Set a new password" in page.content.decode()
    answer = client.post(
        page.request["PATH_INFO"], {"password1": "another long phrase", "password2": "another long phrase"}
    )
    assert answer.status_code == 302
    assert (
        Client().post("/login", {"login": person.row.email, "password": "another long phrase"}).status_code
        == 302
    )
    used = Client().get(link, follow=True)
    assert "does not work any more" in used.content.decode()


@pytest.mark.parametrize(
    "address",
    [
        "/login",
        "/signup",
        "/password/reset",
        "/password/reset/sent",
        "/password/reset/done",
        "/login/inactive",
    ],
)
def test_every_page_before_signing_in_wears_the_house_style(address) -> None:
    page = text_of(Client(), address)
    assert "ui/ui" in page
    assert page.count("<h1") == 1


@pytest.mark.parametrize(
    "address",
    [
        "/account",
        "/account/purchases",
        "/account/email",
        "/account/password/new",
        "/account/security/",
        "/logout",
    ],
)
def test_every_page_about_oneself_wears_the_house_style(client, address) -> None:
    page = text_of(client, address)
    assert "ui/ui" in page
    assert page.count("<h1") == 1


def test_a_class_behind_one_address_signs_in_though_one_of_them_guesses() -> None:
    def sign_in(email: str, password: str) -> int:
        return Client().post("/login", {"login": email, "password": password}).status_code

    for attempt in range(12):
        assert sign_in("guessed@example.org", f"wrong-{attempt}") == 200
    assert sign_in(a_person(can_sign_in=True).row.email, PASSWORD) == 302


def test_behind_a_proxy_the_address_is_what_the_proxy_saw(settings, rf) -> None:
    from stoa.base.middleware import client_address

    seen = []
    ask = client_address(lambda request: seen.append(request.META["REMOTE_ADDR"]))
    claimed = {"X-Forwarded-For": "6.6.6.6, 203.0.113.9"}
    ask(rf.get("/", headers=claimed))
    settings.BEHIND_PROXY = True
    ask(rf.get("/", headers=claimed))
    ask(rf.get("/"))
    assert seen == ["127.0.0.1", "203.0.113.9", "127.0.0.1"]


def test_names_and_addresses_that_do_not_fit_are_refused_beside_their_field(client) -> None:
    form = {"country": "US", "time_zone": "UTC", "locale": "en", "display_name": "Ada"}
    answer = client.post("/account", {**form, "legal_name": "x" * 201})
    assert answer.status_code == 422
    assert "at most 200" in answer.content.decode()
    address = "a" * 250 + "@example.org"
    form = {"display_name": "Ada", "email": address, "password1": "correct-horse-battery"}
    assert "at most 254" in Client().post("/signup", form).content.decode()
