"""Receipts and refunds of consumers: buyers come until their revenue reaches the quarter's, set by set in DuckDB."""

import tempfile
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from pathlib import Path

from stoa.kernel.spans import add_months
from stoa.policies.engine import Engine
from stoa.simulation.data import PartnerAt, Payout, Standing
from stoa.simulation.shape import Shape

_SAMPLE = 20_000
_SPARE = 1_000

#: One row a buyer and payment. Every draw is a slice of an MD5 of the seed and the buyer's number, so that the
#: same seed gives the same rows whatever the number of threads.
_PAYMENTS = """
CREATE OR REPLACE TABLE payments AS
WITH hashed AS (
    SELECT i, md5_number_lower($1 || ':buyer:' || i) AS a, md5_number_upper($1 || ':buyer:' || i) AS b,
           md5_number_lower($1 || ':choice:' || i) AS c
    FROM range($2, $3) AS numbers (i)
),
buyers AS (
    SELECT i, plans.*, CAST(c & 65535 AS BIGINT) AS partner_draw, CAST((c >> 16) & 65535 AS BIGINT) AS course_draw,
           CAST((c >> 32) & 65535 AS BIGINT) AS wait_draw, CAST((c >> 48) & 65535 AS BIGINT) AS refund_draw,
           CAST(a >> 32 AS BIGINT) AS time_draw, CAST(b & 65535 AS BIGINT) AS price_draw,
           CAST((b >> 32) & 65535 AS BIGINT) AS renewal_draw, CAST((b >> 48) & 65535 AS BIGINT) AS tax_draw,
           ((b >> 16) & 65535) < existing AS is_existing
    FROM hashed JOIN plans ON (a & 4294967295) >= plans.draw_from AND (a & 4294967295) < plans.draw_until
),
begun AS (
    SELECT *, prices[1 + price_draw % len(prices)] AS price_minor,
           CASE WHEN is_existing
                THEN window_on + CAST((time_draw * (quarter_on - window_on)) >> 32 AS INTEGER)
                ELSE quarter_on + CAST((time_draw * (quarter_end_on - quarter_on)) >> 32 AS INTEGER) END AS first_on,
           1 + list_sum([CASE WHEN renewal_draw < t THEN 1 ELSE 0 END FOR t IN renewals]) AS terms
    FROM buyers
),
paid AS (
    SELECT *, CAST(first_on + to_months(term_months * k) AS DATE) AS paid_on,
           CAST(first_on + to_months(term_months * (k + 1)) AS DATE) AS end_on
    FROM begun, range(0, 5) AS cycles (k)
    WHERE k < terms AND first_on + to_months(term_months * k) < quarter_end_on
),
priced AS (
    SELECT *, CASE WHEN tax_draw < $4 THEN (price_minor * $5 + 500000) // 1000000 ELSE 0 END AS tax_minor,
           row_number() OVER (PARTITION BY i ORDER BY k DESC) = 1 AND refund_draw < refund
               AND paid_on + 1 + CAST(wait_draw % 13 AS INTEGER) < quarter_end_on AS is_refunded
    FROM paid
)
SELECT i, k, name, product, paid_on, end_on, price_minor, tax_minor, partner_draw, course_draw, time_draw,
       ((price_minor + tax_minor) * $6 + 500000) // 1000000 + $7 AS fee_minor,
       CASE WHEN is_refunded THEN paid_on + 1 + CAST(wait_draw % 13 AS INTEGER) END AS refunded_on,
       CAST(quarter_on AS DATE) AS quarter_on, CAST(quarter_end_on AS DATE) AS quarter_end_on
FROM priced
"""

#: What the policy will earn in the quarter: the difference of two running totals, nothing once it is refunded.
_EARNED = """
CREATE OR REPLACE TABLE earned AS
SELECT *, {after} - {before} AS earned_minor FROM payments
"""
_TO_DATE = """
CASE WHEN refunded_on IS NULL OR refunded_on >= {day}
     THEN (2 * price_minor * least(greatest({day} - paid_on, 0), end_on - paid_on) + (end_on - paid_on))
          // (2 * (end_on - paid_on)) ELSE 0 END"""


@dataclass(frozen=True, slots=True)
class ConsumerMade:
    """What was written: how many rows, and what they earn in the quarter.

    Of it ``partner_minor`` is earned by each partner's own courses, and ``catalog_minor`` by the whole catalog in
    each month.
    """

    buyers: int
    receipts: int
    receipts_in_quarter: int
    refunds: int
    earned_minor: int
    partner_minor: dict[str, int]
    catalog_minor: tuple[int, ...]
    payouts: tuple[Payout, ...]
    standing: Standing


