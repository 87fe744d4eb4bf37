"""Every demo course is whole: it imports without a word of warning, and all of its questions can be answered."""

import random
from datetime import UTC, datetime
from pathlib import Path

import pytest
from lxml import etree

from stoa.cli.demo_market import answers
from stoa.cli.demo_market.courses import FULL_COURSES, course_folders, read_demo_course
from stoa.courseware import api as courseware
from stoa.flows import import_course
from stoa.kernel.money import usd

FOLDERS = course_folders()
JUNE = datetime(2025, 6, 2, 8, tzinfo=UTC)

every_course = pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)


def test_there_are_enough_courses_partners_and_languages() -> None:
    languages, partners, subjects = set(), set(), set()
    for folder in FOLDERS:
        with read_demo_course(folder) as parsed:
            languages.add(parsed.about.language)
            partners.add(parsed.about.own["partner"]["slug"])
            subjects.add(parsed.about.own["subject"])
    assert len(FOLDERS) >= 24
    assert languages >= {"en", "es", "de", "fr", "ar", "ja"}
    assert len(partners) >= 6
    assert len(subjects) >= 8


@every_course
@pytest.mark.django_db
def test_a_demo_course_imports_clean_and_takes_right_answers_for_full_marks(folder: Path) -> None:
    with read_demo_course(folder) as parsed:
        made = import_course.import_course(parsed, imported_at=JUNE, price=usd("29.00"))
        assert (parsed.warnings, parsed.errors, parsed.unsupported) == ((), (), ())
        assert made.course.slug == folder.name
        assert made.course.subject_slug == parsed.about.own["subject"]
    book = answers.answer_book(folder)
    outline = courseware.outline(made.version.id)
    keys = [
        key
        for module in outline.modules
        for lesson in module.lessons
        for unit in lesson.units
        for key in unit.problem_keys
    ]
    assert sorted(keys) == sorted(book), "every authored problem is playable"
    chance = random.Random(1)
    for key, view in courseware.problems(made.version.id, keys).items():
        told = courseware.problem_solution(made.version.id, key)
        for given in (
            answers.give(view, book[key], rightly=True, chance=chance),
            answers.from_solution(view, told),
        ):
            graded = courseware.grade_problem(made.version.id, key, answers=given)
            assert graded.earned == graded.possible > 0, key
        missed = answers.give(view, book[key], rightly=False, chance=chance)
        graded = courseware.grade_problem(made.version.id, key, answers=missed)
        assert graded.earned < graded.possible, key
        assert told.solution_html, f"{key} explains its answer"


@every_course
def test_every_wrong_choice_of_a_demo_course_teaches(folder: Path) -> None:
    silent = []
    for path in folder.glob("chapter/*.xml"):
        tree = etree.parse(str(path))
        for choice in (*tree.iter("choice"), *tree.iter("option")):
            is_right = choice.get("correct", "").lower() == "true"
            in_checkboxes = choice.getparent().tag == "checkboxgroup"
            teaches = any(str(child.tag) in ("choicehint", "optionhint") for child in choice)
            if not teaches and (in_checkboxes or not is_right):
                silent.append("".join(choice.itertext()).strip())
    assert silent == []


@pytest.mark.parametrize("name", FULL_COURSES)
def test_a_full_course_uses_all_five_kinds_of_question(name: str) -> None:
    (folder,) = (folder for folder in FOLDERS if folder.name == name)
    tags = {question.tag for questions in answers.answer_book(folder).values() for question in questions}
    assert tags == {
        "multiplechoiceresponse",
        "choiceresponse",
        "optionresponse",
        "numericalresponse",
        "stringresponse",
    }
