"""Courses of odd and broken layouts: read as far as anybody could, with a note for what is wrong."""

from pathlib import Path

import pytest

from stoa.courseware.olx import ParsedCourse, read_course
from tests.builders.courseware import write_course


def read(folder: Path, files: dict[str, str | bytes], *, bare: bool = False) -> ParsedCourse:
    """Read a small course with ``files`` changed; ``bare`` writes nothing but them."""
    if bare:
        for path, text in files.items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_bytes(text if isinstance(text, bytes) else text.encode())
    else:
        write_course(folder, files=files)
    with read_course(folder) as course:
        return course


def codes(course: ParsedCourse) -> set[str]:
    return {note.code for note in course.warnings}


def test_a_hand_written_tree_in_one_file_is_read(tmp_path: Path) -> None:
    course = read(
        tmp_path,
        {
            "course.xml": """<course org="MITx" course="6.002x" name="Circuits">
            <chapter name="Week 1"><video name="Welcome" youtube="0.75:abc_DEF-123,1.0:xyz_XYZ-456"/>
              <sequential name="Outer"><html>Hello</html><sequential name="Inner"><problem name="P">
                <p>Two?</p><numericalresponse answer="2"><textline/></numericalresponse></problem></sequential>
              </sequential>
              <vertical><html slug="x"><p>Text</p></html></vertical></chapter></course>"""
        },
        bare=True,
    )
    assert course.source_key == "MITx+6.002x"
    assert course.about.title == "Circuits"
    counts = course.counts
    assert (counts.modules, counts.lessons, counts.units, counts.items) == (1, 2, 1, 4)
    assert (counts.videos, counts.html, counts.problems, counts.responses) == (1, 2, 1, 1)
    (module,) = course.modules
    assert [lesson.title for lesson in module.lessons] == ["Welcome", "Outer", "Vertical"]
    assert len(module.lessons[1].units) == 2
    video = next(block for block in course.blocks if block.kind == "video")
    assert video.payload["youtube_id"] == "xyz_XYZ-456"


def test_pointers_by_filename_are_followed(tmp_path: Path) -> None:
    course = read(
        tmp_path,
        {
            "vertical/quiz.xml": '<vertical><problem filename="old" name="Old"/><html filename="page"/></vertical>',
            "problem/old.xml": '<problem><p>1?</p><numericalresponse answer="1"><textline/></numericalresponse></problem>',
            "html/page.xml": "<html><p>Kept as XML</p></html>",
        },
    )
    assert codes(course) == set()
    assert "Kept as XML" in str([block.payload for block in course.blocks])


def test_the_very_first_courses_are_read(tmp_path: Path) -> None:
    """2012: files whose root is not the block they define, everything by ``filename``, fragments as XML."""
    course = read(
        tmp_path,
        {
            "course.xml": '<course org="MITx" course="6.002x" url_name="2012"/>',
            "course/2012.xml": '<sequential><chapter filename="Overview" slug="Overview" name="Overview"/></sequential>',
            "chapter/Overview.xml": """<sequential><video youtube="1.0:p2Q6BrNhdh8" slug="Welcome" name="Welcome"/>
              <sequential filename="Inner" slug="Inner" format="Lecture Sequence" name="Inner"/>
              <vertical slug="hw" format="Homework" due="March 18" graded="true" name="Homework">
                <problem filename="P1" slug="P1" due="March 18" graded="true"/><html filename="words" slug="words"/>
              </vertical></sequential>""",
            "sequential/Inner.xml": '<sequential><html url_name="fragment"/></sequential>',
            "html/fragment.xml": "\t A clarification <p>of &mdash; terms</p><p>and more</p>",
            "html/words.xml": "<p>one</p><p>two</p>",
            "problem/P1.xml": '<problem><p>1?</p><numericalresponse answer="1"><textline/></numericalresponse></problem>',
        },
        bare=True,
    )
    counts = course.counts
    assert (counts.modules, counts.lessons, counts.units, counts.items) == (1, 1, 1, 4)
    assert codes(course) == {"bad_date"}
    assert "and more" in str([block.payload for block in course.blocks if block.key == "fragment"])
    homework = course.modules[0].lessons[2]
    assert (homework.format, homework.graded) == ("Homework", True)
    assert course.modules[0].lessons[1].format == ""


