"""How allauth makes accounts here."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext as _

from stoa.base import clock

#: RFC 5321, section 4.5.3.1.3 with erratum 1690.
_LONGEST_EMAIL = 254


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Fills the columns that sign-up does not ask for."""

    def clean_email(self, email: str) -> str:
        # The form takes longer ones, which would be cut off: two different people could then collide.
        if len(email) > _LONGEST_EMAIL:
            raise ValidationError(_("Enter an e-mail address of at most 254 characters."))
        return str(super().clean_email(email))

    def save_user(self, request: HttpRequest, user: Any, form: Any, commit: bool = True) -> Any:
        user.joined_at = clock.now()
        return super().save_user(request, user, form, commit)
