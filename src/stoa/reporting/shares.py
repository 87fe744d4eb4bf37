"""What a share earned or lost: net income over shares weighted by days, and what would have been anti-dilutive (ASC 260-10-45)."""

from collections import defaultdict
from dataclasses import dataclass
from fractions import Fraction

from stoa.kernel.money import exponent_of
from stoa.kernel.spans import Period
from stoa.policies import earnings_per_share as policy
from stoa.policies.frame import Explanation
from stoa.policies.kinds import awards, purchase_plans, share_capital
from stoa.policies.kinds.opening_balances import OpeningBalance
from stoa.policies.kinds.share_counts import share_counts
from stoa.reporting.cube import Cube
from stoa.reporting.layout import Layout, flow_columns, words_of
from stoa.reporting.papers import Papers
from stoa.reporting.tables import COUNT, MEMO, SHARE_AMOUNT, Column, Table

NOT_FILED = "Per share: not filed. File share_issued (and what else changes shares) to have it."
_PROFIT = "With a profit, diluted needs the average market price of the period, which no document gives: basic is shown."


#: Kinds that change shares or may become shares.
_OF_SHARES = (
    *share_capital.FAMILY.kinds,
    *share_capital.FAMILY.sees,
    *awards.FAMILY.kinds,
    *purchase_plans.FAMILY.kinds,
)


@dataclass(frozen=True, slots=True)
class PerShare:
    """What a period lost a share, in minor units, on how many shares, and the units left out as anti-dilutive."""

    amount_minor: int
    weighted_shares: int
    excluded: dict[str, int]


def per_share(papers: Papers, span: Period, net_minor: int) -> PerShare | None:
    """The result of a share in a span; ``None`` while no share is filed.

    Books that took over another system's begin to count on their first day: since when shares were outstanding
    before, no document says.
    """
    known = [each for each in papers.known(span.end_on) if isinstance(each.facts, _OF_SHARES)]
    openings = [each.facts.on for each in known if isinstance(each.facts, OpeningBalance)]
    start = max([span.start_on, *(on for on in openings if on < span.end_on)])
    counts = share_counts(known, start, span.end_on)
    if counts.weighted_average <= 0:
        return None
    scale = 10 ** exponent_of(papers.currency)
    values = policy.decide(
        policy.EarningsFacts(
            currency=papers.currency,
            net_income=Fraction(net_minor, scale),
            weighted_shares=counts.weighted_average,
        ),
        Explanation(),
    )
    units: dict[str, Fraction] = defaultdict(Fraction)
    for each in counts.potential:
        units[each.kind] += each.units
    return PerShare(
        amount_minor=int(Fraction(values["basic"]) * scale),
        weighted_shares=round(counts.weighted_average),
        excluded={kind: round(count) for kind, count in sorted(units.items())},
    )


def income_per_share(cube: Cube, papers: Papers, period: Period, *, compare: bool) -> Table:
    """Return net income or loss per share, its shares, and what was left out because it would have lowered the loss."""
    sheet = Layout("per-share", "Net income (loss) per share", flow_columns(period, compare=compare))
    found = [_of_column(cube, papers, column) for column in sheet.columns]
    if not any(found):
        sheet.say(NOT_FILED)
        return sheet.table()
    net = [
        None if column.first is None or column.through is None else _net(cube, column)
        for column in sheet.columns
    ]
    sheet.line("Net income (loss)", net, accounts=cube.results)
    for label, name, unit in (
        ("Weighted shares, basic and diluted", "weighted_shares", COUNT),
        ("Net income (loss) per share, basic and diluted", "amount_minor", SHARE_AMOUNT),
    ):
        sheet.line(
            label,
            [None if each is None else getattr(each, name) for each in found],
            unit=unit,
            note="Shares weighted by days outstanding, from share_issued and the documents that follow awards.",
        )
    if any(amount is not None and amount > 0 for amount in net):
        sheet.say(_PROFIT)
    kinds = sorted({kind for each in found if each for kind in each.excluded})
    if kinds:
        sheet.heading("Left out because anti-dilutive, at the end of the period")
    for kind in kinds:
        sheet.line(
            words_of(kind),
            [None if each is None else each.excluded.get(kind, 0) for each in found],
            unit=COUNT,
            kind=MEMO,
            note="Units granted less vested, exercised and forfeited (260-10-50-1(c)).",
        )
    return sheet.table()


def _net(cube: Cube, column: Column) -> int:
    assert column.first is not None
    assert column.through is not None
    return -cube.moved(cube.results, column.first, column.through)


def _of_column(cube: Cube, papers: Papers, column: Column) -> PerShare | None:
    if column.first is None or column.through is None:
        return None
    span = Period(column.first, column.through.months_since(column.first) + 1)
    return per_share(papers, span, _net(cube, column))
