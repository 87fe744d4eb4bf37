"""The floor to compare with: Django with sessions, and one page with 8 indexed queries on the same tables."""

from stoa.settings import *  # noqa: F403

ROOT_URLCONF = "benchmarks.bare_site"
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
]
