"""Documents of a public company: posted, closed, forgotten and derived again, the books are the same."""

import random
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from stoa.flows import month_end, posting, verification
from stoa.kernel.spans import Month
from stoa.policies.kinds import listed
from stoa.subledger import api as subledger
from tests.builders.books import ENTITY
from tests.property.test_books_laws import LAST, NOW, balances_by_month, drop_the_journal
from tests.property.test_company_documents import STORIES, a_history

pytestmark = pytest.mark.django_db

OPENING = {
    **{"reference": "opening:1", "entity": ENTITY, "on": "2025-09-01", "source": "elsewhere"},
    "lines": [{"account": "1000", "debit": "7"}, {"account": "3010", "credit": "7"}],
}


@pytest.mark.parametrize("story", STORIES)
@settings(max_examples=2, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 2**32))
def test_a_companys_documents_keep_the_laws_of_the_books(story: Any, seed: int) -> None:
    chance = random.Random(seed)
    documents: list[subledger.Document] = [*a_history(seed, story)]
    has_opening = chance.random() < 0.5
    chance.shuffle(documents)
    if has_opening:
        documents.insert(0, listed.read("opening_balance", OPENING))
    # An opening that says nothing of the invoices behind it does not tie to them.
    unexplained = {"statements"} if has_opening else set()
    with transaction.atomic():
        next_close = Month(2025, 9) if has_opening else Month(2025, 6)
        for document in documents:
            subledger.file(document)
            if chance.random() < 0.2 and next_close < Month(2025, 11):
                posting.post(through=next_close, posted_at=NOW)
                try:
                    month_end.close(next_close, closed_at=NOW, actor="Ada")
                except month_end.NotReadyToClose as refused:
                    failed = {check.key for check in refused.checks if not check.passed}
                    assert failed <= {"suspense", "explained", "known", "in_order", *unexplained}
                else:
                    next_close = next_close.plus(1)
        posting.post(through=LAST, posted_at=NOW)
        posted = balances_by_month()
        assert posting.post(through=LAST, posted_at=NOW).line_count == 0
        found = verification.verify_books(entity=ENTITY)
        assert found.problems == ()
        assert {each.outcome for each in found.months} <= {verification.SAME_BYTES, verification.SAME_LINES}

        drop_the_journal()
        posting.post(through=LAST, posted_at=NOW)
        assert balances_by_month() == posted
        transaction.set_rollback(True)
