"""What the documents say is true: links lead somewhere, commands exist, variables are read, parts are explained."""

import re
import tomllib
from pathlib import Path

import pytest

from stoa.cli.__main__ import command_names

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("demo/*.md")])
RECORDS = sorted((ROOT / "docs" / "decisions").glob("[0-9]*.md"))


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_link_leads_to_a_file(document: Path) -> None:
    links = re.findall(r"(?<!!)\[[^\]]*\]\(([^)#\s]+)[^)]*\)", document.read_text())
    for link in links:
        if not link.startswith(("http://", "https://", "mailto:")):
            assert (document.parent / link).exists(), link


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_command_that_a_document_shows_exists(document: Path) -> None:
    text = document.read_text()
    shown = re.findall(r"(?:^|`)(?:\.venv/bin/)?stoa ([a-z][a-z-]*)", text, re.MULTILINE)
    assert set(shown) <= set(command_names())
    targets = re.findall(r"^([a-z][a-z-]*):", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert set(re.findall(r"(?:^|`)make ([a-z][a-z-]*)", text, re.MULTILINE)) <= set(targets)


def test_every_script_that_the_makefile_runs_is_there() -> None:
    scripts = re.findall(r"(?:docs|tests|demo|benchmarks)/\w+\.py", (ROOT / "Makefile").read_text())
    assert scripts
    assert [script for script in scripts if not (ROOT / script).exists()] == []


def test_the_index_of_decisions_lists_each_record_by_its_title() -> None:
    titles = [
        (path.name, *path.read_text().split("\n", 1)[0].removeprefix("# ").split(" ", 1)) for path in RECORDS
    ]
    index = (ROOT / "docs" / "decisions" / "README.md").read_text()
    expected = [f"- [{number}]({name}) {title}" for name, number, title in titles]
    assert re.findall(r"^- .*$", index, re.MULTILINE) == expected


def test_every_dependency_earns_its_place_in_the_record_of_parts() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    asked = [*project["project"]["dependencies"], *project["dependency-groups"]["dev"]]
    names = {re.split(r"[\[><=]", each)[0] for each in asked}
    record = (ROOT / "docs" / "decisions" / "0001-parts.md").read_text().lower()
    cells = [cell.split("|")[1] for cell in record.splitlines() if cell.startswith("| ")]
    explained = {name.strip() for cell in cells for name in cell.split(",")}
    explained = {*explained, "django", "psycopg"}  # "Django 5.2 LTS", "psycopg 3 with its pool"
    assert names - explained == set()


def test_the_operators_guide_names_every_variable_that_is_read() -> None:
    source = "\n".join(path.read_text() for path in (ROOT / "src").rglob("*.py"))
    variable = r"\"((?:STOA_[A-Z_]+)|DATABASE_URL)\""
    read = set(re.findall(rf"(?:text|flag|number|choice|time_zone)\({variable}", source))
    guide = (ROOT / "docs" / "guide" / "operator.md").read_text()
    named = set(re.findall(r"`(STOA_[A-Z_]+|DATABASE_URL)(?:=1)?`", guide))
    assert len(read) > 15
    assert named == read
