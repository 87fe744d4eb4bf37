"""Rows of people that cross the door."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

OPERATOR: Final = "operator"
CONTROLLER: Final = "controller"
AUDITOR: Final = "auditor"
ROLES: Final = (OPERATOR, CONTROLLER, AUDITOR)


@dataclass(frozen=True, slots=True)
class PersonRow:
    """One person as others may need to address her. ``legal_name`` is what certificates carry."""

    id: int
    email: str
    display_name: str
    legal_name: str
    country: str
    locale: str
    time_zone: str
    joined_at: datetime


@dataclass(frozen=True, slots=True)
class Actor:
    """Who asks. ``user_id`` is ``None`` for a visitor who has not signed in."""

    user_id: int | None
    display_name: str
    roles: frozenset[str] = frozenset()

    def has(self, *roles: str) -> bool:
        """Whether the actor holds any of ``roles``."""
        return not self.roles.isdisjoint(roles)


VISITOR: Final = Actor(user_id=None, display_name="")
