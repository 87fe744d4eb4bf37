"""Writes docs/memos from the book: ``python -m tests.spec.write_memos``."""

from pathlib import Path

from stoa.policies import worked
from stoa.policies.registry import CONSUMER_SINGLE_COURSE
from tests.spec import document_memos
from tests.spec.book import memo
from tests.spec.consumer_single_course import CASES
from tests.spec.worked_memos import file_name, worked_memo

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "memos"


def main() -> None:
    """Write every memo."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    (FOLDER / "consumer-single-course.md").write_text(memo(CONSUMER_SINGLE_COURSE, CASES))
    for policy in worked.POLICIES:
        (FOLDER / file_name(policy)).write_text(worked_memo(policy))
    for family, cases in document_memos.cases_by_family().items():
        (FOLDER / document_memos.file_name(family)).write_text(document_memos.document_memo(family, cases))


if __name__ == "__main__":
    main()
