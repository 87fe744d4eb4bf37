"""How allauth makes accounts here."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest

from stoa.base import clock


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Fills the columns that sign-up does not ask for."""

    def save_user(self, request: HttpRequest, user: Any, form: Any, commit: bool = True) -> Any:
        user.joined_at = clock.now()
        return super().save_user(request, user, form, commit)
