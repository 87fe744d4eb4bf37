#!/usr/bin/env python3
"""Django's own commands (makemigrations, shell, …). People use ``stoa`` instead."""

import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent / "src"))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "stoa.settings")

if __name__ == "__main__":
    from django.core.management import execute_from_command_line

    from stoa.base import database

    database.ensure_running()
    execute_from_command_line(sys.argv)
