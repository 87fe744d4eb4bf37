"""The commands of the books: words for people, JSON for programs, exit codes for scripts."""

import json
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from stoa.base import clock
from stoa.cli.__main__ import main
from stoa.subledger import api as subledger
from tests.builders.books import a_receipt

pytestmark = pytest.mark.django_db

Output = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def _in_september(monkeypatch: pytest.MonkeyPatch) -> None:
    from stoa.cli import __main__ as command

    monkeypatch.setattr(command, "_open_database", lambda *_: None)
    clock.set_test_clock(to=datetime(2025, 9, 1, 9, tzinfo=UTC))


def stoa(*arguments: str) -> int:
    return main(arguments)


def a_line(**changes: object) -> str:
    row: dict[str, object] = {
        "kind": "receipt",
        "reference": "receipt:1",
        "entity": "stoa-us",
        "received_at": "2025-08-05T10:00:00+00:00",
        "access_granted_at": "2025-08-05T10:00:00+00:00",
        "currency": "USD",
        "price_minor": 4900,
        "tax_minor": 0,
        "tax_jurisdiction": "",
        "processing_fee_minor": 172,
        "start_on": "2025-08-05",
        "end_on": "2026-02-05",
        "course": "logic",
        "partner": "lyceum",
        "customer": "learner:1",
        "order": "S-1",
    }
    return json.dumps(row | changes)


def test_a_month_goes_from_a_file_to_a_sealed_close(tmp_path: Path, capsys: Output) -> None:
    path = tmp_path / "documents.jsonl"
    path.write_text(a_line() + "\n" + a_line(reference="receipt:2", order="S-2") + "\n")
    assert stoa("documents", "file", str(path)) == 0
    assert stoa("documents", "file", str(path)) == 0
    assert "0 filed, 2 known already" in capsys.readouterr().out

    assert stoa("close", "2025-08") == 2
    assert "stoa post --through 2025-08" in capsys.readouterr().out
    assert stoa("post", "--through", "2025-08", "--json") == 0
    assert json.loads(capsys.readouterr().out)["months"][0]["documents"] == 2
    assert stoa("close", "2025-08", "--by", "Ada", "--json") == 0
    closed = json.loads(capsys.readouterr().out)
    assert (closed["outcome"], closed["closed_by"], len(closed["checks"])) == ("closed", "Ada", 14)
    assert stoa("close", "2025-08") == 0
    assert "already closed" in capsys.readouterr().out
    assert stoa("journal", "verify") == 0

    for name in ("trial-balance", "deferred-revenue", "revenue"):
        assert stoa("report", name, "--period", "2025-08") == 0
        assert stoa("report", name, "--period", "2025-08", "--json") == 0
    assert stoa("documents", "show", "receipt:1") == 0
    assert "2026-02" in capsys.readouterr().out
    output = tmp_path / "books.beancount"
    assert stoa("journal", "export", "--output", str(output)) == 0
    assert "balance Income:4000-Revenue" in output.read_text()
    assert stoa("journal", "export", "--output", str(tmp_path / "nowhere" / "books")) == 2
    assert "cannot be written" in capsys.readouterr().err


def test_each_bad_row_is_reported_and_the_rest_is_filed(tmp_path: Path, capsys: Output) -> None:
    path = tmp_path / "documents.jsonl"
    path.write_text(
        "\n".join(
            [
                "not json",
                "[]",
                a_line(kind="gift"),
                a_line(price_minor=-1),
                a_line(),
                a_line(colour="blue"),
                "[" * 9_000,
            ]
        )
    )
    assert stoa("documents", "file", str(path), "--json") == 2
    report = json.loads(capsys.readouterr().out)
    assert (report["filed"], len(report["refused"])) == (1, 6)
    assert {row["reference"] for row in report["refused"]} >= {
        "line 1",
        "line 2",
        "line 3",
        "line 6",
        "receipt:1",
    }


def test_a_table_of_receipts_is_filed_like_single_ones(tmp_path: Path, capsys: Output) -> None:
    from stoa.policies.engine import Engine

    receipt = a_receipt(on=date(2025, 8, 4), tax_minor=7, reference="receipt:table")
    subledger.file(receipt)
    path = tmp_path / "receipts.parquet"
    fields = [name for name in receipt.__dataclass_fields__ if name != "kind"]
    columns = ", ".join(f'? AS "{name}"' for name in fields)
    with Engine() as engine:
        engine.query(
            f"COPY (SELECT {columns} UNION ALL SELECT {columns} UNION ALL SELECT {columns}) TO '{path}' (FORMAT parquet)",
            [getattr(receipt, name) for name in fields]
            + [getattr(a_receipt(on=date(2025, 8, 5), reference="receipt:new"), name) for name in fields]
            + [
                getattr(a_receipt(on=date(2025, 8, 5), currency="usd", reference="receipt:bad"), name)
                for name in fields
            ],
        )
    assert stoa("documents", "file", str(path), "--json") == 2
    report = json.loads(capsys.readouterr().out)
    assert (report["filed"], report["known"]) == (1, 1)
    assert [row["reference"] for row in report["refused"]] == ["receipt:bad"]


