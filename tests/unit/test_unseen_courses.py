"""Courses of many years and tools are counted as a person counts them, and graded as their authors meant."""

from dataclasses import asdict
from pathlib import Path

import pytest

from stoa.courseware import problems
from stoa.courseware.data import QuestionPart
from stoa.courseware.olx import read_course
from stoa.courseware.olx.model import ParsedBlock
from tests.builders.unseen_courses import UNSEEN_COURSES, UnseenCourse

#: Said of courses that leave something out, which most of these do to stay short.
_INCIDENTAL = {"no_pass_mark"}


@pytest.mark.parametrize("unseen", UNSEEN_COURSES, ids=lambda each: each.name)
def test_a_course_nobody_has_tried_is_read_as_a_person_reads_it(unseen: UnseenCourse, tmp_path: Path) -> None:
    with read_course(unseen.write(tmp_path / unseen.name)) as course:
        assert {name: count for name, count in asdict(course.counts).items() if count} == unseen.counts
        assert tuple(sorted({each.type for each in course.unsupported})) == unseen.unsupported
        assert {note.code for note in course.warnings} - _INCIDENTAL == unseen.warnings
        assert (course.errors, course.source_key, course.about.title) == ((), unseen.key, unseen.title)
        blocks = {block.key: block for block in course.blocks}
    for key, words in unseen.shown.items():
        assert not blocks[key].reason
        assert words in blocks[key].payload["html"]
    for key, answers in unseen.answers.items():
        assert shares(blocks[key], answers) == (1, 0)


def shares(block: ParsedBlock, answers: dict[str, str | list[str]]) -> tuple[float, float]:
    """What the right answers and what nonsense earns, as parts of the whole."""
    problem = problems.problem_from_json(block.payload["problem"])
    view = problems.view_of(problem, key=block.key, seed=1)
    asked = {part.input_id: part for part in view.parts if isinstance(part, QuestionPart)}
    given: dict[str, str | list[str]] = {
        name: [option.value for option in asked[name].options if option.html in answer]
        if isinstance(answer, list)
        else answer
        for name, answer in answers.items()
    }
    right = problems.grade(problem, given)
    wrong = problems.grade(problem, dict.fromkeys(asked, "<nonsense>"))
    return float(right.earned / right.possible), float(wrong.earned / wrong.possible)


def test_a_hundred_thousand_like_blocks_take_no_time(tmp_path: Path) -> None:
    (tmp_path / "course.xml").write_text(
        '<course org="X" course="Y"><chapter>' + "<html/>" * 30_000 + "</chapter></course>"
    )
    with read_course(tmp_path) as course:
        assert course.counts.html == 30_000
        assert len({block.key for block in course.blocks}) == len(course.blocks)
