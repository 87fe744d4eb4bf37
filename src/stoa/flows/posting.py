"""Posting: let the policies turn documents into journal lines, month by month, and post what is new.

The journal is a function of the documents: what a month should hold is derived from them whole, what its
sealed batches hold already is taken away, and the difference is one more batch. Posting again without new
documents therefore posts nothing.
"""

import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import transaction

from stoa.kernel.refusals import Invalid
from stoa.kernel.spans import Month, day_in
from stoa.ledger import api as ledger
from stoa.policies.engine import Engine, movement_cuts
from stoa.policies.kinds import listed, refund_rates
from stoa.policies.kinds.frame import Filed, MonthRevenue
from stoa.policies.kinds.opening_balances import since_opening
from stoa.policies.registry import ACCOUNT_CODES, posting_policies, versions_for
from stoa.subledger import api as subledger

Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class MonthPosted:
    """What posting did to one month. ``batch`` is ``None`` when nothing was left to post."""

    month: Month
    batch: ledger.BatchRow | None
    line_count: int
    document_count: int


@dataclass(frozen=True, slots=True)
class PostingRun:
    """What a posting run did, month by month."""

    entity: str
    months: tuple[MonthPosted, ...]

    @property
    def line_count(self) -> int:
        """Contract-level lines posted in all."""
        return sum(month.line_count for month in self.months)


@dataclass(frozen=True, slots=True)
class Derived:
    """A month's lines as its documents make them: an engine whose ``lines`` they are, and the few among the documents.

    ``revenue`` is what the lines that follow revenue were made of: of this month as derived, of earlier ones as posted.
    """

    engine: Engine
    few: tuple[Filed, ...]
    revenue: tuple[MonthRevenue, ...]

    @property
    def policies(self) -> dict[str, str]:
        """Name and version of every policy that made the lines."""
        products = (row[0] for row in self.engine.query("SELECT DISTINCT product FROM documents"))
        return versions_for(products) | listed.families_used(self.few)


def post(
    *, through: Month, posted_at: datetime, entity: str = "", tell: Tell = lambda words: None
) -> PostingRun:
    """Post every open month up to ``through``, each in a transaction of its own.

    Safe to run twice, to kill, and to run beside another: a month is posted whole or not at all, one run at
    a time. ``tell`` hears what is being done. Raises ``Invalid`` for a month that has not begun.
    """
    entity = entity or settings.STOA_ENTITY
    return PostingRun(
        entity,
        tuple(
            post_month(month, posted_at=posted_at, entity=entity, tell=tell)
            for month in open_months(entity, through=through, at=posted_at)
        ),
    )


def open_months(entity: str, *, through: Month, at: datetime) -> list[Month]:
    """The months that may still be posted: from the first document's month, after the last locked one.

    Raises ``Invalid`` when ``through`` has not begun.
    """
    today = day_in(at, settings.STOA_ENTITY_TIME_ZONE)
    if through > Month.of(today):
        raise Invalid(f"{through} has not begun: today is {today}.")
    first = subledger.first_month(entity)
    if first is None:
        return []
    with transaction.atomic():
        ledger.hold_one_posting_run(entity)
        last_closed = ledger.last_closed_month(entity)
        known = ledger.periods_of(entity)
        earliest = min([first, *(period.month for period in known)])
        if earliest < first and first == subledger.opening_month(entity):
            raise Invalid(
                f"The books of {entity} began with {earliest} already; an opening balance of {first} comes too late. "
                "File what is missing as documents, or begin the books of another entity."
            )
        first = earliest
        if last_closed is not None:
            first = last_closed.plus(1)
        periods = ledger.ensure_periods(entity=entity, first=first, through=through)
    return [period.month for period in periods if not period.is_closed]


def post_month(
    month: Month, *, posted_at: datetime, entity: str, tell: Tell = lambda words: None
) -> MonthPosted:
    """Post what is missing in one open month. Raises ``PeriodClosed``."""
    with transaction.atomic():
        ledger.hold_one_posting_run(entity)
        posted = ledger.sealed_paths(ledger.batch_rows(entity=entity, month=month), folder=batch_folder())
        with derive(month, entity=entity, tell=tell) as derived:
            derived.engine.subtract(posted)
            return post_lines(derived, month=month, posted_at=posted_at, entity=entity, tell=tell)


