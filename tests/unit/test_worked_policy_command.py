"""``stoa policy`` runs a worked policy on any kind of file, and says where facts are wrong."""

import json
from pathlib import Path

import pytest

from stoa.cli.__main__ import main
from stoa.policies.worked import POLICIES, find

_SPLIT = {
    "price": "90",
    "obligations": [
        {"id": "A", "standalone_selling_price": "30"},
        {"id": "B", "standalone_selling_price": "60"},
    ],
}


def test_json_gives_values_and_steps(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "facts.json").write_text(json.dumps(_SPLIT))
    arguments = ["policy", "revenue_allocation", "--facts", str(tmp_path / "facts.json")]
    assert main([*arguments, "--format", "json", "--explain"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert said["values"]["allocation"] == {"A": "30.00", "B": "60.00"}
    assert said["steps"][0]["paragraph"] == "606-10-32-31"


def test_a_folder_of_json_lines_and_csv_gives_one_answer_a_row(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "a.jsonl").write_text(f"{json.dumps(_SPLIT)}\n{json.dumps(_SPLIT)}\n")
    (tmp_path / "b.csv").write_text(
        "price,obligations.0.id,obligations.0.standalone_selling_price\n7.00,only,1\n"
    )
    assert main(["policy", "revenue_allocation", "--facts", str(tmp_path), "--format", "json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert [each["values"]["total"] for each in said] == ["90.00", "90.00", "7.00"]


def test_through_sets_the_last_day(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "facts.json"
    path.write_text(json.dumps({"amount": "365", "start_on": "2025-01-01", "end_on": "2026-01-01"}))
    arguments = ["policy", "ratable_schedule", "--facts", str(path), "--format", "csv"]
    assert main([*arguments, "--through", "2025-01-31"]) == 0
    assert "1,earned_to_date,31.00" in capsys.readouterr().out
    assert main([*arguments, "--period", "2025-02"]) == 0
    assert "1,earned_to_date,59.00" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("text", "words"),
    [("{", "is not JSON"), ("[]", "no facts"), ('{"price": "x"}', "price"), ("7", "expected an object")],
)
def test_bad_facts_are_refused_with_the_place(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str, words: str
) -> None:
    (tmp_path / "facts.json").write_text(text)
    assert main(["policy", "revenue_allocation", "--facts", str(tmp_path / "facts.json")]) == 2
    assert words in capsys.readouterr().err


def test_names_are_unique_and_every_policy_explains_itself(capsys: pytest.CaptureFixture[str]) -> None:
    assert len({policy.name for policy in POLICIES}) == len(POLICIES)
    for policy in POLICIES:
        assert main(["policy", policy.name]) == 0
        assert main(["policy", policy.name, "--schema"]) == 0
    assert find("nothing") is None
    assert "Example" not in capsys.readouterr().err
