"""Settings of the other ledger that the books are measured beside: django-hordak on the same PostgreSQL server."""

from stoa.base import database

SECRET_KEY = "only-for-the-benchmark"
DATABASES = {"default": dict(database.django_settings())}
INSTALLED_APPS = ["django.contrib.auth", "django.contrib.contenttypes", "mptt", "hordak"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True
HORDAK_INTERNAL_CURRENCY = DEFAULT_CURRENCY = "USD"
HORDAK_CURRENCIES = CURRENCIES = ["USD"]
