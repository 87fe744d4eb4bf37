"""Reads of people."""

from collections.abc import Collection, Mapping

from django.db.models import Q

from stoa.kernel.refusals import NotFound
from stoa.people.data import PersonRow, RoleChangeRow, RoleHolderRow
from stoa.people.models import RoleAssignment, RoleChange, User


def person_row(user: User) -> PersonRow:
    """The row of a loaded user."""
    return PersonRow(
        id=user.pk,
        email=user.email,
        display_name=user.display_name,
        legal_name=user.legal_name or user.display_name,
        country=user.country,
        locale=user.locale,
        time_zone=user.time_zone,
        joined_at=user.joined_at,
    )


def get_person(user_id: int) -> PersonRow:
    """Return the person, or raise ``NotFound``."""
    user = User.objects.filter(pk=user_id).first()
    if user is None:
        raise NotFound("There is no such person.")
    return person_row(user)


def find_person_by_email(email: str) -> PersonRow:
    """Return the person with this address (case does not matter), or raise ``NotFound``."""
    user = User.objects.filter(email__iexact=email.strip()).first()
    if user is None:
        raise NotFound(f"Nobody has the address {email}.")
    return person_row(user)


def find_people(words: str, *, limit: int = 50) -> tuple[PersonRow, ...]:
    """Return people whose address or name contains ``words``, by address."""
    found = User.objects.filter(Q(email__icontains=words) | Q(display_name__icontains=words))
    return tuple(person_row(user) for user in found.order_by("email")[:limit])


def people_by_id(user_ids: Collection[int]) -> Mapping[int, PersonRow]:
    """Return those of ``user_ids`` that exist, in one query."""
    return {user.pk: person_row(user) for user in User.objects.filter(pk__in=user_ids)}


def roles_of(user_id: int) -> frozenset[str]:
    """Return the roles a person holds."""
    return frozenset(RoleAssignment.objects.filter(user_id=user_id).values_list("role", flat=True))


def role_holders() -> tuple[RoleHolderRow, ...]:
    """Return everybody who holds a role, by role and address."""
    found = RoleAssignment.objects.select_related("user").order_by("role", "user__email")
    return tuple(
        RoleHolderRow(
            person_row(held.user),
            held.role,
            held.granted_at,
            held.granted_by,
            held.last_used_on,
            held.user.is_active,
        )
        for held in found
    )


def role_changes() -> tuple[RoleChangeRow, ...]:
    """Return every grant and every role taken away, oldest first."""
    rows = RoleChange.objects.order_by("id").values_list(
        "user_id", "role", "is_grant", "changed_at", "changed_by"
    )
    return tuple(RoleChangeRow(*row) for row in rows)


def display_name_of(user: User) -> str:
    """What allauth shows for a user."""
    return user.display_name or user.email
