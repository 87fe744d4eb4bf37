"""Starts the database for every test run; settings are the project's own."""

import os

os.environ.setdefault("STOA_VOLATILE_DATABASE", "1")
os.environ.setdefault("STOA_DATA", os.path.join(os.path.dirname(__file__), os.pardir, "var", "test"))

from stoa.base import database, environment

(environment.data_folder() / "static").mkdir(parents=True, exist_ok=True)
database.ensure_running()
