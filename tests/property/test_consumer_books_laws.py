"""Laws of the books on random histories of everything consumers do, filed and closed in any order, late ones too."""

# ruff: noqa: PT017 - a refusal is one of the two lawful outcomes

import random
from datetime import date, timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from stoa.flows import month_end, posting, verification
from stoa.flows.control_balances import held_by_all_documents
from stoa.kernel.spans import Month
from stoa.ledger import api as ledger
from stoa.subledger import api as subledger
from tests.builders.books import (
    ENTITY,
    a_dispute_of,
    a_gift,
    a_loss_of,
    a_receipt,
    a_refund_of,
    a_win_of,
)
from tests.builders.company import a_document
from tests.property.test_books_laws import LAST, NOW, balances_by_month, drop_the_journal

pytestmark = pytest.mark.django_db

FIRST = date(2025, 7, 1)


def a_history(seed: int, chance: random.Random) -> list[subledger.Document]:
    """Receipts of short and long terms, what follows them, gifts, and an estimate of refunds, in random order."""
    documents: list[subledger.Document] = [a_gift(on=FIRST + timedelta(days=chance.randrange(30)))]
    if chance.random() < 0.7:
        facts = {"product": "single_course", "from_on": "2025-07-01", "rate": "0.2"}
        documents.append(a_document("refund_rate_estimated", f"rate:{seed}", **facts))
    for number in range(chance.randrange(3, 12)):
        on = FIRST + timedelta(days=chance.randrange(120))
        receipt = a_receipt(
            on=on,
            start_on=on + timedelta(days=chance.choice([0, 0, 3])),
            end_on=on + timedelta(days=chance.choice([3, 20, 34, 184, 400])),
            price_minor=chance.choice([0, 1, 2900, 4900, 10_001]),
            tax_minor=chance.choice([0, 333]),
            product=chance.choice(["single_course", "single_course", "catalog_subscription"]),
            reference=f"receipt:{seed}-{number}",
        )
        documents.append(receipt)
        later = on + timedelta(days=chance.randrange(60))
        follows = chance.random()
        if follows < 0.3:
            documents.append(a_refund_of(receipt, on=later))
        elif follows < 0.4:
            half = receipt.price_minor // 2
            documents.append(a_refund_of(receipt, on=later, price_minor=half, credited_minor=half // 2))
        elif follows < 0.6:
            dispute = a_dispute_of(receipt, on=later)
            decided = later + timedelta(days=chance.randrange(40))
            documents.append(dispute)
            documents.append((a_win_of if chance.random() < 0.5 else a_loss_of)(dispute, on=decided))
    chance.shuffle(documents)
    return documents


@settings(max_examples=5, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(0, 2**32))
def test_whatever_consumers_do_keeps_the_laws_of_the_books(seed: int) -> None:
    chance = random.Random(seed)
    documents = a_history(seed, chance)
    with transaction.atomic():
        next_close = Month(2025, 7)
        for document in documents:
            subledger.file(document)
            if chance.random() < 0.4 and next_close < LAST:
                posting.post(through=next_close, posted_at=NOW)
                frozen = balances_by_month()
                try:
                    period = month_end.close(next_close, closed_at=NOW, actor="Ada")
                except month_end.NotReadyToClose as refused:
                    # What follows a receipt came before it: suspense holds the month open, as it should.
                    failed = {check.key for check in refused.checks if not check.passed}
                    assert failed <= {"suspense", "known", "in_order"}, str(refused)
                else:
                    _what_is_kept_is_what_all_documents_say(period)
                    next_close = next_close.plus(1)
                assert balances_by_month() == frozen
        posting.post(through=LAST, posted_at=NOW)
        posted = balances_by_month()
        assert posting.post(through=LAST, posted_at=NOW).line_count == 0
        while next_close < LAST:
            _what_is_kept_is_what_all_documents_say(month_end.close(next_close, closed_at=NOW, actor="Ada"))
            next_close = next_close.plus(1)
        assert verification.verify_books(entity=ENTITY).problems == ()

        drop_the_journal()
        posting.post(through=LAST, posted_at=NOW)
        assert balances_by_month() == posted
        transaction.set_rollback(True)


def _what_is_kept_is_what_all_documents_say(period: ledger.PeriodRow) -> None:
    everything = held_by_all_documents(period.month, entity=ENTITY)
    assert period.tie_outs["carried"] == everything.carried
    owed = {
        (row["code"], row["currency"]): row["beside_minor"]
        for row in period.tie_outs["control"]
        if row["beside_minor"]
    }
    assert owed == everything.balances
