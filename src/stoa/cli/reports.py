"""``stoa report``: trial balance, and deferred revenue and revenue by product and partner, of a month."""

import argparse
from dataclasses import asdict
from typing import Any

from stoa.cli.printed import print_json
from stoa.cli.typed import month
from stoa.kernel.money import Money

_REPORTS = ("trial-balance", "deferred-revenue", "revenue")


def add_to(commands: "argparse._SubParsersAction[Any]") -> None:
    parser = commands.add_parser("report", help="print a list behind the statements of a month")
    parser.add_argument("name", choices=_REPORTS)
    parser.add_argument(
        "--period", type=month, required=True, metavar="MONTH", help="the month, such as 2025-09"
    )
    parser.add_argument("--currency", default="USD", metavar="CODE")
    parser.add_argument("--json", action="store_true", help="print JSON; amounts in minor units")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    from django.conf import settings

    from stoa.reporting import api as reporting

    asked: dict[str, Any] = {
        "entity": settings.STOA_ENTITY,
        "month": arguments.period,
        "currency": arguments.currency.upper(),
    }
    report: Any
    if arguments.name == "trial-balance":
        report = reporting.trial_balance(**asked)
        table = _trial_balance(report)
    elif arguments.name == "deferred-revenue":
        report = reporting.deferred_revenue(**asked)
        table = _deferred_revenue(report)
    else:
        report = reporting.revenue(**asked)
        table = _revenue(report)
    if arguments.json:
        print_json(asdict(report) | {"month": str(report.month)})
    else:
        _print_table(table, asked["currency"])
    return 0


def _trial_balance(report: Any) -> list[tuple[object, ...]]:
    return [
        ("account", "opening", "debit", "credit", "closing"),
        *(
            (f"{r.code} {r.name}", r.opening_minor, r.debit_minor, r.credit_minor, r.closing_minor)
            for r in report.rows
        ),
        ("Total", 0, report.debit_minor, report.credit_minor, 0),
    ]


def _deferred_revenue(report: Any) -> list[tuple[object, ...]]:
    return [
        ("product and partner", "opening", "billed", "recognized", "refunded", "other", "closing"),
        *(
            (
                f"{r.product} {r.partner}".strip() or "Total",
                *(r.opening_minor, r.billed_minor, -r.recognized_minor, -r.refunded_minor, r.other_minor),
                r.closing_minor,
            )
            for r in (*report.rows, report.total)
        ),
    ]


def _revenue(report: Any) -> list[tuple[object, ...]]:
    return [
        ("segment, product, partner", "month", "of it late", "month before", "year to date"),
        *(
            (
                f"{r.segment} {r.product} {r.partner}".strip() or "Total",
                *(r.month_minor, r.late_minor, r.previous_minor, r.year_to_date_minor),
            )
            for r in (*report.rows, *report.segments, report.total)
        ),
    ]


def _print_table(rows: list[tuple[object, ...]], currency: str) -> None:
    cells = [[_cell(value, currency) for value in row] for row in rows]
    first = max(len(row[0]) for row in cells)
    others = max((len(cell) for row in cells for cell in row[1:]), default=0)
    for row in cells:
        print(f"{row[0]:{first}}{''.join(f'  {cell:>{others}}' for cell in row[1:])}".rstrip())


def _cell(value: object, currency: str) -> str:
    """Negative amounts stand in parentheses, as statements have them."""
    if not isinstance(value, int):
        return str(value)
    words = f"{abs(Money(value, currency).decimal):,}"
    return f"({words})" if value < 0 else f"{words} " if value else "- "