@pytest.mark.parametrize(
    "arguments",
    [
        ("documents", "show", "nothing"),
        ("documents", "file", "no-such-file.jsonl"),
        ("documents", "file", "no-such-file.parquet"),
        ("documents", "file", "--schema", "gift"),
        ("post", "--through", "2031-01"),
        ("journal", "export"),
        ("policy", "nope"),
        ("policy", "taxes_excluded", "--facts", "facts.json"),
        ("policy", "consumer_single_course", "--facts", "no-such-file.json"),
    ],
)
def test_a_refusal_is_one_sentence_and_exit_code_2(arguments: tuple[str, ...], capsys: Output) -> None:
    assert stoa(*arguments) == 2
    assert capsys.readouterr().err.startswith("stoa: ")


@pytest.mark.parametrize(
    "arguments", [("close", "2025-13"), ("report", "gossip"), ("post", "--through", "soon")]
)
def test_bad_arguments_end_with_exit_code_2(arguments: tuple[str, ...]) -> None:
    with pytest.raises(SystemExit) as ended:
        stoa(*arguments)
    assert ended.value.code == 2


def test_a_policy_runs_on_facts_from_a_file(tmp_path: Path, capsys: Output) -> None:
    facts = [{"reference": "a", "price": "49.00", "start_on": "2025-07-10", "end_on": "2026-01-10"}]
    path = tmp_path / "facts.json"
    path.write_text(json.dumps(facts))
    table = tmp_path / "facts.csv"
    table.write_text("reference,price,start_on,end_on\na,49.00,2025-07-10,2026-01-10\n")
    answers = []
    for each in (path, table):
        assert (
            stoa(
                "policy",
                "consumer_single_course",
                "--facts",
                str(each),
                "--period",
                "2025-07",
                "--format",
                "json",
            )
            == 0
        )
        answers.append(json.loads(capsys.readouterr().out)["lines"])
    assert answers[0] == answers[1]
    assert {
        "month": "2025-07",
        "account": "revenue",
        "activity": "service",
        "currency": "USD",
        "amount": "-5.86",
    } in answers[0]
    for extra in (
        ("--schema",),
        ("--facts", str(path), "--explain"),
        ("--facts", str(path), "--format", "csv"),
    ):
        assert stoa("policy", "consumer_single_course", *extra) == 0
    assert stoa("policies") == 0
    assert stoa("policies", "--note") == 0
    assert stoa("policies", "--json") == 0
    assert "606-10-25-31" in capsys.readouterr().out


@pytest.mark.parametrize(
    "facts",
    [
        "nonsense",
        '[{"reference": "a"}]',
        '[{"reference": "a", "price": "x", "start_on": "2025-07-10", "end_on": "2026-01-10"}]',
        '[{"reference": "a", "price": "1.001", "start_on": "2025-07-10", "end_on": "2026-01-10"}]',
        '[{"reference": "a", "price": -1, "start_on": "2025-07-10", "end_on": "2026-01-10"}]',
        '[{"reference": "a", "price": 1, "start_on": "2026-07-10", "end_on": "2026-01-10"}]',
        '[{"reference": "a", "price": 1, "start_on": "soon", "end_on": "2026-01-10"}]',
        '[{"reference": "a", "price": 1, "currency": "dollars", "start_on": "2025-07-10", "end_on": "2026-01-10"}]',
        '[{"reference": "a", "price": 1, "kind": "gift"}]',
        '[{"reference": "a", "price": 1, "colour": "blue"}]',
        "[1, 2]",
        '[{"reference": "a", "price": 1e999999, "start_on": "2025-07-10", "end_on": "2026-01-10"}]',
        '[{"reference": "a", "price": "99999999999999999999", "start_on": "2025-07-10", "end_on": "2026-01-10"}]',
        '[{"reference": "a", "price": 1, "start_on": "0001-01-01", "end_on": "9999-12-31"}]',
    ],
)
def test_facts_that_make_no_sense_are_refused_by_row(facts: str, tmp_path: Path, capsys: Output) -> None:
    path = tmp_path / "facts.json"
    path.write_text(facts)
    assert stoa("policy", "consumer_single_course", "--facts", str(path)) == 2
    assert capsys.readouterr().err.startswith("stoa: ")


