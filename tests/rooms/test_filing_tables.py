"""Filing tables of what consumers do: like one by one, row by row judged, once, and late where the month is locked."""

from collections.abc import Iterable
from dataclasses import fields, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from stoa.flows import month_end, posting
from stoa.kernel.refusals import Invalid
from stoa.kernel.spans import Month
from stoa.policies.engine import Engine
from stoa.subledger import api as subledger
from tests.builders.books import a_dispute_of, a_gift, a_loss_of, a_receipt, a_refund_of, a_win_of

pytestmark = pytest.mark.django_db

NOW = datetime(2025, 12, 1, 9, tzinfo=UTC)


def a_table(path: Path, documents: Iterable[subledger.Document], **changes: Any) -> Path:
    """A Parquet table with one row a document and every field of each, as text or number."""
    rows: list[dict[str, Any]] = []
    for document in documents:
        row = {field.name: getattr(document, field.name) for field in fields(document)}
        rows.append({"kind": document.kind} | row)
    for name, value in changes.items():
        rows[-1][name] = value
    names = list(dict.fromkeys(name for row in rows for name in row))
    columns = ", ".join(f'"{name}" {_type(name, changes)}' for name in names)
    with Engine() as engine:
        engine.query(f"CREATE TABLE made ({columns})")
        for row in rows:
            values = [row.get(name) for name in names]
            engine.query(f"INSERT INTO made VALUES ({', '.join('?' * len(names))})", values)
        engine.query(f"COPY made TO '{path}' (FORMAT parquet)")
    return path


def _type(name: str, changes: dict[str, Any]) -> str:
    if isinstance(changes.get(name), float):
        return "DOUBLE"
    endings = {"_minor": "BIGINT", "_at": "TIMESTAMPTZ", "_on": "DATE"}
    return next((kind for ending, kind in endings.items() if name.endswith(ending)), "VARCHAR")


def a_week() -> list[subledger.Document]:
    """One document of every kind that is filed in sets."""
    receipt = a_receipt(tax_minor=120, gateway="stripes")
    other = replace(
        a_receipt(on=date(2025, 7, 3), credit_used_minor=1000, product="catalog_subscription"),
        course="",
        partner="",
        access_granted_at=datetime(2025, 7, 5, 8, tzinfo=UTC),
    )
    won, lost = a_dispute_of(receipt, on=date(2025, 7, 20)), a_dispute_of(other, on=date(2025, 7, 21))
    gift = a_gift(on=date(2025, 7, 1))
    returned = subledger.CreditRefunded(
        reference="credit-back:1",
        entity=gift.entity,
        sale=gift.reference,
        refunded_at=gift.sold_at,
        currency="USD",
        amount_minor=gift.amount_minor,
        customer=gift.customer,
        order=gift.order,
    )
    return [
        *(receipt, other, a_refund_of(receipt), won, lost, a_win_of(won, on=date(2025, 7, 25))),
        *(a_loss_of(lost, on=date(2025, 7, 26)), gift, returned),
    ]


def test_a_table_of_every_kind_is_filed_as_if_one_by_one(tmp_path: Path) -> None:
    documents = a_week()
    table = a_table(tmp_path / "week.parquet", documents)
    report = subledger.file_table(table)
    assert (report.new, report.known, report.refused) == (len(documents), 0, ())
    # Filing the same facts singly finds them there, so they lie in the table in the same form.
    assert subledger.file_many(documents).known == len(documents)
    assert subledger.file_table(table).known == len(documents)


def test_a_table_that_brings_known_and_new_documents_files_the_new_ones(tmp_path: Path) -> None:
    known, new, changed = a_receipt(), a_receipt(), a_receipt()
    subledger.file(known)
    subledger.file(changed)
    table = a_table(tmp_path / "some.parquet", [known, new, replace(changed, price_minor=1), new])
    report = subledger.file_table(table)
    assert (report.new, report.known) == (1, 2)
    assert [reference for reference, _ in report.refused] == [changed.reference]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"price_minor": -1}, "price_minor must be a whole number of minor units, zero or more"),
        ({"price_minor": 49.5}, "price_minor must be a whole number of minor units, zero or more"),
        ({"end_on": date(2025, 7, 1)}, "end_on must not lie before start_on"),
        ({"end_on": None}, "end_on must be a day"),
        ({"received_at": None}, "received_at must be an instant"),
        ({"currency": "usd"}, "currency must be a code such as USD"),
        ({"order": " "}, "order must not be empty"),
        ({"partner": ""}, "partner must not be empty"),
        ({"credit_used_minor": 10**6}, "credit_used_minor must not be more than price and tax together"),
        ({"reference": "x" * 201}, "reference must be text of at most 200 characters"),
        ({"course": "nul\x00"}, "course has a control character"),
    ],
)
def test_one_bad_row_is_reported_and_does_not_sink_the_rest(
    tmp_path: Path, changes: dict[str, Any], words: str
) -> None:
    good, bad = a_receipt(), a_receipt()
    report = subledger.file_table(a_table(tmp_path / "rows.parquet", [good, bad], **changes))
    assert (report.new, report.known) == (1, 0)
    assert report.refused == ((changes.get("reference", bad.reference), words),)


