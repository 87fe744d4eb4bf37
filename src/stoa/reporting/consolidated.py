"""The statements of a group: every table that the journal alone can make, made of all its entities' books as one."""

from stoa.kernel.money import exponent_of
from stoa.kernel.refusals import Invalid
from stoa.kernel.spans import Period
from stoa.ledger import api as ledger
from stoa.reporting import group as groups
from stoa.reporting import papers
from stoa.reporting.balance_sheet import balance_sheet
from stoa.reporting.cash_flows import cash_flows
from stoa.reporting.equity import equity
from stoa.reporting.layout import Layout, month_words
from stoa.reporting.measures import adjusted_ebitda, free_cash_flow, stock_compensation
from stoa.reporting.notes import deferred_taxes, estimates, income_taxes
from stoa.reporting.operations import comprehensive_income, net_income_ties, operations, with_per_share
from stoa.reporting.registers import contract_balances, lease_cost
from stoa.reporting.roll_forwards import roll_forwards
from stoa.reporting.segments import disaggregation, segment_margin
from stoa.reporting.shares import income_per_share
from stoa.reporting.tables import LINE, MEMO, Column, Statements, Table, Tie


def consolidated(*, head: str, period: Period, compare: bool = False, currency: str = "USD") -> Statements:
    """Return the statements of ``head`` and every entity registered below it, in ``currency``.

    Lines in other currencies are remeasured and translated, and what entities did with each other is eliminated;
    per-share amounts are those of the head's shares. Raises ``Invalid`` for what is no currency, ``NotFound`` when
    ``head`` is not registered, and ``RateMissing`` naming each exchange rate that is needed.
    """
    try:
        exponent_of(currency)
    except ValueError as error:
        raise Invalid(f"{error}.") from None
    group = groups.read_group(head=head, through=period.last, currency=currency)
    cube = group.cube
    documents = papers.read(entity=head, through=period.last, currency=currency)
    sheet, sheet_ties = balance_sheet(cube, period, compare=compare)
    per_share = income_per_share(cube, documents, period, compare=compare)
    results = with_per_share(operations(cube, period, compare=compare), per_share)
    equity_table, equity_ties = equity(cube, period, compare=compare)
    flows, flow_ties = cash_flows(cube, period, compare=compare)
    rolls, roll_ties = roll_forwards(cube, period, compare=compare)
    return Statements(
        entity=head,
        period=period,
        currency=currency,
        remarks=_remarks(group, period),
        statements=(sheet, results, comprehensive_income(cube, period, compare=compare), equity_table, flows),
        roll_forwards=rolls,
        measures=(
            segment_margin(cube, period, compare=compare),
            adjusted_ebitda(cube, period, compare=compare),
            free_cash_flow(flows),
        ),
        notes=(
            _consolidation(group, period),
            disaggregation(cube, period, compare=compare),
            contract_balances(cube, period, compare=compare),
            lease_cost(cube, period, compare=compare),
            stock_compensation(cube, period, compare=compare),
            per_share,
            income_taxes(cube, period, compare=compare),
            deferred_taxes(cube, period, compare=compare),
            estimates(cube, period, compare=compare),
        ),
        key_figures=Layout("key-figures", "Key figures", ()).table(),
        ties=(
            *sheet_ties,
            *net_income_ties(cube, results),
            *equity_ties,
            *flow_ties,
            *roll_ties,
            *(
                Tie("consolidation", f"{each.entity} and {each.counterparty} agree", each.difference_minor, 0)
                for each in group.disagreements
            ),
        ),
    )


def _remarks(group: groups.Group, period: Period) -> tuple[str, ...]:
    """Open months of any entity, and pairs of entities that do not agree."""
    found = [each.words for each in group.disagreements]
    for member in group.entities:
        known = {row.month: row for row in ledger.periods_of(member.entity)}
        names = ", ".join(
            month_words(month) for month in period.months if month not in known or not known[month].is_closed
        )
        if names:
            found.append(f"{member.entity} has not closed {names}: figures may still move.")
    return tuple(found)


def _consolidation(group: groups.Group, period: Period) -> Table:
    """Which companies are in the statements, what was eliminated by account, and what translating did to equity."""
    sheet = Layout("consolidation", "Consolidation", (Column("To date", None, period.last),))
    for member in group.entities:
        owner = f"owned by {member.parent}" if member.parent else "head of the group"
        sheet.say(
            f"{member.name} ({member.entity}): functional currency {member.functional_currency}, {owner}."
        )
    sheet.heading("Eliminated between entities")
    for account, amount in group.eliminated:
        name = group.cube.chart[account].name
        sheet.line(
            f"{account} {name}", (-amount,), kind=LINE, note="taken out: what entities did with each other"
        )
    sheet.line(
        "Cumulative translation adjustment",
        (-group.translation_minor,),
        kind=MEMO,
        accounts=("3050",),
        note="what translating at closing and average rates leaves, in other comprehensive income",
    )
    return sheet.table()
