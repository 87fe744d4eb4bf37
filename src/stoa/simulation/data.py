"""What the parts of a simulation hand to each other."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

#: A document as one line of a file: its kind and its facts.
Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class PartnerAt:
    """An educator partner: its slug, and its weight among the partners by what learners choose."""

    name: str
    weight: int


@dataclass(frozen=True, slots=True)
class Payout:
    """What the payment processor paid out on a day, in cents."""

    paid_on: date
    gross_minor: int
    refunds_minor: int
    fees_minor: int

    @property
    def net_minor(self) -> int:
        """What came."""
        return self.gross_minor - self.refunds_minor - self.fees_minor


@dataclass(frozen=True, slots=True)
class Standing:
    """What consumers' payments had put into accounts when the quarter began, in cents."""

    clearing_minor: int
    tax_minor: int
    deferred_minor: Mapping[str, int]
