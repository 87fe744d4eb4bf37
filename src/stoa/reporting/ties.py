"""Figures that the statements of a period find in two ways, found alone: what a close asks of them."""

from stoa.kernel.spans import Period
from stoa.ledger import api as ledger
from stoa.policies.kinds.frame import Filed
from stoa.reporting import cube as cubes
from stoa.reporting.balance_sheet import balance_sheet
from stoa.reporting.cash_flows import cash_flows
from stoa.reporting.customers import aging
from stoa.reporting.equity import equity
from stoa.reporting.obligations import remaining_obligations
from stoa.reporting.operations import net_income_ties, operations
from stoa.reporting.papers import Papers
from stoa.reporting.roll_forwards import roll_forwards
from stoa.reporting.tables import Tie


def ties(*, entity: str, period: Period, currency: str, filed: tuple[Filed, ...]) -> tuple[Tie, ...]:
    """Return the ties of ``statements``, in their order, without making any other table.

    ``filed`` are the documents that plain Python accounts for and that count by the end of the period.
    """
    cube = cubes.read(entity=entity, through=period.last, currency=currency)
    posted = [row.month for row in ledger.periods_of(entity) if row.month <= period.last]
    papers = Papers(filed, currency, posted[-1].end_on if posted else period.end_on)
    return (
        *balance_sheet(cube, period, compare=False)[1],
        *net_income_ties(cube, operations(cube, period, compare=False)),
        *equity(cube, period, compare=False)[1],
        *cash_flows(cube, period, compare=False)[1],
        *roll_forwards(cube, period, compare=False)[1],
        *remaining_obligations(cube, papers, period, compare=False)[1],
        *aging(cube, papers, period)[1],
    )
