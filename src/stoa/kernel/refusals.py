"""An expected "no" is a ``Refusal``: it has a code, says what to do, and changes nothing.

Rooms subclass it beside the command that raises it (``OrderAlreadyPaid``). Interfaces turn codes and
kinds into HTTP statuses, exit codes and words; a broken invariant is an assertion or a constraint instead.
"""

from typing import ClassVar


class Refusal(Exception):
    """An expected, explained "no". ``code`` is stable for programs, ``str(refusal)`` is for people."""

    code: ClassVar[str] = "refused"


class NotFound(Refusal):
    """Nothing is known under that name, or the asker may not know that it exists."""

    code: ClassVar[str] = "not_found"


class NotAllowed(Refusal):
    """The actor lacks a role or right; the message names it."""

    code: ClassVar[str] = "not_allowed"


class Invalid(Refusal):
    """The input does not make sense; ``fields`` ties messages to what was typed."""

    code: ClassVar[str] = "invalid"

    def __init__(self, message: str, *, fields: dict[str, str] | None = None) -> None:
        super().__init__(message)
        self.fields = fields or {}


class Conflict(Refusal):
    """The input makes sense, but not now: something already happened that excludes it."""

    code: ClassVar[str] = "conflict"
