"""Charts of the finance pages: SVG drawn on the server, colored by the page's own CSS, with a table beside each."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from stoa.kernel.spans import Month
from stoa.reporting import api as reporting
from stoa.subledger import api as subledger
from stoa.web.finance.templatetags.finance import month_short, short_words, words_of


def waterfall_svg(total: reporting.RollForwardRow, currency: str) -> SafeString:
    """Opening, billed, recognized, refunded, what else moved it, closing: a step a row, so that words fit a phone."""
    moves = [
        (_("Billed"), total.billed_minor),
        (_("Recognized"), -total.recognized_minor),
        (_("Refunded"), -total.refunded_minor),
        *([(_("Reserve, other"), total.other_minor)] if total.other_minor else []),
    ]
    steps = [(_("Opening"), 0, total.opening_minor, "level")]
    for label, moved in moves:
        start = steps[-1][2]
        steps.append((label, start, start + moved, "up" if moved > 0 else "down"))
    steps.append((_("Closing"), 0, total.closing_minor, "level"))
    low = min(0, *(end for _label, _start, end, _kind in steps))
    top = max(low + 1, *(end for _label, _start, end, _kind in steps))
    width, row, left, room = 640, 40, 156, 300

    def x(value: int) -> float:
        return left + room * (value - low) / (top - low)

    bars, words, joints = [], [], []
    for index, (label, start, end, kind) in enumerate(steps):
        y = 6 + index * row
        first, last = sorted((x(start), x(end)))
        bars.append((kind, f"{first:.1f}", y, f"{max(last - first, 1.5):.1f}", row - 12))
        shown = end if kind == "level" else end - start
        sign = "\N{MINUS SIGN}" if shown < 0 else "+" if kind == "up" else ""
        words.append((y + 20, label, f"{last + 8:.1f}", f"{sign}{words_of(abs(shown), currency)}"))
        if index < len(steps) - 1:
            joints.append((f"{x(end):.1f}", y + row - 12, y + row))
    return _svg(
        width,
        row * len(steps),
        "waterfall",
        _("Deferred revenue from opening to closing; the table below holds the same figures."),
        format_html_join("", '<rect class="bar bar--{}" x="{}" y="{}" width="{}" height="{}"/>', bars),
        format_html_join("", '<path class="joint" d="M{0} {1}V{2}"/>', joints),
        format_html_join(
            "",
            '<text x="0" y="{0}" class="label label--row">{1}</text>'
            '<text x="{2}" y="{0}" class="figure-words figure-words--row">{3}</text>',
            words,
        ),
    )


def bars_svg(months: Sequence[tuple[Month, int]], currency: str, *, words: str | None = None) -> SafeString:
    """One column a month: revenue, or what ``words`` say."""
    names = [month_short(month) for month, _value in months]
    short = names if len(months) <= 5 else [name.split(" ")[0].rstrip(".") for name in names]
    return _columns(
        [(label, name, value) for label, name, (_month, value) in zip(short, names, months, strict=True)],
        currency,
        _("{words} by month; the table holds the same figures.").format(words=words or _("Revenue")),
        marked=len(months) - 1,
    )


def years_svg(words: str, currency: str, years: Sequence[subledger.YearAmount]) -> SafeString:
    """One column a year from the day on, and one for all that lies beyond."""
    names = [str(each.ends_on.year) if each.ends_on else _("later") for each in years]
    return _columns(
        [(name, name, each.amount_minor) for name, each in zip(names, years, strict=True)],
        currency,
        _("{words} by year; the table holds the same figures.").format(words=words),
        marked=-1,
    )


def ages_svg(words: str, currency: str, ages: Sequence[tuple[str, int]]) -> SafeString:
    """One column for each age of what is open."""
    return _columns(
        [(name, name, amount_minor) for name, amount_minor in ages],
        currency,
        _("{words} by age; the table holds the same figures.").format(words=words),
        marked=-1,
    )


def _columns(points: Sequence[tuple[str, str, int]], currency: str, label: str, *, marked: int) -> SafeString:
    """Columns above and below a line: a label, the full name and an amount each; short figures where there is room."""
    if not points:
        return SafeString("")
    width, height, head, foot = 640, 200, 30, 34
    low, top = min(0, *(value for *_n, value in points), 0), max(0, *(value for *_n, value in points), 0)
    span = max(1, top - low)
    gap = 14 if len(points) <= 6 else 8
    column = min(90.0, (width - gap * (len(points) - 1)) / len(points))
    under = 24 if low < 0 else 0

    def y(value: int) -> float:
        return head + (height - head - foot - under) * (top - value) / span

    largest = max(range(len(points)), key=lambda index: abs(points[index][2]))
    said = set(range(len(points))) if len(points) <= 6 else {len(points) - 1}
    if len(points) > 6 and largest < len(points) - 2:
        said.add(largest)
    bars, figures, labels = [], [], []
    for index, (short, name, value) in enumerate(points):
        x = index * (column + gap)
        upper, lower = sorted((y(value), y(0)))
        kind = "last" if index == marked else "level"
        tall = max(lower - upper, 1.5)
        bars.append(
            (
                kind,
                *(f"{x:.1f}", f"{upper:.1f}", f"{column:.1f}", f"{tall:.1f}"),
                f"{name}: {words_of(value, currency)}",
            )
        )
        middle = f"{x + column / 2:.1f}"
        if index in said and value:
            figures.append(
                (middle, f"{upper - 8 if value > 0 else lower + 20:.1f}", short_words(value, currency))
            )
        labels.append((middle, height - 6, short))
    return _svg(
        width,
        height,
        "bars",
        label,
        format_html_join(
            "",
            '<rect class="bar bar--{}" x="{}" y="{}" width="{}" height="{}"><title>{}</title></rect>',
            bars,
        ),
        format_html('<path class="axis" d="M0 {0}H{1}"/>', f"{y(0):.1f}", width),
        format_html_join("", '<text x="{}" y="{}" class="figure-words">{}</text>', figures),
        format_html_join("", '<text x="{}" y="{}" class="label">{}</text>', labels),
    )


def pulse_svg(month: Month, days: Mapping[date, tuple[int, int]]) -> SafeString:
    """Receipts above the line, refunds below it, a stroke a day."""
    count = (month.end_on - month.start_on).days
    width, height, base = 640, 96, 66
    step = width / count
    top = max([1, *(receipts for receipts, _refunds in days.values())])
    strokes = []
    for index in range(count):
        receipts, refunds = days.get(month.start_on + timedelta(days=index), (0, 0))
        x = f"{(index + 0.5) * step:.1f}"
        if receipts:
            strokes.append(("pulse--in", x, base - 2, f"{base - 4 - (base - 12) * receipts / top:.1f}"))
        if refunds:
            strokes.append(
                ("pulse--out", x, base + 4, f"{base + 6 + min(22.0, (base - 12) * refunds / top):.1f}")
            )
        if not receipts and not refunds:
            strokes.append(("pulse--rest", x, base, f"{base + 1}"))
    return _svg(
        width,
        height,
        "pulse",
        _("Documents by day: receipts above the line, refunds below it."),
        format_html('<path class="axis" d="M0 {0}H{1}"/>', base + 1, width),
        format_html_join("", '<path class="{0}" d="M{1} {2}V{3}"/>', strokes),
    )


def heat_svg(days: Sequence[tuple[date, int]], currency: str) -> SafeString:
    """A calendar of days, darker where more was earned; weeks run down, months along."""
    if not days:
        return SafeString("")
    days = days[:800]
    cell, gap, left, head = 11, 2, 0, 16
    first = days[0][0] - timedelta(days=days[0][0].weekday())
    weeks = (days[-1][0] - first).days // 7 + 1
    top = max([1, *(amount for _day, amount in days)])
    cells = []
    marks: list[tuple[int, int, str]] = []
    seen: tuple[int, int] | None = None
    for day, amount in days:
        week, weekday = divmod((day - first).days, 7)
        level = 0 if amount == 0 else -1 if amount < 0 else -(-4 * amount // top)
        x, y = left + week * (cell + gap), head + weekday * (cell + gap)
        cells.append(
            (f"heat--{'minus' if level < 0 else level}", x, y, cell, f"{day}: {words_of(amount, currency)}")
        )
        if seen != (day.year, day.month):
            seen = (day.year, day.month)
            if not marks or x - marks[-1][0] > 26:
                marks.append((x, head - 5, month_short(Month.of(day)).split(" ")[0]))
    width = left + weeks * (cell + gap)
    return _svg(
        width,
        head + 7 * (cell + gap),
        "heat",
        _("Revenue by day; the table below adds it up by month."),
        format_html_join(
            "",
            '<rect class="heat {0}" x="{1}" y="{2}" width="{3}" height="{3}" rx="1.5"><title>{4}</title></rect>',
            cells,
        ),
        format_html_join("", '<text x="{}" y="{}" class="label label--start">{}</text>', marks),
    )


def _svg(width: float, height: float, kind: str, label: str, *parts: SafeString) -> SafeString:
    return format_html(
        '<svg class="chart chart--{}" viewBox="0 0 {} {}" width="{}" height="{}" role="img" aria-label="{}">{}</svg>',
        *(kind, width, height, width, height, label),
        format_html_join("", "{}", ((part,) for part in parts)),
    )
