"""Forms of the account pages."""

from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _


class SignUpFields(forms.Form):
    """What sign-up asks beside address and password."""

    field_order = ("display_name", "email", "password1")

    display_name = forms.CharField(
        label=_("Your name"), max_length=120, widget=forms.TextInput({"autocomplete": "name"})
    )

    def signup(self, request: HttpRequest, user: Any) -> None:
        user.display_name = user.legal_name = " ".join(self.cleaned_data["display_name"].split())
        user.save(update_fields=["display_name", "legal_name"])
