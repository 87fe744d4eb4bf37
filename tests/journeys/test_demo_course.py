"""``make demo COURSE=path``: any course goes through the main job once, and again."""

import io
from pathlib import Path

import pytest
from rich.console import Console

from stoa.catalog import api as catalog
from stoa.cli.demo_market import market, one_course, story
from stoa.cli.demo_market.courses import course_folders
from stoa.courseware import api as courseware
from stoa.credentials import api as credentials
from stoa.people import api as people

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_data_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("django.conf.settings.DATA_FOLDER", tmp_path / "data")


def test_the_main_job_runs_on_any_course_and_again() -> None:
    folder = course_folders()[1]
    quiet = Console(quiet=True)

    first = one_course.main_job(folder, quiet)
    second = one_course.main_job(folder, quiet)

    for job in (first, second):
        assert job.order.status == "refunded"
        assert job.earned == job.possible > 0
        assert credentials.get_by_code(job.certificate_code).status == "revoked"
        assert job.level_after == "audit"
    assert first.learner_email != second.learner_email
    assert len(courseware.versions()) == 2


def test_the_main_job_says_so_when_nothing_can_be_graded(tmp_path: Path) -> None:
    folder = tmp_path / "bare"
    folder.mkdir()
    (folder / "course.xml").write_text(
        '<course org="Bare" course="B1" url_name="r" display_name="Bare"><chapter display_name="One">'
        '<sequential display_name="One"><vertical url_name="v" display_name="Page">'
        '<html url_name="h" display_name="Words"><p>Words.</p></html></vertical></sequential></chapter></course>'
    )
    console = Console(file=io.StringIO(), width=200)

    job = one_course.main_job(folder, console)

    assert job.graded_problems == 0
    assert "none that Stoa can grade" in console.file.getvalue()  # type: ignore[attr-defined]
    assert job.order.status == "refunded"


def test_a_file_that_is_no_course_leaves_nothing_behind(tmp_path: Path) -> None:
    with pytest.raises(courseware.UnusableArchive):
        one_course.main_job(tmp_path, Console(quiet=True))
    assert not catalog.list_courses()
    assert not people.find_people("", limit=1)


def test_the_demo_refuses_an_installation_with_people() -> None:
    people.register_person(
        email="first@elsewhere.example", display_name="First", password=None, registered_at=story.BEGINNING
    )

    with pytest.raises(market.NotEmpty):
        market.load()
    assert not catalog.list_courses()
