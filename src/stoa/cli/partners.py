"""``stoa partners``: what every partner is owed at the end of a month, and each step from revenue to fee."""

import argparse
from dataclasses import asdict
from fractions import Fraction
from typing import Any

from stoa.cli.printed import add_json_option, print_json
from stoa.cli.typed import month
from stoa.kernel.money import Money


def add_to(commands: "argparse._SubParsersAction[Any]") -> None:
    parser = commands.add_parser("partners", help="print what partners are owed, step by step")
    parser.add_argument(
        "--period", type=month, required=True, metavar="MONTH", help="the month, such as 2025-09"
    )
    parser.add_argument("--partner", default="", metavar="NAME", help="one partner, with every month's steps")
    add_json_option(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    from django.conf import settings

    from stoa.reporting import api as reporting

    asked: dict[str, Any] = {"entity": settings.STOA_ENTITY, "through": arguments.period}
    statements = reporting.partner_statements(**asked, partner=arguments.partner)
    unshared = [
        each for each in reporting.unshared_revenue(**asked) if arguments.partner in ("", each.partner)
    ]
    if arguments.json:
        print_json({"statements": list(map(asdict, statements)), "unshared": list(map(asdict, unshared))})
        return 0
    for statement in statements:
        _print_statement(statement)
        for row in statement.rows if arguments.partner else ():
            print(f"  {_steps(row, statement.currency)}")
    for each in unshared:
        amount = Money(each.revenue_minor, each.currency)
        print(f"{each.partner}: {amount} of {each.product} is shared by no agreement")
    if not statements and not unshared:
        print("No agreement is filed, and no revenue names a partner.")
    return 0


def _print_statement(statement: Any) -> None:
    def money(minor: int) -> str:
        return str(Money(minor, statement.currency))

    print(
        f"{statement.partner} ({statement.agreement}): fees {money(statement.fee_minor)}, of it "
        f"{money(statement.fund_minor)} for the fund; paid {money(statement.paid_minor)}, recouped "
        f"{money(statement.recouped_minor)}; owed {money(statement.payable_minor)}; left of advances "
        f"{money(statement.advance_minor)}, of the fund {money(statement.fund_left_minor)}"
    )


def _steps(row: Any, currency: str) -> str:
    """One month as a sentence: revenue, deductions, base, rates, fee."""

    def money(minor: int) -> str:
        return f"{Money(minor, currency).decimal:f}"

    parts = ", ".join(
        f"{money(part.revenue_minor)} of {part.product}"
        + ("" if part.pool_minor is None else f" (by usage, of {money(part.pool_minor)})")
        for part in row.parts
    )
    deducted = "".join(f" - {name} {money(minor)}" for name, minor in row.deductions)
    rates = ", ".join(
        f"{float(Fraction(rate) * 100):g} %" + (f" above {money(above)}" if above else "")
        for above, rate in row.tiers
    )
    counted = f" (after {money(row.counted_before_minor)})" if row.counted_before_minor else ""
    return f"{row.month}: {parts}{deducted} = {money(row.base_minor)}{counted} at {rates} = {money(row.fee_minor)}"
