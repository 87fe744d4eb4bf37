"""What the documents hold in every account at the end of a month: what control accounts must agree with.

Reading every document ever filed for that would make each close slower than the one before. So a month keeps, when it
is locked, what its finished contracts hold: those that nothing can move again but a late document. The next close
takes that sum, takes out of it the contracts that late documents brought back, and values everything that still moves
from its documents, from its first day on. ``held_by_all_documents`` reads everything; both must always agree.
"""

import hashlib
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from stoa.flows.posting import Derived, batch_folder, revenue_through, scratch_folder
from stoa.kernel.spans import Month
from stoa.ledger import api as ledger
from stoa.policies.engine import Engine, balance_cuts, day_number
from stoa.policies.kinds import listed, refund_rates
from stoa.policies.kinds.frame import Filed
from stoa.policies.kinds.opening_balances import begins_on, since_opening
from stoa.policies.registry import CONSUMER_SINGLE_COURSE, posting_policies
from stoa.subledger import api as subledger

#: Documents whose contract moves at the end of a month, as the month knows it; those of no known contract never do.
_MOVING = """
SELECT document.document, document.contract, coalesce(
           receipt.counts_from_day <= $known AND (greatest(receipt.end_day, receipt.start_day + 1) > $day
                                                  OR receipt.effective_day >= $refundable_from), FALSE) AS moves
  FROM documents AS document
  LEFT JOIN documents AS receipt ON receipt.document = document.contract AND receipt.kind = 'receipt'
 WHERE document.counts_from_day <= $known
"""
#: Documents of contracts that were finished before and are here again.
_BROUGHT_BACK = (
    "document IN (SELECT document FROM brought_back) OR contract IN (SELECT contract FROM brought_back)"
)
_SUMS = """
SELECT 0 AS document, account, '' AS activity, currency, segment, product, partner, FALSE AS is_late,
       DATE '1970-01-01' AS belongs_from, DATE '1970-01-01' AS belongs_until, CAST(sum(amount_minor) AS BIGINT) AS amount_minor
"""


@dataclass(frozen=True, slots=True)
class Held:
    """Balances by account and currency, and how the next month finds what no longer moves (kept with the month)."""

    balances: Mapping[tuple[str, str], int]
    carried: Mapping[str, Any]


def held_by_all_documents(month: Month, *, entity: str) -> Held:
    """Balances at the end of ``month``, from every document that counts by then and no posting."""
    with tempfile.TemporaryDirectory(dir=scratch_folder()) as folder, Engine(scratch=Path(folder)) as engine:
        facts = Path(folder) / "facts.csv"
        subledger.write_all_facts(facts, entity=entity, through=month)
        engine.load_documents(facts)
        few = subledger.filed_through(entity=entity, month=month)
        engine.load_refund_rates(refund_rates.rates_of(few))
        return _held(engine, few, month, entity)


def held_by_what_moves(derived: Derived, *, month: Month, entity: str) -> Held:
    """The same from the documents of a derived month and what the month before keeps of finished contracts.

    Reads everything when the month before is not locked, or does not keep it. The derived lines are gone afterwards.
    """
    engine = derived.engine
    kept = _kept(month.plus(-1), entity)
    if kept is None and _is_first(month, derived.few, entity):
        return _held(engine, derived.few, month, entity)
    if kept is None:
        return held_by_all_documents(month, entity=entity)
    _tell_moving(engine, "known_before", month.start_on, known=month.plus(-1), refund_days=kept.refund_days)
    engine.query("CREATE TABLE brought_back AS SELECT document, contract FROM known_before WHERE NOT moves")
    returned = bool(engine.query("SELECT 1 FROM brought_back LIMIT 1"))
    if returned:
        cuts = balance_cuts(month.start_on, counts_until=month.plus(-1).start_on)
        with engine.only_documents(_BROUGHT_BACK):
            engine.run([CONSUMER_SINGLE_COURSE], since_opening(cuts, derived.few), table="returned")
    engine.query("CREATE TABLE carried AS SELECT * FROM read_parquet(?)", [str(kept.path)])
    if returned:
        engine.query(
            "INSERT INTO carried SELECT * REPLACE (-amount_minor AS amount_minor) FROM returned "
            "WHERE document IN (SELECT document FROM brought_back)"
        )
    return _held(engine, derived.few, month, entity, has_carried=True)


