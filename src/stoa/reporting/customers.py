"""Customers: what they owe by age, who weighs more than a tenth, how many pay and how much of them stays."""

from collections import defaultdict
from datetime import date, timedelta

from stoa.kernel.spans import Period, add_months
from stoa.ledger import api as ledger
from stoa.policies.grid import Grid
from stoa.policies.kinds.activity import ActivityReported
from stoa.policies.kinds.credit_losses import AllowanceEstimated
from stoa.policies.kinds.frame import Filed
from stoa.policies.kinds.receivables import USUAL_CLASSES, age, groups, open_items
from stoa.reporting.cube import Cube
from stoa.reporting.layout import Layout, day_words
from stoa.reporting.papers import Papers
from stoa.reporting.tables import COUNT, MEMO, PERCENT, TOTAL, Column, Table, Tie

_SHOWN = 10
_THRESHOLD = 1_000  # hundredths of a per cent: ten per cent


def aging(cube: Cube, papers: Papers, period: Period) -> tuple[Table, tuple[Tie, ...]]:
    """Return what customers owe by days past due: the largest, all others, and that it is the receivable of the books."""
    day = min(period.end_on, papers.until)
    known = papers.known(day)
    estimates = [each.facts for each in known if isinstance(each.facts, AllowanceEstimated)]
    classes = estimates[-1].buckets if estimates else USUAL_CLASSES
    items = [item for item in open_items(known) if item.currency == papers.currency]
    aged = age(items, classes, day, group_of=groups(known))
    columns = [*(Column(name, group="age") for name in aged.classes), Column("Total", group="age")]
    sheet = Layout("receivables-aging", "Accounts receivable by days past due", columns)
    rows = [row for row in aged.rows if row.currency == papers.currency]
    lines = [
        sheet.line(
            row.customer,
            (*row.by_class, row.total_minor),
            accounts=("1100",),
            note=f"{len(row.invoices)} open invoices.",
        )
        for row in rows[:_SHOWN]
    ]
    if len(rows) > _SHOWN:
        rest = rows[_SHOWN:]
        sums = [sum(row.by_class[index] for row in rest) for index in range(len(aged.classes))]
        lines.append(
            sheet.line(
                f"{len(rest):,} other customers", (*sums, sum(sums)), accounts=("1100",), note="Added up."
            )
        )
    if aged.not_covered:
        outside = sum(item.open_minor for item in aged.not_covered)
        cells = (*[0] * len(aged.classes), outside)
        lines.append(sheet.line("In no class of the estimate", cells, accounts=("1100",), note="Not aged."))
    total = sheet.sum("Accounts receivable, gross", lines, kind=TOTAL, level=0)
    if not lines:
        sheet.say("No invoice is open.")
    tie = Tie(
        "receivables-aging",
        "Open invoices are the receivable of the books",
        sheet.amounts(total)[-1],
        cube.closing(["1100"], period.last),
    )
    return sheet.table(), (tie,)


def concentration(cube: Cube, papers: Papers, period: Period) -> Table:
    """Return the customers (those under common control as one) that weigh most in revenue and receivables."""
    sheet = Layout(
        "concentration",
        "Concentration of customers",
        [Column("Amount", group="share"), Column("Share", group="share")],
    )
    start, end = period.start_on, period.end_on
    of_group = groups(papers.known(end))
    revenue: dict[str, int] = defaultdict(int)
    for sign, day in ((1, end), (-1, start)):
        for standing in papers.standings(day).values():
            revenue[of_group.get(standing.customer, standing.customer)] += sign * standing.earned_minor
    total = -cube.moved(cube.codes(ledger.REVENUE), period.first, period.last)
    owed: dict[str, int] = defaultdict(int)
    for item in open_items(papers.known(end)):
        if item.currency == papers.currency:
            owed[of_group.get(item.customer, item.customer)] += item.open_minor
    gross = cube.closing(["1100"], period.last)
    for title, amounts, base in (
        ("Revenue of the period", revenue, total),
        ("Accounts receivable, gross", owed, gross),
    ):
        sheet.heading(title)
        ranked = sorted(amounts.items(), key=lambda item: (-item[1], item[0]))
        heavy = [
            (name, amount) for name, amount in ranked if base > 0 and amount * 10_000 > _THRESHOLD * base
        ]
        for name, amount in heavy or ranked[:1]:
            _share_line(sheet, name, amount, base, title)
        if not heavy:
            sheet.say(f"{title}: no customer above 10 %.")
        elif title == "Revenue of the period":
            sheet.say(f"{title}: {len(heavy)} above 10 %.")
    sheet.say("Customers under common control count as one. Consumers are many and each is small.")
    return sheet.table()


