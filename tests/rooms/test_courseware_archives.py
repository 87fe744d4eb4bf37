"""Every Open edX course at hand comes in whole; its counts agree with a naive walk of its files."""

import json
import os
import re
import signal
import subprocess
import sys
import time
import xml.etree.ElementTree as ET
from collections import Counter
from dataclasses import asdict
from pathlib import Path

import lxml.html
import pytest
from django.db import connection

from stoa.courseware import api as courseware
from stoa.courseware.models import Block, CourseVersion
from stoa.flows.import_course import import_course
from stoa.kernel.money import usd
from tests.builders.courseware import IMPORTED_AT, write_course

SHARED = Path(
    os.environ.get("STOA_SHARED_CONTENT") or Path(__file__).resolve().parents[3] / "shared" / "content"
)
ARCHIVES = sorted(SHARED.glob("olx-*.tar.gz"))
CONTAINERS = {
    "course",
    "library",
    "chapter",
    "sequential",
    "vertical",
    "split_test",
    "library_content",
    "conditional",
}


def naive_counts(parsed: courseware.ParsedCourse, root_name: str) -> Counter[str]:
    """Follow pointers by the simplest rule there is, with the standard library's own parser."""
    files = parsed.sources
    found: Counter[str] = Counter()

    def walk(element: ET.Element) -> None:
        name = element.get("url_name", "")
        path = f"{element.tag}/{name.replace(':', '/')}.xml"
        if not len(element) and not (element.text or "").strip() and path in files:
            element = ET.fromstring(files.read(path))
        found[element.tag] += 1
        if element.tag not in CONTAINERS:
            found["items"] += 1
            if element.tag == "problem":
                found["responses"] += sum(each.tag.endswith("response") for each in element.iter())
            return
        for child in element:
            if child.tag not in ("wiki", "textbook"):
                walk(child)

    walk(ET.fromstring(files.read(root_name)))
    return found


@pytest.mark.skipif(not ARCHIVES, reason="no course archives at hand")
@pytest.mark.parametrize("path", ARCHIVES, ids=lambda path: path.name)
@pytest.mark.django_db
def test_a_real_course_comes_in_whole(path: Path) -> None:
    with courseware.read_course(path) as parsed:
        counts = parsed.counts
        naive = naive_counts(parsed, "library.xml" if parsed.format == "olx-library" else "course.xml")
        assert (counts.modules, counts.lessons, counts.units, counts.items) == (
            *(naive["chapter"], naive["sequential"], naive["vertical"], naive["items"]),
        )
        assert (counts.problems, counts.responses, counts.videos, counts.html, counts.discussions) == (
            *(naive["problem"], naive["responses"], naive["video"], naive["html"], naive["discussion"]),
        )
        made = import_course(parsed, imported_at=IMPORTED_AT, price=usd("49.00"))
        sources = {p: parsed.sources.read(p) for p in parsed.sources}
    assert courseware.get_version(made.version.id).counts == counts
    assert len(courseware.unsupported_blocks(made.version.id)) == len(parsed.unsupported)
    kept = dict(CourseVersion.objects.get(pk=made.version.id).source_files.values_list("path", "content"))
    assert {p: bytes(content) for p, content in kept.items()} == sources
    outline = courseware.outline(made.version.id)
    units = [unit for module in outline.modules for lesson in module.lessons for unit in lesson.units]
    for unit in units:
        view = courseware.unit(made.version.id, unit.key)
        text = str(view)
        assert "@@" not in re.sub(r"https?://\S+", "", text)
        refuse_anything_that_runs(" ".join(item.html or "" for item in view.items))
        for item in view.items:
            if item.problem is not None:
                graded = courseware.grade_problem(made.version.id, item.key, answers={"q1": "x", "q2": ["y"]})
                assert 0 <= graded.earned <= graded.possible
    assert {key for unit in units for key in unit.problem_keys} <= set(
        Block.objects.filter(version_id=made.version.id, kind="problem").values_list("key", flat=True)
    )


def refuse_anything_that_runs(html: str) -> None:
    for element in lxml.html.fragment_fromstring(html, create_parent="div").iter():
        assert element.tag not in {
            "script",
            "style",
            "iframe",
            "object",
            "embed",
            "form",
            "svg",
            "link",
            "base",
        }
        for name, value in element.attrib.items():
            assert not name.startswith("on") and name != "style"
            assert not value.strip().lower().startswith("javascript:")


