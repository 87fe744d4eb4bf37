"""Amounts as people read them: negative in parentheses, nothing as a dash."""

from decimal import Decimal

from stoa.kernel.money import Money, exponent_of
from stoa.reporting.tables import COUNT, MONEY, PERCENT, SHARE_AMOUNT


def major(amount: int, unit: str, currency: str) -> Decimal:
    """The amount in what it is counted in: dollars, shares, per cent or years."""
    if unit in (MONEY, SHARE_AMOUNT):
        return Money(amount, currency).decimal
    return Decimal(amount) if unit == COUNT else Decimal(amount).scaleb(-2)


def words(amount: int | None, *, unit: str, currency: str) -> str:
    """The amount as a statement prints it; empty when there is none to show."""
    if amount is None:
        return ""
    if amount == 0 and unit in (MONEY, COUNT):
        return "– "
    value = major(amount, unit, currency)
    if unit == PERCENT:
        return f"{value:,.1f} % " if amount >= 0 else f"({-value:,.1f} %)"
    return f"{value:,} " if amount >= 0 else f"({-value:,})"


def places(unit: str, currency: str) -> int:
    """Decimal places of the unit."""
    if unit in (MONEY, SHARE_AMOUNT):
        return exponent_of(currency)
    return {COUNT: 0, PERCENT: 1}.get(unit, 2)
