"""A problem model as JSON and back: one tagged object a dataclass, decimals as text, tuples as lists."""

from dataclasses import fields, is_dataclass
from decimal import Decimal
from typing import Any

from stoa.courseware.problems import model

_CLASSES: dict[str, type[Any]] = {
    kind.__name__: kind
    for kind in (
        model.Problem,
        model.Text,
        model.Choice,
        model.CompoundHint,
        model.SingleChoice,
        model.MultipleChoice,
        model.Dropdown,
        model.NumericAnswer,
        model.Numerical,
        model.TextAnswer,
        model.ShortText,
    )
}


def problem_to_json(problem: model.Problem) -> dict[str, Any]:
    """Return plain JSON values."""
    encoded: dict[str, Any] = _encode(problem)
    return encoded


def problem_from_json(value: dict[str, Any]) -> model.Problem:
    """Return the model that ``problem_to_json`` wrote."""
    problem = _decode(value)
    assert isinstance(problem, model.Problem)
    return problem


def _encode(value: Any) -> Any:
    if is_dataclass(value):
        kind = type(value).__name__
        return {"is": kind} | {each.name: _encode(getattr(value, each.name)) for each in fields(value)}
    if isinstance(value, tuple):
        return [_encode(each) for each in value]
    if isinstance(value, Decimal):
        return {"is": "Decimal", "value": str(value)}
    return value


def _decode(value: Any) -> Any:
    if isinstance(value, list):
        return tuple(_decode(each) for each in value)
    if isinstance(value, dict):
        kind = value["is"]
        if kind == "Decimal":
            return Decimal(value["value"])
        known = _CLASSES[kind]
        return known(**{name: _decode(each) for name, each in value.items() if name != "is"})
    return value
