"""The family of impairment tests: their losses are booked by the registers they name, here they are checked.

What a test says its assets were carried at must be what their registers say, or the loss is not the right one.
"""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from stoa.kernel.money import Money
from stoa.kernel.spans import Month
from stoa.policies import impairment as policy
from stoa.policies.kinds import fixed_assets, intangibles, leases, prepaid_partner_fees, software
from stoa.policies.kinds.frame import Balance, Family, Filed
from stoa.policies.kinds.impairments import ImpairmentTested

#: Families whose registers hold assets that can be tested, by the name a test gives them.
_REGISTERS = {
    each.FAMILY.name: each.FAMILY
    for each in (fixed_assets, software, intangibles, leases, prepaid_partner_fees)
}


def balances(known: Sequence[Filed], day: date) -> Iterator[Balance]:
    """Nothing: each register books its part of a loss under the test's document."""
    return iter(())


def active(known: Sequence[Filed], month: Month) -> Iterator[int]:
    """Nothing, for the same reason."""
    return iter(())


def problems(known: Sequence[Filed], day: date) -> Iterator[str]:
    """Tests of assets that their register does not have, or carries at another amount."""
    for each in known:
        facts = each.facts
        if not isinstance(facts, ImpairmentTested):
            continue
        before = [one for one in known if one.id != each.id and one.effective_on <= facts.on]
        carried = _carried(before, facts.on + timedelta(days=1))
        for asset in facts.assets:
            has = carried.get((asset.register, asset.reference, facts.currency))
            if has is None:
                yield (
                    f"{facts.reference} tests {asset.reference!r} of {asset.register}, which that register does not "
                    f"have on {facts.on}"
                )
            elif has != facts.minor(asset.carrying):
                said, is_ = (Money(minor, facts.currency) for minor in (facts.minor(asset.carrying), has))
                yield (
                    f"{facts.reference} says that {asset.reference} is carried at {said} on {facts.on}, its register "
                    f"says {is_}: void the test and file it with that amount"
                )


def _carried(known: Sequence[Filed], day: date) -> dict[tuple[str, str, str], int]:
    """What each asset of the registers is carried at, at the beginning of a day."""
    found = {}
    for name, family in _REGISTERS.items():
        seen = [each for each in known if isinstance(each.facts, (*family.kinds, *family.sees))]
        assert family.register is not None
        for row in family.register(seen, day).rows:
            found[name, row.reference, row.currency] = row.carrying_minor
    return found


FAMILY = Family(
    name="impairment",
    version=policy.POLICY.version,
    kinds=(ImpairmentTested,),
    sees=tuple(kind for family in _REGISTERS.values() for kind in family.kinds),
    balances=balances,
    active=active,
    problems=problems,
)
