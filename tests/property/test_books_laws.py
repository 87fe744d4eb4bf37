"""Laws of the whole books, on random histories of sales, refunds, postings and closes, in any order."""

# ruff: noqa: PT017 - a refusal is one of the two lawful outcomes

import random
from collections import defaultdict
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from stoa.flows import month_end, posting, tie_outs
from stoa.kernel.spans import Month
from stoa.ledger import api as ledger
from stoa.subledger import api as subledger
from tests.builders.books import ENTITY, a_receipt, a_refund_of

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 1, 2, 9, tzinfo=UTC)
LAST = Month(2025, 12)
Balances = dict[tuple[Month, str, str], int]


def balances_by_month() -> Balances:
    found: Balances = defaultdict(int)
    for month, account, currency, amount in ledger.movements(entity=ENTITY, through=LAST):
        found[month, account, currency] += amount
    return {key: amount for key, amount in found.items() if amount}


def drop_the_journal() -> None:
    """What only a test may do: lift the triggers and forget every posting. Documents stay."""
    tables = ("ledger_journalline", "ledger_journalentry", "ledger_postingbatch", "ledger_fiscalperiod")
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table in tables:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
            cursor.execute(f"DELETE FROM {table}")
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


@settings(max_examples=4, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(0, 2**32))
def test_random_histories_keep_every_law(seed: int) -> None:
    chance = random.Random(seed)
    receipts = [
        a_receipt(
            on=date(2025, 7, 1) + timedelta(days=chance.randrange(150)),
            price_minor=chance.choice([0, 1, 2900, 4900, 10_001]),
            tax_minor=chance.choice([0, 333]),
            partner=chance.choice(["lyceum", "academy"]),
            reference=f"receipt:{seed}-{number}",
        )
        for number in range(chance.randrange(3, 12))
    ]
    refunds = [
        a_refund_of(receipt, on=(receipt.received_at + timedelta(days=chance.randrange(15))).date())
        for receipt in receipts
        if chance.random() < 0.4
    ]
    documents: list[subledger.Document] = [*receipts, *refunds]
    chance.shuffle(documents)
    with transaction.atomic():
        next_close = Month(2025, 7)
        for document in documents:
            subledger.file(document)
            if chance.random() < 0.3:
                subledger.file(document)
            if chance.random() < 0.4:
                through = next_close.plus(chance.randrange(3))
                posting.post(through=min(through, LAST), posted_at=NOW)
            if chance.random() < 0.3 and next_close < LAST:
                frozen = balances_by_month()
                try:
                    posting.post(through=next_close, posted_at=NOW)
                    month_end.close(next_close, closed_at=NOW, actor="Ada")
                except month_end.NotReadyToClose as refused:
                    # A refund came before its receipt: suspense holds the month open, as it should.
                    assert "1990" in str(refused) or "part of the books" in str(refused)
                else:
                    next_close = next_close.plus(1)
                for key, amount in frozen.items():
                    if key[0] < next_close.plus(-1):
                        assert balances_by_month().get(key) == amount
        posting.post(through=LAST, posted_at=NOW)
        posted = balances_by_month()
        assert posting.post(through=LAST, posted_at=NOW).line_count == 0
        _control_accounts_agree()
        assert month_end.verify(entity=ENTITY).problems == ()

        drop_the_journal()
        posting.post(through=LAST, posted_at=NOW)
        assert balances_by_month() == posted
        transaction.set_rollback(True)


def _control_accounts_agree() -> None:
    held: dict[tuple[str, str], int] = defaultdict(int)
    for (_month, account, currency), amount in balances_by_month().items():
        held[account, currency] += amount
    owed = tie_outs.subledger_balances(LAST, entity=ENTITY)
    assert {key: amount for key, amount in held.items() if amount} == dict(owed)
    assert sum(held.values()) == 0