def write_consumer(
    shape: Shape, seed: int, partners: tuple[PartnerAt, ...], *, receipts: Path, refunds: Path
) -> ConsumerMade:
    """Write the receipts and refunds of a quarter whose revenue is the shape's, to the price of the last buyer."""
    with tempfile.TemporaryDirectory() as scratch, Engine(scratch=Path(scratch)) as engine:
        engine.query("SET TimeZone = 'UTC'")
        _load_plans(engine, shape)
        _load_partners(engine, partners)
        target = int(shape.consumer.revenue * 100)
        _make(engine, shape, seed, 0, _SAMPLE)
        each = engine.query("SELECT coalesce(sum(earned_minor), 0) FROM earned")[0][0] / _SAMPLE
        count = int(target / max(each, 1.0) * 1.02) + _SPARE
        _make(engine, shape, seed, 0, count)
        _choose(engine, target)
        return _write(engine, shape, receipts, refunds)


def _make(engine: Engine, shape: Shape, seed: int, first: int, last: int) -> None:
    consumer = shape.consumer
    engine.query(
        _PAYMENTS,
        [
            f"{seed}",
            first,
            last,
            _threshold(consumer.taxed),
            _millionths(consumer.tax_rate),
            _millionths(consumer.processing_rate),
            int(consumer.processing_fixed * 100),
        ],
    )
    engine.query(_EARNED.format(after=_to_date(shape.end_on), before=_to_date(shape.start_on)))


def _choose(engine: Engine, target: int) -> None:
    """Keep buyers in order until the next would exceed the target, and of the others the one that comes nearest."""
    engine.query(
        "CREATE OR REPLACE TABLE worth AS SELECT i, CAST(sum(earned_minor) AS BIGINT) AS worth_minor, "
        "CAST(sum(sum(earned_minor)) OVER (ORDER BY i) AS BIGINT) AS so_far_minor FROM earned GROUP BY i"
    )
    last = engine.query("SELECT min(i) FROM worth WHERE so_far_minor > ?", [target])[0][0]
    assert last is not None, "the spare buyers did not reach the target"
    reached = engine.query("SELECT coalesce(sum(worth_minor), 0) FROM worth WHERE i < ?", [last])[0][0]
    engine.query(
        "CREATE OR REPLACE TABLE chosen AS SELECT i FROM worth WHERE i < ? UNION ALL "
        "(SELECT i FROM worth WHERE i >= ? AND worth_minor BETWEEN 1 AND ? ORDER BY worth_minor DESC, i LIMIT 1)",
        [last, last, int(target - reached)],
    )


def _write(engine: Engine, shape: Shape, receipts: Path, refunds: Path) -> ConsumerMade:
    engine.query(
        f"""CREATE OR REPLACE TABLE sold AS
        SELECT earned.*, '{shape.entity}:receipt:' || earned.i || '-' || k AS reference,
               'S-' || earned.i || '-' || k AS "order", 'learner:' || earned.i AS customer,
               CASE WHEN product = 'catalog_subscription' THEN '' ELSE partners.partner END AS partner,
               CASE WHEN product = 'catalog_subscription' THEN ''
                    ELSE 'course-' || (1 + course_draw % {shape.consumer.courses}) END AS course,
               CAST(paid_on AS TIMESTAMP) + to_seconds(36000 + CAST((time_draw * 7919 + k * 613) % 36000 AS INTEGER))
                   AS received_at
        FROM earned JOIN chosen USING (i)
        JOIN partners ON partner_draw >= partners.draw_from AND partner_draw < partners.draw_until"""  # noqa: S608
    )
    _copy(
        engine,
        f"""SELECT reference, '{shape.entity}' AS entity, received_at AT TIME ZONE 'UTC' AS received_at,
        received_at AT TIME ZONE 'UTC' AS access_granted_at, '{shape.currency}' AS currency, price_minor, tax_minor,
        CASE WHEN tax_minor > 0 THEN 'US-NY' ELSE 'none' END AS tax_jurisdiction, fee_minor AS processing_fee_minor,
        paid_on AS start_on, end_on, product, course, partner, customer, "order", 'card' AS gateway
        FROM sold ORDER BY received_at, i, k""",  # noqa: S608
        receipts,
    )
    _copy(
        engine,
        f"""SELECT 'refund_paid' AS kind, '{shape.entity}:refund:' || i || '-' || k AS reference,
        '{shape.entity}' AS entity, reference AS receipt,
        (CAST(refunded_on AS TIMESTAMP) + INTERVAL 12 HOUR) AT TIME ZONE 'UTC' AS refunded_at,
        refunded_on AS access_ended_on, '{shape.currency}' AS currency, price_minor, tax_minor,
        product, course, partner, customer, "order", 'card' AS gateway
        FROM sold WHERE refunded_on IS NOT NULL ORDER BY refunded_on, i, k""",  # noqa: S608
        refunds,
    )
    buyers, count, in_quarter, refunded, earned = engine.query(
        "SELECT count(DISTINCT i), count(*), count(*) FILTER (WHERE paid_on >= quarter_on), count(refunded_on), "
        "CAST(coalesce(sum(earned_minor), 0) AS BIGINT) FROM sold"
    )[0]
    by_partner = engine.query(
        "SELECT partner, CAST(sum(earned_minor) AS BIGINT) FROM sold WHERE partner <> '' GROUP BY ALL ORDER BY ALL"
    )
    catalog = [
        engine.query(
            f"SELECT CAST(coalesce(sum({_to_date(month.end_on)} - {_to_date(month.start_on)}), 0) AS BIGINT) "  # noqa: S608
            "FROM sold WHERE partner = ''"
        )[0][0]
        for month in shape.months
    ]
    _move(engine)
    return ConsumerMade(
        buyers=buyers,
        receipts=count,
        receipts_in_quarter=in_quarter,
        refunds=refunded,
        earned_minor=earned,
        partner_minor=dict(by_partner),
        catalog_minor=tuple(catalog),
        payouts=_payouts(engine, shape),
        standing=_standing(engine, shape),
    )


