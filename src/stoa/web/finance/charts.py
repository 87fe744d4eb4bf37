"""Charts of the finance pages: SVG drawn on the server, colored by the page's own CSS, with a table beside each."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from stoa.kernel.spans import Month
from stoa.reporting import api as reporting
from stoa.subledger import api as subledger
from stoa.web.finance.templatetags.finance import month_short, words_of


def waterfall_svg(total: reporting.RollForwardRow, currency: str) -> SafeString:
    """Opening, billed, recognized, refunded, what else moved it, closing as steps of a waterfall."""
    steps = [
        (_("Opening"), 0, total.opening_minor, "level"),
        (_("Billed"), total.opening_minor, total.opening_minor + total.billed_minor, "up"),
        (
            _("Recognized"),
            total.opening_minor + total.billed_minor,
            total.opening_minor + total.billed_minor - total.recognized_minor,
            "down",
        ),
        (
            _("Refunded"),
            total.opening_minor + total.billed_minor - total.recognized_minor,
            total.closing_minor - total.other_minor,
            "down",
        ),
        *(
            [
                (
                    _("Reserve and other"),
                    total.closing_minor - total.other_minor,
                    total.closing_minor,
                    "up" if total.other_minor > 0 else "down",
                )
            ]
            if total.other_minor
            else []
        ),
        (_("Closing"), 0, total.closing_minor, "level"),
    ]
    top = max(1, *(max(start, end) for _label, start, end, _kind in steps))
    width, height, gap, base = 640, 250, 20, 208
    column = (width - gap * (len(steps) - 1)) / len(steps)

    def y(value: int) -> float:
        return base - (base - 34) * max(value, 0) / top

    bars, words, joints = [], [], []
    for index, (label, start, end, kind) in enumerate(steps):
        x = index * (column + gap)
        upper, lower = min(y(start), y(end)), max(y(start), y(end))
        bars.append((kind, f"{x:.1f}", f"{upper:.1f}", f"{column:.1f}", f"{max(lower - upper, 1.5):.1f}"))
        shown = end if kind == "level" else end - start
        sign = "−" if shown < 0 else "+" if kind == "up" and shown else ""
        words.append(
            (
                f"{x + column / 2:.1f}",
                f"{upper - 8:.1f}",
                f"{sign}{words_of(abs(shown), currency)}",
                f"{base + 22}",
                label,
            )
        )
        if index < len(steps) - 1:
            joints.append((f"{x + column:.1f}", f"{x + column + gap:.1f}", f"{y(end):.1f}"))
    return _svg(
        width,
        height,
        "waterfall",
        _("Deferred revenue from opening to closing; the table below holds the same figures."),
        format_html_join("", '<rect class="bar bar--{}" x="{}" y="{}" width="{}" height="{}"/>', bars),
        format_html_join("", '<path class="joint" d="M{0} {2}H{1}"/>', joints),
        format_html('<path class="axis" d="M0 {0}H{1}"/>', base, width),
        format_html_join(
            "",
            '<text x="{0}" y="{1}" class="figure-words">{2}</text><text x="{0}" y="{3}" class="label">{4}</text>',
            words,
        ),
    )


def bars_svg(months: Sequence[tuple[Month, int]], currency: str) -> SafeString:
    """One bar a month."""
    if not months:
        return SafeString("")
    width, height, base, gap = 640, 200, 166, 14
    column = min(90.0, (width - gap * (len(months) - 1)) / len(months))
    top = max(1, *(abs(value) for _month, value in months)) if len(months) > 1 else max(1, abs(months[0][1]))
    bars, words = [], []
    for index, (month, value) in enumerate(months):
        x = index * (column + gap)
        tall = (base - 30) * abs(value) / top
        last = "bar--last" if index == len(months) - 1 else "bar--level"
        bars.append((last, f"{x:.1f}", f"{base - tall:.1f}", f"{column:.1f}", f"{max(tall, 1.5):.1f}"))
        words.append(
            (
                f"{x + column / 2:.1f}",
                f"{base - tall - 8:.1f}",
                words_of(value, currency),
                base + 22,
                month_short(month),
            )
        )
    return _svg(
        width,
        height,
        "bars",
        _("Revenue by month; the table below holds the same figures."),
        format_html_join("", '<rect class="bar {}" x="{}" y="{}" width="{}" height="{}"/>', bars),
        format_html('<path class="axis" d="M0 {0}H{1}"/>', base, width),
        format_html_join(
            "",
            '<text x="{0}" y="{1}" class="figure-words">{2}</text><text x="{0}" y="{3}" class="label">{4}</text>',
            words,
        ),
    )


def years_svg(words: str, currency: str, years: Sequence[subledger.YearAmount]) -> SafeString:
    """One bar a year from the day on, and one for all that lies beyond."""
    width, height, base, gap = 640, 180, 146, 14
    column = min(90.0, (width - gap * (len(years) - 1)) / max(1, len(years)))
    top = max(1, *(abs(each.amount_minor) for each in years), 1)
    bars, figures = [], []
    for index, each in enumerate(years):
        x = index * (column + gap)
        tall = (base - 30) * abs(each.amount_minor) / top
        bars.append(
            ("bar--level", f"{x:.1f}", f"{base - tall:.1f}", f"{column:.1f}", f"{max(tall, 1.5):.1f}")
        )
        label = str(each.ends_on.year) if each.ends_on else _("later")
        figures.append(
            (
                f"{x + column / 2:.1f}",
                f"{base - tall - 8:.1f}",
                words_of(each.amount_minor, currency),
                base + 22,
                label,
            )
        )
    return _svg(
        width,
        height,
        "bars",
        _("{words} by year; the table below holds the same figures.").format(words=words),
        format_html_join("", '<rect class="bar {}" x="{}" y="{}" width="{}" height="{}"/>', bars),
        format_html('<path class="axis" d="M0 {0}H{1}"/>', base, width),
        format_html_join(
            "",
            '<text x="{0}" y="{1}" class="figure-words">{2}</text><text x="{0}" y="{3}" class="label">{4}</text>',
            figures,
        ),
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
