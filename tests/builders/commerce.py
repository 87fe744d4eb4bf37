"""Learners who buy, made through the doors and flows."""

from datetime import UTC, datetime, timedelta
from itertools import count

from stoa.catalog import api as catalog
from stoa.commerce import api as commerce
from stoa.kernel.money import Money, usd
from tests.builders.catalog import a_course
from tests.builders.people import Person, a_person

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
