"""The plumbing: clock, logs, health, headers, settings."""

import json
import logging
import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from stoa.base import clock, environment
from stoa.base.logs import JsonFormatter


@pytest.mark.django_db
def test_time_goes_on_from_where_the_test_clock_was_set() -> None:
    moment = datetime(2025, 10, 1, 9, tzinfo=UTC)
    assert not clock.is_test_clock()
    clock.set_test_clock(to=moment)
    try:
        assert clock.is_test_clock()
        assert timedelta() <= clock.now() - moment < timedelta(seconds=30)
    finally:
        clock._forget()


@pytest.mark.django_db
def test_health_answers_with_the_version() -> None:
    answer = Client().get("/healthz")
    assert answer.status_code == 200
    assert answer.json()["status"] == "ok"


@pytest.mark.django_db
def test_every_answer_allows_nothing_inline() -> None:
    policy = Client().get("/healthz")["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy


def test_a_log_line_is_one_json_object() -> None:
    record = logging.LogRecord("stoa.x", logging.INFO, __file__, 1, "two\nlines %s", ("ü",), None)
    record.fields = {"order": "S-1"}
    entry = json.loads(JsonFormatter().format(record))
    assert entry["message"] == "two\nlines ü"
    assert entry["order"] == "S-1"


@pytest.mark.parametrize(
    ("name", "value", "read"),
    [
        ("STOA_DEBUG", "perhaps", lambda: environment.flag("STOA_DEBUG")),
        ("STOA_MAIL_PORT", "99999", lambda: environment.number("STOA_MAIL_PORT", 25, highest=65535)),
        ("STOA_SECRET_KEY", "short", environment.secret_key),
        ("STOA_ENTITY_TIME_ZONE", "Mars/Olympus", lambda: environment.time_zone("STOA_ENTITY_TIME_ZONE")),
        ("STOA_LOG_LEVEL", "noisy", lambda: environment.choice("STOA_LOG_LEVEL", "INFO", known=("INFO",))),
    ],
)
def test_a_bad_setting_is_refused_by_name(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, read: object
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(environment.BadSetting, match=name):
        read()  # type: ignore[operator]


def test_a_database_address_is_read_whole() -> None:
    settings = environment.database("postgresql://ada:p%40ss@db.example:5433/stoa?sslmode=require")
    assert settings["NAME"] == "stoa"
    assert settings["PASSWORD"] == "p@ss"
    assert settings["PORT"] == "5433"
    assert settings["OPTIONS"] == {"sslmode": "require"}
    for wrong in ("mysql://x/y", "postgresql://host", "postgresql://host:port/name"):
        with pytest.raises(environment.BadSetting):
            environment.database(wrong)


def test_the_doctor_reports_in_json() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "stoa.cli", "doctor", "--json"], capture_output=True, text=True, check=False
    )
    names = {finding["name"] for finding in json.loads(done.stdout)}
    assert {"python", "database", "migrations", "secret key"} <= names
