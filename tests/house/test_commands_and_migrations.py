"""Migrations match the models, and every command explains itself."""

import subprocess
import sys

import pytest
from django.core.management import call_command

from stoa.cli.__main__ import command_names


@pytest.mark.django_db
def test_no_migration_is_missing() -> None:
    call_command("makemigrations", "--check", "--dry-run", verbosity=0)


@pytest.mark.parametrize("command", command_names())
def test_every_command_explains_itself(command: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "stoa.cli", command, "--help"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert len(done.stdout) > 100


def test_an_unknown_command_is_refused_with_exit_code_2() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "stoa.cli", "frobnicate"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert "frobnicate" in done.stderr
