"""The floor to compare with: Django with sessions, and one page with 8 indexed queries on the same tables."""

from stoa.settings import *  # noqa: F403
from stoa.settings import INSTALLED_APPS

INSTALLED_APPS = [app for app in INSTALLED_APPS if not app.startswith("allauth")]
ROOT_URLCONF = "benchmarks.bare_site"
MIDDLEWARE = [
    "benchmarks.counting.count_queries",
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
]
