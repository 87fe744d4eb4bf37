"""The door of people."""

from stoa.people.commands import (
    EmailTaken,
    change_names,
    change_preferences,
    grant_role,
    register_person,
    revoke_role,
)
from stoa.people.data import (
    AUDITOR,
    CONTROLLER,
    OPERATOR,
    ROLES,
    VISITOR,
    Actor,
    PersonRow,
)
from stoa.people.queries import (
    display_name_of,
    find_people,
    find_person_by_email,
    get_person,
    people_by_id,
    roles_of,
)

__all__ = [
    "AUDITOR",
    "CONTROLLER",
    "OPERATOR",
    "ROLES",
    "VISITOR",
    "Actor",
    "EmailTaken",
    "PersonRow",
    "change_names",
    "change_preferences",
    "display_name_of",
    "find_people",
    "find_person_by_email",
    "get_person",
    "grant_role",
    "people_by_id",
    "register_person",
    "revoke_role",
    "roles_of",
]
