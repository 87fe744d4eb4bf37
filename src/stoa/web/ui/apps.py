"""Registers the ui pages' templates and static files."""

from django.apps import AppConfig


class UiPages(AppConfig):
    name = "stoa.web.ui"
    label = "web_ui"
