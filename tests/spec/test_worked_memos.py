"""The memos in docs are those that the book makes (``python -m tests.spec.write_memos`` renews them)."""

import pytest

from stoa.policies.frame import Policy
from stoa.policies.worked import POLICIES
from tests.spec.document_memos import cases_by_family, document_memo
from tests.spec.document_memos import file_name as document_file_name
from tests.spec.worked_memos import file_name, worked_memo
from tests.spec.write_memos import FOLDER


@pytest.mark.parametrize("policy", POLICIES, ids=[policy.name for policy in POLICIES])
def test_the_memo_is_current(policy: Policy) -> None:
    written = (FOLDER / file_name(policy)).read_text()
    assert written == worked_memo(policy), "run: python -m tests.spec.write_memos"


@pytest.mark.parametrize("family", sorted(cases_by_family()))
def test_the_memo_of_documents_is_current(family: str) -> None:
    written = FOLDER / document_file_name(family)
    assert written.exists() and written.read_text() == document_memo(family, cases_by_family()[family]), (
        "run: python -m tests.spec.write_memos"
    )
