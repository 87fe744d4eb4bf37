"""The register of seat contracts: price, what is earned of it, and when the rest will be (ASC 606-10-50-13)."""

from collections.abc import Iterable
from datetime import date
from typing import Protocol

from stoa.kernel.refusals import Invalid
from stoa.kernel.spans import add_months
from stoa.policies.kinds.frame import Filed
from stoa.policies.kinds.registers import Register, RegisterRow, last_day, summed, year_ends, years_of
from stoa.policies.layers import Layer


class Contract(Protocol):
    """A contract with what followed it."""

    @property
    def signed(self) -> Filed:
        """The document that began it."""

    def measured(self, through: date) -> tuple[list[Layer], int, int, int]:
        """The layers; the price, what is earned by the end of ``through`` and a year later, in minor units."""


def register_of(family: str, contracts: Iterable[Contract], day: date) -> Register:
    """Contracts that are not earned in full at the beginning of a day; carried is what is still to be earned."""
    rows, years = [], []
    for contract in contracts:
        signed = contract.signed.facts
        try:
            layers, total, earned, _ = contract.measured(last_day(day))
            if earned == total:
                continue
            to_dates = [earned, *(contract.measured(last_day(end))[2] for end in year_ends(day))]
            next_month = contract.measured(last_day(add_months(day, 1)))[2]
        except Invalid:  # told by problems()
            continue
        rows.append(
            RegisterRow(
                document=contract.signed.id,
                reference=signed.reference,
                name=signed.customer,
                kind="seat contract",
                currency=signed.currency,
                begun_on=signed.signed_on,
                cost_minor=total,
                accumulated_minor=earned,
                carrying_minor=total - earned,
                next_movement_minor=next_month - earned,
                end_on=max(layer.end_on for layer in layers),
                account="contract_liability",
            )
        )
        years += years_of("Revenue to come", signed.currency, day, to_dates, total)
    return Register(family=family, day=day, rows=tuple(rows), years=summed(years))
