"""What a policy is, as the registry lists it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A step of a policy with the paragraph it rests on."""

    citation: str
    words: str


@dataclass(frozen=True, slots=True)
class Policy:
    """One accounting policy: its name, what it rests on, and what it takes and gives.

    ``sql`` names the statement that carries it out over many rows; a policy without one is a judgement or a
    rule of presentation that others apply. ``note`` is its text for the note on significant policies.
    """

    name: str
    title: str
    standard: str
    version: str
    effective_on: date
    requirements: tuple[str, ...]
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    note: str
    steps: tuple[Paragraph, ...]
    judgements: tuple[str, ...] = ()
    sql: str = ""

    @property
    def paragraphs(self) -> tuple[str, ...]:
        """Every citation of the policy, in order of its steps."""
        return tuple(dict.fromkeys(step.citation for step in self.steps))


@dataclass(frozen=True, slots=True)
class Cut:
    """A day at whose beginning balances are taken, from documents that count by ``counts_until``.

    Cuts are added up with their ``sign``; those that are ``is_late`` concern restated contracts alone.
    """

    name: str
    sign: int
    is_late: bool
    on: date
    counts_until: date


@dataclass(frozen=True, slots=True)
class FactColumn:
    """A column of a policy's input table: what it is called, its type in SQL, and what it holds."""

    name: str
    type: str
    words: str


Amounts = Mapping[str, int]
