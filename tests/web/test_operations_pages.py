"""Operators look orders and access up; others may not."""

import pytest
from django.test import Client

from stoa.catalog import api as catalog
from stoa.flows import checkout, refunds
from tests.builders.commerce import BOUGHT_AT, a_course_on_sale, a_learner, a_paid_order
from tests.builders.people import a_person

pytestmark = pytest.mark.django_db


def signed_in(role):
    client = Client()
    client.force_login(a_person(role=role).user)
    return client


@pytest.fixture
def operator():
    return signed_in("operator")


def text_of(client, address, status=200):
    answer = client.get(address)
    assert answer.status_code == status
    return answer.content.decode()


def test_an_order_tells_its_whole_story(operator) -> None:
    order = a_paid_order()
    refunds.refund_in_full(learner_id=order.learner_id, order_id=order.id, asked_at=BOUGHT_AT)
    checkout.deliver_in_process(at=BOUGHT_AT)
    page = text_of(operator, f"/ops/orders/{order.id}")
    for words in (
        order.number,
        order.receipt_number,
        order.payment_reference,
        "payment.succeeded",
        "refund.succeeded",
        f"order:{order.id}",
        f"receipt:{order.id}",
        "refund:",
        "Refunded at the learner&#x27;s wish",
    ):
        assert words in page, words


def test_orders_are_found_by_address_name_and_number(operator) -> None:
    order = a_paid_order(learner=a_learner(name="Jun Mori"))
    other = a_paid_order()
    for words in (order.number, "jun mori", order.receipt_number):
        page = operator.get("/ops/orders", {"q": words}).content.decode()
        assert order.number in page
        assert other.number not in page
    assert "No order fits" in operator.get("/ops/orders", {"q": "<script>%_"}).content.decode()


def test_the_list_needs_as_many_queries_for_three_orders_as_for_one(
    operator, django_assert_num_queries
) -> None:
    offering = a_course_on_sale()
    a_paid_order(offering=offering)
    text_of(operator, "/ops/orders")
    with django_assert_num_queries(7):
        text_of(operator, "/ops/orders")
    a_paid_order(offering=offering)
    a_paid_order(offering=offering)
    with django_assert_num_queries(7):
        text_of(operator, "/ops/orders")


@pytest.mark.parametrize(
    "query", ["?page=0", "?page=999999999999", "?page=x", "?status=bogus", "?q=" + "x" * 3000]
)
def test_odd_queries_are_answered(operator, query) -> None:
    assert "<h1>" in text_of(operator, f"/ops/orders{query}")


@pytest.mark.parametrize("address", ["/ops/orders?q=%00", "/ops/access?email=%00&course=%00"])
def test_a_character_that_no_text_has_is_refused_with_a_page(operator, address) -> None:
    assert operator.get(address).status_code in {200, 400, 404}


def test_pages_of_others_stay_in_no_browser_and_no_cache(operator) -> None:
    for address in ("/ops/", "/ops/orders", "/ops/imports"):
        assert "no-store" in operator.get(address)["Cache-Control"]
    for address in ("/home", "/courses/nothing", "/search"):
        assert operator.get(address)["Cache-Control"].startswith("private"), address
    assert "Cache-Control" not in Client().get("/search")


def test_access_is_explained_for_anybody_at_any_time(operator) -> None:
    learner, offering = a_learner(), a_course_on_sale()
    a_paid_order(learner=learner, offering=offering)
    ask = {"learner": learner.row.email, "course": offering.course_slug, "at": "2025-09-02"}
    assert "Everything in this course is open" in operator.get("/ops/access", ask).content.decode()
    ask["at"] = "2025-08-01T00:00"
    assert "has not begun yet" in operator.get("/ops/access", ask).content.decode()
    wrong = operator.get("/ops/access", {"learner": "nobody@stoa.example", "course": "none", "at": "soon"})
    assert wrong.status_code == 422
    for field in ("learner", "course", "at"):
        assert f'id="{field}-error"' in wrong.content.decode()


@pytest.mark.parametrize(
    ("role", "orders", "access"), [("controller", 200, 403), ("auditor", 200, 403), (None, 403, 403)]
)
def test_roles_see_what_is_theirs(role, orders, access) -> None:
    client = signed_in(role)
    assert client.get("/ops/").status_code == orders
    assert client.get("/ops/orders").status_code == orders
    assert client.get("/ops/access").status_code == access


def test_the_command_explains_access_too(capsys) -> None:
    from stoa.cli.__main__ import main

    order = a_paid_order(learner=a_learner(name="Jun Mori"))
    from stoa.people import api as people

    email = people.get_person(order.learner_id).email
    slug = catalog.get_course_by_id(order.course_id).slug
    ask = ["access", "explain", "--learner", email, "--course", slug, "--at", "2025-09-02T00:00:00Z"]
    assert main(ask) == 0
    assert "Level: full." in capsys.readouterr().out
    assert main([*ask, "--json"]) == 0
    import json

    told = json.loads(capsys.readouterr().out)
    assert (told["level"], told["reasons"][0]["source_reference"]) == ("full", f"order:{order.id}")
    assert main(["access", "explain", "--learner", "nobody@x.example", "--course", slug]) == 2
