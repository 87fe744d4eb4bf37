"""``stoa documents file``: whatever a file holds, each line is judged by itself and nothing else than a report comes back."""

import gzip
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from stoa.cli import documents as command
from stoa.flows import filing
from stoa.kernel.refusals import Invalid
from stoa.subledger import api as subledger
from tests.builders.books import ENTITY

pytestmark = pytest.mark.django_db

RECEIPT = {
    "kind": "receipt",
    "reference": "receipt:1",
    "entity": ENTITY,
    "received_at": "2025-07-03T12:00:00Z",
    "access_granted_at": "2025-07-03T12:00:00Z",
    "currency": "USD",
    "price_minor": 4900,
    "tax_minor": 0,
    "tax_jurisdiction": "US-CA",
    "processing_fee_minor": 172,
    "start_on": "2025-07-03",
    "end_on": "2025-12-30",
    "course": "astronomy",
    "partner": "lyceum",
    "customer": "learner:1",
    "order": "S-1",
}
LINES = [{"account": "6000", "debit": "10"}, {"account": "2010", "credit": "10"}]
ENTRY = {"kind": "manual_entry", "reference": "E-1", "entity": ENTITY, "on": "2025-07-31", "reason": "r"}

Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def write(*lines: bytes | str | dict[str, Any]) -> Path:
        path = tmp_path / "documents.jsonl"
        texts = [json.dumps(line) if isinstance(line, dict) else line for line in lines]
        path.write_bytes(b"\n".join(text.encode() if isinstance(text, str) else text for text in texts))
        return path

    return write


def reason(report: subledger.FilingReport) -> str:
    ((_, words),) = report.refused
    return words


def test_a_line_that_is_no_text_does_not_sink_the_others(write: Write) -> None:
    bad = json.dumps(RECEIPT | {"reference": "receipt:x"}).encode().replace(b"astronomy", b"\xe9t\xe9")
    path = write(RECEIPT, bad, RECEIPT | {"reference": "receipt:2"})
    report = command.file_path(str(path))
    assert report.new == 2
    assert report.refused[0][0] == "line 2"
    assert "is not UTF-8 text" in reason(report)


def test_a_file_that_was_cut_off_is_filed_up_to_the_cut(write: Write) -> None:
    path = write(RECEIPT, json.dumps(RECEIPT | {"reference": "receipt:2"})[:90])
    report = command.file_path(str(path))
    assert (report.new, len(report.refused)) == (1, 1)
    assert "is not JSON" in reason(report)


def test_a_mark_of_the_byte_order_is_passed_over(write: Write) -> None:
    assert command.file_path(str(write(b"\xef\xbb\xbf" + json.dumps(RECEIPT).encode()))).new == 1


def test_a_line_too_long_to_be_a_document_is_refused_alone(
    write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(command, "_LONGEST_LINE", 2048)
    path = write(
        RECEIPT | {"course": "x" * 9000}, RECEIPT, RECEIPT | {"reference": "r:3", "course": "x" * 1500}
    )
    report = command.file_path(str(path))
    assert report.new == 1
    assert [name for name, _ in report.refused] == ["line 1", "r:3"]
    assert "is longer than" in report.refused[0][1]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (gzip.compress(b"{}"), "is compressed; unpack it first"),
        (b"PAR1", r"give its name the ending \.parquet"),
        (b"PK\x03\x04...", "spreadsheet"),
        ('{"kind": "receipt"}'.encode("utf-16"), "save it as UTF-8"),
        (b'  [\n{"kind": "receipt"}]', "one document a line"),
    ],
)
def test_another_kind_of_file_is_told_from_its_first_bytes(write: Write, content: bytes, words: str) -> None:
    with pytest.raises(Invalid, match=words):
        command.file_path(str(write(content)))


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"received_at": "9999-12-31T23:59:59Z"}, "received_at must lie in the years 1902 to 2150"),
        ({"start_on": "9999-12-31", "end_on": "9999-12-31"}, "start_on must lie in the years 1902 to 2150"),
        ({"start_on": "0001-01-01"}, "start_on must lie in the years 1902 to 2150"),
        ({"end_on": "9999-12-31"}, "end_on must lie in the years 1902 to 2150"),
        ({"received_at": "0001-01-01T00:00:00+14:00"}, "received_at must lie in the years"),
        ({"currency": "UDS"}, "is not a currency code"),
        ({"order": "S-1\x1b[2J"}, "order has a control character"),
        ({"reference": "receipt:1\u200b"}, "cannot be seen"),
        ({"reference": "\u202ereceipt:1"}, "cannot be seen"),
        ({"reference": " receipt:1"}, "a space at an end"),
        ({"reference": "receipt\n1"}, "cannot be seen"),
    ],
)
def test_absurd_days_and_unseen_characters_are_refused(
    write: Write, changes: dict[str, Any], words: str
) -> None:
    assert words in reason(command.file_path(str(write(RECEIPT | changes))))


def test_references_of_entries_hold_no_unseen_character_either(write: Write) -> None:
    report = command.file_path(str(write(ENTRY | {"reference": "E\u200b1", "lines": LINES})))
    assert "cannot be seen" in reason(report)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ('{"kind": "receipt", "kind": "receipt"}', "kind is said twice"),
        ("[" * 100_000, "is nested too deeply"),
        ('{"a":' * 100_000, "is nested too deeply"),
        ('{"kind": NaN}', "NaN is not a number"),
        ('{"kind"', "is not JSON: Expecting ':' delimiter at character 8"),
        ('{"kind": "receipt", "reference": "\\ud800"}', "half of a character"),
        ('{"price": ' + "9" * 5000 + "}", "has a number of 5000 digits"),
        ("7", "is not a JSON object"),
    ],
)
def test_what_is_no_json_object_is_refused_in_words(line: str, words: str) -> None:
    assert words in reason(filing.file_rows([("line 1", line)]))


def test_a_refusal_quotes_no_page_of_digits(write: Write) -> None:
    lines = [LINES[0] | {"debit": "1" * 5000}, LINES[1]]
    words = reason(command.file_path(str(write(ENTRY | {"lines": lines}))))
    assert len(words) < 250
    assert "is not a number" in words
