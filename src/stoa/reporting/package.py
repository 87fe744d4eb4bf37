"""Everything the books say about a period: one reading of the journal, every table from it."""

from collections.abc import Sequence
from dataclasses import replace

from stoa.kernel.money import exponent_of
from stoa.kernel.refusals import Invalid
from stoa.kernel.spans import Month, Period
from stoa.ledger import api as ledger
from stoa.reporting import cube as cubes
from stoa.reporting import papers
from stoa.reporting.balance_sheet import balance_sheet
from stoa.reporting.cash_flows import cash_flows
from stoa.reporting.customers import aging, concentration, key_figures
from stoa.reporting.equity import equity
from stoa.reporting.forecast import cash_forecast
from stoa.reporting.layout import month_words
from stoa.reporting.measures import adjusted_ebitda, free_cash_flow, stock_compensation
from stoa.reporting.notes import deferred_taxes, estimates, income_taxes, late_documents
from stoa.reporting.obligations import obligations_by_year, remaining_obligations
from stoa.reporting.operations import comprehensive_income, net_income_ties, operations, with_per_share
from stoa.reporting.registers import contract_balances, fair_value, lease_cost, register_notes
from stoa.reporting.roll_forwards import roll_forwards
from stoa.reporting.segments import disaggregation, segment_margin
from stoa.reporting.shares import income_per_share
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
    late = ledger.late_movements(entity=entity, first=period.first, through=period.last, currency=currency)
    documents = papers.read(entity=entity, through=period.last, currency=currency)
    return replace(
        statements_of(cube, documents, period, late=late, compare=compare), remarks=_remarks(cube, period)
    )


def statements_of(
    cube: cubes.Cube,
    documents: papers.Papers,
    period: Period,
    *,
    late: Sequence[ledger.LateRow] = (),
    compare: bool = False,
) -> Statements:
    """Return the statements that a journal and its documents make; reads nothing."""
    registers = documents.registers(period.end_on)
    sheet, sheet_ties = balance_sheet(cube, period, compare=compare)
    per_share = income_per_share(cube, documents, period, compare=compare)
    results = with_per_share(operations(cube, period, compare=compare), per_share)
    equity_table, equity_ties = equity(cube, period, compare=compare)
    flows, flow_ties = cash_flows(cube, period, compare=compare)
    rolls, roll_ties = roll_forwards(cube, period, compare=compare)
    bridge, bridge_ties = remaining_obligations(cube, documents, period, compare=compare)
    aged, aged_ties = aging(cube, documents, period)
    return Statements(
        entity=cube.entity,
        period=period,
        currency=cube.currency,
        remarks=(),
        statements=(sheet, results, comprehensive_income(cube, period, compare=compare), equity_table, flows),
        roll_forwards=(*rolls, bridge),
        measures=(
            segment_margin(cube, period, compare=compare),
            adjusted_ebitda(cube, period, compare=compare),
            free_cash_flow(flows),
            cash_forecast(cube, documents, registers, period),
        ),
        notes=(
            disaggregation(cube, period, compare=compare),
            contract_balances(cube, period, compare=compare),
            obligations_by_year(cube, documents, period),
            aged,
            concentration(cube, documents, period),
            fair_value(cube, registers, period),
            lease_cost(cube, period, compare=compare),
            stock_compensation(cube, period, compare=compare),
            per_share,
            income_taxes(cube, period, compare=compare),
            deferred_taxes(cube, period, compare=compare),
            estimates(cube, period, compare=compare),
            late_documents(cube, period, late),
            *register_notes(registers, period, cube.currency),
        ),
        key_figures=key_figures(documents, period),
        ties=(
            *sheet_ties,
            *net_income_ties(cube, results),
            *equity_ties,
            *flow_ties,
            *roll_ties,
            *bridge_ties,
            *aged_ties,
        ),
    )


def _remarks(cube: cubes.Cube, period: Period) -> tuple[str, ...]:
    """What a reader must know before the figures: empty books, open months, months never posted."""
    known = {row.month: row for row in ledger.periods_of(cube.entity)}
    if not known:
        return (
            f"The books of {cube.entity} are empty: nothing was posted. File documents and run stoa post.",
        )
    found = []
    others = [
        code
        for code in ledger.currencies_of(entity=cube.entity, through=period.last)
        if code != cube.currency
    ]
    if others:
        found.append(
            f"Amounts in {cube.currency} alone: the books also hold {', '.join(others)}. Add --group for all of them in "
            "one currency, or --currency for another."
        )
    begins = min(known)
    if begins > period.year_to_date.first:
        found.append(f"The books begin with {month_words(begins)}: months before it hold nothing.")
    if not any(cube.rows.values()):
        found.append(f"Nothing is posted in {cube.currency} through {month_words(period.last)}.")
    missing = [month for month in period.months if month not in known and month > begins]
    if missing:
        found.append(f"{_names(missing, 'was', 'were')} never posted: run stoa post --through {period.last}.")
    posted = [known[month] for month in period.months if month in known]
    softly = [row.month for row in posted if row.is_soft_closed]
    waiting = [row.month for row in posted if not row.is_closed and not row.is_soft_closed]
    if softly:
        found.append(f"{_names(softly, 'is', 'are')} softly closed: adjustments may still come.")
    if waiting:
        found.append(f"{_names(waiting, 'is', 'are')} open: figures may still move.")
    return tuple(found)


def _names(months: Sequence[Month], one: str, more: str) -> str:
    return f"{', '.join(month_words(month) for month in months)} {one if len(months) == 1 else more}"
