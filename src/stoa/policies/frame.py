"""The frame that every policy fits: facts in, a rule, values and the steps that led to them out.

A policy module declares its facts (see :mod:`stoa.policies.facts`), states its rule as a function
``decide(facts, explain) -> values``, and describes both in one constant ``POLICY``. The rule works with
exact fractions, rounds once on a grid, and writes money as decimal text.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from stoa.policies.facts import Facts, read_facts, schema_of
from stoa.policies.stopping import words_about


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the reasoning: the paragraph it rests on, and what was concluded."""

    paragraph: str
    text: str


@dataclass(slots=True)
class Explanation:
    """Collects the steps while a rule decides."""

    steps: list[Step] = field(default_factory=list)

    def step(self, paragraph: str, text: str) -> None:
        """Add a step resting on ``paragraph``, such as ``606-10-32-31``."""
        self.steps.append(Step(paragraph, text))


@dataclass(frozen=True, slots=True)
class Result:
    """What a policy concluded: values with money as decimal text, and the steps that led there."""

    policy: str
    version: str
    values: Mapping[str, Any]
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """A policy's description and its rule. ``note`` is its part of the significant-policies note."""

    name: str
    title: str
    standard: str
    paragraphs: tuple[str, ...]
    requirements: tuple[str, ...]
    note: str
    facts: type[Facts]
    outputs: Mapping[str, str]
    decide: Callable[[Any, Explanation], dict[str, Any]]
    example: Mapping[str, Any]
    version: str = "1"
    effective_on: date = date(2019, 1, 1)

    @property
    def schema(self) -> dict[str, Any]:
        """JSON schema of the facts, with a worked example."""
        return {
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "title": self.title,
            "description": f"Facts of policy {self.name} ({self.standard}).",
            **schema_of(self.facts),
            "$comment": words_about(self.facts),
            "examples": [dict(self.example)],
        }

    @property
    def inputs(self) -> dict[str, str]:
        """What each fact means."""
        return {name: each["description"] for name, each in schema_of(self.facts)["properties"].items()}

    def run(self, given: object) -> Result:
        """Decide on parsed JSON. Raises ``Invalid`` with the field's path when the facts make no sense."""
        explain = Explanation()
        values = self.decide(read_facts(self.facts, given), explain)
        return Result(self.name, self.version, values, tuple(explain.steps))
