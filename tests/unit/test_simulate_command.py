"""``stoa simulate`` without any database: it writes, describes and refuses."""

import json
from pathlib import Path

import pytest

from stoa.cli.__main__ import main


def test_a_company_is_written_to_a_folder_without_a_database(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["simulate", "--like", "reported-quarter", "--scale", "1/1000", "--name", "tiny", "--json"]
    assert main([*arguments, "--out", str(tmp_path / "tiny")]) == 0
    told = json.loads(capsys.readouterr().out)
    page = json.loads((tmp_path / "tiny" / "simulation.json").read_text())
    assert told["entity"] == page["entity"] == "tiny"
    assert told["documents"] == page["documents"]
    assert {aim["name"] for aim in told["aims"]} >= {
        "Consumer revenue",
        "Net retention",
        "Registered learners",
    }
    assert told["filed"] is None
    opening = json.loads((tmp_path / "tiny" / "opening.jsonl").read_text())
    assert opening["reference"] == "tiny:opening"


def test_shapes_and_their_schema_are_printed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["simulate", "--shapes"]) == 0
    assert "reported-quarter" in capsys.readouterr().out
    assert main(["simulate", "--schema"]) == 0
    assert json.loads(capsys.readouterr().out)["title"] == "Shape of a company"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([], "Say what the company shall be like"),
        (["--like", "reported-quarter"], "Say what to do with the documents"),
        (["--like", "no-such-shape", "--out", "x"], "neither a file nor a shape"),
        (["--like", "reported-quarter", "--scale", "0", "--out", "x"], "scale: must be above 0"),
        (["--like", "reported-quarter", "--name", "Not A Name", "--out", "x"], "entity: must be lower case"),
    ],
)
def test_what_cannot_be_done_is_refused_in_words(
    arguments: list[str], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["simulate", *arguments]) == 2
    assert words in capsys.readouterr().err


def test_a_scale_that_is_no_number_is_a_mistake_in_the_command(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["simulate", "--like", "reported-quarter", "--scale", "much", "--out", "x"])
    assert "'much' is not a number" in capsys.readouterr().err