def _is_first(month: Month, few: tuple[Filed, ...], entity: str) -> bool:
    """Whether the books begin with ``month``: what does not move in it holds nothing in these books."""
    first_on = begins_on(few)
    if first_on is not None:
        return Month.of(first_on) == month
    return subledger.is_first_of_contracts(entity=entity, month=month)


def _held(
    engine: Engine, few: tuple[Filed, ...], month: Month, entity: str, has_carried: bool = False
) -> Held:
    cuts = since_opening(balance_cuts(month.end_on, counts_until=month.start_on), few)
    refund_days = refund_rates.longest_window_days(few)
    _tell_moving(engine, "moving", month.end_on, known=month, refund_days=refund_days)
    engine.run_sums(posting_policies(), cuts, table="held")
    with engine.only_documents("document IN (SELECT document FROM moving WHERE NOT moves)"):
        engine.run_sums([CONSUMER_SINGLE_COURSE], cuts, table="ended")
    carried = "SELECT * FROM carried" if has_carried else f"{_SUMS} FROM held WHERE FALSE GROUP BY ALL"
    engine.query(
        f"CREATE TABLE finished AS {_SUMS} FROM ({carried} UNION ALL {_SUMS} FROM ended GROUP BY ALL) "
        "GROUP BY ALL HAVING sum(amount_minor) <> 0 ORDER BY ALL"
    )
    engine.query(f"CREATE OR REPLACE TABLE lines AS {carried} UNION ALL {_SUMS} FROM held GROUP BY ALL")
    engine.add(listed.lines(few, cuts))
    revenue = revenue_through(month, engine=engine, entity=entity)
    engine.add(listed.lines_on_revenue(few, revenue, cuts))
    rows = engine.query("SELECT account, currency, CAST(sum(amount_minor) AS BIGINT) FROM lines GROUP BY ALL")
    balances = {(account, currency): amount for account, currency, amount in rows if amount}
    return Held(balances, _keep(engine, month) | {"refund_days": refund_days})


def _tell_moving(engine: Engine, table: str, on: date, *, known: Month, refund_days: int) -> None:
    values = {
        "known": day_number(known.start_on),
        "day": day_number(on),
        "refundable_from": day_number(on) - refund_days,
    }
    text = _MOVING
    for name, value in values.items():
        text = text.replace(f"${name}", str(value))
    engine.query(f"CREATE TABLE {table} AS {text}")


@dataclass(frozen=True, slots=True)
class _Kept:
    """The file in which a locked month keeps what its finished contracts hold."""

    path: Path
    refund_days: int


def _kept(month: Month, entity: str) -> _Kept | None:
    periods: Iterable[ledger.PeriodRow] = ledger.periods_of(entity)
    period = next((each for each in periods if each.month == month and each.is_closed), None)
    carried = period.tie_outs.get("carried") if period else None
    if not carried:
        return None
    path = batch_folder() / carried["file"]
    if not path.is_file() or hashlib.sha256(path.read_bytes()).hexdigest() != carried["sha256"]:
        return None
    return _Kept(path, int(carried["refund_days"]))


def _keep(engine: Engine, month: Month) -> dict[str, Any]:
    """Write ``finished`` into a file named by its content; a file that no month names does no harm."""
    batch_folder().mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=scratch_folder()) as folder:
        written = Path(folder) / "finished.parquet"
        engine.write_parquet(written, table="finished")
        content = written.read_bytes()
        digest = hashlib.sha256(content).hexdigest()
        name = f"{month}-finished-{digest[:24]}.parquet"
        written.replace(batch_folder() / name)
    return {"file": name, "sha256": digest}
