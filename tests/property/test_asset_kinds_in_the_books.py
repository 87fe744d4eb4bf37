"""Documents of assets and treasury: posted, closed where they may, forgotten and derived again, the books are the same."""

import random

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from stoa.flows import month_end, posting, verification
from stoa.kernel.spans import Month
from stoa.subledger import api as subledger
from tests.builders.books import ENTITY
from tests.property.test_asset_kinds import an_asset_history
from tests.property.test_books_laws import LAST, NOW, balances_by_month, drop_the_journal

pytestmark = pytest.mark.django_db


@settings(max_examples=2, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(0, 2**32))
def test_assets_keep_the_laws_of_the_books(seed: int) -> None:
    chance = random.Random(seed)
    documents: list[subledger.Document] = [*an_asset_history(chance)]
    chance.shuffle(documents)
    with transaction.atomic():
        next_close = Month(2025, 6)
        for document in documents:
            subledger.file(document)
            if chance.random() < 0.2 and next_close < Month(2025, 11):
                posting.post(through=next_close, posted_at=NOW)
                frozen = balances_by_month()
                try:
                    month_end.close(next_close, closed_at=NOW, actor="Ada")
                except month_end.NotReadyToClose as refused:
                    failed = {check.key for check in refused.checks if not check.passed}
                    assert failed <= {"suspense", "explained", "known", "in_order"}
                else:
                    next_close = next_close.plus(1)
                assert balances_by_month() == frozen
        posting.post(through=LAST, posted_at=NOW)
        posted = balances_by_month()
        assert posting.post(through=LAST, posted_at=NOW).line_count == 0
        found = verification.verify_books(entity=ENTITY)
        assert found.problems == ()

        drop_the_journal()
        posting.post(through=LAST, posted_at=NOW)
        assert balances_by_month() == posted
        transaction.set_rollback(True)