def test_columns_that_are_left_out_are_at_their_default(tmp_path: Path) -> None:
    receipt = a_receipt()
    path, slim = a_table(tmp_path / "all.parquet", [receipt]), tmp_path / "slim.parquet"
    with Engine() as engine:
        engine.query(
            "COPY (SELECT * EXCLUDE (kind, product, gateway, credit_used_minor) "
            f"FROM read_parquet('{path}')) TO '{slim}' (FORMAT parquet)"
        )
    assert subledger.file_table(slim).new == 1
    assert not subledger.file(receipt).is_new


def test_a_table_without_a_required_column_is_refused_whole(tmp_path: Path) -> None:
    path, short = a_table(tmp_path / "all.parquet", [a_receipt()]), tmp_path / "short.parquet"
    with Engine() as engine:
        engine.query(f"COPY (SELECT * EXCLUDE (customer) FROM read_parquet('{path}')) TO '{short}'")
    with pytest.raises(Invalid, match="no column customer"):
        subledger.file_table(short)
    nothing = tmp_path / "nothing.parquet"
    nothing.write_text("no table")
    with pytest.raises(Invalid, match="cannot be read"):
        subledger.file_table(nothing)


def test_rows_of_a_locked_or_soft_closed_month_count_in_the_first_open_one(tmp_path: Path) -> None:
    subledger.file(a_receipt(on=date(2025, 7, 10)))
    posting.post(through=Month(2025, 8), posted_at=NOW)
    month_end.close(Month(2025, 7), closed_at=NOW, actor="Ada")
    late, single = a_receipt(on=date(2025, 7, 12)), a_receipt(on=date(2025, 7, 13))
    assert subledger.file_table(a_table(tmp_path / "late.parquet", [late])).new == 1
    subledger.file(single)
    found = [subledger.find_document(each.reference).counts_from for each in (late, single)]
    assert found == [date(2025, 8, 1)] * 2
    posting.post(through=Month(2025, 8), posted_at=NOW)
    month_end.soft_close(Month(2025, 8), closed_at=NOW, actor="Ada")
    later = a_receipt(on=date(2025, 8, 12))
    assert subledger.file_table(a_table(tmp_path / "later.parquet", [later])).new == 1
    assert subledger.find_document(later.reference).counts_from == date(2025, 9, 1)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"end_on": date(9999, 12, 31)}, "end_on must lie in the years 1902 to 2150"),
        ({"received_at": datetime(1, 1, 2, tzinfo=UTC)}, "received_at must lie in the years 1902 to 2150"),
        ({"reference": "receipt:1\u200b"}, "cannot be seen"),
        ({"reference": "receipt:1 "}, "a space at an end"),
        ({"order": "S-1\x1b[2J"}, "order has a control character"),
        ({"currency": "UDS"}, "currency must be a code such as USD"),
    ],
)
def test_a_row_with_absurd_days_or_unseen_characters_is_refused(
    tmp_path: Path, changes: dict[str, Any], words: str
) -> None:
    report = subledger.file_table(a_table(tmp_path / "bad.parquet", [a_receipt()], **changes))
    assert report.new == 0
    assert words in report.refused[0][1]


def test_a_table_whose_kinds_are_no_text_is_refused_in_words(tmp_path: Path) -> None:
    path = tmp_path / "numbers.parquet"
    with Engine() as engine:
        engine.query(f"COPY (SELECT 7 AS kind, 'r:1' AS reference) TO '{path}' (FORMAT parquet)")
    with pytest.raises(Invalid, match="its column kind must be text"):
        subledger.file_table(path)
