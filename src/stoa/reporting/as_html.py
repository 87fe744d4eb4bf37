"""Statements as one accessible page without anything beside it: print it, mail it, keep it."""

from collections.abc import Iterable, Sequence
from pathlib import Path

from django.contrib.staticfiles import finders
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from stoa.reporting.amounts import words
from stoa.reporting.layout import period_words
from stoa.reporting.plots import plot_of
from stoa.reporting.tables import HEADING, Column, Line, Statements, Table, Tie

#: What statements need beside the design system: ruled like an annual report, on paper without color.
_CSS = """
@layer pages {
  .sheet { inline-size: 100%; min-inline-size: 0; max-inline-size: 78rem; margin-inline: auto; padding: var(--s4) clamp(1rem, 4vw, 3rem) var(--s7); }
  .sheet header { border-block-end: 1px solid var(--ink); padding-block-end: var(--s3); margin-block-end: var(--s4); }
  .sheet nav ol { columns: 18rem; } .sheet nav li { padding-block: 0.2rem; break-inside: avoid; }
  .sheet section { margin-block-start: var(--s5); break-inside: avoid-page; }
  .sheet section, .sheet .frame { min-inline-size: 0; max-inline-size: 100%; } .sheet .frame { overflow-x: auto; }
  .sheet table { font-family: var(--serif); }
  .sheet caption { text-align: start; font-size: var(--step-1); font-weight: 600; padding-block-end: var(--s1); }
  .sheet :is(th, td) { padding: 0.3rem 0.6rem; vertical-align: baseline; }
  .sheet thead th { font: 600 var(--step--2) / 1.3 var(--sans); text-align: end; border-block-end: 1px solid var(--ink); min-inline-size: 8rem; vertical-align: bottom; }
  .sheet thead td { border-block-end: 1px solid var(--ink); }
  .sheet tbody th { font-weight: 400; text-align: start; min-inline-size: 16rem; }
  .sheet td { text-align: end; white-space: nowrap; font-variant-numeric: tabular-nums lining-nums; }
  .sheet .heading th, .sheet .total th, .sheet .total td { font-weight: 600; }
  .sheet .sum td, .sheet .total td { border-block-start: 1px solid var(--ink); }
  .sheet .grand td { border-block-end: 3px double var(--ink); }
  .sheet .memo :is(th, td) { color: var(--ink-soft); }
  .sheet .in-2 th { padding-inline-start: 1.8rem; } .sheet .in-3 th { padding-inline-start: 3rem; }
  .sheet .in-1 th { padding-inline-start: 0.9rem; }
  .sheet .remark { border-inline-start: 3px solid var(--caution); padding-inline-start: var(--s2); margin-block: var(--s1); }
  .sheet details { margin-block-start: var(--s1); font-size: var(--step--1); color: var(--ink-soft); }
  .sheet .plot { max-inline-size: 44rem; margin-block: var(--s3); }
  .sheet .plot text { font: 12px var(--sans); fill: var(--ink); } .sheet .plot .bar { fill: var(--accent); }
  .sheet .plot .less { fill: var(--stone-shade); } .sheet .plot .axis { stroke: var(--ink); fill: none; }
  .sheet .plot .line { stroke: var(--accent); stroke-width: 2; fill: none; }
  @media print { .sheet nav, .skip { display: none; } .sheet section { break-before: page; } .sheet { padding: 0; max-inline-size: none; } details { display: none; } }
}
"""


def as_html(report: Statements, *, tables: Sequence[Table]) -> str:
    """Return the page: contents, every table with its caption, plots, and how each line is made."""
    title = f"Statements of {report.entity}, {period_words(report.period)}"
    page = format_html(
        "<!DOCTYPE html>\n"
        '<html lang="en"><head><meta charset="utf-8"><title>{}</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1"><style>{}</style></head>\n'
        '<body><a class="skip" href="#statements">Skip to the statements</a><div class="sheet">'
        "<header><p>{}</p><h1>{}</h1><p>Amounts in {}. Negative amounts stand in parentheses.</p>{}</header>\n"
        '<nav aria-label="Contents"><ol>{}</ol></nav>\n<main id="statements">{}{}</main></div></body></html>\n',
        *(title, mark_safe(_style())),  # noqa: S308 - files of the design system
        *(report.entity, period_words(report.period), report.currency, _remarks(report.remarks)),
        format_html_join("", '<li><a href="#{}">{}</a></li>', ((each.name, each.title) for each in tables)),
        format_html_join("\n", "{}", ((_section(table, report.currency),) for table in tables)),
        _ties([tie for tie in report.ties if tie.name in {table.name for table in tables}], report.currency),
    )
    return str(page)