def test_files_that_hold_each_other_end(tmp_path: Path) -> None:
    twice = '<sequential filename="{0}" slug="{0}-1"/><sequential filename="{0}" slug="{0}-2"/>'
    files = {
        f"sequential/s{n}.xml": f"<sequential>{twice.format(f's{n + 1}')}</sequential>" for n in range(40)
    }
    course = read(
        tmp_path,
        {
            "chapter/first.xml": '<chapter><sequential filename="s0" slug="s"/><vertical url_name="quiz"/></chapter>',
            **files,
        },
    )
    assert course.counts.lessons < 100


def test_what_a_condition_shows_is_not_counted_twice(tmp_path: Path) -> None:
    course = read(
        tmp_path,
        {
            "vertical/quiz.xml": """<vertical><poll_question id="poll">Yes?</poll_question>
              <conditional sources="i4x://O/C/poll_question/poll"><html>Told you.</html>
              <show sources="i4x://O/C/poll_question/poll; i4x://O/C/problem/pi"/></conditional></vertical>"""
        },
    )
    assert (course.counts.items, course.counts.problems) == (3 + 1, 1)


def test_a_missing_page_is_shown_as_a_notice_and_listed(tmp_path: Path) -> None:
    course = read(
        tmp_path,
        {
            "sequential/lesson.xml": '<sequential><vertical url_name="gone"/><vertical url_name="quiz"/></sequential>',
            "course/run.xml": '<course><chapter url_name="first"/><chapter url_name="lost"/></course>',
        },
    )
    assert {block.id for block in course.unsupported} == {"gone", "lost"}
    assert course.counts.units == 2
    assert [unit.key for unit in course.modules[0].lessons[0].units] == ["unit-gone", "quiz"]
    assert course.modules[1].lessons[0].units[0].kinds == ("unsupported",)


def test_a_course_with_one_run_of_another_name_is_read(tmp_path: Path) -> None:
    course = read(tmp_path, {"course.xml": '<course org="O" course="C" url_name="other"/>'})
    assert (course.source_key, course.counts.problems) == ("O+C", 2)
    assert "dangling_pointer" in codes(course)


def test_a_problem_without_questions_is_a_page_to_read(tmp_path: Path) -> None:
    course = read(tmp_path, {"problem/pi.xml": "<problem><text><p>Only words.</p></text></problem>"})
    block = next(block for block in course.blocks if block.key == "pi")
    assert (block.kind, block.payload) == ("html", {"html": "<p>Only words.</p>"})
    assert (course.counts.problems, course.modules[0].lessons[0].units[1].problem_keys) == (2, ("capital",))


def test_experiments_banks_and_wrappers_are_counted_and_shown_once(tmp_path: Path) -> None:
    course = read(
        tmp_path,
        {
            "vertical/quiz.xml": """<vertical>
              <split_test url_name="s"><vertical url_name="va"><html url_name="ha">A</html></vertical>
                <vertical url_name="vb"><html url_name="hb">B</html></vertical></split_test>
              <library_content url_name="bank" max_count="1"><problem url_name="capital"/><problem url_name="pi"/></library_content>
              <wrapper><html url_name="w">W</html></wrapper>
              <randomize url_name="r"><html url_name="r1">1</html><html url_name="r2">2</html></randomize>
              <conditional url_name="c" sources="i4x://a/b/problem/pi"><html url_name="later">Later</html></conditional>
            </vertical>"""
        },
    )
    counts = course.counts
    assert (counts.units, counts.items, counts.html, counts.problems) == (4, 9, 7, 2)
    shown = [block.key for block in course.blocks if block.unit_key == "quiz"]
    assert shown == ["ha", "capital", "w", "r1", "c"]
    assert {block.id for block in course.unsupported} == {"c"}
    assert {"first_arm", "first_of_bank"} <= codes(course)


def test_a_library_is_a_course_of_its_problems(tmp_path: Path) -> None:
    course = read(
        tmp_path,
        {
            "library/library.xml": '<library org="O" library="L" display_name="Bank"><problem url_name="a"/></library>',
            "library/problem/a.xml": '<problem><p>1?</p><numericalresponse answer="1"><textline/></numericalresponse></problem>',
        },
        bare=True,
    )
    assert (course.format, course.source_key, course.about.title) == ("olx-library", "O+L", "Bank")
    assert (course.counts.problems, course.counts.items, course.counts.units) == (1, 1, 0)
    assert course.modules[0].lessons[0].units[0].problem_keys == ("a",)


