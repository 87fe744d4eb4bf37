"""The documents behind the figures that no journal holds: contracts, invoices, shares, counts. Read once a report."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from stoa.kernel.refusals import Invalid
from stoa.kernel.spans import Month
from stoa.ledger import api as ledger
from stoa.policies.kinds import listed
from stoa.policies.kinds.frame import Filed
from stoa.policies.kinds.registers import Register
from stoa.policies.kinds.seat_contracts import FAMILY as SEAT_CONTRACTS
from stoa.policies.kinds.seat_contracts import SeatContractSigned, SignedContract, contracts
from stoa.policies.kinds.voids import without_voided
from stoa.policies.layers import Layer
from stoa.subledger import api as subledger


@dataclass(frozen=True, slots=True)
class Standing:
    """A contract on a day, in minor units."""

    reference: str
    customer: str
    price_minor: int
    earned_minor: int
    billed_minor: int
    layers: tuple[Layer, ...]
    has_access: bool

    @property
    def remaining_minor(self) -> int:
        """Its price less what is earned."""
        return self.price_minor - self.earned_minor


@dataclass(frozen=True, slots=True)
class Papers:
    """Documents of a company in one currency, those that come by the million left out, with what each day knew.

    ``until`` is the day at whose beginning the books end: documents of later months wait to be posted.
    """

    filed: tuple[Filed, ...]
    currency: str
    until: date
    _known: dict[date, list[Filed]] = field(default_factory=dict)
    _contracts: dict[date, list[SignedContract]] = field(default_factory=dict)
    _standings: dict[date, dict[str, Standing]] = field(default_factory=dict)

    def known(self, day: date) -> list[Filed]:
        """The documents that stand at the beginning of ``day``, in order of effect: as the books of that day knew them."""
        day = min(day, self.until)
        if day not in self._known:
            last_month = Month.of(day - timedelta(days=1)).start_on
            there = [
                each for each in self.filed if each.effective_on < day and each.counts_from <= last_month
            ]
            self._known[day] = without_voided(
                sorted(there, key=lambda each: (each.effective_on, each.facts.reference))
            )
        return self._known[day]

    def contracts(self, day: date) -> list[SignedContract]:
        """The seat contracts signed before ``day`` with what followed them by then."""
        day = min(day, self.until)
        if day not in self._contracts:
            mine = [
                each
                for each in self.known(day)
                if isinstance(each.facts, SEAT_CONTRACTS.kinds) and each.facts.currency == self.currency
            ]
            self._contracts[day] = contracts(mine)[0]
        return self._contracts[day]

    def standings(self, day: date) -> Mapping[str, Standing]:
        """Every seat contract at the beginning of ``day``; one that cannot be measured is left out, as in the books."""
        day = min(day, self.until)
        if day not in self._standings:
            measured = (_standing(contract, day) for contract in self.contracts(day))
            self._standings[day] = {each.reference: each for each in measured if each is not None}
        return self._standings[day]

    def registers(self, day: date) -> Mapping[str, Register]:
        """Every register at the beginning of ``day``, by its family's name."""
        day = min(day, self.until)
        return listed.registers(self.filed, day)


def read(*, entity: str, through: Month, currency: str) -> Papers:
    """Read what counts by the end of a month, as far as it is posted. Two queries."""
    posted = [row.month for row in ledger.periods_of(entity) if row.month <= through]
    until = posted[-1].end_on if posted else through.end_on
    return Papers(subledger.filed_through(entity=entity, month=through), currency, until)


def _standing(contract: SignedContract, day: date) -> Standing | None:
    signed: SeatContractSigned = contract.signed.facts
    try:
        layers, price, earned, _ = contract.measured(day - timedelta(days=1))
    except Invalid:
        return None
    return Standing(
        reference=signed.reference,
        customer=signed.customer,
        price_minor=price,
        earned_minor=earned,
        billed_minor=sum(each.facts.minor(each.facts.amount) for each in contract.invoices),
        layers=tuple(layers),
        has_access=bool(earned) or signed.access_on is not None or _was_granted(contract),
    )


def _was_granted(contract: SignedContract) -> bool:
    return any(each.facts.kind == "seat_access_granted" for each in contract.followed)
