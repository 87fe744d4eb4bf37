"""Payroll: what staff earned, by the function they work in, owed until it is paid (ASC 710-10-25)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import ClassVar

from stoa.policies.facts import Amount, fact, refuse
from stoa.policies.kinds.frame import Balance, Debt, DocumentFacts, Filed, Place
from stoa.policies.kinds.functions import ACCOUNT_OF_FUNCTION, CashAccount, Function
from stoa.policies.kinds.manual_entries import CORPORATE


@dataclass(frozen=True, slots=True, kw_only=True)
class PayrollLine:
    """What the staff of one function earned."""

    function: Function = fact("Function they work in.")
    amount: Amount = fact("Wages, benefits and the employer's taxes; negative to take some back.")
    segment: str = fact("Segment they work for.", default=CORPORATE)


@dataclass(frozen=True, slots=True, kw_only=True)
class PayrollRecorded(DocumentFacts):
    """Staff earned wages and benefits. Time spent on capitalized software belongs to the documents of its project."""

    kind: ClassVar[str] = "payroll_recorded"
    title: ClassVar[str] = "Payroll recorded"

    on: date = fact("Last day of the pay period.")
    due_on: date | None = fact("Day on which it is paid out.", default=None)
    lines: tuple[PayrollLine, ...] = fact("By function.")

    def __post_init__(self) -> None:
        DocumentFacts.__post_init__(self)
        if not self.lines:
            raise refuse("lines", "is missing: say what each function earned.")
        for index, line in enumerate(self.lines):
            if not self.minor(line.amount, f"lines[{index}].amount"):
                raise refuse(f"lines[{index}].amount", "must not be 0.")
            if len(line.segment) > 40:
                raise refuse(f"lines[{index}].segment", "must be text of at most 40 characters.")

    def place(self) -> Place:
        return Place(self.on, self.reference, "", "payroll")

    def owed(self) -> Debt:
        total = self.minor(sum((line.amount for line in self.lines), Fraction(0)))
        return Debt("accrued_compensation", "staff", (("payment", total),), self.due_on)


@dataclass(frozen=True, slots=True, kw_only=True)
class PayrollPaid(DocumentFacts):
    """Wages, or commissions, were paid out, with what was withheld from them and passed on."""

    kind: ClassVar[str] = "payroll_paid"
    title: ClassVar[str] = "Payroll paid"

    payroll: str = fact("Reference of the payroll, or of the commission, that is paid.")
    on: date = fact("Day on which the money left.")
    amount: Amount = fact("Amount; negative when money came back.")
    paid_from: CashAccount = fact("Account it was paid from.", default="cash")

    def __post_init__(self) -> None:
        DocumentFacts.__post_init__(self)
        if not self.minor(self.amount):
            raise refuse("amount", "must not be 0.")

    def place(self) -> Place:
        return Place(self.on, self.payroll, "", "payroll")


def payroll_balances(each: Filed) -> Iterator[Balance]:
    """Expense by function, and what is owed to staff."""
    facts: PayrollRecorded = each.facts
    for line in facts.lines:
        amount = facts.minor(line.amount)
        for account, minor in (
            (ACCOUNT_OF_FUNCTION[line.function], amount),
            ("accrued_compensation", -amount),
        ):
            yield Balance(each.id, account, "accrual", facts.currency, facts.on, minor, line.segment)