def test_a_policy_answers_for_a_quarter_and_a_year(tmp_path: Path, capsys: Output) -> None:
    path = tmp_path / "facts.json"
    contract = {"start_on": "2025-07-01", "end_on": "2026-07-01", "access_on": "2025-07-01", "price": "3650"}
    path.write_text(json.dumps(contract | {"customer": "alder"}))
    for period, earned in (("2025-Q3", "920.00"), ("2025-07", "310.00"), ("2025", "1840.00")):
        assert (
            stoa("policy", "seat_contracts", "--facts", str(path), "--period", period, "--format", "json")
            == 0
        )
        assert json.loads(capsys.readouterr().out)["values"]["revenue_to_date"] == earned
    path.write_text('{"commissions": [{"id": "new", "amount": "3600", "earned_on": "2025-01-01"}]}')
    assert (
        stoa(
            "policy", "deferred_commissions", "--facts", str(path), "--period", "2025-Q3", "--format", "json"
        )
        == 0
    )
    assert json.loads(capsys.readouterr().out)["values"]["amortization"] == "300.00"
    path.write_text('[{"reference": "a", "price": "92", "start_on": "2025-07-01", "end_on": "2025-10-01"}]')
    assert (
        stoa(
            "policy", "consumer_single_course", "--facts", str(path), "--period", "2025-Q3", "--format", "csv"
        )
        == 0
    )
    assert capsys.readouterr().out.count("revenue") == 3
    with pytest.raises(SystemExit):
        stoa("policy", "seat_contracts", "--period", "2025-Q5")


def an_entry_row(**changes: object) -> dict[str, object]:
    lines = [{"account": "6000", "debit": "10.50"}, {"account": "2010", "credit": "10.50"}]
    row = {"kind": "manual_entry", "reference": "entry:1", "entity": "stoa-us", "on": "2025-08-31"}
    return row | {"reason": "Salaries", "lines": lines} | changes


def test_documents_of_every_kind_come_from_one_file(tmp_path: Path, capsys: Output) -> None:
    rows = [
        an_entry_row(),
        an_entry_row(reference="entry:2", lines=[{"account": "6000", "debit": "1"}]),
        an_entry_row(
            reference="entry:3", lines=[{"account": "2100", "debit": "1"}, {"account": "4000", "credit": "1"}]
        ),
        an_entry_row(reference="entry:4", reason="\ud800"),
        an_entry_row(reference="entry:5", on="someday"),
        {"kind": "invoice_issued", "reference": "invoice:1", "entity": "stoa-us", "contract": "seats:1"}
        | {"on": "2025-08-05", "amount": 1200.25},
    ]
    path = tmp_path / "documents.jsonl"
    path.write_text(a_line() + "\n" + "\n".join(json.dumps(row) for row in rows) + "\n")
    assert stoa("documents", "file", str(path), "--json") == 2
    report = json.loads(capsys.readouterr().out)
    assert report["filed"] == 3
    refused = {row["reference"]: row["reason"] for row in report["refused"]}
    assert refused.keys() == {"line 3", "entry:3", "line 5", "line 6"}
    assert "two or more" in refused["line 3"]
    assert "kept by its subledger" in refused["entry:3"]
    assert stoa("documents", "file", str(path), "--json") == 2
    assert json.loads(capsys.readouterr().out)["known"] == 3
    assert stoa("documents", "list", "--period", "2025-08") == 0
    assert "1200.25" in capsys.readouterr().out
    assert stoa("documents", "show", "entry:1") == 0


def test_a_table_with_kinds_is_filed_like_lines(tmp_path: Path, capsys: Output) -> None:
    from stoa.policies.engine import Engine

    path = tmp_path / "documents.parquet"
    with Engine() as engine:
        engine.query(
            "COPY (SELECT 'asset_placed' AS kind, 'asset:' || n AS reference, 'stoa-us' AS entity, 'servers' AS name, "
            "CAST(3600.50 AS DECIMAL(12, 2)) AS cost, DATE '2025-08-05' AS in_service_on, 36 AS life_months, "
            "CASE WHEN n = 2 THEN 'nowhere' END AS function FROM range(3) AS given (n)) "
            f"TO '{path}' (FORMAT parquet)"
        )
    assert stoa("documents", "file", str(path), "--json") == 2
    report = json.loads(capsys.readouterr().out)
    assert report["filed"] == 2
    assert [row["reference"] for row in report["refused"]] == ["row 3"]


def test_kinds_are_listed_with_their_schemas(capsys: Output) -> None:
    assert stoa("documents", "kinds") == 0
    assert "seat_contract_signed" in capsys.readouterr().out
    assert stoa("documents", "kinds", "--json") == 0
    kinds = json.loads(capsys.readouterr().out)
    assert [row["kind"] for row in kinds] == list(subledger.KINDS)
    for row in kinds:
        assert row["words"], row
        assert stoa("documents", "schema", row["kind"]) == 0
        schema = json.loads(capsys.readouterr().out)
        assert schema["properties"]["kind"] == {"const": row["kind"]}
        assert {"kind", "reference", "entity"} <= set(schema["required"])
    assert stoa("documents", "schema", "gift") == 2
