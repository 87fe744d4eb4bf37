"""Writes of credentials."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from django.db import transaction

from stoa.credentials.data import Assessment, CredentialRow
from stoa.credentials.models import Credential, CredentialEvent
from stoa.credentials.queries import credential_row
from stoa.kernel.identifiers import new_code
from stoa.kernel.refusals import Invalid


def issue(
    *,
    learner_id: int,
    course_id: int,
    holder_name: str,
    course_title: str,
    partner_name: str,
    assessed: Assessment,
    issued_at: datetime,
) -> CredentialRow:
    """Issue the credential of a learner for a course, once: a second call returns the first one unchanged.

    One that was revoked is reinstated under its old code with the new names, assessment and date (``is_new``).
    """
    facts = {
        "holder_name": holder_name[:200],
        "course_title": course_title[:300],
        "partner_name": partner_name[:300],
        "assessment": _stored(assessed),
        "issued_at": issued_at,
    }
    with transaction.atomic():
        row, is_new = Credential.objects.select_for_update().get_or_create(
            learner_id=learner_id, course_id=course_id, defaults={"code": new_code(), **facts}
        )
        if is_new:
            _note(row, CredentialEvent.Kind.ISSUED, at=issued_at)
        elif row.revoked_at is not None:
            for name, value in facts.items():
                setattr(row, name, value)
            row.revoked_at, row.revoke_reason = None, ""
            row.save()
            _note(row, CredentialEvent.Kind.REINSTATED, at=issued_at)
            is_new = True
    return replace(credential_row(row), is_new=is_new)


def revoke_for_course(
    *, learner_id: int, course_id: int, reason: str, revoked_at: datetime
) -> CredentialRow | None:
    """Revoke what a learner earned in a course, saying why; ``None`` when there is nothing to revoke.

    Revoking again keeps the first instant and reason. The verification page stays and shows both.
    """
    reason = reason.strip()[:300]
    if not reason:
        raise Invalid("Say why the certificate is revoked.")
    with transaction.atomic():
        row = (
            Credential.objects.select_for_update().filter(learner_id=learner_id, course_id=course_id).first()
        )
        if row is None:
            return None
        if row.revoked_at is None:
            row.revoked_at, row.revoke_reason = revoked_at, reason
            row.save(update_fields=["revoked_at", "revoke_reason"])
            _note(row, CredentialEvent.Kind.REVOKED, at=revoked_at, reason=reason)
    return credential_row(row)


def _note(row: Credential, kind: CredentialEvent.Kind, *, at: datetime, reason: str = "") -> None:
    CredentialEvent.objects.create(credential=row, kind=kind, reason=reason, happened_at=at)


def _stored(assessed: Assessment) -> dict[str, Any]:
    return {
        "parts": [
            {
                "title": part.title,
                "weight": str(part.weight),
                "share": str(part.share),
                "lessons": part.lessons,
            }
            for part in assessed.parts
        ],
        "grade": None if assessed.grade is None else str(assessed.grade),
        "pass_mark": None if assessed.pass_mark is None else str(assessed.pass_mark),
        "attempt_limits": list(assessed.attempt_limits),
        "hours": assessed.hours,
        "steps": assessed.steps,
    }
