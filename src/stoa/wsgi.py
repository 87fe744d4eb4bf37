"""WSGI entry point for granian: ``granian --interface wsgi stoa.wsgi:application``."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "stoa.settings")

from django.core.wsgi import get_wsgi_application

from stoa.base import database

database.ensure_running()
application = get_wsgi_application()
