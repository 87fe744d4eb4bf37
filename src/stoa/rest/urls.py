"""Addresses for programs."""

from django.urls import URLPattern, URLResolver, path

from stoa.rest.health import healthz

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", healthz, name="healthz"),
]
