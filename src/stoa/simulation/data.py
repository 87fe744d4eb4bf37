"""What the parts of a simulation hand to each other."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

#: A document as one line of a file: its kind and its facts.
Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class PartnerAt:
    """An educator partner: its slug, and its weight among the partners by what learners choose."""

    name: str
    weight: int
