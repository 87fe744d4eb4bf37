"""Addresses for programs."""

from django.urls import URLPattern, URLResolver, path

from stoa.rest import webhooks
from stoa.rest.health import healthz
from stoa.rest.v1 import api

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", healthz, name="healthz"),
    path("api/v1/", api.urls),
    path("webhooks/payments", webhooks.payments, name="payment_webhook"),
]
