"""Foreign keys are strings that an import linter cannot see: walk the models instead."""

import pytest
from django.apps import apps
from django.db import models

#: The floors of .importlinter, top to bottom; a model may point to its own floor's room or further down.
FLOORS = (
    {"learning", "credentials", "community", "commerce", "enterprise", "degrees", "partners", "growth"}
    | {"careers", "coach", "discovery", "subledger"},
    {"courseware", "access", "ledger"},
    {"catalog"},
    {"people"},
    {"base"},
)


def floor_of(room: str) -> int:
    return next(number for number, rooms in enumerate(FLOORS) if room in rooms)


def rooms_models() -> list[type[models.Model]]:
    known = set().union(*FLOORS)
    return [model for model in apps.get_models() if model._meta.app_label in known]


def foreign_keys() -> list[models.ForeignKey[models.Model, models.Model]]:
    return [
        field
        for model in rooms_models()
        for field in model._meta.get_fields(include_parents=False)
        if isinstance(field, models.ForeignKey) and field.model is model
    ]


def test_there_is_something_to_check() -> None:
    assert len(rooms_models()) > 10
    assert len(foreign_keys()) > 10


@pytest.mark.parametrize("field", foreign_keys(), ids=str)
def test_foreign_key_points_down_and_leaves_no_trace_across_rooms(
    field: models.ForeignKey[models.Model, models.Model],
) -> None:
    here = field.model._meta.app_label
    there = field.related_model._meta.app_label
    if here == there:
        return
    assert floor_of(there) > floor_of(here), f"{field} points up or sideways to {there}"
    assert field.remote_field.related_name == "+", f"{field} must have related_name='+'"
