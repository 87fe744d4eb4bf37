"""The chapter holds, and the memo in docs is the one it makes (``python -m tests.spec.write_memos`` renews it)."""

import pytest

from stoa.policies.registry import CONSUMER_SINGLE_COURSE
from tests.spec.book import Case, balances_of, memo
from tests.spec.consumer_single_course import CASES
from tests.spec.write_memos import FOLDER


@pytest.mark.parametrize("case", CASES, ids=[case.title for case in CASES])
def test_the_policy_gives_what_the_book_says(case: Case) -> None:
    for day, expected in case.balances.items():
        assert balances_of(CONSUMER_SINGLE_COURSE, case, day) == dict(sorted(expected.items())), day


def test_the_memo_is_current() -> None:
    written = (FOLDER / "consumer-single-course.md").read_text()
    assert written == memo(CONSUMER_SINGLE_COURSE, CASES), "run: python -m tests.spec.write_memos"
