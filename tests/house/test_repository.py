"""What the repository as a whole promises."""

import re
import subprocess
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TEXT_SUFFIXES = {
    *(".py", ".md", ".toml", ".lock", ".txt", ".html", ".css", ".js", ".json", ".xml", ".sql", ".svg"),
    *(".typ", ".yml", ".yaml", ".cfg", ".ini", ".srt", ".vtt", ""),
}


@cache
def tracked_texts() -> dict[str, str]:
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard", "-z"], cwd=ROOT, capture_output=True, check=True
    )
    names = [name for name in listed.stdout.decode().split("\0") if name]
    texts = {}
    for name in names:
        path = ROOT / name
        if path.suffix in TEXT_SUFFIXES and path.is_file() and path.stat().st_size < 2_000_000:
            texts[name] = path.read_text(encoding="utf-8", errors="replace")
    return texts


def places(pattern: str, *, but_for: tuple[str, ...] = ()) -> list[str]:
    expression = re.compile(pattern, re.IGNORECASE)
    return [
        f"{name}: {match.group(0)}"
        for name, text in tracked_texts().items()
        if not name.startswith(but_for)
        for match in expression.finditer(text)
    ]


def test_no_file_names_a_package_index() -> None:
    hosts = (
        "pypi" + r"\.org|pythonhosted" + r"\.org|registry\.npm" + r"js|--(extra-)?index-url|find-" + "links"
    )
    assert places(hosts, but_for=("Makefile", "tests/house/test_repository.py")) == []


def test_no_file_carries_a_competitors_name_or_a_machine_path() -> None:
    words = "cours" + "era" + "|/" + "work/|/" + "root/|/tmp/" + "stoa/"
    assert places(words) == []


def test_locks_pin_every_package_with_a_hash() -> None:
    for lock in ("requirements.lock", "requirements-dev.lock"):
        entries = re.split(r"\n(?=[a-z0-9])", (ROOT / lock).read_text())
        assert len(entries) > 40
        for entry in entries:
            assert "==" in entry.split("\n", 1)[0], entry
            assert "--hash=sha256:" in entry, entry


def templates() -> list[str]:
    return [name for name in tracked_texts() if name.startswith("src/stoa/web") and name.endswith(".html")]


@pytest.mark.parametrize(
    ("what", "pattern"),
    [
        ("an inline style", r"<style\b|\sstyle\s*="),
        ("an inline event handler", r"\son(click|change|submit|load|input|error|key\w+)\s*="),
        ("an inline script", r"<script(?![^>]*\b(src=|application/(ld\+)?json))[^>]*>"),
        ("an address of another host", r"(src|href)\s*=\s*[\"']https?://(?!www\.youtube\.com|schema\.org)"),
    ],
)
def test_templates_hold_nothing_that_the_content_security_policy_forbids(what: str, pattern: str) -> None:
    found = [place for place in places(pattern) if place.split(":")[0] in templates()]
    assert found == [], what


def test_doors_hold_no_logic() -> None:
    for name, text in tracked_texts().items():
        if re.fullmatch(r"src/stoa/\w+/api\.py", name):
            assert "__all__" in text, name
            assert not re.search(r"^(def|class|async def|if|for|while) ", text, re.MULTILINE), name


def test_rooms_have_no_drawer_for_everything() -> None:
    drawers = re.compile(r"src/stoa/.*/(utils?|helpers?|common|services?|managers?|misc)(\.py|/)")
    assert [name for name in tracked_texts() if drawers.search(name)] == []


def test_only_interfaces_read_the_clock() -> None:
    below = r"src/stoa/(kernel|policies|people|catalog|courseware|access|ledger|learning|credentials|commerce|discovery|subledger|reporting|flows)/"
    reading = re.compile(
        r"\b(datetime\.now|datetime\.utcnow|date\.today|timezone\.now|clock\.now|time\.time)\("
    )
    found = [
        name
        for name, text in tracked_texts().items()
        if re.match(below, name) and "/migrations/" not in name and reading.search(text)
    ]
    assert found == []
