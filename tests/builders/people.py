"""People of tests, made through the door."""

from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count

from stoa.people import api as people
from stoa.people.models import User

_numbers = count(1)
JOINED_AT = datetime(2025, 7, 1, 8, 0, tzinfo=UTC)
PASSWORD = "a long enough phrase"


@dataclass(frozen=True, slots=True)
class Person:
    """A person row, and the account that a test client signs in with."""

    row: people.PersonRow
    user: User

    @property
    def id(self) -> int:
        return self.row.id


def a_person(
    *,
    name: str = "Ada Okafor",
    email: str | None = None,
    role: str | None = None,
    country: str = "US",
    time_zone: str = "UTC",
    can_sign_in: bool = False,
) -> Person:
    """A person, with a role if asked; ``can_sign_in`` sets ``PASSWORD`` (slow on purpose: it is hashed)."""
    row = people.register_person(
        email=email or f"person{next(_numbers)}@stoa.example",
        display_name=name,
        password=PASSWORD if can_sign_in else None,
        registered_at=JOINED_AT,
        country=country,
        time_zone=time_zone,
    )
    if role:
        people.grant_role(user_id=row.id, role=role, granted_at=JOINED_AT)
    return Person(row, User.objects.get(pk=row.id))
