"""Registers the learner pages' templates and static files."""

from django.apps import AppConfig


class LearnerPages(AppConfig):
    name = "stoa.web.learner"
    label = "web_learner"
