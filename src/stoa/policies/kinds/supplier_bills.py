"""Bills of suppliers: expense at once, expense over the days of a service, or an asset (ASC 405-20, 340-10-05-4)."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import ClassVar, Literal

from stoa.policies.facts import Amount, fact, refuse
from stoa.policies.grid import Grid
from stoa.policies.kinds.frame import Balance, Debt, DocumentFacts, Filed, Place
from stoa.policies.kinds.functions import ACCOUNT_OF_FUNCTION, Function
from stoa.policies.kinds.manual_entries import CORPORATE
from stoa.policies.straight_line import StraightLine, months_between


@dataclass(frozen=True, slots=True, kw_only=True)
class BillLine:
    """What one line of a bill is for: a function, an account, or an asset; with days of service it is prepaid."""

    amount: Amount = fact("Amount; negative for a credit.")
    function: Function | None = fact("Function that bears it; or account, or asset.", default=None)
    account: str | None = fact("Code of the account that bears it.", default=None)
    asset: str | None = fact("Reference of the asset it is for, filed as asset_placed.", default=None)
    service_start_on: date | None = fact("First day of the service, when it is spread.", default=None)
    service_end_on: date | None = fact("Day after the last day of the service.", default=None)
    spread_by: Literal["days", "months"] = fact(
        "Evenly by day, or by full months from the month of the first day.", default="days"
    )
    nature: str | None = fact("What it buys, such as advertising or hosting, for the notes.", default=None)
    segment: str = fact("Segment it belongs to.", default=CORPORATE)
    partner: str | None = fact("Partner it belongs to.", default=None)

    @property
    def bearer(self) -> str:
        """The account that bears it, as a name or a code."""
        return self.account or ACCOUNT_OF_FUNCTION[self.function or "general_and_administrative"]

    @property
    def is_prepaid(self) -> bool:
        """Whether it is spread over a service."""
        return self.service_start_on is not None

    def used_before(self, day: date, grid: Grid) -> Fraction:
        """The part of the service rendered on the days before ``day``."""
        if self.service_start_on is None or self.service_end_on is None:
            return self.amount
        if self.spread_by == "months":
            months = months_between(self.service_start_on, self.service_end_on)
            line = StraightLine(self.amount, Fraction(0), self.service_start_on, months)
            return grid.round(line.to_date(day - timedelta(days=1)))
        total = (self.service_end_on - self.service_start_on).days
        elapsed = min(max((day - self.service_start_on).days, 0), total)
        return grid.round(self.amount * Fraction(elapsed, total))


@dataclass(frozen=True, slots=True, kw_only=True)
class SupplierBill(DocumentFacts):
    """A supplier billed goods or services. What was billed before the service is prepaid; an asset is its own cost."""

    kind: ClassVar[str] = "supplier_bill"
    title: ClassVar[str] = "Bill of a supplier"

    supplier: str = fact("Supplier.")
    number: str | None = fact("The supplier's number of the bill.", default=None)
    on: date = fact("Day of the bill: it is owed from then.")
    due_on: date | None = fact("Day on which it is due.", default=None)
    lines: tuple[BillLine, ...] = fact("What it is for.")

    def __post_init__(self) -> None:
        DocumentFacts.__post_init__(self)
        if not self.lines:
            raise refuse("lines", "is missing: say what the bill is for.")
        for index, line in enumerate(self.lines):
            self._check_line(line, f"lines[{index}]")
        if self.due_on is not None and self.due_on < self.on:
            raise refuse("due_on", "must not lie before the day of the bill.")

    def _check_line(self, line: BillLine, path: str) -> None:
        if not self.minor(line.amount, f"{path}.amount"):
            raise refuse(f"{path}.amount", "must not be 0.")
        given = [name for name in ("function", "account", "asset") if getattr(line, name) is not None]
        if len(given) != 1:
            raise refuse(path, "needs one of function, account or asset.")
        if (line.service_start_on is None) != (line.service_end_on is None):
            raise refuse(path, "needs both service_start_on and service_end_on, or neither.")
        if line.service_start_on is None or line.service_end_on is None:
            return
        if line.asset is not None:
            raise refuse(path, "an asset has no days of service: its life is told where it is placed.")
        if line.service_end_on <= line.service_start_on:
            raise refuse(f"{path}.service_end_on", "must come after service_start_on.")
        if line.spread_by == "months" and months_between(line.service_start_on, line.service_end_on) < 1:
            raise refuse(f"{path}.service_end_on", "must lie a month or more later to spread by months.")
        if len(line.segment) > 40:
            raise refuse(f"{path}.segment", "must be text of at most 40 characters.")

    def place(self) -> Place:
        return Place(self.on, self.reference, "", "supplier_bill")

    def owed(self) -> Debt:
        parts = {"payment": Fraction(0), "purchase_of_assets": Fraction(0)}
        for line in self.lines:
            parts["payment" if line.asset is None else "purchase_of_assets"] += line.amount
        return Debt(
            "accounts_payable",
            self.supplier,
            tuple((activity, self.minor(amount)) for activity, amount in parts.items() if amount),
            self.due_on,
        )


def bill_balances(each: Filed, placed: Collection[tuple[str, str]], day: date) -> Iterator[Balance]:
    """What a bill put into the books. ``placed`` are the assets in use: their own document holds what is owed for them."""
    facts: SupplierBill = each.facts
    grid = Grid.of(facts.currency)
    for line in facts.lines:
        amount = facts.minor(line.amount)
        entries: list[tuple[str, str, int]]
        if line.asset is not None:
            if (line.asset, facts.currency) in placed:
                continue
            entries = [
                ("property", "addition", amount),
                ("accounts_payable", "purchase_of_assets", -amount),
            ]
        elif line.is_prepaid:
            used = facts.minor(line.used_before(day, grid))
            entries = [
                ("prepaid_expenses", "addition", amount),
                ("accounts_payable", "accrual", -amount),
                ("prepaid_expenses", "amortization", -used),
                (line.bearer, "amortization", used),
            ]
        else:
            entries = [(line.bearer, "accrual", amount), ("accounts_payable", "accrual", -amount)]
        for account, activity, minor in entries:
            yield Balance(
                *(each.id, account, activity, facts.currency, facts.on, minor, line.segment),
                partner=line.partner or "",
            )