def stoa(*arguments: str) -> subprocess.CompletedProcess[str]:
    name = str(connection.settings_dict["NAME"])
    environment = {**os.environ, "PYTHONPATH": "src", "STOA_DATABASE_NAME": name}
    code = (
        "import os, sys; os.environ['DJANGO_SETTINGS_MODULE'] = 'stoa.settings'\n"
        "from django.conf import settings; settings.DATABASES['default']['NAME'] = os.environ['STOA_DATABASE_NAME']\n"
        "from stoa.cli.__main__ import main; sys.exit(main(sys.argv[1:]))"
    )
    return subprocess.run(
        [sys.executable, "-c", code, *arguments],
        capture_output=True,
        text=True,
        env=environment,
        check=False,
        timeout=60,
    )


@pytest.mark.django_db(transaction=True)
def test_the_command_imports_writes_its_report_and_says_what_next(tmp_path: Path) -> None:
    write_course(tmp_path / "course")
    done = stoa("import", str(tmp_path / "course"), "--report", str(tmp_path / "report.json"))
    assert done.returncode == 0, done.stderr
    assert "/courses/a-small-course" in done.stdout
    report = json.loads((tmp_path / "report.json").read_text())
    assert report["format"] == "olx"
    assert report["counts"] == asdict(
        courseware.BlockCounts(
            modules=1, lessons=1, units=2, items=3, problems=2, responses=2, html=1, assets=1
        )
    )
    assert (report["unsupported"], report["errors"]) == ([], [])
    again = stoa("import", str(tmp_path / "course"), "--json")
    assert json.loads(again.stdout)["course"]["version"] == 2
    assert CourseVersion.objects.count() == 2
    listed = json.loads(stoa("courses", "list", "--json").stdout)
    assert [(course["slug"], course["status"]) for course in listed] == [("a-small-course", "published")]
    assert stoa("courses", "unsupported", "a-small-course").stdout.startswith("Every block")
    assert stoa("courses", "unsupported", "nowhere").returncode == 2


@pytest.mark.django_db(transaction=True)
def test_the_command_refuses_with_exit_code_2_and_stores_nothing(tmp_path: Path) -> None:
    (tmp_path / "bad.tar.gz").write_bytes(b"\x1f\x8b nothing")
    done = stoa("import", str(tmp_path / "bad.tar.gz"), "--report", str(tmp_path / "report.json"))
    assert done.returncode == 2
    assert done.stderr.startswith("stoa: ")
    assert "Traceback" not in done.stderr
    assert json.loads((tmp_path / "report.json").read_text())["errors"][0]["code"] == "unusable_archive"
    assert stoa("import", str(tmp_path / "course"), "--price", "free").returncode == 2
    assert CourseVersion.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_a_kill_in_the_middle_leaves_nothing_half_stored(tmp_path: Path) -> None:
    items = "".join(f'<html url_name="h{n}"><p>{n}</p></html>' for n in range(3000))
    write_course(tmp_path / "course", files={"vertical/reading.xml": f"<vertical>{items}</vertical>"})
    name = str(connection.settings_dict["NAME"])
    code = (
        "import os, sys, signal; os.environ['DJANGO_SETTINGS_MODULE'] = 'stoa.settings'\n"
        f"from django.conf import settings; settings.DATABASES['default']['NAME'] = {name!r}\n"
        "from stoa.courseware.models import SourceFile\n"
        "SourceFile.objects.bulk_create = lambda rows: os.kill(os.getpid(), signal.SIGKILL)\n"
        "from stoa.cli.__main__ import main; sys.exit(main(sys.argv[1:]))"
    ).replace("from stoa.courseware.models", "import django; django.setup()\nfrom stoa.courseware.models")
    killed = subprocess.run(
        [sys.executable, "-c", code, "import", str(tmp_path / "course")],
        env={**os.environ, "PYTHONPATH": "src"},
        check=False,
        capture_output=True,
        timeout=60,
    )
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    time.sleep(0.3)
    assert CourseVersion.objects.count() == 0
    assert Block.objects.count() == 0
    assert stoa("import", str(tmp_path / "course")).returncode == 0
    assert Block.objects.count() > 3000