def _style() -> str:
    found = finders.find("ui/ui.css")
    shared = Path(found).read_text() if isinstance(found, str) else ""
    return shared + _CSS


def _remarks(remarks: Iterable[str]) -> SafeString:
    return format_html_join("", '<p class="remark">{}</p>', ((remark,) for remark in remarks))


def _section(table: Table, currency: str) -> SafeString:
    return format_html(
        '<section id="{}" aria-label="{}">{}{}{}{}</section>',
        *(table.name, table.title),
        _frame(table, currency) if table.lines else format_html("<h2>{}</h2>", table.title),
        format_html_join("", "<p>{}</p>", ((sentence,) for sentence in table.words)),
        plot_of(table, currency=currency),
        _made_of(table),
    )


def _frame(table: Table, currency: str) -> SafeString:
    return format_html(
        '<div class="frame" tabindex="0" role="region" aria-label="{}, table"><table><caption>{}</caption>'
        "<thead><tr><td></td>{}</tr></thead><tbody>{}</tbody></table></div>",
        *(table.title, table.title),
        format_html_join("", '<th scope="col">{}</th>', ((column.label,) for column in table.columns)),
        format_html_join("\n", "{}", ((_row(line, table.columns, currency),) for line in table.lines)),
    )


def _row(line: Line, columns: Sequence[Column], currency: str) -> SafeString:
    grand = " grand" if line.kind == "total" and line.level == 0 else ""
    if line.kind == HEADING:
        return format_html(
            '<tr class="heading in-{}"><th scope="rowgroup" colspan="{}">{}</th></tr>',
            *(line.level, len(columns) + 1, line.label),
        )
    return format_html(
        '<tr class="{}{} in-{}"><th scope="row">{}</th>{}</tr>',
        *(line.kind, grand, line.level, line.label),
        format_html_join(
            "",
            "<td>{}</td>",
            ((words(amount, unit=line.unit, currency=currency),) for amount in line.amounts_minor),
        ),
    )


def _made_of(table: Table) -> SafeString:
    made = [line for line in table.lines if line.note or line.accounts]
    if not made:
        return mark_safe("")
    return format_html(
        "<details><summary>How each line is computed</summary><ul>{}</ul></details>",
        format_html_join("", "<li>{}: {}</li>", ((line.label, made_words(line)) for line in made)),
    )


def made_words(line: Line) -> str:
    """How a line was made, in a sentence."""
    parts = []
    if line.note:
        parts.append(line.note)
    if line.accounts:
        few = line.accounts if len(line.accounts) <= 12 else (*line.accounts[:12], "and others")
        parts.append(f"accounts {', '.join(few)}")
    if line.activities:
        parts.append(f"activities {', '.join(line.activities)}")
    if line.segments:
        parts.append(f"segments {', '.join(line.segments)}")
    if line.products:
        parts.append(f"products {', '.join(line.products)}")
    return "; ".join(parts)


def _ties(ties: Sequence[Tie], currency: str) -> SafeString:
    if not ties:
        return mark_safe("")
    return format_html(
        '<section id="ties" aria-label="Tie-outs"><h2>Tie-outs</h2><ul>{}</ul></section>',
        format_html_join(
            "",
            "<li>{}: {} ({})</li>",
            (
                (
                    tie.label,
                    words(tie.left_minor, unit="money", currency=currency).strip(),
                    "agrees"
                    if tie.holds
                    else f"differs: {words(tie.right_minor, unit='money', currency=currency).strip()} on the other side",
                )
                for tie in ties
            ),
        ),
    )