def post_lines(
    derived: Derived, *, month: Month, posted_at: datetime, entity: str, tell: Tell = lambda words: None
) -> MonthPosted:
    """Seal and post the derived ``lines`` of a month; inside the transaction of a posting run. Raises ``PeriodClosed``."""
    engine = derived.engine
    line_count, document_count = engine.counts()
    if line_count == 0:
        return MonthPosted(month, None, 0, 0)
    tell(f"{month}: sealing {line_count:,} lines")
    sealed = ledger.seal(engine, folder=batch_folder(), month=str(month))
    batch = ledger.post_batch(
        entity=entity,
        month=month,
        lines=sealed.sums,
        sealed=sealed,
        policies=derived.policies,
        posted_at=posted_at,
    )
    return MonthPosted(month, batch, line_count, document_count)


@contextmanager
def derive(month: Month, *, entity: str, tell: Tell = lambda words: None) -> Iterator[Derived]:
    """Derive everything that ``month`` should hold from the documents that count by then."""
    with tempfile.TemporaryDirectory(dir=scratch_folder()) as folder, Engine(scratch=Path(folder)) as engine:
        tell(f"{month}: reading documents")
        facts = Path(folder) / "facts.csv"
        few = subledger.filed_through(entity=entity, month=month)
        refund_days = refund_rates.longest_window_days(few)
        subledger.write_facts_that_move(facts, entity=entity, month=month, refund_days=refund_days)
        engine.load_documents(facts)
        engine.load_refund_rates(refund_rates.rates_of(few))
        facts.unlink()
        tell(f"{month}: applying policies")
        cuts = since_opening(movement_cuts(month), few)
        engine.run(posting_policies(), cuts)
        engine.add(listed.lines(few, cuts))
        revenue = (*posted_revenue(entity, before=month), *_derived_revenue(engine, month))
        engine.add(listed.lines_on_revenue(few, revenue, cuts))
        yield Derived(engine, few, revenue)


def posted_revenue(entity: str, *, before: Month) -> list[MonthRevenue]:
    """The revenue that the journal holds of every month before one, in order of time."""
    rows = ledger.sums(entity=entity, through=before.plus(-1), account=ACCOUNT_CODES["revenue"])
    sums: dict[tuple[Month, str, str, str, str, bool], int] = defaultdict(int)
    for row in rows:
        key = (row.month, row.currency, row.segment, row.product, row.partner, row.is_late)
        sums[key] -= row.amount_minor
    return [MonthRevenue(*key, amount) for key, amount in sorted(sums.items()) if amount]


def _derived_revenue(engine: Engine, month: Month) -> list[MonthRevenue]:
    """The revenue among the lines of a month, in one query."""
    rows = engine.query(
        "SELECT currency, segment, product, partner, is_late, CAST(-sum(amount_minor) AS BIGINT) FROM lines "
        "WHERE account = ? GROUP BY ALL HAVING sum(amount_minor) <> 0 ORDER BY ALL",
        [ACCOUNT_CODES["revenue"]],
    )
    return [MonthRevenue(month, *row) for row in rows]


def revenue_through(month: Month, *, engine: Engine, entity: str) -> list[MonthRevenue]:
    """Earlier months' revenue as posted; of ``month`` what is left of all that the ``lines`` have earned by its end."""
    earlier = posted_revenue(entity, before=month)
    left: dict[tuple[str, str, str, str], int] = defaultdict(int)
    for each in _derived_revenue(engine, month):
        left[each.currency, each.segment, each.product, each.partner] += each.amount_minor
    for each in earlier:
        left[each.currency, each.segment, each.product, each.partner] -= each.amount_minor
    this = [MonthRevenue(month, *key, False, amount) for key, amount in sorted(left.items()) if amount]
    return [*earlier, *this]


def batch_folder() -> Path:
    """Where sealed batches of this installation lie."""
    return Path(settings.DATA_FOLDER) / "batches"


def scratch_folder() -> Path:
    """Where a run may put what it forgets afterwards."""
    folder = Path(settings.DATA_FOLDER) / "scratch"
    folder.mkdir(parents=True, exist_ok=True)
    return folder
