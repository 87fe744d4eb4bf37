"""Learners who buy, made through the doors and flows."""

from datetime import UTC, datetime, timedelta
from itertools import count

from stoa.catalog import api as catalog
from stoa.commerce import api as commerce
from stoa.flows import checkout
from stoa.kernel.money import Money, usd
from tests.builders.catalog import PRICED_FROM, a_course
from tests.builders.learning import a_course_with_content
from tests.builders.people import Person, a_person
from tests.builders.studies import ACourse

_numbers = count(1)
BOUGHT_AT = datetime(2025, 9, 1, 12, 0, tzinfo=UTC)

GOOD, DECLINED, NO_FUNDS, EXPIRED, SLOW, SLOWLY_DECLINED = (
    "4242 4242 4242 4242",
    "4000000000000002",
    "4000000000009995",
    "4000000000000069",
    "4000000000000077",
    "4000000000000341",
)


def a_learner(*, name: str = "Ada Okafor", country: str = "US", time_zone: str = "UTC") -> Person:
    """A learner; the same as a person."""
    return a_person(name=name, country=country, time_zone=time_zone)


def a_card(number: str = GOOD, *, year: int = 2040) -> commerce.Card:
    """A card as typed."""
    return commerce.Card(number=number, expiry_month=12, expiry_year=year, security_code="123")


def a_key() -> str:
    """A form's key, never used before."""
    return f"key-of-form-{next(_numbers)}"


def an_offering(price: Money | None = None, *, title: str = "Astronomy for sailors") -> catalog.OfferingRow:
    """A published course with a price, without content."""
    return catalog.offering_of_course(a_course(title=title, price=price or usd(49)).id)


def an_order(
    *, learner: Person | None = None, offering: catalog.OfferingRow | None = None, at: datetime = BOUGHT_AT
) -> commerce.OrderRow:
    """An open order: nothing charged."""
    return commerce.place_order(
        learner_id=(learner or a_learner()).id,
        offering_id=(offering or an_offering()).id,
        country="US",
        idempotency_key=a_key(),
        placed_at=at,
    )


def a_course_on_sale(
    price: Money | None = None, *, title: str = "The night sky", content: ACourse | None = None
) -> catalog.OfferingRow:
    """A published course with content and a price: it can be bought and studied."""
    course = a_course_with_content(content, title=title)
    catalog.set_price(course_id=course.id, price=price or usd(49), starts_on=PRICED_FROM)
    return catalog.offering_of_course(course.id)


def a_purchase(
    *,
    learner: Person | None = None,
    offering: catalog.OfferingRow | None = None,
    number: str = GOOD,
    key: str = "",
    country: str = "US",
    on: datetime = BOUGHT_AT,
) -> commerce.OrderRow:
    """A learner clicks "Pay"; the bank has not answered yet."""
    return checkout.start(
        learner_id=(learner or a_learner()).id,
        offering_id=(offering or a_course_on_sale()).id,
        card=a_card(number),
        idempotency_key=key or a_key(),
        country=country,
        started_at=on,
    )


def a_paid_order(
    *,
    price: Money | None = None,
    on: datetime = BOUGHT_AT,
    learner: Person | None = None,
    offering: catalog.OfferingRow | None = None,
    country: str = "US",
) -> commerce.OrderRow:
    """A course bought and paid on ``on``, the way learners do it."""
    offering = offering or a_course_on_sale(price)
    order = a_purchase(learner=learner, offering=offering, country=country, on=on)
    checkout.deliver_in_process(at=on)
    return commerce.get_order(order.id)


def hear(*, at: datetime) -> list[commerce.EventOutcome]:
    """Let commerce alone take what its gateway has to tell; flows do not act on it."""
    outcomes: list[commerce.EventOutcome] = []

    def take(payload: bytes, signature: str) -> None:
        event = commerce.read_event(payload=payload, signature=signature, received_at=at)
        outcomes.extend(commerce.apply_event(event=event, received_at=at))

    commerce.deliver_pending_events(at=at, deliver=take)
    return outcomes


def after_a_day(instant: datetime, days: int = 1) -> datetime:
    """The same time of day, later."""
    return instant + timedelta(days=days)
