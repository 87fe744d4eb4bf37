"""Registers the public pages' templates and static files."""

from django.apps import AppConfig


class PublicPages(AppConfig):
    name = "stoa.web.public"
    label = "web_public"