@pytest.mark.parametrize(
    ("files", "code", "path", "line"),
    [
        ({"vertical/quiz.xml": '<vertical>\n<problem url_name="gone"/></vertical>'}, "dangling_pointer", "vertical/quiz.xml", 2),
        ({"html/text.html": '<p>a</p>\n<p>b</p>\n<img src="/static/gone.png" alt="">'}, "missing_asset", "html/text.html", 3),
        ({"problem/pi.xml": "<problem>\n<p>a</b>\n</problem>"}, "broken_xml", "problem/pi.xml", 2),
        ({"problem/pi.xml": b"<problem>\n<p>caf\xe9</p></problem>"}, "bad_encoding", "problem/pi.xml", 2),
        ({"sequential/lesson.xml": '<sequential due="next Tuesday"><vertical url_name="quiz"/></sequential>'}, "bad_date", "sequential/lesson.xml", 1),
        ({"policies/run/grading_policy.json": '{"GRADER": [{"type": "Quiz", "weight": 0.4}], "GRADE_CUTOFFS": {"Pass": 0.5}}'}, "weights", "policies/run/grading_policy.json", 0),
        ({"policies/run/policy.json": "{broken"}, "bad_json", "policies/run/policy.json", 1),
        ({"vertical/quiz.xml": '<vertical><html url_name="a">1</html><html url_name="a">2</html></vertical>'}, "duplicate_url_name", "vertical/quiz.xml", 1),
        ({"vertical/quiz.xml": '<vertical><problem url_name="pi"/>\n<problem url_name="pi"/></vertical>'}, "duplicate_reference", "vertical/quiz.xml", 2),
        ({"html/text.html": "<p>x</p>\n<img src='/static/map.png'>"}, "image_without_alt", "html/text.html", 2),
        ({"problem/pi.xml": b""}, "empty_file", "problem/pi.xml", 0),
    ],
)  # fmt: skip
def test_a_fault_is_a_warning_with_file_and_line(
    tmp_path: Path, files: dict[str, str | bytes], code: str, path: str, line: int
) -> None:
    course = read(tmp_path, files)
    assert (code, path, line) in {(note.code, note.path, note.line) for note in course.warnings}
    assert course.modules


def test_a_course_that_holds_itself_ends(tmp_path: Path) -> None:
    course = read(
        tmp_path,
        {"vertical/quiz.xml": '<vertical><vertical url_name="quiz"/><problem url_name="pi"/></vertical>'},
    )
    assert course.counts.units == 2
    assert "duplicate_reference" in codes(course)


def test_html_entities_and_names_in_xml_are_understood(tmp_path: Path) -> None:
    course = read(
        tmp_path,
        {
            "problem/pi.xml": '<problem><p>caf&eacute;&nbsp;?</p><stringresponse answer="x"><textline/></stringresponse></problem>'
        },
    )
    problem = next(block for block in course.blocks if block.key == "pi")
    assert "café" in str(problem.payload)
    assert codes(course) == set()


def test_declared_names_of_characters_are_put_in_their_places(tmp_path: Path) -> None:
    declared = "<!DOCTYPE problem [\n<!ENTITY nbsp \"&#160;\">\n<!ENTITY deg '°'>\n]>\n"
    course = read(
        tmp_path,
        {
            "problem/pi.xml": declared
            + '<problem><p>20&nbsp;&deg;C</p><stringresponse answer="x"><textline/></stringresponse></problem>'
        },
    )
    problem = next(block for block in course.blocks if block.key == "pi")
    assert "20\u00a0°C" in str(problem.payload) or "20&nbsp;°C" in str(problem.payload)
    assert codes(course) == set()


