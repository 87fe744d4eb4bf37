"""Rows of people that cross the door."""

from dataclasses import dataclass
from datetime import date, datetime
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


@dataclass(frozen=True, slots=True)
class RoleHolderRow:
    """A person holds a role: since when, granted by whom (empty when nobody wrote it down), last used on which day."""

    person: PersonRow
    role: str
    granted_at: datetime
    granted_by: str
    last_used_on: date | None
    is_active: bool


@dataclass(frozen=True, slots=True)
class RoleChangeRow:
    """A role was granted to a person or taken away."""

    user_id: int
    role: str
    is_grant: bool
    changed_at: datetime
    changed_by: str


@dataclass(frozen=True, slots=True)
class CredentialRow:
    """A secret with which a program acts as a person; ``id`` names it, the secret itself is not kept."""

    id: int
    user_id: int
    name: str
    created_at: datetime
    created_by: str
    expires_on: date | None
    revoked_at: datetime | None
    last_used_on: date | None


VISITOR: Final = Actor(user_id=None, display_name="")
