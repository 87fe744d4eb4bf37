"""Names, place and language."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from stoa.kernel.refusals import Invalid
from stoa.people import api as people
from stoa.web.account.choices import countries, languages, time_zones
from stoa.web.actors import learner_id_of, signed_in

_FIELDS = ("display_name", "legal_name", "country", "time_zone", "locale")
_YEAR_SECONDS = 365 * 24 * 3600


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def account(request: HttpRequest) -> HttpResponse:
    """GET: the form. POST: save all of it; 422 keeps what was typed."""
    person = people.get_person(learner_id_of(request))
    values = {name: getattr(person, name) for name in _FIELDS}
    errors: dict[str, str] = {}
    if request.method == "POST":
        values = {name: request.POST.get(name, "").strip() for name in _FIELDS}
        errors = _save(person.id, values)
        if not errors:
            with override(values["locale"]):
                messages.success(request, _("Saved."))
            response = redirect("account")
            response.set_cookie(
                settings.LANGUAGE_COOKIE_NAME,
                values["locale"],
                max_age=_YEAR_SECONDS,
                samesite="Lax",
                secure=settings.SECURE,
            )
            return response
    context = {
        "person": person,
        "values": values,
        "errors": errors,
        "countries": (("", "–"), *countries()),
        "time_zones": time_zones(),
        "languages": languages(),
    }
    return render(request, "account/profile.html", context, status=422 if errors else 200)


def _save(user_id: int, values: dict[str, str]) -> dict[str, str]:
    errors: dict[str, str] = {}
    try:
        people.change_preferences(
            user_id=user_id,
            country=values["country"],
            time_zone=values["time_zone"],
            locale=values["locale"],
        )
    except Invalid as invalid:
        errors |= invalid.fields
    try:
        people.change_names(
            user_id=user_id, display_name=values["display_name"], legal_name=values["legal_name"]
        )
    except Invalid as invalid:
        errors |= invalid.fields
    return errors
