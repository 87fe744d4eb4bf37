"""Revenue by product and segment, and what each segment leaves after content costs (ASC 606-10-50-5, 280-10-50-30)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from stoa.kernel.spans import Period
from stoa.ledger import api as ledger
from stoa.policies.segments import segment_sets
from stoa.reporting.cube import Cube
from stoa.reporting.layout import Amounts, Layout, flow_columns
from stoa.reporting.operations import COST_OF_REVENUE
from stoa.reporting.tables import PERCENT, TOTAL, Column, Table

#: Content cost is what educator partners are paid for the revenue of the period (ACC-17, ACC-56).
CONTENT_COST = ("5000", "5020")
UNALLOCATED = "Corporate"
_ORDER = ("Consumer", "Enterprise", "Degrees")
_NAMES = {
    "single_course": "Single courses",
    "specialization": "Specializations",
    "professional_certificate": "Professional certificates",
    "catalog_subscription": "Catalog subscriptions",
    "seat_contract": "Seat contracts",
    "degree": "Degree services",
}


@dataclass(frozen=True, slots=True)
class _Dimension:
    """Lines of one segment: which pairs of product and segment of the journal belong to it."""

    name: str
    pairs: frozenset[tuple[str, str]]

    @property
    def products(self) -> tuple[str, ...]:
        return tuple(sorted({product for product, _ in self.pairs if product}))

    @property
    def segments(self) -> tuple[str, ...]:
        return tuple(sorted({segment for _, segment in self.pairs if segment}))


def disaggregation(cube: Cube, period: Period, *, compare: bool) -> Table:
    """Return revenue by product, by the segments of today, and by those reported from 2022, side by side."""
    sheet = Layout("disaggregation", "Revenue by product and segment", flow_columns(period, compare=compare))
    accounts = cube.codes(ledger.REVENUE)
    pairs = _pairs(cube, accounts)
    if not pairs:
        sheet.say("No revenue was posted.")
        return sheet.table()
    three, two = _by_segment(cube, accounts)
    sheet.heading("By product")
    products = sorted({product for product, _ in pairs}, key=lambda each: (each not in _NAMES, each))
    lines = [
        sheet.line(
            _NAMES.get(product, product.replace("_", " ").capitalize() or "No product"),
            _sum_of(cube, accounts, -1, frozenset(pair for pair in pairs if pair[0] == product)),
            accounts=accounts,
            products=[product],
        )
        for product in products
    ]
    sheet.sum("Total revenue", lines, kind=TOTAL)
    for title, dimensions, note in (
        (
            "By segment, two segments from 2025",
            two,
            "Degrees are part of Consumer; earlier periods are recast.",
        ),
        ("By segment, three segments from 2022", three, "As reported until 2024."),
    ):
        sheet.heading(title)
        lines = [
            sheet.line(
                each.name,
                _sum_of(cube, accounts, -1, each.pairs),
                accounts=accounts,
                segments=each.segments,
                products=each.products,
                note=note,
            )
            for each in dimensions
        ]
        sheet.sum("Total revenue", lines, kind=TOTAL)
    return sheet.table()


def segment_margin(cube: Cube, period: Period, *, compare: bool) -> Table:
    """Return revenue less content cost by segment, reconciled to gross profit line by line."""
    sheet = Layout("segment-margin", "Segment margin and gross margin", flow_columns(period, compare=compare))
    revenue_accounts = cube.codes(ledger.REVENUE)
    _, segments = _by_segment(cube, (*revenue_accounts, *CONTENT_COST))
    margins, revenues = [], []
    for each in segments:
        sheet.heading(each.name)
        revenue = sheet.line(
            f"{each.name} revenue",
            _sum_of(cube, revenue_accounts, -1, each.pairs),
            accounts=revenue_accounts,
            segments=each.segments,
            products=each.products,
        )
        cost = sheet.line(
            f"{each.name} content cost",
            _sum_of(cube, CONTENT_COST, 1, each.pairs),
            accounts=CONTENT_COST,
            note="Fees of educator partners for the revenue of the period, and deferred ones amortized in it.",
            segments=each.segments,
            products=each.products,
        )
        margin = sheet.sum(f"{each.name} margin", {revenue: 1, cost: -1})
        percent(sheet, f"{each.name} margin, share of revenue", margin, revenue)
        margins.append(margin)
        revenues.append(revenue)
    sheet.heading("Reconciliation to gross profit")
    total = sheet.sum("Total segment margin", margins)
    others = [
        sheet.line(
            cube.chart[code].name,
            lambda column, code=code: _moved(cube, [code], column),  # type: ignore[misc]
            accounts=[code],
        )
        for code in cube.of_line(COST_OF_REVENUE)
        if code not in CONTENT_COST and cube.rows.get(code)
    ]
    gross = sheet.sum("Gross profit", {total: 1, **dict.fromkeys(others, -1)}, kind=TOTAL)
    all_revenue = sheet.sum("Total revenue", revenues)
    percent(sheet, "Gross margin, share of revenue", gross, all_revenue)
    sheet.say(
        "Segment margin is revenue less content cost. Hosting and support, payment processing, depreciation and "
        "amortization, stock compensation and facilities in cost of revenue belong to no segment."
    )
    return sheet.table()


def percent(sheet: Layout, label: str, part: int, whole: int) -> int:
    """Add a line with the share that one line is of another, in hundredths of a per cent, half up."""
    cells: list[int | None] = []
    for index, column in enumerate(sheet.columns):
        if column.change_of is not None:
            later, earlier = (cells[place] for place in column.change_of)
            cells.append(None if later is None or earlier is None else later - earlier)
            continue
        base = sheet.amounts(whole)[index]
        cells.append((2 * 10_000 * sheet.amounts(part)[index] + base) // (2 * base) if base > 0 else None)
    return sheet.line(
        label,
        cells,
        kind="memo",
        unit=PERCENT,
        note="Share of the line named, in per cent; a change is in points.",
    )


def _pairs(cube: Cube, accounts: Sequence[str]) -> frozenset[tuple[str, str]]:
    return frozenset((row.product, row.segment) for code in accounts for row in cube.rows.get(code, ()))


def _by_segment(cube: Cube, accounts: Sequence[str]) -> tuple[list[_Dimension], list[_Dimension]]:
    """The three segments and the two, with the lines of each; what has neither product nor segment is corporate."""
    pairs = _pairs(cube, accounts)
    three, two = segment_sets(pair for pair in pairs if pair[0])
    return _dimensions(pairs, three.segment_of_product), _dimensions(
        pairs, {**two.segment_of_product, "": ""}, merged=True
    )


def _dimensions(
    pairs: frozenset[tuple[str, str]], segment_of: Mapping[str, str], *, merged: bool = False
) -> list[_Dimension]:
    found: dict[str, set[tuple[str, str]]] = {}
    for product, segment in pairs:
        name = segment_of.get(product) or (
            "Consumer" if merged and segment == "Degrees" else segment or UNALLOCATED
        )
        found.setdefault(name, set()).add((product, segment))
    order = {name: place for place, name in enumerate(_ORDER)}
    return [
        _Dimension(name, frozenset(mine))
        for name, mine in sorted(found.items(), key=lambda item: (order.get(item[0], 9), item[0]))
    ]


def _sum_of(cube: Cube, accounts: Sequence[str], sign: int, pairs: frozenset[tuple[str, str]]) -> Amounts:
    def amounts(column: Column) -> int:
        assert column.first is not None
        assert column.through is not None
        return sign * sum(
            row.amount_minor
            for code in accounts
            for row in cube.rows.get(code, ())
            if column.first <= row.month <= column.through and (row.product, row.segment) in pairs
        )

    return amounts


def _moved(cube: Cube, accounts: Sequence[str], column: Column) -> int:
    assert column.first is not None
    assert column.through is not None
    return cube.moved(accounts, column.first, column.through)
