"""Registers the account pages' templates and static files."""

from django.apps import AppConfig


class AccountPages(AppConfig):
    name = "stoa.web.account"
    label = "web_account"
