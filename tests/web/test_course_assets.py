"""Files of a course: who gets them, in parts too, and that none of them runs."""

from pathlib import Path

import pytest
from django.test import Client

from stoa.flows import enroll
from stoa.flows.import_course import ImportedCourse
from tests.builders.courseware import IMPORTED_AT, an_imported_course
from tests.builders.people import a_person

pytestmark = pytest.mark.django_db

FILES: dict[str, str | bytes] = {
    "static/clip.mp4": bytes(range(256)) * 4,
    "static/page.html": "<script>alert(1)</script>",
    "static/drawing.svg": '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
    "static/hand out.pdf": b"%PDF-1.4",
    "static/es.srt": "1\n00:00:01,000 --> 00:00:02,000\nHola\n",
    "vertical/quiz.xml": (
        '<vertical><video url_name="clip" html5_sources=\'["/static/clip.mp4"]\' transcripts=\'{"es": "es.srt"}\'/>'
        '<problem url_name="pi"/></vertical>'
    ),
}


@pytest.fixture
def made(tmp_path: Path) -> ImportedCourse:
    return an_imported_course(tmp_path, files=FILES)


@pytest.fixture
def learner(made: ImportedCourse) -> Client:
    """Somebody who audits the course."""
    person = a_person()
    enroll.audit(learner_id=person.id, course_slug=made.course.slug, at=IMPORTED_AT)
    client = Client()
    client.force_login(person.user)
    return client


def address(made: ImportedCourse, path: str) -> str:
    return f"/learn/{made.course.slug}/assets/{path}"


def body(answer) -> bytes:  # type: ignore[no-untyped-def]
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


def test_a_learner_of_the_course_gets_a_file(made: ImportedCourse, learner: Client) -> None:
    answer = learner.get(address(made, "map.png"))
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/png")
    assert body(answer) == b"\x89PNG\r\n\x1a\n"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert learner.get(address(made, "hand%20out.pdf")).status_code == 200
    again = learner.get(address(made, "map.png"), headers={"If-None-Match": answer["ETag"]})
    assert again.status_code == 304


def test_visitors_sign_in_first_and_others_enroll_first(made: ImportedCourse) -> None:
    assert "login" in Client().get(address(made, "map.png"))["Location"]
    outsider = Client()
    outsider.force_login(a_person().user)
    assert outsider.get(address(made, "map.png")).status_code == 403


@pytest.mark.parametrize(
    ("asked", "status", "content_range", "length"),
    [
        ("bytes=0-99", 206, "bytes 0-99/1024", 100),
        ("bytes=1000-", 206, "bytes 1000-1023/1024", 24),
        ("bytes=-10", 206, "bytes 1014-1023/1024", 10),
        ("bytes=0-99999", 206, "bytes 0-1023/1024", 1024),
        ("bytes=1024-", 416, "bytes */1024", 0),
        ("bytes=9-3", 416, "bytes */1024", 0),
        ("bytes=0-1,5-6", 200, None, 1024),
        ("lines=1-2", 200, None, 1024),
        ("bytes=-", 200, None, 1024),
    ],
)
def test_a_video_is_sent_in_the_part_asked_for(
    made: ImportedCourse, learner: Client, asked: str, status: int, content_range: str | None, length: int
) -> None:
    answer = learner.get(address(made, "clip.mp4"), headers={"Range": asked})
    assert answer.status_code == status
    assert answer.get("Content-Range") == content_range
    assert len(body(answer)) == length


def test_no_file_of_a_stranger_runs(made: ImportedCourse, learner: Client) -> None:
    page = learner.get(address(made, "page.html"))
    assert page["Content-Disposition"].startswith("attachment")
    for path in ("page.html", "drawing.svg"):
        policy = learner.get(address(made, path))["Content-Security-Policy"]
        assert "sandbox" in policy
        assert "script-src" not in policy
        assert "default-src 'none'" in policy


def test_captions_are_served_as_webvtt(made: ImportedCourse, learner: Client) -> None:
    answer = learner.get(address(made, "transcripts/clip/es.vtt"))
    assert answer["Content-Type"].startswith("text/vtt")
    assert body(answer).decode() == "WEBVTT\n\n00:00:01.000 --> 00:00:02.000\nHola\n"
    assert learner.get(address(made, "transcripts/clip/fr.vtt")).status_code == 404


@pytest.mark.parametrize(
    "path", ["../course.xml", "..%2Fcourse.xml", "course.xml", "nothing.png", "problem/pi.xml"]
)
def test_what_is_no_asset_is_not_found(made: ImportedCourse, learner: Client, path: str) -> None:
    assert learner.get(address(made, path)).status_code == 404


def test_operators_see_what_came_in(made: ImportedCourse, django_assert_max_num_queries) -> None:  # type: ignore[no-untyped-def]
    client = Client()
    client.force_login(a_person(role="operator").user)
    client.get("/ops/imports")  # the first page of a day notes that the role was used
    with django_assert_max_num_queries(8):
        listed = client.get("/ops/imports").content.decode()
    assert made.course.title in listed
    report = client.get(f"/ops/imports/{made.version.id}")
    assert report.status_code == 200
    assert client.get("/ops/imports/987654").status_code == 404
