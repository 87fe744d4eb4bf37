"""A company lives a random life: sells, renews, refunds, signs and changes contracts, corrects, posts and closes.

Whatever the order, and wherever time is cut: the books balance, what is final stays as it was, subledgers agree with
their control accounts, deriving again gives the same journal, and in the end every price is recognized exactly.
"""

from collections import defaultdict
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from stoa.flows import month_end, posting, tie_outs, verification
from stoa.kernel.spans import Month, add_months
from stoa.ledger import api as ledger
from stoa.subledger import api as subledger
from tests.builders.books import ENTITY, a_receipt, a_refund_of
from tests.builders.company import a_document
from tests.property.test_books_laws import drop_the_journal

pytestmark = pytest.mark.django_db

NOW = datetime(2029, 1, 2, 9, tzinfo=UTC)
FIRST, LAST = Month(2025, 1), Month(2025, 12)
#: By then every term of these lives is over.
THE_END = Month(2026, 12)

days = st.integers(0, 330).map(lambda number: FIRST.start_on + timedelta(days=number))
prices = st.sampled_from([0, 1, 99, 2900, 4900, 10_001, 39_900])
parts = st.sampled_from([1, 100, 2900, 4900])


class Company(RuleBasedStateMachine):
    """What happens to a company, and what must hold after each thing."""

    def __init__(self) -> None:
        super().__init__()
        self._atomic = transaction.atomic()
        self._atomic.__enter__()
        self.receipts: list[subledger.Receipt] = []
        self.left: dict[str, int] = {}
        self.contracts: dict[str, dict[str, Any]] = {}
        self.filed: list[subledger.Document] = []
        self.next_close = FIRST
        self.final: dict[tuple[Month, str, str], int] = {}
        self.number = 0

    def teardown(self) -> None:
        try:
            self._ends_well()
        finally:
            transaction.set_rollback(True)
            self._atomic.__exit__(None, None, None)

    @initialize(on=days, price=prices)
    def _begin(self, on: date, price: int) -> None:
        self._file(a_receipt(on=FIRST.start_on, price_minor=4900, reference="receipt:0"))
        self._sell(on, price, 1)

    # What happens ------------------------------------------------------------

    @rule(on=days, price=prices, months=st.sampled_from([1, 6, 12]))
    def sell(self, on: date, price: int, months: int) -> None:
        self._sell(on, price, months)

    @rule(which=st.integers(0, 30))
    def renew(self, which: int) -> None:
        last = self.receipts[which % len(self.receipts)]
        if last.end_on < LAST.start_on:
            self._sell(last.end_on, last.price_minor, 1)

    @rule(which=st.integers(0, 30), after=st.integers(0, 60), part=st.one_of(st.none(), parts))
    def refund(self, which: int, after: int, part: int | None) -> None:
        receipt = self.receipts[which % len(self.receipts)]
        given = self.left[receipt.reference]
        amount = given if part is None else min(part, given)
        if amount == 0 or (part is None and given != receipt.price_minor):
            return
        self.left[receipt.reference] -= amount
        on = (receipt.received_at + timedelta(days=after)).date()
        whole = amount == receipt.price_minor
        self._file(
            a_refund_of(receipt, on=on, price_minor=None if whole else amount, reference=self._name("refund"))
        )

    @rule(on=days, months=st.sampled_from([1, 7, 12]), price=st.sampled_from(["100", "3650", "7300.01"]))
    def sign_seats(self, on: date, months: int, price: str) -> None:
        reference = self._name("seats")
        start, end = on, add_months(on, months)
        facts = {
            "customer": "alder",
            "signed_on": str(on),
            "start_on": str(start),
            "end_on": str(end),
            "access_on": str(start),
            "price": price,
        }
        self._file(a_document("seat_contract_signed", reference, **facts))
        self.contracts[reference] = {"start": start, "end": end, "price": Fraction(price), "stands": True}

    @precondition(lambda self: self.contracts)
    @rule(which=st.integers(0, 30), share=st.integers(1, 80), more=st.sampled_from(["1", "365", "-10"]))
    def change_seats(self, which: int, share: int, more: str) -> None:
        reference, contract = self._contract(which)
        on = contract["start"] + (contract["end"] - contract["start"]) * share // 100
        if on <= contract.get("changed_on", contract["start"]) or not contract["stands"]:
            return
        contract["changed_on"] = on
        contract["price"] += Fraction(more)
        self._file(
            a_document(
                *("seat_contract_changed", self._name("change")),
                contract=reference,
                on=str(on),
                price_change=more,
            )
        )

    @precondition(lambda self: self.contracts)
    @rule(
        which=st.integers(0, 30), on=days, amount=st.sampled_from(["50", "3650", "-20"]), paid=st.booleans()
    )
    def invoice(self, which: int, on: date, amount: str, paid: bool) -> None:
        reference, contract = self._contract(which)
        invoice = self._name("invoice")
        self._file(
            a_document("invoice_issued", invoice, contract=reference, on=str(on), amount=amount), contract
        )
        if paid:
            day = on + timedelta(days=30)
            self._file(
                a_document("cash_received", self._name("cash"), invoice=invoice, on=str(day), amount=amount)
            )

    @precondition(lambda self: self.contracts)
    @rule(which=st.integers(0, 30))
    def void_contract(self, which: int) -> None:
        reference, contract = self._contract(which)
        if not contract["stands"] or contract.get("used") or "changed_on" in contract:
            return
        contract["stands"] = False
        self._file(
            a_document(
                *("document_voided", self._name("void")),
                document=reference,
                on=str(contract["start"]),
                reason="Signed twice",
            )
        )

    @rule(on=days, amount=st.sampled_from(["0.01", "1000"]), reverses=st.booleans())
    def enter_by_hand(self, on: date, amount: str, reverses: bool) -> None:
        lines = [{"account": "6000", "debit": amount}, {"account": "2010", "credit": amount}]
        facts: dict[str, Any] = {"on": str(on), "reason": "Accrual", "lines": lines}
        if reverses:
            facts["reverses_on"] = str(on + timedelta(days=31))
        self._file(a_document("manual_entry", self._name("entry"), **facts))

    @rule(which=st.integers(0, 200))
    def file_again(self, which: int) -> None:
        assert not subledger.file(self.filed[which % len(self.filed)]).is_new

    @rule(months=st.integers(0, 3))
    def post(self, months: int) -> None:
        self._post(self.next_close.plus(months))

    @rule()
    def close(self) -> None:
        if self.next_close < LAST:
            self._post(self.next_close)
            month_end.close(self.next_close, closed_at=NOW, actor="Ada")
            self.next_close = self.next_close.plus(1)
            self.final = {key: amount for key, amount in self._balances().items() if key[0] < self.next_close}

    # What must hold ----------------------------------------------------------

    @invariant()
    def what_is_closed_stays(self) -> None:
        if self.final:
            now = self._balances()
            assert {key: amount for key, amount in now.items() if key[0] < self.next_close} == self.final

    @invariant()
    def debits_are_credits(self) -> None:
        sums: dict[Month, int] = defaultdict(int)
        for (month, _, _), amount in self._balances().items():
            sums[month] += amount
        assert not any(sums.values())

    def _ends_well(self) -> None:
        self._post(THE_END)
        held: dict[tuple[str, str], int] = defaultdict(int)
        for (_, account, currency), amount in self._balances().items():
            held[account, currency] += amount
        assert {key: amount for key, amount in held.items() if amount} == dict(
            tie_outs.subledger_balances(THE_END, entity=ENTITY)
        )
        earned = sum(self.left.values()) + sum(
            int(100 * contract["price"]) for contract in self.contracts.values() if contract["stands"]
        )
        assert -held["4000", "USD"] == earned
        posted = self._balances()
        found = verification.verify_books(entity=ENTITY)
        assert found.problems == ()
        drop_the_journal()
        self._post(THE_END)
        assert self._balances() == posted

    # Ways --------------------------------------------------------------------

    def _sell(self, on: date, price: int, months: int) -> None:
        self._file(
            a_receipt(
                on=on, price_minor=price, end_on=add_months(on, months), reference=self._name("receipt")
            )
        )

    def _file(self, document: subledger.Document, contract: dict[str, Any] | None = None) -> None:
        subledger.file(document)
        self.filed.append(document)
        if isinstance(document, subledger.Receipt):
            self.receipts.append(document)
            self.left[document.reference] = document.price_minor
        if contract is not None:
            contract["used"] = True

    def _contract(self, which: int) -> tuple[str, dict[str, Any]]:
        return list(self.contracts.items())[which % len(self.contracts)]

    def _name(self, kind: str) -> str:
        self.number += 1
        return f"{kind}:{self.number}"

    def _post(self, through: Month) -> None:
        posting.post(through=through, posted_at=NOW)

    def _balances(self) -> dict[tuple[Month, str, str], int]:
        found: dict[tuple[Month, str, str], int] = defaultdict(int)
        for month, account, currency, amount in ledger.movements(entity=ENTITY, through=THE_END):
            found[month, account, currency] += amount
        return {key: amount for key, amount in found.items() if amount}


def test_a_company_that_lives_any_life_keeps_its_books() -> None:
    machine: Callable[[], RuleBasedStateMachine] = Company
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=3,
            stateful_step_count=20,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
