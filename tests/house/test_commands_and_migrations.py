"""Migrations match the models, and every command explains itself."""

import os
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


@pytest.mark.parametrize(
    ("variables", "arguments", "words"),
    [
        ({}, ["serve", "--port", "99999"], "There is no port 99999"),
        ({}, ["serve", "--port", "-1"], "There is no port -1"),
        ({"STOA_ENTITY_TIME_ZONE": "Mars/Olympus"}, ["people", "show", "a@example.org"], "time zone"),
        ({"STOA_LOG_LEVEL": "noisy"}, ["people", "show", "a@example.org"], "STOA_LOG_LEVEL"),
        ({"DATABASE_URL": "mysql://a/b"}, ["people", "show", "a@example.org"], "DATABASE_URL"),
        ({}, ["close", "9999-12"], "not a month"),
    ],
)
def test_what_cannot_be_used_is_refused_in_a_sentence(
    variables: dict[str, str], arguments: list[str], words: str
) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "stoa.cli", *arguments],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, **variables},
    )
    assert done.returncode == 2
    assert words in done.stderr
    assert "Traceback" not in done.stderr


def test_an_unknown_command_is_refused_with_exit_code_2() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "stoa.cli", "frobnicate"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert "frobnicate" in done.stderr
