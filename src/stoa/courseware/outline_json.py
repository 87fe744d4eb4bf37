"""Rows of the outline, the grading policy and the notes as JSON and back."""

from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime
from decimal import Decimal
from typing import Any

from stoa.courseware.data import (
    Category,
    GradingPolicy,
    ImportNote,
    OutlineLesson,
    OutlineModule,
    OutlineUnit,
)


def modules_to_json(modules: Iterable[OutlineModule]) -> list[dict[str, Any]]:
    """Return plain JSON values; instants as ISO 8601."""
    return [
        {
            **{"key": module.key, "title": module.title, "minutes": module.minutes},
            "lessons": [
                {**asdict(lesson), "due_at": lesson.due_at.isoformat() if lesson.due_at else None}
                for lesson in module.lessons
            ],
        }
        for module in modules
    ]


def modules_from_json(values: Iterable[dict[str, Any]]) -> tuple[OutlineModule, ...]:
    """Return the rows that ``modules_to_json`` wrote."""
    return tuple(
        OutlineModule(
            key=module["key"],
            title=module["title"],
            minutes=module["minutes"],
            lessons=tuple(_lesson(lesson) for lesson in module["lessons"]),
        )
        for module in values
    )


def grading_to_json(grading: GradingPolicy) -> dict[str, Any]:
    """Return plain JSON values; decimals as text."""
    return {
        "pass_mark": str(grading.pass_mark),
        "categories": [{**asdict(each), "weight": str(each.weight)} for each in grading.categories],
    }


def grading_from_json(value: dict[str, Any]) -> GradingPolicy:
    """Return the row that ``grading_to_json`` wrote."""
    categories = (Category(**{**each, "weight": Decimal(each["weight"])}) for each in value["categories"])
    return GradingPolicy(tuple(categories), Decimal(value["pass_mark"]))


def notes_to_json(notes: Iterable[ImportNote]) -> list[dict[str, Any]]:
    """Return plain JSON values."""
    return [asdict(note) for note in notes]


def notes_from_json(values: Iterable[dict[str, Any]]) -> tuple[ImportNote, ...]:
    """Return the rows that ``notes_to_json`` wrote."""
    return tuple(ImportNote(**value) for value in values)


def _lesson(value: dict[str, Any]) -> OutlineLesson:
    units = (
        OutlineUnit(**{**unit, "kinds": tuple(unit["kinds"]), "problem_keys": tuple(unit["problem_keys"])})
        for unit in value["units"]
    )
    due_at = datetime.fromisoformat(value["due_at"]) if value["due_at"] else None
    return OutlineLesson(**{**value, "due_at": due_at, "units": tuple(units)})
