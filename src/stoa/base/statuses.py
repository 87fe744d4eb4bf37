"""The one table of HTTP statuses of refusals, for pages and API alike."""

from collections.abc import Mapping

from stoa.kernel.refusals import Conflict, Invalid, NotAllowed, NotFound, Refusal

STATUS_OF: Mapping[type[Refusal], int] = {NotFound: 404, NotAllowed: 403, Invalid: 422, Conflict: 409}


def status_of(refusal: Refusal) -> int:
    """Return the HTTP status of a refusal by its kind; 409 for kinds of their own."""
    return next((status for kind, status in STATUS_OF.items() if isinstance(refusal, kind)), 409)
