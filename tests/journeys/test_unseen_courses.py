"""Unseen courses come in by the command, with the report promised, and their units can be studied."""

import io
import json
import re
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from django.test import Client

from stoa.catalog import api as catalog
from stoa.cli.__main__ import main
from stoa.courseware import api as courseware
from stoa.courseware.data import QuestionPart
from stoa.courseware.models import Asset, CourseVersion, SourceFile
from stoa.flows import enroll
from tests.builders.courseware import IMPORTED_AT
from tests.builders.people import a_person
from tests.builders.unseen_courses import UNSEEN_COURSES, UnseenCourse

pytestmark = pytest.mark.django_db

#: Authored answers and their explanations; none may stand in a page before it is submitted.
_SECRETS = ("point_value", 'correct="', "detailed-solution", "numericalresponse", "additional_answer")


@pytest.mark.parametrize("unseen", UNSEEN_COURSES, ids=lambda each: each.name)
def test_an_unseen_course_is_imported_by_the_command_and_its_units_open(
    unseen: UnseenCourse, tmp_path: Path
) -> None:
    folder = unseen.write(tmp_path / unseen.name)
    archive = tmp_path / f"{unseen.name}.tar.gz"
    with tarfile.open(archive, "w:gz") as tar:
        tar.add(folder, arcname=unseen.name)
    report = tmp_path / "report.json"
    assert main(["import", str(archive), "--report", str(report), "--json"]) == 0
    found = json.loads(report.read_text())
    assert {name: count for name, count in found["counts"].items() if count} == unseen.counts
    assert tuple(sorted({each["type"] for each in found["unsupported"]})) == unseen.unsupported
    assert all(each["reason"] and each["path"] for each in found["unsupported"])
    assert found["course"]["key"] == unseen.key
    course = catalog.get_course(found["course"]["slug"])
    assert_units_open(course.slug, course.id)
    version_id = courseware.current_version_id(course.id)
    for key, answers in unseen.answers.items():
        asked = [part for part in courseware.problem(version_id, key).parts if isinstance(part, QuestionPart)]
        right = {part.input_id: chosen(part, answers[part.input_id]) for part in asked}
        graded = courseware.grade_problem(version_id, key, answers=right)
        assert graded.earned == graded.possible > 0
        for nothing in (
            {},
            dict.fromkeys(right, ""),
            dict.fromkeys(right, "\0\ud800" * 9000),
            {"q1": ["x"] * 9000},
        ):
            assert courseware.grade_problem(version_id, key, answers=nothing).earned == 0


def chosen(part: QuestionPart, answer: str | list[str]) -> str | list[str]:
    """The form values of options named by their text; typed answers as they are."""
    return answer if isinstance(answer, str) else [o.value for o in part.options if o.html in answer]


def assert_units_open(slug: str, course_id: int) -> None:
    learner = a_person()
    enroll.audit(learner_id=learner.id, course_slug=slug, at=IMPORTED_AT)
    client = Client()
    client.force_login(learner.user)
    outline = courseware.outline(courseware.current_version_id(course_id))
    units = [unit for module in outline.modules for lesson in module.lessons for unit in lesson.units]
    assert units
    for unit in units:
        answer = client.get(f"/learn/{slug}/units/{unit.key}")
        assert answer.status_code == 200, unit.key
        page = answer.content.decode()
        assert page.count("<h1") == 1
        assert not [secret for secret in _SECRETS if secret in page]
        assert not re.search(r"<(?:problem|vertical|customtag|choice)\b", page)