def _share_line(sheet: Layout, name: str, amount: int, base: int, title: str) -> None:
    share = (2 * 10_000 * amount + base) // (2 * base) if base > 0 else 0
    sheet.line(name, (amount, None), note=f"{title} of {name}, from its contracts and invoices.")
    sheet.line(
        f"{name}, share", (None, share), unit=PERCENT, kind=MEMO, level=2, note=f"Of {title.lower()}, in all."
    )


def key_figures(papers: Papers, period: Period) -> Table:
    """Return paying customers, net retention and registered learners, at the end and a year before, with how each is made."""
    ends = (period.end_on, period.year_before.end_on)
    columns = [Column(day_words(day - timedelta(days=1)), group="at") for day in ends]
    sheet = Layout("key-figures", "Key figures", columns)
    recurring = {day: recurring_by_customer(papers, day) for day in (*ends, _year_before(ends[1]))}
    sheet.line(
        "Paid enterprise customers",
        [len(recurring[day]) for day in ends],
        unit=COUNT,
        note="Customers with a seat contract that is served on the day and has a price; groups count as one "
        "customer for each name that signed.",
    )
    sheet.line(
        "Annual recurring value of seat contracts",
        [sum(recurring[day].values()) for day in ends],
        note="Price of what is served on the day, by day, times 365.",
    )
    sheet.line(
        "Net retention rate of paid enterprise customers",
        [_retained(recurring[day], recurring[_year_before(day)]) for day in ends],
        unit=PERCENT,
        note="Annual recurring value now of those who were customers a year ago, over their value then: with what "
        "they added and dropped, and without new customers.",
    )
    for measure in sorted({each.facts.measure for each in _counts(papers, ends[0])}):
        latest = [_latest(papers, measure, day) for day in ends]
        sheet.line(
            measure.replace("_", " ").capitalize(),
            [each.count if each else None for each in latest],
            unit=COUNT,
            note="; ".join(f"{each.on}: {each.definition} ({each.reference})" for each in latest if each),
        )
    if not _counts(papers, ends[0]):
        sheet.say(
            "Registered learners: not filed. File activity_reported with the measure registered_learners."
        )
    return sheet.table()


def recurring_by_customer(papers: Papers, day: date) -> dict[str, int]:
    """Annual recurring value of each customer served on the last day before ``day``, in minor units."""
    last = min(day, papers.until) - timedelta(days=1)
    scale = 1 / Grid.of(papers.currency).unit
    values: dict[str, int] = defaultdict(int)
    for standing in papers.standings(day).values():
        if not standing.has_access:
            continue
        for layer in standing.layers:
            days = (layer.end_on - layer.start_on).days
            is_running = layer.start_on <= last < (layer.stops_on or layer.end_on) and last < layer.end_on
            if is_running and days > 0 and layer.amount > 0:
                values[standing.customer] += int(layer.amount * scale * 365 / days)
    return {customer: value for customer, value in values.items() if value}


def _retained(now: dict[str, int], then: dict[str, int]) -> int | None:
    base = sum(then.values())
    if not base:
        return None
    kept = sum(now.get(customer, 0) for customer in then)
    return (2 * 10_000 * kept + base) // (2 * base)


def _year_before(day: date) -> date:
    return add_months(day, -12)


def _counts(papers: Papers, day: date) -> list[Filed]:
    return [each for each in papers.known(day) if isinstance(each.facts, ActivityReported)]


def _latest(papers: Papers, measure: str, day: date) -> ActivityReported | None:
    found = [each.facts for each in _counts(papers, day) if each.facts.measure == measure]
    return max(found, key=lambda facts: facts.on) if found else None
