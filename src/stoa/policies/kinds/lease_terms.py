"""How long each lease runs, as its documents tell: improvements of the space end with it."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from stoa.kernel.spans import add_months
from stoa.policies.kinds.frame import Filed
from stoa.policies.kinds.lease_documents import LeaseCommenced, LeaseEnded, LeaseModified, LeaseSigned

#: Kinds of documents that tell or change the term of a lease.
KINDS = (LeaseSigned, LeaseCommenced, LeaseModified, LeaseEnded)


@dataclass(frozen=True, slots=True)
class End:
    """From the day ``from_on`` the lease is expected to end on ``end_on``, the first day after it."""

    from_on: date
    end_on: date


def terms(known: Sequence[Filed]) -> dict[str, list[End]]:
    """By lease: its end as expected at commencement, and after each document that changed it."""
    followed = defaultdict(list)
    for each in known:
        if isinstance(each.facts, LeaseCommenced | LeaseModified | LeaseEnded):
            followed[each.facts.lease, each.facts.currency].append(each.facts)
    found: dict[str, list[End]] = {}
    for each in known:
        facts = each.facts
        if not isinstance(facts, LeaseSigned):
            continue
        then = followed[facts.reference, facts.currency]
        begun = [one.on for one in then if isinstance(one, LeaseCommenced)]
        commences_on = begun[0] if begun else facts.commences_on
        if commences_on is None:
            continue
        months = 12 // facts.periods_a_year
        ends = [End(commences_on, add_months(commences_on, months * len(facts.plan())))]
        for one in then:
            if isinstance(one, LeaseModified):
                ends.append(End(one.on, add_months(one.on, months * len(one.payments))))
            elif isinstance(one, LeaseEnded):
                ends.append(End(one.on, one.on))
                break
        found[facts.reference] = ends
    return found
