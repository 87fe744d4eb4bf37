"""The access review: who holds which role, who gave it, when it was last used, and what one person should not hold."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from stoa.people import api as people
from stoa.subledger import api as subledger

#: Roles that one person should not hold together, and why.
_APART = (
    (people.CONTROLLER, people.OPERATOR, "whoever grants roles could approve through another account"),
    (people.CONTROLLER, people.AUDITOR, "nobody audits books that she closes"),
    (people.OPERATOR, people.AUDITOR, "nobody audits access that she grants"),
)
_PAGE = 1_000


@dataclass(frozen=True, slots=True)
class HolderRow:
    """A role somebody holds."""

    email: str
    name: str
    role: str
    since: datetime
    granted_by: str
    last_used_on: date | None


@dataclass(frozen=True, slots=True)
class CredentialUse:
    """A credential that still opens something."""

    email: str
    name: str
    created_at: datetime
    created_by: str
    expires_on: date | None
    last_used_on: date | None


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """A role that was granted or taken away."""

    email: str
    role: str
    is_grant: bool
    changed_at: datetime
    changed_by: str


@dataclass(frozen=True, slots=True)
class AccessReview:
    """Holders, working credentials, every change, and words for each conflict."""

    holders: tuple[HolderRow, ...]
    credentials: tuple[CredentialUse, ...]
    changes: tuple[ChangeRow, ...]
    conflicts: tuple[str, ...]


def review(*, entity: str) -> AccessReview:
    """Gather the review from people and from the manual entries of ``entity``; nothing is changed."""
    holders = people.role_holders()
    credentials = [each for each in people.credentials_of() if each.revoked_at is None]
    changes = people.role_changes()
    known = people.people_by_id(
        {each.user_id for each in credentials} | {change.user_id for change in changes}
    )
    return AccessReview(
        tuple(
            HolderRow(
                held.person.email,
                held.person.display_name,
                held.role,
                held.granted_at,
                held.granted_by,
                held.last_used_on,
            )
            for held in holders
        ),
        tuple(
            CredentialUse(
                known[each.user_id].email,
                each.name,
                each.created_at,
                each.created_by,
                each.expires_on,
                each.last_used_on,
            )
            for each in credentials
        ),
        tuple(
            ChangeRow(
                known[change.user_id].email,
                change.role,
                change.is_grant,
                change.changed_at,
                change.changed_by,
            )
            for change in changes
        ),
        (*_roles_in_conflict(holders), *_makers_and_checkers(entity)),
    )


def _roles_in_conflict(holders: tuple[people.RoleHolderRow, ...]) -> Iterator[str]:
    roles: dict[str, set[str]] = {}
    for held in holders:
        roles.setdefault(held.person.email, set()).add(held.role)
        if not held.is_active:
            yield f"{held.person.email} may not sign in any more and still holds {held.role}."
    for email, mine in sorted(roles.items()):
        for one, other, why in _APART:
            if {one, other} <= mine:
                yield f"{email} holds {one} and {other}: {why}."


def _makers_and_checkers(entity: str) -> Iterator[str]:
    """Who both prepared and approved entries: each entry has two people, but the two take turns."""
    prepared: dict[str, int] = {}
    approved: dict[str, int] = {}
    for row in _all_documents(entity, "manual_entry"):
        if email := str(row.facts.get("prepared_by", "")).lower():
            prepared[email] = prepared.get(email, 0) + 1
    for row in _all_documents(entity, "entry_approved"):
        email = str(row.facts.get("approved_by", "")).lower()
        approved[email] = approved.get(email, 0) + 1
    for email in sorted(prepared.keys() & approved.keys()):
        yield f"{email} prepared {prepared[email]} manual entries and approved {approved[email]} of others."


def _all_documents(entity: str, kind: str) -> Iterator[subledger.DocumentRow]:
    page = subledger.list_documents(entity=entity, kind=kind, page_size=_PAGE)
    yield from page.rows
    for number in range(2, page.pages + 1):
        yield from subledger.list_documents(entity=entity, kind=kind, page=number, page_size=_PAGE).rows
