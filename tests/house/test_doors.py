"""The import contracts name modules: a module that nobody names is a hole in the wall."""

from configparser import ConfigParser
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src" / "stoa"

#: What a room shows or what belongs to Django: the door itself, its application and its migrations.
OPEN = {"__init__", "api", "apps", "migrations"}

ROOMS = sorted(path.parent.name for path in SOURCE.glob("*/api.py"))


def contracts() -> ConfigParser:
    parser = ConfigParser()
    parser.read(ROOT / ".importlinter")
    return parser


def modules_of(room: str) -> set[str]:
    """The names one level below the room: its modules and its packages."""
    names = {path.stem for path in (SOURCE / room).glob("*.py")}
    names |= {path.parent.name for path in (SOURCE / room).glob("*/__init__.py")}
    return names - OPEN


@pytest.mark.parametrize("room", ROOMS)
def test_every_module_of_a_room_is_behind_its_door(room: str) -> None:
    contract = contracts()[f"importlinter:contract:door-{room}"]
    assert contract["type"] == "protected"
    assert contract["allowed_importers"] == f"stoa.{room}"
    protected = contract["protected_modules"].split()
    assert protected == sorted(f"stoa.{room}.{name}" for name in modules_of(room))


def test_every_room_with_a_database_has_the_anatomy_of_a_room() -> None:
    containers = contracts()["importlinter:contract:anatomy"]["containers"].split()
    assert sorted(containers) == sorted(
        f"stoa.{room}" for room in ROOMS if (SOURCE / room / "models.py").exists()
    )


def test_no_contract_looks_away() -> None:
    text = (ROOT / ".importlinter").read_text()
    assert "ignore_imports" not in text
    assert "unmatched_ignore" not in text
