"""Registers the finance pages' templates and static files."""

from django.apps import AppConfig


class FinancePages(AppConfig):
    name = "stoa.web.finance"
    label = "web_finance"