def _move(engine: Engine) -> None:
    """What the processor was paid and paid back each day: it pays out every Monday what it knew the Friday before."""
    engine.query(
        """CREATE OR REPLACE TABLE moved AS
        SELECT *, CAST(date_trunc('week', day + 2) AS DATE) + 7 AS payout_on FROM (
            SELECT paid_on AS day, price_minor + tax_minor AS gross, 0 AS refunded, fee_minor AS fee, tax_minor AS tax
            FROM sold
            UNION ALL
            SELECT refunded_on, 0, price_minor + tax_minor, 0, -tax_minor FROM sold WHERE refunded_on IS NOT NULL)"""
    )


def _payouts(engine: Engine, shape: Shape) -> tuple[Payout, ...]:
    rows = engine.query(
        "SELECT payout_on, CAST(sum(gross) AS BIGINT), CAST(sum(refunded) AS BIGINT), CAST(sum(fee) AS BIGINT) "
        "FROM moved WHERE payout_on >= ? AND payout_on < ? GROUP BY payout_on ORDER BY payout_on",
        [shape.start_on, shape.end_on],
    )
    return tuple(Payout(*row) for row in rows)


def _standing(engine: Engine, shape: Shape) -> Standing:
    """What was not paid out yet, the tax of the last month, and what had been paid for days to come."""
    clearing, tax = engine.query(
        "SELECT CAST(coalesce(sum(gross - refunded - fee) FILTER (WHERE payout_on >= $1), 0) AS BIGINT), "
        "CAST(coalesce(sum(tax) FILTER (WHERE day >= $2), 0) AS BIGINT) FROM moved WHERE day < $1",
        [shape.start_on, shape.months[0].plus(-1).start_on],
    )[0]
    deferred = engine.query(
        f"SELECT product, CAST(sum(price_minor - ({_to_date(shape.start_on)})) AS BIGINT) FROM sold "  # noqa: S608
        "WHERE paid_on < ? AND (refunded_on IS NULL OR refunded_on >= ?) GROUP BY ALL ORDER BY ALL",
        [shape.start_on, shape.start_on],
    )
    return Standing(clearing, max(tax, 0), dict(deferred))


def _to_date(day: date) -> str:
    return _TO_DATE.format(day=f"DATE '{day}'")


def _copy(engine: Engine, query: str, path: Path) -> None:
    name = str(path).replace("'", "''")
    engine.query(f"COPY ({query}) TO '{name}' (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 122880)")


def _load_plans(engine: Engine, shape: Shape) -> None:
    total, so_far = sum(plan.weight for plan in shape.consumer.plans), Fraction(0)
    rows = []
    for plan in shape.consumer.plans:
        begin, so_far = so_far, so_far + plan.weight
        window_on = add_months(shape.start_on, -plan.term_months)
        renewals = [_threshold(plan.renewal**number) for number in range(1, 5)]
        rows.append(
            f"('{plan.name}', '{plan.product}', {plan.term_months}, {[int(price * 100) for price in plan.prices]}::BIGINT[], "
            f"{int(begin / total * 2**32)}, {int(so_far / total * 2**32)}, {_threshold(plan.existing)}, {renewals}, "
            f"{_threshold(plan.refund)}, DATE '{window_on}', DATE '{shape.start_on}', DATE '{shape.end_on}')"
        )
    engine.query(
        f"CREATE TABLE plans AS SELECT * FROM (VALUES {', '.join(rows)}) AS given (name, product, term_months, "  # noqa: S608
        "prices, draw_from, draw_until, existing, renewals, refund, window_on, quarter_on, quarter_end_on)"
    )


def _load_partners(engine: Engine, partners: tuple[PartnerAt, ...]) -> None:
    total, so_far = sum(each.weight for each in partners), 0
    rows = []
    for each in partners:
        begin, so_far = so_far, so_far + each.weight
        rows.append(f"('{each.name}', {begin * 65536 // total}, {so_far * 65536 // total})")
    engine.query(
        f"CREATE TABLE partners AS SELECT * FROM (VALUES {', '.join(rows)}) AS given (partner, draw_from, draw_until)"  # noqa: S608
    )


def _threshold(chance: Fraction) -> int:
    return int(chance * 65536 + Fraction(1, 2))


def _millionths(rate: Fraction) -> int:
    return int(rate * 1_000_000 + Fraction(1, 2))
