"""What the policy makes of one contract, day by day: the same statement that posts, run on a few rows."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, timedelta

from stoa.kernel.spans import Month
from stoa.policies.engine import Engine, balance_cuts, day_number
from stoa.policies.registry import CONSUMER_SINGLE_COURSE, find_policy, policy_of_product
from stoa.reporting.data import Schedule, SchedulePeriod
from stoa.subledger import api as subledger

_LONGEST_DAYS = 4_000


def schedule_of(documents: Sequence[subledger.DocumentRow]) -> Schedule | None:
    """Return the schedule of a contract's documents by the days they belong to; ``None`` without a receipt.

    The contract is copied once a day of its term, each copy a day older, so that one run of the policy at one
    cut values every day of it.
    """
    receipt = next((row for row in documents if row.kind == subledger.RECEIPT), None)
    if receipt is None:
        return None
    start_on = min(date.fromisoformat(receipt.facts["start_on"]), receipt.effective_on)
    end_on = max(receipt.ends_on, *(row.effective_on + timedelta(days=1) for row in documents))
    days = min((end_on - start_on).days, _LONGEST_DAYS)
    earned, deferred = _to_dates(documents, start_on, days)
    daily = tuple((start_on + timedelta(days=k), earned[k + 1] - earned[k]) for k in range(days))
    periods: dict[Month, list[int]] = defaultdict(lambda: [0, 0, 0, 0])
    for index, (day, amount) in enumerate(daily):
        row = periods[Month.of(day)]
        row[0] += 1
        row[1] += amount
        row[2], row[3] = earned[index + 1], deferred[index + 1]
    policy = find_policy(policy_of_product(receipt.product)) or CONSUMER_SINGLE_COURSE
    return Schedule(
        receipt.currency,
        policy.name,
        policy.version,
        tuple(SchedulePeriod(month, *row) for month, row in sorted(periods.items())),
        daily,
        earned[days],
    )


def _to_dates(
    documents: Sequence[subledger.DocumentRow], start_on: date, days: int
) -> tuple[list[int], list[int]]:
    """Revenue and deferred revenue at the beginning of each day from ``start_on`` to ``days`` later."""
    with Engine(memory="512MB", threads=1) as engine:
        engine.query(
            "CREATE TABLE facts (number BIGINT, kind VARCHAR, effective_day INTEGER, start_day INTEGER, "
            "end_day INTEGER, price BIGINT)"
        )
        for number, row in enumerate(documents):
            ended = "end_on" if row.kind == subledger.RECEIPT else "access_ended_on"
            engine.query(
                "INSERT INTO facts VALUES (?, ?, ?, ?, ?, ?)",
                [
                    *(number, row.kind, day_number(row.effective_on)),
                    *(_day(row, "start_on"), _day(row, ended), int(row.facts.get("price_minor", 0))),
                ],
            )
        first = next(n for n, row in enumerate(documents) if row.kind == subledger.RECEIPT)
        count = len(documents)
        engine.query(
            "CREATE TABLE documents AS SELECT "  # noqa: S608 - numbers alone
            f"k * {count} + number AS document, k * {count} + {first} AS contract, kind, 'XXX' AS currency, "
            f"'single_course' AS product, '' AS partner, 0 AS counts_from_day, "
            "CAST(effective_day - k AS INTEGER) AS effective_day, CAST(start_day - k AS INTEGER) AS start_day, "
            "CAST(end_day - k AS INTEGER) AS end_day, price AS price_minor, CAST(0 AS BIGINT) AS tax_minor, "
            "CAST(0 AS BIGINT) AS fee_minor, CAST(0 AS BIGINT) AS credit_minor, FALSE AS is_restated "
            f"FROM facts CROSS JOIN range({days + 1}) AS copies (k)"
        )
        engine.run([CONSUMER_SINGLE_COURSE], balance_cuts(start_on, counts_until=start_on))
        rows = engine.query(
            f"SELECT document // {count}, "  # noqa: S608
            "CAST(coalesce(sum(-amount_minor) FILTER (WHERE account = '4000'), 0) AS BIGINT), "
            "CAST(coalesce(sum(-amount_minor) FILTER (WHERE account IN ('2100', '2110')), 0) AS BIGINT) "
            "FROM lines GROUP BY 1"
        )
    earned, deferred = [0] * (days + 1), [0] * (days + 1)
    for k, earned_minor, deferred_minor in rows:
        earned[k], deferred[k] = earned_minor, deferred_minor
    return earned, deferred


def _day(row: subledger.DocumentRow, name: str) -> int | None:
    return day_number(date.fromisoformat(row.facts[name])) if row.facts.get(name) else None