@pytest.mark.parametrize(
    ("written", "read_as"),
    [
        ("2013-02-05T12:00", "2013-02-05T12:00:00+00:00"),
        ('"2019-08-01T00:00:00+00:00"', "2019-08-01T00:00:00+00:00"),
        ("2026-01-02T03:04:05Z", "2026-01-02T03:04:05+00:00"),
        ("February 5, 2013", "2013-02-05T00:00:00+00:00"),
        ("Feb 5, 2013 14:30", "2013-02-05T14:30:00+00:00"),
        ("2013-02-05T12:00:00-05:00", "2013-02-05T17:00:00+00:00"),
    ],
)
def test_dates_of_all_years_are_read(tmp_path: Path, written: str, read_as: str) -> None:
    course = read(
        tmp_path,
        {"sequential/lesson.xml": f"<sequential due='{written}'><vertical url_name='quiz'/></sequential>"},
    )
    due = course.modules[0].lessons[0].due_at
    assert due is not None
    assert due.isoformat() == read_as


def test_drafts_are_kept_and_counted_apart(tmp_path: Path) -> None:
    course = read(tmp_path, {"drafts/problem/new.xml": "<problem>draft</problem>"})
    assert course.drafts == 1
    assert course.counts.problems == 2
    draft = next(block for block in course.blocks if block.kind == "draft")
    assert draft.raw == b"<problem>draft</problem>"
    assert draft.unit_key == ""


def test_blocks_for_staff_only_are_kept_and_not_shown(tmp_path: Path) -> None:
    course = read(
        tmp_path,
        {"vertical/quiz.xml": '<vertical visible_to_staff_only="true"><problem url_name="pi"/></vertical>'},
    )
    assert course.counts.problems == 1
    assert [unit.key for unit in course.modules[0].lessons[0].units] == ["reading"]


def test_captions_of_all_kinds_become_cues(tmp_path: Path) -> None:
    course = read(
        tmp_path,
        {
            "vertical/quiz.xml": """<vertical><video url_name="v" sub="abc" youtube_id_1_0="kPilJr5GaiI"
              html5_sources='["/static/map.png", "https://example.org/v.m3u8"]' transcripts='{"es": "es.srt"}'>
              <transcript language="de" src="de.vtt"/></video></vertical>""",
            "static/es.srt": "1\r\n00:00:01,500 --> 00:00:03,000\r\nHola <i>mundo</i>\r\n\r\n2\r\n00:00:04,000 --> 00:00:05,000\r\nAdiós\r\n",
            "static/de.vtt": "WEBVTT\n\n00:01.000 --> 00:02.000\nHallo\n",
            "static/subs_abc.srt.sjson": '{"start": [0, 1000], "end": [900, 2000], "text": ["Hello", "World"]}',
        },
    )
    video = next(block for block in course.blocks if block.kind == "video").payload
    cues = {each["language"]: each["cues"] for each in video["transcripts"]}
    assert cues["es"][0] == [1.5, 3.0, "Hola mundo"]
    assert cues["de"] == [[1.0, 2.0, "Hallo"]]
    assert cues["en"][1] == [1.0, 2.0, "World"]
    assert [source["mime"] for source in video["sources"]][1] == "application/vnd.apple.mpegurl"


def test_links_between_units_lead_to_the_unit(tmp_path: Path) -> None:
    course = read(
        tmp_path, {"html/text.html": '<a href="/jump_to_id/capital">quiz</a> <a href="/jump_to_id/no">no</a>'}
    )
    html = next(block for block in course.blocks if block.key == "text").payload["html"]
    assert 'href="/learn/@@course@@/units/quiz"' in html
    assert 'href="/learn/@@course@@"' in html


def test_nothing_of_a_strangers_page_runs(tmp_path: Path) -> None:
    page = """<script>alert(1)</script><p onclick="alert(1)" style="color:red">x</p><iframe src="https://example.org/a">
    </iframe><a href="javascript:alert(1)">y</a><svg onload="alert(1)"></svg><form><input></form><h1>Big</h1>
    <math><annotation-xml encoding="text/html"><img src=x onerror=alert(1)></annotation-xml></math>"""
    course = read(tmp_path, {"html/text.html": page})
    html = next(block for block in course.blocks if block.key == "text").payload["html"]
    for danger in ("alert", "onclick", "style=", "<iframe", "javascript", "<svg", "<form", "<h1", "onerror"):
        assert danger not in html
    assert 'href="https://example.org/a"' in html
    assert "<h3>Big</h3>" in html
