"""Addresses of the ui pages."""

from django.urls import URLPattern, URLResolver, path
from django.views.i18n import set_language

from stoa.web.actors import for_everybody
from stoa.web.ui import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("ui", views.living_page, name="ui"),
    path("ui/theme", views.choose_theme, name="theme"),
    path("ui/language", for_everybody(set_language), name="set_language"),
]
