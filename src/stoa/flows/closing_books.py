"""Closing books from their first month to the last of a period: post what is new and lock, month after month."""

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
    """Post and close every open month of ``entity`` through ``month``, one after the other.

    May be killed and run again: what is closed stays so. Raises ``NotReadyToClose`` for the first month that is not.
    """
    line_count = 0
    closed = []
    for each in posting.open_months(entity, through=month, at=closed_at):
        if ledger.batch_rows(entity=entity, month=each):
            line_count += posting.post_month(each, posted_at=closed_at, entity=entity, tell=tell).line_count
            month_end.close(each, closed_at=closed_at, actor=actor, entity=entity, tell=tell)
        else:
            line_count += month_end.post_and_close(
                each, closed_at=closed_at, actor=actor, entity=entity, tell=tell
            )
        closed.append(each)
    return BooksClosed(line_count, tuple(closed))
