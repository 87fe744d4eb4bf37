"""Reduces ``request.user`` to an actor, and guards views by role."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponseBase
from django.utils.translation import gettext as _

from stoa.base import clock
from stoa.kernel.refusals import NotAllowed
from stoa.people import api as people

View = TypeVar("View", bound=Callable[..., HttpResponseBase])


def actor_of(request: HttpRequest) -> people.Actor:
    """Return who asks, with the roles held now (read once a request)."""
    known: people.Actor | None = getattr(request, "_stoa_actor", None)
    if known is None:
        user = request.user
        if user.is_authenticated:
            known = people.Actor(user.pk, people.display_name_of(user), people.roles_of(user.pk))
        else:
            known = people.VISITOR
        request._stoa_actor = known  # type: ignore[attr-defined]
    return known


def learner_id_of(request: HttpRequest) -> int:
    """Return the signed-in person's id; use behind ``signed_in``. Costs no role query."""
    assert request.user.is_authenticated
    return int(request.user.pk)


def signed_in(view: View) -> View:
    """Send visitors to the sign-in page and back to what they wanted afterwards."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        return view(request, *args, **kwargs)

    guarded.required = "signed in"  # type: ignore[attr-defined]
    return guarded  # type: ignore[return-value]


def with_role(*roles: str) -> Callable[[View], View]:
    """Refuse (403, naming the role) whoever holds none of ``roles``."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            if not actor_of(request).has(*roles):
                words = _("This page needs the role %(roles)s. An operator can grant it.")
                raise NotAllowed(words % {"roles": _(" or ").join(roles)})
            _note_use(request, roles)
            response = view(request, *args, **kwargs)
            # The books and other people's orders: nothing of them stays behind in a browser after signing out.
            response.headers.setdefault("Cache-Control", "private, no-store")
            return response

        guarded.required = roles  # type: ignore[attr-defined]
        return guarded  # type: ignore[return-value]

    return decorate


def _note_use(request: HttpRequest, roles: tuple[str, ...]) -> None:
    """For the access review: the day on which somebody last used a role. The session remembers that it was noted."""
    held = sorted(actor_of(request).roles.intersection(roles))
    today = clock.now().date()
    noted = dict(request.session.get("roles_used_on", {}))
    if any(noted.get(role) != str(today) for role in held):
        people.note_role_use(user_id=learner_id_of(request), roles=held, on=today)
        request.session["roles_used_on"] = noted | dict.fromkeys(held, str(today))


def for_everybody(view: View) -> View:
    """Mark a view as open to visitors (the role matrix test asks every view for its mark)."""
    view.required = "everybody"  # type: ignore[attr-defined]
    return view
