"""Writes of access."""

from datetime import datetime

from django.db import transaction

from stoa.access.data import KINDS, EntitlementRow
from stoa.access.models import Entitlement
from stoa.access.queries import entitlement_row
from stoa.kernel.refusals import Conflict, Invalid, NotFound
from stoa.kernel.spans import InstantSpan


class SourceUsedTwice(Conflict):
    """One source gave another right already; a source gives one."""

    code = "source_used_twice"


def grant(
    *,
    learner_id: int,
    course_id: int,
    kind: str,
    source_reference: str,
    span: InstantSpan,
    granted_at: datetime,
) -> EntitlementRow:
    """Give a right. Granting again from the same source returns the first right unchanged, revoked or not.

    Raises ``Invalid`` for an unknown kind or an empty span, ``SourceUsedTwice`` when the source has given
    another learner, course or kind something.
    """
    if kind not in KINDS:
        raise Invalid(f"{kind!r} is not a kind of access; known are {', '.join(KINDS)}.")
    if span.ends_at is not None and span.ends_at <= span.starts_at:
        raise Invalid("Access must end after it starts.")
    row, _ = Entitlement.objects.get_or_create(
        source_reference=source_reference,
        defaults={
            "learner_id": learner_id,
            "course_id": course_id,
            "kind": kind,
            "starts_at": span.starts_at,
            "ends_at": span.ends_at,
            "granted_at": granted_at,
        },
    )
    if (row.learner_id, row.course_id, row.kind) != (learner_id, course_id, kind):
        raise SourceUsedTwice(f"{source_reference} has given another right already.")
    return entitlement_row(row)


def grant_audit(*, learner_id: int, course_id: int, granted_at: datetime) -> EntitlementRow:
    """Open a course for free audit without end: at most one such right a learner and course."""
    return grant(
        learner_id=learner_id,
        course_id=course_id,
        kind="audit",
        source_reference=f"audit:{learner_id}:{course_id}",
        span=InstantSpan(granted_at, None),
        granted_at=granted_at,
    )


def revoke(*, source_reference: str, reason: str, revoked_at: datetime) -> EntitlementRow:
    """Withdraw a right from ``revoked_at`` on, saying why. Revoking again keeps the first instant and reason.

    Raises ``NotFound`` when the source gave nothing.
    """
    if not reason.strip():
        raise Invalid("Say why the right is withdrawn.")
    with transaction.atomic():
        row = Entitlement.objects.select_for_update().filter(source_reference=source_reference).first()
        if row is None:
            raise NotFound(f"No right came from {source_reference}.")
        if row.revoked_at is None:
            row.revoked_at, row.revoke_reason = revoked_at, reason.strip()[:300]
            row.save(update_fields=["revoked_at", "revoke_reason"])
    return entitlement_row(row)
