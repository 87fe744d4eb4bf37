"""What is promised and not yet earned: the bridge from revenue to billings to it, and when it will be earned (606-10-50-13).

Seat contracts are measured from their documents; consumers pay before they are served, so that what remains promised
to them is their deferred revenue. Degree services and contracts billed by what may be invoiced are left out
(606-10-50-14 and 50-14A): their price depends on students who have not enrolled yet.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from itertools import pairwise

from stoa.kernel.spans import Month, Period, add_months
from stoa.policies.grid import Grid
from stoa.policies.kinds.seat_contracts import PRODUCT, SeatContractSigned, SignedContract
from stoa.policies.layers import earned_before
from stoa.reporting.cube import Cube
from stoa.reporting.layout import Layout, flow_columns
from stoa.reporting.papers import Papers, Standing
from stoa.reporting.tables import MEMO, TOTAL, Column, Table, Tie

DEFERRED = ("2100", "2110")
CONTRACT_ASSETS = ("1150",)
REVENUE = ("4000",)
_BANDS = (12, 24, 36)
_DOCUMENTS = "From the seat contracts as their documents stood on that day."


def remaining_obligations(
    cube: Cube, papers: Papers, period: Period, *, compare: bool
) -> tuple[Table, tuple[Tie, ...]]:
    """Return what remained promised, what was signed, changed and earned, and what remains; billings beside it."""
    sheet = Layout(
        "remaining-obligations",
        "Remaining performance obligations, bridged to revenue and billings",
        flow_columns(period, compare=compare),
    )
    cells = [_bridge(cube, papers, column) for column in sheet.columns if column.change_of is None]

    def row(name: str) -> tuple[int, ...]:
        amounts, plain = [], iter(cells)
        for column in sheet.columns:
            if column.change_of is None:
                amounts.append(next(plain)[name])
            else:
                amounts.append(amounts[column.change_of[0]] - amounts[column.change_of[1]])
        return tuple(amounts)

    sheet.heading("Seat contracts")
    opening = sheet.line("Remaining at the beginning", row("opening"), note=_DOCUMENTS)
    parts = [
        opening,
        sheet.line("Contracts signed", row("signed"), note="Price at signing of contracts new in the books."),
        sheet.line("Changes and early ends", row("changed"), note="Change of the price of all contracts."),
        sheet.line(
            "Recognized as revenue", row("earned"), accounts=REVENUE, products=[PRODUCT], note=_DOCUMENTS
        ),
    ]
    closing = sheet.sum("Remaining at the end, seat contracts", parts, kind=TOTAL)
    sheet.line("of which not billed yet", row("backlog"), kind=MEMO, note="Price less what is invoiced.")
    sheet.line(
        "of which billed: deferred revenue less contract assets",
        row("net_liability"),
        kind=MEMO,
        accounts=(*DEFERRED, *CONTRACT_ASSETS),
        products=[PRODUCT],
        note="Billed less earned, contract by contract.",
    )
    consumer = sheet.line(
        "Consumer, paid in advance",
        row("consumer"),
        accounts=DEFERRED,
        note="Deferred revenue of other products.",
    )
    sheet.sum("Remaining at the end", [closing, consumer], kind=TOTAL, level=0)
    sheet.heading("Revenue to billings, all products")
    sheet.sum(
        "Billings",
        [
            sheet.line("Revenue", row("revenue"), accounts=REVENUE),
            sheet.line("Change in deferred revenue", row("deferred"), accounts=DEFERRED),
            sheet.line("Change in contract assets", row("assets"), accounts=CONTRACT_ASSETS),
        ],
        kind=TOTAL,
    )
    journal = -cube.moved(REVENUE, period.first, period.last, products=[PRODUCT])
    ties = (
        Tie(
            "remaining-obligations",
            "Revenue of seat contracts, from documents and in the journal",
            -row("earned")[0],
            journal,
        ),
    )
    return sheet.table(), ties


def _bridge(cube: Cube, papers: Papers, column: Column) -> dict[str, int]:
    assert column.first is not None
    assert column.through is not None
    before, after = (
        papers.standings(column.first.start_on),
        papers.standings(column.through.end_on),
    )
    opening = sum(each.remaining_minor for each in before.values())
    closing = sum(each.remaining_minor for each in after.values())
    earned = sum(each.earned_minor for each in after.values()) - sum(
        each.earned_minor for each in before.values()
    )
    signed = sum(
        _price_at_signing(contract)
        for contract in papers.contracts(column.through.end_on)
        if contract.signed.facts.reference in after and contract.signed.facts.reference not in before
    )
    span = (column.first, column.through)
    return {
        "opening": opening,
        "signed": signed,
        "changed": closing - opening - signed + earned,
        "earned": -earned,
        "backlog": sum(each.price_minor - each.billed_minor for each in after.values()),
        "net_liability": sum(each.billed_minor - each.earned_minor for each in after.values()),
        "consumer": _deferred_by_others(cube, after.values(), column.through),
        "revenue": -cube.moved(REVENUE, *span),
        "deferred": -cube.moved(DEFERRED, *span),
        "assets": -cube.moved(CONTRACT_ASSETS, *span),
    }


def _deferred_by_others(cube: Cube, seats: Iterable[Standing], through: Month) -> int:
    """Deferred revenue without that of degrees and of seat contracts, as their documents say: an opening balance names no product."""
    deferred = -sum(
        row.amount_minor
        for code in DEFERRED
        for row in cube.rows.get(code, ())
        if row.month <= through and row.segment != "Degrees"
    )
    return deferred - sum(max(each.billed_minor - each.earned_minor, 0) for each in seats)


def _price_at_signing(contract: SignedContract) -> int:
    signed: SeatContractSigned = contract.signed.facts
    _, price, _, _ = SignedContract(contract.signed, []).measured(signed.signed_on)
    return price


def obligations_by_year(cube: Cube, papers: Papers, period: Period) -> Table:
    """Return when what remains promised will be earned: in the next year, the two after it, and later."""
    columns = [
        *(Column(f"{words} twelve months", group="bands") for words in ("Next", "Second", "Third")),
        Column("Later", group="bands"),
        Column("Total", group="bands"),
    ]
    sheet = Layout(
        "remaining-obligations-by-year", "Remaining performance obligations by year of revenue", columns
    )
    day = min(period.end_on, papers.until)
    seats, later_seats = [0] * 4, 0
    standings = papers.standings(day).values()
    for standing in standings:
        years = _by_year(standing, day, papers.currency)
        for index, amount in enumerate(years):
            seats[index] += amount
        later_seats += max(standing.billed_minor - standing.earned_minor - years[0], 0)
    paid = _deferred_by_others(cube, standings, period.last)
    beyond = min(max(-cube.closing(["2110"], period.last) - later_seats, 0), max(paid, 0))
    rows = [
        sheet.line("Seat contracts", (*seats, sum(seats)), note=_DOCUMENTS),
        sheet.line(
            "Consumer, paid in advance",
            (paid - beyond, beyond, 0, 0, paid),
            accounts=DEFERRED,
            note="What is not current is earned in the second year: no consumer pays for more than two.",
        ),
    ]
    sheet.sum("Remaining performance obligations", rows, kind=TOTAL, level=0)
    sheet.say(
        "Degree services are left out: their price is variable and belongs to terms to come (606-10-50-14A)."
    )
    return sheet.table()


def _by_year(standing: Standing, day: date, currency: str) -> Sequence[int]:
    """What a contract will earn in the next years, and after them; in all exactly what remains of it."""
    grid = Grid.of(currency)
    scale = 1 / grid.unit
    to_dates = [
        int(earned_before(standing.layers, add_months(day, months), grid) * scale) for months in _BANDS
    ]
    to_dates = [max(each, standing.earned_minor) for each in to_dates]
    bounds = [standing.earned_minor, *to_dates, standing.price_minor]
    return [after - before for before, after in pairwise(bounds)]
