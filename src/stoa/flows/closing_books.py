"""Closing books from their first month to the last of a period: post what is new, then lock month after month."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from stoa.flows import month_end, posting
from stoa.kernel.spans import Month
from stoa.ledger import api as ledger

Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class BooksClosed:
    """What was done: contract-level lines posted, and the months that were closed (those that were before left out)."""

    line_count: int
    months: tuple[Month, ...]


def close_through(
    month: Month,
    *,
    entity: str,
    closed_at: datetime,
    actor: str,
    tell: Tell = lambda words: None,
) -> BooksClosed:
    """Post every open month of ``entity`` through ``month`` and close each in order.

    May be killed and run again: what is closed stays so. Raises ``NotReadyToClose`` for the first month that is not.
    """
    posted = posting.post(through=month, posted_at=closed_at, entity=entity, tell=tell)
    closed = []
    for period in ledger.periods_of(entity):
        if period.month <= month and not period.is_closed:
            month_end.close(period.month, closed_at=closed_at, actor=actor, entity=entity, tell=tell)
            closed.append(period.month)
    return BooksClosed(posted.line_count, tuple(closed))