def a_tar(*members: tuple[str, bytes, str]) -> bytes:
    """A gzipped tar of ``(type, content, name)``; for links the content is where they lead."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as tar:
        for kind, content, name in [("f", _COURSE, "course.xml"), *[(k, c, n) for n, c, k in members]]:
            entry = tarfile.TarInfo(name)
            entry.type = {"f": tarfile.REGTYPE, "l": tarfile.SYMTYPE, "h": tarfile.LNKTYPE}[kind]
            if kind == "f":
                entry.size = len(content)
            else:
                entry.linkname = content.decode()
            tar.addfile(entry, io.BytesIO(content) if kind == "f" else None)
    return buffer.getvalue()


_COURSE = b'<course org="H" course="H1" url_name="r"><chapter><html>x</html></chapter></course>'
_LAUGHS = b'<!DOCTYPE c [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]><problem>&b;</problem>'
_READS = b'<!DOCTYPE c [<!ENTITY a SYSTEM "file:///etc/passwd">]><problem>&a;</problem>'
_POINTS = b'<course org="H" course="H1" url_name="r"><chapter><problem url_name="p"/></chapter></course>'

HOSTILE: dict[str, Callable[[], bytes]] = {
    "path that leads out": lambda: a_tar(("../../evil", b"x", "f")),
    "absolute path": lambda: a_tar(("/etc/evil", b"x", "f")),
    "hard link": lambda: a_tar(("static/p", b"/etc/passwd", "h")),
    "link": lambda: a_tar(("static/p", b"../../../etc/passwd", "l")),
    "cut off": lambda: a_tar(("static/p", bytes(range(256)) * 100, "f"))[:-20],
    "random": lambda: bytes(range(256)) * 40,
    "no course": lambda: b"",
    "laughs": lambda: a_tar(("course.xml", _POINTS, "f"), ("problem/p.xml", _LAUGHS, "f")),
    "reads files": lambda: a_tar(("course.xml", _POINTS, "f"), ("problem/p.xml", _READS, "f")),
    "deep blocks": lambda: a_tar(("course.xml", b'<course org="H" course="H1">' + b"<vertical>" * 2000, "f")),
    "deep names": lambda: a_tar(("d/" * 2000 + "x", b"x", "f")),
}


@pytest.mark.parametrize("what", HOSTILE)
def test_a_hostile_archive_is_refused_and_leaves_nothing(
    what: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    archive = tmp_path / "bad.tar.gz"
    archive.write_bytes(HOSTILE[what]())
    before = stored_files()
    assert main(["import", str(archive)]) == 2
    assert capsys.readouterr().err.startswith("stoa: ")
    assert stored_files() == before
    assert CourseVersion.objects.count() == Asset.objects.count() == SourceFile.objects.count() == 0
    assert catalog.list_courses() == catalog.list_partners() == ()


ODD: dict[str, str] = {
    "endless names": f'<course org="{"o" * 70_000}" course="{"c" * 70_000}" display_name="{"n" * 70_000}" language="{"l" * 900}">'
    f'<chapter display_name="{"t" * 70_000}"><sequential format="{"f" * 900}" graded="true"><html url_name="{"u" * 70_000}">x</html>'
    "</sequential></chapter></course>",
    "names that lead out": '<course org="../../x" course="a/b&#10;c" url_name="../../../etc/passwd"><chapter url_name="../../../../etc/passwd"/>'
    '<html url_name="/etc/passwd"/><html filename="../../../etc/passwd"/><video url_name="v" sub="../../../../etc/passwd"/></course>',
    "blocks in blocks": '<course org="a" course="b">' + "<vertical>" * 50 + "<html>x</html>" + "</vertical>" * 50 + "</course>",
    "pages in pages": '<course org="a" course="b"><html>' + "<div>" * 240 + "x" + "</div>" * 240 + "</html></course>",
    "settings that lie": '<course org="a" course="b" start="99999-99-99"><problem weight="1e400" max_attempts="99999999999999"><p>1?</p>'
    '<numericalresponse answer="1"><textline points="NaN"/></numericalresponse></problem></course>',
}  # fmt: skip


@pytest.mark.parametrize("what", ODD)
def test_odd_but_harmless_courses_come_in(what: str, tmp_path: Path) -> None:
    (tmp_path / "course.xml").write_text(ODD[what])
    assert main(["import", str(tmp_path), "--json"]) == 0
    (course,) = catalog.list_courses()
    assert_units_open(course.slug, course.id)


def test_an_unknown_partner_is_refused_before_a_file_is_kept(tmp_path: Path) -> None:
    (tmp_path / "static").mkdir()
    (tmp_path / "static" / "picture.png").write_bytes(b"of nobody's partner")
    (tmp_path / "course.xml").write_bytes(_COURSE)
    before = stored_files()
    assert main(["import", str(tmp_path), "--partner", "nobody"]) == 2
    assert stored_files() == before


def test_folders_nested_without_end_are_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "course.xml").write_bytes(_COURSE)
    tmp_path.joinpath(*["d"] * 300).mkdir(parents=True)
    assert main(["import", str(tmp_path)]) == 2
    assert "nested too deeply" in capsys.readouterr().err


def stored_files() -> set[Path]:
    return {path for path in Path(default_storage.path("")).rglob("*") if path.is_file()}
