"""The statement of cash flows: indirect, with the direct one beside it as its proof (ASC 230-10-45-25, 45-28)."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from stoa.kernel.spans import Month, Period
from stoa.policies.cash_activities import (
    ADJUSTMENT_LABELS,
    CASH_ACCOUNTS,
    CASH_ACTIVITIES,
    CHANGE_LABELS,
    CLASSES,
    EXCHANGE,
    FINANCING,
    INVESTING,
    OPENING,
    OPERATING,
    TRANSFER,
    class_of,
    label_of,
    place_of,
    place_of_result,
)
from stoa.reporting.cube import Cube
from stoa.reporting.layout import Layout, flow_columns
from stoa.reporting.operations import moved
from stoa.reporting.tables import MEMO, TOTAL, Column, Table, Tie


@dataclass(slots=True)
class _Flow:
    """Amounts of one line, by column, and what made them."""

    amounts: dict[int, int] = field(default_factory=lambda: defaultdict(int))
    accounts: set[str] = field(default_factory=set)
    activities: set[str] = field(default_factory=set)

    def add(self, column: int, amount: int, account: str, activity: str) -> None:
        self.amounts[column] += amount
        self.accounts.add(account)
        self.activities.add(activity)


_Flows = dict[str, _Flow]


@dataclass(slots=True)
class _Gathered:
    """The journal sorted into the lines of the statement."""

    adjustments: _Flows = field(default_factory=lambda: defaultdict(_Flow))
    changes: _Flows = field(default_factory=lambda: defaultdict(_Flow))
    mirrored: _Flows = field(default_factory=lambda: defaultdict(_Flow))
    direct: dict[str, _Flows] = field(default_factory=lambda: {name: defaultdict(_Flow) for name in CLASSES})


def cash_flows(cube: Cube, period: Period, *, compare: bool) -> tuple[Table, tuple[Tie, ...]]:
    """Return the statement of cash flows, and that it arrives at the cash held and agrees with its direct form."""
    columns = flow_columns(period, compare=compare)
    sheet = Layout("cash-flows", "Statements of cash flows", columns)
    found = _gather(cube, columns)
    sheet.heading("Operating activities")
    net = sheet.line(
        "Net income (loss)", lambda column: -moved(cube, cube.results, column), accounts=cube.results, level=1
    )
    sheet.heading("Adjustments", level=1)
    operating = [net, *_lines(sheet, found.adjustments, ADJUSTMENT_LABELS, level=2)]
    sheet.heading("Changes in operating assets and liabilities", level=1)
    operating += _lines(sheet, found.changes, CHANGE_LABELS, level=2)
    operating += _other(sheet, found)
    total_operating = sheet.sum("Net cash from operating activities", operating, kind=TOTAL)
    totals = [total_operating]
    for name, title, words in (
        (INVESTING, "Investing activities", "Net cash from investing activities"),
        (FINANCING, "Financing activities", "Net cash from financing activities"),
    ):
        sheet.heading(title)
        labels = [label for cash_class, label in CASH_ACTIVITIES.values() if cash_class == name]
        totals.append(sheet.sum(words, _lines(sheet, found.direct[name], labels, level=1), kind=TOTAL))
    for name in (EXCHANGE, OPENING, TRANSFER):
        totals += _lines(sheet, found.direct[name], (), level=1)
    change = sheet.sum("Change in cash, cash equivalents and restricted cash", totals)
    opening = sheet.line(
        "Cash, cash equivalents and restricted cash at the beginning",
        lambda column: cube.closing(CASH_ACCOUNTS, _before(column)),
        accounts=CASH_ACCOUNTS,
    )
    closing = sheet.sum(
        "Cash, cash equivalents and restricted cash at the end", [change, opening], kind=TOTAL, level=0
    )
    _parts_of_cash(sheet, cube)
    direct = _direct(sheet, found)
    _not_cash(sheet, cube)
    held = cube.closing(CASH_ACCOUNTS, period.last)
    ties = (
        Tie("cash-flows", "Cash flows arrive at the cash held", sheet.amounts(closing)[0], held),
        Tie(
            "cash-flows",
            "Operating cash by the indirect and the direct method",
            sheet.amounts(total_operating)[0],
            sheet.amounts(direct)[0],
        ),
    )
    return sheet.table(), ties


def _gather(cube: Cube, columns: Sequence[Column]) -> _Gathered:
    found = _Gathered()
    results = set(cube.results)
    spans = [(index, column.first, column.through) for index, column in enumerate(columns) if column.first]
    for account, rows in cube.rows.items():
        name = cube.chart[account].name
        for row in rows:
            inside = [index for index, first, last in spans if first <= row.month <= (last or row.month)]
            for index in inside:
                where = (index, account, row.activity)
                if account in CASH_ACCOUNTS:
                    flows = found.direct[class_of(row.activity)]
                    flows[label_of(row.activity, row.segment)].add(
                        index, row.amount_minor, account, row.activity
                    )
                elif account in results:
                    place = place_of_result(account, row.activity)
                    if place is not None:
                        found.adjustments[place.label].add(index, row.amount_minor, account, row.activity)
                        found.mirrored[place.cash_class].add(index, -row.amount_minor, *where[1:])
                else:
                    place = place_of(account, row.activity, name)
                    if place.cash_class != OPERATING:
                        target = found.mirrored[place.cash_class]
                    elif place.is_adjustment:
                        target = found.adjustments[place.label]
                    else:
                        target = found.changes[place.label]
                    target.add(index, -row.amount_minor, account, row.activity)
    return found


def _lines(sheet: Layout, flows: _Flows, order: Iterable[str], *, level: int) -> list[int]:
    added = []
    for label in dict.fromkeys([*(each for each in order if each in flows), *sorted(flows)]):
        flow = flows[label]
        if any(flow.amounts.values()):
            added.append(
                sheet.line(
                    label,
                    _by_column(sheet, flow),
                    accounts=sorted(flow.accounts),
                    activities=sorted(flow.activities),
                    level=level,
                )
            )
    return added


def _by_column(sheet: Layout, flow: _Flow) -> tuple[int, ...]:
    cells: list[int] = []
    for index, column in enumerate(sheet.columns):
        if column.change_of is None:
            cells.append(flow.amounts.get(index, 0))
        else:
            cells.append(cells[column.change_of[0]] - cells[column.change_of[1]])
    return tuple(cells)


def _other(sheet: Layout, found: _Gathered) -> list[int]:
    """What is investing or financing on one side of its entry alone: shown, so that the statement ties."""
    other = _Flow()
    for name in (*CLASSES[1:],):
        sides = ((found.mirrored[name], 1), *((flow, -1) for flow in found.direct[name].values()))
        for flow, sign in sides:
            for index, amount in flow.amounts.items():
                other.amounts[index] += sign * amount
        if any(_difference(found, name, index) for index in range(len(sheet.columns))):
            for flow, _ in sides:
                other.accounts |= flow.accounts
                other.activities |= flow.activities
    if not any(other.amounts.values()):
        return []
    return [
        sheet.line(
            "Other non-cash items, net",
            _by_column(sheet, other),
            accounts=sorted(other.accounts),
            activities=sorted(other.activities),
            level=2,
            note="Investing and financing movements whose other side is neither cash nor of the same class.",
        )
    ]


def _difference(found: _Gathered, name: str, index: int) -> int:
    direct = sum(flow.amounts.get(index, 0) for flow in found.direct[name].values())
    return found.mirrored[name].amounts.get(index, 0) - direct


def _parts_of_cash(sheet: Layout, cube: Cube) -> None:
    sheet.heading("Cash, cash equivalents and restricted cash at the end")
    lines = dict.fromkeys(cube.chart[code].statement_line for code in CASH_ACCOUNTS if code in cube.chart)
    for label in lines:
        codes = [code for code in cube.of_line(label) if code in CASH_ACCOUNTS]
        sheet.line(
            label,
            lambda column, codes=codes: cube.closing(codes, column.through or column.first),  # type: ignore[misc]
            kind=MEMO,
            accounts=codes,
        )


def _direct(sheet: Layout, found: _Gathered) -> int:
    sheet.heading("Operating activities by the direct method")
    lines = _lines(sheet, found.direct[OPERATING], (), level=1)
    return sheet.sum("Net cash from operating activities, direct", lines, kind=TOTAL)


def _not_cash(sheet: Layout, cube: Cube) -> None:
    """Supplemental: what was paid for taxes and interest, and what was bought or financed without cash."""
    sheet.heading("Supplemental")
    for label, accounts, activities, sign in (
        ("Cash paid for income taxes", ("2050", "8000"), _TAX_PAID, 1),
        ("Cash paid for interest", CASH_ACCOUNTS, _INTEREST_PAID, -1),
        ("Right-of-use assets obtained for lease liabilities", ("2040", "2140"), _LEASES_BEGUN, -1),
    ):
        sheet.line(
            label,
            lambda column, codes=accounts, words=activities, sign=sign: (  # type: ignore[misc]
                sign * cube.moved(codes, column.first, column.through, activities=words)
            ),
            kind=MEMO,
            accounts=accounts,
            activities=activities,
        )
    owed = ("addition", "purchase_of_assets", "software_cost", "purchase_of_intangibles")
    sheet.line(
        "Long-lived assets bought and not yet paid, at the end",
        lambda column: (
            -cube.moved(["2000"], Month(1900, 2), column.through or Month(1900, 2), activities=owed)
        ),
        kind=MEMO,
        accounts=("2000",),
        activities=owed,
    )


_TAX_PAID = ("payment", "interest_and_penalties", "settlement")
_INTEREST_PAID = ("interest_paid", "interest_payment")
_LEASES_BEGUN = ("addition", "commencement")


def _before(column: Column) -> Month:
    assert column.first is not None
    return column.first.plus(-1)
