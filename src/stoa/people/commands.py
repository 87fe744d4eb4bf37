"""Writes of people."""

from collections.abc import Collection
from datetime import date, datetime
from zoneinfo import available_timezones

from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.db.models import Q

from stoa.kernel.refusals import Conflict, Invalid, NotFound
from stoa.people.data import ROLES, PersonRow
from stoa.people.models import RoleAssignment, RoleChange, User
from stoa.people.queries import get_person, person_row


class EmailTaken(Conflict):
    """There is an account with this address already."""

    code = "email_taken"


def register_person(
    *,
    email: str,
    display_name: str,
    password: str | None,
    registered_at: datetime,
    country: str = "",
    locale: str = "en",
    time_zone: str = "UTC",
) -> PersonRow:
    """Open an account. ``password=None`` makes one that cannot sign in until a password is set.

    Raises ``EmailTaken`` and ``Invalid`` (with ``fields``).
    """
    email = email.strip()
    display_name = " ".join(display_name.split())
    user = User(
        email=email,
        display_name=display_name,
        legal_name=display_name,
        country=country,
        locale=locale,
        time_zone=time_zone,
        joined_at=registered_at,
    )
    _refuse_unusable(user, password)
    user.set_password(password)
    try:
        with transaction.atomic():
            user.save()
    except IntegrityError:
        raise EmailTaken(f"There is an account for {email} already: sign in instead.") from None
    return person_row(user)


def change_names(*, user_id: int, display_name: str, legal_name: str) -> PersonRow:
    """Change what a person is called; ``legal_name`` is what later certificates carry."""
    with transaction.atomic():
        user = User.objects.select_for_update().filter(pk=user_id).first()
        if user is None:
            raise NotFound("There is no such person.")
        user.display_name = " ".join(display_name.split())
        user.legal_name = " ".join(legal_name.split())
        _refuse_unusable(user, None)
        user.save(update_fields=["display_name", "legal_name"])
    return person_row(user)


def change_preferences(*, user_id: int, country: str, time_zone: str, locale: str) -> PersonRow:
    """Change where a person is and how pages speak to her. Raises ``Invalid`` (with ``fields``)."""
    problems: dict[str, str] = {}
    if country and not (len(country) == 2 and country.isascii() and country.isupper()):
        problems["country"] = "Choose a country from the list."
    if time_zone not in available_timezones():
        problems["time_zone"] = "Choose a time zone from the list."
    if locale not in dict(settings.LANGUAGES):
        problems["locale"] = "Choose a language from the list."
    if problems:
        raise Invalid(" ".join(problems.values()), fields=problems)
    changed = User.objects.filter(pk=user_id).update(country=country, time_zone=time_zone, locale=locale)
    if not changed:
        raise NotFound("There is no such person.")
    return get_person(user_id)


def grant_role(*, user_id: int, role: str, granted_at: datetime, granted_by: str = "") -> None:
    """Give a person a role; giving it twice changes nothing. ``granted_by`` names who gave it."""
    if role not in ROLES:
        raise Invalid(f"{role!r} is not a role; known are {', '.join(ROLES)}.")
    with transaction.atomic():
        _, is_new = RoleAssignment.objects.get_or_create(
            user_id=user_id, role=role, defaults={"granted_at": granted_at, "granted_by": granted_by}
        )
        if is_new:
            RoleChange.objects.create(
                user_id=user_id, role=role, is_grant=True, changed_at=granted_at, changed_by=granted_by
            )


def revoke_role(*, user_id: int, role: str, revoked_at: datetime, revoked_by: str = "") -> None:
    """Take a role away; it takes effect with the person's next request. The change stays on record."""
    with transaction.atomic():
        gone, _ = RoleAssignment.objects.filter(user_id=user_id, role=role).delete()
        if gone:
            RoleChange.objects.create(
                user_id=user_id, role=role, is_grant=False, changed_at=revoked_at, changed_by=revoked_by
            )


def note_role_use(*, user_id: int, roles: Collection[str], on: date) -> None:
    """Remember the day on which a person last used roles she holds; writes at most once a day."""
    RoleAssignment.objects.filter(Q(last_used_on__isnull=True) | Q(last_used_on__lt=on)).filter(
        user_id=user_id, role__in=roles
    ).update(last_used_on=on)


def _refuse_unusable(user: User, password: str | None) -> None:
    problems: dict[str, str] = {}
    if not user.display_name or len(user.display_name) > 120:
        problems["display_name"] = "Enter a name of 1 to 120 characters."
    if len(user.legal_name) > 200:
        problems["legal_name"] = "Enter a name of at most 200 characters."
    try:
        validate_email(user.email)
    except ValidationError:
        problems["email"] = "Enter an e-mail address such as ada@example.org."
    if password is not None:
        try:
            validate_password(password, user)
        except ValidationError as error:
            problems["password"] = " ".join(error.messages)
    if problems:
        raise Invalid(" ".join(problems.values()), fields=problems)
