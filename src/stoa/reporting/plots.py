"""Small plots beside a table: bars for what changes a balance, a line for a balance over weeks."""

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from stoa.reporting.amounts import words
from stoa.reporting.tables import HEADING, MEMO, MONEY, Table

_WIDTH, _HEIGHT = 640, 200
#: Tables whose first column is drawn as bars, a line each.
BARS = ("deferred-revenue", "remaining-obligations", "remaining-obligations-by-year", "disaggregation")
#: Tables whose line is drawn from column to column: the label of that line.
LINES = {"cash-forecast": "Cash at the end of the week"}


def plot_of(table: Table, *, currency: str) -> SafeString:
    """The plot of a table; nothing for tables that have none."""
    if table.name in LINES and table.lines:
        return _line(table, currency)
    if table.name in BARS:
        return _bars(table, currency)
    return mark_safe("")


def _bars(table: Table, currency: str) -> SafeString:
    rows = []
    for line in table.lines:
        amount = line.amounts_minor[0] if line.amounts_minor else None
        if line.kind not in (HEADING, MEMO) and line.unit == MONEY and amount:
            rows.append((line.label, amount))
    if not rows:
        return mark_safe("")
    rows = rows[:12]
    top = max(abs(amount) for _, amount in rows)
    height = 26 * len(rows) + 8
    bars = (
        (
            *(22 + 26 * index, label, 8 + 26 * index),
            *("bar" if amount > 0 else "less", f"{max(300 * abs(amount) / top, 1):.1f}"),
            *(
                f"{246 + 300 * abs(amount) / top:.1f}",
                22 + 26 * index,
                words(amount, unit=MONEY, currency=currency),
            ),
        )
        for index, (label, amount) in enumerate(rows)
    )
    return _figure(
        table,
        height,
        format_html_join(
            "",
            '<text x="232" y="{}" text-anchor="end">{}</text><rect x="240" y="{}" class="{}" width="{}" height="18"/>'
            '<text x="{}" y="{}">{}</text>',
            (
                (y, label[:38], top_y, name, width, x, y2, text)
                for y, label, top_y, name, width, x, y2, text in bars
            ),
        ),
    )


def _line(table: Table, currency: str) -> SafeString:
    amounts = [amount or 0 for amount in table.line(LINES[table.name]).amounts_minor]
    if len(amounts) < 2:
        return mark_safe("")
    low, high = min(0, *amounts), max(0, *amounts)
    step = (_WIDTH - 20) / (len(amounts) - 1)

    def y(amount: int) -> float:
        return 20 + (_HEIGHT - 50) * (high - amount) / max(high - low, 1)

    points = " ".join(f"{10 + step * index:.1f},{y(amount):.1f}" for index, amount in enumerate(amounts))
    return _figure(
        table,
        _HEIGHT,
        format_html(
            '<path class="axis" d="M10 {}H{}"/><polyline class="line" points="{}"/>'
            '<text x="10" y="14">{}</text><text x="{}" y="{}" text-anchor="end">{}</text>',
            *(f"{y(0):.1f}", _WIDTH - 10, points, words(amounts[0], unit=MONEY, currency=currency)),
            *(_WIDTH - 10, _HEIGHT - 6, words(amounts[-1], unit=MONEY, currency=currency)),
        ),
    )


def _figure(table: Table, height: int, drawn: SafeString) -> SafeString:
    return format_html(
        '<svg class="plot" viewBox="0 0 {} {}" role="img" aria-label="{}, drawn; the table has the same figures">'
        "{}</svg>",
        *(_WIDTH, height, table.title, drawn),
    )
