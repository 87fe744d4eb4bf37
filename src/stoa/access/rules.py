"""What entitlements mean at an instant, and how that is said. Plain Python."""

from collections.abc import Iterable
from datetime import datetime
from zoneinfo import ZoneInfo

from stoa.access.data import AUDIT, AccessDecision, AccessReason, EntitlementRow, Level, State

_NOUNS = {
    "audit": "Free audit",
    "purchase": "Purchase of this course",
    "subscription": "Subscription",
    "seat": "Seat from an organization",
    "aid": "Financial aid",
    "degree_term": "Degree term",
    "gift": "Gift",
}


def state_at(entitlement: EntitlementRow, at: datetime) -> State:
    """Return what an entitlement is at an instant. Spans are half-open; a revocation holds from its instant on."""
    if entitlement.revoked_at is not None and entitlement.revoked_at <= at:
        return "revoked"
    if at < entitlement.span.starts_at:
        return "future"
    if entitlement.span.ends_at is not None and entitlement.span.ends_at <= at:
        return "expired"
    return "active"


def level_from(active_kinds: Iterable[str]) -> Level:
    """Return the highest level that active kinds allow: anything but an audit opens everything."""
    kinds = set(active_kinds)
    if kinds - {AUDIT}:
        return "full"
    return "audit" if kinds else "none"


def decide(
    *,
    learner_id: int | None,
    course_id: int,
    entitlements: Iterable[EntitlementRow],
    at: datetime,
    time_zone: str = "UTC",
) -> AccessDecision:
    """Explain the level at ``at``; times are told in ``time_zone``, active reasons first, then the latest."""
    reasons = sorted(
        (_reason(entitlement, at, time_zone) for entitlement in entitlements),
        key=lambda reason: (
            not reason.is_active,
            reason.is_active and reason.kind == AUDIT,
            -reason.granted_at.timestamp(),
        ),
    )
    level = level_from(reason.kind for reason in reasons if reason.is_active)
    return AccessDecision(
        learner_id=learner_id,
        course_id=course_id,
        at=at,
        level=level,
        text=_verdict(level, reasons, at, time_zone, is_visitor=learner_id is None),
        reasons=tuple(reasons),
    )


def said(instant: datetime, time_zone: str) -> str:
    """Write an instant for people: ``4 March 2025, 09:30 UTC``."""
    local = instant.astimezone(ZoneInfo(time_zone))
    zone = time_zone if local.tzname() in (None, "") or local.tzname()[:1] in "+-" else local.tzname()  # type: ignore[index]
    return f"{local.day} {local:%B %Y, %H:%M} {zone}"


def _reason(entitlement: EntitlementRow, at: datetime, time_zone: str) -> AccessReason:
    state = state_at(entitlement, at)
    return AccessReason(
        kind=entitlement.kind,
        text=_sentence(entitlement, state, time_zone),
        source_reference=entitlement.source_reference,
        starts_at=entitlement.span.starts_at,
        ends_at=entitlement.span.ends_at,
        is_active=state == "active",
        state=state,
        granted_at=entitlement.granted_at,
        revoked_at=entitlement.revoked_at,
    )


def _sentence(entitlement: EntitlementRow, state: State, time_zone: str) -> str:
    noun = _NOUNS[entitlement.kind]
    starts = said(entitlement.span.starts_at, time_zone)
    ends = said(entitlement.span.ends_at, time_zone) if entitlement.span.ends_at else None
    if state == "revoked":
        assert entitlement.revoked_at is not None
        why = f": {entitlement.revoke_reason.rstrip('.')}" if entitlement.revoke_reason else ""
        return f"{noun}, from {starts}, was withdrawn on {said(entitlement.revoked_at, time_zone)}{why}."
    if state == "future":
        return f"{noun} begins on {starts}" + (f" and ends on {ends}." if ends else ".")
    if state == "expired":
        return f"{noun}, from {starts}, ended on {ends}."
    return f"{noun} since {starts}" + (f", until {ends}." if ends else ", without end.")


def _verdict(
    level: Level, reasons: list[AccessReason], at: datetime, time_zone: str, *, is_visitor: bool
) -> str:
    when = said(at, time_zone)
    if is_visitor:
        return "Nobody is signed in, so nothing but the public pages is open. Sign in, then audit free or buy the course."
    if level == "full":
        ends = [reason.ends_at for reason in reasons if reason.is_active and reason.kind != AUDIT]
        last = None if None in ends else max(end for end in ends if end is not None)
        until = f" until {said(last, time_zone)}" if last else ""
        return (
            f"Everything in this course is open on {when}{until}, graded work and the certificate included."
        )
    past = next((reason for reason in reasons if reason.kind != AUDIT and reason.state in _WHY_NOT), None)
    because = f" {_WHY_NOT[past.state]}" if past else ""
    if level == "audit":
        return (
            f"The readings and videos are open on {when}; graded work and the certificate are not.{because}"
        )
    if not reasons:
        return f"There is no access on {when}: this course was neither audited nor bought, and nobody gave a right to it."
    return f"There is no access on {when}.{because}"


_WHY_NOT = {
    "expired": "A paid right has ended; buying the course again opens it, and all work was kept.",
    "revoked": "A paid right was withdrawn, for the reason below.",
    "future": "A right was given, but has not begun yet.",
}
