"""Estimates of the share of consumer sales that is refunded (policy ``consumer_refund_reserve``; ASC 606-10-32-10).

The reserve itself runs over receipts: ``consumer_refund_reserve.sql`` reads the rates that ``rates_of`` gives it.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import ClassVar, NamedTuple

from stoa.kernel.spans import Month
from stoa.policies import consumer_refund_reserve as policy
from stoa.policies.facts import Share, fact, refuse
from stoa.policies.kinds.frame import Balance, DocumentFacts, Family, Filed, Place
from stoa.policies.kinds.voids import DocumentVoided

_MILLIONTHS = 1_000_000
_LONGEST_WINDOW_DAYS = 366


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundRateEstimated(DocumentFacts):
    """From a day on, this share of a product's sales is expected to be refunded. Earlier sales keep their rate."""

    kind: ClassVar[str] = "refund_rate_estimated"
    title: ClassVar[str] = "Refund rate estimated"

    product: str = fact("Product whose sales it concerns: single_course, catalog_subscription, …")
    from_on: date = fact("First day of sales it holds for.")
    rate: Share = fact("Expected share of sales that is refunded, at most six decimal places; 0 ends it.")
    window_days: int = fact("Days after payment in which a refund is given.", default=14)
    basis: str | None = fact("What it was estimated from.", default=None)

    def __post_init__(self) -> None:
        DocumentFacts.__post_init__(self)
        if (self.rate * _MILLIONTHS).denominator != 1:
            raise refuse("rate", "has more than six decimal places.")
        if not 0 < self.window_days <= _LONGEST_WINDOW_DAYS:
            raise refuse("window_days", f"must be between 1 and {_LONGEST_WINDOW_DAYS}.")

    def place(self) -> Place:
        return Place(self.from_on, self.reference, product=self.product)


class RefundRate(NamedTuple):
    """A row of the table ``refund_rates`` that the statement reads; days as dates, a missing void as ``None``."""

    document: int
    product: str
    rate_millionths: int
    window_days: int
    counts_from: date
    effective_on: date
    void_counts_from: date | None
    void_on: date | None


def rates_of(documents: Iterable[Filed]) -> tuple[RefundRate, ...]:
    """The estimates among documents, each with the void that takes it back, in order of their number."""
    documents = tuple(documents)
    voids = {each.facts.document: each for each in documents if isinstance(each.facts, DocumentVoided)}
    found = []
    for each in documents:
        if isinstance(each.facts, RefundRateEstimated):
            void = voids.get(each.facts.reference)
            found.append(
                RefundRate(
                    *(each.id, each.facts.product, int(each.facts.rate * _MILLIONTHS)),
                    *(each.facts.window_days, each.counts_from, each.effective_on),
                    *((void.counts_from, void.effective_on) if void else (None, None)),
                )
            )
    return tuple(sorted(found))


def longest_window_days(documents: Iterable[Filed]) -> int:
    """Days after a sale in which its reserve may still move; 0 where no refund is expected."""
    return max((rate.window_days for rate in rates_of(documents)), default=0)


def balances(known: Sequence[Filed], day: date) -> Iterator[Balance]:
    """Nothing by itself: the statement over receipts makes the lines."""
    return iter(())


def active(known: Sequence[Filed], month: Month) -> Iterator[int]:
    """None: an estimate without sales has no entry."""
    return iter(())


def problems(known: Sequence[Filed], day: date) -> Iterator[str]:
    """Two estimates of one product that begin on the same day."""
    seen: dict[tuple[str, date], str] = {}
    for each in known:
        if isinstance(each.facts, RefundRateEstimated):
            other = seen.setdefault((each.facts.product, each.facts.from_on), each.facts.reference)
            if other != each.facts.reference:
                yield f"{other} and {each.facts.reference} estimate {each.facts.product} from the same day: void one"


FAMILY = Family(
    name=policy.POLICY.name,
    version=policy.POLICY.version,
    kinds=(RefundRateEstimated,),
    balances=balances,
    active=active,
    problems=problems,
)
