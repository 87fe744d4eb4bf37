"""Rows of access that cross the door."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from stoa.kernel.spans import InstantSpan

Level = Literal["none", "audit", "full"]
State = Literal["active", "future", "expired", "revoked"]

AUDIT: Final = "audit"
PURCHASE: Final = "purchase"
SUBSCRIPTION: Final = "subscription"
SEAT: Final = "seat"
AID: Final = "aid"
DEGREE_TERM: Final = "degree_term"
GIFT: Final = "gift"
KINDS: Final = (AUDIT, PURCHASE, SUBSCRIPTION, SEAT, AID, DEGREE_TERM, GIFT)


@dataclass(frozen=True, slots=True)
class EntitlementRow:
    """A right to one course for a span; ``source_reference`` names what it came from, such as ``order:<id>``."""

    id: int
    learner_id: int
    course_id: int
    kind: str
    source_reference: str
    span: InstantSpan
    granted_at: datetime
    revoked_at: datetime | None
    revoke_reason: str


@dataclass(frozen=True, slots=True)
class AccessReason:
    """One entitlement told as a sentence. ``is_active``: it counts at the instant that was asked about."""

    kind: str
    text: str
    source_reference: str
    starts_at: datetime
    ends_at: datetime | None
    is_active: bool
    state: State
    granted_at: datetime
    revoked_at: datetime | None


@dataclass(frozen=True, slots=True)
class AccessDecision:
    """Why a learner has ``level`` on a course at ``at``: the verdict as a sentence, and every reason."""

    learner_id: int | None
    course_id: int
    at: datetime
    level: Level
    text: str
    reasons: tuple[AccessReason, ...]
