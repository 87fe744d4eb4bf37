"""What a company counts beside its books: registered learners and the like. No account moves by it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from stoa.kernel.spans import Month
from stoa.policies.facts import fact, refuse
from stoa.policies.kinds.frame import Balance, DocumentFacts, Family, Filed, Place


@dataclass(frozen=True, slots=True, kw_only=True)
class RegionCount:
    """The part of a count that belongs to a region."""

    region: str = fact("Name of the region.")
    count: int = fact("How many there.")


@dataclass(frozen=True, slots=True, kw_only=True)
class ActivityReported(DocumentFacts):
    """Something was counted on a day, by a definition: registered learners, for a key figure. It moves no account."""

    kind: ClassVar[str] = "activity_reported"
    title: ClassVar[str] = "Activity reported"

    measure: str = fact("What was counted, such as registered_learners.")
    on: date = fact("Day at whose end it was counted.")
    count: int = fact("How many.")
    definition: str = fact("What counts, and what does not.")
    regions: tuple[RegionCount, ...] = fact("The count by region, when it is known.", default=())
    source: str | None = fact("Where the count comes from.", default=None)

    def __post_init__(self) -> None:
        DocumentFacts.__post_init__(self)
        if self.count < 0:
            raise refuse("count", "must not be less than 0.")
        if any(each.count < 0 for each in self.regions):
            raise refuse("regions", "must not be less than 0.")
        if len({each.region for each in self.regions}) < len(self.regions):
            raise refuse("regions", "must name each region once.")
        if self.regions and sum(each.count for each in self.regions) != self.count:
            raise refuse("regions", f"must add up to {self.count}.")

    def place(self) -> Place:
        return Place(self.on, self.measure)


def balances(known: Sequence[Filed], day: date) -> Iterable[Balance]:
    """None: what is counted is no money."""
    return ()


def active(known: Sequence[Filed], month: Month) -> Iterable[int]:
    """None: a count has no entry."""
    return ()


def problems(known: Sequence[Filed], day: date) -> Iterable[str]:
    """Two counts of one measure for one day that differ: neither can be told."""
    first: dict[tuple[str, date], ActivityReported] = {}
    for each in known:
        if isinstance(each.facts, ActivityReported):
            other = first.setdefault((each.facts.measure, each.facts.on), each.facts)
            if other.count != each.facts.count:
                yield (
                    f"{each.facts.reference} counts {each.facts.measure} on {each.facts.on} differently from "
                    f"{other.reference}; void the one that is wrong"
                )


FAMILY = Family(
    name="activity",
    version="1",
    kinds=(ActivityReported,),
    balances=balances,
    active=active,
    problems=problems,
)
