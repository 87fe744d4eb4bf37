"""The doors of courseware against the database."""

import threading
from pathlib import Path

import pytest
from django.db import connection

from stoa.catalog import api as catalog
from stoa.courseware import api as courseware
from stoa.flows.import_course import import_course
from stoa.kernel.money import usd
from stoa.kernel.refusals import NotFound
from tests.builders.courseware import IMPORTED_AT, an_imported_course, write_course

pytestmark = pytest.mark.django_db


def test_importing_makes_a_published_course_with_its_outline(tmp_path: Path) -> None:
    made = an_imported_course(tmp_path)
    assert made.course.status == "published"
    assert made.course.partner_name == "TestU"
    outline = courseware.outline(courseware.current_version_id(made.course.id))
    (module,) = outline.modules
    (lesson,) = module.lessons
    assert (module.title, lesson.title, lesson.format) == ("First module", "Lesson", "Quiz")
    assert [(unit.key, unit.graded, unit.problem_keys) for unit in lesson.units] == [
        ("reading", False, ()),
        ("quiz", True, ("capital", "pi")),
    ]
    assert outline.grading.categories[0].type == "Quiz"
    price = catalog.course_page(made.course.slug, on=IMPORTED_AT.date()).price
    assert price is not None
    assert price.amount_minor == 4900


def test_importing_the_same_course_again_makes_a_second_version_of_it(tmp_path: Path) -> None:
    first = an_imported_course(tmp_path)
    second = an_imported_course(tmp_path)
    assert first.course.id == second.course.id
    assert (first.is_new, second.is_new) == (True, False)
    assert (first.version.number, second.version.number) == (1, 2)
    assert courseware.current_version_id(first.course.id) == second.version.id


def test_a_unit_shows_its_items_with_addresses_of_this_course(tmp_path: Path) -> None:
    made = an_imported_course(tmp_path)
    unit = courseware.unit(made.version.id, "reading")
    assert unit.title == "Reading"
    assert unit.items[0].html is not None
    assert f'src="/learn/{made.course.slug}/assets/map.png"' in unit.items[0].html
    assert "<h1>" not in unit.items[0].html


def test_a_unit_shows_no_answers(tmp_path: Path) -> None:
    made = an_imported_course(tmp_path)
    shown = str(courseware.unit(made.version.id, "quiz", seed=5))
    assert "Paris" in shown
    for secret in ("Since 987", "Seine", "of course", "3.14159", "correct"):
        assert secret not in shown


def test_answers_are_graded_with_feedback(tmp_path: Path) -> None:
    made = an_imported_course(tmp_path)
    view = courseware.problem(made.version.id, "capital")
    question = next(part for part in view.parts if isinstance(part, courseware.QuestionPart))
    paris = next(option.value for option in question.options if "Paris" in option.html)
    graded = courseware.grade_problem(made.version.id, "capital", answers={question.input_id: paris})
    assert (graded.earned, graded.possible) == (1, 1)
    assert graded.parts[0].verdict == "correct"
    assert "Since 987" in graded.parts[0].feedback_html
    wrong = courseware.grade_problem(made.version.id, "capital", answers={question.input_id: "nonsense"})
    assert wrong.parts[0].verdict == "unanswered"
    assert courseware.problem_hints(made.version.id, ["capital"])["capital"][0] == "It lies on the Seine."
    assert "Paris" in courseware.problem_solution(made.version.id, "capital").answers[question.input_id][0]


def test_a_unit_costs_one_query_and_then_none(tmp_path: Path, django_assert_num_queries) -> None:  # type: ignore[no-untyped-def]
    made = an_imported_course(tmp_path)
    courseware.outline(made.version.id)
    with django_assert_num_queries(1):
        courseware.unit(made.version.id, "quiz")
    with django_assert_num_queries(0):
        courseware.unit(made.version.id, "quiz", seed=3)


def test_what_is_not_there_is_refused(tmp_path: Path) -> None:
    made = an_imported_course(tmp_path)
    for ask in (
        lambda: courseware.unit(made.version.id, "nothing"),
        lambda: courseware.problem(made.version.id, "text"),
        lambda: courseware.asset(made.course.id, "nothing.png"),
        lambda: courseware.asset(made.course.id, "../course.xml"),
        lambda: courseware.outline(10**9),
        lambda: courseware.current_version_id(10**9),
    ):
        with pytest.raises(NotFound):
            ask()


def test_an_asset_is_stored_once_for_both_versions(tmp_path: Path) -> None:
    made = an_imported_course(tmp_path)
    an_imported_course(tmp_path)
    row = courseware.asset(made.course.id, "map.png")
    assert row.mime == "image/png"
    assert row.storage_name == f"assets/{row.sha256[:2]}/{row.sha256}"
    assert row.size == 8


def test_what_cannot_be_played_is_kept_byte_for_byte_and_listed(tmp_path: Path) -> None:
    from stoa.courseware.models import Block

    poll = b'<poll url_name="vote" xblock-family="xblock.v1" question="Tea &amp; coffee?"/>'
    made = an_imported_course(
        tmp_path,
        files={
            "vertical/quiz.xml": b'<vertical><poll url_name="vote"/><problem url_name="pi"/></vertical>',
            "poll/vote.xml": poll,
        },
    )
    (listed,) = courseware.unsupported_blocks(made.version.id)
    assert (listed.id, listed.type, listed.path) == ("vote", "poll", "poll/vote.xml")
    assert bytes(Block.objects.get(version_id=made.version.id, key="vote").raw) == poll
    item = courseware.unit(made.version.id, "quiz").items[0]
    assert item.kind == "unsupported"
    assert item.notice == listed.reason


def test_a_course_without_content_is_refused_and_stores_nothing(tmp_path: Path) -> None:
    write_course(tmp_path, files={"course/run.xml": "<course/>"})
    with pytest.raises(courseware.UnusableArchive):
        courseware.read_course(tmp_path)
    assert courseware.versions() == ()


def test_text_that_no_database_keeps_is_mended_not_refused(tmp_path: Path) -> None:
    made = an_imported_course(
        tmp_path,
        files={
            "policies/run/policy.json": '{"course/run": {"display_name": "A\\u0000B\\ud800C"}}',
            "static/subs_x.srt.sjson": '{"start": [0], "end": [9], "text": ["nul \\u0000 half \\udc00"]}',
            "stoa.json": '{"subtitle": "\\u0000sub"}',
            "vertical/quiz.xml": (
                '<vertical><video url_name="v" sub="x" youtube_id_1_0="kPilJr5GaiI"/>'
                f'<problem url_name="pi"/><{"x" * 300} a="1"/></vertical>'
            ),
            "html/text.html": b"<p>nul \0 here &#0; and &#xD800;</p>",
        },
    )
    assert made.course.title == "AB?C"
    kinds = [item.kind for item in courseware.unit(made.version.id, "quiz").items]
    assert kinds == ["video", "problem", "unsupported"]


@pytest.mark.django_db(transaction=True)
def test_two_imports_at_once_become_two_versions_of_one_course(tmp_path: Path) -> None:
    write_course(tmp_path)
    made: list[tuple[int, int]] = []

    def run() -> None:
        try:
            with courseware.read_course(tmp_path) as parsed:
                one = import_course(parsed, imported_at=IMPORTED_AT, price=usd("49.00"))
            made.append((one.course.id, one.version.number))
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({course for course, _ in made}) == 1
    assert sorted(number for _, number in made) == [1, 2, 3]
