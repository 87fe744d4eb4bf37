"""Rows of credentials that cross the door."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Literal

Status = Literal["valid", "revoked"]


@dataclass(frozen=True, slots=True)
class AssessedPart:
    """One graded part: its ``weight`` in the grade and the ``share`` earned, both of 1, over ``lessons`` works."""

    title: str
    weight: Decimal
    share: Decimal
    lessons: int


@dataclass(frozen=True, slots=True)
class Assessment:
    """What the credential is about, as it was on the day of issue.

    ``attempt_limits`` are the different limits of the graded problems in rising order; 0 means no limit.
    ``hours`` is the course's own estimate; ``steps`` how many units were completed. A course without graded
    work has no ``parts`` and no ``grade``.
    """

    parts: tuple[AssessedPart, ...]
    grade: Decimal | None
    pass_mark: Decimal | None
    attempt_limits: tuple[int, ...]
    hours: int
    steps: int


@dataclass(frozen=True, slots=True)
class CredentialRow:
    """A credential as anybody may see it (``learner_id`` aside). ``is_new``: this call issued or reinstated it."""

    code: str
    learner_id: int
    course_id: int
    holder_name: str
    course_title: str
    partner_name: str
    assessment: Assessment
    issued_at: datetime
    revoked_at: datetime | None
    revoke_reason: str
    is_new: bool = False

    @property
    def status(self) -> Status:
        """``valid`` or ``revoked``."""
        return "valid" if self.revoked_at is None else "revoked"
