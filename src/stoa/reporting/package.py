"""Everything the books say about a period: one reading of the journal, every table from it."""

from collections.abc import Sequence

from stoa.kernel.money import exponent_of
from stoa.kernel.refusals import Invalid
from stoa.kernel.spans import Month, Period
from stoa.ledger import api as ledger
from stoa.reporting import cube as cubes
from stoa.reporting.balance_sheet import balance_sheet
from stoa.reporting.cash_flows import cash_flows
from stoa.reporting.equity import equity
from stoa.reporting.layout import Layout, month_words
from stoa.reporting.measures import adjusted_ebitda, free_cash_flow, stock_compensation
from stoa.reporting.operations import comprehensive_loss, net_loss_ties, operations
from stoa.reporting.roll_forwards import roll_forwards
from stoa.reporting.segments import disaggregation, segment_margin
from stoa.reporting.tables import Statements


def statements(*, entity: str, period: Period, compare: bool = False, currency: str = "USD") -> Statements:
    """Return statements, roll-forwards, notes, measures and key figures of a month, quarter or year.

    With ``compare`` each column stands beside the year before and the change. Amounts are minor units of
    ``currency``; other currencies' lines are left out. Empty books, open months and months that were never posted
    are no error: ``remarks`` say so. Raises ``Invalid`` for what is no currency.
    """
    try:
        exponent_of(currency)
    except ValueError as error:
        raise Invalid(f"{error}.") from None
    cube = cubes.read(entity=entity, through=period.last, currency=currency)
    sheet, sheet_ties = balance_sheet(cube, period, compare=compare)
    results = operations(cube, period, compare=compare)
    equity_table, equity_ties = equity(cube, period, compare=compare)
    flows, flow_ties = cash_flows(cube, period, compare=compare)
    rolls, roll_ties = roll_forwards(cube, period, compare=compare)
    return Statements(
        entity=entity,
        period=period,
        currency=currency,
        remarks=_remarks(cube, period),
        statements=(sheet, results, comprehensive_loss(cube, period, compare=compare), equity_table, flows),
        roll_forwards=rolls,
        measures=(
            segment_margin(cube, period, compare=compare),
            adjusted_ebitda(cube, period, compare=compare),
            free_cash_flow(flows),
        ),
        notes=(
            disaggregation(cube, period, compare=compare),
            stock_compensation(cube, period, compare=compare),
        ),
        key_figures=Layout("key-figures", "Key figures", ()).table(),
        ties=(*sheet_ties, *net_loss_ties(cube, results), *equity_ties, *flow_ties, *roll_ties),
    )


def _remarks(cube: cubes.Cube, period: Period) -> tuple[str, ...]:
    """What a reader must know before the figures: empty books, open months, months never posted."""
    known = {row.month: row for row in ledger.periods_of(cube.entity)}
    if not known:
        return (
            f"The books of {cube.entity} are empty: nothing was posted. File documents and run stoa post.",
        )
    found = []
    if not any(cube.rows.values()):
        found.append(f"Nothing is posted in {cube.currency} through {month_words(period.last)}.")
    missing = [month for month in period.months if month not in known]
    waiting = [month for month in period.months if month in known and not known[month].is_closed]
    if missing:
        found.append(f"{_names(missing)} never posted: run stoa post --through {period.last}.")
    if waiting:
        verb = "is" if len(waiting) == 1 else "are"
        names = ", ".join(month_words(month) for month in waiting)
        found.append(f"{names} {verb} open: figures may still move.")
    return tuple(found)


def _names(months: Sequence[Month]) -> str:
    return f"{', '.join(month_words(month) for month in months)} {'was' if len(months) == 1 else 'were'}"
