"""Who asks through the API: a program with a token, or a person with a session."""

from django.http import HttpRequest
from ninja.security import HttpBearer, SessionAuth

from stoa.base import clock
from stoa.kernel.refusals import NotAllowed
from stoa.people import api as people


class Token(HttpBearer):
    """``Authorization: Bearer TOKEN`` of a credential (stoa people credential)."""

    def authenticate(self, request: HttpRequest, token: str) -> people.PersonRow | None:
        """The person the token acts as; ``None`` (401) when it opens nothing."""
        try:
            return people.person_of_token(token, on=clock.now().date())
        except people.BadToken:
            return None


class Session(SessionAuth):
    """The session of the pages; writes need the form token in ``X-CSRFToken``."""

    def authenticate(self, request: HttpRequest, key: str | None) -> people.PersonRow | None:
        """The person who signed in."""
        return people.get_person(int(request.user.pk)) if request.user.is_authenticated else None


RECOGNIZED = [Token(), Session()]
#: Roles that may read the books.
READERS = (people.CONTROLLER, people.AUDITOR)


def asker(request: HttpRequest, *roles: str) -> people.PersonRow:
    """Who asks, if she holds one of ``roles``; raises ``NotAllowed`` otherwise. Use behind ``RECOGNIZED``."""
    person: people.PersonRow = request.auth  # type: ignore[attr-defined]
    held = people.roles_of(person.id).intersection(roles)
    if not held:
        raise NotAllowed(f"This needs the role {' or '.join(roles)}. An operator can grant it.")
    people.note_role_use(user_id=person.id, roles=held, on=clock.now().date())
    return person
