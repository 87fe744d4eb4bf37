"""Leases as their documents tell them: each with what followed it."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from stoa.policies.kinds.frame import Filed
from stoa.policies.kinds.impairments import losses
from stoa.policies.kinds.lease_books import Lease, lease_of
from stoa.policies.kinds.lease_documents import (
    FunctionShare,
    LeaseCommenced,
    LeaseEnded,
    LeaseModified,
    LeasePaid,
    LeaseSigned,
    LeaseVariableCost,
)


@dataclass(frozen=True, slots=True)
class Held:
    """A lease as its documents tell it: measured, or in words why not; ``None`` before it commences."""

    signed: Filed
    lease: Lease | str | None
    commenced: list[Filed]
    modified: list[Filed]
    paid: list[Filed]
    ended: Filed | None

    @property
    def functions(self) -> Sequence[FunctionShare]:
        """The functions that use the space."""
        functions: Sequence[FunctionShare] = self.signed.facts.functions
        return functions

    def last(self, day: date) -> date:
        """``day``, or the day the lease ended early when that came before."""
        return day if self.ended is None else min(day, self.ended.facts.on)

    @property
    def paid_minor(self) -> int:
        """What was paid of it, less what came from the lessor, in minor units."""
        return sum(each.facts.minor(each.facts.amount) for each in self.paid)


def leases_of(known: Sequence[Filed]) -> tuple[list[Held], list[Filed]]:
    """Every lease with what followed it, in order of effect, and what belongs to one that is not filed."""
    followed: dict[tuple[str, str], list[Filed]] = defaultdict(list)
    signed: dict[tuple[str, str], Filed] = {}
    for each in known:
        facts = each.facts
        if isinstance(facts, LeaseSigned):
            signed[facts.reference, facts.currency] = each
        elif isinstance(facts, LeaseCommenced | LeasePaid | LeaseModified | LeaseEnded | LeaseVariableCost):
            followed[facts.lease, facts.currency].append(each)
    lost = losses(known, "leases")
    held = []
    for key, each in signed.items():
        then = followed.pop(key, [])
        commenced = [one for one in then if isinstance(one.facts, LeaseCommenced)]
        ended = next((one for one in then if isinstance(one.facts, LeaseEnded)), None)
        modified = [one for one in then if isinstance(one.facts, LeaseModified)]
        counting = [one for one in modified if ended is None or one.facts.on < ended.facts.on]
        held.append(
            Held(
                each,
                lease_of(each, commenced, counting, lost.get(key, ())),
                commenced,
                modified,
                [one for one in then if isinstance(one.facts, LeasePaid)],
                ended,
            )
        )
    return held, [each for rest in followed.values() for each in rest]
