"""Reads of credentials."""

from decimal import Decimal
from typing import Any

from stoa.credentials.data import AssessedPart, Assessment, CredentialRow
from stoa.credentials.models import Credential
from stoa.credentials.rules import code_from
from stoa.kernel.refusals import NotFound


class UnknownCode(NotFound):
    """No certificate has this code."""

    code = "unknown_code"


def get_by_code(typed: str) -> CredentialRow:
    """Return the credential with this code, valid or revoked; forgiving about case, spaces, O/0 and I/1.

    Raises ``UnknownCode``.
    """
    code = code_from(typed)
    row = Credential.objects.filter(code=code).first() if code else None
    if row is None:
        raise UnknownCode(
            "No certificate has this code. Check it against the paper: it has three groups of four."
        )
    return credential_row(row)


def find_for_course(*, learner_id: int, course_id: int) -> CredentialRow | None:
    """Return what a learner earned in a course, valid or revoked, or ``None``."""
    row = Credential.objects.filter(learner_id=learner_id, course_id=course_id).first()
    return credential_row(row) if row else None


def credentials_of(learner_id: int) -> tuple[CredentialRow, ...]:
    """Return a learner's credentials, the newest first, revoked ones included."""
    rows = Credential.objects.filter(learner_id=learner_id).order_by("-issued_at", "-pk")
    return tuple(credential_row(row) for row in rows)


def credential_row(row: Credential) -> CredentialRow:
    """The row of a loaded credential."""
    return CredentialRow(
        code=row.code,
        learner_id=row.learner_id,
        course_id=row.course_id,
        holder_name=row.holder_name,
        course_title=row.course_title,
        partner_name=row.partner_name,
        assessment=_assessment(row.assessment),
        issued_at=row.issued_at,
        revoked_at=row.revoked_at,
        revoke_reason=row.revoke_reason,
    )


def _assessment(stored: dict[str, Any]) -> Assessment:
    return Assessment(
        parts=tuple(
            AssessedPart(
                title=part["title"],
                weight=Decimal(part["weight"]),
                share=Decimal(part["share"]),
                lessons=part["lessons"],
            )
            for part in stored["parts"]
        ),
        grade=_share(stored["grade"]),
        pass_mark=_share(stored["pass_mark"]),
        attempt_limits=tuple(stored["attempt_limits"]),
        hours=stored["hours"],
        steps=stored["steps"],
    )


def _share(stored: str | None) -> Decimal | None:
    return None if stored is None else Decimal(stored)
