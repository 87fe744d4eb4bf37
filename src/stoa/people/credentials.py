"""Credentials: secrets with which programs act as a person, with the roles she holds at that moment."""

import hashlib
import secrets
from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.db.models import Q

from stoa.kernel.refusals import Conflict, Invalid, NotAllowed, NotFound
from stoa.people.data import CredentialRow, PersonRow
from stoa.people.models import ApiCredential
from stoa.people.queries import get_person, person_row

_PREFIX = "stoa_"


class BadToken(NotAllowed):
    """The token is unknown, expired or revoked, or its person may no longer sign in."""

    code = "bad_token"


def issue_credential(
    *, user_id: int, name: str, issued_at: datetime, issued_by: str = "", expires_on: date | None = None
) -> tuple[CredentialRow, str]:
    """Make a credential and return it with its token, which is never shown again.

    Raises ``Invalid``, ``NotFound`` and ``Conflict`` for a name the person has used.
    """
    name = " ".join(name.split())
    if not 0 < len(name) <= 100 or "\x00" in name:
        raise Invalid("Name the credential, in at most 100 characters.", fields={"name": "must not be empty"})
    get_person(user_id)
    token = _PREFIX + secrets.token_urlsafe(32)
    try:
        with transaction.atomic():
            credential = ApiCredential.objects.create(
                user_id=user_id,
                name=name,
                token_sha256=_hash(token),
                created_at=issued_at,
                created_by=issued_by,
                expires_on=expires_on,
            )
    except IntegrityError:
        raise Conflict(
            f"There is a credential {name!r} of this person already; choose another name."
        ) from None
    return _row(credential), token


def revoke_credential(*, user_id: int, name: str, revoked_at: datetime) -> None:
    """Let a credential open nothing any more, from its next request on. Raises ``NotFound``."""
    changed = ApiCredential.objects.filter(user_id=user_id, name=name, revoked_at__isnull=True)
    if not changed.update(revoked_at=revoked_at):
        raise NotFound(f"This person has no working credential {name!r}.")


def person_of_token(token: str, *, on: date) -> PersonRow:
    """Return who a token acts as, or raise ``BadToken``; remembers the day of its last use."""
    found = (
        ApiCredential.objects.select_related("user")
        .filter(Q(expires_on__isnull=True) | Q(expires_on__gt=on))
        .filter(token_sha256=_hash(token), revoked_at__isnull=True, user__is_active=True)
        .first()
    )
    if found is None:
        raise BadToken("This token opens nothing: it is unknown, has expired or was revoked.")
    if found.last_used_on is None or found.last_used_on < on:
        ApiCredential.objects.filter(pk=found.pk).update(last_used_on=on)
    return person_row(found.user)


def credentials_of(user_id: int | None = None) -> tuple[CredentialRow, ...]:
    """Return the credentials of a person, or everybody's, oldest first."""
    found = ApiCredential.objects.order_by("id")
    return tuple(_row(each) for each in (found.filter(user_id=user_id) if user_id is not None else found))


def _row(credential: ApiCredential) -> CredentialRow:
    return CredentialRow(
        credential.pk,
        credential.user_id,
        credential.name,
        credential.created_at,
        credential.created_by,
        credential.expires_on,
        credential.revoked_at,
        credential.last_used_on,
    )


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode(errors="replace")).hexdigest()
