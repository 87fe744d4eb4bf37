"""Settings come from the environment alone; a bad value is refused at start with the variable's name."""

import os
import secrets
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

PROJECT_FOLDER = Path(__file__).resolve().parents[3]


class BadSetting(SystemExit):
    """An environment variable holds something Stoa cannot use; the process ends with this sentence."""

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(f"stoa: {name} {reason}")


def choice(name: str, default: str, *, known: Collection[str]) -> str:
    """Return a variable that holds one of a few words."""
    value = text(name, default).upper()
    if value not in known:
        raise BadSetting(name, f"is {value!r}, but must be one of {', '.join(known)}")
    return value


def time_zone(name: str, default: str = "UTC") -> str:
    """Return a variable that names an IANA time zone."""
    value = text(name, default)
    try:
        ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise BadSetting(name, f"is {value!r}, but must name a time zone such as Europe/Paris") from None
    return value


def text(name: str, default: str = "") -> str:
    """Return the variable's text, or ``default`` when it is unset or empty."""
    return os.environ.get(name, "").strip() or default


def flag(name: str, default: bool = False) -> bool:
    """Return a yes-or-no variable: 1/0, true/false, yes/no, on/off."""
    value = text(name).lower()
    if not value:
        return default
    if value in {"1", "true", "yes", "on"}:
        return True
    if value in {"0", "false", "no", "off"}:
        return False
    raise BadSetting(name, f"is {value!r}, but must be 1 or 0")


def number(name: str, default: int, *, lowest: int = 0, highest: int = 2**31) -> int:
    """Return a whole-number variable within its limits."""
    value = text(name) or str(default)
    if not value.isdecimal() or not lowest <= int(value) <= highest:
        raise BadSetting(name, f"is {value!r}, but must be a whole number from {lowest} to {highest}")
    return int(value)


def data_folder() -> Path:
    """Where this installation keeps everything that is not code (``STOA_DATA``, default ``var``)."""
    return Path(text("STOA_DATA", str(PROJECT_FOLDER / "var"))).expanduser().resolve()


def secret_key() -> str:
    """Return ``STOA_SECRET_KEY``, or one made once and kept in the data folder, readable by its owner alone."""
    given = text("STOA_SECRET_KEY")
    if given:
        if len(given) < 32:
            raise BadSetting("STOA_SECRET_KEY", "must have at least 32 characters")
        return given
    path = data_folder() / "secret-key"
    try:
        return path.read_text().strip()
    except FileNotFoundError:
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
                file.write(secrets.token_urlsafe(48))
        except FileExistsError:
            pass
        return path.read_text().strip()


def database(url: str) -> Mapping[str, Any]:
    """Return Django's connection settings for a ``postgresql://user:password@host:port/name?option=value`` URL."""
    parts = urlsplit(url)
    if parts.scheme not in {"postgres", "postgresql"} or not parts.path.strip("/"):
        raise BadSetting("DATABASE_URL", "must look like postgresql://user:password@host:5432/stoa")
    query = dict(parse_qsl(parts.query))
    try:
        port = parts.port
    except ValueError:
        raise BadSetting("DATABASE_URL", "has a port that is not a number") from None
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.strip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": query.pop("host", unquote(parts.hostname or "")),
        "PORT": str(port or ""),
        "OPTIONS": query,
    }
