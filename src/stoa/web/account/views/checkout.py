"""Checkout: one page with the whole truth, and the page that waits for the bank."""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from stoa.base import clock
from stoa.catalog import api as catalog
from stoa.commerce import api as commerce
from stoa.flows import checkout
from stoa.kernel.identifiers import new_id
from stoa.kernel.refusals import Conflict, Invalid
from stoa.kernel.spans import add_months_at
from stoa.people import api as people
from stoa.web.account.cards import card_from
from stoa.web.account.choices import countries, country_name, country_options
from stoa.web.actors import learner_id_of, signed_in

_DEFAULT_COUNTRY = "US"


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why the form comes back: a notice above it, words beside its fields."""

    status: int
    title: str = ""
    text: str = ""
    kind: str = "danger"
    fields: dict[str, str] = field(default_factory=dict)


@never_cache
@sensitive_post_parameters("card_number", "expiry", "security_code")
@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def checkout_page(request: HttpRequest, offering_id: int) -> HttpResponse:
    """GET: the form (``?country=`` changes the tax). POST: pay; 422 and 409 give the form back, kept."""
    now = clock.now()
    learner = people.get_person(learner_id_of(request))
    if request.method == "POST":
        return _pay(request, offering_id, learner, now)
    standing = commerce.live_order(learner_id=learner.id, offering_id=offering_id, at=now)
    if standing is not None and standing.status in {"paid", "pending"}:
        return _instead(request, standing, learner)
    country = _country(request.GET.get("country") or learner.country)
    if request.htmx and request.GET.get("country"):  # type: ignore[attr-defined]
        return _form(request, offering_id, learner, country, now, template="checkout/_summary.html")
    return _form(request, offering_id, learner, country, now)


@never_cache
@require_safe
@signed_in
def checkout_complete(request: HttpRequest, order_id: UUID) -> HttpResponse:
    """What became of an order; while the bank works on it the page asks again by itself."""
    order = commerce.get_order(order_id, learner_id=learner_id_of(request))
    context = {
        "order": order,
        "course": catalog.get_course_by_id(order.course_id),
        "learner": people.get_person(order.learner_id),
    }
    template = "checkout/_state.html" if request.htmx else "checkout/complete.html"  # type: ignore[attr-defined]
    return render(request, template, context)


def _pay(request: HttpRequest, offering_id: int, learner: people.PersonRow, now: datetime) -> HttpResponse:
    form = request.POST
    country = _country(form.get("country", ""))
    if "update" in form or form.get("quoted_country", country) != country:
        trouble = Trouble(
            200 if "update" in form else 422,
            _("The tax is now that of %(country)s") % {"country": country_name(country)},
            _("Nothing was charged. Look at the total, enter the card and pay."),
            "info",
        )
        return _form(request, offering_id, learner, country, now, trouble)
    try:
        order = checkout.start(
            learner_id=learner.id,
            offering_id=offering_id,
            card=card_from(form),
            idempotency_key=form.get("key", ""),
            country=country,
            started_at=now,
            expected_total_minor=_total_shown(form.get("expected_total")),
        )
    except commerce.PriceChanged as changed:
        trouble = Trouble(409, _("The price has changed"), str(changed), "caution")
    except commerce.CardDeclined as declined:
        trouble = Trouble(422, _("The payment did not go through"), str(declined), fields=declined.fields)
    except Invalid as invalid:
        words = "" if invalid.fields else str(invalid)
        trouble = Trouble(422, _("Some fields need another look"), words, fields=invalid.fields)
    except commerce.IdempotencyKeyReused:
        text = _("Nothing was charged again. Check the card and pay once more.")
        trouble = Trouble(409, _("This form was sent before with another card"), text, "caution")
    except Conflict as conflict:
        trouble = Trouble(409, _("The payment did not go through"), str(conflict))
    else:
        return redirect("checkout_complete", order_id=order.id)
    return _form(request, offering_id, learner, country, now, trouble)


def _form(
    request: HttpRequest,
    offering_id: int,
    learner: people.PersonRow,
    country: str,
    now: datetime,
    trouble: Trouble | None = None,
    template: str = "checkout/checkout.html",
) -> HttpResponse:
    quote = commerce.quote(offering_id=offering_id, country=country, on=now.date())
    context = {
        "quote": quote,
        "learner": learner,
        "country": country,
        "country_options": country_options(country),
        "country_name": country_name(country),
        "access_until": add_months_at(now, quote.access_months),
        "refund_until": commerce.refund_until(now),
        "certificate_blocks": not settings.STOA_REFUND_AFTER_CERTIFICATE,
        "key": str(new_id()),
        "test_cards": commerce.TEST_CARDS,
        "trouble": trouble,
        "errors": trouble.fields if trouble else {},
    }
    return render(request, template, context, status=trouble.status if trouble else 200)


def _instead(request: HttpRequest, order: commerce.OrderRow, learner: people.PersonRow) -> HttpResponse:
    if order.status == "pending":
        return redirect("checkout_complete", order_id=order.id)
    context = {"order": order, "course": catalog.get_course_by_id(order.course_id), "learner": learner}
    return render(request, "checkout/owned.html", context)


def _total_shown(text: str | None) -> int | None:
    # What is no amount was never shown, so it differs from every price; 18 digits fit the database.
    if text is None:
        return None
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= 18 else -1


def _country(text: str) -> str:
    code = text.strip().upper()[:2]
    return code if code in dict(countries()) else _DEFAULT_COUNTRY
