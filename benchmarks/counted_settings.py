"""Stoa's own settings, with the queries of each answer counted."""

from stoa.settings import *  # noqa: F403
from stoa.settings import MIDDLEWARE

MIDDLEWARE = ["benchmarks.counting.count_queries", *MIDDLEWARE]
