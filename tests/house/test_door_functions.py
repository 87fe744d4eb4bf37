"""What stands in a door explains itself, and is asked by name."""

import dataclasses
import importlib
import inspect
import typing
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

SOURCE = Path(__file__).resolve().parents[2] / "src" / "stoa"
ROOMS = sorted(path.parent.name for path in SOURCE.glob("*/api.py"))
FLOWS = sorted(path.stem for path in SOURCE.glob("flows/*.py") if path.stem != "__init__")

#: A version and the key of something in it are one name in two words.
NAMES_IN_TWO_WORDS = ("courseware",)

#: Not data but an open file: it is closed by the one who read it.
OPEN_FILES = ("ParsedCourse",)


def offered_by(room: str) -> dict[str, Any]:
    door = importlib.import_module(f"stoa.{room}.api")
    return {name: getattr(door, name) for name in door.__all__}


def functions() -> dict[str, Callable[..., Any]]:
    """Every function of a door, and every public function that a flow defines."""
    found = {
        f"{room}.{name}": thing
        for room in ROOMS
        for name, thing in offered_by(room).items()
        if inspect.isfunction(thing)
    }
    for flow in FLOWS:
        module = importlib.import_module(f"stoa.flows.{flow}")
        for name, thing in vars(module).items():
            if inspect.isfunction(thing) and thing.__module__ == module.__name__ and not name.startswith("_"):
                found[f"flows.{flow}.{name}"] = thing
    return found


@pytest.mark.parametrize("room", ROOMS)
def test_a_door_lists_what_it_offers_once_and_in_order(room: str) -> None:
    listed = importlib.import_module(f"stoa.{room}.api").__all__
    assert len(listed) == len(set(listed))
    assert [name.lower() for name in listed if name.isupper()] == sorted(
        name.lower() for name in listed if name.isupper()
    )


@pytest.mark.parametrize("name", functions())
def test_a_door_function_says_what_it_promises(name: str) -> None:
    assert (functions()[name].__doc__ or "").strip().endswith(".")


@pytest.mark.parametrize("name", functions())
def test_a_door_function_is_asked_by_name_past_its_first_argument(name: str) -> None:
    parameters = inspect.signature(functions()[name]).parameters.values()
    bare = [each.name for each in parameters if each.kind is each.POSITIONAL_OR_KEYWORD]
    if not name.startswith(NAMES_IN_TWO_WORDS):
        assert len(bare) <= 1, bare


@pytest.mark.parametrize("name", functions())
def test_a_door_function_returns_rows_never_models(name: str) -> None:
    words = str(inspect.signature(functions()[name]).return_annotation)
    assert ".models." not in words
    assert "QuerySet" not in words


@pytest.mark.parametrize("room", ROOMS)
def test_data_that_crosses_a_door_is_frozen_and_explained(room: str) -> None:
    for name, thing in offered_by(room).items():
        if isinstance(thing, type) and dataclasses.is_dataclass(thing) and name not in OPEN_FILES:
            assert thing.__dataclass_params__.frozen, name  # type: ignore[attr-defined]
            assert thing.__doc__, name
            assert not thing.__doc__.startswith(f"{name}("), f"{name} has no words of its own"


def test_there_are_doors_and_functions_to_check() -> None:
    assert len(ROOMS) > 8
    assert len(functions()) > 100
    assert typing.get_type_hints(functions()["people.register_person"])["return"].__name__ == "PersonRow"
