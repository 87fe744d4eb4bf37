"""Reads of access."""

from collections.abc import Mapping
from datetime import datetime

from django.db.models import Q, QuerySet

from stoa.access.data import AccessDecision, EntitlementRow, Level
from stoa.access.models import Entitlement
from stoa.access.rules import decide, level_from
from stoa.kernel.spans import InstantSpan


def entitlement_row(row: Entitlement) -> EntitlementRow:
    """The row of a loaded entitlement."""
    return EntitlementRow(
        id=row.pk,
        learner_id=row.learner_id,
        course_id=row.course_id,
        kind=row.kind,
        source_reference=row.source_reference,
        span=InstantSpan(row.starts_at, row.ends_at),
        granted_at=row.granted_at,
        revoked_at=row.revoked_at,
        revoke_reason=row.revoke_reason,
    )


def level_of(*, learner_id: int | None, course_id: int, at: datetime) -> Level:
    """Return what a learner may open at ``at``: one indexed query, none for a visitor."""
    if learner_id is None:
        return "none"
    return level_from(
        _active(at).filter(learner_id=learner_id, course_id=course_id).values_list("kind", flat=True)
    )


def levels_of(*, learner_id: int | None, at: datetime) -> Mapping[int, Level]:
    """Return the level for every course a learner has a right to at ``at`` (course id to level), in one query."""
    if learner_id is None:
        return {}
    kinds: dict[int, list[str]] = {}
    for course_id, kind in _active(at).filter(learner_id=learner_id).values_list("course_id", "kind"):
        kinds.setdefault(course_id, []).append(kind)
    return {course_id: level_from(held) for course_id, held in kinds.items()}


def entitlements_of(*, learner_id: int, course_id: int | None = None) -> tuple[EntitlementRow, ...]:
    """Return a learner's rights (to one course), oldest first, whatever their state."""
    rows = Entitlement.objects.filter(learner_id=learner_id).order_by("granted_at", "pk")
    if course_id is not None:
        rows = rows.filter(course_id=course_id)
    return tuple(entitlement_row(row) for row in rows)


def find_by_source(source_reference: str) -> EntitlementRow | None:
    """Return the right that came from a source, or ``None``."""
    row = Entitlement.objects.filter(source_reference=source_reference).first()
    return entitlement_row(row) if row else None


def explain(
    *, learner_id: int | None, course_id: int, at: datetime, time_zone: str = "UTC"
) -> AccessDecision:
    """Say in sentences why a learner has or lacks access at ``at``; times are told in ``time_zone``."""
    held = entitlements_of(learner_id=learner_id, course_id=course_id) if learner_id is not None else ()
    return decide(learner_id=learner_id, course_id=course_id, entitlements=held, at=at, time_zone=time_zone)


def _active(at: datetime) -> QuerySet[Entitlement]:
    return Entitlement.objects.filter(
        Q(ends_at__isnull=True) | Q(ends_at__gt=at),
        Q(revoked_at__isnull=True) | Q(revoked_at__gt=at),
        starts_at__lte=at,
    )
