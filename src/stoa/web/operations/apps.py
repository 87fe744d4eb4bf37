"""Registers the operations pages' templates and static files."""

from django.apps import AppConfig


class OperationsPages(AppConfig):
    name = "stoa.web.operations"
    label = "web_operations"
